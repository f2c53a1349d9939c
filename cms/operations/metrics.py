"""What Prometheus reads. Labels are names of ours, never an address or an id: their number is bounded.

Several processes add up in the folder METRICS_FOLDER (deploy/gunicorn.conf.py).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.core.signals import got_request_exception
from django.db import Error, connection
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from ..models import clock
from . import work

if TYPE_CHECKING:
    from .observed import Answered

METHODS = frozenset({"GET", "HEAD", "POST"})
OTHER = "other"
NAME = "communique_"
QUICK = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

requests = Counter(NAME + "requests", "Requests by view, method and status", ["view", "method", "status"])
seconds = Histogram(NAME + "request_seconds", "Until the answer began", ["page"], buckets=QUICK)
rendering = Histogram(NAME + "render_seconds", "Of Django alone, by view", ["view"], buckets=QUICK[3:])
kept_asked = Counter(NAME + "kept_pages_asked", "Whether a kept page answered: hit, miss or pass", ["page"])
kept_bytes = Gauge(NAME + "kept_pages_bytes", "Memory of kept pages", multiprocess_mode="livesum")
kept_pages = Gauge(NAME + "kept_pages", "Kept pages", multiprocess_mode="livesum")
version = Gauge(NAME + "version_number", "The last change that is known", multiprocess_mode="livemin")
version_age = Gauge(
    NAME + "version_age_seconds", "How long ago changes were last read, when last asked", multiprocess_mode="livemax"
)
database_errors = Counter(NAME + "database_errors", "Requests that failed in the database, by error", ["error"])


def count(answered: Answered) -> None:
    """Count a request that was answered."""
    method = answered.method if answered.method in METHODS else OTHER
    requests.labels(answered.view, method, answered.status).inc()
    seconds.labels(answered.outcome).observe(answered.seconds)
    kept_asked.labels(answered.outcome).inc()
    if answered.rendering is not None:
        rendering.labels(answered.view).observe(answered.rendering)


def look_at(kept: Any) -> None:
    """Take in how the kept pages of this process are."""
    kept_bytes.set(kept.store.bytes)
    kept_pages.set(len(kept.store))
    version.set(kept.versions.n)
    if kept.versions.read_at > 0:  # else they were never read
        version_age.set(max(0.0, kept.versions.now() - kept.versions.read_at))


def count_database_error(**kwargs: Any) -> None:
    """A request failed; Django calls this while the error is being handled."""
    error = sys.exc_info()[1]
    if isinstance(error, Error):
        database_errors.labels(type(error).__name__).inc()


def listen() -> None:
    got_request_exception.connect(count_database_error, dispatch_uid="cms.metrics")


class AtThisMoment(Collector):
    """What is asked of the database when it is told, and not counted on the way."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        began = time.perf_counter()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            took = time.perf_counter() - began
            queue, ahead = work.queue(), clock.measure()
        except Error:
            yield GaugeMetricFamily(NAME + "database_up", "Whether the database answers", 0)
            return
        yield GaugeMetricFamily(NAME + "database_up", "Whether the database answers", 1)
        yield GaugeMetricFamily(NAME + "database_seconds", "How long it takes to say 1", took)
        yield GaugeMetricFamily(NAME + "tasks_due", "Tasks that could be done now", queue.due)
        oldest = queue.waiting.total_seconds()
        yield GaugeMetricFamily(NAME + "tasks_oldest_seconds", "How long the oldest of them could", oldest)
        yield GaugeMetricFamily(NAME + "tasks_running", "Tasks that somebody is doing", queue.running)
        yield GaugeMetricFamily(NAME + "tasks_stuck", "Tasks that were begun long ago and not ended", queue.stuck)
        ours = ahead.total_seconds()
        yield GaugeMetricFamily(NAME + "clock_difference_seconds", "The database's clock is ahead by", ours)


def told() -> bytes:
    """All of it, as Prometheus reads it (text format 0.0.4)."""
    counted = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    asked = CollectorRegistry()
    asked.register(AtThisMoment())
    return generate_latest(counted) + generate_latest(asked)
