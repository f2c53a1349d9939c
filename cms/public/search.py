"""The search page: a form, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ..models.paths import path_to
from ..models.touched import EVENTS, EVERY, PEOPLE
from ..search.nearest import nearest
from ..search.query import Query
from . import metadata
from .errors import public_page
from .frame import Frame, answer, everywhere, in_language
from .instant import instant
from .kept.depends import depend_on
from .pagination import pages
from .search_filters import Choosing, Narrowing, SearchFilters
from .searching import CAP, SIZE, Columns, Found
from .wording import labelled

BEST = "best"
KEEPS = ("q", *(field.name for field in fields(SearchFilters)), "order", "page")


@dataclass(frozen=True)
class Link:
    label: str
    url: str


@public_page(keeps=KEEPS, kept=True)
def search(request: HttpRequest) -> HttpResponse:
    """`?q=` words, `order=best`, `page=`, and filters (SearchFilters). Without words: the form."""
    depend_on(EVERY, PEOPLE, EVENTS)
    query, at = Query.of(request.GET.get("q", "")), instant(request)
    path = path_to("public:search")
    frame = Frame.of(request, path=path, translations=everywhere("public:search"))
    narrowing = Narrowing(SearchFilters.of(request.GET), frame.sections, frame.language)
    best = request.GET.get("order") == BEST
    form: dict[str, Any] = {"query": query, "best": best, "narrowing": narrowing, "searching": True}
    if not query:
        about = metadata.of_page(frame, _("Search"))
        return answer(frame, "public/search.html", **form, choosings=narrowing.choosings(Columns()), metadata=about)
    found, asked = Found(query, narrowing, at, best), _asked(query, best)
    frame.translations = {c: f"{in_language(c, 'public:search')}?{asked}" for c, _name in settings.LANGUAGES}
    told = "&".join(filter(None, [asked, narrowing.filters.query]))
    found_on = pages(path, request.GET.get("page"), found.count, told, SIZE)
    frame.path = found_on.current
    choosings = narrowing.choosings(found.texts)
    context: dict[str, Any] = {
        "pages": found_on,
        "hits": found.hits(found_on) if found.count else [],
        "capped": found.capped,
        "cap": CAP,
        "choosings": choosings,
        "chosen": _chosen(narrowing, choosings, f"{path}?{asked}"),
        "nearest": [] if found.count else [Link(q, f"{path}?{_asked(Query.of(q), best)}") for q in nearest(query, at)],
    }
    return answer(frame, "public/search.html", **form, **context)


def _asked(query: Query, best: bool) -> str:
    return urlencode({"q": query.typed, **({"order": BEST} if best else {})})


def _chosen(narrowing: Narrowing, choosings: list[Choosing], address: str) -> list[Link]:
    """The filters that are on, each with the address of the same search without it.

    address: of the search without any.
    """
    links = []
    named = {choosing.name: choosing for choosing in choosings}
    for name in narrowing.filters.given:
        choosing = named.get(name)
        label = labelled(choosing.label, choosing.chosen.label) if choosing and choosing.chosen else _("Event")
        more = narrowing.without(name)
        links.append(Link(label, f"{address}&{more}" if more else address))
    return links
