"""What people get while the database does not answer: plain words, and in the admin the text that they sent."""

from __future__ import annotations

import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from ..admin.signin import Kept, is_admin_path
from ..public import errors

RETRY_AFTER = "30"  # seconds
# Classes of SQLSTATE: no connection, no room, taken down by its operator. Others come from a database that is well.
AWAY = ("08", "53", "57P")


def is_away(error: BaseException | None) -> bool:
    """Whether an error says that the database cannot be reached, and not that it refuses what was asked."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or str(state).startswith(AWAY)


def failed(request: HttpRequest) -> HttpResponse:
    """Something broke. Django calls this while the error is being handled."""
    if not is_away(sys.exc_info()[1]):
        return errors.failed(request)
    request.__dict__.pop("session", None)  # it could not be stored
    response = (
        _in_the_admin(request)
        if request.path.startswith("/admin/")
        else errors.without_database("503_database.html", 503)
    )
    response.headers["Retry-After"] = RETRY_AFTER
    response.headers["Cache-Control"] = "no-store"
    return response


def _in_the_admin(request: HttpRequest) -> HttpResponse:
    kept = _sent(request)
    context = {
        "kept": kept,
        # Only what our own form sent may be sent again with one press: else any site could have it sent.
        "csrf_token": get_token(request) if kept and getattr(request, "csrf_processing_done", False) else "",
        "path": request.get_full_path(),
    }
    # Without the request: what context processors add, they read from the database.
    response = HttpResponse(render_to_string("admin/database_away.html", context), status=503)
    response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
    return response


def _sent(request: HttpRequest) -> Kept | None:
    """The form that was sent, or that the sign-in page brought along, where it holds what somebody wrote."""
    if request.META["REQUEST_METHOD"] != "POST":  # `request.method` may have been set to show the sign-in page
        return None
    try:
        kept = Kept.carried_by(request) or Kept.from_post(request)
    except (RawPostDataException, OSError):
        return None
    return kept if kept.fields and is_admin_path(kept.path) else None
