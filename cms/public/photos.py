"""The page of one photo of a text: large, with all that is known of it, and with sizes for the press."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from ..models import Edition, StoredFile, clock
from .errors import moved, public_page
from .files import Media, address_of_photo
from .frame import Frame, answer
from .pictures import downloads
from .reading import Reading, closed_because, read
from .views import closed, withdrawn


@public_page()
def photo(request: HttpRequest, section: str, code: str, photo: str) -> HttpResponse:
    """A photo of the live edition, else of the newest one that shows it and may still be read."""
    reading = read(code, clock.now())
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
    key = media.series_of(photo)[0].key
    made = StoredFile.objects.readable(reading.at).filter(key=key, renditions__isnull=False)
    sizes = dict(made.values_list("renditions__spec", "renditions__size"))
    return photo_page(request, shown, media, photo, address, sizes, **more)


def _showing(reading: Reading, photo: str) -> tuple[Reading, Edition]:
    """The edition to show a photo of, with the reading that has its text.

    One that was taken down is given only where no other shows it. Raises Http404 where the public never saw it.
    """
    if reading.current is not None and Media(reading.current).series_of(photo):
        return reading, reading.current
    found = Edition.objects.been_live(reading.at).filter(publication=reading.publication, picture_rows__code=photo)
    numbers = set(found.values_list("number", flat=True))
    editions = [edition for edition in reading.editions if edition.number in numbers]
    if not editions:
        raise Http404
    number = next((e.number for e in reversed(editions) if not closed_because(e)), editions[-1].number)
    again = read(reading.publication.code, reading.at, [number])
    return again, again.edition(number)


def photo_page(
    request: HttpRequest, edition: Edition, media: Media, code: str, path: str, sizes: dict[str, int], **more: Any
) -> HttpResponse:
    """The page itself, which the public and a preview get alike.

    sizes: bytes of the renditions that are made, by name. more: context. Raises Http404 where the edition does not show
    the photo.
    """
    series = media.series_of(code)
    if not series:
        raise Http404
    place = next(i for i, photo in enumerate(series) if photo.code == code)
    photo = series[place]
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
    return answer(Frame.of(request, path=path, section=edition.section), "public/photo.html", **context)
