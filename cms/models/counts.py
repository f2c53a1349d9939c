"""How many items a list has at an instant, by month, day, kind and genre: from the kept counts, in one query each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, DateField, DateTimeField, F, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, Least, TruncMonth

from .. import kinds
from .as_of import AsOf
from .edition import Edition
from .editions import EditionQuerySet
from .event import FIRST_DAY, LAST_DAY
from .tally import BEGINNING, EVERY, Tally, TallyState, begun, ended

Period = tuple[date, date]  # first and last day
ALWAYS: Period = (FIRST_DAY, LAST_DAY)
NOTHING = Value("")
MOVED = ["what", "on", "kind", "genre"]


@dataclass(frozen=True)
class Counts:
    """months: items by the first of each month that has some, the oldest first. sorts: items by (kind, genre)."""

    months: dict[date, int]
    sorts: dict[tuple[str, str], int]


@dataclass(frozen=True)
class KeptCounts:
    """The counts of a language, or of sections of it, and of a kind or genre where given, at an instant."""

    at: datetime
    language: str
    sections: list[int] | None = None
    kind: str = ""
    genre: str = ""

    def counts(self, period: Period = ALWAYS) -> Counts:
        """Of all months; by kind and genre within a period of whole months, whatever kind or genre is chosen."""
        kept = self._kept(Tally.Span.MONTH)
        months = self._of_sort(kept).annotate(what=Value("month"), any_kind=NOTHING, any_genre=NOTHING)
        sorts = kept.exclude(kind="").filter(day__range=period).annotate(what=Value("sort"), no_day=Value(FIRST_DAY))
        moved = self._moved(Cast(TruncMonth("dated_on"), DateField()))  # PostgreSQL gives midnights
        found = _rows(
            (months, "n", ["what", "day", "any_kind", "any_genre"]),
            (sorts, "n", ["what", "no_day", "kind", "genre"]),
            *((rows, "sign", MOVED) for rows in moved),
        )
        by_month: Counter[date] = Counter()
        by_sort: Counter[tuple[str, str]] = Counter()
        for what, day, kind, genre, n in found:
            if what == "month" or (what == "moved" and self._is_of_sort(kind, genre)):
                by_month[day] += n
            if what == "sort" or (what == "moved" and period[0] <= day <= period[1]):
                by_sort[kind, genre] += n
            if what == "moved" and genre and period[0] <= day <= period[1]:
                by_sort[kind, ""] += n
        return Counts(
            {day: by_month[day] for day in sorted(by_month) if by_month[day]},
            {sort: n for sort, n in by_sort.items() if n},
        )

    def days(self, period: Period) -> dict[date, int]:
        """Items of each day that has some within a period, the oldest first."""
        kept = self._of_sort(self._kept(Tally.Span.DAY)).filter(day__range=period)
        kept = kept.annotate(what=Value("day"), any_kind=NOTHING, any_genre=NOTHING)
        moved = (rows.filter(on__range=period) for rows in self._moved(F("dated_on")))
        by_day: Counter[date] = Counter()
        for what, day, kind, genre, n in _rows(
            (kept, "n", ["what", "day", "any_kind", "any_genre"]), *((rows, "sign", MOVED) for rows in moved)
        ):
            if what == "day" or self._is_of_sort(kind, genre):
                by_day[day] += n
        return {day: by_day[day] for day in sorted(by_day) if by_day[day]}

    def _kept(self, span: Tally.Span) -> QuerySet[Tally]:
        sections = [EVERY] if self.sections is None else self.sections
        return Tally.objects.filter(language=self.language, span=span, section__in=sections).order_by()

    def _of_sort(self, kept: QuerySet[Tally]) -> QuerySet[Tally]:
        if self.genre and not self.kind:
            return kept.filter(kind__in=kinds.listed(), genre=self.genre)
        return kept.filter(kind=self.kind, genre=self.genre)

    def _is_of_sort(self, kind: str, genre: str) -> bool:
        return self.kind in ("", kind) and self.genre in ("", genre)

    def _moved(self, day: Any) -> list[QuerySet[Any]]:
        """What began (+1) and ended (-1) between the instant of the kept counts and this one; or back from it to here,
        the other way round."""
        at = Value(self.at, DateTimeField())
        settled = Coalesce(Subquery(TallyState.objects.values("settled_at")[:1]), Value(BEGINNING, DateTimeField()))
        first, last = Least(settled, at), Greatest(settled, at)
        later = When(live_from__gt=settled, then=1), When(live_until__gt=settled, then=-1)
        found = [
            self._here(begun(first, last)).annotate(on=day, sign=Case(later[0], default=-1)),
            self._here(ended(first, last)).annotate(on=day, sign=Case(later[1], default=1)),
        ]
        if isinstance(self.at, AsOf) and self.at.is_past:
            found.append(self._here(Edition.objects.taken_down_since(self.at)).annotate(on=day, sign=Value(-1)))
        return found

    def _here(self, editions: EditionQuerySet) -> QuerySet[Any]:
        return off_index(editions, self.language, self.sections).annotate(what=Value("moved")).order_by()


def off_index(editions: EditionQuerySet, language: str, sections: list[int] | None) -> EditionQuerySet:
    """Those listed in a language, or in sections of it, asked for in expressions that no index has.

    For editions that another index finds, where they are few: SQLite would take the one that begins with the language,
    and read the archive.
    """
    here = editions.alias(
        its_language=Concat("language", Value("")),
        its_kind=Concat("kind", Value("")),
        its_section=F("section_id") + 0,
    ).filter(its_language=language, its_kind__in=kinds.listed())
    return here if sections is None else here.filter(its_section__in=sections)


def _rows(*parts: tuple[QuerySet[Any], str, list[str]]) -> Iterable[Any]:
    """Groups of several tables in one query. parts: rows, the column to add up, the columns to group by."""
    first, *others = (
        rows.values(*columns).annotate(total=Sum(what)).values_list(*columns, "total") for rows, what, columns in parts
    )
    return first.union(*others, all=True)
