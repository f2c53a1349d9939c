"""The instant that a public page shows. Every view asks here, once, and hands it down."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from ..models import clock


def instant(request: HttpRequest) -> datetime:
    """The instant (aware) that this request is answered for: now."""
    return clock.now()
