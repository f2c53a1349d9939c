"""What a search finds at an instant: as many as are counted, what they may be narrowed down by, and a page of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat

from ..models import Edition, editions_at
from ..models.among import Numbers
from ..models.prepared import Prepared, column
from ..search.engine import FOUND, Bounds
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
    """What is known of every text that was found, column by column, in the same order: there are a thousand of them.

    genre: its kind, a space, its genre. section: its key, in digits. people: a line each, of public code, space, name.
    """

    position: Sequence[int] = ()
    genre: Sequence[str] = ()
    section: Sequence[str] = ()
    place: Sequence[str] = ()
    language: Sequence[str] = ()
    people: Sequence[str] = ()

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]]) -> Columns:
        """Of what an engine gives for LIVE."""
        position, *others = texts
        return cls(list(map(int, position)), *others)

    def and_others(self, more: Columns) -> Columns:
        """With those of another round behind them, but for those that are here already."""
        known = set(self.position)
        new = more.at([n for n, position in enumerate(more.position) if position not in known])
        return Columns._make([*mine, *theirs] for mine, theirs in zip(self, new, strict=True))

    def at(self, order: Sequence[int]) -> Columns:
        """Those at some places, in that order."""
        return Columns._make([column[n] for n in order] for column in self)

    def first(self, count: int) -> Columns:
        return Columns._make(column[:count] for column in self)


def _live(at: datetime) -> QuerySet[Any]:
    """No other filter: SQLite would begin with its index, and read all that passes it. The marks of the search's own
    index are as good, for what they copy never changes."""
    found = Edition.objects.live(at).filter(search_entry__position__in=FOUND).newest_first()
    genre = Concat("kind", Value(" "), "genre")
    return found.values_list("search_entry__position", genre, "section", "place", "language", "search_entry__people")


def _shown(at: datetime, ids: tuple[int, ...]) -> QuerySet[Edition]:
    live = Edition.objects.live(at).filter(pk__among=ids)
    entry = {"position": F("search_entry__position"), "words": F("search_entry__text")}
    return live.select_related("publication", "section").only(*SHOWS).annotate(**entry)


# What a hit shows (templates/public/_hit.html) beside its words and its position, and where it leads.
SHOWS = (*"kind language title slug genre dated_on place byline".split(), *LEADS_TO)
AT = column(Edition, "live_from")
LIVE, SHOWN = Prepared(Edition, _live, at=AT), Prepared(Edition, _shown, at=AT, ids=Numbers())


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
    def _all(self) -> Columns:
        """The newest first, one more than are counted; with best first, old ones that are titled so too."""
        found, live = Columns(), LIVE.statement(at=self.at)
        bounds, step = self.narrowing.bounds, CAP + CAP // 10  # some will be superseded
        titled = TITLED if self.best else 0
        for _round in range(ROUNDS):
            look = engine().look(self.query, bounds, step, live, titled=titled)
            before = len(found.position)
            found = found.and_others(Columns.of(look.columns)) if before else Columns.of(look.columns)
            if len(found.position) > CAP or look.last is None:
                return found
            # Some of them are not live at that instant: look further, for as many as will do if it goes on like that.
            wanted = (CAP + 1 - len(found.position)) * look.count * 5 // (max(1, len(found.position) - before) * 4)
            bounds, titled = Bounds(bounds.marks, bounds.first, look.last - 1), 0
            step = max(LEAST, min(wanted, MOST))
        self.stopped = True
        return found

    @property
    def capped(self) -> bool:
        """Whether there are more than are counted."""
        return len(self._all.position) > CAP or self.stopped

    @cached_property
    def texts(self) -> Columns:
        """As many as are counted, in the order in which they are shown."""
        if not self.best:
            return self._all.first(CAP)
        positions = self._all.position
        scores = engine().rank(self.query, positions)
        order = sorted(range(len(positions)), key=lambda n: scores.get(positions[n], 0.0), reverse=True)
        return self._all.at(order[:CAP])

    @property
    def count(self) -> int:
        return len(self.texts.position)

    def hits(self, pages: Pages) -> list[Hit]:
        """Those on a page, with where they say what was searched for."""
        wanted = self.texts.position[pages.slice]
        ids = tuple(editions_at(wanted))
        found: list[Any] = SHOWN.rows(at=self.at, ids=ids)
        editions = {edition.position: edition for edition in found}
        return [self._hit(editions[position]) for position in wanted if position in editions]

    def _hit(self, edition: Any) -> Hit:
        """edition: as SHOWN gives it."""
        language = edition.language
        title = highlighted(edition.title, self.query, language)
        return Hit(edition, title, snippet(edition.words, self.query, language))
