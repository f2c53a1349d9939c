"""The way from an announcement to the report of what it announced."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from .. import kinds
from ..editorial.rules import may_start
from ..models import Edition, User


def report_address(edition: Edition, user: User) -> str:
    """The form of a new report with the event, section and place of an announcement.

    "" where there is nothing to report, or for somebody who may not write.
    """
    genre = edition.genre_words
    report = next((name for kind, name in kinds.reporting() if kind == edition.kind), "")
    if genre is None or not genre.announces or not edition.event_id or not report or not may_start(user):
        return ""
    opts = edition.kind_model._meta
    given: dict[str, Any] = {"section": edition.section_id, "event": edition.event_id, "genre": report}
    if edition.place:
        given["place"] = edition.place
    return f"{reverse(f'admin:{opts.app_label}_{opts.model_name}_add')}?{urlencode(given)}"
