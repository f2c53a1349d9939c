"""The one gate of pictures and files: readable while an edition that uses them is, and otherwise as if they never were.

Everything asks here: every rendition, every document, every name it goes by, whatever the storage. Originals of
pictures go to staff alone.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..media import renditions
from ..media.formats import safe_name
from ..models import AttachedFile, Picture, Rendition, StoredFile, clock, media_storage
from ..text.slugs import slugify
from .errors import failed, not_found
from .sending import PRIVATE, PUBLIC, content_disposition, send

UNCACHED = "no-store"  # what stands in for a rendition that is being made
ORIGINAL = "original"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """What an address leads to.

    final: it is this for good, and not the nearest there is until it is made. instead: what is sent where the storage
    has lost it, the best first.
    """

    name: str  # in the storage
    sha256: str
    size: int
    media_type: str
    disposition: str
    final: bool = True
    elsewhere: str = ""  # the address it goes by, where it was asked for by another
    instead: tuple[Found, ...] = ()


@require_safe
def media(request: HttpRequest, key: str, name: str) -> HttpResponseBase:
    """A rendition or a document. Who may not have it gets the answer that every unknown address gets."""
    found, cache_control = _public(key, name, clock.now()), PUBLIC
    if found is None and _may_read(request):
        found, cache_control = _for_staff(key, name), PRIVATE
    request.__dict__.pop("session", None)  # no answer depends on it from here on, or sets its cookie
    if found is None:
        return _unknown(request)
    if found.elsewhere:
        response: HttpResponseBase = HttpResponsePermanentRedirect(found.elsewhere)
        response.headers["Cache-Control"] = UNCACHED
        return response
    return _send(request, found, cache_control)


def _send(request: HttpRequest, found: Found, cache_control: str) -> HttpResponseBase:
    try:
        for one in (found, *found.instead):
            if response := _sent(request, one, cache_control if one.final else UNCACHED):
                return response
        return _unknown(request)
    except OSError:
        logger.exception("The storage does not answer")
        response = failed(request)
        response.status_code = 503
        response.headers["Retry-After"], response.headers["Cache-Control"] = "10", UNCACHED
        return response


def _sent(request: HttpRequest, found: Found, cache_control: str) -> HttpResponseBase | None:
    """The answer with a file; None where the storage has lost it. Raises OSError where that does not answer."""
    try:
        response = send(
            request,
            storage=media_storage(),
            name=found.name,
            sha256=found.sha256,
            size=found.size,
            media_type=found.media_type,
            disposition=found.disposition,
            cache_control=cache_control,
        )
    except FileNotFoundError:
        logger.error("A file is missing in the storage: %s", found.name)
        return None
    response.is_file = True  # type: ignore[attr-defined]  # for LanguageMiddleware
    return response


def _unknown(request: HttpRequest) -> HttpResponse:
    response = not_found(request)
    response.headers["Cache-Control"] = UNCACHED  # it may be public a second later
    return response


def _may_read(request: HttpRequest) -> bool:
    user = request.user
    return user.is_authenticated and user.is_staff and user.has_perm("cms.read_editions")


# --- What there is


def _public(key: str, name: str, at: datetime) -> Found | None:
    spec = renditions.parse(name)
    if spec is None:
        attached = AttachedFile.objects.readable(at).filter(file__key=key).select_related("file")
        return _document(attached.order_by("-edition__live_from", "-pk").first(), name)
    rows = Picture.objects.readable(at).filter(file__key=key)
    shown = rows.values_list("file", "width", "height", "focal_x", "focal_y").distinct()
    for file, width, height, x, y in shown:
        if spec in renditions.wanted(width, height, (x, y)) or spec == renditions.BASE:
            words = rows.exclude(alt="").values_list("alt", flat=True).first() if spec.is_download else ""
            return _rendition(file, spec, words or key[:8])
    return None


def _for_staff(key: str, name: str) -> Found | None:
    """Whatever the library or an edition in any state has, and the originals of pictures."""
    file = StoredFile.objects.filter(key=key).first()
    if file is None:
        return None
    if not file.is_picture:
        row = AttachedFile.objects.filter(file=file).select_related("file").order_by("-pk").first()
        return _document(row, name) or _original(file)
    spec = renditions.parse(name)
    if spec is None:
        return _original(file) if PurePath(name).stem == ORIGINAL else None
    wanted = renditions.wanted(file.width or 0, file.height or 0, spec.crop or (50, 50))
    return _rendition(file.pk, spec, key[:8]) if spec in wanted or spec == renditions.BASE else None


def _rendition(file: int, spec: renditions.Spec, words: str) -> Found | None:
    """A rendition, or the nearest that is made."""
    made = {row.spec: row for row in Rendition.objects.filter(file=file)}
    found: list[Found] = []
    for near in renditions.nearest(spec, filter(None, map(renditions.parse, made))):
        row = made[near.name]
        file_name = safe_name(f"{words} {PurePath(spec.name).stem}", near.extension)
        disposition = content_disposition("attachment" if spec.is_download else "inline", file_name)
        found.append(Found(row.name, row.sha256, row.size, row.media_type, disposition, final=near == spec))
    return replace(found[0], instead=tuple(found[1:])) if found else None


def _document(row: AttachedFile | None, name: str) -> Found | None:
    if row is None:
        return None
    address = address_of_file({"key": row.file.key, "file_name": row.file_name, "language": row.language})
    elsewhere = "" if address.endswith(f"/{name}") else address
    disposition = content_disposition("attachment", row.file_name)
    return Found(row.file.name, row.sha256, row.size, row.media_type, disposition, elsewhere=elsewhere)


def _original(file: StoredFile) -> Found:
    disposition = content_disposition("attachment", f"{file.key[:8]}.{file.extension}")
    return Found(file.name, file.sha256, file.size, file.media_type, disposition)


# --- Addresses


def address_of_file(shown: dict[str, Any]) -> str:
    """The address of a document. shown: as AttachedFile.shown gives it."""
    file_name = PurePath(shown["file_name"])
    slug = slugify(file_name.stem, shown.get("language", ""))
    return reverse("media", args=[shown["key"], f"{slug}{file_name.suffix.lower()}"])


def address_of_rendition(key: str, spec: str) -> str:
    return reverse("media", args=[key, spec])
