"""What becomes of an item: mostly it is published and stays; now and then it is corrected, taken down, put aside."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from ...models import Change, State, Withdrawal

# In a thousand. After the first items of a run each fate comes once, so that a small archive has them all.
FIRST = 12
SHARES = {
    "live": 957.0,
    "corrected": 24.0,
    "changed twice": 6.0,
    "gone": 0.8,
    "redirect": 0.5,
    "notice": 0.7,
    "scheduled": 0.8,
    "scheduled change": 0.2,
    "draft": 0.8,
    "in_review": 0.8,
    "returned": 0.3,
    "discarded": 1.0,
    "next draft": 0.6,
    "forced": 0.5,
}
CHANGES = (Change.CORRECTION, Change.UPDATE, Change.CLARIFICATION, Change.SLIP)
OF_TODAY = frozenset({"scheduled", "scheduled change", "draft", "in_review", "returned", "next draft"})
ARCHIVE = timedelta(days=5 * 365)  # what is older was entered then, from the archive of an earlier system
_NAMES, _SUMS = list(SHARES), list(accumulate(SHARES.values()))


@dataclass(slots=True)
class Life:
    """An edition to be.

    opening: which version of its first paragraph. updated: a paragraph was added. approved_at: where that is not when
    it went live. withdrawn: the mode.
    """

    number: int
    state: State = State.APPROVED
    live_from: datetime | None = None
    live_until: datetime | None = None
    opening: str = "right"
    updated: bool = False
    change: Change | None = None
    approved_at: datetime | None = None
    returned: bool = False
    forced: bool = False
    withdrawn: str = ""
    withdrawn_at: datetime | None = None


def fate_of(number: int, dice: Random) -> str:
    """number: of the item's group in its run."""
    if number < FIRST + len(_NAMES):
        return _NAMES[max(number - FIRST, 0)]
    return _NAMES[bisect(_SUMS, dice.random() * _SUMS[-1])]


def begins_at(fate: str, of_its_day: datetime, now: datetime, dice: Random) -> datetime:
    """When an item goes live, or was begun: what is under way or ahead is so today, whatever day was its turn."""
    if fate == "scheduled":
        return now + timedelta(hours=dice.uniform(10, 1000))
    if fate in OF_TODAY:
        return now - timedelta(hours=dice.uniform(6, 600))
    return of_its_day


def lives(fate: str, begins: datetime, now: datetime, dice: Random) -> Iterator[Life]:
    """The editions of an item that is published at an instant (or, for what is not, was last worked on then)."""
    if fate in ("draft", "in_review", "returned", "discarded"):
        state = {"in_review": State.IN_REVIEW, "discarded": State.DISCARDED}.get(fate, State.DRAFT)
        yield Life(1, state, returned=fate == "returned")
    elif fate == "scheduled":
        yield Life(1, live_from=begins, approved_at=now - timedelta(hours=dice.uniform(1, 60)))
    elif fate in ("gone", "redirect", "notice"):
        yield _withdrawn(fate, begins, now, dice)
    elif fate in ("corrected", "changed twice"):
        yield from _changed(fate == "changed twice", begins, now, dice)
    elif fate == "followed":
        second = min(begins + timedelta(hours=dice.uniform(220, 900)), begins + (now - begins) * 0.8)
        yield Life(1, live_from=begins, live_until=second)
        yield Life(2, live_from=second, change=Change.TRANSLATION)
    elif fate == "scheduled change":
        later = now + timedelta(days=dice.randint(2, 40), hours=dice.randint(0, 20))
        yield Life(1, live_from=begins, live_until=later)
        approved = begins + (now - begins) * 0.8
        yield Life(2, live_from=later, updated=True, change=Change.UPDATE, approved_at=approved)
    else:
        yield Life(1, live_from=begins, forced=fate == "forced")
        if fate == "next draft":
            yield Life(2, State.DRAFT, updated=True, change=Change.UPDATE)


def _withdrawn(mode: str, begins: datetime, now: datetime, dice: Random) -> Life:
    stood = max(begins, now - ARCHIVE + timedelta(days=7))  # what came from the archive was there to be taken down
    ends = stood + (now - stood) * (0.05 + 0.9 * dice.random() ** 3)
    until = None if mode == Withdrawal.Mode.NOTICE else ends
    return Life(1, live_from=begins, live_until=until, withdrawn=mode, withdrawn_at=ends)


def _changed(twice: bool, begins: datetime, now: datetime, dice: Random) -> Iterator[Life]:
    change = CHANGES[int(dice.random() * len(CHANGES))]
    second = min(begins + timedelta(hours=dice.uniform(1, 200)), begins + (now - begins) * 0.5)
    third = min(second + timedelta(hours=dice.uniform(5, 900)), begins + (now - begins) * 0.9) if twice else None
    first = {Change.UPDATE: "right", Change.SLIP: "slip"}.get(change, "wrong")
    added = change == Change.UPDATE and not twice
    yield Life(1, live_from=begins, live_until=second, opening=first)
    yield Life(2, live_from=second, live_until=third, updated=added, change=change)
    if third:
        yield Life(3, live_from=third, updated=True, change=Change.UPDATE)
