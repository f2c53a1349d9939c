"""The rules of the feed formats, as the W3C's validator applies them: each returns what is wrong, in words."""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from lxml import etree, html

ATOM, XML = "{http://www.w3.org/2005/Atom}", "{http://www.w3.org/XML/1998/namespace}"
GONE, HISTORY = "{http://purl.org/atompub/tombstones/1.0}", "{http://purl.org/syndication/history/1.0}"
CONTENT, CREATOR = "{http://purl.org/rss/1.0/modules/content/}encoded", "{http://purl.org/dc/elements/1.1/}creator"
MEDIA = "{http://search.yahoo.com/mrss/}content"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
RFC822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (GMT|[+-]\d{4})")
IRI = re.compile(r"(https?://[^\s<>\"]+|tag:[a-z0-9.-]+,\d{4}(-\d\d){0,2}:[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)")
# RFC 4287, 4.1.1 and 4.1.2: how often each child may stand there.
IN_FEED = {"id": (1, 1), "title": (1, 1), "updated": (1, 1), "author": (1, 9), "link": (1, 99), "subtitle": (0, 1)}
IN_FEED |= {"entry": (0, 999), "rights": (0, 1), "logo": (0, 1), "icon": (0, 1), "generator": (0, 1)}
IN_ENTRY = {"id": (1, 1), "title": (1, 1), "updated": (1, 1), "published": (0, 1), "author": (0, 99)}
IN_ENTRY |= {"link": (1, 99), "category": (0, 99), "summary": (0, 1), "content": (0, 1), "rights": (0, 1)}


def faults_of_atom(document: bytes) -> list[str]:
    """RFC 4287, RFC 5005 and RFC 6721."""
    root = etree.fromstring(document)
    if root.tag != f"{ATOM}feed":
        return ["not a feed"]
    found = _counted(root, IN_FEED, "feed") + _links(root)
    found += [] if root.get(f"{XML}lang") else ["no language"]
    found += [] if root.xpath("*[local-name()='link'][@rel='self']") else ["no link to itself"]
    for entry in root.iterfind(f"{ATOM}entry"):
        found += _counted(entry, IN_ENTRY, "entry") + _links(entry)
        if entry.find(f"{ATOM}content") is None and not entry.xpath("*[local-name()='link'][@rel='alternate']"):
            found.append("an entry without content has no alternate")
        for content in entry.iterfind(f"{ATOM}content"):
            found += [] if content.get("type") == "html" else ["content of no known type"]
            found += faults_of_html(content.text or "")
    for when in root.iter(f"{ATOM}updated", f"{ATOM}published"):
        found += [] if RFC3339.fullmatch(when.text or "") else [f"{when.text} is no date of RFC 3339"]
    for person in root.iter(f"{ATOM}author"):
        found += [] if (person.findtext(f"{ATOM}name") or "").strip() else ["an author without a name"]
    for category in root.iter(f"{ATOM}category"):
        found += [] if category.get("term") else ["a category without a term"]
    for deleted in root.iter(f"{GONE}deleted-entry"):
        found += [] if IRI.fullmatch(deleted.get("ref", "")) else ["a deleted entry without its id"]
        found += [] if RFC3339.fullmatch(deleted.get("when", "")) else ["a deleted entry without its time"]
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iterfind(f"{ATOM}entry")]
    found += [f"{one} is no IRI" for one in [*ids, root.findtext(f"{ATOM}id")] if not IRI.fullmatch(one or "")]
    found += ["an id comes twice"] if len(set(ids)) < len(ids) else []
    kinds = [link.get("rel") for link in root.iterfind(f"{ATOM}link")]
    archived = root.find(f"{HISTORY}archive") is not None
    found += ["an archive does not lead to the feed"] if archived and "current" not in kinds else []
    return found


