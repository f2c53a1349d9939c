"""What a page says of itself to machines: Open Graph and cards, JSON-LD of schema.org, and the feeds it offers.

Given to the page's template as `metadata` (templates/public/_metadata.html). A page without it says nothing: previews,
old editions, comparisons and answers that are no page.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..models import Edition, Event, Identity, Part, Person
from ..models.paths import path_to
from ..models.person import Held
from .authors import Author, authors_among
from .dates import day
from .feeds.scope import Link, Scope
from .frame import OF_FRAME, Frame
from .kept.remembered import remembered
from .lists import List
from .once import filled
from .pictures import Jpeg, Photo
from .wording import enumerated

# Open Graph wants a territory with each language; these are where the language is written as we write it.
LOCALES = {"en": "en_GB", "ru": "ru_RU", "fr": "fr_FR", "es": "es_ES", "ar": "ar_AR", "zh-hans": "zh_CN"}
_ESCAPES = {ord(c): f"\\u{ord(c):04X}" for c in "<>&\u2028\u2029"}

Thing = dict[str, Any]


@dataclass
class Metadata:
    """title: without the site's name. kind: of Open Graph. published, modified: ISO 8601. section: where an article
    stands. graph: for JSON-LD."""

    frame: Frame
    title: str
    description: str = ""
    kind: str = "website"
    image: Jpeg | None = None
    published: str = ""
    modified: str = ""
    section: str = ""
    feeds: Sequence[Link] = ()
    graph: list[Thing] = field(default_factory=list)

    @property
    def locale(self) -> str:
        return LOCALES[self.frame.language]

    @property
    def other_locales(self) -> tuple[str, ...]:
        return tuple([LOCALES[other.language] for other in self.frame.alternates if other.exact])

    @property
    def card(self) -> str:
        return "summary_large_image" if self.image else "summary"

    @property
    def open_graph(self) -> SafeString:
        """Its meta elements."""
        image = self.image
        values = {
            "kind": self.kind,
            "site": self.frame.identity.name,
            "title": self.title,
            "description": self.description,
            "url": self.frame.canonical,
            "locale": self.locale,
            "other_locales": self.other_locales,
            "image": image.url if image else "",
            "media_type": image.media_type if image else "",
            "width": str(image.width) if image else "",
            "height": str(image.height) if image else "",
            "alt": image.alt if image else "",
            "published": self.published,
            "modified": self.modified,
            "section": self.section,
            "card": self.card,
        }
        return filled("public/_open_graph.html", values)

    @property
    def json_ld(self) -> SafeString:
        """The graph, so written that nothing in it can end the element that holds it."""
        document = {"@context": "https://schema.org", "@graph": self.graph}
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        return mark_safe(text.translate(_ESCAPES))  # noqa: S308  (every character of markup is escaped)


def of_item(frame: Frame, edition: Edition, parts: Mapping[str, Iterable[Part]], lead: Photo | None) -> Metadata:
    """Of the page of a live edition. frame: with the path of the page and its translations. parts: its rows by name."""
    image = Jpeg.of(lead, frame.origin) if lead else None
    published, modified = _moment(edition.published_at), _moment(edition.live_from)
    article = _article(frame, edition, authors_among(parts), image, published, modified)
    return Metadata(
        frame,
        title=edition.title,
        description=edition.summary,
        kind="article",
        image=image,
        published=published,
        modified=modified,
        section=edition.section.title,
        graph=[article, _trail(frame, (edition.title, frame.canonical))],
    )


def of_list(found: List, text: Edition | None = None) -> Metadata:
    """Of a page of a list. frame: of the list, with the path of the page. text: what stands above it."""
    frame = found.frame
    title, feeds = found.in_common(("title", frame.origin), lambda: (_title(found), Scope.of_list(found).links))
    whole = [] if frame.trail else [(_("All news"), frame.origin + found.whole)]
    here = [(title, frame.origin + found.path)] if found.year else []
    description = (text.summary if text else "") or _told(frame, title)
    return Metadata(frame, title, description, feeds=feeds, graph=[_trail(frame, *whole, *here)])


def of_home(frame: Frame, at: datetime) -> Metadata:
    name = frame.identity.name
    site = {
        "@type": "WebSite",
        "@id": f"{frame.origin}/#site",
        "url": frame.canonical,
        "name": name,
        "alternateName": frame.identity.short_name,
        "inLanguage": frame.language,
        "publisher": {"@id": f"{frame.origin}/#office"},
    }
    feeds = Scope(frame, at).links
    return Metadata(frame, name, frame.identity.tagline or name, feeds=feeds, graph=[_office(frame), site])


def of_page(frame: Frame, title: str) -> Metadata:
    """Of any other page that stands below the home page."""
    return Metadata(frame, title, _told(frame, title), graph=[_trail(frame, (title, frame.canonical))])


def of_person(frame: Frame, person: Person, posts: Iterable[Held]) -> Metadata:
    """Of somebody's page. posts: those begun by the day of the page; who holds one works for the office."""
    held = [post.title for post in posts if post.until is None]
    address = frame.origin + person.get_absolute_url()
    thing: Thing = {"@type": "Person", "@id": f"{address}#person", "name": person.name, "url": address}
    thing |= {"jobTitle": held[0], "worksFor": _office(frame)} if held else {}
    trail = _trail(frame, (_("People"), frame.origin + reverse("public:people")), (person.name, address))
    description = _told(frame, enumerated([person.name, *held]))
    return Metadata(frame, person.name, description, kind="profile", graph=[thing, trail])


