"""The register of corrections and withdrawals: what was changed or taken down, when and why, the newest first.

What was taken down is named by its permanent address alone, unless something stands there that may be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..models import LONG, Change, Edition, EditionQuerySet, Withdrawal
from ..models.touched import EVERY
from ..text.slugs import CODE_PATTERN
from .errors import public_page
from .frame import Frame, answer, everywhere
from .instant import instant
from .kept.depends import depend_on, no_longer_than_the_day

SIZE = 20  # lines of a page
FEED_SIZE = 50
FOUNDED = datetime(2025, 1, 1, tzinfo=UTC)  # a tag names a day on which its host was ours; it must never change
WITHDRAWN = "withdrawal"
MISTAKES = (Change.CORRECTION, Change.CLARIFICATION)  # what the register holds beside withdrawals, unless asked
KINDS = {
    "": _("Corrections and withdrawals"),
    Change.CORRECTION.value: _("Corrections"),
    Change.CLARIFICATION.value: _("Clarifications"),
    WITHDRAWN: _("Withdrawals"),
    Change.UPDATE.value: _("Updates"),
    Change.SLIP.value: _("Typing slips"),
    Change.TRANSLATION.value: _("Translations brought up to date"),
}
MODES = {
    Withdrawal.Mode.GONE: pgettext_lazy("register", "withdrawn"),
    Withdrawal.Mode.REDIRECT: pgettext_lazy("register", "withdrawn, readers are led to another item"),
    Withdrawal.Mode.NOTICE: pgettext_lazy("register", "withdrawn, the text is kept under a notice"),
}
QUERY = ("kind", "before")
_PLACE = re.compile(
    rf"(?P<moment>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9:]{{8}}\.[0-9]{{6}})Z-(?P<code>{CODE_PATTERN})", re.ASCII
)
# What XML 1.0 cannot hold (section 2.2).
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Place:
    """Between two lines: all before it are older. No two lines have the same instant and code."""

    moment: datetime
    code: str

    @classmethod
    def of(cls, written: str) -> Place:
        """From an address. Raises Http404 for what is none."""
        found = _PLACE.fullmatch(written)
        try:
            if found:
                return cls(datetime.fromisoformat(found["moment"]).replace(tzinfo=UTC), found["code"])
        except ValueError:
            pass
        raise Http404

    def __str__(self) -> str:
        moment = self.moment.astimezone(UTC).replace(tzinfo=None)
        return f"{moment.isoformat(timespec='microseconds')}Z-{self.code}"


@dataclass(frozen=True)
class Line:
    """One change or withdrawal. title, url: of the item, where it may be read; else its permanent address.

    changes_url: what changed, word by word. ident: what tells it from every other line, for good.
    """

    moment: datetime
    code: str
    what: str
    why: str
    title: str
    url: str
    ident: str
    changes_url: str = ""

    @property
    def place(self) -> Place:
        return Place(self.moment, self.code)


@dataclass(frozen=True)
class Register:
    """The register of a language at an instant, of one kind ("": of mistakes and withdrawals), in all or in a year."""

    language: str
    at: datetime
    kind: str = ""
    year: int | None = None

    @property
    def _editions(self) -> EditionQuerySet:
        kinds = MISTAKES if not self.kind else () if self.kind == WITHDRAWN else (Change(self.kind),)
        return Edition.objects.readable(self.at).in_language(self.language).changes(kinds)

    @property
    def _withdrawals(self) -> QuerySet[Withdrawal]:
        mine = Q(publication__language=self.language, from_at__lte=self.at)
        return Withdrawal.objects.filter(mine) if self.kind in ("", WITHDRAWN) else Withdrawal.objects.none()

    @cached_property
    def years(self) -> list[int]:
        """From the present one back to that of the oldest line."""
        edition = self._editions.order_by("live_from").values_list("live_from", flat=True).first()
        withdrawal = self._withdrawals.order_by("from_at").values_list("from_at", flat=True).first()
        oldest = min((moment for moment in (edition, withdrawal) if moment), default=None)
        if oldest is None:
            return []
        return list(range(timezone.localtime(self.at).year, timezone.localtime(oldest).year - 1, -1))

    def lines(self, most: int, before: Place | None = None) -> list[Line]:
        """The newest lines, or the newest of those before a place. Two queries, whatever there is."""
        editions, withdrawals = self._editions, self._withdrawals
        if self.year:
            first, end = (timezone.make_aware(datetime(year, 1, 1)) for year in (self.year, self.year + 1))
            editions = editions.begun_within(first, end)
            withdrawals = withdrawals.filter(from_at__gte=first, from_at__lt=end)
        if before:
            earlier = Q(from_at__lt=before.moment) | Q(from_at=before.moment, publication__code__lt=before.code)
            editions = editions.begun_before(before.moment, before.code)
            withdrawals = withdrawals.filter(earlier, from_at__lte=before.moment)
        found = [_changed(edition) for edition in _with_older(editions, self.at)[:most]]
        found += [_withdrawn(withdrawal) for withdrawal in _with_title(withdrawals, self.at)[:most]]
        return sorted(found, key=lambda line: (line.moment, line.code), reverse=True)[:most]


def _with_older(editions: EditionQuerySet, at: datetime) -> EditionQuerySet:
    """Newest first, each with the number of the readable edition before it."""
    before = Edition.objects.readable(at).filter(publication=OuterRef("publication"), number__lt=OuterRef("number"))
    older = Subquery(before.order_by("-number").values("number")[:1])
    return editions.order_by("-live_from", "-publication__code").with_frame().defer(*LONG).annotate(older=older)


def _with_title(withdrawals: QuerySet[Withdrawal], at: datetime) -> QuerySet[Withdrawal]:
    """Newest first, each with the title of what may be read at its address, if there is anything."""
    live = Edition.objects.live(at).filter(publication=OuterRef("publication"))
    titled = withdrawals.annotate(title=Subquery(live.values("title")[:1])).select_related("publication")
    return titled.order_by("-from_at", "-publication__code")


def _changed(edition: Any) -> Line:
    return Line(
        moment=edition.live_from,
        code=edition.publication.code,
        what=edition.change_in_words,
        why=edition.public_note,
        title=edition.title,
        url=edition.get_absolute_url(),
        ident=f"{edition.publication.code}/{edition.number}",
        changes_url=edition.get_changes_url(edition.older) if edition.older else "",
    )


def _withdrawn(withdrawal: Any) -> Line:
    code = withdrawal.publication.code
    moment = withdrawal.from_at.astimezone(UTC)
    return Line(
        moment=withdrawal.from_at,
        code=code,
        what=str(MODES[withdrawal.mode]),
        why=withdrawal.public_reason,
        title=withdrawal.title or "",
        url=withdrawal.publication.get_short_url(),
        ident=f"{code}/withdrawn/{moment:%Y%m%dT%H%M%S%f}",
    )


def _kind(request: HttpRequest) -> str:
    """A value that means nothing is dropped."""
    asked = request.GET.get("kind", "")
    return asked if asked in KINDS else ""


def _address(kind: str, year: int | None = None, before: Place | None = None) -> str:
    path = reverse("public:corrections-year", args=[year]) if year else reverse("public:corrections")
    given = {name: str(value) for name, value in (("kind", kind), ("before", before)) if value}
    return f"{path}?{urlencode(given)}" if given else path


@public_page(keeps=QUERY, kept=True)
def register(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The register, or a year of it."""
    kind, asked = _kind(request), request.GET.get("before")
    before = Place.of(asked) if asked else None
    frame = Frame.of(request)
    depend_on(EVERY)
    no_longer_than_the_day(instant(request))  # the list of years ends with this one
    found = Register(frame.language, instant(request), kind, year)
    if year and year not in found.years:
        raise Http404
    lines = found.lines(SIZE + 1, before)
    older = _address(kind, year, lines[SIZE - 1].place) if len(lines) > SIZE else ""
    frame.path = _address(kind, year, before)
    if not (kind or year or before):
        frame.translations = everywhere("public:corrections")
    context: dict[str, Any] = {
        "lines": lines[:SIZE],
        "year": year,
        "heading": KINDS[kind],
        "kinds": [(words, _address(key, year), key == kind) for key, words in KINDS.items()],
        "years": [(each, _address(kind, each), each == year) for each in found.years],
        "all_years": _address(kind),
        "newest": _address(kind, year) if before else "",
        "older": older,
        "feed": reverse("public:corrections-feed"),
    }
    return answer(frame, "public/corrections.html", **context)


