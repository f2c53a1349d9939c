"""The outermost WSGI application: gives each request its id, and notes how it was answered, from kept pages too."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ..public.kept.making import SLOT
from . import metrics, request_id
from .replica import VERSIONS

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
DJANGO = "communique.django"  # in the WSGI environment: seconds that Django took, where it was asked
VIEW = "communique.view"  # in the WSGI environment: the name of the view that answered
HIT, MISS, PASS = "hit", "miss", "pass"  # from the kept pages; made and perhaps kept; none of their business
KEPT_VIEW, NO_VIEW = "kept", "none"
# Names of query parameters that are ours. Values may be somebody's words or name, and are never logged.
_PARAMETER = re.compile(r"[a-z_]{1,20}", re.ASCII)
logger = logging.getLogger("communique.requests")


@dataclass(frozen=True, slots=True)
class Answered:
    """seconds: until the answer began. rendering: those of Django among them; None where it was not asked."""

    method: str
    path: str
    view: str
    status: str
    outcome: str
    seconds: float
    rendering: float | None


class ViewNameMiddleware:
    """Notes which view answers. The WSGI environment is all that the application around Django sees of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        match = request.resolver_match
        request.META[VIEW] = (match.view_name or match._func_path) if match else NO_VIEW
        return response


def timed(django: Application) -> Application:
    """Django, which leaves in the environment that it was asked, and how long it took."""

    def ask(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began = time.perf_counter()
        try:
            return django(environ, start_response)
        finally:
            environ[DJANGO] = time.perf_counter() - began

    return ask


class KeepsPages(Protocol):
    """What is told of kept pages (cms/public/kept/application.py)."""

    store: Any
    versions: Any


class Observed:
    """kept: the kept pages within the application, if there are any."""

    def __init__(self, application: Application, kept: KeepsPages | None = None) -> None:
        self.application, self.kept = application, kept
        self._looked_at = 0.0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began = time.perf_counter()
        name = (request_id.HEADER, request_id.begin(environ))
        method, path, query = environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        statuses = ["500"]
        if self.kept is not None:
            environ[VERSIONS] = self.kept.versions

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            statuses.append(status[:3])
            return start_response(status, [*headers, name], *more)

        try:
            return self.application(environ, begin)
        finally:
            if settings.METRICS or settings.LOG_REQUESTS:
                took = time.perf_counter() - began
                answered = _answered(environ, method, told_path(path, query), statuses[-1], took)
                self._note(answered)

    def _note(self, answered: Answered) -> None:
        if settings.METRICS:
            metrics.count(answered)
            self._look(time.monotonic())
        if settings.LOG_REQUESTS:
            log(answered)

    def _look(self, now: float) -> None:
        """At the kept pages of this process, once a second at most."""
        if self.kept is not None and now - self._looked_at >= 1:
            self._looked_at = now
            metrics.look_at(self.kept)


def _answered(environ: dict[str, Any], method: str, path: str, status: str, took: float) -> Answered:
    rendering = environ.get(DJANGO)
    slot = environ.get(SLOT)
    outcome = HIT if rendering is None else MISS if slot is not None and slot.made is not None else PASS
    view = environ.get(VIEW, KEPT_VIEW if outcome == HIT else NO_VIEW)
    return Answered(method, path, view, status, outcome, took, rendering)


def told_path(path: str, query: str) -> str:
    """A path as it may be logged: its query without values, and without what is no name of ours."""
    try:
        told = quote(path.encode("latin-1"))  # WSGI's bytes, dressed as text
    except UnicodeEncodeError:
        told = quote(path)
    names = [pair.partition("=")[0] for pair in query.split("&")] if query else []
    known = sorted({name for name in names if _PARAMETER.fullmatch(name)})
    return f"{told}?{'&'.join(known)}" if known else told


def log(answered: Answered) -> None:
    ms = round(answered.seconds * 1000, 1)
    facts = {
        "method": answered.method[:20],
        "path": answered.path,
        "status": int(answered.status),
        "ms": ms,
        "page": answered.outcome,
        "view": answered.view,
    }
    words = (facts["method"], answered.path, answered.status, ms, answered.outcome)
    logger.info("%s %s %s %s ms %s", *words, extra=facts)


def with_observation(application: Application, kept: KeepsPages | None = None) -> Application:
    """The application that servers load, observed."""
    return Observed(application, kept)
