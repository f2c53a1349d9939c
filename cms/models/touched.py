"""What pages are made of, and when it changed: the versions by which a stored page knows that it is out of date.

Each row says that a named thing changed, or will change at an instant. It is written in the transaction that brings the
change about, so that there is no change without its row. Rows are written under the lock of the one state row
(cms/models/tally.py), which is held until the transaction ends: whoever has read row n has read all rows before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save

from .. import kinds
from . import clock
from .contact import Contact
from .editions import State
from .event import Event
from .identity import Identity
from .part import Related
from .person import Person, Post
from .section import Section, SectionAddress
from .signals import things_touched
from .tally import TallyState

if TYPE_CHECKING:
    from .edition import Edition

FRAME = "frame"  # sections, identity, contacts: around every page
PEOPLE = "people"  # names and posts as they are now
EVENTS = "events"  # titles, days and places as they are now
EVERY = "every"  # any life of any edition
KEPT = timedelta(days=2)  # no stored page is older
PRUNED_EACH = 500  # rows


class Touched(models.Model):
    """A named thing that pages depend on changes at an instant. The primary key is the version."""

    name = models.CharField(max_length=60)
    at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}: {self.name} at {self.at}"


# --- The names


def of_group(group: Any) -> str:
    """A text in all its languages and editions. group: Publication.translation_group."""
    return f"group:{group}"


def of_list(language: str) -> str:
    """All that is listed in a language."""
    return f"list:{language}"


def of_section(pk: int) -> str:
    """The text and the own items of a section, without those below it."""
    return f"section:{pk}"


def of_event(pk: int) -> str:
    """An event and the texts that belong to it."""
    return f"event:{pk}"


def names_of(edition: Edition) -> list[str]:
    """What changes when the life of an edition begins or ends."""
    names = [EVERY, of_group(edition.publication.translation_group), of_section(edition.section_id)]
    if edition.kind in kinds.listed():
        names.append(of_list(edition.language))
    if edition.event_id:
        names.append(of_event(edition.event_id))
    recommending = Related.objects.filter(publication=edition.publication_id, edition__state=State.APPROVED)
    groups = recommending.values_list("edition__publication__translation_group", flat=True).distinct()
    return [*names, *map(of_group, groups)]


# --- Writing


@transaction.atomic
def touch(names: Iterable[str], at: datetime | None = None) -> None:
    """Note that these things change at an instant (default: now), in the transaction that is under way."""
    TallyState.held()
    moment = at or clock.now()
    written = Touched.objects.bulk_create(Touched(name=name, at=moment) for name in sorted(set(names)))
    transaction.on_commit(_tell, robust=True)
    if any(row.pk and row.pk % PRUNED_EACH == 0 for row in written):
        Touched.objects.filter(at__lt=clock.now() - KEPT).delete()


def _tell() -> None:
    things_touched.send(Touched)


@contextmanager
def touching(edition: Edition) -> Iterator[None]:
    """Around a change of an edition's life, inside its transaction: what it changes for readers is touched.

    Now, where readers see something else at once; and at the instants to come at which they will.
    """
    now = clock.now()
    before = _seen(edition, now)
    instants = {edition.live_from, edition.live_until}
    yield
    names = names_of(edition)
    if _seen(edition, now) != before:
        touch(names, now)
    for instant in {edition.live_from, edition.live_until} - instants - {None}:
        if instant is not None and instant > now:
            touch(names, instant)
    if edition.state == State.APPROVED:
        for instant in _when_the_recommended_change(edition, now):
            touch([of_group(edition.publication.translation_group)], instant)


def _when_the_recommended_change(edition: Edition, now: datetime) -> set[datetime]:
    """Instants to come at which an item begins or ends that an edition recommends: they were set before it was."""
    picked = Related.objects.filter(edition=edition.pk).values("publication")
    rows = type(edition)._base_manager.filter(publication__in=picked, state=State.APPROVED)
    lives = rows.filter(Q(live_from__gt=now) | Q(live_until__gt=now)).values_list("live_from", "live_until")
    return {instant for life in lives for instant in life if instant is not None and instant > now}


def _seen(edition: Edition, now: datetime) -> tuple[bool, bool]:
    """Whether an edition is live, and whether it was."""
    has_been = edition.live_from is not None and edition.has_a_life and edition.live_from <= now
    return edition.is_live(now), has_been


# --- What stands around the texts is touched whatever way it is stored


def _on_frame(**kwargs: Any) -> None:
    touch([FRAME])


def _on_people(**kwargs: Any) -> None:
    touch([PEOPLE])


def _on_event(instance: Event, **kwargs: Any) -> None:
    touch([EVENTS, of_event(instance.pk)])


def listen() -> None:
    """Follow what is stored from now on."""
    for signal in (post_save, post_delete):
        for model in (Section, SectionAddress, Identity, Contact):
            signal.connect(_on_frame, sender=model, dispatch_uid=f"cms.touched.{model.__name__}")
        for one in (Person, Post):
            signal.connect(_on_people, sender=one, dispatch_uid=f"cms.touched.{one.__name__}")
        signal.connect(_on_event, sender=Event, dispatch_uid="cms.touched.Event")
