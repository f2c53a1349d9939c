"""The index on PostgreSQL: a tsvector of words that are folded and stemmed already, under a GIN index.

Its own text search configurations are not asked: they know no document symbols, drop words that an exact phrase may
hold, and would find other texts than SQLite does. https://www.postgresql.org/docs/current/datatype-textsearch.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db import connection

from .engine import Bounds, Engine, Sql, Words, reading
from .query import Query, Term

TABLE = "cms_search_index"
WORDS = "cms_search_index_words"  # its index
# EXTERNAL: a vector is looked into a thousand times a search, and unpacking takes longer than reading.
CREATE = f"""
CREATE TABLE {TABLE} (position bigint PRIMARY KEY, words tsvector NOT NULL);
ALTER TABLE {TABLE} ALTER COLUMN words SET STORAGE EXTERNAL;
ALTER TABLE {TABLE} ALTER COLUMN words SET STATISTICS 1000;
CREATE INDEX {WORDS} ON {TABLE} USING gin (words);
"""
# Of a tsvector: places of one word, the last place that is told apart, and bytes (of 1 MB, with room to spare).
MOST_PLACES = 255
LAST_PLACE = 16_383
MOST_BYTES = 700_000
BETWEEN = 20  # places between title and text, so that no phrase reaches from one into the other
# What a word as it is written, a mark, and a stem or word of the title begin with; stems begin with none of these. The
# index does not know weights: words of titles have names of their own, so that they are found without looking further.
EXACT, MARK, TITLE = "=", "@", "^"
# A word of which enough is soon together is looked for by reading on from the newest texts, another one in the index.
# Where it stands in a part p of n texts, reading on until m are found costs m / p looks, and the index p * n entries,
# of which LOOK take as long as one look: both cost the same where p² = LOOK * m / n. An entry of a phrase, or of a word
# at its place, is looked into itself. Where n is not known, COMMON of the newest PROBE will do.
PROBE, LOOK, COMMON = 60, 12, 20
# Of the newest texts more hold what is new than of all: so many are read on at most, and a half more are expected there
# than are wanted. Where there are fewer, the index is asked all the same.
REACH, SHORTEST, HALF_MORE = 6, 3_000, 1.5
NEWEST = 200  # texts that are looked into first, to see which of some phrases are common
# `near` is empty where the word is not common, `found` where there are enough. MATERIALIZED: or the planner may read
# all texts in their order, to look into each.
FIND = f"""(WITH probe{{n}} AS MATERIALIZED (
  SELECT count(*) >= greatest(%s, (
    SELECT CASE WHEN reltuples > 0 THEN {PROBE} * sqrt(%s / reltuples) ELSE {COMMON} END
    FROM pg_class WHERE oid = '{TABLE}'::regclass
  )) AS common FROM (
    SELECT words FROM {TABLE} WHERE position BETWEEN %s AND %s ORDER BY position DESC LIMIT {PROBE}
  ) newest WHERE words @@ %s::tsquery
), near{{n}} AS MATERIALIZED (
  SELECT position FROM (
    SELECT position, words FROM {TABLE} WHERE (SELECT common FROM probe{{n}}) AND position BETWEEN %s AND %s
    ORDER BY position DESC LIMIT %s
  ) stretch WHERE words @@ %s::tsquery ORDER BY position DESC LIMIT %s
), found{{n}} AS MATERIALIZED (
  SELECT position FROM {TABLE} WHERE (SELECT count(*) FROM near{{n}}) < %s AND words @@ %s::tsquery
)
SELECT position FROM near{{n}}
UNION
(SELECT position FROM found{{n}} WHERE position BETWEEN %s AND %s ORDER BY position DESC LIMIT %s))"""


class PostgreSQL(Engine):
    joined = "string_agg({}, %s)"

    def create(self, schema_editor: Any) -> None:
        schema_editor.execute(CREATE)

    def drop(self, schema_editor: Any) -> None:
        schema_editor.execute(f"DROP TABLE {TABLE}")

    def write(self, entries: Iterable[Words]) -> None:
        sql = f"""INSERT INTO {TABLE} (position, words) VALUES (%s, %s::tsvector)
                  ON CONFLICT (position) DO UPDATE SET words = excluded.words"""
        with connection.cursor() as cursor:
            cursor.executemany(sql, [(entry.position, vector(entry)) for entry in entries])

    def remove(self, positions: Iterable[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE position = ANY(%s)", [list(positions)])

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {TABLE}")

    def finding(self, query: Query, bounds: Bounds, limit: int, *, titled: int = 0) -> Sql:
        asked = [(_asked(query, bounds.marks), limit)]
        if titled:
            asked.append((_asked(query, bounds.marks, in_titles=True), titled))
        values: list[Any] = []
        for words, most in asked:
            values += _asked_for(words, most, bounds)
        return " UNION ".join(FIND.format(n=n) for n in range(len(asked))), values

    def rank(self, query: Query, positions: Sequence[int]) -> dict[int, float]:
        # D, C, B, A: the text's words are D, the title's A. 1: a long text needs more of them.
        sql = f"""SELECT position, ts_rank('{{0.1, 0.2, 0.4, 1.0}}', words, %s::tsquery, 1) FROM {TABLE}
                  WHERE position = ANY(%s)"""
        with reading().cursor() as cursor:
            cursor.execute(sql, [_asked(query), list(positions)])
            return dict(cursor.fetchall())

    def holding(self, phrases: Sequence[str], limit: int) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {phrase: [] for phrase in phrases}
        if not found:
            return found
        named = list(found)
        said = [_phrase(EXACT + word for word in phrase.split()) for phrase in named]
        with reading().cursor() as cursor:
            cursor.execute(_holding(len(said)), _asked_of(said, limit))
            for n, position in cursor.fetchall():
                found[named[n]].append(position)
        return found


def _asked_for(words: str, most: int, bounds: Bounds) -> list[Any]:
    """The values of FIND. words: a tsquery. most: texts that are wanted."""
    reach, within = REACH * most + SHORTEST, [bounds.first, bounds.last]
    looks = most * (1 if " <-> " in words or "':A" in words else LOOK)
    probe = [HALF_MORE * PROBE * most / reach, float(looks), *within, words]
    return [*probe, *within, reach, words, most, most, words, *within, most]


def _holding(count: int) -> str:
    """The query of `holding` for so many phrases. What stands in one of the newest texts is looked for from there on
    (OFFSET 0: in that order); the rest is rare, and found by the index, all at once."""
    common = ", ".join(f"coalesce(bool_or(words @@ %s::tsquery), false) AS common{n}" for n in range(count))
    rare = " || ".join(f"CASE WHEN common{n} THEN ''::tsquery ELSE %s::tsquery END" for n in range(count))
    parts = [
        f"""(SELECT {n}, position FROM (SELECT position, words FROM {TABLE} ORDER BY position DESC OFFSET 0) every{n}
             WHERE (SELECT common{n} FROM probe) AND words @@ %s::tsquery ORDER BY position DESC LIMIT %s)
            UNION ALL
            (SELECT {n}, position FROM rare
             WHERE NOT (SELECT common{n} FROM probe) AND words @@ %s::tsquery ORDER BY position DESC LIMIT %s)"""
        for n in range(count)
    ]
    return f"""WITH probe AS MATERIALIZED (
            SELECT {common} FROM (SELECT words FROM {TABLE} ORDER BY position DESC LIMIT {NEWEST}) newest
        ), rare AS MATERIALIZED (
            SELECT position, words FROM {TABLE} WHERE words @@ (SELECT {rare} FROM probe)
        ) {" UNION ALL ".join(parts)}"""


def _asked_of(said: Sequence[str], limit: int) -> list[Any]:
    return [*said, *said, *(value for phrase in said for value in (phrase, limit, phrase, limit))]


def vector(entry: Words, *, first: int = 0) -> str:
    """As PostgreSQL reads a tsvector: 'word':1A,7 'other':2 …, as much of it as there is room for.

    first: the place of the first word of the text; 0: as far behind the title as it stands in the index.
    """
    places: dict[str, list[str]] = defaultdict(list)
    room = MOST_BYTES
    for mark in entry.marks:
        places[MARK + mark] = []
    for lexeme in (*entry.title_stems, *(EXACT + word for word in entry.title)):
        places[TITLE + lexeme] = []
    after_title = first or len(entry.title) + BETWEEN
    title = zip(range(1, LAST_PLACE), entry.title, entry.title_stems, ["A"] * len(entry.title), strict=False)
    text = zip(range(after_title, LAST_PLACE), entry.text, entry.text_stems, [""] * len(entry.text), strict=False)
    for place, word, stem, weight in chain(title, text):
        for lexeme in (stem, EXACT + word):
            if lexeme not in places:
                room -= len(lexeme.encode()) + 8
            if room < 0:
                break
            if len(places[lexeme]) < MOST_PLACES:
                places[lexeme].append(f"{place}{weight}")
                room -= 2
    return " ".join(f"{_quoted(lexeme)}{':' if at else ''}{','.join(at)}" for lexeme, at in places.items())


def title_vector(words: Iterable[str], stems: Iterable[str]) -> str:
    """What `vector` says of a title alone, for a great many titles that are made of the same words."""
    named = enumerate(map(_titled, words, stems), 1)
    return " ".join([f"{marks} {stem}:{place}A {word}:{place}A" for place, (marks, stem, word) in named])


@lru_cache(maxsize=20_000)
def _titled(word: str, stem: str) -> tuple[str, str, str]:
    exact = EXACT + word
    return f"{_quoted(TITLE + stem)} {_quoted(TITLE + exact)}", _quoted(stem), _quoted(exact)


def _asked(query: Query, marks: Iterable[Iterable[str]] = (), in_titles: bool = False) -> str:
    """As PostgreSQL reads a tsquery. Every word stands in quotes, so that none is an operator."""
    parts = [_term(term, in_titles) for term in query.terms]
    return " & ".join([*parts, *(_any_of(_quoted(MARK + mark) for mark in group) for group in marks)])


def _term(term: Term, in_titles: bool) -> str:
    if term.exact:
        return _phrase((EXACT + word for word in term.words), in_titles)
    return _any_of(_phrase(form, in_titles) for form in term.forms)


def _phrase(words: Iterable[str], in_titles: bool = False) -> str:
    words = list(words)
    if not in_titles:
        return f"({' <-> '.join(map(_quoted, words))})"
    titled = [_quoted(TITLE + word) for word in words]
    together = [" <-> ".join(f"{_quoted(word)}:A" for word in words)] if len(words) > 1 else []
    return f"({' & '.join([*titled, *together])})"


def _any_of(parts: Iterable[str]) -> str:
    return f"({' | '.join(dict.fromkeys(parts))})"


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
