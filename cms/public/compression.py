"""Pages and feeds are sent compressed to those who can read that: they carry nothing secret, and are a fifth as long.

Files are not: pictures are compressed in themselves, static files were before (WhiteNoise), and what is sent in ranges
has one length. What may not be stored is not either: the admin, previews and staff's looks ahead hold secrets beside
words of others (BREACH).
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from .kept.making import is_kept

MEDIA_TYPES = frozenset(
    {"text/html", "application/xml", "application/atom+xml", "application/rss+xml", "application/feed+json"}
)


class CompressionMiddleware(GZipMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        media_type = response.headers.get("Content-Type", "").partition(";")[0]
        if is_kept(request):
            return response  # it is compressed where it is kept, once for all who ask
        if media_type not in MEDIA_TYPES or "no-store" in response.headers.get("Cache-Control", ""):
            return response
        return super().process_response(request, response)
