"""What is in a PDF besides its pages, and a copy without the names of those who made it (ISO 32000-2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, ByteStringObject, DictionaryObject, IndirectObject, StreamObject

from .unfit import Unfit, counted, listed, short
from .xml_parts import elements, local, tree

Finding = tuple[str, str]

CLEANED = frozenset({"author", "company", "earlier-versions"})
_PAGES = 20_000
_TAIL = 1024  # bytes in which the end must stand (Adobe, implementation note 18)
_PACKET = 1024 * 1024  # bytes of XMP
_CACHE = 500  # objects that pypdf may hold
_DEPTH = 100

_ACTIONS = {"/JavaScript", "/Launch"}
_REMARKS = {
    "/Text", "/FreeText", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Redact",
}  # fmt: skip
# XMP (ISO 16684-1) and what Adobe's and Microsoft's programs add to it.
_NAMES_IN_XMP = ("creator", "Author", "AuthorsPosition", "CaptionWriter", "Manager")
_COMPANY_IN_XMP = ("Company",)
_GOES_FROM_XMP = {*_NAMES_IN_XMP, *_COMPANY_IN_XMP, "History", "DerivedFrom", "SourceModified"}


@dataclass
class _Found:
    """What the objects of a PDF told."""

    authors: list[str] = field(default_factory=list)
    companies: list[str] = field(default_factory=list)
    attached: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    number: Counter[str] = field(default_factory=Counter)


def findings(path: Path) -> tuple[int, list[Finding]]:
    """How many pages it has, and what else is in it. Raises Unfit; pypdf may raise anything, which means "broken"."""
    ends = _ends(path)
    with path.open("rb") as file:
        reader = _reader(file)
        pages = _pages(reader)
        found = _Found()
        for thing in _objects(reader):
            _look(thing, found)
        info = reader.trailer.get("/Info")
        if isinstance(info := _resolved(info), DictionaryObject):
            found.authors.insert(0, _string(info, "/Author"))
            found.companies.insert(0, _string(info, "/Company"))
    return pages, list(_told(found, ends))


def _reader(file: Any) -> PdfReader:
    reader = PdfReader(file)
    if reader.is_encrypted:
        raise Unfit("password")
    return reader


def _pages(reader: PdfReader) -> int:
    number = len(reader.pages)
    if not 0 < number <= _PAGES:
        raise Unfit("broken")
    return number


def _told(found: _Found, ends: int) -> Iterator[Finding]:
    if names := listed(found.authors):
        yield "author", names
    if names := listed(found.companies):
        yield "company", names
    if found.attached:
        yield "attached-files", listed(found.attached)
    if found.scripts:
        yield "script", listed(found.scripts)
    if found.number["form"]:
        yield "form", str(found.number["form"])
    if found.remarks:
        yield "annotations", counted(len(found.remarks), found.remarks)
    if found.number["hidden-layers"]:
        yield "hidden-layers", str(found.number["hidden-layers"])
    if ends > 1:
        yield "earlier-versions", str(ends - 1)
    if found.number["signed"]:
        yield "signed", ""


def _ends(path: Path) -> int:
    """How many times the file was finished: each later saving that only adds leaves the earlier text in it.

    A PDF that is linearised for the web has two ends from the start (ISO 32000-2, annex F).
    """
    number, rest = 0, b""
    with path.open("rb") as file:
        linearised = b"/Linearized" in file.read(1024)
        file.seek(0)
        while chunk := file.read(1024 * 1024):
            number += (rest + chunk).count(b"%%EOF")
            rest = chunk[-4:]
        file.seek(max(0, file.tell() - _TAIL))
        if b"%%EOF" not in file.read():
            raise Unfit("broken")
    return number - 1 if linearised and number > 1 else number


# --- every object ----------------------------------------------------------------------------------------------


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Every object that the file's tables name, whether or not a page leads to it."""
    tables = [(number, generation) for generation, table in reader.xref.items() for number in table]
    packed = sorted((stream, number) for number, (stream, _) in reader.xref_objStm.items())
    for number, generation in tables + [(number, 0) for _, number in packed]:
        if number == 0:
            continue
        if len(reader.resolved_objects) > _CACHE:
            reader.resolved_objects.clear()
        thing = reader.get_object(IndirectObject(number, generation, reader))
        yield from _dictionaries(thing)


def _dictionaries(thing: Any) -> Iterator[DictionaryObject]:
    """A dictionary and those that lie directly in it."""
    waiting = [(thing, 0)]
    while waiting:
        thing, depth = waiting.pop()
        if depth > _DEPTH:
            raise Unfit("broken")
        if isinstance(thing, DictionaryObject):
            yield thing
            waiting += [(value, depth + 1) for value in thing.values()]
        elif isinstance(thing, ArrayObject):
            waiting += [(value, depth + 1) for value in thing]


