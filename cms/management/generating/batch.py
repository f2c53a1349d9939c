"""The rows of some items, as the database gets them: in one transaction, with the counts and the search."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from operator import itemgetter
from typing import Any

from django.db import models, transaction

from ... import kinds
from ...models import (
    Edition,
    Journal,
    Publication,
    Related,
    SearchEntry,
    SecondLook,
    Withdrawal,
    bulk,
    part_models,
    tally,
    touched,
)
from ...search import postgresql
from ...search.bulk import Entry, Pieces, Prepared

Rows = list[tuple[Any, ...]]


@dataclass
class Batch:
    """Rows of items while they are made. children, parts: by model. counted: how many by what `tally.take_in` takes.
    changes: names of what pages are made of, by the instant at which it changes. items: publications that count as
    items."""

    publications: Rows = field(default_factory=list)
    editions: Rows = field(default_factory=list)
    children: dict[type[models.Model], Rows] = field(default_factory=dict)
    parts: dict[type[models.Model], Rows] = field(default_factory=dict)
    withdrawals: Rows = field(default_factory=list)
    journal: Rows = field(default_factory=list)
    second_looks: Rows = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    counted: Counter[tuple[str, int, str, str, date]] = field(default_factory=Counter)
    changes: dict[datetime | None, set[str]] = field(default_factory=dict)
    items: int = 0

    def touch(self, names: set[str], at: datetime | None = None) -> None:
        """Note what changes for readers, at an instant to come or (None) when this is stored."""
        self.changes.setdefault(at, set()).update(names)

    def finish(self, pieces: Pieces) -> Finished:
        """Do beforehand all that needs no database. Parts come before their editions: to an approved one nothing can
        be added."""
        tables: list[tuple[type[models.Model], Rows]] = [
            (Publication, self.publications),
            *self.parts.items(),
            (Edition, self.editions),
            *self.children.items(),
            (Withdrawal, self.withdrawals),
            (Journal, self.journal),
            (SecondLook, self.second_looks),
        ]
        return Finished(
            [(model, bulk.packed(rows)) for model, rows in tables],
            pieces.prepare(self.entries),
            [(*key, n) for key, n in self.counted.items()],
            self.changes,
            self.items,
        )


@dataclass(frozen=True, slots=True)
class Finished:
    """A batch as the database gets it. The names are those of Batch."""

    tables: list[tuple[type[models.Model], bulk.Rows]]
    searched: Prepared
    counted: list[tally.Counted]
    changes: dict[datetime | None, set[str]]
    items: int

    def store(self, pieces: Pieces, settled_at: datetime) -> None:
        """In one transaction."""
        with transaction.atomic():
            for model, rows in self.tables:
                bulk.insert(model, rows)
            tally.take_in(self.counted, settled_at)
            pieces.write(self.searched)
            for at, names in self.changes.items():
                touched.touch(names, at)
            bulk.count_on(keyed())


def keyed() -> list[type[models.Model]]:
    """Models whose rows a batch brings with keys of their own."""
    return [Publication, Edition, Withdrawal, Journal, SecondLook, *parts()]


def tables() -> list[str]:
    """Those that a batch writes into, but for the few rows of counts and of what pages are made of."""
    written: list[type[models.Model]] = [*keyed(), *kinds.all_models(), SearchEntry]
    return [*(model._meta.db_table for model in written), postgresql.TABLE]


def parts() -> list[type[models.Model]]:
    """Those parts that generated editions have: related items, and people."""
    return [Related, *(model for model in part_models() if model.NAMES_A_PERSON)]


@cache
def _taking(model: type[models.Model]) -> Any:
    names = [field.attname for field in model._meta.local_concrete_fields]
    return itemgetter(*names) if len(names) > 1 else lambda values: (values[names[0]],)


def row_of(model: type[models.Model], values: dict[str, Any]) -> tuple[Any, ...]:
    """A row of a model's own table, of values by attribute."""
    row: tuple[Any, ...] = _taking(model)(values)
    return row
