"""How many items a list has by month, day, kind and genre: as kept, or counted where its filters leave few."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.db.models import Count
from django.db.models.functions import TruncMonth

from ..models import ALWAYS, Counts, EditionQuerySet

Period = tuple[date, date]  # first and last day


class Counting(Protocol):
    """What cms.models.KeptCounts does, and Counted."""

    def counts(self, period: Period = ALWAYS) -> Counts: ...

    def days(self, period: Period) -> dict[date, int]: ...


@dataclass(frozen=True)
class Counted:
    """Counts of the items that a person, an event or a place leaves: nobody keeps them, and an index finds them.

    found: items of whatever kind. kind, genre: as chosen.
    """

    found: EditionQuerySet
    kind: str = ""
    genre: str = ""

    def counts(self, period: Period = ALWAYS) -> Counts:
        grouped = self.found.order_by().annotate(month=TruncMonth("dated_on")).values_list("month", "kind", "genre")
        months: Counter[date] = Counter()
        sorts: Counter[tuple[str, str]] = Counter()
        for month, kind, genre, n in grouped.annotate(n=Count("pk")):
            if self.kind in ("", kind) and self.genre in ("", genre):
                months[month] += n
            if period[0] <= month <= period[1]:
                for sort in {(kind, ""), (kind, genre)}:
                    sorts[sort] += n
        return Counts({month: months[month] for month in sorted(months)}, dict(sorts))

    def days(self, period: Period) -> dict[date, int]:
        chosen = {name: value for name, value in (("kind", self.kind), ("genre", self.genre)) if value}
        within = self.found.filter(**chosen).dated_within(*period)
        return dict(within.order_by("dated_on").values_list("dated_on").annotate(n=Count("pk")))
