"""Every public page of a running site: all that links lead to, and what no link leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.parse import quote, urldefrag, urljoin
from urllib.request import Request, urlopen

from lxml import html

FOUND = "found"
ELSEWHERE = ("/admin/", "/preview/", "/media/", "/static/", "/identity/", "/p/")  # no pages, or the same by another way
FILES = re.compile(r"/(text|item|ninjs|event)\.\w+$|[?&]at=")  # the past has the templates of the present


@dataclass(frozen=True)
class Page:
    path: str
    status: int
    media_type: str
    body: bytes


def fetch(origin: str, path: str) -> Page:
    request = Request(origin + quote(path, safe="/?&=%:+~.,;@!$'()*-_"))  # noqa: S310
    try:
        with urlopen(request, timeout=60) as answer:  # noqa: S310
            return Page(path, answer.status, answer.headers.get_content_type(), answer.read())
    except HTTPError as refusal:
        return Page(path, refusal.code, refusal.headers.get_content_type(), refusal.read())


def of_language(origin: str, language: str) -> dict[str, str]:
    """The addresses of home, list, speech, search and what a search finds.

    Raises IndexError where the language has no speech.
    """
    news, speeches = f"/{language}/news/", fetch(origin, f"/{language}/news/?kind=speech")
    entries = html.fromstring(speeches.body.decode()).xpath("//*[contains(@class, 'h-entry')]")
    first = entries[0].xpath(".//a[contains(@class, 'u-url')]")[0]
    word = max(first.text_content().split(), key=len)
    asked = f"/{language}/search/?q={quote(word)}"
    search = f"/{language}/search/"
    return {"home": f"/{language}/", "list": news, "speech": first.get("href"), "search": search, FOUND: asked}


def unlinked(languages: tuple[str, ...]) -> Iterator[str]:
    """What readers write into the address or into a form."""
    yield from ("/nothing/", "/en/?at=nonsense", "/en/news/?page=999")
    for language in languages:
        yield from (f"/{language}/nothing/", f"/{language}/news/?at=2026-01-01", f"/{language}/?at=2026-01-01")
        for word in ("council", "совет", "المجلس", "a%20b", "qqqqzzzz", "%3Cscript%3E%22%27%26"):
            yield f"/{language}/search/?q={word}&order=best"
            yield from (f"/{language}/{name}/?q={word}" for name in ("search", "quote", "verify"))


def crawl(origin: str, languages: tuple[str, ...], most: int = 5000) -> Iterator[Page]:
    """Each page once, documents that are no HTML among them. most: addresses that are asked for."""
    waiting = [f"/{language}/" for language in languages] + list(unlinked(languages))
    seen = set(waiting)
    while waiting and len(seen) < most:
        page = fetch(origin, waiting.pop())
        yield page
        if page.media_type != "text/html" or not page.body:
            continue
        for path in _links(origin, page):
            if path not in seen and not path.startswith(ELSEWHERE) and not FILES.search(path):
                seen.add(path)
                waiting.append(path)


def _links(origin: str, page: Page) -> Iterator[str]:
    for element in html.fromstring(page.body.decode()).xpath("//a[@href] | //link[@rel='alternate'][@href]"):
        address = urldefrag(urljoin(origin + page.path, element.get("href"))).url
        if address.startswith(origin + "/"):
            yield address.removeprefix(origin)
