"""What people do to editions. Every act is one transaction with one journal row; nothing else changes a state."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.dispatch import Signal
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from .. import kinds
from ..media.storage import check
from ..models import Edition, Journal, Publication, SecondLook, State, Withdrawal, clock, files_used_by, media_storage
from ..models.signals import edition_sealed, edition_unsealed
from ..models.tally import follow, moment_of_change, settle_if_due
from ..models.touched import names_of, touch, touching
from . import signals
from .doubts import LANGUAGES, SLIP, Raised, with_what_was_set_aside
from .rules import APPROVE, TABLE, Refused, doubts, may_start, refusals

if TYPE_CHECKING:
    from ..models import Section, User


ALL_DOUBTS = frozenset({SLIP.key, LANGUAGES.key})
FARTHEST = timedelta(days=3 * 366)  # what is scheduled later than that is a slip of the finger


class Conflict(Exception):
    """The edition changed since the person read it. `current` is what is stored now."""

    def __init__(self, current: Edition) -> None:
        self.current = current
        super().__init__(f"edition {current.pk} is at version {current.version} now")


# --- Writing


@transaction.atomic
def start(
    kind: str, *, by: User, language: str, text_of: Section | None = None, group: Any = None, **content: Any
) -> Edition:
    """Begin a publication: its first edition, a draft.

    kind: a registered kind. group: the translation group it joins. content: columns of the edition.
    Raises Refused where the person may not write.
    """
    draft = kinds.model_of(kind)(language=language, **content)
    return start_with(draft, by=by, text_of=text_of, group=group)


@transaction.atomic
def start_with(draft: Edition, *, by: User, text_of: Section | None = None, group: Any = None) -> Edition:
    """The same for an edition that a form has filled in and that is not stored yet."""
    begin(draft, by=by, text_of=text_of, group=group)
    settle(draft)
    record(draft, "start", by, draft.created_at, from_state="")
    return draft


def begin(draft: Edition, *, by: User, text_of: Section | None = None, group: Any = None) -> None:
    """Store a publication and its first edition, without its parts and without a journal row.

    Part of the transaction of whoever adds both. Raises Refused where the person may not write.
    """
    if not may_start(by):
        raise Refused([str(_("Your account does not have the right to do this."))])
    now = clock.now()
    identity = {"translation_group": group} if group else {}
    draft.publication = Publication.objects.create(
        kind=draft.KIND, language=draft.language, created_at=now, text_of=text_of, **identity
    )
    draft.kind, draft.number, draft.state = draft.KIND, 1, State.DRAFT
    _sign(draft, by, now)
    draft.created_at, draft.created_by = now, by
    draft.save()


@transaction.atomic
def save(edition: Edition, *, by: User, version: int) -> Edition:
    """Store a draft as it stands in memory.

    version: the version the person began from. Raises Conflict where another save came between, Refused where the
    edition is no draft any more or the person may not write.
    """
    stored = lock(edition)
    if stored.version != version or stored.state != edition.state:
        raise Conflict(stored)
    _demand("save", stored, by)
    for column in Edition._meta.concrete_fields:
        if column.name in Edition.NOT_CONTENT:  # a form holds content; the rest is as it is stored, not as it was read
            setattr(edition, column.attname, getattr(stored, column.attname))
    now = clock.now()
    edition.version = version + 1
    _sign(edition, by, now)
    edition.save()
    record(edition, "save", by, now, from_state=State.DRAFT)
    return edition


def settle(edition: Edition) -> None:
    """After an edition's parts were stored: copy what it shows of them. Part of the same transaction as the save."""
    edition.gather()
    edition.save()


@transaction.atomic
def next_edition(edition: Edition, *, by: User) -> Edition:
    """Start the next edition: a draft that begins as a copy of this one. Raises Refused."""
    stored = lock(edition)
    _demand("next_edition", stored, by)
    now = clock.now()
    own = stored.kind_edition
    values = {f.attname: getattr(own, f.attname) for f in own.content_fields()}
    draft = type(own)(**{**values, "public_note": "", "change": None, "publication": stored.publication})
    draft.kind, draft.number, draft.state = own.kind, _next_number(stored.publication_id), State.DRAFT
    _sign(draft, by, now)
    draft.created_at, draft.created_by = now, by
    draft.save()
    for _name, rows in stored.parts():
        for row in rows:
            row.copy_to(draft)
    settle(draft)
    record(draft, "next_edition", by, now, from_state="")
    return draft


