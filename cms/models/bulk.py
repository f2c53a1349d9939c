"""Writing many rows at once: past the models' own `save`, never past what the database itself holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, cast
from uuid import UUID

from django.core.management.color import no_style
from django.db import connection, models
from psycopg import Copy
from psycopg.copy import FileWriter

Row = Sequence[Any]
Rows = Sequence[Row] | bytes  # bytes: as `packed` makes them


def columns_of(model: type[models.Model]) -> list[str]:
    """The columns of a model's own table in their order, as `insert` takes their values."""
    return [str(field.column) for field in model._meta.local_concrete_fields]


def insert(model: type[models.Model], rows: Rows) -> None:
    """Insert rows with their keys, by COPY where the database has it. Call it inside a transaction.

    rows: for each the values of `columns_of(model)`, in that order.
    """
    if rows:
        write(model._meta.db_table, columns_of(model), rows)


def write(table: str, columns: Iterable[str], rows: Rows) -> None:
    """The same for a table without a model."""
    names = list(columns)
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                copy.write(rows if isinstance(rows, bytes) else _as_copied(rows))
            return
        places = ", ".join(["%s"] * len(names))
        cursor.executemany(
            f"INSERT INTO {table} ({quoted}) VALUES ({places})",  # noqa: S608 (names of our own tables and columns)
            [[_adapted(value) for value in row] for row in cast("Sequence[Row]", rows)],
        )


def packed(rows: Sequence[Row]) -> Rows:
    """Rows as PostgreSQL's COPY reads them, so that another process than the one that writes them may do this part of
    the work; as they are for other databases. It asks no database."""
    return _as_copied(rows) if connection.vendor == "postgresql" else rows


def _as_copied(rows: Sequence[Row]) -> bytes:
    """What psycopg would send, kept. https://www.psycopg.org/psycopg3/docs/api/copy.html"""
    found = BytesIO()
    with Copy(connection.connection.cursor(), writer=FileWriter(found)) as copy:
        for row in rows:
            copy.write_row(row)
    return found.getvalue()


def _adapted(value: Any) -> Any:
    """As SQLite stores it through Django's fields."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, dict | list):
        return json.dumps(value)
    return value


def next_key(model: type[models.Model]) -> int:
    """The first key that no row has, nor any after it."""
    newest = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
    return (newest or 0) + 1


def count_on(keyed: Iterable[type[models.Model]]) -> None:
    """After rows came in with keys of their own: let the database's sequences go on behind them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(keyed)):
            cursor.execute(statement)
