"""A feed as JSON Feed 1.1 (jsonfeed.org)."""

from __future__ import annotations

import json
from typing import Any

from .atom import instant_of
from .contents import Feed
from .entries import Entry, Gone
from .rss import withdrawn_title

FORM = "json"


def write(feed: Feed) -> bytes:
    frame = feed.scope.frame
    written = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.scope.name,
        "description": frame.identity.name,
        "home_page_url": feed.scope.page,
        "feed_url": feed.address(FORM),
        "next_url": feed.address_before(FORM),
        "language": frame.language,
        "authors": [{"name": frame.identity.name, "url": frame.origin + "/"}],
        "items": [*(_withdrawn(gone) for gone in feed.gone), *(_item(entry) for entry in feed.entries)],
    }
    return json.dumps(_told(written), ensure_ascii=False).encode()


def _told(written: dict[str, Any]) -> dict[str, Any]:
    """Without what there is none of. The list of items stays."""
    return {name: value for name, value in written.items() if value or name == "items"}


def _item(entry: Entry) -> dict[str, Any]:
    return _told(
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "summary": entry.summary,
            "content_html": entry.content or entry.title,
            "image": entry.image.url if entry.image else "",
            "date_published": instant_of(entry.published),
            "date_modified": instant_of(entry.updated),
            "authors": [{"name": author.name} for author in entry.authors],
            "tags": [words for _key, words in entry.categories],
            "language": entry.language,
        }
    )


def _withdrawn(gone: Gone) -> dict[str, Any]:
    return {
        "id": gone.id,
        "url": gone.url,
        "title": withdrawn_title(),
        "content_text": gone.reason,
        "date_published": instant_of(gone.at),
        "date_modified": instant_of(gone.at),
    }