def of_event(frame: Frame, event: Event, announced: bool, photo: Photo | None) -> Metadata:
    """Of an event's page. announced: whether a text says that it takes place; else its status is not known. Who
    organises it is not recorded: the office speaks of others' events too."""
    image = Jpeg.of(photo, frame.origin) if photo else None
    thing: Thing = {
        "@type": "Event",
        "@id": f"{frame.canonical}#event",
        "name": event.title,
        "url": frame.canonical,
        "startDate": event.starts_on.isoformat(),
        "endDate": event.last_day.isoformat(),
        "eventStatus": "https://schema.org/EventScheduled" if announced else "",
        "location": _place(event.place),
        "image": [_picture(image)] if image else [],
    }
    trail = _trail(frame, (_("Events"), frame.origin + reverse("public:events")), (event.title, frame.canonical))
    description = _told(frame, enumerated([event.title, event.place, day(event.starts_on)]))
    return Metadata(frame, event.title, description, image=image, graph=[_filled(thing), trail])


def of_photo(frame: Frame, edition: Edition, photo: Photo) -> Metadata:
    """Of the page of a photo of a live edition. frame: of the section of the text."""
    image = Jpeg.of(photo, frame.origin)
    title = photo.called or edition.title
    thing: Thing = {
        **_picture(image),
        "@id": f"{frame.canonical}#photo",
        "contentUrl": image.url,
        "mainEntityOfPage": frame.canonical,
        "caption": photo.caption or photo.alt,
        "creditText": photo.credit,
        "copyrightNotice": photo.terms,
        "contentLocation": _place(photo.place),
        "dateCreated": photo.taken_on.isoformat() if photo.taken_on else "",
    }
    trail = _trail(frame, (edition.title, frame.origin + edition.get_absolute_url()), (title, frame.canonical))
    return Metadata(frame, title, photo.caption or title, image=image, graph=[_filled(thing), trail])


# --- Things, as schema.org calls them


