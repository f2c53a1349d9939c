"""Lists of editions at an instant: all news, a section with those below it, and their years and months."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Any, TypeVar

from django.http import Http404
from django.utils.translation import get_language

from ..models import ALWAYS, LONG, Counts, Edition, EditionQuerySet, KeptCounts, Section, off_index
from ..models.paths import path_to
from ..models.prepared import Prepared, column
from ..models.touched import EVENTS, FRAME, PEOPLE, of_list, of_section
from ..text.slugs import CODE_PATTERN
from .converters import Year
from .counting import Counted, Counting
from .dates import month
from .filters import Filters
from .frame import Frame
from .kept.depends import depend_on
from .kept.remembered import remembered
from .narrowing import Choice, Chosen, chosen, names_in, people_and_places, sorts, title_of, words_of
from .pagination import SIZE, Pages, holding, page_of, pages, with_query

T = TypeVar("T")
NEAR = 100  # items of a month that may stand above a page, before the month's days are asked for


# What an entry shows (templates/public/_entry.html), where it leads, and what it is remembered by.
ENTRY = ("kind", "language", "title", "slug", "summary", "genre", "dated_on", "place", "byline", "lead", "digest")
LEADS_TO = ("publication__code", "section__language", "section__path")


def _entries(found: EditionQuerySet) -> EditionQuerySet:
    """With what a list shows of them, and no more."""
    return found.newest_first().with_frame().only(*ENTRY, *LEADS_TO)


def rows(found: EditionQuerySet, part: slice) -> list[Edition]:
    """What a list shows of a part of it."""
    return list(_entries(found)[part])


def _listed(
    at: datetime, language: str, sections: list[int] | None = None, days: list[date] | None = None, **columns: Any
) -> EditionQuerySet:
    """days: those of these days alone. columns: what else they have to be; None: anything."""
    found = Edition.objects.live(at).in_language(language).listed()
    if sections is not None:
        found = found.in_sections(sections)
    if days is not None:
        found = found.filter(dated_on__in=days)
    return _entries(found.filter(**{name: value for name, value in columns.items() if value is not None}))


LISTED = Prepared(
    Edition,
    _listed,
    at=column(Edition, "live_from"),
    language=column(Edition, "language"),
    sections=column(Edition, "section"),
    kind=column(Edition, "kind"),
    genre=column(Edition, "genre"),
    days=column(Edition, "dated_on"),
    dated_on__gte=column(Edition, "dated_on"),
    dated_on__lte=column(Edition, "dated_on"),
)


def latest(at: datetime, language: str, most: int) -> list[Edition]:
    """So many of the newest of a language."""
    return LISTED.rows(slice(most), at=at, language=language)


def _has_an_address(first: date) -> bool:
    """Whether an archive of its year can be linked to: a mistyped year 25 stands in the list alone."""
    return re.fullmatch(Year.regex, f"{first.year:04d}") is not None


def _end_of(first: date) -> date:
    """The last day of a month."""
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


@dataclass(frozen=True)
class Period:
    """A year or a month that has items."""

    first: date
    count: int
    url: str
    current: bool


@dataclass
class List:
    """One list: of everything in a language, or of a section and those below it, in all or in a year or a month, and of
    what its filters leave."""

    frame: Frame
    at: datetime
    section: Section | None = None
    year: int | None = None
    month: int | None = None
    filters: Filters = Filters()

    # --- Addresses

    def _url(self, year: int | None = None, month: int | None = None) -> str:
        when = [part for part in (year, month) if part is not None]
        name = ("section" if self.section else "all-news") + ("", "-year", "-month")[len(when)]
        return path_to(f"public:{name}", *([self.section.path] if self.section else []), *when)

    @property
    def path(self) -> str:
        """Without the filters, which are `filters.query`."""
        return self._url(self.year, self.month)

    @property
    def address(self) -> str:
        return with_query(self.path, self.filters.query)

    @property
    def whole(self) -> str:
        """The address of the list of all years, as narrow as this one."""
        return with_query(self._url(), self.filters.query)

    # --- Words

    @cached_property
    def words(self) -> dict[str, str]:
        """What each filter in force is in words."""
        if not self._finds_few:
            return words_of(self.filters, {})
        placed = Edition.objects.live(self.at).in_language(self.frame.language).listed()
        return words_of(self.filters, names_in(self._everything_off_index, placed, self.filters))

    @cached_property
    def narrowed_to(self) -> str:
        """The filters and the year or month: "Statement, Aigerim Sadykova, May 2025"; "" for a whole list."""
        when = month(self.first_day) if self.first_day and self.month else str(self.year or "")
        return title_of({**self.words, "when": when} if when else self.words)

    @property
    def chosen(self) -> list[Chosen]:
        return chosen(self.path, self.filters, self.words)

    # --- Items

    @cached_property
    def live(self) -> EditionQuerySet:
        """The items of all years that the filters leave."""
        return self.filters.narrow(self._whole)

    @property
    def _whole(self) -> EditionQuerySet:
        """What the filters narrow down. The index of places begins with the language, those of people and events do
        not know it."""
        return self._off_index if self.filters.person or self.filters.event else self._here

    @property
    def _here(self) -> EditionQuerySet:
        found = Edition.objects.live(self.at).in_language(self.frame.language).listed()
        return found if self._sections is None else found.in_sections(self._sections)

    @property
    def _off_index(self) -> EditionQuerySet:
        return off_index(Edition.objects.live(self.at), self.frame.language, self._sections)

    @property
    def _everything_off_index(self) -> EditionQuerySet:
        return off_index(Edition.objects.live(self.at), self.frame.language, None)

    @property
    def _names(self) -> set[str]:
        """What is kept of it depends on all items that it may hold, and on what those are called who are chosen by."""
        below = self._sections
        everything = {of_list(self.frame.language)}
        if below is None:
            return {PEOPLE, EVENTS, *everything}
        # What a person, an event or a place is called is told by texts of all sections.
        return {PEOPLE, EVENTS, *map(of_section, below), *(everything if self._finds_few else ())}

    @cached_property
    def _sections(self) -> list[int] | None:
        return self.frame.sections.ids_below(self.section) if self.section else None

    @property
    def _finds_few(self) -> bool:
        """Whether an index of a person's, an event's or a place's items is the way to find those of the list."""
        return bool(self.filters.person or self.filters.event or self.filters.place)

    # --- Counts

    @cached_property
    def _counting(self) -> Counting:
        kind, genre = self.filters.kind, self.filters.genre
        if self._finds_few:
            return Counted(replace(self.filters, kind="", genre="").narrow(self._whole), kind, genre)
        return KeptCounts(self.at, self.frame.language, self._sections, kind, genre)

    @cached_property
    def counts(self) -> Counts:
        """How many items each month has, and the list by kind and genre: one query."""
        period = (self.first_day, self._last_day) if self.first_day else ALWAYS
        return self.in_common(("counts", period), lambda: self._counting.counts(period))

    def _days(self, first: date, last: date) -> dict[date, int]:
        """How many items each day has, from one to another."""
        return self.in_common(("days", first, last), lambda: self._counting.days((first, last)))

    def in_common(self, what: tuple[Any, ...], make: Callable[[], T]) -> T:
        """What all pages of the list have in common, read once as long as the list stays as it is. The present alone:
        at other instants it is another list."""
        if self.frame.look or self._finds_few:  # of these there are as many as anybody can write
            return make()
        here = (self.section and self.section.pk, self.year, self.month, self.filters)
        key = ("list", self.frame.language, get_language(), *here, *what)
        return remembered(key, frozenset({FRAME, *self._names}), make)

    @property
    def months(self) -> dict[date, int]:
        return self.counts.months

    @cached_property
    def _months_here(self) -> dict[date, int]:
        if self.year is None:
            return self.months
        return {first: n for first, n in self.months.items() if self._holds(first)}

    @property
    def total(self) -> int:
        return sum(self._months_here.values())

    def _holds(self, first: date) -> bool:
        return first.year == self.year and self.month in (None, first.month)

    @property
    def years(self) -> list[Period]:
        linked = [pair for pair in self.months.items() if _has_an_address(pair[0])]
        by_year = groupby(linked, key=lambda pair: pair[0].year)
        return [
            Period(date(year, 1, 1), sum(n for _first, n in group), self._period_url(year), year == self.year)
            for year, group in by_year
        ]

    @property
    def months_of_year(self) -> list[Period]:
        return [
            Period(first, n, self._period_url(first.year, first.month), first.month == self.month)
            for first, n in self.months.items()
            if first.year == self.year and _has_an_address(first)
        ]

    def _period_url(self, year: int, month: int | None = None) -> str:
        return with_query(self._url(year, month), self.filters.query)

    @property
    def first_day(self) -> date | None:
        return date(self.year, self.month or 1, 1) if self.year else None

    @property
    def _last_day(self) -> date:
        year, month = self.year or date.max.year, self.month or 12
        return _end_of(date(year, month, 1))

    # --- Pages

    def page(self, asked: str | None) -> tuple[Pages, list[Edition]]:
        """A page's number and items. Raises Http404 for a page, year or month that is not there."""
        depend_on(*self._names)
        if self.year and not self.total and not self.filters:
            raise Http404
        found = pages(self.path, asked, self.total, self.filters.query)
        return found, self._items(found.start)

    def _items(self, start: int) -> list[Edition]:
        """Those of the page that `start` items stand above of. A page in the depth of the archive is found by its
        months and days, and costs what the first does."""
        months, above = holding(self._months_here, start)
        if not months:
            return []
        first, last = months[-1], _end_of(months[0])
        if self._finds_few:
            return rows(self.live.dated_within(first, last), slice(above, above + SIZE))
        if above <= NEAR and not self.section and not self.filters:
            return self._listed(above, dated_on__gte=first, dated_on__lte=last)
        days, above = holding(self._days(first, last), above)
        return self._listed(above, days=days)

    def _listed(self, above: int, **dated: Any) -> list[Edition]:
        """A page of the items of some days, which `above` of them stand above of."""
        kind, genre = self.filters.kind or None, self.filters.genre or None
        here = {"language": self.frame.language, "sections": self._sections, "kind": kind, "genre": genre}
        return LISTED.rows(slice(above, above + SIZE), at=self.at, **here, **dated)

    @property
    def _front(self) -> EditionQuerySet:
        """The months that hold the first page."""
        months, _above = holding(self._months_here, 0)
        return self.live.dated_within(months[-1], _end_of(months[0])) if months else self.live.none()

    @property
    def choices(self) -> list[Choice]:
        """The fields of the form that narrows the list down, the same on all its pages. On the front of a section,
        whose text is read too, only those that cost no query."""
        found = sorts(self.filters, self.counts.sorts)
        if self.section and not self.year and not self.filters:
            return found
        live = Edition.objects.live(self.at)
        of_front = lambda: people_and_places(live, self._front, self.filters, self.words)  # noqa: E731
        return [*found, *self.in_common(("choices",), of_front)]

    def place_of(self, code: str) -> str:
        """The address of the page that holds an item, at the item; the list's own where it does not."""
        known = re.fullmatch(CODE_PATTERN, code)
        item = self.live.filter(publication__code=code).defer(*LONG).first() if known else None
        if item is None:
            return self.whole
        first, day = item.dated_on.replace(day=1), item.dated_on
        above = sum(n for month, n in self.months.items() if month > first)
        above += sum(n for other, n in self._days(first, _end_of(first)).items() if other > day)
        above += self.live.dated_within(day, day).before_in_list(item).count()
        return f"{page_of(self._url(), above, self.filters.query)}#i-{code}"
