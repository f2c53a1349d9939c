"""What the search asks of a full-text index. Which one answers is decided in `in_use`.

An engine proposes and never decides: what it finds is shown only where Edition.objects.live(at) has it too.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connections, router
from django.db.models.expressions import RawSQL

from ..models import SearchEntry
from ..models.prepared import Statement
from .query import Query

# A position of an edition: cms.models.position_of. Lists of them are newest first.
LAST_POSITION = 2**63 - 1
# For a condition of a queryset that is given to `look`: the positions that were found.
FOUND = RawSQL("SELECT position FROM found", ())
BETWEEN_VALUES = "\x1f"  # of a column; in a value it becomes a space
# SQLite before 3.35 asks for what was found each time that it is named here: it finds the same, and takes longer.
_LOOK = """WITH found (position) AS ({found}), live ({names}) AS ({live})
SELECT (SELECT count(*) FROM found),
  (SELECT position FROM found ORDER BY position DESC LIMIT 1 OFFSET %s), {columns} FROM live"""

Sql = tuple[str, list[Any]]  # with its values


@dataclass(frozen=True)
class Words:
    """An edition as an engine gets it. title, text: folded words, as they follow one another. stems: theirs, one for
    one. marks: what it may be filtered by, a word each (`kindspeech`, `section12`)."""

    position: int
    title: Sequence[str]
    title_stems: Sequence[str]
    text: Sequence[str]
    text_stems: Sequence[str]
    marks: Sequence[str]


@dataclass(frozen=True)
class Bounds:
    """What a search is narrowed down to.

    marks: one of each group must be there. first, last: positions, both included.
    """

    marks: tuple[tuple[str, ...], ...] = ()
    first: int = 0
    last: int = LAST_POSITION


@dataclass(frozen=True)
class Look:
    """What one query of the index found.

    count: of positions, live or not. last: the oldest of those that were wanted; None where there are not so many.
    columns: of the live ones, each with a text for every row, in the order of the rows.
    """

    count: int
    last: int | None
    columns: list[list[str]]


def reading() -> Any:
    """The connection that searches are asked on: with a replica, the one that gives what is known of what they find."""
    return connections[router.db_for_read(SearchEntry)]


class Engine(ABC):
    """One index of all approved editions, written in the transaction that is under way."""

    joined: str  # SQL: the values of a column as one text

    @abstractmethod
    def create(self, schema_editor: Any) -> None:
        """Make its tables (a migration calls this)."""

    @abstractmethod
    def drop(self, schema_editor: Any) -> None:
        """Remove them."""

    @abstractmethod
    def write(self, entries: Iterable[Words]) -> None:
        """Store editions, in place of what is stored at their positions."""

    @abstractmethod
    def remove(self, positions: Iterable[int]) -> None:
        """Forget some editions."""

    @abstractmethod
    def clear(self) -> None:
        """Forget everything."""

    @abstractmethod
    def finding(self, query: Query, bounds: Bounds, limit: int, *, titled: int = 0) -> Sql:
        """What gives the positions of editions that have all terms of a query (which has some): the newest `limit`, and
        the newest `titled` of those that have them all in their title. One column, in no order, none twice. It must
        cost no more for a word that stands in every text than for a rare one.
        """

    def find(self, query: Query, bounds: Bounds, limit: int, *, titled: int = 0) -> list[int]:
        """The positions that `finding` gives. One query."""
        with reading().cursor() as cursor:
            cursor.execute(*self.finding(query, bounds, limit, titled=titled))
            return sorted(chain.from_iterable(cursor.fetchall()), reverse=True)

    def look(self, query: Query, bounds: Bounds, limit: int, live: Statement, *, titled: int = 0) -> Look:
        """Find, and give what is known of those that are live. One query, on the connection of `live`.

        live: rows of what is among FOUND, in the order that is wanted. They are joined into one text for each column: a
        driver takes several times longer over thousands of small values.
        """
        sql, values = self.finding(query, bounds, limit, titled=titled)
        names = [f"c{n}" for n in range(live.columns)]
        columns = [self.joined.format(f"replace(coalesce(CAST({name} AS text), ''), %s, ' ')") for name in names]
        asked = _LOOK.format(found=sql, names=", ".join(names), live=live.sql, columns=", ".join(columns))
        between = [BETWEEN_VALUES] * (2 * len(names))
        with live.connection.cursor() as cursor:
            cursor.execute(asked, [*values, *live.parameters, limit - 1, *between])
            count, last, *texts = cursor.fetchone()
        return Look(count, last, [[] if text is None else text.split(BETWEEN_VALUES) for text in texts])

    @abstractmethod
    def rank(self, query: Query, positions: Sequence[int]) -> dict[int, float]:
        """How well each of some found positions answers a query; more is better. One query."""

    @abstractmethod
    def holding(self, phrases: Sequence[str], limit: int) -> dict[str, list[int]]:
        """For each of some phrases (folded words that follow one another, parted by spaces; a word is one, too):
        positions of the newest editions that it stands in, at most `limit` of each. One query."""
