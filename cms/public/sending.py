"""How a stored file goes out once the gate has said yes: conditions, ranges, headers, and by whom it is carried.

Whether somebody may have it is not asked here: see `media`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.core.files.storage import Storage
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags

from ..media.formats import extension_of, safe_name
from ..media.storage import DurableStorage, open_range

PUBLIC = "public, max-age=31536000, immutable"
PRIVATE = "private, no-store"
# Seconds in which a browser must have followed a redirect to the store: so long a withdrawn document can still be had
# by whoever was led there just before. Less, and nodes whose clocks differ could hand out what has lapsed already.
SIGNED_FOR = 30
# Nothing in a file can run, load, send or frame anything, should a browser ever show it as a page.
POLICY = "default-src 'none'; sandbox"
_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,30})-([0-9]{0,30})[ \t]*", re.IGNORECASE)


@dataclass(frozen=True)
class _File:
    storage: Storage
    name: str
    size: int
    etag: str
    media_type: str
    disposition: str
    cache_control: str


def content_disposition(kind: str, name: str) -> str:
    """The header that says what a file is called. kind: "inline" or "attachment". name: with its extension.

    Letters of every script stay (RFC 6266, 5); what no file should be called does not (cms.media.formats.safe_name).
    """
    return content_disposition_header(kind == "attachment", safe_name(name, extension_of(name) or "bin")) or kind


def send(
    request: HttpRequest,
    *,
    storage: Storage,
    name: str,
    sha256: str,
    size: int,
    media_type: str,
    disposition: str,
    cache_control: str,
) -> HttpResponseBase:
    """Answer GET or HEAD with a stored file (RFC 9110).

    size: bytes. media_type: with a charset where it is known. disposition: as `content_disposition` gives it.
    cache_control: PUBLIC where everybody may have the file for good; with anything else other sites cannot embed it
    and search engines do not keep it.
    Raises FileNotFoundError where the storage does not have this content, OSError where it does not answer; both
    before anything was sent.
    """
    file = _File(storage, name, size, f'"{sha256[:32]}"', media_type, disposition, cache_control)
    response = _unless_conditions_fail(request, file) or _carried(request, file)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY  # django-csp leaves what is set
    if cache_control == PUBLIC:
        # Readers of feeds and sites that show our pictures are other origins, and it is all public anyway.
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    else:
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


# --- Conditions (RFC 9110, 13.2.2; there are no dates, so that those with a date say nothing)


def _unless_conditions_fail(request: HttpRequest, file: _File) -> HttpResponse | None:
    matching, known = request.headers.get("If-Match"), request.headers.get("If-None-Match", "")
    if matching is not None and not {"*", file.etag} & set(parse_etags(matching)):
        return HttpResponse(status=412, headers={"Cache-Control": "no-store"})
    if {"*", file.etag, f"W/{file.etag}"} & set(parse_etags(known)):
        # With its length, because Django would say 0, which is not what the cache has (RFC 9110, 8.6).
        told = {"ETag": file.etag, "Cache-Control": file.cache_control, "Content-Length": str(file.size)}
        return HttpResponseNotModified(headers=told)
    return None


# --- Ranges (RFC 9110, 14)


def _stretch(request: HttpRequest, file: _File) -> range | None:
    """The bytes that are asked for: an empty range where there are none such, None for the whole file.

    Several ranges, and what is no range of bytes, get the whole file, as a server may (14.2).
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if request.method != "GET" or asked is None or request.headers.get("If-Range", file.etag) != file.etag:
        return None
    first, last = asked.groups()
    if not first:
        return range(max(0, file.size - int(last)), file.size) if last and file.size else None
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, file.size) if last else file.size)


# --- By whom it is carried


def _carried(request: HttpRequest, file: _File) -> HttpResponseBase:
    stretch = _stretch(request, file)
    if stretch is not None and not stretch:
        headers = {"Content-Range": f"bytes */{file.size}", "Cache-Control": "no-store"}
        return HttpResponse(status=416, headers=headers)
    # nginx does not know our ETag in time for If-Match, and would refuse it.
    if settings.MEDIA_ACCEL and isinstance(file.storage, DurableStorage) and "If-Match" not in request.headers:
        return _by_proxy(file)
    if request.method == "HEAD":
        _demand(file)
        return HttpResponse(headers={**_described(file), "Content-Length": str(file.size)})
    # Pictures are never redirected: a page loads them from here alone (img-src), and they are to be kept for a year.
    if settings.MEDIA_REDIRECT and hasattr(file.storage, "signed_url") and file.disposition.startswith("attachment"):
        return _by_store(file)
    response = _streamed(file, stretch or range(file.size))
    if stretch:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {stretch.start}-{stretch.stop - 1}/{file.size}"
    return response


def _by_proxy(file: _File) -> HttpResponse:
    """By nginx, from the same folder; it answers ranges itself.

    It would repeat a Cache-Control of ours on errors of its own, and a year of those must not be kept anywhere: what
    is for good goes under another name, from which the proxy takes it where it has succeeded (README).
    """
    _demand(file)
    headers = _described(file) | {"X-Accel-Redirect": f"{settings.MEDIA_ACCEL.rstrip('/')}/{file.name}"}
    del headers["Accept-Ranges"]
    if file.cache_control == PUBLIC:
        headers["X-Media-Cache-Control"] = headers.pop("Cache-Control")
    return HttpResponse(headers=headers)


def _by_store(file: _File) -> HttpResponse:
    """By the S3-compatible store, at a signed address. Nobody may keep the redirect: it would outlive a withdrawal."""
    _demand(file)
    address = file.storage.signed_url(  # type: ignore[attr-defined]
        file.name,
        seconds=SIGNED_FOR,
        media_type=file.media_type,
        disposition=file.disposition,
        cache_control=file.cache_control,
    )
    # Not HttpResponseRedirect: Django refuses addresses as long as a signed one with a long Cyrillic name in it.
    return HttpResponse(status=302, headers={"Location": address, "Cache-Control": "private, no-store"})


def _streamed(file: _File, stretch: range) -> StreamingHttpResponse:
    chunks = open_range(file.storage, file.name, stretch.start, len(stretch))
    return StreamingHttpResponse(chunks, headers={**_described(file), "Content-Length": str(len(stretch))})


def _described(file: _File) -> dict[str, str]:
    return {
        "Content-Type": file.media_type,
        "Content-Disposition": file.disposition,
        "Cache-Control": file.cache_control,
        "ETag": file.etag,
        "Accept-Ranges": "bytes",
    }


def _demand(file: _File) -> None:
    """Whoever carries it must find it. Raises as `send`."""
    if file.storage.size(file.name) != file.size:
        raise FileNotFoundError(f"Not what was stored: {file.name}")
