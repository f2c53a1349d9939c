"""The events that texts belong to, and the page of each: everything live of one meeting in one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any, TypeVar

from django.db.models import Case, DateField, F, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from .. import kinds
from ..models import Edition, Event
from . import metadata
from .errors import moved, public_page
from .files import Document, Media, Recording
from .filters import Filters
from .frame import Frame, answer, everywhere
from .instant import instant
from .named import find, texts, today
from .pagination import pages
from .pictures import Photo

T = TypeVar("T")
QUERY = ("page",)
MOST_TEXTS = 100  # of one event on its page, the newest; the list of news has all
MOST_PHOTOS = 60


@public_page(keeps=QUERY, kept=True)
def events(request: HttpRequest) -> HttpResponse:
    """What is to come, the next first; then what has been, the latest first."""
    path = reverse("public:events")
    if request.GET.get("page") == "1":
        return moved(request, path)
    at = instant(request)
    frame = Frame.of(request, translations=everywhere("public:events"))
    public = Event.objects.in_language(frame.language).that_have(texts(at))
    found = pages(path, request.GET.get("page"), public.count())
    frame.path = found.current
    shown = _by_day(public, today(at))[found.slice]
    groups = [(is_past, list(group)) for is_past, group in groupby(shown, key=lambda event: event.is_past)]
    about = metadata.of_page(frame, _("Events"))
    return answer(frame, "public/events.html", pages=found, groups=groups, metadata=about)


def _by_day(public: Any, day: date) -> Any:
    ended = When(last_on__lt=day, then=Value(1))
    to_come = When(is_past=0, then=F("starts_on"))
    found = public.annotate(last_on=Coalesce("ends_on", "starts_on")).annotate(is_past=Case(ended, default=Value(0)))
    next_on = Case(to_come, default=Value(None), output_field=DateField())
    return found.annotate(next_on=next_on).order_by("is_past", "next_on", "-starts_on", "pk")


@public_page(kept=True)
def event(request: HttpRequest, code: str) -> HttpResponse:
    at = instant(request)
    event, translations = find(Event, code, at)
    path = event.get_absolute_url()
    if request.path != path:
        return moved(request, path)
    live = texts(at).of_events([event.pk]).newest_first().with_frame().defer("body")
    editions = list(live[: MOST_TEXTS + 1])
    has_more, editions = len(editions) > MOST_TEXTS, editions[:MOST_TEXTS]
    frame = Frame.of(request, path=path, translations=translations)
    media = Together.of(editions)
    announced = any((edition.kind, edition.genre) in kinds.announcing() for edition in editions)
    context = {
        "metadata": metadata.of_event(frame, event, announced, next(iter(media.gallery), None)),
        "event": event,
        "is_past": event.last_day < today(at),
        "groups": _groups(editions, event.last_day < today(at)),
        "media": media,
        "place_url": _place_url(event, editions),
        "has_more": has_more,
        "listed_at": f"{reverse('public:all-news')}?{Filters(event=event.code).query}",
    }
    return answer(frame, "public/event.html", **context)


def _groups(editions: Iterable[Edition], is_past: bool) -> list[tuple[Any, list[Edition]]]:
    """(heading, editions): what announces it first while it is to come, last once it is over."""
    order = {pair: place for place, pair in enumerate(kinds.all_genres())}
    announcing = set(kinds.announcing())

    def key(edition: Edition) -> tuple[bool, int]:
        genre = (edition.kind, edition.genre)
        place = order.get(genre, len(order)) if edition.kind_model.LABEL_IS_GENRE else len(order)
        return ((genre in announcing) == is_past, place)

    found: dict[str, list[Edition]] = {}
    for edition in sorted(editions, key=key):
        found.setdefault(str(edition.plural_label), []).append(edition)
    return list(found.items())


def _place_url(event: Event, editions: Iterable[Edition]) -> str:
    """The list of what was at the same place, where one of the texts says that it was."""
    if not any(edition.place == event.place != "" for edition in editions):
        return ""
    return f"{reverse('public:all-news')}?{Filters(place=event.place).query}"


@dataclass
class Together:
    """Pictures, documents and recordings of several editions, each once. Has what `public/_media.html` asks for."""

    gallery: list[Photo] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    recordings: list[Recording] = field(default_factory=list)

    @classmethod
    def of(cls, editions: Iterable[Edition]) -> Together:
        media = [Media(edition) for edition in editions]
        photos = _once((photo.key, photo) for one in media for photo in one.series)
        documents = _once((document.key, document) for one in media for document in one.files)
        recordings = _once((recording.url, recording) for one in media for recording in one.recordings)
        return cls(photos[:MOST_PHOTOS], documents, recordings)


def _once(keyed: Iterable[tuple[str, T]]) -> list[T]:
    """Each as it comes first."""
    found: dict[str, T] = {}
    for key, value in keyed:
        found.setdefault(key, value)
    return list(found.values())
