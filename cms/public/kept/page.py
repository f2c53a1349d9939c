"""A page ready to be sent: its headers and its bytes in each encoding that was asked for."""

from __future__ import annotations

import gzip
import hashlib
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import brotli

Headers = list[tuple[str, str]]
BROTLI, GZIP, IDENTITY = "br", "gzip", "identity"
BROTLI_QUALITY, GZIP_LEVEL = 5, 6  # a millisecond or two for a page
SHORTEST = 500  # bytes that are worth to be compressed
# Headers of an answer that belong to one body or to one moment: made anew.
OF_A_BODY = frozenset({"content-length", "content-encoding", "etag", "vary", "cache-control"})
# What goes with a 304 (RFC 9110, section 15.4.5).
WITH_304 = frozenset({"cache-control", "content-location", "date", "etag", "expires", "vary"})


_PACKED: dict[str, Callable[[bytes], bytes]] = {
    BROTLI: lambda plain: brotli.compress(plain, quality=BROTLI_QUALITY),
    GZIP: lambda plain: gzip.compress(plain, GZIP_LEVEL, mtime=0),
    IDENTITY: lambda plain: plain,
}


@dataclass(frozen=True)
class Variant:
    """A page in one encoding. body: a list, which a server sends at once; it takes any other iterable bit by bit."""

    headers: Headers
    unchanged: Headers
    body: list[bytes]


class Page:
    """status: "200 OK". names: of what it was made of. n: the last change that was known before.

    made, until: when, in seconds since the epoch. ends: the next instant at which it is known to change. keeps: the
    queries that count. is_long: whether it is worth compressing. grown: whether another encoding was made since it was
    measured. checked: the serial number of what was known when it was found to stand.

    Bytes are compressed when they are first asked for in an encoding, and kept. Once there is Brotli, the plain bytes
    are let go, and made of it when they are wanted.
    """

    __slots__ = tuple("_variants checked ends etag grown headers is_long keeps made n names status until".split())

    def __init__(
        self,
        status: str,
        headers: Headers,
        body: bytes,
        *,
        names: Iterable[str] = (),
        n: int = 0,
        made: float = 0.0,
        until: float = math.inf,
        keeps: tuple[str, ...] = (),
    ) -> None:
        self.status, self.names, self.n, self.made, self.until = status, frozenset(names), n, made, until
        self.checked = -1
        self.ends = until  # when it is known to change
        self.keeps = keeps
        self.grown = False
        self.is_long = len(body) >= SHORTEST
        given = next((value for name, value in headers if name.lower() == "etag"), "")
        self.etag = given.removeprefix("W/").strip('"') or hashlib.sha256(body).hexdigest()[:32]
        self.headers = [(name, value) for name, value in headers if name.lower() not in OF_A_BODY]
        self._variants: dict[str, Variant] = {}
        self._keep(IDENTITY, body)

    def _keep(self, encoding: str, body: bytes) -> Variant:
        tag = f'"{self.etag}"' if encoding == IDENTITY else f'"{self.etag}-{encoding}"'
        own = [("ETag", tag), ("Vary", "Accept-Encoding"), ("Content-Length", str(len(body)))]
        if encoding != IDENTITY:
            own.append(("Content-Encoding", encoding))
        headers = [*self.headers, *own]
        unchanged = [(name, value) for name, value in headers if name.lower() in WITH_304]
        found = self._variants[encoding] = Variant(headers, unchanged, [body])
        return found

    def variant(self, encoding: str) -> Variant:
        found = self._variants.get(encoding)
        if found is None:
            found = self._keep(encoding, _PACKED[encoding](self.body))
            if encoding == BROTLI:
                self._variants.pop(IDENTITY, None)  # the largest, which hardly anybody asks for
            self.grown = True
        return found

    @property
    def body(self) -> bytes:
        plain = self._variants.get(IDENTITY)
        return plain.body[0] if plain else brotli.decompress(self._variants[BROTLI].body[0])

    @property
    def size(self) -> int:
        """Bytes that it takes, more or less."""
        return 2_000 + sum(len(variant.body[0]) for variant in list(self._variants.values()))

    def answer(self, environ: dict[str, Any], start_response: Callable[..., Any], *more: tuple[str, str]) -> Any:
        """Send it, or that it has not changed. more: headers of this answer alone."""
        accepted = environ.get("HTTP_ACCEPT_ENCODING")
        encoding = encoding_for(accepted) if accepted and self.is_long else IDENTITY
        variant = self._variants.get(encoding) or self.variant(encoding)
        asked = environ.get("HTTP_IF_NONE_MATCH")
        if asked is not None and self.status == "200 OK" and self._is_known(asked):
            start_response("304 Not Modified", [*variant.unchanged, *more])
            return []
        start_response(self.status, [*variant.headers, *more])
        return variant.body if environ["REQUEST_METHOD"] == "GET" else []

    def _is_known(self, asked: str) -> bool:
        """Whether the asker has it in some encoding: what it says is the same (RFC 9110, section 13.1.2)."""
        mine = {f'"{self.etag}"', f'"{self.etag}-{BROTLI}"', f'"{self.etag}-{GZIP}"'}
        tags = (tag.strip().removeprefix("W/") for tag in asked.split(","))
        return any(tag == "*" or tag in mine for tag in tags)


_chosen: dict[str, str] = {}  # browsers send few different ones
MOST_CHOSEN = 500


def encoding_for(accepted: str) -> str:
    """The best encoding for an Accept-Encoding header (RFC 9110, section 12.5.3): Brotli, gzip or none."""
    found = _chosen.get(accepted)
    if found is None:
        found = _choose(accepted)
        if len(_chosen) < MOST_CHOSEN:
            _chosen[accepted] = found
    return found


def _choose(accepted: str) -> str:
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _semicolon, parameters = part.partition(";")
        weights[name.strip()] = _weight(parameters)
    for encoding in (BROTLI, GZIP):
        if weights.get(encoding, weights.get("*", 0.0)) > 0:
            return encoding
    return IDENTITY


def _weight(parameters: str) -> float:
    name, _equals, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
