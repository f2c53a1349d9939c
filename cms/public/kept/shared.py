"""The pages that all processes and machines keep together, in Redis: asked where a process has not got a page itself.

Redis may be gone, slow or empty at any time: then it is as if nothing were kept there, and for a while it is not asked.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import brotli
import redis
from django.conf import settings

from .page import BROTLI, Page
from .store import Key

T = TypeVar("T")
PATIENCE = 0.03  # seconds that one question may take
REST = 2.0  # seconds in which Redis is not asked after it failed
LONGEST_TURN = 3_000  # milliseconds that one process may take to make a page while others wait for it
logger = logging.getLogger(__name__)


class Shared:
    """url: of the Redis. release: of the code whose pages these are; another code's pages are not seen."""

    def __init__(self, url: str, release: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self._prefix = f"communique:page:{release}:"
        self._rests_until = 0.0

    def get(self, key: Key) -> Page | None:
        packed = self._ask(lambda: self._redis.get(self._name(key)))
        return _unpacked(packed) if isinstance(packed, bytes) else None

    def put(self, key: Key, page: Page) -> None:
        seconds = max(1, int(page.until - page.made))
        self._ask(lambda: self._redis.set(self._name(key), _packed(page), ex=seconds))

    def take_turn(self, key: Key) -> bool:
        """Whether it is this process that makes a page now; if not, another one does."""
        asked = self._ask(lambda: self._redis.set(f"{self._name(key)}:turn", 1, nx=True, px=LONGEST_TURN) or b"no")
        return asked != b"no"

    def end_turn(self, key: Key) -> None:
        self._ask(lambda: self._redis.delete(f"{self._name(key)}:turn"))

    def _name(self, key: Key) -> str:
        return self._prefix + hashlib.sha256("\n".join(key).encode("utf-8", "surrogateescape")).hexdigest()

    def _ask(self, question: Callable[[], T]) -> T | None:
        if time.monotonic() < self._rests_until:
            return None
        try:
            return question()
        except redis.RedisError as error:
            self._rests_until = time.monotonic() + REST
            logger.warning("Redis does not answer; pages are kept without it for %s seconds: %s", REST, error)
            return None


def _packed(page: Page) -> bytes:
    """A line of JSON, and the body in Brotli. Nothing that Redis holds is ever run."""
    about = {
        "status": page.status,
        "headers": page.headers,
        "etag": page.etag,
        "names": sorted(page.names),
        "n": page.n,
        "made": page.made,
        "until": page.until,
        "keeps": page.keeps,
    }
    return json.dumps(about).encode() + b"\n" + page.variant(BROTLI).body[0]


def _unpacked(packed: bytes) -> Page | None:
    """None for what is no page."""
    head, _line, body = packed.partition(b"\n")
    try:
        about: dict[str, Any] = json.loads(head)
        headers = [(str(name), str(value)) for name, value in about["headers"]]
        page = Page(
            about["status"],
            headers,
            brotli.decompress(body),
            names=about["names"],
            n=int(about["n"]),
            made=float(about["made"]),
            until=float(about["until"]),
            keeps=tuple(about["keeps"]),
        )
        page.etag = about["etag"]
    except (ValueError, KeyError, TypeError, brotli.error):
        return None
    return page


def release() -> str:
    """What names the code and the templates that pages are made by: a digest of all of them (12 hex digits)."""
    digest = hashlib.sha256()
    for folder in ("cms", "news", "speeches", "templates", "static"):
        for path in sorted(Path(settings.BASE_DIR, folder).rglob("*.*")):
            if path.suffix in (".py", ".html", ".css", ".mo", ".atom"):
                digest.update(path.read_bytes())
    manifest = Path(settings.STATIC_ROOT, "staticfiles.json")
    if manifest.is_file():
        digest.update(manifest.read_bytes())
    return digest.hexdigest()[:12]
