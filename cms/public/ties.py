"""What ties an item to others without being part of it: its event, its speakers and place, and what became of it.

None of this is sealed: it follows the instant, so that an announcement says by itself that its day has passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, Value, When

from ..models import LONG, Edition, EditionQuerySet
from ..models.paths import path_to
from ..models.touched import of_event
from .filters import Filters
from .kept.depends import depend_on, no_longer_than_the_day


@dataclass(frozen=True)
class Outcome:
    """What became of an announcement whose day has passed.

    first, last: its days. report: the newest live text that tells of it, if there is one.
    """

    first: date
    last: date
    report: Edition | None


class Ties:
    """Of an edition as its page shows it at an instant. The edition comes with its event (`select_related`)."""

    def __init__(self, edition: Edition, at: datetime) -> None:
        self.edition, self.at = edition, at
        # Only what a live text names has a page, or stands in a list.
        self.has_pages = edition.is_live(at)

    @property
    def event_url(self) -> str:
        event = self.edition.event
        return event.address_as(self.edition.event_title) if event is not None and self.has_pages else ""

    @property
    def place_url(self) -> str:
        place = Filters(place=self.edition.place)
        return f"{path_to('public:all-news')}?{place.query}" if place and self.has_pages else ""

    @cached_property
    def outcome(self) -> Outcome | None:
        """None while its day has not passed where it takes place, and for what announces nothing. One query at most."""
        genre = self.edition.genre_words
        days = days_of(self.edition) if genre is not None and genre.announces else None
        if days is not None:
            no_longer_than_the_day(self.at, self.edition.time_zone)
        if days is None or days[1] >= self._day_there:
            return None
        return Outcome(*days, self._of_the_same_event().reporting().first() if self.edition.event_id else None)

    @cached_property
    def announcement(self) -> Edition | None:
        """The newest live text that announced what this one reports. One query, for kinds that announce."""
        genre = self.edition.genre_words
        announces = any(words.announces for words in self.edition.kind_model.GENRES.values())
        if genre is None or not genre.reports or not announces or not self.edition.event_id:
            return None
        return self._of_the_same_event().announcing().first()

    @property
    def _day_there(self) -> date:
        return self.at.astimezone(ZoneInfo(self.edition.time_zone or settings.TIME_ZONE)).date()

    def _of_the_same_event(self) -> EditionQuerySet:
        """Other live texts of its event: of its own kind first, the newest first."""
        depend_on(of_event(self.edition.event_id or 0))
        others = Edition.objects.live(self.at).listed().of_events([self.edition.event_id or 0])
        own_kind_first = Case(When(kind=self.edition.kind, then=Value(0)), default=Value(1))
        found = others.exclude(publication=self.edition.publication_id).newest_first().with_frame().defer(*LONG)
        return found.order_by(own_kind_first, *found.query.order_by)


def days_of(edition: Edition) -> tuple[date, date] | None:
    """(first, last) day of what an edition announces: its own day, else the event's; None where neither is known.

    Where it is the event's first day, it is over when the event is.
    """
    event, own = edition.event, edition.kind_edition.happens_on
    if event is not None:
        depend_on(of_event(event.pk))
    if event is not None and own in (None, event.starts_on):
        return event.starts_on, event.last_day
    return (own, own) if own is not None else None
