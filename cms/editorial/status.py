"""The status of an edition at an instant, in the words that staff read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from ..models import Edition, State


@dataclass(frozen=True)
class Status:
    """key: for styling and filters. words: for people."""

    key: str
    words: Any


def status(edition: Edition, at: datetime, live_number: int | None = None) -> Status:
    """What to call an edition.

    at: the instant. live_number: the number of the publication's live edition at that instant, if it has one.
    The publication and its withdrawal should be at hand.
    """
    if edition.state == State.DISCARDED:
        return Status("discarded", _("discarded"))
    withdrawal = edition.publication.withdrawal
    if withdrawal is not None and withdrawal.in_force(at) and edition.state == State.APPROVED:
        return Status("withdrawn", _("withdrawn"))
    if edition.is_scheduled(at):
        return Status("scheduled", _("scheduled for %s") % _moment(edition.live_from))
    if edition.is_live(at):
        return Status("live", _("live"))
    if edition.state == State.APPROVED:
        return Status("superseded", _("superseded"))
    own = _own_status(edition)
    if live_number is None:
        return own
    return Status(
        own.key + "-live",
        _("live, with edition %(n)d: %(status)s") % {"n": edition.number, "status": own.words},
    )


def _own_status(edition: Edition) -> Status:
    if edition.state == State.IN_REVIEW:
        return Status("in_review", _("in review"))
    if edition.returned_with:
        return Status("returned", _("changes requested"))
    return Status("draft", _("draft"))


def _moment(at: datetime | None) -> str:
    return date_format(localtime(at), "j E Y, H:i") if at else ""
