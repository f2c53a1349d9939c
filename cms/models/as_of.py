"""An instant that is looked at from another one: the site as it stood on a day, seen by what is known today."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self


class AsOf(datetime):
    """An instant (aware) that remembers from when it is looked at.

    Whatever takes an instant takes this one. What was live then and was taken down up to `seen_from` is not shown:
    `Edition.objects.live(at)` and `taken_down(at)` see to it, so that no reader of texts has to think of it.
    """

    # One that was computed from another has forgotten from when: then all that was ever taken down stays down.
    seen_from: datetime = datetime.max.replace(tzinfo=UTC)

    @classmethod
    def at(cls, moment: datetime, *, seen_from: datetime) -> Self:
        """moment: the instant. seen_from: now."""
        utc = moment.astimezone(UTC)
        found = cls.combine(utc.date(), utc.time(), UTC)
        found.seen_from = seen_from
        return found

    @property
    def is_past(self) -> bool:
        return self <= self.seen_from


def known_at(at: datetime) -> datetime:
    """Up to when withdrawals count for somebody who looks at an instant: that instant itself, or a later present."""
    return max(at, at.seen_from) if isinstance(at, AsOf) else at
