"""An edition and its photos as the public will see them, for staff. The views that read what is not live."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from ..editorial.status import status
from ..models import Edition, StoredFile, clock
from .errors import not_found
from .files import Media
from .frame import Frame
from .lists import List
from .photos import photo_page
from .pictures import Photo
from .reading import Reading, read
from .views import detail, section_page


@require_safe
def preview(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Any edition in any state. Who may not read it gets the answer that every unknown address gets."""
    found = _edition(code, number) if _may_read(request) else None
    return _private(not_found(request) if found is None else _page(request, found))


@require_safe
def photo(request: HttpRequest, code: str, number: int, photo: str) -> HttpResponse:
    """The page of a photo of any edition in any state, for the same readers."""
    found = _edition(code, number) if _may_read(request) else None
    try:
        return _private(not_found(request) if found is None else _photo_page(request, found, photo))
    except Http404:
        return _private(not_found(request))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _may_read(request: HttpRequest) -> bool:
    user = request.user
    return user.is_authenticated and user.is_staff and user.has_perm("cms.read_editions")


def _edition(code: str, number: int) -> Edition | None:
    found = (
        Edition.objects.with_frame()
        .with_kind()
        .select_related("publication__withdrawal", "publication__text_of", "event")
    )
    return found.filter(publication__code=code, number=number).first()


def _page(request: HttpRequest, edition: Edition) -> HttpResponse:
    at = clock.now()
    reading = _public(edition.publication.code, at)
    more = {"preview": _banner(edition, reading, at), "media": Media(edition, _address_of_photo)}
    with translation.override(edition.language):
        section = edition.publication.text_of
        if section is not None:
            found = List(Frame.of(request), at, section)
            return section_page(request, found, reading, text=edition, **more)
        return detail(request, edition, reading, edition.get_absolute_url(), at=at, **more)


def _photo_page(request: HttpRequest, edition: Edition, photo: str) -> HttpResponse:
    at = clock.now()
    code = edition.publication.code
    media = Media(edition, _address_of_photo)
    found = media.photo(photo)
    if found is None:
        raise Http404
    banner = _banner(edition, _public(code, at), at)
    text_url = reverse("preview", args=[code, edition.number])
    with translation.override(edition.language):
        path = _address_of_photo(edition, photo)
        return photo_page(request, edition, media, found, path, _bytes_of(found), preview=banner, text_url=text_url)


def _banner(edition: Edition, reading: Reading | None, at: datetime) -> dict[str, Any]:
    live = reading.current.number if reading and reading.current else None
    return {"status": status(edition, at, live).words, "change": _change(edition), "edition": edition}


def _address_of_photo(edition: Edition, photo: str) -> str:
    return reverse("preview-photo", args=[edition.publication.code, edition.number, photo])


def _bytes_of(photo: Photo) -> dict[str, int]:
    """Bytes of the renditions of a photo by name."""
    found = StoredFile.objects.filter(key=photo.key, renditions__isnull=False)
    return dict(found.values_list("renditions__spec", "renditions__size"))


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
