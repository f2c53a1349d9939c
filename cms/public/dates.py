"""Days and instants in words, as a reader of the active language writes them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language

# Django writes the rest of the world's dates as the world does; English ones as in America, and abbreviated.
ENGLISH = "j F Y"


def day(value: date) -> str:
    """A day in full: 19 May 2025."""
    return date_format(value, ENGLISH if (get_language() or "en").startswith("en") else "DATE_FORMAT")


def month(value: date) -> str:
    """May 2025."""
    return date_format(value, "YEAR_MONTH_FORMAT")


def distance(value: datetime) -> str:
    """UTC+5, UTC−3:30, UTC."""
    offset = value.utcoffset() or timedelta(0)
    minutes = abs(offset) // timedelta(minutes=1)
    if not minutes:
        return "UTC"
    sign = "+" if offset > timedelta(0) else "−"
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02d}" if minutes % 60 else "")
