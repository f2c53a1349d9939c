"""What people did to an edition, and when: its journal, and the columns of its notes that follow from it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

from ...models import Journal, SecondLook, State, User, Withdrawal
from .batch import Batch, row_of
from .fates import ARCHIVE, Life

if TYPE_CHECKING:
    from .editions import Item

OPEN_LOOK = timedelta(days=10)  # what somebody did alone is looked at by then
ALONE = "Nobody else was on duty."


class Acts:
    """Keeps the journal of a run. staff: accounts by group. keys: the first free key by table."""

    def __init__(self, staff: dict[str, list[User]], keys: dict[str, int], now: datetime) -> None:
        self.editors, self.moderators, self.chiefs = (
            [(user.pk, user.in_words) for user in staff[group]] for group in ("Editors", "Moderators", "Chief editors")
        )
        self.rows, self.looks = count(keys["journal"]), count(keys["second_look"])
        self.now = now
        self.entered_at = now - ARCHIVE

    def of(self, batch: Batch, values: dict[str, Any], item: Item, life: Life, begins: datetime, dice: Random) -> None:
        """The acts that led an edition to its state. Fills in who wrote it, and when, in `values`."""
        author = self.editors[int(dice.random() * len(self.editors))]
        other = self.moderators[int(dice.random() * len(self.moderators))]
        done = life.approved_at or life.live_from or begins
        entered = item.text_of is not None or begins < self.entered_at
        if entered and life.state == State.APPROVED and life.live_from:
            moment = self.entered_at + timedelta(seconds=item.key % 250_000, milliseconds=life.number)
            started, sent, approved_at = moment, None, life.live_from
        else:
            started, sent = self._written(item, life, done, dice)
            approved_at = done
        item.previous, item.started = done, item.started or started
        act = "start" if life.number == 1 else "next_edition"
        self._write(batch, values, act, author, started, "", State.DRAFT)
        if entered and life.state == State.APPROVED:
            self._write(batch, values, "enter", other, started, State.DRAFT, State.APPROVED, digest=values["digest"])
        else:
            self._decide(batch, values, item, life, (started, sent or started, done), (author, other))
        in_review = life.state in (State.IN_REVIEW, State.APPROVED) and sent is not None
        values.update(
            version=1,
            created_at=started,
            created_by_id=author[0],
            edited_at=started if sent is None else started + (sent - started) * 0.7,
            edited_by_in_words=author[1],
            submitted_at=sent if in_review else None,
            returned_with=item.words["returned"] if life.returned else "",
            approved_at=approved_at if life.state == State.APPROVED else None,
        )

    def _written(self, item: Item, life: Life, done: datetime, dice: Random) -> tuple[datetime, datetime]:
        """When it was started and sent for approval, for what was decided at an instant."""
        before = item.previous or done - timedelta(hours=dice.uniform(2, 60))
        if life.state != State.APPROVED and item.previous:
            done = before + (self.now - before) * 0.9
        return before + (done - before) * 0.3, before + (done - before) * 0.9

    def _decide(
        self,
        batch: Batch,
        values: dict[str, Any],
        item: Item,
        life: Life,
        moments: tuple[datetime, datetime, datetime],
        people: tuple[tuple[int, str], tuple[int, str]],
    ) -> None:
        _started, sent, done = moments
        author, moderator = people
        if life.state == State.DISCARDED:
            self._write(batch, values, "discard", author, sent, State.DRAFT, State.DISCARDED)
            return
        if life.state == State.DRAFT and not life.returned:
            return
        self._write(batch, values, "submit", author, sent, State.DRAFT, State.IN_REVIEW)
        if life.returned:
            why = item.words["returned"]
            self._write(batch, values, "return", moderator, done, State.IN_REVIEW, State.DRAFT, why)
        elif life.state == State.APPROVED:
            act, who, why = ("force", self.chiefs[0], ALONE) if life.forced else ("approve", moderator, "")
            key = self._write(batch, values, act, who, done, State.IN_REVIEW, State.APPROVED, why, values["digest"])
            if life.forced:
                self._look(batch, values, key, done)

    def withdraw(self, batch: Batch, values: dict[str, Any], item: Item, life: Life, dice: Random) -> None:
        """Taken down by a moderator, and looked at by another."""
        at, why = life.withdrawn_at or self.now, item.words["withdrawn"]
        withdrawal = {
            "id": item.withdrawal,
            "publication_id": item.key,
            "mode": life.withdrawn,
            "public_reason": why,
            "redirect_to_id": item.redirect_to if life.withdrawn == Withdrawal.Mode.REDIRECT else None,
            "from_at": at,
            "until_at": None,
        }
        batch.withdrawals.append(row_of(Withdrawal, withdrawal))
        key = self._write(batch, values, "withdraw", self.moderators[0], at, State.APPROVED, State.APPROVED, why)
        self._look(batch, values, key, at)

    def _look(self, batch: Batch, values: dict[str, Any], act: int, at: datetime) -> None:
        """A flag, which a second person has looked at within a day, unless it is new."""
        looked = at < self.now - OPEN_LOOK
        who = self.moderators[1] if looked else (None, "")
        when = at + timedelta(hours=7) if looked else None
        look = {"journal_id": act, "looked_at": when, "looked_by_id": who[0], "looked_by_in_words": who[1]}
        batch.second_looks.append(row_of(SecondLook, {"id": next(self.looks), **look}))
        if looked:
            self._write(
                batch, values, "look", self.moderators[1], at + timedelta(hours=7), State.APPROVED, State.APPROVED
            )

    def _write(
        self,
        batch: Batch,
        values: dict[str, Any],
        action: str,
        who: tuple[int, str],
        at: datetime,
        before: str,
        after: str,
        comment: str = "",
        digest: str = "",
    ) -> int:
        key = next(self.rows)
        batch.journal.append(
            row_of(
                Journal,
                {
                    "id": key,
                    "publication_id": values["publication_id"],
                    "edition_id": values["id"],
                    "at": at,
                    "actor_id": who[0],
                    "actor_in_words": who[1],
                    "action": action,
                    "from_state": str(before),
                    "to_state": str(after),
                    "comment": comment,
                    "digest": digest,
                },
            )
        )
        return key
