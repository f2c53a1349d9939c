"""A feed as RSS 2.0, with the extensions that readers know: content, Dublin Core, Atom's links, Media RSS."""

from __future__ import annotations

from django.utils.feedgenerator import rfc2822_date
from django.utils.translation import gettext as _

from ..xml import Document
from .atom import instant_of, link, paging, picture
from .contents import Feed
from .entries import Entry, Gone
from .scope import FORMS

FORM = "rss"
NAMESPACES = {
    "version": "2.0",
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:fh": "http://purl.org/syndication/history/1.0",
    "xmlns:media": "http://search.yahoo.com/mrss/",
}
LANGUAGES = {"zh-hans": "zh-cn"}  # RSS has a list of codes of its own


def withdrawn_title() -> str:
    """What a reader shows in place of the headline of what was taken down."""
    return _("This page has been taken down")


def write(feed: Feed) -> bytes:
    frame = feed.scope.frame
    xml = Document("rss", NAMESPACES)
    xml.open("channel")
    xml.leaf("title", feed.scope.name)
    xml.leaf("link", feed.scope.page)
    xml.leaf("description", frame.identity.tagline or frame.identity.name)
    xml.leaf("language", LANGUAGES.get(frame.language, frame.language))
    xml.leaf("lastBuildDate", rfc2822_date(feed.updated))
    link(xml, "self", feed.address(FORM), FORMS[FORM], prefix="atom:")
    paging(xml, feed, FORM, prefix="atom:")
    for gone in feed.gone:
        _withdrawn(xml, gone)
    for entry in feed.entries:
        _item(xml, entry)
    return xml.finish()


def _item(xml: Document, entry: Entry) -> None:
    xml.open("item")
    xml.leaf("title", entry.title)
    xml.leaf("link", entry.url)
    xml.leaf("guid", entry.id, {"isPermaLink": "false"})
    xml.leaf("pubDate", rfc2822_date(entry.published))
    xml.leaf("atom:updated", instant_of(entry.updated))
    for author in entry.authors:
        xml.leaf("dc:creator", author.name)
    for _key, words in entry.categories:
        xml.leaf("category", words)
    xml.leaf("description", entry.summary or entry.title)
    if entry.html or entry.notice:
        xml.leaf("content:encoded", entry.content)
    if entry.image:
        picture(xml, entry.image)
    xml.close()


def _withdrawn(xml: Document, gone: Gone) -> None:
    """RSS knows no deletion: an item of the same id takes the place of the one that readers have."""
    xml.open("item")
    xml.leaf("title", withdrawn_title())
    xml.leaf("link", gone.url)
    xml.leaf("guid", gone.id, {"isPermaLink": "false"})
    xml.leaf("pubDate", rfc2822_date(gone.at))
    xml.leaf("atom:updated", instant_of(gone.at))
    xml.leaf("description", gone.reason)
    xml.close()