@transaction.atomic
def discard(edition: Edition, *, by: User, comment: str = "") -> Edition:
    """Put a draft aside for good. It stays in the record and is never shown."""
    return _move(edition, "discard", by, State.DISCARDED, comment)


# --- Review


@transaction.atomic
def submit(edition: Edition, *, by: User, comment: str = "") -> Edition:
    """Send a draft for approval; it is frozen from now on.

    comment: demanded where it is called a typing slip and may be more: it tells the moderator why.
    """
    moved = _move(edition, "submit", by, State.IN_REVIEW, comment, submitted_at=clock.now(), returned_with="")
    _tell(signals.edition_submitted, moved)
    return moved


@transaction.atomic
def take_back(edition: Edition, *, by: User, comment: str = "") -> Edition:
    """Make a draft of an edition that waits, to go on writing."""
    return _move(edition, "take_back", by, State.DRAFT, comment, submitted_at=None)


@transaction.atomic
def return_(edition: Edition, *, by: User, comment: str) -> Edition:
    """Give an edition back to its authors with a reason."""
    moved = _move(edition, "return", by, State.DRAFT, comment, submitted_at=None, returned_with=comment)
    _tell(signals.edition_returned, moved)
    return moved


def approve(
    edition: Edition,
    *,
    by: User,
    digest: str,
    at: datetime | None = None,
    comment: str = "",
    insists: bool = False,
    waives: bool = False,
) -> Edition:
    """Seal an edition and give it its life.

    digest: of what the person has read; anything else is refused. at: the instant it goes live (default: now).
    insists: that it is the typing slip that it is called, though more changed. waives: the translations that its
    section needs. For either the comment has to say why.
    """
    whole = _whole_files("approve", edition, by)
    with transaction.atomic():
        return _publish("approve", edition, by, digest, at, comment, whole, _insisted(insists, waives))


def force(
    edition: Edition,
    *,
    by: User,
    digest: str,
    comment: str,
    at: datetime | None = None,
    insists: bool = False,
    waives: bool = False,
) -> Edition:
    """Publish alone, with a reason. It is flagged until a second person has looked.

    insists, waives: as for `approve`.
    """
    whole = _whole_files("force", edition, by)
    with transaction.atomic():
        published = _publish("force", edition, by, digest, at, comment, whole, _insisted(insists, waives))
        SecondLook.objects.create(journal=published.journal.latest("pk"))
        return published


def _insisted(insists: bool, waives: bool) -> set[str]:
    """The keys of the doubts that a person sets aside."""
    return {doubt.key for doubt, said in ((SLIP, insists), (LANGUAGES, waives)) if said}


def _whole_files(action: str, edition: Edition, by: User) -> set[int]:
    """The numbers of an edition's files that are, byte for byte, what its digest names.

    All of them are read, which takes as long as it takes: nothing is locked meanwhile, and nothing is read for somebody
    who may not publish it anyway. Raises Refused where the storage does not answer.
    """
    stored = Edition.objects.with_kind().select_related("section").get(pk=edition.pk)
    if refusals(action, stored, by):
        return set()
    try:
        return {f.pk for f in files_used_by(stored) if check(media_storage(), f.name, f.sha256) == "ok"}
    except OSError as away:
        raise _storage_away() from away


def _storage_away() -> Refused:
    return Refused([str(_("The storage of files does not answer. Try again in a minute."))])


def _publish(
    action: str,
    edition: Edition,
    by: User,
    digest: str,
    at: datetime | None,
    comment: str,
    whole: set[int],
    insisted: Collection[str],
) -> Edition:
    stored = lock(edition)
    set_aside = _demand(action, stored, by, comment, insisted)
    comment = with_what_was_set_aside(set_aside, stored, comment)
    sealed = stored.compute_digest()
    if sealed != digest:
        raise Refused([str(_("The text is not the one you read. Look at it again before you approve it."))])
    _demand_files(stored, whole)
    now = moment_of_change()
    if at is not None and at < now:
        raise Refused([str(_("That moment has passed. Choose a later one, or publish now."))])
    if at is not None and at > now + FARTHEST:
        raise Refused([str(_("That is more than three years ahead. Is the year right?"))])
    before, live_from = stored.state, at or now
    begin_life(stored, live_from=live_from, digest=sealed, approved_at=now)
    settle_if_due(now)
    record(stored, action, by, now, from_state=before, comment=comment, digest=sealed)
    _tell(signals.edition_approved, stored)
    return stored


