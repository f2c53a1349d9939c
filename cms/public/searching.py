"""What a search finds at an instant: as many as are counted, what they may be narrowed down by, and a page of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet

from ..models import Edition, editions_at
from ..models.among import Numbers
from ..models.prepared import Prepared, column
from ..search.engine import Bounds
from ..search.in_use import engine
from ..search.query import Query
from ..search.snippets import Piece, highlighted, snippet
from .lists import LEADS_TO
from .pagination import Pages
from .search_filters import Narrowing

CAP = 1_000  # found texts that are counted, ranked and paged through; of more, the newest
TITLED = 200  # with best first: older texts beyond those that have all words in their title
SIZE = 10
ROUNDS = 6  # of looking further where few of those found are live at the instant: of the long past, or of nothing
LEAST, MOST = 200, 5_000  # texts that are looked for in another round


class Columns(NamedTuple):
    """What is known of every text that was found, column by column: no more than is counted, for there are a thousand
    of them. people: a line each, of public code, space, name."""

    position: Sequence[int] = ()
    kind: Sequence[str] = ()
    genre: Sequence[str] = ()
    section: Sequence[int] = ()
    place: Sequence[str] = ()
    language: Sequence[str] = ()
    people: Sequence[str] = ()


Row = tuple[Any, ...]  # the same of one text
COLUMNS = "search_entry__position kind genre section place language search_entry__people".split()


def _live(at: datetime, ids: tuple[int, ...]) -> QuerySet[Any]:
    return Edition.objects.live(at).filter(pk__among=ids).newest_first().values_list(*COLUMNS)


def _shown(at: datetime, ids: tuple[int, ...]) -> QuerySet[Edition]:
    live = Edition.objects.live(at).filter(pk__among=ids)
    return live.select_related("publication", "section", "search_entry").only(*SHOWS)


# What a hit shows (templates/public/_hit.html), and where it leads.
SHOWS = (*"kind language title slug genre dated_on place byline".split(), *LEADS_TO, "search_entry__text")
ASKED = {"at": column(Edition, "live_from"), "ids": Numbers()}
LIVE, SHOWN = Prepared(Edition, _live, **ASKED), Prepared(Edition, _shown, **ASKED)


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
    stopped: bool = field(default=False, init=False)  # whether more was not looked at: of the past, much has been since

    @cached_property
    def _all(self) -> list[Row]:
        """The newest first, one more than are counted; with best first, old ones that are titled so too."""
        found: dict[int, Row] = {}
        bounds, step = self.narrowing.bounds, CAP + CAP // 10  # some will be superseded
        titled = TITLED if self.best else 0
        for _round in range(ROUNDS):
            positions = engine().find(self.query, bounds, step, titled=titled)
            before = len(found)
            found |= self._live(positions)
            if len(found) > CAP or len(positions) < step:
                return list(found.values())
            # Some of them are not live at that instant: look further, for as many as will do if it goes on like that.
            last = positions[step - 1] - 1
            wanted = (CAP + 1 - len(found)) * len(positions) * 5 // (max(1, len(found) - before) * 4)
            bounds, step, titled = Bounds(bounds.marks, bounds.first, last), max(LEAST, min(wanted, MOST)), 0
        self.stopped = True
        return list(found.values())

    def _live(self, positions: Sequence[int]) -> dict[int, Row]:
        """Those that are live, by their positions."""
        if not positions:
            return {}
        # No filter here but the ids: SQLite would begin with its index, and read all that passes it. The marks of the
        # index are as good, for what they copy never changes.
        ids = tuple(editions_at(positions))
        known = set(positions)
        return {row[0]: row for row in LIVE.tuples(at=self.at, ids=ids) if row[0] in known}

    @property
    def capped(self) -> bool:
        """Whether there are more than are counted."""
        return len(self._all) > CAP or self.stopped

    @cached_property
    def rows(self) -> list[Row]:
        """In the order in which they are shown."""
        if not self.best:
            return self._all[:CAP]
        scores = engine().rank(self.query, [row[0] for row in self._all])
        return sorted(self._all, key=lambda row: scores.get(row[0], 0.0), reverse=True)[:CAP]

    @property
    def columns(self) -> Columns:
        """What the rows hold, to be counted."""
        return Columns(*zip(*self.rows, strict=True))

    def hits(self, pages: Pages) -> list[Hit]:
        """Those on a page, with where they say what was searched for."""
        wanted = [row[0] for row in self.rows[pages.slice]]
        ids = tuple(editions_at(wanted))
        editions = {e.search_entry.position: e for e in SHOWN.rows(at=self.at, ids=ids)}
        return [self._hit(editions[position]) for position in wanted if position in editions]

    def _hit(self, edition: Edition) -> Hit:
        language, entry = edition.language, edition.search_entry
        return Hit(edition, highlighted(edition.title, self.query, language), snippet(entry.text, self.query, language))
