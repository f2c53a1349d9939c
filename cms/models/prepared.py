"""Queries of busy pages whose SQL Django writes once: afterwards only the values in it change.

To build a queryset of five joined tables and to write its SQL takes Django longer than PostgreSQL takes to answer it.
What it writes depends on the shape alone (how many numbers, whether there is a second language), so it is written once
for each shape and connection. Rows are made by the ORM as ever: related objects, deferred columns and annotations. Or
the query becomes a part of another one (`statement`).

This leans on an interface of Django that is not documented: `get_compiler` of a queryset's query, and of the compiler
`as_sql`, `execute_sql` (which executes what `as_sql` gives), `results_iter` (which asks `get_converters`), `select`,
`col_count` and `connection`. What is written for a new shape is compared with what Django writes for the very values,
and is never executed where that differs.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import Field, Model, QuerySet, Value

from .as_of import AsOf

M = TypeVar("M", bound=Model)
logger = logging.getLogger(__name__)
_CONVERTERS = "_communique_converters"  # of a connection: those of each query that is written
MOST_SHAPES = 100  # of one query that are remembered; beyond, all are written anew


class NotPrepared(Exception):
    """A query that cannot be written beforehand. It is a mistake in the program."""


@dataclass(frozen=True)
class Place:
    """Where a value goes among the parameters of a query. n: which of a list; None for a value that is no list."""

    name: str
    n: int | None = None


class Given(Value):
    """Stands for a value that is given later. Among the parameters it is known by its type, so that no value that
    somebody writes can be taken for it."""

    def __init__(self, place: Place, output_field: Field[Any, Any]) -> None:
        super().__init__(place, output_field=output_field)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self.value]


@dataclass(frozen=True, eq=False)  # each is known by itself
class Written:
    """The SQL of one shape. compiler: the one that wrote it, which makes rows of the answer. It has no connection, for
    each thread has its own."""

    sql: str
    parameters: tuple[Any, ...]
    compiler: Any


@dataclass(frozen=True)
class Statement:
    """A query with its values, to be made a part of another one. columns: how many it gives. connection: which it was
    written for."""

    sql: str
    parameters: tuple[Any, ...]
    columns: int
    connection: Any


class _Query:
    """In place of a queryset's query, which is asked for its compiler alone."""

    def __init__(self, compiler: Any) -> None:
        self._compiler = compiler

    def get_compiler(self, using: str | None = None) -> Any:
        return self._compiler


