"""The one clock: the database's. A node whose own clock is wrong learns the difference and corrects for it."""

from __future__ import annotations

import math
import time
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.backends.signals import connection_created
from django.utils import timezone

ANEW = 60.0  # seconds after which connections that a pool lends measure again
_ahead = timedelta(0)  # how far the database's clock is ahead of this node's
_measured_at = -math.inf  # seconds of the monotonic clock


def now() -> datetime:
    """This instant by the database's clock (aware, UTC)."""
    return timezone.now() + _ahead


def seconds() -> float:
    """The same in seconds since the epoch, for what asks at every request."""
    return time.time() + _ahead.total_seconds()


def measure() -> timedelta:
    """Ask the database for its time, remember the difference to ours and return it. SQLite has our own clock."""
    global _ahead, _measured_at
    _measured_at = time.monotonic()
    if connection.vendor != "postgresql":
        _ahead = timedelta(0)
        return _ahead
    with connection.cursor() as cursor:
        before = timezone.now()
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
        after = timezone.now()
    _ahead = theirs - (before + (after - before) / 2)
    return _ahead


def _on_connection(connection: Any, **kwargs: Any) -> None:
    if connection.alias != "default":
        return
    if connection.settings_dict["OPTIONS"].get("pool") and time.monotonic() - _measured_at < ANEW:
        return  # a pool lends one for each request: it is not new
    measure()


def follow_the_database() -> None:
    """Measure anew with each new connection, so that a node that has run for weeks cannot drift away."""
    connection_created.connect(_on_connection, dispatch_uid="cms.clock")
