"""What changed between two editions beside their text: dates, places, names, as (name, before, after)."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..models import Edition
from .dates import day

ELSEWHERE = {"title", "summary", "body", "slug", "kind", "language", "public_note", "event"}
NAMES = {"byline": _("Speakers"), "event_title": _("Event"), "genre": _("Kind of text")}


def facts_changed(old: Edition, new: Edition) -> list[tuple[str, str, str]]:
    before, after = old.kind_edition, new.kind_edition
    found = []
    for field in after.content_fields():
        if field.name not in ELSEWHERE and field.value_from_object(before) != field.value_from_object(after):
            name = capfirst(str(NAMES.get(field.name, field.verbose_name)))
            found.append((name, _words(before, field), _words(after, field)))
    return found


def _words(edition: Edition, field: models.Field[Any, Any]) -> str:
    value = getattr(edition, field.name)
    if field.name == "genre":
        return str(edition.genre_words.label) if edition.genre_words else ""
    if isinstance(value, date):
        return day(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return "" if value is None else str(value)