@public_page(keeps=("kind",), looks_back=False, kept=True)
def feed(request: HttpRequest) -> HttpResponse:
    """The newest lines of the register as an Atom feed (RFC 4287).

    The ids are tag URIs (RFC 4151) made of what never changes: the item's code and the edition's number or the instant
    of the withdrawal.
    """
    frame, at, kind = Frame.of(request), instant(request), _kind(request)
    depend_on(EVERY)
    lines = [_for_xml(line) for line in Register(frame.language, at, kind).lines(FEED_SIZE)]
    query = f"?{urlencode({'kind': kind})}" if kind else ""
    context = {
        "frame": frame,
        "entries": [(line, _headline(line)) for line in lines],
        "updated": lines[0].moment if lines else FOUNDED,
        "name": _xml(frame.identity.name),
        "title": f"{_xml(frame.identity.short_name)}: {KINDS[kind]}",
        "self": reverse("public:corrections-feed") + query,
        "page": _address(kind),
        "ident": f"corrections/{frame.language}" + (f"/{kind}" if kind else ""),
        "authority": settings.TAG_AUTHORITY,
    }
    content = render_to_string("public/corrections.atom", context)
    return HttpResponse(content, content_type="application/atom+xml; charset=utf-8")


def _headline(line: Line) -> str:
    return f"{capfirst(line.what)}: {line.title}" if line.title else capfirst(line.what)


def _for_xml(line: Line) -> Line:
    return replace(line, title=_xml(line.title), why=_xml(line.why))


def _xml(words: str) -> str:
    return _NOT_XML.sub("", words)
