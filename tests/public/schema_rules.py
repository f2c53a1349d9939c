"""What schema.org, Google's page on articles and the Open Graph protocol ask of a page: what is wrong, in words."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import html

LD = "application/ld+json"
TEXT, URL, MOMENT, NUMBER, TRUTH = "text", "url", "moment", "number", "truth"
# Of each type: what it must have, and what it may; each with what its value may be.
REQUIRED: dict[str, dict[str, Any]] = {
    "NewsArticle": {
        "headline": TEXT,
        "url": URL,
        "mainEntityOfPage": URL,
        "datePublished": MOMENT,
        "dateModified": MOMENT,
        "author": ["Person", "Organization"],
        "publisher": "Organization",
        "inLanguage": TEXT,
        "version": NUMBER,
        "isAccessibleForFree": TRUTH,
        "identifier": URL,
        "articleSection": TEXT,
    },
    "Person": {"name": TEXT},
    "Organization": {"name": TEXT, "url": URL, "logo": "ImageObject"},
    "ImageObject": {"url": URL},
    "Event": {"name": TEXT},
    "Place": {"name": TEXT},
    "BreadcrumbList": {"itemListElement": ["ListItem"]},
    "ListItem": {"position": NUMBER, "name": TEXT, "item": URL},
    "WebSite": {"name": TEXT, "url": URL, "inLanguage": TEXT},
}
ALLOWED: dict[str, dict[str, Any]] = {
    "NewsArticle": {
        "description": TEXT,
        "genre": TEXT,
        "image": ["ImageObject"],
        "contentLocation": "Place",
        "about": "Event",
    },
    "Person": {"jobTitle": TEXT, "url": URL, "worksFor": "Organization"},
    "ImageObject": {
        "width": NUMBER,
        "height": NUMBER,
        "caption": TEXT,
        "contentUrl": URL,
        "mainEntityOfPage": URL,
        "creditText": TEXT,
        "copyrightNotice": TEXT,
        "contentLocation": "Place",
        "dateCreated": MOMENT,
    },
    "Event": {
        "url": URL,
        "startDate": MOMENT,
        "endDate": MOMENT,
        "location": "Place",
        "eventStatus": URL,
        "image": ["ImageObject"],
    },
    "WebSite": {"alternateName": TEXT, "publisher": "reference"},
}
OG = {"og:type", "og:site_name", "og:title", "og:url", "og:locale"}
OG_ONCE = OG | {"og:description", "og:image", "og:image:width", "og:image:height", "og:image:alt", "og:image:type"}
OG_ONCE |= {"article:published_time", "article:modified_time", "article:section"}


def tree(page: bytes):
    return html.fromstring(page.decode())


def graph(page: bytes) -> list[dict[str, Any]]:
    """The things that a page tells in JSON-LD."""
    scripts = tree(page).xpath(f"//script[@type='{LD}']/text()")
    documents = [json.loads(script) for script in scripts]
    assert all(document["@context"] == "https://schema.org" for document in documents)
    return [thing for document in documents for thing in document["@graph"]]


def thing_of(page: bytes, kind: str) -> dict[str, Any]:
    (found,) = [thing for thing in graph(page) if thing["@type"] == kind]
    return found


def open_graph(page: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in tree(page).xpath("//head/meta[@property or starts-with(@name, 'twitter:')]"):
        found.setdefault(meta.get("property") or meta.get("name"), []).append(meta.get("content"))
    return found


def faults_of_things(page: bytes) -> list[str]:
    found = []
    for thing in graph(page):
        found += _faults(thing)
        if thing["@type"] == "BreadcrumbList":
            places = [item["position"] for item in thing["itemListElement"]]
            found += [] if places == list(range(1, len(places) + 1)) else ["the steps are not numbered"]
    return found


def _faults(thing: dict[str, Any]) -> list[str]:
    kind = thing.get("@type", "")
    if kind not in REQUIRED:
        return [f"{kind} is not known"]
    known = {**REQUIRED[kind], **ALLOWED.get(kind, {})}
    found = [f"a {kind} has no {name}" for name in REQUIRED[kind] if name not in thing]
    for name, value in thing.items():
        if name in ("@type", "@id"):
            continue
        if name not in known:
            found.append(f"a {kind} has a {name}")
        else:
            found += [f"{kind}.{name}: {fault}" for fault in _faults_of_value(value, known[name])]
    return found


def _faults_of_value(value: Any, rule: Any) -> list[str]:
    if isinstance(rule, list):
        wrong = [f"{one!r} is none of {rule}" for one in value if one.get("@type") not in rule]
        return wrong + [fault for one in value for fault in _faults(one)] if isinstance(value, list) else ["no list"]
    if rule == "reference":
        return [] if set(value) == {"@id"} else ["no reference"]
    if rule in REQUIRED:
        return _faults(value) if isinstance(value, dict) and value.get("@type") == rule else [f"no {rule}"]
    return [] if _IS[rule](value) else [f"{value!r} is no {rule}"]


def _is_moment(value: Any) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None or bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and urlsplit(value).scheme in ("http", "https") and bool(urlsplit(value).netloc)


_IS = {
    TEXT: lambda value: isinstance(value, str) and bool(value.strip()),
    URL: _is_url,
    MOMENT: _is_moment,
    NUMBER: lambda value: isinstance(value, int) and not isinstance(value, bool),
    TRUTH: lambda value: isinstance(value, bool),
}


def faults_of_open_graph(page: bytes) -> list[str]:
    """ogp.me, and X's page on cards."""
    found = open_graph(page)
    wrong = [f"no {name}" for name in sorted(OG | {"twitter:card"}) if name not in found]
    wrong += [f"{name} comes {len(found[name])} times" for name in OG_ONCE & found.keys() if len(found[name]) > 1]
    wrong += [f"{name} is empty" for name, values in found.items() if not all(values)]
    wrong += [f"{name} is no address" for name in ("og:url", "og:image") for v in found.get(name, []) if not _is_url(v)]
    locales = found.get("og:locale", []) + found.get("og:locale:alternate", [])
    wrong += [f"{locale} is no locale" for locale in locales if not re.fullmatch("[a-z]{2}_[A-Z]{2}", locale)]
    wrong += ["a locale comes twice"] if len(set(locales)) < len(locales) else []
    times = [found.get(f"article:{name}_time", [""])[0] for name in ("published", "modified")]
    article = found.get("og:type") == ["article"]
    wrong += [f"{t!r} is no moment" for t in times if article and not _is_moment(t)]
    large = {"summary_large_image"} if "og:image" in found else {"summary"}
    return wrong + ([] if set(found.get("twitter:card", [])) == large else ["a card of the wrong size"])
