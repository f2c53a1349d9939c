"""What a search is narrowed down to: the filters of the lists, and a section, a time and a language; and the choices
that a reader has among what was found, each with how many it leaves."""

from __future__ import annotations

import calendar
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.utils.dates import MONTHS
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .. import kinds
from ..models import EDITION_BITS, Section
from ..search.engine import Bounds
from ..search.index import mark
from .converters import Month, SectionPath, Year
from .filters import Filters
from .sections import Sections
from .wording import labelled

if TYPE_CHECKING:
    from .searching import Columns

MOST_CHOICES = 30


@dataclass(frozen=True)
class SearchFilters(Filters):
    """section: its path in the language of the page; its translations are meant too. year, month: of the date, in
    digits. language: of the texts."""

    section: str = ""
    year: str = ""
    month: str = ""
    language: str = ""

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> SearchFilters:
        found = super().of(query)
        known = {
            "section": re.fullmatch(SectionPath.regex, found.section) and len(found.section) <= 255,
            "year": re.fullmatch(Year.regex, found.year, re.ASCII),
            "month": re.fullmatch(Year.regex, found.year, re.ASCII) and re.fullmatch(Month.regex, found.month),
            "language": found.language in dict(settings.LANGUAGES),
        }
        return replace(found, **{name: getattr(found, name) if ok else "" for name, ok in known.items()})


class Choice(NamedTuple):
    """There are a hundred on a page: a tuple is made in a third of a dataclass's time."""

    value: str
    label: str
    n: int
    chosen: bool = False
    group: str = ""


@dataclass(frozen=True)
class Choosing:
    """One thing that results can be narrowed down by: a field of the form, and its choices."""

    name: str
    label: str
    every: str  # what the choice of no filter says
    choices: list[Choice] = field(default_factory=list)

    @property
    def chosen(self) -> Choice | None:
        return next((choice for choice in self.choices if choice.chosen), None)

    def narrows(self, total: int) -> bool:
        """Whether there is anything to choose among so many."""
        return bool(self.chosen) or len(self.choices) > 1 or any(choice.n < total for choice in self.choices)


