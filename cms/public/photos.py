"""The page of one photo of a text: large, with all that is known of it, and with sizes for the press."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from ..models import Edition, StoredFile
from . import metadata
from .errors import moved, public_page
from .files import Media, address_of_photo
from .frame import Frame, answer
from .instant import instant
from .pictures import Photo, downloads
from .reading import Reading, read
from .views import closed, withdrawn


@public_page()
def photo(request: HttpRequest, section: str, code: str, photo: str) -> HttpResponse:
    """A photo of the live edition, else of the newest one that shows it and may still be read."""
    reading = read(code, instant(request))
    if other := withdrawn(request, reading):
        return other
    reading, shown = _showing(reading, photo)
    if other := closed(request, shown):
        return other
    address = address_of_photo(shown, photo)
    if request.path != address:
        return moved(request, address)
    is_current = shown is reading.current
    more = {
        "reading": reading,
        "is_earlier": not is_current,
        "text_url": shown.get_absolute_url() if is_current else shown.get_edition_url(),
    }
    media = Media(shown)
    found = media.photo(photo)
    if found is None:
        raise Http404
    made = StoredFile.objects.readable(reading.at).filter(key=found.key, renditions__isnull=False)
    sizes = dict(made.values_list("renditions__spec", "renditions__size"))
    return photo_page(request, shown, media, found, address, sizes, **more)


def _showing(reading: Reading, photo: str) -> tuple[Reading, Edition]:
    """The newest edition that shows a photo, the live one first, and the reading that has its text.

    It may have been taken down: then all before it were. Raises Http404 where the public never saw the photo.
    """
    if reading.current is not None and Media(reading.current).photo(photo):
        return reading, reading.current
    found = Edition.objects.been_live(reading.at).filter(publication=reading.publication, picture_rows__code=photo)
    number = found.order_by("-number").values_list("number", flat=True).first()
    if number is None:
        raise Http404
    again = read(reading.publication.code, reading.at, [number])
    return again, again.edition(number)


def photo_page(
    request: HttpRequest, edition: Edition, media: Media, photo: Photo, path: str, sizes: dict[str, int], **more: Any
) -> HttpResponse:
    """The page itself, which the public and a preview get alike.

    photo: one of the edition's `media`. sizes: bytes of the renditions that are made, by name. more: context.
    """
    series = media.series if photo in media.series else [photo]
    place = series.index(photo)
    context = {
        "edition": edition,
        "photo": photo,
        "number": place + 1,
        "total": len(series),
        "previous": series[place - 1] if place else None,
        "next": series[place + 1] if place + 1 < len(series) else None,
        "downloads": downloads(photo, sizes),
        **more,
    }
    reading = more.get("reading")
    versions = reading.addresses if reading else {}
    frame = Frame.of(request, path=path, section=edition.section, versions=versions)
    if reading and not more["is_earlier"]:
        context["metadata"] = metadata.of_photo(frame, edition, photo)
    return answer(frame, "public/photo.html", **context)