class Prepared(Generic[M]):
    """A query that is asked again and again with other values.

    model: of its rows. build: gives the queryset for values by name, without a slice or `prefetch_related`. It is
    called with stand-ins, and may put them into conditions and do nothing else with them. A value that is None stays
    None, and a list is a list of stand-ins: both are part of the shape; a tuple is one value (cms/models/among.py).
    columns: what each value is compared with.

    Where readers wait (QUERIES_ARE_PROVEN is off), what cannot be prepared is logged and asked as it is.
    """

    def __init__(self, model: type[M], build: Callable[..., QuerySet[M]], **columns: Field[Any, Any]) -> None:
        self.model, self.build, self.columns = model, build, columns
        self._shapes: dict[Any, Written | None] = {}

    def rows(self, part: slice | None = None, **values: Any) -> list[M]:
        """What the queryset of these values gives, or a part of it.

        Raises NotPrepared where QUERIES_ARE_PROVEN is on.

        At a past instant (`AsOf`) it is another query, which is built each time.
        """
        bound = self._bound(part, values)
        if bound is None:
            return list(_part(self.build(**values), part))
        query: Any = _Query(bound)
        return list(QuerySet(self.model, query=query, using=bound.using))

    def statement(self, **values: Any) -> Statement:
        """The SQL of a queryset that ends in `values_list`, with these values.

        Raises NotPrepared where QUERIES_ARE_PROVEN is on, and EmptyResultSet where nothing can be found.
        """
        bound = self._bound(None, values)
        if bound is None:
            bound = _compiler(self.build(**values), router.db_for_read(self.model))
        sql, parameters = bound.as_sql()
        return Statement(sql, tuple(parameters), bound.col_count, bound.connection)

    def _bound(self, part: slice | None, values: dict[str, Any]) -> Any:
        """A compiler that has these values in its SQL; None where the queryset itself is to be asked."""
        if any(isinstance(value, AsOf) for value in values.values()):
            return None
        # Once each, as Django does: or a list of two alike would be taken for the shape of two that are not.
        values = {name: list(dict.fromkeys(v)) if isinstance(v, list) else v for name, v in values.items()}
        alias = router.db_for_read(self.model)
        connection = connections[alias]
        try:
            written = self._written(alias, connection, values)
        except NotPrepared:
            if settings.QUERIES_ARE_PROVEN:
                raise
            logger.exception("The query is asked as Django writes it")
            return None
        if written is None:
            return None
        sql, parameters = written.sql, _filled(written, self._parameters(values, connection))
        if part is not None:
            sql = f"{sql} {connection.ops.limit_offset_sql(part.start, part.stop)}"
        bound = copy.copy(written.compiler)
        bound.connection = connection
        bound.as_sql = lambda: (sql, parameters)
        converters = _converters(written, bound)
        bound.get_converters = lambda _expressions: converters
        return bound

    def _parameters(self, values: dict[str, Any], connection: Any) -> dict[Place, Any]:
        """The values as the database takes them, each by its place."""
        placed: dict[Place, Any] = {}
        for name, value in values.items():
            prepare = self.columns[name].get_db_prep_value
            if isinstance(value, list):
                placed.update({Place(name, n): prepare(one, connection) for n, one in enumerate(value)})
            elif value is not None:
                placed[Place(name)] = prepare(value, connection)
        return placed

    # --- Writing

    def _written(self, alias: str, connection: Any, values: dict[str, Any]) -> Written | None:
        shape = (alias, *((name, _shape_of(value)) for name, value in values.items()))
        with suppress(KeyError):  # one look: another thread may clear them at any time
            return self._shapes[shape]
        written = self._write(alias, connection, values)
        if len(self._shapes) >= MOST_SHAPES:
            self._shapes.clear()
        self._shapes[shape] = written
        return written

    def _write(self, alias: str, connection: Any, values: dict[str, Any]) -> Written | None:
        """None where nothing can be found, whatever the values. Raises NotPrepared."""
        compiler = _compiler(self.build(**{name: self._stand_in(name, v) for name, v in values.items()}), alias)
        try:
            sql, parameters = compiler.as_sql()
            expected, given = _compiler(self.build(**values), alias).as_sql()
        except EmptyResultSet:
            return None
        written = Written(sql, tuple(parameters), compiler)
        placed = self._parameters(values, connection)
        if missing := placed.keys() - {p for p in parameters if isinstance(p, Place)}:
            raise NotPrepared(f"{missing} are not in the query")
        if sql != expected or list(map(repr, _filled(written, placed))) != list(map(repr, given)):
            raise NotPrepared(f"with {values} Django writes another query than without: {sql!r}, {expected!r}")
        compiler.connection = None
        return written

    def _stand_in(self, name: str, value: Any) -> Any:
        column = self.columns[name]
        if isinstance(value, list):
            return [Given(Place(name, n), column) for n in range(len(value))]
        return None if value is None else Given(Place(name), column)


def column(model: type[Model], name: str) -> Field[Any, Any]:
    """A column of a model, which knows how the database takes its values."""
    found = model._meta.get_field(name)
    assert isinstance(found, Field)
    return found


def _converters(written: Written, bound: Any) -> Any:
    """What makes values of a row's columns, as the compiler finds it: once for each connection, which may be needed for
    it. There are some fifty columns, and hardly one is converted."""
    known = vars(bound.connection).setdefault(_CONVERTERS, WeakKeyDictionary())
    if (found := known.get(written)) is None:
        found = known[written] = bound.get_converters([column[0] for column in bound.select[: bound.col_count]])
    return found


def _shape_of(value: Any) -> int | None:
    """None for None, how many values a list has, and -1 for a single one."""
    if value is None:
        return None
    return len(value) if isinstance(value, list) else -1


def _compiler(found: QuerySet[Any], alias: str) -> Any:
    return found.query.get_compiler(alias)


def _filled(written: Written, placed: dict[Place, Any]) -> tuple[Any, ...]:
    return tuple([placed[p] if isinstance(p, Place) else p for p in written.parameters])


def _part(found: QuerySet[M], part: slice | None) -> QuerySet[M]:
    return found if part is None else found[part]