def _demand_files(stored: Edition, whole: set[int]) -> None:
    """What cannot be handed out cannot be promised: every file of an edition lies in the storage, as it was read.

    whole: numbers of those whose bytes were compared a moment ago.
    """
    storage, used = media_storage(), files_used_by(stored)
    try:
        lost = [file for file in used if not storage.exists(file.name)]
        altered = [f for f in used if f not in lost and (f.pk not in whole or storage.size(f.name) != f.size)]
    except OSError as away:
        raise _storage_away() from away
    gone = _("A file that this edition uses is missing in the storage (%s). Upload it again.")
    other = _("A file that this edition uses is not what was uploaded (%s). Upload the right one again.")
    found = ((gone, lost), (other, altered))
    reasons = [str(told % ", ".join(file.key[:8] for file in files)) for told, files in found if files]
    if reasons:
        raise Refused(reasons)


def begin_life(
    stored: Edition, *, live_from: datetime, digest: str, approved_at: datetime, live_until: datetime | None = None
) -> None:
    """Make an edition approved from an instant on, and end the lives that it replaces at that instant."""
    others = Edition.objects.filter(publication=stored.publication_id, state=State.APPROVED)
    for other in others.exclude(pk=stored.pk):
        if other.live_from is not None and other.live_from >= live_from:
            _update(other, live_until=other.live_from)  # never shown: its successor is there before it
        elif other.live_until is None or other.live_until > live_from:
            _update(other, live_until=live_from)
    first = Edition.objects.been_live(live_from).filter(publication=stored.publication_id).order_by("live_from").first()
    published_at = first.live_from if first is not None else live_from
    _update(
        stored,
        state=State.APPROVED,
        live_from=live_from,
        live_until=live_until,
        published_at=published_at,
        digest=digest,
        approved_at=approved_at,
        returned_with="",
    )
    withdrawal = stored.publication.withdrawal
    if withdrawal is not None and (withdrawal.until_at is None or withdrawal.until_at > live_from):
        withdrawal.until_at = live_from
        withdrawal.save(update_fields=["until_at"])
    edition_sealed.send(Edition, edition=stored)


@transaction.atomic
def unschedule(edition: Edition, *, by: User, comment: str = "") -> Edition:
    """Stop an approved edition that is not live yet.

    It waits for approval again; where a later edition exists, which holds its text, it is discarded. What it was to
    replace goes on, and a scheduled edition whose place it took has that place again. Never refused because of other
    work: an embargo must be stoppable.
    """
    stored = lock(edition)
    _demand("unschedule", stored, by, comment)
    now, begins, ends = moment_of_change(), stored.live_from, stored.live_until
    later = Edition.objects.filter(publication=stored.publication_id, number__gt=stored.number)
    to_state = State.DISCARDED if later.exclude(state=State.DISCARDED).exists() else State.IN_REVIEW
    _update(
        stored,
        state=to_state,
        live_from=None,
        live_until=None,
        published_at=None,
        digest="",
        approved_at=None,
        submitted_at=now,
    )
    revived = _displaced_by(stored, begins, ends, now)
    until = revived[0].live_from if revived else ends
    siblings = Edition.objects.filter(publication=stored.publication_id, state=State.APPROVED)
    for other in siblings.filter(live_until=begins):
        if other.has_a_life:
            _update(other, live_until=until)
    for other, following in zip_longest(revived, revived[1:]):
        _update(other, live_until=following.live_from if following else ends)
    _date_what_is_scheduled(stored.publication_id, now)
    settle_if_due(now)
    withdrawal = stored.publication.withdrawal
    if withdrawal is not None and withdrawal.until_at == begins:
        withdrawal.until_at = until
        withdrawal.save(update_fields=["until_at"])
    edition_unsealed.send(Edition, edition=stored)
    record(stored, "unschedule", by, now, from_state=State.APPROVED, comment=comment)
    _tell(signals.edition_unscheduled, stored)
    return stored


