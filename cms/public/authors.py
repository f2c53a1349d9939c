"""Who speaks in a text: the people that its parts name, as they stood then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..models import Edition, Part
from ..models.part import part_models


@dataclass(frozen=True)
class Author:
    """A person with the post held then, "" where none is recorded."""

    name: str
    post: str = ""


def authors_of(editions: Iterable[Edition]) -> dict[int, list[Author]]:
    """By an edition's id, the people it names, in their order. One query for each sort of part that names people."""
    found: dict[int, list[Author]] = defaultdict(list)
    ids = [edition.pk for edition in editions]
    for model in part_models():
        if model.NAMES_A_PERSON and ids:
            rows: Any = model._default_manager.filter(edition__in=ids).order_by("position", "pk")
            for row in rows:
                found[row.edition_id].append(_author(row))
    return found


def authors_among(parts: Mapping[str, Iterable[Part]]) -> list[Author]:
    """The people that an edition's parts name. parts: rows by name, as cms.public.reading.parts_of gives them."""
    return [_author(row) for rows in parts.values() for row in rows if row.NAMES_A_PERSON]


def _author(row: Any) -> Author:
    return Author(row.name, getattr(row, "post", ""))