def _look(thing: DictionaryObject, found: _Found) -> None:
    subtype, action = _string(thing, "/Subtype"), _string(thing, "/S")
    if action in _ACTIONS or "/JS" in thing:
        found.scripts.append("JavaScript" if "/JS" in thing else action[1:])
    if "/EF" in thing:
        found.attached.append(_string(thing, "/UF") or _string(thing, "/F") or "?")
    if subtype in _REMARKS and "/Rect" in thing:
        found.remarks.append(_string(thing, "/T"))
    if "/ByteRange" in thing:
        found.number["signed"] += 1
    if "/XFA" in thing or _filled(thing):
        found.number["form"] += 1
    if "/OCGs" in thing and isinstance(layers := _resolved(thing.get("/D")), DictionaryObject):
        off = _resolved(layers.get("/OFF"))
        found.number["hidden-layers"] += len(off) if isinstance(off, ArrayObject) else 0
    if subtype == "/XML" and isinstance(thing, StreamObject):
        _look_into_xmp(thing, found)


def _filled(field_: DictionaryObject) -> bool:
    """A button that is not pressed, and a signature, are no words that somebody wrote."""
    value = _resolved(field_.get("/V"))
    return _string(field_, "/FT") in ("/Tx", "/Ch", "/Btn") and value not in (None, "", b"", "/Off")


def _look_into_xmp(stream: StreamObject, found: _Found) -> None:
    try:
        for element in elements([_packet(stream)], ("Description", *_NAMES_IN_XMP, *_COMPANY_IN_XMP)):
            values = {**element.attributes, element.name: element.text}  # RDF allows either way of writing
            found.authors += [values.get(name, "") for name in _NAMES_IN_XMP]
            found.companies += [values.get(name, "") for name in _COMPANY_IN_XMP]
    except Unfit:
        found.authors.append("?")  # nobody can tell what is in it


def _packet(stream: StreamObject) -> bytes:
    content = stream.get_data()
    if len(content) > _PACKET:
        raise Unfit("too-large")
    return content.strip(b"\x00 \t\r\n")


def _resolved(thing: Any) -> Any:
    return thing.get_object() if isinstance(thing, IndirectObject) else thing


def _string(thing: DictionaryObject, key: str) -> str:
    value = _resolved(thing.get(key))
    if isinstance(value, ByteStringObject):
        return short(value.decode("latin-1"))
    return short(str(value)) if isinstance(value, str) else ""


# --- a clean copy ----------------------------------------------------------------------------------------------


def cleaned(path: Path, into: Path) -> None:
    """Write a copy that holds what the newest version shows, and its title, but no names. Raises Unfit."""
    _, before = findings(path)
    codes = {code for code, _ in before}
    if "signed" in codes:
        raise Unfit("signed")
    with path.open("rb") as file:
        reader = _reader(file)
        writer = PdfWriter(clone_from=reader)
        info = _resolved(reader.trailer.get("/Info"))
        title = _string(info, "/Title") if isinstance(info, DictionaryObject) else ""
        writer.metadata = {"/Title": title} if title else None
        for thing in list(_cloned(writer)):
            _clean_metadata(thing)
        writer.compress_identical_objects(remove_duplicates=False)
        with into.open("xb") as copy:
            writer.write(copy)
        _same_pages(reader, into)
    _, after = findings(into)
    if {code for code, _ in after} != codes - CLEANED:
        raise Unfit("not-cleaned")


def _cloned(writer: PdfWriter) -> Iterator[DictionaryObject]:
    for thing in writer._objects:
        yield from _dictionaries(thing)


def _clean_metadata(thing: DictionaryObject) -> None:
    """Names go from XMP, the rest of it stays: it says that a PDF is accessible (PDF/UA) or for archives (PDF/A)."""
    stream = _resolved(thing.get("/Metadata"))
    if not isinstance(stream, StreamObject):
        return
    try:
        root = tree(_packet(stream))
    except Unfit:
        del thing["/Metadata"]
        return
    for element in [e for e in root.iter() if local(e) in _GOES_FROM_XMP]:
        if element.getparent() is not None:
            element.getparent().remove(element)
    for element in root.iter():
        for key in [key for key in element.attrib if key.rpartition("}")[2] in _GOES_FROM_XMP]:
            del element.attrib[key]
    stream.set_data(etree.tostring(root.getroottree(), encoding="UTF-8"))


def _same_pages(reader: PdfReader, copy: Path) -> None:
    """Raises Unfit unless the copy has the same pages with the same content."""
    with copy.open("rb") as file:
        pages = PdfReader(file).pages
        if len(pages) != len(reader.pages):
            raise Unfit("not-cleaned")
        for old, new in zip(reader.pages, pages, strict=True):
            if _drawn(old) != _drawn(new):
                raise Unfit("not-cleaned")


def _drawn(page: Any) -> bytes:
    content = page.get_contents()
    return content.get_data() if content is not None else b""
