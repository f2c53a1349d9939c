"""An edition to take away: plain text, Markdown, PDF, and JSON for machines, each at an address below the page's own.

Who may have it is what it is for the page: the same refusals, redirects and farewells.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..media import sandbox
from ..models import Edition
from ..models.paths import path_to
from .errors import gone, moved, public_page
from .frame import Frame
from .instant import instant
from .ninjs import ninjs
from .printed import Busy, Sheet, TooLong, is_offered, is_too_long
from .reading import read
from .record import Records
from .sending import content_disposition
from .views import closed, withdrawn
from .written import Taken, markdown, plain

# Nothing in a PDF may load or send anything; viewers that are pages themselves want to be styled.
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
RETRY_AFTER = "5"  # seconds
logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)  # there is one of each
class Form:
    """One form that a text is given in. file: the last part of its address. name: in the list of forms."""

    file: str
    name: Any
    media_type: str
    write: Callable[[HttpRequest, Taken], HttpResponse]

    @property
    def extension(self) -> str:
        return self.file.rpartition(".")[2]


@dataclass(frozen=True)
class Offer:
    """The forms of one edition, as its page lists them. folder: what stands before the file in their addresses."""

    folder: str
    forms: tuple[Form, ...]


def offer(edition: Edition, numbered: bool = False) -> Offer:
    """The forms of an edition. numbered: at the addresses of the edition, and not of what is live."""
    with_pdf = is_offered() and not is_too_long(edition.body)
    fitting = tuple([form for form in FORMS.values() if with_pdf or form.file != PDF])
    first = fitting[0].file
    return Offer(address_of(edition, first, numbered).removesuffix(first), fitting)


def address_of(edition: Edition, file: str, numbered: bool = False) -> str:
    """The canonical address of a form, as this edition names the publication."""
    segment = f"{edition.slug}-{edition.publication.code}"
    where = edition.section.path, segment
    if numbered:
        return path_to("public:edition-takeaway", *where, edition.number, file, language=edition.language)
    return path_to("public:takeaway", *where, file, language=edition.language)


@public_page()
def takeaway(request: HttpRequest, section: str, code: str, file: str, number: int | None = None) -> HttpResponseBase:
    """A form of the live edition, or of the one with this number."""
    form = FORMS[file]
    if form.file == PDF and not is_offered():
        raise Http404
    reading = read(code, instant(request), [] if number is None else [number])
    shown = reading.current if number is None else reading.edition(number)
    if other := withdrawn(request, reading):
        return other
    if shown is None:
        return gone(request, reading.last, None)
    if other := closed(request, shown):
        return other
    address = address_of(shown, file, number is not None)
    if request.path != address:
        return moved(request, address)
    page = shown.get_absolute_url() if number is None else shown.get_edition_url()
    taken = Taken(shown, reading, Frame.of(request, path=page, section=shown.section))
    return _sent(form.write(request, taken), form, taken)


def _sent(response: HttpResponse, form: Form, taken: Taken) -> HttpResponse:
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Robots-Tag"] = "noindex"  # search engines are to find the page
    headers["Content-Language"] = taken.edition.language
    headers["Link"] = f'<{taken.frame.canonical}>; rel="canonical"'
    if response.status_code == 200:
        named = f"{taken.edition.title}.{form.extension}"
        headers["Content-Disposition"] = content_disposition("inline", named)
    return response


def _answer(request: HttpRequest, etag: str, media_type: str, content: Callable[[], bytes]) -> HttpResponse:
    """A file, or that it has not changed. content: asked for only where it is needed."""
    quoted = f'"{etag[:32]}"'
    response: HttpResponse | None = get_conditional_response(request, etag=quoted)
    if response is None:
        response = HttpResponse(content(), content_type=media_type)
    response.headers["ETag"] = quoted  # with a 304 too (RFC 9110, 15.4.5)
    return response


def _bytes(request: HttpRequest, content: bytes, media_type: str) -> HttpResponse:
    return _answer(request, hashlib.sha256(content).hexdigest(), media_type, lambda: content)


# --- The forms


def _plain(request: HttpRequest, taken: Taken) -> HttpResponse:
    return _bytes(request, plain(taken).encode(), "text/plain; charset=utf-8")


def _markdown(request: HttpRequest, taken: Taken) -> HttpResponse:
    return _bytes(request, markdown(taken).encode(), "text/markdown; charset=utf-8; variant=CommonMark")  # RFC 7763


def _pdf(request: HttpRequest, taken: Taken) -> HttpResponse:
    try:
        sheet = Sheet(taken)
        response = _answer(request, sheet.digest, "application/pdf", sheet.pdf)
    except TooLong:
        words = _("This text is too long to be made into a PDF. Take it as plain text, or print its page.")
        return HttpResponse(f"{words}\n", status=422, content_type="text/plain; charset=utf-8")
    except (Busy, sandbox.Busy, sandbox.Failed) as error:
        return _later(error)
    response.headers["Content-Security-Policy"] = PDF_POLICY  # django-csp leaves what is set
    return response


def _later(error: Exception) -> HttpResponse:
    words = _("The PDF is being made. Please ask again in a few seconds.")
    if isinstance(error, sandbox.Failed):
        logger.error("A PDF could not be made: %s", error)
        words = _("The PDF could not be made just now. Take the text as plain text, or print its page.")
    response = HttpResponse(f"{words}\n", status=503, content_type="text/plain; charset=utf-8")
    response.headers["Retry-After"], response.headers["Cache-Control"] = RETRY_AFTER, "no-store"
    return response


def _record(taken: Taken) -> dict[str, Any]:
    return Records([taken.edition], taken.reading.at, taken.frame.origin).of(taken.edition)


def _item(request: HttpRequest, taken: Taken) -> HttpResponse:
    return _json(request, _record(taken))


def _ninjs(request: HttpRequest, taken: Taken) -> HttpResponse:
    return _json(request, ninjs(_record(taken), taken.frame.identity))


def _json(request: HttpRequest, content: dict[str, Any]) -> HttpResponse:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    response = _bytes(request, text.encode(), "application/json; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"  # public, and for other people's programs
    return response


PDF = "text.pdf"
FORMS = {
    form.file: form
    for form in (
        Form("text.txt", gettext_lazy("plain text"), "text/plain", _plain),
        Form("text.md", "Markdown", "text/markdown", _markdown),
        Form(PDF, "PDF", "application/pdf", _pdf),
        Form("item.json", "JSON", "application/json", _item),
        Form("ninjs.json", "ninjs", "application/json", _ninjs),
    )
}
