"""An edition as staff read it: its facts, what changed against the edition before the public, and its history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import ForeignKey
from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext_lazy as _

from ..editorial.languages import texts_around
from ..editorial.rules import TABLE, TOUCHES, offered
from ..editorial.status import Status, status
from ..models import Edition, Journal, State, clock
from ..models.language import language_name
from ..text.diff import Change, Piece, Skipped, compare, compare_text, folded
from . import shown
from .reporting import report_address

if TYPE_CHECKING:
    from ..models import User

LONG = 200  # journal rows shown; who wants older ones reads the journal
TEXTS = ("title", "summary", "body")
COMPUTED = ("slug", "byline", "event_title", "kind", "language", "media", "lead")

DONE = {
    "start": _("started edition %(n)d"),
    "next_edition": _("started edition %(n)d"),
    "translate": _("started a translation of edition %(n)d"),
    "save": _("saved edition %(n)d"),
    "submit": _("sent edition %(n)d for approval"),
    "take_back": _("took edition %(n)d back"),
    "return": _("returned edition %(n)d"),
    "approve": _("approved edition %(n)d"),
    "force": _("published edition %(n)d alone"),
    "unschedule": _("unscheduled edition %(n)d"),
    "withdraw": _("withdrew edition %(n)d"),
    "discard": _("discarded edition %(n)d"),
    "look": _("had a second look at edition %(n)d"),
    "enter": _("entered edition %(n)d as an archive’s record"),
}


@dataclass
class Entry:
    """A line of the timeline; repeated saves of one person are one line."""

    who: str
    what: Any
    at: datetime
    comment: str
    action: str
    times: int = 1


@dataclass(frozen=True)
class Fact:
    """before: what the other edition said. pieces: word by word, where it differs."""

    label: Any
    value: str
    before: str = ""

    @property
    def differs(self) -> bool:
        return self.value != self.before

    @property
    def pieces(self) -> Any:
        return spaced(compare_text(self.before, self.value))


def spaced(pieces: Iterable[Piece]) -> list[Piece]:
    """The same words with the space around a change left out of it, so that no line is drawn through nothing."""
    found: list[Piece] = []
    for piece in pieces:
        words = piece.text.strip(" ")
        if piece.kind == "same" or not words:
            found.append(piece)
            continue
        before, after = piece.text.split(words, 1)
        around = [Piece("same", before), replace(piece, text=words), Piece("same", after)]
        found += [p for p in around if p.text]
    return found


def changed_blocks(old: str, new: str) -> list[Change | Skipped]:
    """What changed between two bodies, with a little of what did not around it."""
    blocks = folded(compare(old, new))
    return [b if isinstance(b, Skipped) else replace(b, pieces=tuple(spaced(b.pieces))) for b in blocks]


def change_address(edition: Edition) -> str:
    opts = edition.kind_model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[edition.pk])


def action_address(edition: Edition, action: str) -> str:
    opts = edition.kind_model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_do", args=[edition.pk, action])


def about(edition: Edition, user: User) -> dict[str, Any]:
    """What every page about one edition shows beside its text."""
    now = clock.now()
    siblings = [e for e in reversed(texts_around(edition)) if e.publication_id == edition.publication_id]
    live = next((e for e in siblings if e.is_live(now)), None)
    acts = list(_acts(edition)[:LONG])
    entries = timeline(acts, {e.pk: e.number for e in siblings})
    return {
        "status": status(edition, now, live.number if live else None),
        "live_edition": live,
        "editions": [(e, status(e, now), change_address(e)) for e in siblings],
        "touched": _touched(edition, acts),
        "timeline": entries,
        "sent": next((e for e in entries if e.action == "submit"), None) if edition.state == State.IN_REVIEW else None,
        "flags": _flags(edition, user, acts),
        "withdrawal": _withdrawal_in_force(edition, now),
        "preview": reverse("preview", args=[edition.publication.code, edition.number]),
        "report_address": report_address(edition, user),
        "public_address": edition.get_absolute_url() if edition.is_live(now) else "",
        **buttons(edition, user, now),
    }


def _withdrawal_in_force(edition: Edition, now: datetime) -> Any:
    withdrawal = edition.publication.withdrawal
    return withdrawal if withdrawal is not None and withdrawal.in_force(now) else None


def _acts(edition: Edition) -> Any:
    """All that was done to its publication, newest first."""
    rows = Journal.objects.filter(publication=edition.publication_id).select_related("second_look")
    return rows.order_by("-at", "-pk")


def _of_edition(edition: Edition, acts: list[Journal]) -> list[Journal]:
    """What was done to the edition itself: of the rows at hand, where these are all."""
    rows = acts if len(acts) < LONG else _acts(edition).filter(edition=edition.pk)
    return [row for row in rows if row.edition_id == edition.pk]


def _touched(edition: Edition, acts: list[Journal]) -> list[dict[str, Any]]:
    """Who worked on the text, and when last, the latest first."""
    last: dict[str, datetime] = {}
    for row in _of_edition(edition, acts):
        if row.action in TOUCHES:
            last.setdefault(row.actor_in_words, row.at)
    return [{"actor_in_words": who, "last": at} for who, at in last.items()]


def _flags(edition: Edition, user: User, acts: list[Journal]) -> list[dict[str, Any]]:
    """Acts that one person did alone and that nobody else has looked at yet."""
    looks = [getattr(row, "second_look", None) for row in _of_edition(edition, acts)]
    flags = [look for look in looks if look is not None and look.looked_at is None]
    may = user.has_perm(TABLE["approve"].permission)
    return [
        {
            "journal": flag.journal,
            "what": DONE.get(flag.journal.action, flag.journal.action) % {"n": edition.number},
            "may_look": may and flag.journal.actor_id != user.pk,
            "address": reverse("admin:desk_look", args=[flag.pk]),
        }
        for flag in flags
    ]


DIRECT = ("take_back", "next_edition")  # buttons that ask nothing
IN_FORM = ("save", "submit")  # buttons of the form itself, where there is one


def buttons(edition: Edition, user: User, now: datetime) -> dict[str, Any]:
    """The actions this person may do now, and of the others why not."""
    may, why_not = [], []
    for action, reasons in offered(edition, user, now).items():
        words = TABLE[action].words
        if reasons:
            why_not.append((words, reasons))
        elif action != "save":
            may.append(
                {
                    "action": action,
                    "words": words,
                    "address": action_address(edition, action),
                    "direct": action in DIRECT,
                    "main": action in ("approve", "next_edition"),
                }
            )
    may.sort(key=lambda button: not button["main"])
    return {"buttons": may, "why_not": why_not}


# --- Its history


def timeline(acts: Iterable[Journal], numbers: dict[int, int]) -> list[Entry]:
    """Who did what to any edition of a publication, newest first. acts: in that order."""
    entries: list[Entry] = []
    previous: Journal | None = None
    for row in acts:
        if previous is not None and row.action == "save" and _is_repeated(row, previous):
            entries[-1].times += 1
        else:
            words = DONE.get(row.action, row.action) % {"n": numbers.get(row.edition_id, 0)}
            entries.append(Entry(row.actor_in_words, words, row.at, row.comment, row.action))
        previous = row
    return entries


def _is_repeated(row: Journal, previous: Journal) -> bool:
    return (row.action, row.actor_in_words, row.edition_id) == (
        previous.action,
        previous.actor_in_words,
        previous.edition_id,
    )


# --- Its facts


def facts(edition: Edition, other: Edition | None = None) -> list[Fact]:
    """All content but the long texts, in words; `other` gives what stood there before."""
    own, before = edition.kind_edition, other.kind_edition if other else None
    found = [
        Fact(
            own.GENRE_LABEL if field.name == "genre" else field.verbose_name,
            in_words(own, field),
            in_words(own if field.name == "change" else before, field) if before else "",  # it is no change itself
        )
        for field in own.content_fields()
        if field.name not in (*TEXTS, *COMPUTED) and not field.primary_key
    ]
    rows_before = dict(_part_words(before)) if before else {}
    found += [Fact(label, words, rows_before.get(label, "")) for label, words in _part_words(own)]
    return [fact for fact in found if fact.value or fact.before]


def in_words(edition: Edition, field: Any) -> str:
    """A column as a person reads it."""
    value = getattr(edition, field.name)
    if field.name == "genre":
        words = edition.genre_words
        return str(words.label) if words else ""
    if field.name == "event":
        return edition.event_title
    if field.choices:
        return str(getattr(edition, f"get_{field.name}_display")() or "")
    if value is None or value == "":
        return ""
    if field.name == "translated_from":
        return str(_("%(n)d (%(language)s)") % {"n": value.number, "language": language_name(value.language)})
    if isinstance(field, ForeignKey):
        return str(value)
    kind = field.get_internal_type()
    if kind == "DateField":
        return str(date_format(value, "j E Y"))
    return str(time_format(value, "H:i")) if kind == "TimeField" else str(value)


def _part_words(edition: Edition) -> Iterable[tuple[str, str]]:
    """Each sort of rows as one line of words; those that are shown by themselves (shown.py) are left out."""
    for _name, rows in edition.parts():
        if rows.model in shown.PARTS:
            continue
        lines = [row_words(row) for row in rows]
        yield str(rows.model._meta.verbose_name_plural), "; ".join(lines)


def row_words(row: Any) -> str:
    """A row without the numbers that only tie it to others."""
    values = [getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in ("id", "edition", "position")]
    return ", ".join(value for value in values if isinstance(value, str) and value)


# --- What changed


def base_of(edition: Edition) -> Edition | None:
    """The edition to compare with: the live one, else the newest approved one before it."""
    others = Edition.objects.filter(publication=edition.publication_id).exclude(pk=edition.pk).with_kind()
    others = others.select_related("section")
    now = clock.now()
    if edition.number == 1 and edition.is_live(now):
        return None
    if edition.is_live(now):
        return others.filter(state=State.APPROVED, number__lt=edition.number).order_by("-number").first()
    live = others.live(now).first()
    return live or others.filter(state=State.APPROVED, number__lt=edition.number).order_by("-number").first()


def changes(edition: Edition) -> dict[str, Any]:
    """What an edition says and shows, and the comparison with `base_of` where there is something to compare with."""
    base = base_of(edition)
    compared = {"facts": facts(edition)} if base is None else between(base, edition)
    return {**shown.shown(edition), **compared}


def between(base: Edition, edition: Edition) -> dict[str, Any]:
    """What changed from one edition to another."""
    found, shifts = facts(edition, base), shown.shifts(base, edition)
    title, summary = (spaced(compare_text(getattr(base, n), getattr(edition, n))) for n in ("title", "summary"))
    same_texts = all(getattr(base, name) == getattr(edition, name) for name in TEXTS)
    return {
        "base": base,
        "base_is_live": base.is_live(clock.now()),
        "facts": found,
        "facts_changed": [fact for fact in found if fact.differs],
        "title_pieces": title,
        "summary_pieces": summary,
        "changes": changed_blocks(base.body, edition.body),
        "shifts": shifts,
        "nothing_changed": same_texts and not shifts and not any(fact.differs for fact in found),
    }


__all__ = ["Status", "about", "base_of", "between", "buttons", "changes", "facts"]
