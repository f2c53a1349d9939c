"""What search engines are told: robots.txt, the sitemaps (sitemaps.org, 0.9) and the news sitemap (Google's, 0.9).

The index names one sitemap for each month of each language, so that work and size are bounded however long the
archive is. Every `lastmod` is the instant at which the live edition of a text began; what has no such instant has none.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db.models import Max
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from ..models import LONG, Edition, EditionQuerySet, Event, Identity, KeptCounts, Person
from .conditional import document
from .errors import public_page
from .frame import Frame, everywhere
from .instant import instant
from .named import texts
from .sections import Sections
from .xml import Document

NAMESPACES = {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"}
LINKED = {**NAMESPACES, "xmlns:xhtml": "http://www.w3.org/1999/xhtml"}
NEWS = {**NAMESPACES, "xmlns:news": "http://www.google.com/schemas/sitemap-news/0.9"}
MEDIA_TYPE = "application/xml; charset=utf-8"
SIZE = 10_000  # addresses of a sitemap, of 50,000 that may be: with all their languages they stay far below 50 MB
INDEX_KEPT = 300  # seconds that the last changes of months are kept: to find them the whole archive is read
NEWS_SIZE, NEWS_AGE = 1000, timedelta(days=2)
GOOGLE_LANGUAGES = {"zh-hans": "zh-cn"}  # elsewhere it asks for ISO 639


@dataclass(frozen=True)
class Month:
    """A month of a language that has items. count: how many. changed: when the last edition among them went live; None
    where that is not known yet."""

    language: str
    first: date
    count: int
    changed: datetime | None

    @property
    def parts(self) -> range:
        return range(1, -(-self.count // SIZE) + 1)


@public_page(looks_back=False)
def robots(request: HttpRequest) -> HttpResponseBase:
    """RFC 9309. What is not public answers nothing to robots anyway: they are spared the asking."""
    origin = Frame.of(request).origin
    maps = [origin + reverse(name) for name in ("sitemap", "news-sitemap")]
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /preview/", "", *(f"Sitemap: {url}" for url in maps), ""]
    return _same_for_all(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


@public_page(looks_back=False)
def index(request: HttpRequest) -> HttpResponseBase:
    """Which sitemaps there are."""
    at, origin = instant(request), Frame.of(request).origin
    xml = Document("sitemapindex", NAMESPACES)
    for language, _name in settings.LANGUAGES:
        xml.open("sitemap")
        xml.leaf("loc", origin + reverse("sitemap-pages", args=[language]))
        xml.close()
    for month in _months(at):
        for part in month.parts:
            name = [month.language, month.first.year, month.first.month, part]
            xml.open("sitemap")
            xml.leaf("loc", origin + reverse("sitemap-month", args=name))
            if month.changed:
                xml.leaf("lastmod", _instant(month.changed))
            xml.close()
    return _sent(request, xml)


@public_page(looks_back=False)
def month(request: HttpRequest, language: str, year: int, month: int, part: int) -> HttpResponseBase:
    """The items of a month, in parts of SIZE, the first dated first."""
    at = instant(request)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    days = date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    live = Edition.objects.live(at).in_language(language).listed().dated_within(*days)
    found = _in_order(live)[(part - 1) * SIZE : part * SIZE]
    if not found:
        raise Http404
    others = _translations(found, at)
    origin = Frame.of(request).origin
    xml = Document("urlset", LINKED)
    for edition in found:
        versions = [edition, *others[edition.publication.translation_group]]
        _address(xml, origin, {e.language: e.get_absolute_url() for e in versions}, language, edition.live_from)
    return _sent(request, xml)


@public_page(looks_back=False)
def frame_pages(request: HttpRequest, language: str) -> HttpResponseBase:
    """The home page, the lists and the sections of a language, which change with every item and have no `lastmod`; and
    its people and events with the newest text of each."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    origin, sections = Frame.of(request).origin, Sections()
    xml = Document("urlset", LINKED)
    for name in ("public:home", "public:all-news"):
        _address(xml, origin, everywhere(name), language)
    for section in sections.all:
        if section.language == language:
            versions = {language: section, **sections.in_other_languages(section)}
            _address(xml, origin, {code: other.get_absolute_url() for code, other in versions.items()}, language)
    at = instant(request)
    for name, model in (("public:people", Person), ("public:events", Event)):
        _named(xml, origin, name, _versions(model, at), language)
    return _sent(request, xml)


