"""The texts of an event as staff see them, whatever their state."""

from __future__ import annotations

from dataclasses import dataclass

from ..editorial.status import Status, status
from ..models import Edition, Event, User, clock
from .reading import change_address
from .reporting import report_address

MOST = 200  # texts of one event; whoever looks for more uses the list of texts


@dataclass(frozen=True)
class Text:
    """The newest edition of a publication. report: where its report is begun; "" where there is nothing to report."""

    edition: Edition
    status: Status
    address: str
    report: str


def texts_of(event: Event, user: User) -> list[Text]:
    """Of every publication whose newest edition belongs to the event, whatever its state."""
    found = (
        Edition.objects.newest().filter(event=event.pk).select_related("publication__withdrawal", "section", "event")
    )
    now = clock.now()
    rows = found.defer("body", "media").order_by("-dated_on", "-pk")[:MOST]
    return [Text(row, status(row, now), change_address(row), report_address(row, user)) for row in rows]
