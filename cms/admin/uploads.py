"""Uploads: their size is looked at before anything is read, and whatever goes wrong is told in one sentence.

The check against forged requests reads the whole body to find its token. So the addresses that take files are exempt
from Django's own, look at the length and at the person first, and only then pass the request on to a view that is
checked (https://docs.djangoproject.com/en/5.2/topics/http/file-uploads/#modifying-upload-handlers-on-the-fly).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation, TooManyFilesSent
from django.db import DatabaseError
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from ..editorial.library import Added, Outdated
from ..editorial.rules import WRITE, Refused
from ..media.refused import Busy
from ..media.refused import Refused as Unfit
from .shelves import Shelf
from .site import under_admin_policy

ROOM = 64 * 1024  # for the rest of a request that carries a file
TOGETHER = 500 * 1024 * 1024  # bytes of all files of a form that is sent without our script
logger = logging.getLogger(__name__)

Refuse = Callable[..., HttpResponseBase]


class NotTaken(Exception):
    """A file that did not get into the library. sentence: why, for the person. status: of the answer (RFC 9110, 15)."""

    def __init__(self, sentence: Any, status: int) -> None:
        self.sentence, self.status = str(sentence), status
        super().__init__(self.sentence)


def before_reading(view: Callable[..., Any], refuse: Refuse, limit: int) -> Callable[..., Any]:
    """A view of the admin that takes files.

    view: as AdminSite.admin_view wraps it, its check against forged requests included. refuse: makes the answer of
    (request, NotTaken, *the view's arguments); it must not look into the body. limit: of the whole request, in bytes.
    """

    @csrf_exempt
    @never_cache
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            if request.method == "POST":
                _look_at(request, limit)
        except NotTaken as no:
            return under_admin_policy(refuse(request, no, *args, **kwargs))
        response: HttpResponseBase = view(request, *args, **kwargs)
        return response

    return guard


def _look_at(request: HttpRequest, limit: int) -> None:
    """Raises NotTaken where this request is not to be read, or cannot be."""
    if not (request.user.is_authenticated and request.user.is_staff):
        raise NotTaken(_("You are signed out. Sign in on another page, then try again."), 403)
    if not request.user.has_perm(WRITE):
        raise NotTaken(_("Your account does not have the right to do this."), 403)
    if _length(request) > limit:
        raise NotTaken(_("The upload is larger than %s. Nothing of it was read.") % filesizeformat(limit - ROOM), 413)
    request.upload_limit = limit  # type: ignore[attr-defined]  # for `receiving`
    _read(request)


def _length(request: HttpRequest) -> int:
    """Of the body in bytes, as it says of itself; Django reads no more than that."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() and len(length) < 20 else 0


def _read(request: HttpRequest) -> None:
    try:
        request.FILES  # noqa: B018  reads the body
    except TooManyFilesSent as many:
        most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        raise NotTaken(_("These are too many files at once: %d is the most.") % most, 400) from many
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError) as broken:
        raise NotTaken(_("The upload did not arrive whole. Try again."), 400) from broken
    except OSError as full:
        raise not_stored(full) from full


def not_stored(error: Exception) -> NotTaken:
    """The disk is full, the storage or the database does not answer."""
    logger.error("An upload could not be stored", exc_info=error)
    return NotTaken(_("Nothing was stored. Try again in a minute."), 503)


def language_of(request: HttpRequest) -> str:
    """What the words of an upload will be written in. Raises NotTaken for a language that the site has not."""
    language = request.POST.get("language") or settings.LANGUAGE_CODE
    if language not in settings.CONTENT_LANGUAGES:
        raise NotTaken(_("Choose a language that the site is written in."), 400)
    return language


def take(shelf: Shelf, upload: Any, *, by: Any, language: str) -> Added:
    """Put an upload into the library. Raises NotTaken."""
    return received(shelf, upload, lambda path, name: shelf.add(path, name, by=by, language=language))


def replace(shelf: Shelf, row: Any, upload: Any, *, by: Any) -> Any:
    """Give a row of the library another file. Raises NotTaken."""
    return received(shelf, upload, lambda path, name: shelf.replace(row, path, name, by=by))


def received(shelf: Shelf, upload: Any, store: Callable[[Path, str], Any]) -> Any:
    """What `store` makes of an upload.

    upload: a file of the request, None where there is none. Raises NotTaken, whatever it was that went wrong.
    """
    if upload is None:
        raise NotTaken(_("No file arrived. Choose one and send it again."), 400)
    if upload.size > shelf.limit:
        raise NotTaken(shelf.too_large, 413)
    path, name = Path(upload.temporary_file_path()), upload.name or ""
    try:
        return store(path, name)
    except Busy as busy:
        raise NotTaken(busy.reason, 503) from busy
    except Unfit as unfit:
        raise NotTaken(shelf.elsewhere(path, name) or unfit.reason, 415) from unfit
    except Refused as refused:
        raise NotTaken(" ".join(refused.reasons), 409 if isinstance(refused, Outdated) else 403) from refused
    except (OSError, DatabaseError) as error:
        raise not_stored(error) from error
