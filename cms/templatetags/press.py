"""How the public pages write days, times, numbers, pictures and differences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from functools import lru_cache
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..models.contact import dialled
from ..public.dates import day, distance, month, month_name
from ..public.paragraphs import linked
from ..public.pictures import Photo, drawn
from ..public.wording import grouped
from ..text.diff import Piece

MOST_INSTANTS = 1_000  # that are remembered in words
register = template.Library()
register.filter("with_links", linked)
register.filter(day)
register.filter(month)
register.filter(dialled)
register.filter(month_name)
register.filter(grouped)


@register.simple_tag
def on(value: date, classes: str = "") -> SafeString:
    """A day as a <time>."""
    written = f'<time class="{escape(classes)}" datetime="{value.isoformat()}">{escape(day(value))}</time>'
    return mark_safe(written)  # noqa: S308  (escaped)


@register.simple_tag
def moment(value: datetime | None, classes: str = "") -> SafeString:
    """An instant as a <time>, at the press office, with its distance from UTC; nothing for none."""
    return _time(value, settings.TIME_ZONE, classes) if value else SafeString()


@register.simple_tag
def local(value: date, at: time | None, zone: str, classes: str = "") -> SafeString:
    """A day, and where it is known the time, as the clocks of the place showed it. zone: "" for the press office's."""
    if at is None:
        return on(value, classes)
    zone = zone or settings.TIME_ZONE
    return _time(datetime.combine(value, at, ZoneInfo(zone)), zone, classes)


@register.simple_tag
def picture(photo: Photo, slot: str, classes: str = "", first: bool = False) -> SafeString:
    """A picture at a place of `cms.public.pictures.SLOTS`. first: whether it is seen before one scrolls."""
    return drawn(photo, slot, classes=classes, first=bool(first))


@register.simple_tag
def lead_in_list(lead: dict[str, Any], slot: str, first: bool = False) -> SafeString:
    """The lead picture of a list's entry (Edition.lead). The headline beside it says what it is, so it says nothing."""
    return drawn(Photo.of(lead), slot, alt="", classes="u-featured", first=bool(first))


@register.filter
def marked(pieces: Iterable[Piece]) -> SafeString:
    """A comparison's words: what came in <ins>, what went in <del>, with the spaces between them outside."""
    forms = {"added": "{}<ins>{}</ins>", "removed": "{}<del>{}</del>", "same": "{}{}"}
    words = ((forms[piece.kind], piece.text, piece.text.lstrip()) for piece in pieces)
    parts = (format_html(form, text[: len(text) - len(bare)], bare) for form, text, bare in words)
    return format_html_join("", "{}", ((part,) for part in parts))


def _time(value: datetime, zone: str, classes: str) -> SafeString:
    instant, words = _in_words(value, zone, get_language() or "en")
    return mark_safe(f'<time class="{escape(classes)}" datetime="{instant}">{words}</time>')  # noqa: S308  (escaped)


@lru_cache(maxsize=MOST_INSTANTS)
def _in_words(value: datetime, zone: str, language: str) -> tuple[str, str]:
    """(ISO 8601, markup) of an instant in a zone, in the active language. A page says the same one in two places."""
    there = value.astimezone(ZoneInfo(zone))
    # Translators: a day and a time of day, as in "19 May 2025, 15:20".
    words = _("%(day)s, %(time)s") % {"day": day(there.date()), "time": f"{there:%H:%M}"}
    marked = f'{escape(words)} <bdi class="zone">({distance(there)})</bdi>'
    return there.isoformat(timespec="minutes"), marked
