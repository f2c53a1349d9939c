"""Ids that outlive every address: tag URIs (RFC 4151) made of settings.TAG_AUTHORITY and a code."""

from __future__ import annotations

from django.conf import settings


def tag(name: str) -> str:
    """The id of something of ours. name: of characters that a tag URI may hold (RFC 4151, 2.1)."""
    return f"tag:{settings.TAG_AUTHORITY}:{name}"


def authority() -> str:
    """The host name in our ids, for ids of another form: `code@host`."""
    return settings.TAG_AUTHORITY.partition(",")[0]
