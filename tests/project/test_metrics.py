"""Monitoring reads how busy the site is; for everybody else that page is not there."""

from __future__ import annotations

import ipaddress
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from prometheus_client.parser import text_string_to_metric_families

from cms.operations import metrics, work
from tests.factories import make_live
from tests.wsgi import Served

ROOT = Path(__file__).parent.parent.parent
AWAY = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def measured(settings):
    settings.METRICS = True


@pytest.fixture
def read(client, db, measured):
    """Reads: values by name and sorted labels."""

    def ask():
        text = client.get("/metrics").content.decode()
        families = text_string_to_metric_families(text)
        return {(s.name, *sorted(s.labels.items())): s.value for family in families for s in family.samples}

    return ask


def rose(before, after, name, **labels):
    key = (f"communique_{name}", *sorted(labels.items()))
    return after.get(key, 0) - before.get(key, 0)


def test_they_are_not_there_unless_they_are_asked_for(client, db):
    nothing = client.get("/en/nothing/")
    response = client.get("/metrics")
    assert (response.status_code, response.headers["Cache-Control"]) == (404, "no-store")
    assert response.content == nothing.content


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        (AWAY, 404),
        ({"REMOTE_ADDR": ""}, 404),
        ({"REMOTE_ADDR": "unix:"}, 404),
        ({"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 404),  # a proxy of which we were not told
        ({"HTTP_VIA": "1.1 cache"}, 404),
        ({**AWAY, "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 404),
        ({**AWAY, "HTTP_AUTHORIZATION": "Bearer open-sesame"}, 200),
        ({**AWAY, "HTTP_AUTHORIZATION": "bearer open-sesame"}, 200),
        ({**AWAY, "HTTP_AUTHORIZATION": "Bearer open"}, 404),
        ({**AWAY, "HTTP_AUTHORIZATION": "Basic open-sesame"}, 404),
        ({**AWAY, "HTTP_AUTHORIZATION": "Bearer \xe9"}, 404),
        ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer "}, 404),
    ],
)
def test_the_token_or_the_address_opens_them(client, db, measured, settings, environ, status):
    settings.METRICS_TOKEN = "open-sesame"
    assert client.get("/metrics", **environ).status_code == status


def test_without_a_token_no_token_opens_them(client, db, measured):
    assert client.get("/metrics", **AWAY, HTTP_AUTHORIZATION="Bearer ").status_code == 404


def test_behind_a_proxy_the_address_is_the_one_it_names(client, db, measured, settings):
    settings.BEHIND_PROXY = True
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="127.0.0.1, 203.0.113.9").status_code == 404
    assert client.get("/metrics").status_code == 200
    settings.METRICS_ALLOW = [ipaddress.ip_network("203.0.113.0/24")]
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 200
    assert client.get("/metrics").status_code == 404


def test_requests_are_counted_by_view_and_not_by_address(read, editor, moderator):
    live = make_live(editor, moderator, title="Opening")
    site, before = Served(), read()
    for _ in range(3):
        site.get(live.get_absolute_url())
    site.get("/en/nothing-of-the-kind/")
    site.get("/admin/", method="BREW")
    after = read()
    assert rose(before, after, "requests_total", view="public:item", method="GET", status="200") == 1
    assert rose(before, after, "requests_total", view="kept", method="GET", status="200") == 2
    assert rose(before, after, "requests_total", view="public:section", method="GET", status="404") == 1
    assert not [key for key in after if live.publication.code in str(key) or "BREW" in str(key)]
    assert [key for key in after if ("method", "other") in key]


def test_kept_pages_and_their_versions_are_told(read, editor, moderator):
    live = make_live(editor, moderator)
    site, before = Served(), read()
    site.get(live.get_absolute_url())
    site.pages.versions.read_at -= 90
    site.pages.versions.refresh = lambda **_how: False  # the database has gone
    site.application._looked_at = 0.0
    site.get(live.get_absolute_url())
    site.get("/admin/login/", HTTP_COOKIE="sessionid=x")
    after = read()
    assert rose(before, after, "kept_pages_asked_total", page="miss") == 1
    assert rose(before, after, "kept_pages_asked_total", page="hit") == 1
    assert rose(before, after, "kept_pages_asked_total", page="pass") == 1
    assert after[("communique_kept_pages",)] == 1
    assert after[("communique_kept_pages_bytes",)] > 2_000
    assert 89 < after[("communique_version_age_seconds",)] < 100
    assert after[("communique_version_number",)] == site.pages.versions.n


def test_rendering_is_timed_where_something_is_rendered(read, editor, moderator):
    live = make_live(editor, moderator)
    site, before = Served(), read()
    site.get(live.get_absolute_url())
    site.get(live.get_absolute_url())
    after = read()
    assert rose(before, after, "render_seconds_count", view="public:item") == 1
    assert rose(before, after, "render_seconds_count", view="kept") == 0
    assert rose(before, after, "request_seconds_count", page="hit") == 1
    took = rose(before, after, "render_seconds_sum", view="public:item")
    assert 0 < took <= rose(before, after, "request_seconds_sum", page="miss")


def test_the_queue_and_the_clock_are_told(read, monkeypatch):
    monkeypatch.setattr(work, "queue", lambda: work.Queue(7, timedelta(minutes=3), 2, 1))
    monkeypatch.setattr("cms.models.clock.measure", lambda: timedelta(seconds=-4))
    told = read()
    names = ("tasks_due", "tasks_oldest_seconds", "tasks_running", "tasks_stuck", "clock_difference_seconds")
    assert [told[(f"communique_{name}",)] for name in names] == [7, 180, 2, 1, -4]
    assert told[("communique_database_up",)] == 1


def test_they_are_told_without_a_database_and_its_errors_are_counted(read, client, monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("gone")

    metrics.listen()
    before = read()
    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("django.db.backends.utils.CursorWrapper.execute", fail)
        assert client.get("/en/").status_code == 503
        during = read()
    assert during[("communique_database_up",)] == 0
    assert rose(before, during, "database_errors_total", error="OperationalError") >= 1


@pytest.mark.once
def test_processes_add_up(tmp_path, db):
    """Two processes count, and a third tells."""
    count = (
        "import django; django.setup(); from cms.operations import metrics, observed; "
        "metrics.count(observed.Answered('GET', '/', 'home', '200', 'miss', 0.1, 0.1))"
    )
    tell = "import django; django.setup(); from cms.operations import metrics; print(metrics.told().decode())"
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for code in (count, count, tell):
        ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr
    assert re.search(r'requests_total{method="GET",status="200",view="home"} 2\.0', ended.stdout)
