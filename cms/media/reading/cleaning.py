"""A copy of an Office file without the names, companies and folders of those who made it. Its text stays as it is.

Comments, tracked changes and whatever else is content are not touched: who publishes those must know.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from lxml import etree

from . import office, opendocument
from .archives import Archive, opened
from .package import CONTENT_TYPES, CUSTOM, EXTENDED, SMALL_PART, Package
from .unfit import Unfit
from .xml_parts import local, tree

CLEANED = frozenset({"author", "company", "custom-properties", "paths", "thumbnail"})
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP can say: the copy does not tell when it was made

_CORE = {"creator", "lastModifiedBy"}
_EXTENDED = {"Company", "Manager", "Template", "HyperlinkBase", "TotalTime"}
_SETTINGS = {"rsids", "attachedTemplate", "docId"}
_META = {*opendocument.PEOPLE, "user-defined", "template", "auto-reload", "editing-cycles", "editing-duration"}
_PRINTING = {"PrinterName", "PrinterSetup", "Rsid", "RsidRoot"}

# Word's "revision save ids" say which documents came from one another ([MS-DOCX]; ECMA-376, part 1, 17.15.1.70). A "<"
# never stands in a text or a value as such, so this finds nothing outside tags.
_TAG = re.compile(rb"<w:[^<>]*\sw:rsid[^<>]*>")
_RSID = re.compile(rb"\sw:rsid\w*=(?:\"[0-9A-Fa-f]{1,8}\"|'[0-9A-Fa-f]{1,8}')")


def cleaned(archive: Archive, into: Path, kind: str) -> None:
    """Write a clean copy. kind: docx, xlsx, pptx or odt. Raises Unfit where it is signed or would not be clean."""
    codes = {code for code, _ in findings(archive, kind)}
    if "signed" in codes:
        raise Unfit("signed")
    _write(archive, into, _odt(archive) if kind == "odt" else _office(Package(archive)))
    copy = opened(into)
    with copy.file:
        left = {code for code, _ in findings(copy, kind)}
    if left != codes - CLEANED:
        raise Unfit("not-cleaned")


def findings(archive: Archive, kind: str) -> list[tuple[str, str]]:
    return opendocument.findings(archive) if kind == "odt" else office.findings(Package(archive))


# What becomes of a part: other bytes, or None where it is left out. Parts that are not named stay as they are.
Changes = dict[str, Iterable[bytes] | None]


def _office(package: Package) -> Changes:
    changes: Changes = {}
    for kinds, names in ((("core-properties",), _CORE), (EXTENDED, _EXTENDED), (("settings",), _SETTINGS)):
        for part in package.parts(*kinds):
            changes[part] = _without(package.archive, part, names)
    for part in package.parts(*CUSTOM, "people"):
        changes[part] = _emptied(package.archive, part)
    if package.kind == "xlsx":
        changes |= {p: _without(package.archive, p, {"absPath"}) for p in package.parts("officeDocument")}
    if package.kind == "docx":
        texts = package.parts(*office.TEXTS, "styles")
        changes |= {part: _without_rsids(package.archive.chunks(part)) for part in texts}
    return changes | _without_relationships(package)


def _without_relationships(package: Package) -> Changes:
    """Thumbnails and templates go together with what leads to them."""
    going = [r for r in package.relationships if r.kind in ("thumbnail", "attachedTemplate")]
    still_needed = {r.part for r in package.relationships if r not in going}
    dropped = {r.part for r in going if r.part} - still_needed
    changes: Changes = dict.fromkeys(dropped)
    for source in {r.source for r in going}:
        folder, file = posixpath.split(source)
        part = package.find(posixpath.join(folder, "_rels", f"{file}.rels"))
        root = tree(package.archive.read(part, SMALL_PART))
        targets = {(r.kind, r.target) for r in going if r.source == source}
        _remove(root, lambda e, targets=targets: (e.get("Type", "").rpartition("/")[2], e.get("Target")) in targets)
        changes[part] = [_serialised(root)]
    if dropped:
        part = package.find(CONTENT_TYPES)
        root = tree(package.archive.read(part, SMALL_PART))
        _remove(root, lambda e: package.find(e.get("PartName", "").lstrip("/")) in dropped)
        changes[part] = [_serialised(root)]
    return changes


def _odt(archive: Archive) -> Changes:
    changes: Changes = dict.fromkeys(name for name in archive.names if name.startswith("Thumbnails/"))
    changes[opendocument.META] = _without(archive, opendocument.META, _META)
    manifest = tree(archive.read(opendocument.MANIFEST, SMALL_PART))
    _remove(manifest, lambda e: any("Thumbnails/" in value for value in e.attrib.values()))
    changes[opendocument.MANIFEST] = [_serialised(manifest)]
    if opendocument.SETTINGS in archive.names:
        settings = tree(archive.read(opendocument.SETTINGS, SMALL_PART))
        _remove(settings, lambda e: not _PRINTING.isdisjoint(e.attrib.values()))
        changes[opendocument.SETTINGS] = [_serialised(settings)]
    return changes


# --- one part --------------------------------------------------------------------------------------------------


def _without(archive: Archive, part: str, names: set[str]) -> list[bytes]:
    root = tree(archive.read(part, SMALL_PART))
    _remove(root, lambda element: local(element) in names)
    return [_serialised(root)]


def _emptied(archive: Archive, part: str) -> list[bytes]:
    root = tree(archive.read(part, SMALL_PART))
    _remove(root, lambda element: True)
    return [_serialised(root)]


def _remove(root: Any, unwanted: Any) -> None:
    for element in [e for e in root.iterdescendants() if unwanted(e)]:
        if element.getparent() is not None:
            element.getparent().remove(element)


def _serialised(root: Any) -> bytes:
    content: bytes = etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)
    return content


def _without_rsids(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes but for those attributes, in pieces that end where a tag ends."""
    rest = b""
    for chunk in chunks:
        whole, bracket, rest = (rest + chunk).rpartition(b">")
        yield _TAG.sub(lambda tag: _RSID.sub(b"", tag[0]), whole + bracket)
    yield rest


# --- the archive -----------------------------------------------------------------------------------------------


def _write(archive: Archive, into: Path, changes: Changes) -> None:
    with ZipFile(into, "x") as copy:
        for name in archive.names:
            content = changes.get(name, archive.chunks(name))
            if content is None:
                continue
            info = ZipInfo(name, _LONG_AGO)
            info.create_system = 0
            info.compress_type = ZIP_STORED if name == opendocument.MIMETYPE else ZIP_DEFLATED
            with copy.open(info, "w") as member:
                for piece in content:
                    member.write(piece)
