"""Lists of editions at an instant: all news, a section with those below it, and their years and months."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.http import Http404
from django.urls import reverse

from ..models import LONG, Edition, EditionQuerySet, Section
from ..text.slugs import CODE_PATTERN
from .converters import Year
from .frame import Frame
from .pagination import Pages, page_of, pages


def rows(found: EditionQuerySet) -> EditionQuerySet:
    """What a list shows of editions, and no more."""
    return found.newest_first().with_frame().defer(*LONG)


def _has_an_address(first: date) -> bool:
    """Whether an archive of its year can be linked to: a mistyped year 25 stands in the list alone."""
    return re.fullmatch(Year.regex, f"{first.year:04d}") is not None


@dataclass(frozen=True)
class Period:
    """A year or a month that has items."""

    first: date
    count: int
    url: str
    current: bool


@dataclass
class List:
    """One list: of everything in a language, or of a section and those below it, in all or in a year or a month."""

    frame: Frame
    at: datetime
    section: Section | None = None
    year: int | None = None
    month: int | None = None

    def _url(self, year: int | None = None, month: int | None = None) -> str:
        when = [part for part in (year, month) if part is not None]
        name = ("section" if self.section else "all-news") + ("", "-year", "-month")[len(when)]
        return reverse(f"public:{name}", args=[*([self.section.path] if self.section else []), *when])

    @property
    def path(self) -> str:
        return self._url(self.year, self.month)

    @property
    def whole(self) -> str:
        """The address of the list of all years."""
        return self._url()

    @cached_property
    def live(self) -> EditionQuerySet:
        """The whole list, of all years."""
        found = Edition.objects.live(self.at).in_language(self.frame.language).listed()
        return found.in_sections(self.frame.sections.ids_below(self.section)) if self.section else found

    @cached_property
    def months(self) -> dict[date, int]:
        """How many items each month has: one query for the count and for all links to archives."""
        counted = self.live.order_by().annotate(first=TruncMonth("dated_on")).values_list("first")
        return dict(counted.annotate(n=Count("pk")).order_by("first"))

    @property
    def total(self) -> int:
        return sum(n for first, n in self.months.items() if self._holds(first))

    def _holds(self, first: date) -> bool:
        return self.year in (None, first.year) and self.month in (None, first.month)

    @property
    def years(self) -> list[Period]:
        linked = [pair for pair in self.months.items() if _has_an_address(pair[0])]
        by_year = groupby(linked, key=lambda pair: pair[0].year)
        return [
            Period(date(year, 1, 1), sum(n for _first, n in group), self._url(year), year == self.year)
            for year, group in by_year
        ]

    @property
    def months_of_year(self) -> list[Period]:
        return [
            Period(first, n, self._url(first.year, first.month), first.month == self.month)
            for first, n in self.months.items()
            if first.year == self.year and _has_an_address(first)
        ]

    @property
    def first_day(self) -> date | None:
        return date(self.year, self.month or 1, 1) if self.year else None

    @property
    def _last_day(self) -> date:
        year, month = self.year or date.max.year, self.month or 12
        return date(year, month, calendar.monthrange(year, month)[1])

    def page(self, asked: str | None) -> tuple[Pages, list[Edition]]:
        """A page's number and items. Raises Http404 for a page, year or month that is not there."""
        if self.year and not self.total:
            raise Http404
        found = pages(self.path, asked, self.total)
        editions = self.live.dated_within(self.first_day, self._last_day) if self.first_day else self.live
        return found, list(rows(editions)[found.slice])

    def place_of(self, code: str) -> str:
        """The address of the page that holds an item, at the item; the list's own where it does not."""
        known = re.fullmatch(CODE_PATTERN, code)
        item = self.live.filter(publication__code=code).defer(*LONG).first() if known else None
        if item is None:
            return self.whole
        return f"{page_of(self.whole, self.live.before_in_list(item).count())}#i-{code}"
