"""The rules of the workflow: one table of transitions, and why somebody may not make one, in sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from ..models import OPEN, Edition, Journal, State, Withdrawal, clock
from .doubts import LANGUAGES, SLIP, Doubt, Raised, raised

if TYPE_CHECKING:
    from ..models import User

WRITE = "cms.write_editions"
APPROVE = "cms.approve_editions"
FORCE = "cms.force_editions"

# Acts that make somebody a hand in the text: who did one may not approve it.
TOUCHES = ("start", "next_edition", "save", "submit")

Condition = Callable[[Edition, "User", datetime], list[Any]]


class Refused(Exception):
    """An action that the rules do not allow. `reasons` are sentences for the person who tried."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


@dataclass(frozen=True)
class Transition:
    """One row of the table.

    action: what the person does. words: the button. from_states: where it starts. permission: who may.
    needs_reason: a comment is demanded. conditions: what else must hold, each giving the sentences of why not.
    doubts: what speaks against it, unless the person insists and says why.
    """

    action: str
    words: Any
    from_states: tuple[State, ...]
    permission: str
    needs_reason: bool = False
    conditions: tuple[Condition, ...] = field(default=())
    doubts: tuple[Doubt, ...] = field(default=())


def _complete(edition: Edition, user: User, at: datetime) -> list[Any]:
    return list(edition.kind_edition.missing())


def _other_eyes(edition: Edition, user: User, at: datetime) -> list[Any]:
    if hands(edition).filter(actor_id=user.pk).exists():
        return [_("You worked on this edition. Somebody who did not has to approve it.")]
    return []


def _not_yet_live(edition: Edition, user: User, at: datetime) -> list[Any]:
    if edition.is_scheduled(at):
        return []
    if edition.live_from is not None and not edition.has_a_life:
        return [_("A later edition has taken its place: there is nothing to unschedule.")]
    return [_("It is published already. What the public has read cannot be unscheduled, only withdrawn.")]


def _is_live(edition: Edition, user: User, at: datetime) -> list[Any]:
    return [] if edition.is_live(at) else [_("This edition is not what the public sees now.")]


def _not_withdrawn(edition: Edition, user: User, at: datetime) -> list[Any]:
    withdrawal = edition.publication.withdrawal
    if withdrawal is not None and withdrawal.in_force(at) and withdrawal.mode != Withdrawal.Mode.NOTICE:
        return [_("It is withdrawn already. To change what stands there, publish a new edition.")]
    return []


def _next_in_turn(edition: Edition, user: User, at: datetime) -> list[Any]:
    """Nothing is being written, and nothing later is there. One query."""
    others = Edition.objects.filter(publication=edition.publication_id).exclude(pk=edition.pk)
    states = dict(others.order_by("number").values_list("number", "state"))
    told: list[Any] = [
        _("Edition %(number)d is already being written.") % {"number": number}
        for number, state in states.items()
        if state in OPEN
    ]
    # A discarded text is taken up again only where nothing else is left.
    if any(
        state != State.DISCARDED and (number > edition.number or edition.state == State.DISCARDED)
        for number, state in states.items()
    ):
        told.append(_("There is a later edition. Start from that one."))
    return told


def _own_hand(edition: Edition, user: User, at: datetime) -> list[Any]:
    """Taking back belongs to those who wrote it."""
    if hands(edition).filter(actor_id=user.pk).exists():
        return []
    return [_("Only somebody who worked on it can take it back. A moderator returns it with a reason.")]


TABLE: dict[str, Transition] = {
    row.action: row
    for row in (
        Transition("save", _("Save"), (State.DRAFT,), WRITE),
        Transition(
            "submit",
            _("Send for approval"),
            (State.DRAFT,),
            WRITE,
            conditions=(_complete,),
            doubts=(SLIP,),
        ),
        Transition("discard", _("Discard"), (State.DRAFT,), WRITE),
        Transition("take_back", _("Take back"), (State.IN_REVIEW,), WRITE, conditions=(_own_hand,)),
        Transition(
            "approve",
            _("Approve"),
            (State.IN_REVIEW,),
            APPROVE,
            conditions=(_complete, _other_eyes),
            doubts=(SLIP, LANGUAGES),
        ),
        Transition("return", _("Return"), (State.IN_REVIEW,), APPROVE, needs_reason=True),
        Transition(
            "force",
            _("Publish alone"),
            (State.DRAFT, State.IN_REVIEW),
            FORCE,
            needs_reason=True,
            conditions=(_complete,),
            doubts=(SLIP, LANGUAGES),
        ),
        Transition("unschedule", _("Unschedule"), (State.APPROVED,), APPROVE, conditions=(_not_yet_live,)),
        Transition("withdraw", _("Withdraw"), (State.APPROVED,), APPROVE, True, conditions=(_is_live, _not_withdrawn)),
        Transition(
            "next_edition",
            _("Start the next edition"),
            (State.APPROVED, State.DISCARDED),
            WRITE,
            conditions=(_next_in_turn,),
        ),
    )
}


def hands(edition: Edition) -> Any:
    """Journal rows of all who touched the text of an edition since it was started."""
    return Journal.objects.filter(edition=edition.pk, action__in=TOUCHES)


def refusals(action: str, edition: Edition, user: User, at: datetime | None = None) -> list[str]:
    """Why this person may not do this to this edition now, in sentences; empty where they may.

    action: a key of TABLE. at: the instant to judge by (default: now). Raises KeyError for an unknown action.
    """
    row = TABLE[action]
    if not user.has_perm(row.permission):
        return [str(_("Your account does not have the right to do this."))]
    if edition.state not in row.from_states:
        return [
            str(_("The edition is “%(state)s”; this cannot be done to it.") % {"state": edition.get_state_display()})
        ]
    moment = at or clock.now()
    return [sentence for condition in row.conditions for sentence in _told(condition, edition, user, moment)]


def _told(condition: Condition, edition: Edition, user: User, at: datetime) -> list[str]:
    return [str(sentence) for sentence in condition(edition, user, at)]


def doubts(action: str, edition: Edition) -> list[Raised]:
    """What speaks against an action unless the person insists. Raises KeyError for an unknown action."""
    return raised(TABLE[action].doubts, edition)


def may_start(user: User) -> bool:
    """Whether this person may begin a new publication."""
    return user.has_perm(WRITE)


def offered(edition: Edition, user: User, at: datetime | None = None) -> dict[str, list[str]]:
    """For each action that the edition's state knows and the person's permissions reach: its refusals.

    What several actions depend on is looked at once.
    """
    moment, known = at or clock.now(), {row.action: row for row in TABLE.values() if edition.state in row.from_states}
    mine = {action: row for action, row in known.items() if user.has_perm(row.permission)}
    told = {
        condition: _told(condition, edition, user, moment)
        for condition in dict.fromkeys(condition for row in mine.values() for condition in row.conditions)
    }
    return {action: [s for condition in row.conditions for s in told[condition]] for action, row in mine.items()}
