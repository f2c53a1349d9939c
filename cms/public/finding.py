"""Old and careless forms of an address: one step to the canonical one, or the answer that every unknown gets."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, get_script_prefix, resolve, reverse
from django.utils import translation

from .errors import moved, public_page
from .frame import home_of

LONGEST = 600  # characters of a path that could be anything of ours
_FILE = re.compile(r"[a-z]+\.(?:txt|md|pdf|json)")  # of those that have addresses, which end without a slash
_SEGMENT = re.compile(r"[a-z0-9_.-]+")


@public_page()
def choose_language(request: HttpRequest) -> HttpResponse:
    """`/` with several languages: the home page in the one that the reader prefers."""
    return HttpResponseRedirect(home_of(translation.get_language_from_request(request)))


@public_page()
def find(request: HttpRequest) -> HttpResponseBase:
    """Ask what the tidied forms of this address answer: a page becomes a redirect to it, a redirect is passed on."""
    for language, path in _forms(request.path_info):
        with translation.override(language):
            found = _ask(request, path)
        if found is not None:
            return found
    raise Http404


def _forms(path: str) -> Iterator[tuple[str, str]]:
    """(language, path): what this address may have meant, the likeliest first. Never the address itself."""
    segments = [segment for segment in path.lower().split("/") if segment]
    if len(path) > LONGEST or not all(_SEGMENT.fullmatch(segment) for segment in segments):
        return
    languages = [code for code, _name in settings.LANGUAGES]
    forms = [(segments[0] if segments and segments[0] in languages else languages[0], segments)]
    if len(languages) > 1 and segments[:1] != [forms[0][0]]:
        forms += [(language, [language, *segments]) for language in languages]
    elif len(languages) == 1 and segments[:1] == languages:
        forms.insert(0, (languages[0], segments[1:]))
    for language, parts in forms:
        tidy = "/" + "".join(f"{part}/" for part in parts)
        if parts and _FILE.fullmatch(parts[-1]):
            tidy = tidy.removesuffix("/")
        if tidy != path:
            yield language, tidy


def _ask(request: HttpRequest, path: str) -> HttpResponseBase | None:
    """What a path answers to this request; None where there is nothing."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    if match.view_name == "admin:index":
        return HttpResponseRedirect(reverse("admin:index"))
    view = getattr(match.func, "page", None)
    if view is None or view is find.page:  # type: ignore[attr-defined]
        return None
    return _answer_of(request, path, match)


def _answer_of(request: HttpRequest, path: str, match: ResolverMatch) -> HttpResponseBase | None:
    asked = copy.copy(request)
    asked.path_info = path
    asked.path = get_script_prefix().rstrip("/") + path
    try:
        response = match.func.page(asked, *match.args, **match.kwargs)  # type: ignore[attr-defined]
    except Http404:
        return None
    return moved(request, asked.path, match.func.keeps) if response.status_code == 200 else response  # type: ignore[attr-defined]
