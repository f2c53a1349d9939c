"""What a search finds at an instant: as many as are counted, what they may be narrowed down by, and a page of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from ..models import LONG, Edition
from ..search.engine import Bounds
from ..search.in_use import engine
from ..search.query import Query
from ..search.snippets import Piece, highlighted, snippet
from .pagination import Pages
from .search_filters import Narrowing

CAP = 1_000  # found texts that are counted, ranked and paged through; of more, the newest
TITLED = 200  # with best first: older texts beyond those that have all words in their title
SIZE = 10


class Row(NamedTuple):
    """What is known of every text that was found."""

    position: int
    pk: int
    publication: int
    published_at: datetime
    dated_on: date
    kind: str
    genre: str
    section: int
    place: str
    language: str
    people: str  # a line each: public code, space, name


COLUMNS = (
    "search_entry__position pk publication published_at dated_on kind genre section place language search_entry__people"
).split()


def _as_in_lists(row: Row) -> tuple[date, datetime, int]:
    """EditionQuerySet.newest_first, upside down."""
    return row.dated_on, row.published_at, row.publication


@dataclass(frozen=True)
class Hit:
    """A found text on the page."""

    edition: Edition
    title: list[Piece]
    snippet: list[Piece]


@dataclass
class Found:
    """query: has terms. best: whether the best come first, and not the newest."""

    query: Query
    narrowing: Narrowing
    at: datetime
    best: bool = False

    @cached_property
    def _all(self) -> list[Row]:
        """The newest, and one more than are counted; with best first, old ones that are titled so too."""
        found: dict[int, Row] = {}
        bounds, step = self.narrowing.bounds, CAP + CAP // 4  # some will be superseded
        titled = TITLED if self.best else 0
        while True:
            positions = engine().find(self.query, bounds, step, titled=titled)
            found |= {row.pk: row for row in self._live(positions)}
            if len(found) > CAP or len(positions) < step:
                return sorted(found.values(), key=_as_in_lists, reverse=True)
            # Few of them are live at that instant: look further.
            last = positions[step - 1] - 1
            bounds, step, titled = Bounds(bounds.marks, bounds.first, last), min(step * 4, 5_000), 0

    def _live(self, positions: Sequence[int]) -> list[Row]:
        live = self.narrowing.narrow(Edition.objects.live(self.at).listed())
        return [Row(*values) for values in live.filter(search_entry__in=positions).values_list(*COLUMNS)]

    @property
    def capped(self) -> bool:
        """Whether there are more than are counted."""
        return len(self._all) > CAP

    @cached_property
    def rows(self) -> list[Row]:
        """In the order in which they are shown."""
        if not self.best:
            return self._all[:CAP]
        scores = engine().rank(self.query, [row.position for row in self._all])
        return sorted(self._all, key=lambda row: scores.get(row.position, 0.0), reverse=True)[:CAP]

    def hits(self, pages: Pages) -> list[Hit]:
        """Those on a page, with where they say what was searched for."""
        wanted = [row.pk for row in self.rows[pages.slice]]
        live = Edition.objects.live(self.at).filter(pk__in=wanted).with_frame()
        editions = {e.pk: e for e in live.select_related("search_entry").defer(*LONG)}
        return [self._hit(editions[pk]) for pk in wanted if pk in editions]

    def _hit(self, edition: Edition) -> Hit:
        language, entry = edition.language, edition.search_entry
        return Hit(edition, highlighted(edition.title, self.query, language), snippet(entry.text, self.query, language))
