"""Indexing many texts that are made of the same few pieces: each piece is looked into once, not once for every text.

What is stored is what `index.keep` would store, but for the 256th place of a word in a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain, count

from django.db import connection

from ..models import SearchEntry, bulk
from . import postgresql, sqlite
from .engine import Words
from .index import folded_words, learn
from .words import stem

TEMPORARY = """
CREATE TEMP TABLE IF NOT EXISTS {pieces} (n int PRIMARY KEY, words tsvector);
ALTER TABLE {pieces} ALTER COLUMN words SET STORAGE EXTERNAL;
CREATE TEMP TABLE IF NOT EXISTS texts (position bigint, title tsvector, a int, b int, c int, beside tsvector);
DELETE FROM texts;
"""
COLUMNS = ["rowid", "title", "text", "title_words", "text_words", "marks"]  # of SQLite's
_serial = count(1)


@dataclass(frozen=True, slots=True)
class Entry:
    """An approved edition. text: that of its SearchEntry, which its pieces say, in their order. beside: what is said
    beside the text (byline, place, event, posts), one a line. people, marks: as `index` writes them."""

    position: int
    edition: int
    language: str
    people: str
    text: str
    title: str
    pieces: tuple[int, ...]
    beside: str
    marks: tuple[str, ...]
    live_from: datetime


@dataclass(frozen=True, slots=True)
class Prepared:
    """entries: rows of SearchEntry. rows: of the index, or what it is made of. words: to be learnt, and since when."""

    entries: bulk.Rows
    rows: bulk.Rows
    words: dict[str, datetime]


@lru_cache(maxsize=20_000)
def _words(text: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = tuple(folded_words(text))
    return found, tuple(stem(word, language) for word in found)


class Pieces:
    """The pieces of a run, by number. Made for one database connection."""

    def __init__(self) -> None:
        self.said: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        self.openings: set[int] = set()
        self.table = f"pieces_{next(_serial)}"  # a connection may outlive a run
        self.first: dict[str, datetime] = {}  # of words that were learnt: since when
        self.since: dict[int, datetime] = {}  # of pieces whose words were learnt

    def add(self, texts: Iterable[str], language: str, *, opens: bool = False) -> int:
        """Make a piece known, by the texts that it consists of; it is given a number. opens: texts begin with it."""
        said = [_words(text, language) for text in texts]
        self.said.append(tuple(tuple(chain.from_iterable(part)) for part in zip(*said, strict=True)))  # type: ignore[arg-type]
        n = len(self.said) - 1
        if opens:
            self.openings.add(n)
        return n

    def prepare(self, entries: Sequence[Entry]) -> Prepared:
        """What can be done beforehand, in their order, without a database."""
        rows = self._vectors(entries) if connection.vendor == "postgresql" else self._columns(entries)
        return Prepared(
            bulk.packed([(e.position, e.edition, e.people, e.text) for e in entries]),
            bulk.packed(rows),
            self._new_words(entries),
        )

    def write(self, prepared: Prepared) -> None:
        """Index editions, in the transaction that is under way."""
        bulk.insert(SearchEntry, prepared.entries)
        if connection.vendor == "postgresql":
            self._write_vectors(prepared.rows)
        else:
            bulk.write(sqlite.TABLE, COLUMNS, prepared.rows)
        if prepared.words:
            learn(prepared.words)

    # --- PostgreSQL: it joins the vectors of pieces itself, and shifts their places

    def _vectors(self, entries: Iterable[Entry]) -> list[bulk.Row]:
        return [_as_vectors(entry) for entry in entries]

    def _write_vectors(self, vectors: bulk.Rows) -> None:
        with connection.cursor() as cursor:
            cursor.execute(TEMPORARY.format(pieces=self.table))
            cursor.execute(f"SELECT count(*) FROM {self.table}")  # an earlier transaction may have been taken back
            (stored,) = cursor.fetchone()
        rows = [
            (n, _vector(*self.said[n], first=0 if n in self.openings else 1)) for n in range(stored, len(self.said))
        ]
        bulk.write(self.table, ["n", "words"], rows)
        bulk.write("texts", ["position", "title", "a", "b", "c", "beside"], vectors)
        with connection.cursor() as cursor:
            cursor.execute(
                # The long one in the middle comes last but one, so that it is copied twice and not four times.
                f"INSERT INTO {postgresql.TABLE} (position, words) SELECT t.position, "
                "(t.title || a.words) || (b.words || (coalesce(c.words, '') || t.beside)) FROM texts t "
                f"JOIN {self.table} a ON a.n = t.a JOIN {self.table} b ON b.n = t.b "
                f"LEFT JOIN {self.table} c ON c.n = t.c"
            )

    # --- SQLite

    def _columns(self, entries: Sequence[Entry]) -> list[bulk.Row]:
        joined = {n: tuple(map(" ".join, self.said[n])) for n in {n for e in entries for n in e.pieces}}
        return [self._as_columns(entry, joined) for entry in entries]

    def _as_columns(self, entry: Entry, joined: dict[int, tuple[str, ...]]) -> bulk.Row:
        title, stems = _words(entry.title, entry.language)
        beside, beside_stems = _words(entry.beside, entry.language)
        text = " ".join(filter(None, [*(joined[n][0] for n in entry.pieces), " ".join(beside)]))
        text_stems = " ".join(filter(None, [*(joined[n][1] for n in entry.pieces), " ".join(beside_stems)]))
        return entry.position, " ".join(stems), text_stems, " ".join(title), text, " ".join(entry.marks)

    # --- Words to be proposed

    def _new_words(self, entries: Iterable[Entry]) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        for entry in entries:
            for n in entry.pieces:
                if n not in self.since or entry.live_from < self.since[n]:
                    self.since[n] = entry.live_from
                    self._note(self.said[n][0], entry.live_from, found)
            self._note(_words(entry.title, entry.language)[0], entry.live_from, found)
            self._note(_words(entry.beside, entry.language)[0], entry.live_from, found)
        return found

    def _note(self, words: Sequence[str], at: datetime, found: dict[str, datetime]) -> None:
        for word in words:
            if word not in self.first or at < self.first[word]:
                self.first[word] = found[word] = at


def _vector(words: Sequence[str], stems: Sequence[str], marks: Sequence[str] = (), first: int = 0) -> str:
    return postgresql.vector(Words(0, (), (), words, stems, marks), first=first)


def _as_vectors(entry: Entry) -> bulk.Row:
    title, stems = _words(entry.title, entry.language)
    a, b, *more = entry.pieces
    return (
        entry.position,
        postgresql.title_vector(title, stems),
        a,
        b,
        more[0] if more else None,
        _beside(entry.beside, entry.language, entry.marks),
    )


@lru_cache(maxsize=20_000)
def _beside(text: str, language: str, marks: tuple[str, ...]) -> str:
    return _vector(*_words(text, language), marks, first=1)
