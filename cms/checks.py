"""System checks: what is odd but legal, with a hint."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

from .media import typesetting


@register(Tags.security, deploy=True)
def database_is_named(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A site that only ever has one machine may well stay on SQLite; it should have been chosen."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") and not settings.CHOSEN_DATABASE:
        return [
            Warning(
                "The embedded SQLite database is used because DATABASE_URL is not set.",
                hint="Set DATABASE_URL, to SQLite on a disk that is backed up or to PostgreSQL.",
                id="cms.W001",
            )
        ]
    return []


@register(Tags.compatibility, deploy=True)
def pdf_can_be_made(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A site may well do without PDF; it should have been chosen."""
    if missing := typesetting.missing():
        return [
            Warning(
                f"Texts are not offered as PDF: {missing} was not found.",
                hint="On Debian: apt-get install libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core.",
                id="cms.W004",
            )
        ]
    return []
