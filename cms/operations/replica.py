"""Public pages from a read replica, where it is not behind what this process knows to have changed.

The newest row of changes (cms/models/touched.py) is the version of the content: a replica that has it has all that was
written before. Whoever has a session, and whatever is written, has the primary.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import Error, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ..models import Touched

ALIAS, PRIMARY = "replica", "default"
VERSIONS = "communique.versions"  # in the WSGI environment: what this process knows to have changed
REST = 2.0  # seconds in which a replica is not asked after it failed
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Known:
    """What a replica was found to have: all changes up to n. versions: what this process knows."""

    versions: Any
    n: int

    @property
    def is_all(self) -> bool:
        """Whether nothing was learned since: what is read later is remembered as made of what is known then."""
        return bool(self.versions.n == self.n)


_has: ContextVar[Known | None] = ContextVar("the_replica_has", default=None)
_asked_again_at = 0.0


class Router:
    """Where a query goes. A row that came from the replica is not bound to it."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        known = _has.get()
        return ALIAS if known is not None and known.is_all else PRIMARY

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True  # the same rows

    def allow_migrate(self, alias: str, app_label: str, **hints: Any) -> bool | None:
        return False if alias == ALIAS else None


class ReplicaMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _has.set(None)
        try:
            return self.get_response(request)
        finally:
            _has.reset(token)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if ALIAS in settings.DATABASES and _is_for_everybody(request, view):
            _has.set(_all_that_is_known(request.META.get(VERSIONS)))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """The replica failed after it was chosen: the page is made again from the primary."""
        if _has.get() is None or not isinstance(error, Error) or request.resolver_match is None:
            return None
        _has.set(None)
        _let_rest(error)
        match = request.resolver_match
        found: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return found


def _is_for_everybody(request: HttpRequest, view: Any) -> bool:
    """Whether a page is the same for all (cms/public/errors.py), and asked for by nobody who may just have written."""
    return hasattr(view, "page") and settings.SESSION_COOKIE_NAME not in request.COOKIES


def _all_that_is_known(versions: Any) -> Known | None:
    """What the replica has, if that is all that is known."""
    if versions is None or versions.are_late(versions.now()) or time.monotonic() < _asked_again_at:
        return None
    n = versions.n
    try:
        newest = Touched.objects.using(ALIAS).order_by("-pk").values_list("pk", flat=True).first() or 0
    except Error as error:
        _let_rest(error)
        return None
    return Known(versions, n) if newest >= n else None


def _let_rest(error: Exception) -> None:
    global _asked_again_at
    _asked_again_at = time.monotonic() + REST
    connections[ALIAS].close()
    logger.warning("The replica is not asked for now: %s", error)