def _article(
    frame: Frame, edition: Edition, authors: list[Author], image: Jpeg | None, published: str, modified: str
) -> Thing:
    """Google's Article with what schema.org has for a press office. Everything in it is of the edition itself."""
    own = edition.kind_edition
    thing: Thing = {
        "@type": "NewsArticle",
        "@id": f"{frame.canonical}#article",
        "url": frame.canonical,
        "mainEntityOfPage": frame.canonical,
        "identifier": frame.origin + edition.publication.get_short_url(),
        "headline": edition.title,
        "description": edition.summary,
        "inLanguage": edition.language,
        "datePublished": published,
        "dateModified": modified,
        "version": edition.number,
        "isAccessibleForFree": True,
        "articleSection": edition.section.title,
        "genre": str(edition.label),
        "author": [_person(author) for author in authors] or [_office(frame)],
        "publisher": _office(frame),
        "image": [_picture(image)] if image else [],
        "contentLocation": _place(edition.place),
        "about": _event(edition, own),
    }
    return _filled(thing)


def _filled(thing: Thing) -> Thing:
    """What is known of a thing."""
    return {name: value for name, value in thing.items() if value not in ("", None, [])}


def _told(frame: Frame, title: str) -> str:
    """What is said of a page that has no summary: what it is, whose, and who they are."""
    return " — ".join(filter(None, (title, frame.identity.name, frame.identity.tagline)))


def _office(frame: Frame) -> Thing:
    """The press office: the same thing on all pages of a language, which nobody may change."""
    return remembered(
        ("office", frame.origin, frame.language), OF_FRAME, lambda: _as_thing(frame.identity, frame.origin)
    )


def _as_thing(identity: Identity, origin: str) -> Thing:
    office: Thing = {
        "@type": "Organization",
        "@id": f"{origin}/#office",
        "name": identity.name,
        "url": f"{origin}/",
        "logo": {"@type": "ImageObject", "url": origin + static("cms/mark.svg")},
    }
    if identity.logo_digest:
        url = origin + reverse("identity-logo", args=[identity.language, identity.logo_digest])
        size = {"width": identity.logo_width, "height": identity.logo_height}
        office["logo"] = {"@type": "ImageObject", "url": url, **size}
    return office


def _person(author: Author) -> Thing:
    return {"@type": "Person", "name": author.name, **({"jobTitle": author.post} if author.post else {})}


def _place(place: str) -> Thing | None:
    return {"@type": "Place", "name": place} if place else None


def _event(edition: Edition, own: Edition) -> Thing | None:
    """The event that a text belongs to, or what it announces, with its day."""
    happening = own.happening
    if happening is None and not edition.event_title:
        return None
    event: Thing = {"@type": "Event", "name": edition.event_title or edition.title}
    if happening is not None:
        event["startDate"] = happening.day.isoformat()
        if happening.time is not None:
            zone = ZoneInfo(happening.zone or settings.TIME_ZONE)
            event["startDate"] = datetime.combine(happening.day, happening.time, zone).isoformat(timespec="minutes")
        event["eventStatus"] = "https://schema.org/EventScheduled"
        if edition.place:
            event["location"] = _place(edition.place)
    return event


def _picture(image: Jpeg) -> Thing:
    picture: Thing = {"@type": "ImageObject", "url": image.url, "width": image.width, "height": image.height}
    return {**picture, "caption": image.alt} if image.alt else picture


def _trail(frame: Frame, *below: tuple[str, str]) -> Thing:
    """The way from the home page over the sections. below: (name, address) of what stands below those."""

    def steps() -> list[tuple[str, str]]:
        home = (_("Home"), frame.origin + path_to("public:home"))
        return [home, *((section.title, frame.origin + section.get_absolute_url()) for section in frame.trail)]

    at = frame.section and frame.section.pk
    above = remembered(("steps", frame.origin, frame.language, get_language(), at), OF_FRAME, steps)
    items = [
        {"@type": "ListItem", "position": n, "name": name, "item": url}
        for n, (name, url) in enumerate([*above, *below], start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _title(found: List) -> str:
    """As the page's template writes it."""
    return html.unescape(render_to_string("public/_list_title.html", {"list": found})).strip()


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).isoformat(timespec="seconds") if moment else ""
