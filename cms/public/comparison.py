"""What changed between two editions beside their text: dates, places, names, parts, and what they show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..models import Edition, Related
from ..models.part import part_models
from .dates import day
from .media_changes import Fact, media_changed
from .reading import ELSEWHERE, related_titles

SAID_ELSEWHERE = {*"title summary body slug kind language public_note change translated_from event media lead".split()}
NAMES = {"byline": _("Speakers"), "event_title": _("Event"), "genre": _("Kind of text")}


def facts_changed(old: Edition, new: Edition, at: datetime) -> list[Fact]:
    """at: the instant, at which alone related items may be named."""
    before, after = old.kind_edition, new.kind_edition
    parts, own = _parts_changed(old, new, at)
    # The byline says again, and less fully, what the parts of a kind say.
    elsewhere = SAID_ELSEWHERE | {"byline"} if own else SAID_ELSEWHERE
    found = []
    for field in after.content_fields():
        if field.name not in elsewhere and field.value_from_object(before) != field.value_from_object(after):
            name = capfirst(str(NAMES.get(field.name, field.verbose_name)))
            found.append(Fact(name, _words(before, field), _words(after, field)))
    return found + parts + media_changed(old, new)


def _parts_changed(old: Edition, new: Edition, at: datetime) -> tuple[list[Fact], bool]:
    """The parts that differ, in words, and whether any is of the kind's own. One query for each sort of part."""
    kind = new.kind_model._meta.app_label
    found: list[Fact] = []
    own = False
    for model in part_models():
        label = model._meta.app_label
        if label not in ("cms", kind) or (model in ELSEWHERE and model is not Related):
            continue
        lines: Iterable[tuple[int, str]]
        if model is Related:
            lines = related_titles([old, new], at)
        else:
            rows = model._default_manager.filter(edition__in=[old.pk, new.pk]).order_by("position", "pk")
            lines = [(row.edition_id, _line(row.content())) for row in rows]
        texts: dict[int, list[str]] = {old.pk: [], new.pk: []}
        for edition, line in lines:
            texts[edition].append(line)
        before, after = ("; ".join(texts[edition.pk]) for edition in (old, new))
        if before != after:
            found.append(Fact(capfirst(str(model._meta.verbose_name_plural)), before, after))
            own = own or label == kind
    return found, own


def _line(content: dict[str, Any]) -> str:
    """A row of a part in words: a speaker's name and post."""
    return ", ".join(value for value in content.values() if isinstance(value, str) and value)


def _words(edition: Edition, field: models.Field[Any, Any]) -> str:
    value = getattr(edition, field.name)
    if field.name == "genre":
        return str(edition.genre_words.label) if edition.genre_words else ""
    if isinstance(value, date):
        return day(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return "" if value is None else str(value)
