"""Who may change what readers are told of people and events: their own pages show the rows as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ..models import Edition, Event, Person, State
from .rules import APPROVE

if TYPE_CHECKING:
    from ..models import User

FRAME = "cms.change_section"  # who may change what stands around the texts


def refusals_to_rename(row: Person | Event, user: User) -> list[str]:
    """Why this person may not change the row of a person or an event, in sentences; empty where they may.

    What an approved text names is before the public, or will be: that takes somebody who may approve texts, or change
    the sections that they stand in.
    """
    if user.has_perm(APPROVE) or user.has_perm(FRAME):
        return []
    approved = Edition.objects.filter(state=State.APPROVED)
    if not type(row).objects.that_have(approved).filter(pk=row.pk).exists():
        return []
    return [str(_("Published texts name it: readers see what is written here. A moderator has to change it."))]
