"""What the page that is being made is made of, collected on the way, so that nobody has to list it beforehand.

Readers of content name what they read: `depend_on(of_list("en"))`. What they forget is found by
tests/public/test_kept_pages_whatever.py, which compares kept pages with fresh ones byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings


@dataclass
class Made:
    """names: of what a page is made of (cms/models/touched.py). until: the instant up to which it may be kept."""

    names: set[str] = field(default_factory=set)
    until: datetime | None = None


_making: ContextVar[Made | None] = ContextVar("making", default=None)


@contextmanager
def collecting() -> Iterator[Made]:
    """Around the making of a page: gives what is named meanwhile."""
    made = Made()
    token = _making.set(made)
    try:
        yield made
    finally:
        _making.reset(token)


def depend_on(*names: str) -> None:
    """The page that is being made, if there is one, is out of date when one of these changes."""
    made = _making.get()
    if made is not None:
        made.names.update(names)


def no_longer_than(instant: datetime) -> None:
    """The page that is being made, if there is one, is out of date from an instant on."""
    made = _making.get()
    if made is not None and (made.until is None or instant < made.until):
        made.until = instant


def no_longer_than_the_day(at: datetime, zone: str = "") -> None:
    """It is out of date when the day of an instant ends. zone: where, by its name (default: at the press office)."""
    there = at.astimezone(ZoneInfo(zone or settings.TIME_ZONE))
    no_longer_than(datetime.combine(there.date() + timedelta(days=1), time.min, there.tzinfo))
