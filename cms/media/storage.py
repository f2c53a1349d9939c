"""Where the bytes of pictures and files lie: each under the name of its content, durable before anything is said of it.

Nothing here has an address: the gate (cms/public/media.py) is the only way out. This is the folder, and what can be
asked of any storage of ours; the S3-compatible store is in `s3`.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Literal

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage

CHUNK = 64 * 1024  # bytes
INCOMING = "incoming"  # the folder of what is being written; on the same file system, so that it can be moved at once
UPLOADS_TAKE = timedelta(days=1)  # what is older was interrupted
CONTENT = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{60}")
_BEING_WRITTEN = re.compile(rf"{INCOMING}/[a-z0-9_]+")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stored:
    """sha256: 64 hexadecimal digits. size: bytes. name: in the storage."""

    sha256: str
    size: int
    name: str


def name_for(sha256: str) -> str:
    """The name in the storage of the content with this SHA-256 (64 lower-case hexadecimal digits)."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def name_of_content(name: str) -> str:
    """The name, if it is one that `name_for` gives. Raises SuspiciousFileOperation."""
    if not CONTENT.fullmatch(name):
        raise SuspiciousFileOperation(f"Not the name of a content: {name!r}")
    return name


class Chunks(Iterator[bytes]):
    """A stretch of a stored file, read once. It holds a file or a connection until it is read to its end or closed.

    read: gives up to so many bytes. length: bytes there are to give. Raises OSError where there turn out to be fewer.
    """

    def __init__(self, read: Callable[[int], bytes], close: Callable[[], None], length: int) -> None:
        self._read = read
        self._left = length
        self.close = close

    def __next__(self) -> bytes:
        if not self._left:
            self.close()
            raise StopIteration
        chunk = self._read(min(CHUNK, self._left))
        if not chunk:
            self.close()
            raise OSError(f"The storage broke off {self._left} bytes before the end.")
        self._left -= len(chunk)
        return chunk


