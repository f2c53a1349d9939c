"""What the search asks of a full-text index. Which one answers is decided in `in_use`.

An engine proposes and never decides: what it finds is shown only where Edition.objects.live(at) has it too.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .query import Query

# A position of an edition: cms.models.position_of. They are given newest first, everywhere.
LAST_POSITION = 2**63 - 1


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


class Engine(ABC):
    """One index of all approved editions, written in the transaction that is under way."""

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
    def find(self, query: Query, bounds: Bounds, limit: int, *, titled: int = 0) -> list[int]:
        """Positions of editions that have all terms of a query (which has some): the newest `limit`, and the newest
        `titled` of those that have them all in their title. One query; it must cost no more for a word that stands in
        every text than for a rare one.
        """

    @abstractmethod
    def rank(self, query: Query, positions: Sequence[int]) -> dict[int, float]:
        """How well each of some found positions answers a query; more is better. One query."""

    @abstractmethod
    def holding(self, phrases: Sequence[str], limit: int) -> dict[str, list[int]]:
        """For each of some phrases (folded words that follow one another, parted by spaces; a word is one, too):
        positions of the newest editions that it stands in, at most `limit` of each. One query."""
