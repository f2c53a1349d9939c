"""All public editions into a folder: JSON Lines in the shape of `record`, with hashes and a manifest.

docs/formats.md describes the files for others.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from ..models import Edition
from .record import Records, moment
from .since import EDITION, Position, begun, of_withdrawal, settled, withdrawn

FORMAT = "communique/export-1"
BATCH = 100  # editions that are in memory at once


def count(at: datetime, since: Position | None) -> int:
    """How many editions an export would hold."""
    return begun(at, since).order_by().count()


def export(
    folder: Path, *, at: datetime, origin: str, since: Position | None = None, tell: Callable[[int], object] = int
) -> dict[str, Any]:
    """Write `editions-<instant>.jsonl` and, when that is safe on the disk, `editions-<instant>.manifest.json`.

    at: what was public at this instant, read through the one door. origin: scheme and host, for the addresses. since:
    only what went live behind this position. tell: told how many lines were written, a batch at a time. Returns the
    manifest. Raises OSError; then neither file is there.
    """
    name = f"editions-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    whole, written = hashlib.sha256(), 0
    last: Position | None = None
    with _put(folder / f"{name}.jsonl") as target:
        for editions in _batches(at, since):
            records = Records(editions, at, origin)
            for edition in editions:
                content = line(records.of(edition))
                whole.update(content)
                target.write(content)
            written += len(editions)
            last = _position(editions[-1])
            tell(len(editions))
    taken_back = [of_withdrawal(found, origin)[1] for found in withdrawn(at, since).iterator()] if since else []
    manifest = {
        "format": FORMAT,
        "instant": moment(at),
        "since": str(since) if since else None,
        "next": str(settled(Position(at), since, at)),
        "file": f"{name}.jsonl",
        "editions": written,
        "sha256": whole.hexdigest(),
        "last": str(last) if last else None,
        "withdrawn": taken_back,
    }
    with _put(folder / f"{name}.manifest.json") as target:
        target.write(json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n")
    return manifest


def line(record: dict[str, Any]) -> bytes:
    """A record as one line: canonical JSON (keys sorted, no spaces, UTF-8), with the SHA-256 of just that as its last
    member, `sha256`."""
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f'{text[:-1]},"sha256":"{hashlib.sha256(text.encode()).hexdigest()}"}}\n'.encode()


def _batches(at: datetime, since: Position | None) -> Iterator[list[Edition]]:
    position = since
    while found := list(_whole(at, position)[:BATCH]):
        yield found
        position = _position(found[-1])


def _whole(at: datetime, since: Position | None) -> Any:
    around = ("event", "publication__withdrawal", "publication__text_of")
    return begun(at, since).with_frame().with_kind().select_related(*around)


def _position(edition: Edition) -> Position:
    assert edition.live_from is not None  # it is public
    return Position(edition.live_from, EDITION, edition.publication.code)


@contextmanager
def _put(path: Path) -> Iterator[IO[bytes]]:
    """A file that is there whole, and on the disk, or not at all."""
    being_written = path.with_name(f".{path.name}.part")
    try:
        with being_written.open("wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        being_written.replace(path)
    finally:
        being_written.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
