"""Entering what was published before this system, or elsewhere: editions whose lives begin in the past.

Only commands use this (demonstration content, imports). The journal says so, and nothing that exists is changed.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ..models import Edition, Journal, State, Withdrawal, clock
from ..models.tally import settle_if_due
from .actions import begin_life, lock, settle
from .rules import Refused

if TYPE_CHECKING:
    from ..models import User


@transaction.atomic
def enter(
    edition: Edition, *, by: User, live_from: datetime, live_until: datetime | None = None, comment: str = ""
) -> Edition:
    """Seal a draft as approved and live since an instant in the past, until another one in the past if given.

    Editions of one publication are entered in their order. Raises Refused where that would change what readers had
    before them at some time: history is not rewritten.
    """
    stored = lock(edition)
    if stored.state != State.DRAFT:
        raise Refused([str(_("Only a draft can be entered as an archive's record."))])
    now = clock.now()
    if live_from > now or (live_until is not None and not live_from < live_until <= now):
        raise Refused([str(_("An archive's record begins and ends in the past, and begins before it ends."))])
    taken_down = Withdrawal.objects.filter(publication=stored.publication_id).exclude(mode=Withdrawal.Mode.NOTICE)
    if taken_down.exclude(until_at__lte=live_from).exists():
        raise Refused([str(_("It was taken down: only an approval brings it back."))])
    later = Edition.objects.filter(publication=stored.publication_id, state=State.APPROVED).exclude(
        live_until__lte=live_from
    )
    if later.exists():
        raise Refused([str(_("This publication has editions that were live after that; its past is settled."))])
    settle(stored.kind_edition)
    stored = lock(stored)
    digest = stored.compute_digest()
    begin_life(stored, live_from=live_from, live_until=live_until, digest=digest, approved_at=live_from)
    settle_if_due(now)
    Journal.objects.create(
        publication_id=stored.publication_id,
        edition_id=stored.pk,
        at=now,
        actor=by,
        actor_in_words=by.in_words,
        action="enter",
        from_state=State.DRAFT,
        to_state=State.APPROVED,
        comment=comment,
        digest=digest,
    )
    return stored
