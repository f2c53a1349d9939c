"""The rows of some items, as the database gets them: in one transaction, with the counts and the search."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from operator import itemgetter
from typing import Any

from django.db import models, transaction

from ...models import Edition, Journal, Publication, Related, SecondLook, Withdrawal, bulk, part_models, tally, touched
from ...search.bulk import Entry, Pieces, vectors_of

Rows = list[tuple[Any, ...]]


@dataclass
class Batch:
    """children, parts: by model. vectors: of `entries`, once it is prepared. counted: as `tally.take_in` takes it.
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
    vectors: list[bulk.Row] = field(default_factory=list)
    counted: Counter[tuple[str, int, str, str, date]] = field(default_factory=Counter)
    changes: dict[datetime | None, set[str]] = field(default_factory=dict)
    items: int = 0

    def touch(self, names: set[str], at: datetime | None = None) -> None:
        """Note what changes for readers, at an instant to come or (None) when this is stored."""
        self.changes.setdefault(at, set()).update(names)

    def prepare(self) -> None:
        """Do beforehand what needs no database."""
        self.vectors = vectors_of(self.entries)

    def store(self, pieces: Pieces, settled_at: datetime) -> None:
        """In one transaction. Parts come before their editions: to an approved one nothing can be added."""
        if len(self.vectors) != len(self.entries):
            self.prepare()
        with transaction.atomic():
            bulk.insert(Publication, self.publications)
            for part, rows in self.parts.items():
                bulk.insert(part, rows)
            bulk.insert(Edition, self.editions)
            for child, rows in self.children.items():
                bulk.insert(child, rows)
            bulk.insert(Withdrawal, self.withdrawals)
            bulk.insert(Journal, self.journal)
            bulk.insert(SecondLook, self.second_looks)
            tally.take_in([(*key, n) for key, n in self.counted.items()], settled_at)
            pieces.write(self.entries, self.vectors)
            for at, names in self.changes.items():
                touched.touch(names, at)
            bulk.count_on(keyed())


def keyed() -> list[type[models.Model]]:
    """Models whose rows a batch brings with keys of their own."""
    return [Publication, Edition, Withdrawal, Journal, SecondLook, *parts()]


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
