"""`/changes.json`: what became public, changed or was withdrawn, in the order of time, for mirrors and agencies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from ..models import LONG, Edition, EditionQuerySet, Withdrawal
from ..text.slugs import CODE_PATTERN
from .errors import public_page
from .instant import instant
from .record import moment
from .takeaway import address_of

FORMAT = "communique/changes-1"
USUAL, MOST = 100, 500  # entries a page
# A transaction takes a moment: what begins at an instant may be seen a little after it (cms/models/sealing.py). No
# cursor passes such instants, so that a mirror may get an entry twice, and never misses one.
SETTLED_AFTER = timedelta(seconds=10)
EDITION, WITHDRAWAL = "e", "w"
_STAMP = "%Y%m%dT%H%M%S%f"
_CURSOR = re.compile(rf"([0-9]{{8}}T[0-9]{{12}})-([{EDITION}{WITHDRAWAL}])-({CODE_PATTERN}|)", re.ASCII)
_LOST_PLUS = re.compile(r"(?<=:[0-9]{2}) (?=[0-9]{2}:?[0-9]{2}$)|(?<=\.[0-9]{6}) (?=[0-9]{2}:?[0-9]{2}$)")


@dataclass(frozen=True, order=True)
class Position:
    """A place in the order of changes: behind everything at an instant up to a code. source: editions come first."""

    at: datetime
    source: str = EDITION
    code: str = ""

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):{_STAMP}}-{self.source}-{self.code}"

    @classmethod
    def of(cls, text: str) -> Position:
        """A cursor of ours, or a day or an instant in ISO 8601. Raises ValueError for anything else."""
        if len(text) > 60:
            raise ValueError
        if match := _CURSOR.fullmatch(text):
            found = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
            return cls(_in_our_time(found), match[2], match[3])
        given = parse_datetime(_LOST_PLUS.sub("+", text))
        if given is not None and given.tzinfo is not None:
            return cls(_in_our_time(given))
        if day := parse_date(text):
            return cls(_in_our_time(datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE))))
        raise ValueError


def _in_our_time(at: datetime) -> datetime:
    """Far from the ends of what a datetime can hold. Raises ValueError."""
    if not 1900 <= at.year <= 2200:
        raise ValueError
    return at


# --- What there is


def begun(at: datetime, since: Position | None) -> EditionQuerySet:
    """Editions that may be read at an instant, behind a position, in the order in which they went live."""
    readable = Edition.objects.readable(at)
    if since is None:
        return readable.begun_after()
    return readable.begun_after(since.at, since.code if since.source == EDITION else None)


def withdrawn(at: datetime, since: Position | None) -> QuerySet[Withdrawal]:
    """Withdrawals up to an instant, behind a position, in their order."""
    was_read = Edition.objects.been_live(at).filter(publication=OuterRef("publication"))
    found = Withdrawal.objects.filter(Exists(was_read), from_at__lte=at).select_related("publication")
    if since is not None:
        behind = Q(from_at__gt=since.at)
        if since.source == EDITION:
            behind |= Q(from_at=since.at)
        else:
            behind |= Q(from_at=since.at, publication__code__gt=since.code)
        found = found.filter(behind, from_at__gte=since.at)
    return found.order_by("from_at", "publication__code", "pk")


def settled(last: Position | None, since: Position | None, at: datetime) -> Position:
    """The cursor behind a last entry that a reader at an instant may go on from. since: where this reader began."""
    sure = Position(at - SETTLED_AFTER)
    following = min(last, sure) if last is not None else since or sure
    return max(following, since) if since is not None else following


def of_edition(edition: Edition, origin: str) -> tuple[Position, dict[str, Any]]:
    """The entry of an edition that went live."""
    began = edition.live_from
    assert began is not None  # it is public
    entry = {
        "type": "published" if began == edition.published_at else "changed",
        "at": moment(began),
        "code": edition.publication.code,
        "address": origin + edition.publication.get_short_url(),
        "edition": edition.number,
        "digest": edition.digest,
        "language": edition.language,
        "kind": edition.kind,
        "record": origin + address_of(edition, "item.json", numbered=True),
    }
    return Position(began, EDITION, edition.publication.code), entry


def of_withdrawal(found: Withdrawal, origin: str) -> tuple[Position, dict[str, Any]]:
    """The entry of a withdrawal, which names nothing of the text."""
    publication = found.publication
    entry = {
        "type": "withdrawn",
        "at": moment(found.from_at),
        "code": publication.code,
        "address": origin + publication.get_short_url(),
        "edition": None,
        "digest": None,
        "language": publication.language,
        "kind": publication.kind,
        "mode": found.mode,
        "reason": found.public_reason,
    }
    return Position(found.from_at, WITHDRAWAL, publication.code), entry


# --- The page


@public_page(keeps=("since", "limit"), looks_back=False)
def changes(request: HttpRequest) -> HttpResponse:
    try:
        since = Position.of(request.GET["since"]) if request.GET.get("since") else None
    except ValueError:
        told = _("since: give the “next” of an earlier answer, or a time such as 2025-05-19T10:00:00Z.")
        return _refused("since", told)
    asked = request.GET.get("limit") or str(USUAL)
    if not re.fullmatch("[1-9][0-9]{0,2}", asked) or int(asked) > MOST:
        return _refused("limit", _("limit: give a number from 1 to %(most)d.") % {"most": MOST})
    return _page(request, instant(request), since, int(asked))


def _page(request: HttpRequest, at: datetime, since: Position | None, limit: int) -> HttpResponse:
    origin = f"{request.scheme}://{request.get_host()}"
    editions = begun(at, since).with_frame().defer(*LONG)[: limit + 1]
    entries = [of_edition(edition, origin) for edition in editions]
    entries += [of_withdrawal(found, origin) for found in withdrawn(at, since)[: limit + 1]]
    entries.sort(key=lambda entry: (entry[0].at, entry[0].source))
    shown = entries[:limit]
    last = shown[-1][0] if shown else None
    following = settled(last, since, at)
    more = len(entries) > limit and following == last
    content: dict[str, Any] = {
        "format": FORMAT,
        "entries": [entry for _position, entry in shown],
        "next": str(following),
        "more": more,
        "next_page": f"{origin}{reverse('changes-json')}?since={following}&limit={limit}",
    }
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    return _open(response)


def _open(response: HttpResponse) -> HttpResponse:
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Access-Control-Allow-Origin"] = "*"  # public, and for other people's programs
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _refused(parameter: str, words: str) -> HttpResponse:
    content = {"error": words, "parameter": parameter}
    return _open(JsonResponse(content, status=400, json_dumps_params={"ensure_ascii": False}))