class ContentStorage(Storage):
    """What our storages have in common: names made of contents, kept for good, without an address."""

    def open_range(self, name: str, start: int, length: int) -> Chunks:
        raise NotImplementedError

    def names(self) -> Iterator[tuple[str, int, datetime]]:
        raise NotImplementedError

    def leftovers(self) -> Iterator[str]:
        raise NotImplementedError

    def takes_files(self) -> bool:
        """Whether files can be stored, as far as is known."""
        return True

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: the same name is the same content. Raises SuspiciousFileOperation for any other name."""
        return name_of_content(name)

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        raise NotImplementedError("Files have no address of their own: cms.public.media decides who gets which.")


class DurableStorage(ContentStorage, FileSystemStorage):
    """A folder. What is saved is on the disk, under its name and whole, when `save` returns; or it is not there.

    location: the folder. Modes: of files, and of folders that are made; this account alone, unless the settings say
    otherwise. Raises ImproperlyConfigured where the folder is one that is served.
    """

    def __init__(
        self, location: str | Path, *, file_permissions_mode: int = 0o600, directory_permissions_mode: int = 0o700
    ) -> None:
        super().__init__(location=location)
        self._root = Path(self.location)
        self._file_mode, self._folder_mode = file_permissions_mode, directory_permissions_mode
        for served in filter(None, [settings.STATIC_ROOT, *settings.STATICFILES_DIRS]):
            if self._root.resolve().is_relative_to(Path(served).resolve()):
                raise ImproperlyConfigured(f"Pictures and files must not lie in {served}: it is served to everybody.")

    def path(self, name: str) -> str:
        """Where a content lies, or a file that is being written. Raises SuspiciousFileOperation for any other name."""
        if not _BEING_WRITTEN.fullmatch(name):
            name_of_content(name)
        return str(self._root / name)

    def open_range(self, name: str, start: int, length: int) -> Chunks:
        file = open(self.path(name), "rb")  # noqa: SIM115  # closed with what is returned
        if os.fstat(file.fileno()).st_size < start + length:
            file.close()
            raise FileNotFoundError(f"Shorter than its content: {name}")
        file.seek(start)
        return Chunks(file.read, file.close, length)

    def names(self) -> Iterator[tuple[str, int, datetime]]:
        for path in self._root.glob("??/??/*"):
            name = path.relative_to(self._root).as_posix()
            if CONTENT.fullmatch(name):
                with suppress(FileNotFoundError):  # deleted meanwhile
                    status = path.stat()
                    yield name, status.st_size, datetime.fromtimestamp(status.st_mtime, tz=UTC)

    def leftovers(self) -> Iterator[str]:
        interrupted = (datetime.now(UTC) - UPLOADS_TAKE).timestamp()
        for path in (self._root / INCOMING).glob("*"):
            with suppress(FileNotFoundError):  # finished meanwhile
                if path.stat().st_mtime < interrupted:
                    yield f"{INCOMING}/{path.name}"

    def takes_files(self) -> bool:
        incoming = self._root / INCOMING
        there = next(path for path in (incoming, *incoming.parents) if os.path.exists(path))
        return there.is_dir() and os.access(there, os.W_OK | os.X_OK)

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        return File(open(self.path(name), reading_only(mode)), name)

    def _save(self, name: str, content: File[Any]) -> str:
        path = Path(self.path(name))
        if not _holds_its_content(path):
            self._write(path, content)
        # Whoever finds the name there cannot know whether the one who made it has got this far.
        for folder in (path.parent, path.parent.parent, self._root):
            _sync(folder)
        return name

    def _write(self, path: Path, content: File[Any]) -> None:
        """Write what is to have this name beside all the others, and move it there once it is on the disk."""
        incoming = self._root / INCOMING
        for folder in (incoming, path.parent):
            self._make(folder)
        descriptor, being_written = tempfile.mkstemp(dir=incoming)
        try:
            with open(descriptor, "wb") as target:
                copy_content(content, target, sha256=path.name)
                target.flush()
                self._give(being_written, self._file_mode)
                os.fsync(descriptor)
            os.replace(being_written, path)
        except BaseException:
            os.unlink(being_written)
            raise

    def _make(self, folder: Path) -> None:
        """Make a folder, and those it lies in, so that they are there after a power failure."""
        if folder.is_dir():
            return
        self._make(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(self._folder_mode)
            if folder.is_relative_to(self._root):
                self._give(folder, self._folder_mode)
        _sync(folder.parent)

    def _give(self, path: str | Path, mode: int) -> None:
        os.chmod(path, mode)
        self._ensure_location_group_id(path)  # type: ignore[attr-defined]  # so that a proxy's group can read it


# --- What can be asked of any storage of ours


def put(storage: Storage, source: Path | IO[bytes]) -> Stored:
    """Store a content; it is durable when this returns, and what was there under its name is kept.

    source: a file, or a seekable stream, read from its beginning. Raises OSError where it cannot be stored, and then
    nothing is there under its name.
    """
    if isinstance(source, Path):
        with source.open("rb") as opened:
            return put(storage, opened)
    source.seek(0)
    sha256, size = digest(iter(lambda: source.read(CHUNK), b""))
    name = storage.save(name_for(sha256), File(source))
    return Stored(sha256, size, name)


def open_range(storage: Storage, name: str, start: int, length: int) -> Chunks:
    """A stretch of a stored file in chunks of at most 64 KiB. start: offset in bytes. length: bytes.

    It is opened before this returns. Raises FileNotFoundError where no file has the name or it has fewer bytes,
    OSError where the storage does not answer.
    """
    return _ours(storage).open_range(name, start, length)


def check(storage: Storage, name: str, sha256: str) -> Literal["ok", "missing", "altered"]:
    """Whether a file is there and is what it was, by all of its bytes. Raises OSError."""
    try:
        chunks = open_range(storage, name, 0, storage.size(name))
    except FileNotFoundError:
        return "missing"
    with closing(chunks):
        found, _size = digest(chunks)
    return "ok" if found == sha256 else "altered"


def names(storage: Storage) -> Iterator[tuple[str, int, datetime]]:
    """All stored files: name, size in bytes, when it was written (aware). Raises OSError."""
    return _ours(storage).names()


def leftovers(storage: Storage) -> Iterator[str]:
    """Names of what uploads left behind that were interrupted more than a day ago. They can be deleted."""
    return _ours(storage).leftovers()


def takes_files(storage: Storage) -> bool:
    """Whether files can be stored, as far as is known: not in a folder of somebody else's."""
    return _ours(storage).takes_files()


def _ours(storage: Storage) -> ContentStorage:
    if not isinstance(storage, ContentStorage):
        raise ImproperlyConfigured(f'STORAGES["media"] must be one of ours, not {type(storage).__qualname__}.')
    return storage


# --- Bytes


def digest(chunks: Iterable[bytes]) -> tuple[str, int]:
    """The SHA-256 of a content, in hexadecimal, and its size in bytes."""
    sha256, size = hashlib.sha256(), 0
    for chunk in chunks:
        sha256.update(chunk)
        size += len(chunk)
    return sha256.hexdigest(), size


def copy_content(content: File[Any], target: IO[bytes], *, sha256: str) -> int:
    """Copy a content; its size in bytes. Raises OSError where it is not the one with this SHA-256."""

    def copied() -> Iterator[bytes]:
        for chunk in content.chunks():
            target.write(chunk)
            yield chunk

    found, size = digest(copied())
    if found != sha256:
        raise OSError(f"The content is not what its name says: {found} instead of {sha256}")
    return size


def _holds_its_content(path: Path) -> bool:
    """Whether a file is there, is whole, and is on the disk."""
    try:
        with path.open("rb") as file:
            found, _size = digest(iter(lambda: file.read(CHUNK), b""))
            if found == path.name:
                os.fsync(file.fileno())
                return True
    except FileNotFoundError:
        return False
    logger.error("A stored file was damaged and is written anew: %s", path)
    return False


def reading_only(mode: str) -> str:
    """The mode in which stored files are opened. Raises ValueError for any other."""
    if mode != "rb":
        raise ValueError("Stored files are read as bytes, and never written to.")
    return mode


def _sync(folder: Path) -> None:
    """Have a folder's entries on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