def _displaced_by(stored: Edition, begins: datetime | None, ends: datetime | None, now: datetime) -> list[Edition]:
    """Scheduled editions whose places an edition took when it was approved, and which have them again without it.

    In the order of their lives. Not those that a withdrawal stopped after their approval, nor those that another of
    them had displaced before.
    """
    earlier = Edition.objects.filter(
        publication=stored.publication_id, state=State.APPROVED, number__lt=stored.number, live_from__gt=now
    )
    displaced = earlier.filter(live_from__gte=begins, live_until=F("live_from"))
    if ends is not None:
        displaced = displaced.filter(live_from__lt=ends)
    takings_down = Withdrawal.objects.filter(publication=stored.publication_id).exclude(mode=Withdrawal.Mode.NOTICE)
    found: list[Edition] = []
    for other in displaced.order_by("-number"):
        stopped = takings_down.filter(from_at__gte=other.approved_at).exists()
        if not stopped and all(_begins_before(other, later) for later in found):
            found.insert(0, other)
    return found


def _begins_before(one: Edition, other: Edition) -> bool:
    return one.live_from is not None and other.live_from is not None and one.live_from < other.live_from


def _date_what_is_scheduled(publication_id: int, now: datetime) -> None:
    """When the first edition goes, those that wait behind it are published for the first time later."""
    alive = Edition.objects.been_live(datetime.max.replace(tzinfo=now.tzinfo)).filter(publication=publication_id)
    first = alive.order_by("live_from").first()
    for other in Edition.objects.scheduled(now).filter(publication=publication_id):
        if first is not None and other.published_at != first.live_from:
            _update(other, published_at=first.live_from)


@transaction.atomic
def withdraw(
    edition: Edition, *, by: User, mode: str, comment: str, redirect_to: Publication | None = None
) -> Withdrawal:
    """Take a live publication down, lead it elsewhere or put a notice above it, at once.

    What is scheduled goes with it, except under a notice: there the next edition ends the notice when it goes live.

    mode: of Withdrawal.Mode. comment: the reason that the public reads. Flagged until a second person has looked.
    """
    stored = lock(edition)
    _demand("withdraw", stored, by, comment)
    now = moment_of_change()
    _check_target(stored, mode, redirect_to, now)
    if mode != Withdrawal.Mode.NOTICE:
        for scheduled in Edition.objects.scheduled(now).filter(publication=stored.publication_id):
            _update(scheduled, live_until=scheduled.live_from)
        _update(stored, live_until=now)
        settle_if_due(now)
    earlier = stored.publication.withdrawal
    if earlier is not None and earlier.in_force(now):  # a notice, which a stronger measure replaces
        earlier.until_at = now
        earlier.save(update_fields=["until_at"])
    successor = Edition.objects.scheduled(now).filter(publication=stored.publication_id).order_by("live_from").first()
    withdrawal = Withdrawal.objects.create(
        publication=stored.publication,
        mode=mode,
        public_reason=comment,
        redirect_to=redirect_to if mode == Withdrawal.Mode.REDIRECT else None,
        from_at=now,
        until_at=successor.live_from if successor else None,
    )
    Publication.objects.filter(pk=stored.publication_id).update(withdrawal=withdrawal)
    stored.publication.withdrawal = withdrawal
    touch(names_of(stored), now)  # a notice moves no life
    entry = record(stored, "withdraw", by, now, from_state=State.APPROVED, comment=comment)
    SecondLook.objects.create(journal=entry)
    _tell(signals.publication_withdrawn, stored)
    return withdrawal


def _check_target(stored: Edition, mode: str, target: Publication | None, now: datetime) -> None:
    if mode not in Withdrawal.Mode.values:
        raise Refused([str(_("Choose what shall happen to the page."))])
    if mode != Withdrawal.Mode.REDIRECT:
        return
    if target is None:
        raise Refused([str(_("Choose the item that readers are led to."))])
    if target.pk == stored.publication_id:
        raise Refused([str(_("An item cannot lead to itself."))])
    if not Edition.objects.live(now).filter(publication=target).exists():
        raise Refused([str(_("The item that readers would be led to is not public."))])


