"""The one clock: the database's. A node whose own clock is wrong learns the difference and corrects for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.backends.signals import connection_created
from django.utils import timezone

_ahead = timedelta(0)  # how far the database's clock is ahead of this node's


def now() -> datetime:
    """This instant by the database's clock (aware, UTC)."""
    return timezone.now() + _ahead


def measure() -> timedelta:
    """Ask the database for its time, remember the difference to ours and return it. SQLite has our own clock."""
    global _ahead
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
    if connection.alias == "default":
        measure()


def follow_the_database() -> None:
    """Measure anew with each new connection, so that a node that has run for weeks cannot drift away."""
    connection_created.connect(_on_connection, dispatch_uid="cms.clock")
