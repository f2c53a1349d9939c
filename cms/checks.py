"""System checks: what is odd but legal, with a hint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

from .media import typesetting
from .models import aside


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


@register(Tags.database)
def nothing_is_set_aside(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """A killed run of `manage.py generate` leaves a database that is right, slow, and trusts its references."""
    missing = aside.missing() if databases and "default" in databases else []
    if missing:
        return [
            Warning(
                f"A run of `manage.py generate` goes on, or was killed, without {len(missing)} indexes and references.",
                hint="It makes them when it ends; if it was killed, give the same command again.",
                id="cms.W008",
            )
        ]
    return []
