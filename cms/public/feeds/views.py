"""The addresses of feeds: of all news or of a section, and of the months of their archives."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import date

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from ...models.touched import EVENTS, EVERY, PEOPLE
from ..conditional import document
from ..errors import moved, public_page
from ..filters import Filters
from ..frame import Frame
from ..instant import instant
from ..kept.depends import depend_on, no_longer_than_the_day
from . import atom, json_feed, rss
from .contents import Feed, archived, subscription
from .scope import FORMS, PART, Scope

WRITERS: dict[str, Callable[[Feed], bytes]] = {"atom": atom.write, "rss": rss.write, "json": json_feed.write}
KEEPS = (*(field.name for field in fields(Filters)), PART)
_NUMBER = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


@public_page(keeps=KEEPS, looks_back=False, kept=True)
def feed(
    request: HttpRequest, form: str, section: str = "", year: int | None = None, month: int | None = None
) -> HttpResponseBase:
    """A list as a feed, or the archive of one of its months. form: of FORMS."""
    depend_on(EVERY, PEOPLE, EVENTS)
    frame = Frame.of(request)
    here = frame.sections.now_or_before(frame.language, section) if section else None
    if section and here is None:
        raise Http404
    scope = Scope(frame, instant(request), here, Filters.of(request.GET))
    no_longer_than_the_day(scope.at)  # the month that is running ends
    first = date(year, month, 1) if year and month else None
    if request.path != scope.path(form, first):
        return moved(request, scope.path(form, first), KEEPS)
    found = archived(scope, first, _part(request)) if first else subscription(scope)
    # What is taken down leaves an archive without making it any newer: only its content says that it changed.
    changed = None if first else found.updated
    return document(request, WRITERS[form](found), f"{FORMS[form]}; charset=utf-8", changed)


def _part(request: HttpRequest) -> int | None:
    """The part of a month that was asked for. Raises Http404 for what is no number."""
    asked = request.GET.get(PART)
    if asked is None:
        return None
    if not _NUMBER.fullmatch(asked):
        raise Http404
    return int(asked)
