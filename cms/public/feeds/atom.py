"""A feed as Atom: RFC 4287, with archives of RFC 5005 and deleted entries of RFC 6721."""

from __future__ import annotations

from datetime import UTC, datetime

from ..pictures import Jpeg
from ..xml import Document
from .contents import Feed
from .entries import Entry, Gone
from .scope import FORMS

FORM = "atom"
NAMESPACES = {
    "xmlns": "http://www.w3.org/2005/Atom",
    "xmlns:fh": "http://purl.org/syndication/history/1.0",
    "xmlns:at": "http://purl.org/atompub/tombstones/1.0",
    "xmlns:media": "http://search.yahoo.com/mrss/",
}


def instant_of(moment: datetime) -> str:
    """RFC 3339, in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write(feed: Feed) -> bytes:
    frame = feed.scope.frame
    xml = Document("feed", {**NAMESPACES, "xml:lang": frame.language})
    xml.leaf("id", feed.scope.id)
    xml.leaf("title", feed.scope.name)
    xml.leaf("subtitle", frame.identity.name)
    xml.leaf("updated", instant_of(feed.updated))
    xml.open("author")
    xml.leaf("name", frame.identity.name)
    xml.leaf("uri", frame.origin + "/")
    xml.close()
    link(xml, "self", feed.address(FORM), FORMS[FORM])
    link(xml, "alternate", feed.scope.page, "text/html", frame.language)
    for language, address in feed.scope.translations(FORM).items():
        link(xml, "alternate", address, FORMS[FORM], language)
    paging(xml, feed, FORM)
    for entry in feed.entries:
        _entry(xml, entry)
    for gone in feed.gone:
        _deleted(xml, gone, frame.language)
    return xml.finish()


def link(xml: Document, rel: str, href: str, media_type: str, language: str = "", prefix: str = "") -> None:
    attributes = {"rel": rel, "href": href, "type": media_type, **({"hreflang": language} if language else {})}
    xml.leaf(f"{prefix}link", "", attributes)


def paging(xml: Document, feed: Feed, form: str, prefix: str = "") -> None:
    """The links of RFC 5005, section 4, which RSS borrows. prefix: of Atom's names."""
    if feed.archive:
        xml.leaf("fh:archive")
        link(xml, "current", feed.scope.address(form), FORMS[form], prefix=prefix)
    if address := feed.address_before(form):
        link(xml, "prev-archive", address, FORMS[form], prefix=prefix)


def picture(xml: Document, image: Jpeg) -> None:
    """A picture in the words of Media RSS."""
    size = {"width": str(image.width), "height": str(image.height)}
    xml.open("media:content", {"url": image.url, "medium": "image", "type": image.media_type, **size})
    if image.alt:
        xml.leaf("media:description", image.alt, {"type": "plain"})
    xml.close()


def _entry(xml: Document, entry: Entry) -> None:
    xml.open("entry")
    xml.leaf("id", entry.id)
    xml.leaf("title", entry.title)
    xml.leaf("published", instant_of(entry.published))
    xml.leaf("updated", instant_of(entry.updated))
    link(xml, "alternate", entry.url, "text/html", entry.language)
    for language, address in entry.translations.items():
        link(xml, "alternate", address, "text/html", language)
    for author in entry.authors:
        xml.open("author")
        xml.leaf("name", author.name)
        xml.close()
    for key, words in entry.categories:
        xml.leaf("category", "", {"term": key, "label": words})
    if entry.summary:
        xml.leaf("summary", entry.summary)
    if entry.html or entry.notice:
        xml.leaf("content", entry.content, {"type": "html"})
    if entry.image:
        picture(xml, entry.image)
    xml.close()


def _deleted(xml: Document, gone: Gone, language: str) -> None:
    xml.open("at:deleted-entry", {"ref": gone.id, "when": instant_of(gone.at)})
    xml.leaf("at:comment", gone.reason, {"xml:lang": language})
    link(xml, "alternate", gone.url, "text/html")
    xml.close()
