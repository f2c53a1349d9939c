"""A record in the exchange format of news agencies: IPTC ninjs 2.1 (https://iptc.org/std/ninjs/ninjs-schema_2.1.json).

Only what `record` says already, under the names of the standard.
"""

from __future__ import annotations

from typing import Any

from ..media.renditions import BASE_SIDE
from ..models import Identity
from ..text.plain import word_count

STANDARD = {"name": "ninjs", "version": "2.1", "schema": "https://iptc.org/std/ninjs/ninjs-schema_2.1.json"}


def ninjs(record: dict[str, Any], identity: Identity) -> dict[str, Any]:
    """record: as cms.public.record gives it. identity: of the office, whose text it is. It sets no usage
    terms of its own, so none are claimed here."""
    found = {
        "uri": record["id"],
        "standard": STANDARD,
        "type": "text",
        "representationtype": "full",
        "profile": "text-photo" if record["pictures"] else "text-only",
        "version": str(record["edition"]),
        "firstcreated": record["published_at"],
        "versioncreated": record["live_from"],
        "pubstatus": "canceled" if record["notice"] else "usable",
        "language": record["language"],
        "title": record["title"],
        "headlines": [{"role": "main", "contenttype": "text/plain", "value": record["title"]}],
        "descriptions": _filled([{"role": "summary", "contenttype": "text/plain", "value": record["summary"]}]),
        "bodies": _bodies(record),
        "by": ", ".join(person["name"] for person in record["people"]),
        "people": [_person(person) for person in record["people"]],
        "places": [{"name": record["place"], "rel": "located"}] if record["place"] else [],
        "located": record["place"],
        "events": _events(record),
        "genres": [{"name": record["genre_name"], "literal": record["genre"]}] if record["genre_name"] else [],
        "subjects": [{"name": record["section"]["title"], "rel": "section", "uri": record["section"]["page"]}],
        "infosources": [{"name": identity.name, "role": "publisher"}],
        "copyrightholder": identity.name,
        "copyrightnotice": f"© {record['published_at'][:4]} {identity.name}",
        "ednote": _note(record),
        "altids": [{"role": "code", "value": record["code"]}, {"role": "digest", "value": record["digest"]}],
        "renditions": [{"name": "page", "href": record["edition_page"], "contenttype": "text/html"}],
        "associations": _associations(record),
    }
    return {name: value for name, value in found.items() if value}


def _bodies(record: dict[str, Any]) -> list[dict[str, Any]]:
    count = {"charcount": len(record["text"]), "wordcount": word_count(record["html"])}
    forms = (("html", "text/html"), ("text", "text/plain"))
    return [{"role": "main", "contenttype": media_type, **count, "value": record[name]} for name, media_type in forms]


def _person(person: dict[str, str]) -> dict[str, str]:
    named = {"name": person["name"], "rel": person["role"], "literal": person["post"]}
    return {name: value for name, value in named.items() if value}


def _events(record: dict[str, Any]) -> list[dict[str, str]]:
    event = record["event"]
    return [{"name": event["title"], "rel": "about", "literal": event["code"]}] if event else []


def _note(record: dict[str, Any]) -> str:
    """What the receiving desk should know about this version."""
    notice = record["notice"]
    return " ".join(filter(None, (record["public_note"], notice["reason"] if notice else "")))


def _associations(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Pictures and documents. A picture that stands there twice comes once."""
    pictures = {picture["code"]: picture for picture in record["pictures"]}
    found = [_picture(n, picture) for n, picture in enumerate(pictures.values(), start=1)]
    return found + [_file(n, document) for n, document in enumerate(record["files"], start=1)]


def _picture(number: int, picture: dict[str, Any]) -> dict[str, Any]:
    scale = min(1, BASE_SIDE / max(picture["width"], picture["height"]))
    web = {"width": round(picture["width"] * scale), "height": round(picture["height"] * scale)}
    full = {"width": picture["width"], "height": picture["height"]}
    words = [("caption", picture["caption"]), ("alt", picture["alt"])]
    found = {
        "name": f"picture-{number}",
        "uri": picture["page"],
        "type": "picture",
        "by": picture["credit"],
        "usageterms": picture["terms"],
        "located": picture["place"],
        "descriptions": _filled([{"role": role, "value": value} for role, value in words]),
        "renditions": [
            {"name": "web", "href": picture["address"], "contenttype": "image/jpeg", **web},
            {"name": "full", "href": picture["full_size"], "contenttype": "image/jpeg", **full},
        ],
    }
    return {name: value for name, value in found.items() if value}


def _file(number: int, document: dict[str, Any]) -> dict[str, Any]:
    rendition = {
        "name": "file",
        "href": document["address"],
        "contenttype": document["media_type"],
        "sizeinbytes": document["size"],
    }
    return {
        "name": f"document-{number}",
        "uri": document["address"],
        "type": "component",
        "language": document["language"],
        "title": document["title"],
        "renditions": [{name: value for name, value in rendition.items() if value}],
    }


def _filled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["value"]]
