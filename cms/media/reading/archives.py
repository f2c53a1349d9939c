"""Opening a ZIP that a stranger made: nothing hidden in it, nothing outside its folder, no bomb.

The format is PKWARE's APPNOTE 6.3.10. Readers differ in what they make of an odd ZIP, so odd ones are not taken:
bytes before, between or after its files, one name twice, sizes that are not true.
"""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from .unfit import Unfit

MEBIBYTE = 1024 * 1024
MEMBERS = 10_000
TOTAL = 500 * MEBIBYTE  # unpacked
RATIO = 100  # unpacked to packed; Office files reach 30
SMALL = 20 * MEBIBYTE  # below this the ratio does not matter
HEAD = 512  # bytes kept of the beginning of every member

_DIRECTORY = 8 * MEBIBYTE  # of the central directory
_CHUNK = 256 * 1024
_LOCAL = struct.Struct("<4s5H3I2H")
_END = struct.Struct("<4s4H2IH")
_LONGEST_DESCRIPTOR = 24
_ENCRYPTED = 0x1 | 0x40 | 0x2000  # APPNOTE 4.4.4: bits 0, 6 and 13
_DESCRIPTOR_FOLLOWS = 0x8
_UTF8 = 0x800
_DISGUISE = re.compile(rb"<[a-z!?/%]|%PDF-|#!", re.IGNORECASE)
_UNUSUAL = {"Cc", "Cs", "Zl", "Zp"}
_DIRECTIONS = set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")  # they turn "fdp.exe" into "exe.pdf" for the eye


@dataclass
class Archive:
    """A ZIP that keeps the limits. `heads`: the first bytes of every member, by its name; folders are left out."""

    file: ZipFile
    heads: dict[str, bytes] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return list(self.heads)

    def open(self, name: str) -> IO[bytes]:
        return self.file.open(name)

    def read(self, name: str, limit: int) -> bytes:
        """A whole member. limit: bytes. Raises Unfit if it is longer."""
        if self.file.getinfo(name).file_size > limit:
            raise Unfit("too-large")
        return self.file.read(name)

    def chunks(self, name: str) -> Iterator[bytes]:
        with self.file.open(name) as member:
            while chunk := member.read(_CHUNK):
                yield chunk


def opened(path: Path) -> Archive:
    """A ZIP, checked to its last byte. The caller closes `file`. Raises Unfit."""
    _check_end(path)
    try:
        file = ZipFile(path)
    except (BadZipFile, NotImplementedError, ValueError, struct.error):
        raise Unfit("broken")
    try:
        return _checked(file, path.stat().st_size)
    except BaseException:
        file.close()
        raise


def _check_end(path: Path) -> None:
    """The record at the end says how much there is to read: that is looked at before anything is read."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _END.size - 0xFFFF))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise Unfit("broken")
    _, disk, _, here, members, directory, _, comment = _END.unpack_from(tail, at)
    if len(tail) - at - _END.size != comment:
        raise Unfit("polyglot")
    if _DISGUISE.search(tail, at + _END.size):
        raise Unfit("polyglot")
    if members > MEMBERS or directory > _DIRECTORY:
        raise Unfit("too-many")
    if disk or here != members:
        raise Unfit("broken")


def _checked(file: ZipFile, size: int) -> Archive:
    members = file.infolist()
    if len(members) > MEMBERS:
        raise Unfit("too-many")
    if not members:
        raise Unfit("empty")
    if len({member.filename for member in members}) < len(members):
        raise Unfit("twice")
    for member in members:
        _check_member(member)
    total = sum(member.file_size for member in members)
    if total > TOTAL or (total > SMALL and total > RATIO * size):
        raise Unfit("bomb")
    archive = Archive(file)
    end = 0
    for member in sorted(members, key=lambda m: m.header_offset):
        start = _data_start(file, member, end)
        head = _unpacked(file, member, start)
        end = start + member.compress_size
        if not member.is_dir():
            archive.heads[member.filename] = head
    if not 0 <= file.start_dir - end <= _LONGEST_DESCRIPTOR:
        raise Unfit("polyglot")
    return archive


def _check_member(member: ZipInfo) -> None:
    name = member.orig_filename
    parts = name.removesuffix("/").split("/")
    if "\\" in name or ":" in parts[0] or any(part in ("", ".", "..") for part in parts):
        raise Unfit("path", name)
    if any(unicodedata.category(letter) in _UNUSUAL or letter in _DIRECTIONS for letter in name):
        raise Unfit("path", name)
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Unfit("link", name)
    if member.flag_bits & _ENCRYPTED:
        raise Unfit("password")
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise Unfit("method", name)
    if member.is_dir() and member.file_size:
        raise Unfit("broken")


def _data_start(file: ZipFile, member: ZipInfo, end: int) -> int:
    """Where a member's bytes begin. end: of the member before it."""
    gap = member.header_offset - end
    if end == 0 and gap:
        raise Unfit("polyglot")
    if not 0 <= gap <= _LONGEST_DESCRIPTOR:
        raise Unfit("polyglot" if gap > 0 else "bomb")  # two members share bytes: Fifield's bomb (USENIX WOOT 2019)
    raw = _raw(file)
    raw.seek(member.header_offset)
    header = raw.read(_LOCAL.size)
    if len(header) < _LOCAL.size:
        raise Unfit("broken")
    signature, _, flags, method, *_, name_length, extra_length = _LOCAL.unpack(header)
    name = raw.read(name_length)
    wanted = member.orig_filename.encode("utf-8" if member.flag_bits & _UTF8 else "cp437", "replace")
    if signature != b"PK\x03\x04" or name != wanted or method != member.compress_type:
        raise Unfit("broken")
    if (flags ^ member.flag_bits) & (_ENCRYPTED | _DESCRIPTOR_FOLLOWS):
        raise Unfit("broken")
    return member.header_offset + _LOCAL.size + name_length + extra_length


def _unpacked(file: ZipFile, member: ZipInfo, start: int) -> bytes:
    """The first bytes of a member that was unpacked to its end. Raises Unfit if it is not what its entry says."""
    raw = _raw(file)
    raw.seek(start)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS) if member.compress_type == ZIP_DEFLATED else None
    left, length, checksum, head = member.compress_size, 0, 0, b""
    while left and (packed := raw.read(min(left, _CHUNK))):
        left -= len(packed)
        for piece in _inflated(inflater, packed) if inflater else (packed,):
            length += len(piece)
            if length > member.file_size:
                raise Unfit("bomb")
            checksum = zlib.crc32(piece, checksum)
            head = head or piece[:HEAD]
    ended = inflater is None or (inflater.eof and not inflater.unused_data)
    if left or not ended or length != member.file_size or checksum != member.CRC:
        raise Unfit("broken")
    return head


def _inflated(inflater: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    try:
        while True:
            piece = inflater.decompress(packed, _CHUNK)
            yield piece
            packed = inflater.unconsumed_tail
            if not packed and len(piece) < _CHUNK:
                return
    except zlib.error:
        raise Unfit("broken")


def _raw(file: ZipFile) -> IO[bytes]:
    if file.fp is None:
        raise Unfit("broken")
    return file.fp