def faults_of_rss(document: bytes) -> list[str]:
    """RSS 2.0 of the RSS Advisory Board, with its profile's advice."""
    root = etree.fromstring(document)
    if root.tag != "rss" or root.get("version") != "2.0" or len(root) != 1:
        return ["not RSS 2.0"]
    channel = root[0]
    found = [f"no {n}" for n in ("title", "link", "description") if not (channel.findtext(n) or "").strip()]
    found += [] if re.fullmatch("[a-z]{2}(-[a-z]+)?", channel.findtext("language") or "") else ["no language"]
    own = channel.xpath("*[local-name()='link'][@rel='self'][@type='application/rss+xml']/@href")
    found += [] if len(own) == 1 else ["no link to itself"]
    guids = []
    for item in channel.iterfind("item"):
        for name in ("title", "link", "guid", "pubDate", "description"):
            found += [] if len(item.findall(name)) == 1 else [f"an item has not one {name}"]
        guid = item.find("guid")
        guids.append(guid.text)
        if guid.get("isPermaLink") != "false" and not (guid.text or "").startswith("http"):
            found.append("a guid says that it is an address, and is none")
        found += [] if (item.findtext("link") or "").startswith("http") else ["a link without host"]
        for encoded in item.iterfind(CONTENT):
            found += faults_of_html(encoded.text or "")
    for when in root.iter("pubDate", "lastBuildDate"):
        good = RFC822.fullmatch(when.text or "") and parsedate_to_datetime(when.text)
        found += [] if good else [f"{when.text} is no date of RFC 822"]
    return found + (["a guid comes twice"] if len(set(guids)) < len(guids) else [])


def faults_of_json(document: bytes) -> list[str]:
    """JSON Feed 1.1: what is required, and that everything is of its type."""
    feed = json.loads(document)
    types = {"version": str, "title": str, "home_page_url": str, "feed_url": str, "next_url": str, "description": str}
    types |= {"language": str, "authors": list, "items": list}
    item = {"id": str, "url": str, "title": str, "content_html": str, "content_text": str, "summary": str, "image": str}
    item |= {"date_published": str, "date_modified": str, "authors": list, "tags": list, "language": str}
    found = [
        f"{name} is not known or not of its type" for name in feed if not isinstance(feed[name], types.get(name, ()))
    ]
    found += [f"no {name}" for name in ("version", "title", "items") if name not in feed]
    found += [] if feed["version"] == "https://jsonfeed.org/version/1.1" else ["not version 1.1"]
    for one in feed["items"]:
        found += [f"{n} is not known or not of its type" for n in one if not isinstance(one[n], item.get(n, ()))]
        found += [] if one.get("id") else ["an item without an id"]
        found += [] if one.get("content_html") or one.get("content_text") else ["an item without content"]
        found += faults_of_html(one.get("content_html", ""))
        found += [f"{n} is no date" for n in ("date_published", "date_modified") if not RFC3339.fullmatch(one[n])]
        found += ["an author without a name" for author in one.get("authors", []) if not author.get("name")]
    ids = [one["id"] for one in feed["items"]]
    return found + (["an id comes twice"] if len(set(ids)) < len(ids) else [])


def faults_of_html(markup: str) -> list[str]:
    """What a reader elsewhere could not follow or would not run: addresses without host, script, our own attributes."""
    if not markup.strip():
        return []
    root = html.fragment_fromstring(markup, create_parent="div")
    addresses = [value for name in ("href", "src") for value in root.xpath(f"//@{name}")]
    found = [f"{address} has no host" for address in addresses if not _leads_somewhere(address)]
    return found + [f"<{e.tag}> in a feed" for e in root.iter("script", "style", "iframe", "form", "picture")]


def _leads_somewhere(address: str) -> bool:
    return urlsplit(address).scheme in ("mailto", "tel") or bool(urlsplit(address).netloc)


def _counted(parent, rules, name) -> list[str]:
    found = []
    for child, (least, most) in rules.items():
        n = len(parent.findall(f"{ATOM}{child}"))
        found += [] if least <= n <= most else [f"{n} {child} in a {name}"]
    known = {f"{ATOM}{child}" for child in rules}
    return found + [f"{e.tag} in a {name}" for e in parent if e.tag.startswith(ATOM) and e.tag not in known]


def _links(parent) -> list[str]:
    links = parent.findall(f"{ATOM}link")
    found = [f"a link without host: {e.get('href')}" for e in links if not (e.get("href") or "").startswith("http")]
    same = [(e.get("type"), e.get("hreflang")) for e in links if e.get("rel") == "alternate"]
    return found + (["two alternates of the same type and language"] if len(set(same)) < len(same) else [])
