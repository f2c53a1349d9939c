"""An edition as the public will see it, for staff. The one view that reads what is not live."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from ..editorial.status import status
from ..models import Edition, clock
from .errors import not_found
from .frame import Frame
from .lists import List
from .reading import Reading, read
from .views import detail, section_page


@require_safe
def preview(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Any edition in any state. Who may not read it gets the answer that every unknown address gets."""
    found = _edition(code, number) if _may_read(request) else None
    response = not_found(request) if found is None else _page(request, found)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _may_read(request: HttpRequest) -> bool:
    user = request.user
    return user.is_authenticated and user.is_staff and user.has_perm("cms.read_editions")


def _edition(code: str, number: int) -> Edition | None:
    found = Edition.objects.with_frame().with_kind().select_related("publication__withdrawal", "publication__text_of")
    return found.filter(publication__code=code, number=number).first()


def _page(request: HttpRequest, edition: Edition) -> HttpResponse:
    at = clock.now()
    reading = _public(edition.publication.code, at)
    live = reading.current.number if reading and reading.current else None
    banner = {"status": status(edition, at, live).words, "change": _change(edition), "edition": edition}
    with translation.override(edition.language):
        section = edition.publication.text_of
        if section is not None:
            found = List(Frame.of(request), at, section)
            return section_page(request, found, reading, text=edition, preview=banner)
        return detail(request, edition, reading, edition.get_absolute_url(), preview=banner, at=at)


def _public(code: str, at: datetime) -> Reading | None:
    try:
        return read(code, at)
    except Http404:
        return None


def _change(edition: Edition) -> str:
    """The way back to the form."""
    kind = edition.kind_model._meta
    try:
        return reverse(f"admin:{kind.app_label}_{kind.model_name}_change", args=[edition.pk])
    except NoReverseMatch:
        return reverse("admin:index")
