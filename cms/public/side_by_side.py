"""A text beside its text in another language, paragraph by paragraph (cms/text/beside.py says which ones pair)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info

from ..models import Edition, Withdrawal
from ..text import beside as texts
from .errors import moved, public_page
from .files import Media
from .frame import Frame, answer
from .instant import instant
from .original import original_of
from .paragraphs import unlinked
from .reading import Reading, read, withdrawal_at
from .translated import Lag, lag_of
from .views import ended, withdrawn


@dataclass(frozen=True)
class Side:
    """One of the two texts, with what its own page says of it. permanent: its address, whole."""

    edition: Edition
    notice: Withdrawal | None
    lag: Lag | None
    permanent: str
    is_original: bool

    @property
    def language(self) -> str:
        return self.edition.language

    @property
    def name(self) -> str:
        """Of the language, in itself."""
        return dict(settings.LANGUAGES).get(self.language, self.language)

    @property
    def direction(self) -> str:
        return "rtl" if get_language_info(self.language)["bidi"] else "ltr"

    def body(self) -> str:
        """As its page shows it; what a page says round a text, of a table's box, is said in its language."""
        with translation.override(self.language):
            return unlinked(self.edition.body, Media(self.edition).of_text)


@public_page(kept=True)
def beside(request: HttpRequest, section: str, code: str, other: str) -> HttpResponse:
    """The live text on the one side, on the other the live text in the language `other`."""
    reading = read(code, instant(request), beside=other)
    if instead := withdrawn(request, reading):
        return instead
    if reading.current is None:
        return ended(request, reading)
    if other not in reading.translations:
        raise Http404
    address = reading.current.get_beside_url(other)
    if request.path != address:
        return moved(request, address)
    return _page(request, reading, reading.current, reading.translations[other])


def _page(request: HttpRequest, reading: Reading, mine: Edition, theirs: Edition) -> HttpResponse:
    original = original_of(reading)
    language = original.language if original else ""
    # Search engines are to find the item.
    path = mine.get_absolute_url()
    frame = Frame.of(request, path=path, section=mine.section, versions=reading.addresses, original=language)
    left, right = (_side(reading, edition, frame, language) for edition in (mine, theirs))
    found = texts.beside(left.body(), right.body())
    context: dict[str, Any] = {
        "left": left,
        "right": right,
        "rows": [(_cell(row.left), _cell(row.right)) for row in found.rows],
        "paired": found.paired,
    }
    return answer(frame, "public/beside.html", **context)


def _side(reading: Reading, edition: Edition, frame: Frame, original: str) -> Side:
    notice = withdrawal_at(edition.publication, reading.at)
    return Side(
        edition=edition,
        notice=notice if notice is not None and notice.mode == Withdrawal.Mode.NOTICE else None,
        lag=lag_of(reading, edition),
        permanent=frame.origin + edition.publication.get_short_url(),
        is_original=edition.language == original,
    )


def _cell(parts: Iterable[texts.Part]) -> SafeString:
    """Clean, because whole blocks are: the body was cleaned when it was saved and is sealed, `unlinked` writes it as an
    item's page does, and `beside` parts it as a tree and serialises each block, so that nothing comes unescaped."""
    return mark_safe("".join(part.html for part in parts))  # noqa: S308
