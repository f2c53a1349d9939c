"""“Is this really ours?”: what the record says of an address or a code. Words are a question for the quote check."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.http import urlencode

from ..models import Edition, Publication, Withdrawal
from ..text.slugs import CODE_PATTERN
from .errors import public_page
from .files import language_name
from .frame import Frame, answer, everywhere
from .instant import instant
from .quoting import LONGEST, as_one_text
from .reading import Reading, closed_because, closed_since, read

LONGEST_ADDRESS = 500  # characters; what is longer is a text
# Addresses that name a text by its code.
OF_A_TEXT = frozenset(
    "item item-anywhere edition takeaway edition-takeaway changes compare calendar photo short".split()
)


@dataclass(frozen=True)
class Named:
    """What an address or a code names. host: of an address that is not this site's. code: "" where it names no text.

    number: of an edition, if it names one.
    """

    code: str = ""
    number: int | None = None
    host: str = ""


@dataclass(frozen=True)
class OnRecord:
    """What is known of a publication. edition: the one that was asked for, or what is live; None once it is gone.

    since: when it went. reason: why, as the public was told.
    """

    publication: Publication
    edition: Edition | None = None
    live: Edition | None = None
    notice: Withdrawal | None = None
    since: datetime | None = None
    reason: str = ""
    is_withdrawn: bool = False

    @property
    def is_live(self) -> bool:
        return self.edition is not None and self.live is not None and self.edition.pk == self.live.pk

    @property
    def url(self) -> str:
        """Of the edition."""
        if self.edition is None:
            return ""
        return self.edition.get_absolute_url() if self.is_live else self.edition.get_edition_url()

    @property
    def language(self) -> str:
        return language_name(self.edition.language) if self.edition else ""


@public_page(keeps=("q",))
def verify(request: HttpRequest) -> HttpResponse:
    """`?q=` an address, a code, or a text, which the quote check answers. Without: the form."""
    name, at = "public:verify", instant(request)
    frame = Frame.of(request, path=reverse(name), translations=everywhere(name))
    typed = as_one_text(request.GET.get("q", ""))
    context: dict[str, Any] = {"typed": typed, "longest": LONGEST}
    if typed:
        named = named_by(typed, frame.host)
        if named is None:
            asked = urlencode({"q": typed[: LONGEST + 1]})  # one more, so that it is said that some was cut
            return HttpResponseRedirect(f"{reverse('public:quote')}?{asked}")
        context |= {"named": named, "record": _record(named, at)}
    return answer(frame, "public/verify.html", **context)


def named_by(typed: str, host: str) -> Named | None:
    """What was typed as an address or a code; None where it is neither. host: this site's, with its port."""
    if re.fullmatch(CODE_PATTERN, typed.lower()):
        return Named(typed.lower())
    if len(typed) > LONGEST_ADDRESS or "/" not in typed or re.search(r"\s", typed):
        return None
    try:
        parts = urlsplit(typed if "://" in typed or typed.startswith("/") else f"//{typed}")
    except ValueError:
        return None
    code, number = _text_at(parts.path)
    theirs = parts.netloc.lower()
    return Named(code, number, "" if theirs in ("", host.lower()) else theirs.rpartition("@")[2])


def _text_at(path: str) -> tuple[str, int | None]:
    """Code and edition of the text that a path of this site names; "" where it names none."""
    with translation.override(translation.get_language_from_path(path) or translation.get_language()):
        try:
            match = resolve(path)
        except Resolver404:
            return "", None
    if match.url_name not in OF_A_TEXT:
        return "", None
    return match.kwargs["code"], match.kwargs.get("number", match.kwargs.get("newer"))


def _record(named: Named, at: datetime) -> OnRecord | None:
    """None for a code that no text of ours had up to an instant, and for an edition that the public never saw."""
    if not named.code:
        return None
    try:
        reading = read(named.code, at, [named.number] if named.number else [])
        edition = reading.edition(named.number) if named.number else reading.current
    except Http404:
        return None
    return _gone(reading, edition) or OnRecord(reading.publication, edition, reading.current, reading.notice)


def _gone(reading: Reading, edition: Edition | None) -> OnRecord | None:
    """What is said where the text, or the edition that was asked for, is not shown any more."""
    withdrawal = reading.withdrawal
    if withdrawal is not None and withdrawal.mode != Withdrawal.Mode.NOTICE:
        return OnRecord(
            reading.publication, since=withdrawal.from_at, reason=withdrawal.public_reason, is_withdrawn=True
        )
    last = edition or reading.last
    if reason := closed_because(last):
        return OnRecord(reading.publication, since=closed_since(last), reason=reason, is_withdrawn=True)
    return None if edition else OnRecord(reading.publication, since=last.live_until)
