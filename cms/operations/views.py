"""The addresses for those who run the site: /healthz, /readyz and /metrics. Never kept, without session."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from ..admin.signin import client_address
from ..public import errors
from . import metrics as measured
from .health import health

View = Callable[[HttpRequest], HttpResponse]
PASSED_ON = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_VIA")


def _for_operators(view: View) -> View:
    def answer(request: HttpRequest) -> HttpResponse:
        request.__dict__.pop("session", None)  # it would be looked for in the database
        response = view(request)
        response.headers["Cache-Control"] = "no-store"
        return response

    return require_safe(answer)


@_for_operators
def alive(request: HttpRequest) -> HttpResponse:
    """This process answers. No part of the site is asked: by this a load balancer takes it out."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@_for_operators
def ready(request: HttpRequest) -> HttpResponse:
    """Each part, and 503 where one that is needed fails."""
    found = health()
    parts = {name: {"state": part.state, "ms": part.ms} for name, part in found.parts.items()}
    return JsonResponse({"state": found.state, "parts": parts}, status=200 if found.is_ready else 503)


@_for_operators
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus; for everybody else it is not there."""
    if not settings.METRICS or not may_read_metrics(request):
        return errors.not_found(request)
    return HttpResponse(measured.told(), content_type=CONTENT_TYPE_LATEST)


def may_read_metrics(request: HttpRequest) -> bool:
    """Whoever has the token, or asks from an address that is allowed."""
    if settings.METRICS_TOKEN:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), settings.METRICS_TOKEN.encode()):
            return True
    if not settings.BEHIND_PROXY and any(name in request.META for name in PASSED_ON):
        return False  # a proxy that we were not told of: the address is its own
    try:
        address = ipaddress.ip_address(client_address(request))
    except ValueError:
        return False
    return any(address in network for network in settings.METRICS_ALLOW)
