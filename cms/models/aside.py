"""What PostgreSQL does without while a great many rows come in: indexes that hold no rule, and references.

Each row that comes in would be written into every index, and each reference looked up; made at the end, for all rows at
once, both cost a fraction. Keys, uniqueness, lives that never overlap, checks and seals stay where they are. What was
taken away is written down in a table of the database until it is there again, in the same transactions: a run that was
killed leaves the note, `manage.py check --database default` and `migrate` tell of it, and the next run ends by making
what is missing. References are made anew with all rows being looked up, so that none is let through unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext

from django.db import connection, transaction

# No model's table: it is there only as long as something is missing.
NOTE = "CREATE TABLE IF NOT EXISTS cms_set_aside (name text PRIMARY KEY, statement text NOT NULL)"
WRITE_DOWN = """
INSERT INTO cms_set_aside (name, statement) VALUES (%s, %s)
ON CONFLICT (name) DO UPDATE SET statement = excluded.statement
"""
FOUND = """
SELECT indexname, format('DROP INDEX %%I', indexname),
  regexp_replace(indexdef, '^CREATE INDEX', 'CREATE INDEX IF NOT EXISTS')
FROM pg_indexes i WHERE schemaname = current_schema() AND tablename = ANY(%(tables)s)
  AND indexdef LIKE 'CREATE INDEX %%' AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = i.indexname)
UNION ALL
SELECT conname, format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
  format('ALTER TABLE %%s DROP CONSTRAINT IF EXISTS %%I, ADD CONSTRAINT %%I %%s',
    conrelid::regclass, conname, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
  AND conrelid = ANY(%(tables)s::regclass[])
"""


@contextmanager
def set_aside(
    tables: Iterable[str], apart: Iterable[str], meanwhile: Callable[[], None], *, wanted: bool
) -> Iterator[None]:
    """Around the entering of a great many rows into these tables. At its end everything is there that should be, also
    what an earlier run, which was killed, has left out.

    apart: names of indexes that take as long as all others together; they are made beside them. meanwhile: what else is
    to be done at the end, with the other indexes and without those. wanted: whether so many rows come that it pays.
    """
    if wanted and connection.vendor == "postgresql":
        _take_away(list(tables))
    try:
        yield
    finally:
        _make_again(frozenset(apart), meanwhile)


def restore() -> list[str]:
    """Make what a killed run has left out, without another run: its names."""
    names = missing()
    if names:
        _make_again(frozenset(), lambda: None)
    return names


def missing() -> list[str]:
    """Names of what a run has left out that was killed, or is under way."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('cms_set_aside')")
        if cursor.fetchone() == (None,):
            return []
        cursor.execute("SELECT name FROM cms_set_aside ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


@transaction.atomic
def _take_away(tables: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no reference of this transaction waits to be looked up
        cursor.execute(NOTE)
        cursor.execute(FOUND, {"tables": tables})
        for name, drop, make in cursor.fetchall():
            cursor.execute(WRITE_DOWN, [name, make])
            cursor.execute(drop)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _make_again(apart: frozenset[str], meanwhile: Callable[[], None]) -> None:
    names = missing()
    beside = [name for name in names if name in apart]
    here = [name for name in names if name not in apart]
    if connection.in_atomic_block:  # nobody else sees what is done in it
        beside, here = [], [*beside, *here]
    with ThreadPoolExecutor(1) if beside else nullcontext() as helper:
        others = helper.submit(_make_elsewhere, beside) if helper else None
        _make(here)
        meanwhile()
    if others and others.exception() is not None:  # there may be no second connection to be had
        _make(beside)
    _forget()


@transaction.atomic
def _forget() -> None:
    """Take the note away, where nothing stands on it: another run may have written something down meanwhile."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('cms_set_aside')")
        if cursor.fetchone() == (None,):
            return
        cursor.execute("LOCK TABLE cms_set_aside IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SELECT count(*) FROM cms_set_aside")
        if cursor.fetchone() == (0,):
            cursor.execute("DROP TABLE cms_set_aside")


def _make_elsewhere(names: list[str]) -> None:
    """By a connection of its own, which a thread has."""
    try:
        _make(names)
    finally:
        connection.close()


def _make(names: list[str]) -> None:
    """Each in a transaction with its note, so that one that was stopped goes on where it was."""
    for name in names:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("DELETE FROM cms_set_aside WHERE name = %s RETURNING statement", [name])
            for (statement,) in cursor.fetchall():  # none where another run was quicker
                cursor.execute(statement)
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
