"""What a reader narrows a list down to, read from the query of its address, and the same as words and addresses.

Lists, their feeds and the search share it. Values that mean nothing are dropped: a page is never refused over them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from django.utils.http import urlencode

from .. import kinds
from ..models import EditionQuerySet, Event, Person
from ..text.slugs import CODE_PATTERN

LONGEST_PLACE = 150


@dataclass(frozen=True)
class Filters:
    """kind: a listed kind. genre: one of a kind's genres (for a speech, the status of its text). person, event: public
    codes. place: as it is printed. Empty: everything."""

    kind: str = ""
    genre: str = ""
    person: str = ""
    event: str = ""
    place: str = ""

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Self:
        """Those of a request's GET."""
        given = {field.name: str(query.get(field.name) or "").strip() for field in fields(cls)}
        if given["kind"] not in kinds.listed():
            given["kind"] = ""
        if given["genre"] not in {genre for model in kinds.all_models() for genre in model.GENRES}:
            given["genre"] = ""
        for name in ("person", "event"):
            if not re.fullmatch(CODE_PATTERN, given[name]):
                given[name] = ""
        if len(given["place"]) > LONGEST_PLACE or "\0" in given["place"]:
            given["place"] = ""
        return cls(**given)

    def __bool__(self) -> bool:
        return any(self.given.values())

    @property
    def given(self) -> dict[str, str]:
        """Those that narrow something down, in canonical order."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in named.items() if value}

    @property
    def query(self) -> str:
        """As the query of an address, without the question mark."""
        return urlencode(self.given)

    def narrow(self, editions: EditionQuerySet) -> EditionQuerySet:
        """The editions of a list that they leave."""
        columns = {name: value for name, value in self.given.items() if name in ("kind", "genre")}
        found = editions.filter(**columns)
        if self.place:
            found = found.at_place(self.place)
        if self.person:
            found = found.by_people(Person.objects.filter(code=self.person).values_list("pk", flat=True))
        if self.event:
            found = found.of_events(Event.objects.filter(code=self.event).values_list("pk", flat=True))
        return found


NAMES = tuple(field.name for field in fields(Filters))
