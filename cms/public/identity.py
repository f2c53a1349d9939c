"""The logo, and the accent colour as a stylesheet. Their addresses name their content, so they are kept for good."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse

from ..models import Identity
from .errors import public_page
from .style import accent_rule

FOR_GOOD = "public, max-age=31536000, immutable"


@public_page(looks_back=False)
def stylesheet(request: HttpRequest, language: str, digest: str) -> HttpResponse:
    """The digest is the colour. Pages that somebody has kept, from before they had their style within them, find it."""
    if not re.fullmatch("[0-9a-f]{6}", digest):
        raise Http404
    response = HttpResponse(accent_rule(f"#{digest}") + "\n", content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = FOR_GOOD
    return response


@public_page(looks_back=False)
def logo(request: HttpRequest, language: str, digest: str) -> HttpResponse:
    found = Identity.objects.filter(language=language, logo_digest=digest).values_list("logo", flat=True).first()
    if not found:
        raise Http404
    response = HttpResponse(bytes(found), content_type="image/png")
    response.headers["Cache-Control"] = FOR_GOOD
    return response
