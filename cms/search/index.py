"""What is indexed: every approved edition of a kind that stands in lists, the scheduled and the superseded among them,
in the transaction that approves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction

from .. import kinds
from ..models import Edition, SearchEntry, SearchWord, State, position_of
from ..models.part import part_models
from ..models.signals import edition_sealed, edition_unsealed
from ..text.plain import plain_text
from .engine import Words
from .in_use import engine
from .words import stem, words

MOST_WORDS = 20_000  # of a text; more than two hours of speaking
_SHORTEST, _LONGEST = 4, 40  # letters of a word that is proposed to those who mistyped it


def listen() -> None:
    """Follow what is approved from now on."""
    edition_sealed.connect(_on_sealed, dispatch_uid="cms.search")
    edition_unsealed.connect(_on_unsealed, dispatch_uid="cms.search")


def _on_sealed(edition: Edition, **kwargs: Any) -> None:
    if edition.kind in kinds.listed():
        keep([edition])


def _on_unsealed(edition: Edition, **kwargs: Any) -> None:
    forget([edition])


# --- Writing


@transaction.atomic
def keep(editions: Sequence[Edition]) -> None:
    """Index approved editions, anew where they are indexed already."""
    people = _people_of(editions)
    entries = [_entry(edition, people.get(edition.pk, [])) for edition in editions]
    SearchEntry.objects.filter(edition__in=editions).delete()
    SearchEntry.objects.bulk_create([entry for entry, _said in entries])
    engine().write([said for _entry, said in entries])
    known: dict[str, datetime] = {}
    for edition, (_stored, said) in zip(editions, entries, strict=True):
        for word in {*said.title, *said.text}:
            if edition.live_from and (word not in known or edition.live_from < known[word]):
                known[word] = edition.live_from
    learn(known)


@transaction.atomic
def forget(editions: Sequence[Edition]) -> None:
    """Take editions out of the index. Their words stay known: one is proposed only where a live text has it."""
    held = SearchEntry.objects.filter(edition__in=editions)
    engine().remove(list(held.values_list("position", flat=True)))
    held.delete()


def _people_of(editions: Sequence[Edition]) -> dict[int, list[tuple[str, str, str]]]:
    """By edition: of each person it names the public code, and the name and post that it gives them."""
    found: dict[int, list[tuple[str, str, str]]] = {}
    for model in part_models():
        if model.NAMES_A_PERSON:
            rows: Any = model._default_manager
            for row in rows.filter(edition__in=editions).select_related("person").order_by("position", "pk"):
                who = (row.person.code, row.name, row.post)
                found.setdefault(row.edition_id, []).append(who)
    return found


def _entry(edition: Edition, people: list[tuple[str, str, str]]) -> tuple[SearchEntry, Words]:
    entry = SearchEntry(
        position=position_of(edition),
        edition_id=edition.pk,
        people="\n".join(f"{code} {name}" for code, name, _post in people),
        text="\n".join(filter(None, [edition.summary, plain_text(edition.body)])),
    )
    beside = [edition.byline, edition.place, edition.event_title, *(f"{name} {post}" for _code, name, post in people)]
    title = folded_words(edition.title)
    text = folded_words("\n".join([entry.text, *beside]))
    words_of_it = Words(
        entry.position,
        title,
        [stem(word, edition.language) for word in title],
        text,
        [stem(word, edition.language) for word in text],
        marks_of(
            [code for code, *_named in people],
            kind=edition.kind,
            genre=edition.genre,
            language=edition.language,
            section=edition.section_id,
            place=edition.place,
            event=edition.event.code if edition.event else "",
        ),
    )
    return entry, words_of_it


def folded_words(text: str) -> list[str]:
    """The words of a text as they are compared, as many of them as are indexed."""
    return [word.folded for word, _n in zip(words(text), range(MOST_WORDS), strict=False)]


# --- Marks


def mark(name: str, value: object) -> str:
    """What editions are filtered by, as one word: a name of marks_of, and its value."""
    words = str(value)
    if not (words.isascii() and words.isalnum()):
        words = sha256(words.encode()).hexdigest()[:16]
    return f"{name}{words}"


def marks_of(people: Iterable[str], **values: object) -> list[str]:
    """people: public codes. values: the others, by name."""
    return [mark(name, value) for name, value in values.items() if value] + [mark("person", code) for code in people]


# --- Words to be proposed


def learn(first: dict[str, datetime]) -> None:
    """Remember from when on each word may be proposed."""
    rows = [
        (word, word[:2], len(word), connection.ops.adapt_datetimefield_value(at))
        for word, at in sorted(first.items())  # in one order, so that two approvals at once do not lock each other out
        if word.isalpha() and _SHORTEST <= len(word) <= _LONGEST
    ]
    table = SearchWord._meta.db_table
    with connection.cursor() as cursor:
        for start in range(0, len(rows), 500):
            some = rows[start : start + 500]
            cursor.execute(
                f"INSERT INTO {table} (word, start, length, first_at) "
                f"VALUES {', '.join(['(%s, %s, %s, %s)'] * len(some))} "
                f"ON CONFLICT (word) DO UPDATE SET first_at = excluded.first_at "
                f"WHERE excluded.first_at < {table}.first_at",
                [value for row in some for value in row],
            )


# --- All of it


def unindexed() -> Any:
    """Approved editions that should be in the index and are not, in the order of their ids."""
    approved = Edition.objects.filter(state=State.APPROVED).listed()
    return approved.filter(search_entry__isnull=True).order_by("pk")


def rebuild(batch: int = 200) -> Iterator[int]:
    """Index all that is not indexed, a batch a transaction, and say how many after each. Stopped, it can go on."""
    after = 0
    while editions := _keep_next(batch, after):
        after = editions[-1].pk
        yield len(editions)


@transaction.atomic
def _keep_next(batch: int, after: int) -> list[Edition]:
    """Locked, so that none is unscheduled in between."""
    missing = unindexed().filter(pk__gt=after).select_related("event").select_for_update(of=("self",))
    editions = list(missing[:batch])
    if editions:
        keep(editions)
    return editions


@transaction.atomic
def clear() -> None:
    """Forget everything: nothing is found until it is indexed anew."""
    engine().clear()
    SearchEntry.objects.all().delete()
    SearchWord.objects.all().delete()
