"""How the editions of a text are told to programs (RFC 5829)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from ..models import Edition
from .as_of import Look
from .reading import Reading


def with_versions(request: HttpRequest, response: HttpResponse, reading: Reading, shown: Edition) -> HttpResponse:
    """The page of an edition with `Link` headers to those around it.

    Relation types of RFC 5829, section 3: version-history is the list on the item's page, latest-version the item,
    predecessor- and successor-version the neighbours that may be read. Never a working copy.
    """
    if Look.of(request):
        return response  # it points to the original alone
    links = []
    if reading.current is not None:
        item = reading.current.get_absolute_url()
        links = [("latest-version", item), ("version-history", f"{item}#editions")]
    before = [edition for edition in reading.comparable if edition.number < shown.number]
    after = [edition for edition in reading.comparable if edition.number > shown.number]
    if before:
        links.append(("predecessor-version", before[-1].get_edition_url()))
    if after:
        links.append(("successor-version", after[0].get_edition_url()))
    response.headers["Link"] = ", ".join(f'<{address}>; rel="{relation}"' for relation, address in links)
    return response
