"""The index on SQLite: an FTS5 table whose rowid is the position, so that it is read newest first without sorting.

It is given words that are folded and stemmed already, and only parts them at spaces. https://sqlite.org/fts5.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from .engine import Bounds, Engine, Sql, Words, reading
from .query import Query, Term

TABLE = "cms_search_index"
# Signs of every category stay in a word as they are: parting and folding was done before.
CREATE = f"""CREATE VIRTUAL TABLE {TABLE} USING fts5(
    title, text, title_words, text_words, marks,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Cf'"
)"""
# Of title, text, title_words, text_words, marks. A title says what a text is about.
WEIGHTS = (8.0, 1.0, 4.0, 0.5, 0.0)


class SQLite(Engine):
    joined = "group_concat({}, %s)"

    def create(self, schema_editor: Any) -> None:
        schema_editor.execute(CREATE)

    def drop(self, schema_editor: Any) -> None:
        schema_editor.execute(f"DROP TABLE {TABLE}")

    def write(self, entries: Iterable[Words]) -> None:
        rows: list[tuple[Any, ...]] = [
            (e.position, *(" ".join(part) for part in (e.title_stems, e.text_stems, e.title, e.text, e.marks)))
            for e in entries
        ]
        self.remove(row[0] for row in rows)
        columns = "rowid, title, text, title_words, text_words, marks"
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {TABLE} ({columns}) VALUES (%s, %s, %s, %s, %s, %s)", rows)

    def remove(self, positions: Iterable[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [(position,) for position in positions])

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {TABLE}")  # to empty it would take as long as to fill it
            cursor.execute(CREATE)

    def finding(self, query: Query, bounds: Bounds, limit: int, *, titled: int = 0) -> Sql:
        one = f"""SELECT * FROM (SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s AND rowid BETWEEN %s AND %s
                  ORDER BY rowid DESC LIMIT %s)"""
        asked = [(_match(query, bounds.marks), limit)]
        if titled:
            asked.append((_match(query, bounds.marks, in_titles=True), titled))
        values = [value for match, most in asked for value in (match, bounds.first, bounds.last, most)]
        return " UNION ".join([one] * len(asked)), values

    def rank(self, query: Query, positions: Sequence[int]) -> dict[int, float]:
        if not positions:
            return {}
        places = ", ".join(["%s"] * len(WEIGHTS))
        sql = f"""SELECT rowid, bm25({TABLE}, {places}) FROM {TABLE}
                  WHERE {TABLE} MATCH %s AND rowid BETWEEN %s AND %s"""
        with reading().cursor() as cursor:
            cursor.execute(sql, [*WEIGHTS, _match(query), min(positions), max(positions)])
            scores = dict(cursor.fetchall())
        return {position: -scores[position] for position in positions if position in scores}

    def holding(self, phrases: Sequence[str], limit: int) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {phrase: [] for phrase in phrases}
        if not found:
            return found
        one = f"""SELECT * FROM (SELECT %s, rowid FROM {TABLE} WHERE {TABLE} MATCH %s
                  ORDER BY rowid DESC LIMIT %s)"""
        values = [value for phrase in found for value in (phrase, _exactly((phrase,)), limit)]
        with reading().cursor() as cursor:
            cursor.execute(" UNION ALL ".join([one] * len(found)), values)
            for phrase, position in cursor.fetchall():
                found[phrase].append(position)
        return found


def _match(query: Query, marks: Iterable[Iterable[str]] = (), in_titles: bool = False) -> str:
    """In FTS5's language. Every word stands in double quotes, so that none is an operator; none contains one."""
    parts = [_term(term, in_titles) for term in query.terms]
    return " AND ".join([*parts, *(f"marks : {_any_of(group)}" for group in marks)])


def _term(term: Term, in_titles: bool) -> str:
    if term.exact:
        return _exactly(term.words, in_titles)
    columns = "title" if in_titles else "{title text}"
    return f"{columns} : {_any_of(' '.join(form) for form in term.forms)}"


def _exactly(words: Iterable[str], in_titles: bool = False) -> str:
    columns = "title_words" if in_titles else "{title_words text_words}"
    return f'{columns} : "{" ".join(words)}"'


def _any_of(phrases: Iterable[str]) -> str:
    return "(" + " OR ".join(f'"{phrase}"' for phrase in dict.fromkeys(phrases)) + ")"
