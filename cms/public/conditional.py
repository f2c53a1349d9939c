"""Documents that are asked for again and again: sent once, and then only when they have changed (RFC 9110, 13)."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date


def document(request: HttpRequest, body: bytes, media_type: str, changed: datetime | None = None) -> HttpResponseBase:
    """The document with its validators, or 304 where the asker has it. changed: when it last was, where known."""
    response = HttpResponse(body, content_type=media_type)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    modified = int(changed.timestamp()) if changed else None
    if modified is not None:
        response.headers["Last-Modified"] = http_date(modified)
    return get_conditional_response(request, etag, modified, response) or response
