"""How the view of a page that may be kept tells the application around Django what it has made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from ...models.touched import FRAME
from .asking import canonical
from .depends import Made, collecting, depend_on

SLOT = "communique.kept"  # in the WSGI environment
KEPT = frozenset({200, 410})  # statuses: a redirect has as many addresses as anybody cares to write
OUT = "communique.not-kept"


@dataclass
class Slot:
    """Where a view leaves what its page is made of. query: what of the query counts, in one order; keeps: the names."""

    made: Made | None = None
    query: str = ""
    keeps: tuple[str, ...] = ()


def keep_out(request: HttpRequest) -> None:
    """The page that is being made for a request is not to be kept."""
    request.META[OUT] = "yes"


def is_kept(request: HttpRequest) -> bool:
    """Whether the page that was made for a request will be kept."""
    slot: Slot | None = request.META.get(SLOT)
    return slot is not None and slot.made is not None


def make(request: HttpRequest, keeps: tuple[str, ...], view: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The answer of a view that may be kept. What its query holds beyond `keeps` never reaches it."""
    slot: Any = request.META.get(SLOT)
    query = canonical(request.META.get("QUERY_STRING", ""), keeps)
    if slot is None or query is None:
        return view()
    request.GET = QueryDict(query)
    request.META["QUERY_STRING"] = query
    with collecting() as made:
        depend_on(FRAME)
        response = view()
    if response.status_code in KEPT and not response.streaming and OUT not in request.META:
        slot.made, slot.query, slot.keeps = made, query, keeps
    return response
