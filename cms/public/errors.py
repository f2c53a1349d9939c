"""Answers that are no page: not found, gone, moved, failed; and what every public view has in common."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from ..models import Edition, Withdrawal
from .as_of import mark
from .frame import Frame, answer
from .instant import NoInstant, as_of, look_at
from .kept.making import keep_out, make
from .kept.remembered import beginning
from .style import style_with

View = Callable[..., HttpResponseBase]


class Busy(Exception):
    """Too much that is costly is asked for at once."""


# Pages of the past are worked out from all that changed since, and are kept nowhere: so many are made at once, and
# whoever comes meanwhile waits a little. The threads of a process are there for the present.
LOOKS_AT_ONCE = 2
PATIENCE = 2.0  # seconds
RETRY_AFTER = "5"  # seconds
FRESH = "no-cache"  # may be kept, must be asked about; redirects too: what moved may move back


def public_page(keeps: tuple[str, ...] = (), *, looks_back: bool = True, kept: bool = False) -> Callable[[View], View]:
    """A view that anybody may read, and that is the same for everybody: without session, GET and HEAD only.

    `?at=` looks at it as of another instant; only for one in the future does it matter who asks.

    keeps: the query parameters that mean something to it, which a redirect to it preserves. looks_back: whether it has
    other instants; what programs read has none, so that none of it is kept or followed by mistake. kept: whether its
    pages may be kept ready (cms/public/kept): then all that it reads names itself by `depend_on`.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                if looks_back:
                    look_at(request)
                request.__dict__.pop("session", None)  # so that no answer sets its cookie or prolongs it
                made = functools.partial(view, request, *args, **kwargs)
                with _in_turn(request), beginning():
                    response = make(request, keeps, made) if kept and as_of(request) is None else made()
            except Busy:
                response = busy(request)
            except NoInstant:
                request.__dict__.pop("session", None)
                response = no_instant(request)
            except Http404:
                response = not_found(request)
            mark(request, response)
            response.headers.setdefault("Cache-Control", FRESH)
            return response

        safe = require_safe(wrapped)
        safe.page = view  # type: ignore[attr-defined]
        safe.keeps = keeps  # type: ignore[attr-defined]
        return safe

    return decorate


_looks = threading.BoundedSemaphore(LOOKS_AT_ONCE)


@contextmanager
def _in_turn(request: HttpRequest) -> Iterator[None]:
    """Around the making of a page: one of another instant waits until few others are made. Raises Busy."""
    if as_of(request) is None:
        yield
        return
    if not _looks.acquire(timeout=PATIENCE):
        raise Busy
    try:
        yield
    finally:
        _looks.release()


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one answer for whatever is not public and whatever never was. It says nothing about the address."""
    return answer(Frame.of(request), "404.html", status=404)


def no_instant(request: HttpRequest) -> HttpResponse:
    """What was asked for with `?at=` is no instant that can be looked at. The same at every address."""
    response = answer(Frame.of(request), "public/no_instant.html", status=400)
    response.headers["Cache-Control"] = "no-store"  # what is to come will have been
    return response


def busy(request: HttpRequest) -> HttpResponse:
    """The answer where too many pages of other instants are asked for at once."""
    response = answer(Frame.of(request), "503.html", status=503)
    response.headers["Retry-After"] = RETRY_AFTER
    return response


def gone(
    request: HttpRequest,
    last: Edition,
    withdrawal: Withdrawal | None,
    reason: str = "",
    since: datetime | None = None,
) -> HttpResponse:
    """The page of a text that the public could read and cannot any more.

    last: an edition of it. withdrawal: why, if it was withdrawn. reason, since: in place of the withdrawal's own.
    """
    with translation.override(last.language):
        since = since or (withdrawal.from_at if withdrawal else last.live_until)
        words = reason or (withdrawal.public_reason if withdrawal else "")
        frame = Frame.of(request, section=last.section)
        response = answer(frame, "410.html", status=410, since=since, reason=words)
    if request.path not in (last.get_absolute_url(), last.get_edition_url()):
        keep_out(request)  # the same at any address that ends in its code
    return response


def moved(request: HttpRequest, path: str, keeps: tuple[str, ...] = ()) -> HttpResponse:
    """301 to a path of this site, with those parts of the query that mean something there."""
    query = urlencode([(name, request.GET[name]) for name in keeps if name in request.GET])
    return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)


def without_database(template: str, status: int) -> HttpResponse:
    """A page that asks the database for nothing, and the static files neither."""
    language = translation.get_language() or "en"
    direction = "rtl" if translation.get_language_bidi() else "ltr"
    style = style_with()
    context = {"style": style.text, "language": language, "direction": direction, "status": status}
    response = HttpResponse(render_to_string(template, context), status=status)
    style.allow(response)
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """Something broke."""
    return without_database("500.html", 500)
