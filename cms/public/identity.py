"""The logo. Its address names its content, so that it is kept for good."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from ..models import Identity
from .errors import public_page

FOR_GOOD = "public, max-age=31536000, immutable"


@public_page(looks_back=False)
def logo(request: HttpRequest, language: str, digest: str) -> HttpResponse:
    found = Identity.objects.filter(language=language, logo_digest=digest).values_list("logo", flat=True).first()
    if not found:
        raise Http404
    response = HttpResponse(bytes(found), content_type="image/png")
    response.headers["Cache-Control"] = FOR_GOOD
    return response
