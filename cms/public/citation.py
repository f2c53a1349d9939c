"""A text as others cite it: who, what, where and when, which edition, and an address that stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language_bidi, pgettext

from ..models import Edition, Part
from .authors import authors_among
from .dates import day
from .frame import Frame
from .reading import Reading
from .wording import enumerated

_ENDS = tuple(".!?…。！？؟")
_ENDED = "\0"  # stands behind a value that ends with a mark of its own, so that it gets no full stop


@dataclass(frozen=True)
class Citation:
    """text: plain, as it is copied. address: as it stands in there once; the anchor of a paragraph may be added."""

    text: str
    address: str


def citation_of(
    edition: Edition, reading: Reading, frame: Frame, parts: Mapping[str, Iterable[Part]]
) -> Citation | None:
    """How to cite an edition that readers have, in the active language; None where there is nothing to cite yet.

    frame: of its page. parts: its rows, as cms.public.reading.parts_of gives them. No query. The text of a section
    and what is still to come are not cited.
    """
    is_to_come = frame.look is not None and frame.look.is_future
    if is_to_come or not edition.kind_model.LISTED:
        return None
    address = frame.origin + _path(edition, reading, frame)
    return Citation(_in_words(edition, reading, frame, parts, address), address)


def _path(edition: Edition, reading: Reading, frame: Frame) -> str:
    """The short address for what it leads to now, else that of the very edition."""
    is_current = edition is reading.current and not frame.look
    return edition.publication.get_short_url() if is_current else edition.get_edition_url()


def _in_words(
    edition: Edition, reading: Reading, frame: Frame, parts: Mapping[str, Iterable[Part]], address: str
) -> str:
    authors = enumerated(author.name for author in authors_among(parts)) or edition.byline
    # In a line from right to left an address would lose its end to the wrong side, and the invisible signs against
    # that would be copied with it: so it has a line of its own.
    values = {
        "title": edition.title,
        "what": _what(edition),
        "edition": _which(edition, reading),
        "office": frame.identity.name,
        "address": f"\n{address}" if get_language_bidi() else address,
    }
    if authors:
        # Translators: how a text is cited. Put it in the order, and between the signs, that are usual in your language.
        form = pgettext("citation", "%(authors)s. %(title)s. %(what)s. %(edition)s. %(office)s. %(address)s")
        return _filled(form, {**values, "authors": authors})
    # Translators: how a text is cited that names no author.
    return _filled(pgettext("citation", "%(office)s. %(title)s. %(what)s. %(edition)s. %(address)s"), values)


def _what(edition: Edition) -> str:
    """What sort of text it is, where it was said and when."""
    own = edition.kind_edition
    kind = str(edition.label)
    values = {"kind": kind, "place": edition.place, "day": day(own.said_on)}
    if edition.place:
        # Translators: in a citation, as in “Speech, Bishkek, 19 May 2025”.
        what = pgettext("citation", "%(kind)s, %(place)s, %(day)s") % values
    else:
        # Translators: in a citation, as in “Report, 19 May 2025”.
        what = pgettext("citation", "%(kind)s, %(day)s") % values
    genre = edition.genre_words
    status = str(genre.label) if genre else kind
    if status == kind:
        return what
    # Translators: in a citation, as in “Speech, Bishkek, 19 May 2025. As delivered”.
    return _filled(pgettext("citation", "%(what)s. %(status)s"), {"what": what, "status": status})


def _which(edition: Edition, reading: Reading) -> str:
    """Which edition it is, and that it was withdrawn where it stays for the record."""
    values = {"number": edition.number, "day": _day_of(edition.live_from)}
    if reading.notice is None:
        # Translators: in a citation, as in “Edition 2 of 20 May 2025”.
        return pgettext("citation", "Edition %(number)d of %(day)s") % values
    values["withdrawn"] = _day_of(reading.notice.from_at)
    return pgettext("citation", "Edition %(number)d of %(day)s, withdrawn on %(withdrawn)s") % values


def _day_of(moment: datetime | None) -> str:
    """The day of an instant at the press office."""
    return day(timezone.localdate(moment, timezone.get_default_timezone()))


def _filled(form: str, values: Mapping[str, str]) -> str:
    """A form with its values on their places, and never a full stop behind a mark that ends a value."""
    marked = {name: value + _ENDED if value.endswith(_ENDS) else value for name, value in values.items()}
    text = form % marked
    for full_stop in (".", "。"):
        text = text.replace(_ENDED + full_stop, "")
    return text.replace(_ENDED, "").replace(" \n", "\n")
