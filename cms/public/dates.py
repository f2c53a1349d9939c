"""Days and instants in words, as a reader of the active language writes them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language

# Django writes the rest of the world's dates as the world does; English ones as in America, and abbreviated; Arabic
# ones with a comma that nobody writes. The months of the archive in Chinese are numbers, as in the dates.
DAYS = {"en": "j F Y", "ar": "j F Y"}
MONTHS = {"zh-hans": "n月"}
MOST_DAYS = 5_000  # that are remembered
SMALL = {"ru"}  # Django begins a month that stands without a day with a capital, as at the head of a calendar


def day(value: date) -> str:
    """A day in full: 19 May 2025."""
    return _day(value.toordinal(), get_language() or "en")


@lru_cache(maxsize=MOST_DAYS)
def _day(ordinal: int, language: str) -> str:
    """In the active language. Pages say the same few days, and Django reads the form of a date letter by letter."""
    value = date.fromordinal(ordinal)
    words = date_format(value, DAYS.get(language, "DATE_FORMAT"))
    return words.replace("1", "1er", 1) if language == "fr" and value.day == 1 else words


def month(value: date) -> str:
    """A month of a year, within a line: May 2025."""
    words = date_format(value, "YEAR_MONTH_FORMAT")
    return words.lower() if get_language() in SMALL else words


def month_name(value: date) -> str:
    """A month by itself, in the nominative: May."""
    return capfirst(date_format(value, MONTHS.get(get_language() or "en", "F")))


def distance(value: datetime) -> str:
    """UTC+5, UTC−3:30, UTC."""
    offset = value.utcoffset() or timedelta(0)
    minutes = abs(offset) // timedelta(minutes=1)
    if not minutes:
        return "UTC"
    sign = "+" if offset > timedelta(0) else "−"
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02d}" if minutes % 60 else "")