@dataclass
class Narrowing:
    """A search's filters where sections are known. language: of the page."""

    filters: SearchFilters
    sections: Sections
    language: str

    def __post_init__(self) -> None:
        self.section = self.sections.at(self.language, self.filters.section) if self.filters.section else None
        if self.section is None:
            self.filters = replace(self.filters, section="")

    @property
    def _section_ids(self) -> list[int]:
        """Of the section and its translations, and of all below them."""
        if self.section is None:
            return []
        versions = [self.section, *self.sections.in_other_languages(self.section).values()]
        return [pk for version in versions for pk in self.sections.ids_below(version)]

    @property
    def _days(self) -> tuple[date, date]:
        year = int(self.filters.year)
        month = int(self.filters.month or 0)
        last = month or 12
        return date(year, month or 1, 1), date(year, last, calendar.monthrange(year, last)[1])

    @property
    def bounds(self) -> Bounds:
        """The same for the index."""
        names = ("kind", "genre", "person", "event", "place", "language")
        marks: list[tuple[str, ...]] = [
            (mark(name, value),) for name, value in self.filters.given.items() if name in names
        ]
        if self.section:
            marks.append(tuple(mark("section", pk) for pk in self._section_ids))
        if not self.filters.year:
            return Bounds(tuple(marks))
        first, last = self._days
        return Bounds(tuple(marks), first.toordinal() << EDITION_BITS, (last.toordinal() + 1 << EDITION_BITS) - 1)

    def without(self, name: str) -> str:
        """The query of an address without one filter (a year takes its month along)."""
        gone = {name, "month"} if name == "year" else {name}
        return urlencode([(n, value) for n, value in self.filters.given.items() if n not in gone])

    # --- Choices

    def choosings(self, found: Columns) -> list[Choosing]:
        """What the results may be narrowed down by. What is chosen stays a choice, even where it leaves nothing."""
        counted = self._choosing
        genres, positions = Counter(found.genre), sorted(found.position)
        choosings = [
            counted("kind", _("Kind"), _("All kinds"), _by_kind(genres), _kind),
            self._genres(genres),
            counted("section", _("Section"), _("All sections"), self._by_section(found.section), self._section_title),
            counted("year", _("Year"), _("All years"), _by_year(positions), str, by="value"),
            self._months(positions),
            self._speakers(found.people),
            counted("place", _("Place"), _("All places"), _without_nothing(found.place), str),
            counted("language", _("Language"), _("All languages"), Counter(found.language), _language_name),
        ]
        total = len(found.position)
        return [choosing for choosing in choosings if choosing and choosing.narrows(total)]

    def _choosing(
        self, name: str, label: str, every: str, counts: Mapping[str, int], words: Any, by: str = "count"
    ) -> Choosing:
        """words: what a value is called. by: what the choices are sorted by, "count" or "value" (the latest first)."""
        mine = getattr(self.filters, name)
        order = (lambda pair: pair[0]) if by == "value" else (lambda pair: pair[1])
        shown = sorted(counts.items(), key=order, reverse=True)[:MOST_CHOICES]
        if mine and mine not in dict(shown):
            shown.append((mine, counts.get(mine, 0)))
        return Choosing(name, label, every, [Choice(value, words(value), n, value == mine) for value, n in shown])

    def _genres(self, counts: Counter[str]) -> Choosing:
        """In groups: each kind has its own, and its own word for what they are. counts: by kind and genre."""
        mine, choices = self.filters.genre, []
        for key, model in ((key, kinds.model_of(key)) for key in kinds.listed()):
            group = labelled(model.NAME, model.GENRE_LABEL)
            for genre, words in model.GENRES.items():
                if (n := counts[f"{key} {genre}"]) or genre == mine:
                    choices.append(Choice(genre, str(words.label), n, genre == mine, group))
        return Choosing("genre", _("Genre or text status"), _("All"), choices)

    def _by_section(self, sections: Iterable[str]) -> Counter[str]:
        """By path in the page's language: sections on top, or directly below the chosen one, with all below them."""
        counts: Counter[str] = Counter()
        for pk, n in Counter(sections).items():
            for path in (section.path for section in self.sections.trail_in(int(pk), self.language)):
                depth = path.count("/") - (self.section.path.count("/") + 1 if self.section else 0)
                if depth <= 0 and (not self.section or f"{path}/".startswith(f"{self.section.path}/")):
                    counts[path] += n
        return counts

    def _section_title(self, path: str) -> str:
        found: Section | None = self.sections.at(self.language, path)
        return found.title if found else path

    def _months(self, positions: Sequence[int]) -> Choosing | None:
        """positions: of the chosen year, the oldest first."""
        if not self.filters.year:
            return None
        year = int(self.filters.year)
        starts = [date(year, month, 1) for month in range(1, 13)]
        counts = {f"{day.month:02}": n for day, n in _between(positions, starts).items()}
        return self._choosing("month", _("Month"), _("All months"), counts, lambda m: str(MONTHS[int(m)]), by="value")

    def _speakers(self, found: Iterable[str]) -> Choosing:
        names: dict[str, str] = {}
        counts: Counter[str] = Counter()
        for people, n in Counter(found).items():
            for line in people.splitlines():
                code, _space, name = line.partition(" ")
                names.setdefault(code, name)
                counts[code] += n
        # One who was asked for and says nothing of this is not named: drafts may be all that names them.
        return self._choosing(
            "person",
            pgettext("filter", "Speaker"),
            _("All speakers"),
            counts,
            lambda code: names.get(code) or _("the chosen one"),
        )


def _by_kind(genres: Mapping[str, int]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for named, n in genres.items():
        counts[named.partition(" ")[0]] += n
    return counts


def _by_year(positions: Sequence[int]) -> dict[str, int]:
    """positions: the oldest first."""
    if not positions:
        return {}
    first, last = (date.fromordinal(position >> EDITION_BITS).year for position in (positions[0], positions[-1]))
    starts = [date(year, 1, 1) for year in range(first, last + 1)]
    return {str(day.year): n for day, n in _between(positions, starts).items()}


def _between(positions: Sequence[int], starts: Sequence[date]) -> dict[date, int]:
    """How many positions there are from each start to the next, or to the end; no start without any.

    A position grows with its day: that is looked for, and not worked out for each.
    """
    places = [bisect_left(positions, day.toordinal() << EDITION_BITS) for day in starts]
    ends = [*places[1:], len(positions)]
    return {day: end - place for day, place, end in zip(starts, places, ends, strict=True) if end > place}


def _without_nothing(values: Iterable[str]) -> Counter[str]:
    counts = Counter(values)
    counts.pop("", None)
    return counts


def _kind(key: str) -> str:
    return str(kinds.model_of(key).NAME)


def _language_name(code: str) -> str:
    return dict(settings.LANGUAGES).get(code, code)
