"""The rows of one edition after another: its columns with their digest, its parts, what the journal says of it, and
what lists and search know of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from ... import kinds
from ...models import EDITION_BITS, Edition, Event, Person, Publication, Related, Section, State, part_models, touched
from ...models.edition import as_sealed, digest_of
from ...search.bulk import Entry
from ...search.index import marks_of
from ...text.slugs import slugify
from .acts import Acts
from .batch import Batch, row_of
from .fates import Life
from .frame import Frame
from .pool import Opening, Piece

PERSON_PARTS: list[type[Any]] = [model for model in part_models() if model.NAMES_A_PERSON]
NO_PARTS: dict[str, list[Any]] = {f"parts.{model.__name__.lower()}": [] for model in part_models()}


@dataclass(slots=True)
class Item:
    """A publication, and what its editions have in common. sources: keys of the editions that its own, by number, are
    translated from. began, withdrawal, ended: found out while its editions are written."""

    key: int
    code: str
    kind: str
    language: str
    group: UUID
    genre: str
    day: date
    frame: Frame
    section: Section
    title: str
    opening: Opening
    rest: Piece
    update: Piece
    place: str
    event: Event | None
    speakers: list[Person]
    related: list[tuple[int, str]]
    words: dict[str, Any]
    redirect_to: int | None = None
    text_of: int | None = None
    sources: dict[int, int] = field(default_factory=dict)
    started: datetime | None = None
    published_at: datetime | None = None
    previous: datetime | None = None
    withdrawal: int | None = None


class EditionRows:
    """Adds editions to batches. keys: the first free key by table. settled_at: the instant of the kept counts."""

    def __init__(self, acts: Acts, keys: dict[str, int], settled_at: datetime) -> None:
        self.acts, self.settled_at = acts, settled_at
        self.editions, self.parts = count(keys["edition"]), count(keys["part"])
        self.withdrawals = count(keys["withdrawal"])
        self.content = {m.KIND: [(f.name, f.attname) for f in m.content_fields()] for m in kinds.all_models()}
        self.listed = frozenset(kinds.listed())

    def publication(self, batch: Batch, item: Item) -> None:
        """After its editions: the row of the item itself."""
        values = {
            "id": item.key,
            "code": item.code,
            "kind": item.kind,
            "language": item.language,
            "translation_group": item.group,
            "created_at": item.started,
            "text_of_id": item.text_of,
            "withdrawal_id": item.withdrawal,
        }
        batch.publications.append(row_of(Publication, values))

    def add(self, batch: Batch, item: Item, life: Life, begins: datetime, dice: Random) -> int:
        """The rows of an edition. begins: when its item does. Returns its key."""
        key = next(self.editions)
        opening = getattr(item.opening, life.opening)
        pieces = [opening, item.rest, *([item.update] if life.updated else [])]
        values = self._values(key, item, life, opening, pieces)
        parts = dict(self._parts(batch, key, item))
        names = [part["name"] for part in parts.get("parts.speaker", [])]
        values["byline"] = ", ".join(names)[:500]
        if life.state == State.APPROVED:
            item.published_at = item.published_at or life.live_from
            values["published_at"] = item.published_at
            own = {name: values.get(attname) for name, attname in self.content[item.kind]}
            values["digest"] = digest_of(
                as_sealed({**own, "code": item.code, "number": life.number, **NO_PARTS, **parts})
            )
        self.acts.of(batch, values, item, life, begins, dice)
        batch.editions.append(row_of(Edition, values))
        batch.children.setdefault(kinds.model_of(item.kind), []).append(
            row_of(kinds.model_of(item.kind), {**values, "edition_ptr_id": key})
        )
        if life.state == State.APPROVED and item.kind in self.listed:
            self._count(batch, values, life)
            batch.entries.append(self._entry(values, item, pieces, parts.get("parts.speaker", [])))
        if life.state == State.APPROVED:
            self._touch(batch, item, life)
        if life.withdrawn:
            item.withdrawal = next(self.withdrawals)
            self.acts.withdraw(batch, values, item, life, dice)
        return key

    def _values(self, key: int, item: Item, life: Life, opening: Piece, pieces: list[Piece]) -> dict[str, Any]:
        """Its columns, but for what follows from its parts and its acts; those of its kind among them."""
        genre = kinds.model_of(item.kind).GENRES.get(item.genre)
        return {
            "id": key,
            "publication_id": item.key,
            "number": life.number,
            "kind": item.kind,
            "language": item.language,
            "title": item.title,
            "slug": slugify(item.title, item.language),
            "summary": opening.summary if item.text_of is None else "",
            "body": "\n".join([piece.html for piece in pieces]),
            "section_id": item.section.pk,
            "genre": item.genre,
            "dated_on": item.day,
            "place": item.place,
            "event_id": item.event.pk if item.event else None,
            "event_title": item.event.title if item.event else "",
            "time_zone": "",
            "media": None,
            "lead": None,
            "change": life.change and life.change.value,
            "translated_from_id": item.sources.get(life.number),
            "public_note": item.words["notes"][life.change] if life.change and life.live_from else "",
            "state": life.state.value,
            "live_from": life.live_from,
            "live_until": life.live_until,
            "published_at": None,
            "digest": "",
            "takes_place_on": item.day + timedelta(days=2 + key % 20) if genre and genre.announces else None,
            "takes_place_at": time(9 + key % 9) if genre and genre.announces and key % 3 else None,
            "delivered_on": item.day if genre and genre.reports else None,
            "delivered_at": None,
        }

    def _parts(self, batch: Batch, edition: int, item: Item) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Adds the rows; gives them by name, as content."""
        day = item.day
        if item.speakers:
            said = [
                {"position": n, "person": person.pk, "name": person.name, "post": item.frame.post_on(person, day)}
                for n, person in enumerate(item.speakers)
            ]
            for model in PERSON_PARTS:
                yield self._part(batch, edition, model, said)
        if item.related:
            picked = [
                {"position": n, "publication": key, "title": title} for n, (key, title) in enumerate(item.related)
            ]
            yield self._part(batch, edition, Related, picked)

    def _part(
        self, batch: Batch, edition: int, model: type[Any], contents: list[dict[str, Any]]
    ) -> tuple[str, list[dict[str, Any]]]:
        rows = batch.parts.setdefault(model, [])
        names = [(f.attname, f.name) for f in model._meta.local_concrete_fields]
        for content in contents:
            values = {**content, "id": next(self.parts), "edition": edition}
            rows.append(tuple(values[name] for _attname, name in names))
        return f"parts.{model.__name__.lower()}", contents

    def _count(self, batch: Batch, values: dict[str, Any], life: Life) -> None:
        at = self.settled_at
        if life.live_from and life.live_from <= at and (life.live_until is None or at < life.live_until):
            sort = (values["kind"], values["genre"], values["dated_on"])
            batch.counted[values["language"], values["section_id"], *sort] += 1

    def _touch(self, batch: Batch, item: Item, life: Life) -> None:
        """What readers see otherwise now, and at the instants to come at which a life begins or ends."""
        names = {touched.EVERY, touched.of_list(item.language), touched.of_section(item.section.pk)}
        if item.event:
            names.add(touched.of_event(item.event.pk))
        batch.touch(names)
        for instant in (life.live_from, life.live_until):
            if instant and instant > self.acts.now:
                batch.touch(names | {touched.of_group(item.group)}, instant)

    def _entry(self, values: dict[str, Any], item: Item, pieces: list[Piece], said: list[dict[str, Any]]) -> Entry:
        codes = tuple(person.code for person in item.speakers)
        event = item.event.code if item.event else ""
        named = [f"{part['name']} {part['post']}" for part in said]
        return Entry(
            values["dated_on"].toordinal() << EDITION_BITS | values["id"],
            values["id"],
            item.language,
            "\n".join(f"{code} {part['name']}" for code, part in zip(codes, said, strict=True)),
            "\n".join([pieces[0].summary, *(piece.plain for piece in pieces)]),
            item.title,
            tuple(piece.n for piece in pieces),
            "\n".join([values["byline"], item.place, values["event_title"], *named]),
            _marks(codes, item.kind, item.genre, item.language, item.section.pk, item.place, event),
            values["live_from"],
        )


@lru_cache(maxsize=50_000)
def _marks(
    codes: tuple[str, ...], kind: str, genre: str, language: str, section: int, place: str, event: str
) -> tuple[str, ...]:
    return tuple(marks_of(codes, kind=kind, genre=genre, language=language, section=section, place=place, event=event))
