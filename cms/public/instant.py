"""The instant that a public page shows: now, or the one that `?at=` names. Every view asks here, once.

`public_page` reads the query before the view is called and refuses what names no instant; what the pages of another
instant have in common is in `as_of`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from django.http import HttpRequest
from django.utils import timezone

from ..models import AsOf, clock

PARAMETER = "at"
# RFC 3339, and less: a day; seconds and zone may be left out; a plus that became a space in an address is one.
_INSTANT = re.compile(
    r"(?P<day>(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r"(?:(?P<utc>Z)|(?P<offset>[ +-][0-9]{2}:[0-9]{2}))?)?",
    re.ASCII | re.IGNORECASE,
)


class NoInstant(Exception):
    """What was asked for is no instant that this reader may look at."""


def instant(request: HttpRequest) -> datetime:
    """The instant (aware) that this request is answered for: now, or the one that `look_at` found."""
    return as_of(request) or clock.now()


def as_of(request: HttpRequest) -> AsOf | None:
    """The instant that was asked for, where it is not simply now."""
    return getattr(request, "as_of", None)


def look_at(request: HttpRequest) -> None:
    """Take the instant from the query of a request. Raises NoInstant: for a future one, too, unless staff asks.

    A future instant and one that was mistyped are not told apart, so that nobody learns what is to come.
    """
    asked = request.GET.get(PARAMETER, "")
    if not asked:
        return
    now = clock.now()
    moment = parse(asked, now)
    if moment is None or (moment > now and not _may_look_ahead(request)):
        raise NoInstant
    request.as_of = AsOf.at(moment, seen_from=now)  # type: ignore[attr-defined]


def parse(asked: str, now: datetime) -> datetime | None:
    """An instant (aware) as it is written in an address; None where it is none.

    asked: a day, which means its end, or now if that is today; or a day and a time, with or without its distance from
    UTC (RFC 3339, section 5.6). Without, both are the press office's (settings.TIME_ZONE).
    """
    found = _INSTANT.fullmatch(asked.strip()) if len(asked) < 50 else None
    if found is None:
        return None
    try:
        day = date.fromisoformat(found["day"])
        if found["time"] is None:
            ended = _local(datetime.combine(day + timedelta(days=1), time.min)) - timedelta(microseconds=1)
            return now if day == timezone.localdate(now) else ended
        moment = datetime.combine(day, time.fromisoformat(found["time"]))
        if found["utc"]:
            return moment.replace(tzinfo=UTC)
        if found["offset"]:
            offset = found["offset"].replace(" ", "+")
            return datetime.fromisoformat(f"{moment.isoformat()}{offset}").astimezone(UTC)
    except ValueError:
        return None
    return _local(moment)


def _local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=timezone.get_default_timezone()).astimezone(UTC)


def _may_look_ahead(request: HttpRequest) -> bool:
    user = request.user
    return user.is_authenticated and user.is_staff and user.has_perm("cms.read_editions")
