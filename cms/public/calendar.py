"""What an item announces, for calendars: iCalendar (RFC 5545)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from ..kinds import Happening
from ..models import Edition
from .conditional import document
from .errors import gone, moved, public_page
from .frame import Frame
from .instant import instant
from .reading import read
from .sending import content_disposition
from .tags import authority
from .views import withdrawn

LONGEST_LINE = 75  # octets, without the line break (RFC 5545, 3.1)
PRODUCT = "-//Communique//Press office//EN"
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@public_page()
def event(request: HttpRequest, section: str, code: str) -> HttpResponseBase:
    """What the live edition of an item announces. Without such a thing, or before it is public, there is nothing."""
    reading = read(code, instant(request))
    current = reading.current
    if (current or reading.last).kind_edition.happening is None:
        raise Http404
    if other := withdrawn(request, reading):
        return other
    if current is None:
        return gone(request, reading.last, None)
    address = current.get_calendar_url()
    if request.path != address:
        return moved(request, address)
    body = written(current, Frame.of(request).origin)
    response = document(request, body, "text/calendar; charset=utf-8", current.live_from)
    response.headers["Content-Disposition"] = content_disposition("attachment", f"{current.slug}.ics")
    return response


def written(edition: Edition, origin: str) -> bytes:
    """A calendar with the one event. edition: live, with frame and kind, and with something that it announces."""
    return "".join(_folded(line) for line in _lines(edition, origin)).encode()


def _lines(edition: Edition, origin: str) -> Iterator[str]:
    happening = edition.kind_edition.happening
    if happening is None or edition.live_from is None:
        raise ValueError("nothing is announced")
    url = origin + edition.publication.get_short_url()
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "BEGIN:VEVENT")
    yield f"UID:{edition.publication.code}@{authority()}"
    # Without a METHOD it says when the event was last revised (3.8.7.2).
    yield f"DTSTAMP:{_utc(edition.live_from)}"
    yield f"CREATED:{_utc(edition.published_at or edition.live_from)}"
    yield f"LAST-MODIFIED:{_utc(edition.live_from)}"
    yield f"SEQUENCE:{edition.number}"
    yield from _when(happening)
    language = f";LANGUAGE={edition.language}"
    yield f"SUMMARY{language}:{_text(edition.title)}"
    if edition.summary:
        yield f"DESCRIPTION{language}:{_text(edition.summary)}"
    if edition.place:
        yield f"LOCATION{language}:{_text(edition.place)}"
    yield f"CATEGORIES{language}:{_text(str(edition.label))}"
    yield f"URL:{url}"
    yield from ("STATUS:CONFIRMED", "CLASS:PUBLIC", "END:VEVENT", "END:VCALENDAR")


def _when(happening: Happening) -> Iterator[str]:
    """A day as a whole, which takes none of anybody's time; or an instant, in UTC, which needs no time zone's rules."""
    if happening.time is None:
        yield f"DTSTART;VALUE=DATE:{_day(happening.day)}"
        yield f"DTEND;VALUE=DATE:{_day(happening.day + timedelta(days=1))}"
        yield "TRANSP:TRANSPARENT"
        return
    zone = ZoneInfo(happening.zone or settings.TIME_ZONE)
    yield f"DTSTART:{_utc(datetime.combine(happening.day, happening.time, zone))}"


def _day(value: date) -> str:
    return f"{value:%Y%m%d}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A value of type TEXT (3.3.11): escaped, and without the control characters that no calendar may hold (3.1)."""
    return _CONTROLS.sub("", "\n".join(value.splitlines())).translate(_ESCAPES)


def _folded(line: str) -> str:
    """A content line with its breaks: none longer than 75 octets, and no character cut in two (3.1)."""
    parts, length = [""], 0
    for character in line:
        octets = len(character.encode())
        if length + octets > LONGEST_LINE:
            parts.append(" ")
            length = 1
        parts[-1] += character
        length += octets
    return "\r\n".join(parts) + "\r\n"