@transaction.atomic
def look(flag: SecondLook, *, by: User) -> SecondLook:
    """Note that a second person has looked at what one did alone. Raises Refused."""
    held = SecondLook.objects.select_for_update().select_related("journal").get(pk=flag.pk)
    if not by.has_perm(APPROVE):
        raise Refused([str(_("Your account does not have the right to do this."))])
    if held.looked_at is not None:
        raise Refused([str(_("%(who)s has looked at it already.") % {"who": held.looked_by_in_words})])
    if held.journal.actor_id == by.pk:
        raise Refused([str(_("You did this yourself. A second person has to look at it."))])
    now = clock.now()
    held.looked_at, held.looked_by, held.looked_by_in_words = now, by, by.in_words
    held.save()
    stored = Edition.objects.get(pk=held.journal.edition_id)
    record(stored, "look", by, now, from_state=stored.state)
    return held


# --- What they have in common


def lock(edition: Edition) -> Edition:
    """The edition as it is stored, with its publication locked until the transaction ends."""
    publication = Publication.objects.select_for_update().get(pk=edition.publication_id)
    stored = Edition.objects.with_kind().select_related("section").get(pk=edition.pk)
    stored.publication = publication
    return stored


def _demand(
    action: str, edition: Edition, by: User, comment: str = "", insisted: Collection[str] = ALL_DOUBTS
) -> list[Raised]:
    """Raises Refused. Returns the doubts that the person set aside by insisting, with a reason.

    insisted: keys of those doubts. To send a text on with a comment is to insist; the moderator decides.
    """
    reasons = refusals(action, edition, by)
    if TABLE[action].needs_reason and not comment.strip():
        reasons.append(str(_("Say why: this needs a reason.")))
    found = doubts(action, edition)
    for doubt in found:
        if not doubt.is_set_aside(insisted, comment):
            reasons += doubt.reasons(action)
    if reasons:
        raise Refused(_told_who_was_faster(action, edition) + reasons)
    return found


def _told_who_was_faster(action: str, edition: Edition) -> list[str]:
    """Where the state is no longer one the action starts from: who moved it, and when."""
    if edition.state in TABLE[action].from_states:
        return []
    last = edition.journal.exclude(to_state="").filter(to_state=edition.state).first()
    if last is None:
        return []
    told = _("%(who)s was faster: “%(what)s” at %(when)s.")
    words = TABLE[last.action].words if last.action in TABLE else last.action
    return [str(told % {"who": last.actor_in_words, "what": words, "when": f"{localtime(last.at):%H:%M:%S}"})]


def _move(edition: Edition, action: str, by: User, to: State, comment: str, **columns: Any) -> Edition:
    stored = lock(edition)
    _demand(action, stored, by, comment)
    before = stored.state
    _update(stored, state=to, **columns)
    record(stored, action, by, clock.now(), from_state=before, comment=comment)
    return stored


def _update(edition: Edition, **columns: Any) -> None:
    """Change columns of the base row alone: what is sealed is not written again. The kept counts follow a life, and so
    do the versions of what pages are made of."""
    moves_a_life = "live_from" in columns or "live_until" in columns
    with follow(edition) if moves_a_life else nullcontext(), touching(edition) if moves_a_life else nullcontext():
        Edition.objects.filter(pk=edition.pk).update(**columns)
        for name, value in columns.items():
            setattr(edition, name, value)


def _sign(edition: Edition, by: User, now: datetime) -> None:
    edition.edited_at, edition.edited_by_in_words = now, by.in_words


def _next_number(publication_id: int) -> int:
    newest = Edition.objects.filter(publication=publication_id).order_by("-number").first()
    return (newest.number if newest else 0) + 1


def record(
    edition: Edition,
    action: str,
    by: User,
    now: datetime,
    *,
    from_state: str,
    comment: str = "",
    digest: str = "",
) -> Journal:
    """Write an act into the journal. Part of the transaction of the act itself."""
    return Journal.objects.create(
        publication_id=edition.publication_id,
        edition_id=edition.pk,
        at=now,
        actor=by,
        actor_in_words=by.in_words,
        action=action,
        from_state=from_state,
        to_state=edition.state,
        comment=comment,
        digest=digest,
    )


def _tell(signal: Signal, edition: Edition) -> None:
    transaction.on_commit(lambda: signal.send(Edition, edition=edition))
