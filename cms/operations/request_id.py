"""One name for each request, from the proxy or our own, in every line that is logged meanwhile."""

from __future__ import annotations

import itertools
import logging
import os
import re
import secrets
from contextvars import ContextVar
from typing import Any

from django.conf import settings

HEADER = "X-Request-ID"
IN_ENVIRON = "HTTP_X_REQUEST_ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
NONE = "-"

_process = secrets.token_hex(6)
_count = itertools.count(secrets.randbelow(2**24))


def _anew() -> None:
    """A server that forks after it loaded us: each process has a name of its own."""
    global _process
    _process = secrets.token_hex(6)


os.register_at_fork(after_in_child=_anew)

_current: ContextVar[str] = ContextVar("request_id", default=NONE)


def begin(environ: dict[str, Any]) -> str:
    """The id of a request, from now on that of its thread. A stranger cannot choose it: only our own proxy can."""
    given = environ.get(IN_ENVIRON, "") if settings.BEHIND_PROXY else ""
    found = given if WELL_FORMED.fullmatch(given) else f"{_process}{next(_count):08x}"
    environ[IN_ENVIRON] = found
    _current.set(found)
    return found


def current() -> str:
    return _current.get()


class RequestIdFilter(logging.Filter):
    """Gives each record `request_id`; "-" outside a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _current.get()
        return True
