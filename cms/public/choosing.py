"""The choice of two editions to compare, taken from a plain form."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from .errors import public_page
from .instant import instant
from .reading import read
from .views import closed, ended, withdrawn


@public_page(keeps=("from", "to"))
def compare(request: HttpRequest, section: str, code: str) -> HttpResponse:
    """`?from=1&to=3` leads to what changed from one edition to the other, in the order in which they came.

    One edition twice leads to that edition, no choice at all to the list of editions.
    """
    reading = read(code, instant(request))
    if other := withdrawn(request, reading):
        return other
    chosen = [request.GET[name] for name in ("from", "to") if request.GET.get(name)]
    if not chosen:
        if reading.current is None:
            return ended(request, reading)
        return HttpResponseRedirect(f"{reading.current.get_absolute_url()}#editions")
    editions = {str(edition.number): edition for edition in reading.editions}
    if len(chosen) < 2 or not editions.keys() >= set(chosen):
        raise Http404
    older, newer = sorted((editions[number] for number in chosen), key=lambda edition: edition.number)
    if other := closed(request, older) or closed(request, newer):
        return other
    return HttpResponseRedirect(newer.get_edition_url() if older is newer else newer.get_changes_url(older.number))
