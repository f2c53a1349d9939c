"""People and events that have a page: those that at least one live text names. The rest are not there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404

from ..models import Edition, EditionQuerySet, Event, Person
from ..models.touched import EVENTS, PEOPLE, of_list
from .kept.depends import depend_on, no_longer_than_the_day


def texts(at: datetime) -> EditionQuerySet:
    """What may bring a person or an event before the public at an instant."""
    depend_on(EVENTS, PEOPLE, *(of_list(code) for code, _name in settings.LANGUAGES))
    return Edition.objects.live(at).listed()


def find(model: type[Person] | type[Event], code: str, at: datetime) -> tuple[Any, dict[str, str]]:
    """The person or event of a code, and the addresses of the same in other languages. One query.

    Raises Http404 for one that no live text names: that it is known here may itself be under embargo.
    """
    rows = [row for row in model.objects.same_as(code).with_texts(texts(at)) if row.has_texts]
    found = next((row for row in rows if row.code == code), None)
    if found is None:
        raise Http404
    return found, {row.language: row.get_absolute_url() for row in rows if row is not found}


def today(at: datetime) -> date:
    """The day at the press office."""
    no_longer_than_the_day(at)
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
