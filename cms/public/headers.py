"""Headers of every answer that no setting of Django's gives."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# What a press office's page never asks of a browser.
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"


class PolicyMiddleware(CSPMiddleware):
    """Leaves an answer alone that has its policy: django-csp would write another one before it looks, and that takes
    longer than a query."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if HEADER in response.headers else super().process_response(request, response)


class HeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if request.path.startswith("/admin/") and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"  # refusals too: some leave before the admin can say so
        return response
