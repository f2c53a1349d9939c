"""Numbered pages: one address each, and nothing at any other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import Http404

SIZE = 20
AROUND = 2  # how many page numbers are shown on each side of the current one
_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


@dataclass(frozen=True)
class Pages:
    """Page `number` of `last`, in a list of `total` at the address `path` with the query `query`, `size` a page."""

    path: str
    number: int
    total: int
    query: str = ""
    size: int = SIZE

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def start(self) -> int:
        """How many items stand on the pages before."""
        return (self.number - 1) * self.size

    @property
    def slice(self) -> slice:
        """The page's items, of a list that is short enough to be counted off from its top."""
        return slice(self.start, self.start + self.size)

    @property
    def is_first(self) -> bool:
        return self.number == 1

    @property
    def several(self) -> bool:
        return self.last > 1

    def url(self, number: int) -> str:
        return with_query(self.path, self.query, f"page={number}" if number > 1 else "")

    @property
    def current(self) -> str:
        return self.url(self.number)

    @property
    def previous(self) -> str:
        return self.url(self.number - 1) if self.number > 1 else ""

    @property
    def next(self) -> str:
        return self.url(self.number + 1) if self.number < self.last else ""

    @property
    def first_url(self) -> str:
        return self.url(1)

    @property
    def last_url(self) -> str:
        return self.url(self.last)

    @property
    def numbers(self) -> list[tuple[int, str] | None]:
        """The first, the last and those around the current one, with None where some are left out."""
        near = range(self.number - AROUND, self.number + AROUND + 1)
        shown = sorted({1, self.last, *(n for n in near if 1 <= n <= self.last)})
        found: list[tuple[int, str] | None] = []
        for before, number in zip([0, *shown], shown, strict=False):
            if number - before == 2:  # a gap of one is no shorter than the number
                found.append((number - 1, self.url(number - 1)))
            elif number - before > 2:
                found.append(None)
            found.append((number, self.url(number)))
        return found


def with_query(path: str, *parts: str) -> str:
    """An address: a path, and those parts of a query that are not empty."""
    query = "&".join(part for part in parts if part)
    return f"{path}?{query}" if query else path


def pages(path: str, asked: str | None, total: int, query: str = "", size: int = SIZE) -> Pages:
    """The page that was asked for. Raises Http404 for one that is not there, whatever was written."""
    if asked is not None and not _NUMBER.fullmatch(asked):
        raise Http404
    found = Pages(path, int(asked or 1), total, query, size)
    if found.number > found.last:
        raise Http404
    return found


def page_of(path: str, before: int, query: str = "") -> str:
    """The address of the page that holds the item which `before` others stand above of."""
    return Pages(path, before // SIZE + 1, before + 1, query).current


def holding(counts: Mapping[date, int], start: int) -> tuple[list[date], int]:
    """Where in a list, newest first, the page lies that `start` items stand above of.

    counts: items by day, or by the first day of each month. Returns the days or months that hold the page's items, the
    newest first, and how many items of the newest of them stand above the page.
    """
    found: list[date] = []
    above = inside = 0
    for first in sorted(counts, reverse=True):
        if above >= start + SIZE:
            break
        if above + counts[first] > start:
            inside = inside if found else start - above
            found.append(first)
        above += counts[first]
    return found, inside