@public_page(looks_back=False)
def news(request: HttpRequest) -> HttpResponseBase:
    """What was first published in the last two days, the newest first, at most a thousand."""
    at, origin = instant(request), Frame.of(request).origin
    since = at - NEWS_AGE
    identities = Identity.of_each(dict(settings.LANGUAGES))
    found = _in_order(Edition.objects.live(at).begun_since(since).filter(published_at__gt=since), "-published_at")
    # The kinds are told apart here: asked for them, SQLite would read all of a kind in place of two days.
    listed = (edition for edition in found if edition.kind_model.LISTED and edition.language in identities)
    xml = Document("urlset", NEWS)
    for edition in islice(listed, NEWS_SIZE):
        xml.open("url")
        xml.leaf("loc", origin + edition.get_absolute_url())
        xml.open("news:news")
        xml.open("news:publication")
        xml.leaf("news:name", identities[edition.language].name)
        xml.leaf("news:language", GOOGLE_LANGUAGES.get(edition.language, edition.language))
        xml.close()
        xml.leaf("news:publication_date", _instant(edition.published_at or since))
        xml.leaf("news:title", edition.title)
        xml.close()
        xml.close()
    return _sent(request, xml)


def _months(at: datetime) -> Iterator[Month]:
    """The months of every language, the newest first. What has items is told by the counts of this instant, so that a
    month whose only text was taken down is not named any more; only their last changes are kept for a while."""
    changes = cache.get_or_set("sitemap-changes", lambda: _changes(at), INDEX_KEPT) or {}
    for language, _name in settings.LANGUAGES:
        counted = KeptCounts(at, language).counts().months
        for first in sorted(counted, reverse=True):
            yield Month(language, first, counted[first], changes.get((language, first)))


def _changes(at: datetime) -> dict[tuple[str, date], datetime]:
    """When the last edition of each month of a language went live."""
    live = Edition.objects.live(at).listed().filter(language__in=dict(settings.LANGUAGES))
    counted = live.order_by().annotate(first=TruncMonth("dated_on")).values_list("language", "first")
    return {(language, first): changed for language, first, changed in counted.annotate(changed=Max("live_from"))}


def _versions(model: type[Person] | type[Event], at: datetime) -> list[dict[str, Any]]:
    """Those of each translation group that live texts name, by language. One query."""
    rows: Any = model.objects.filter(language__in=dict(settings.LANGUAGES)).with_newest(texts(at))
    groups: dict[UUID, dict[str, Any]] = defaultdict(dict)
    for row in rows.filter(newest_at__isnull=False).order_by("pk"):
        groups[row.translation_group][row.language] = row
    return list(groups.values())


def _named(xml: Document, origin: str, name: str, groups: Iterable[dict[str, Any]], language: str) -> None:
    """The list of people or events of a language, and the page of each, at most SIZE, the last made first."""
    own = [group for group in groups if language in group]
    if own:
        _address(xml, origin, everywhere(name), language)
    for group in own[: -SIZE - 1 : -1]:
        versions = {code: row.get_absolute_url() for code, row in group.items()}
        _address(xml, origin, versions, language, group[language].newest_at)


def _in_order(found: EditionQuerySet, *order: str) -> EditionQuerySet:
    return found.with_frame().defer(*LONG, "lead", "summary").order_by(*(order or ("dated_on", "published_at")), "pk")


def _translations(found: EditionQuerySet, at: datetime) -> Mapping[UUID, list[Edition]]:
    """What else is live in the translation groups of editions of one language. One query."""
    groups, own = found.values("publication__translation_group"), found.values("pk")
    live = Edition.objects.live(at).filter(publication__translation_group__in=groups).exclude(pk__in=own)
    others: dict[UUID, list[Edition]] = defaultdict(list)
    for other in live.filter(language__in=dict(settings.LANGUAGES)).with_frame().defer(*LONG):
        others[other.publication.translation_group].append(other)
    return others


def _address(
    xml: Document, origin: str, versions: Mapping[str, str], language: str, changed: datetime | None = None
) -> None:
    """An address with those of the same page in every language, its own among them."""
    xml.open("url")
    xml.leaf("loc", origin + versions[language])
    if changed:
        xml.leaf("lastmod", _instant(changed))
    if len(versions) > 1:
        for code, path in versions.items():
            xml.leaf("xhtml:link", "", {"rel": "alternate", "hreflang": code, "href": origin + path})
    xml.close()


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _sent(request: HttpRequest, xml: Document) -> HttpResponseBase:
    return _same_for_all(document(request, xml.finish(), MEDIA_TYPE))


def _same_for_all(response: HttpResponseBase) -> HttpResponseBase:
    response.is_file = True  # type: ignore[attr-defined]  # for LanguageMiddleware: the same whatever the reader speaks
    return response
