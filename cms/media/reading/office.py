"""What DOCX, XLSX and PPTX hold besides what a reader sees (ECMA-376, part 1; [MS-OE376] for Microsoft's own)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from .package import CUSTOM, EXTENDED, SMALL_PART, Package
from .unfit import counted, listed
from .xml_parts import Element

Finding = tuple[str, str]

TEXTS = ("officeDocument", "header", "footer", "footnotes", "endnotes", "comments", "glossaryDocument")  # of a DOCX
_CHANGES = (
    "ins del moveFrom moveTo cellIns cellDel cellMerge numberingChange pPrChange rPrChange sectPrChange tblGridChange "
    "tblPrChange tblPrExChange tcPrChange trPrChange"
).split()
_OFF = ("0", "false", "off")
_BIBLIOGRAPHY = "http://schemas.openxmlformats.org/officeDocument/2006/bibliography"
_ORDINARY_LINKS = ("hyperlink", "attachedTemplate")


def findings(package: Package) -> list[Finding]:
    """What is in an Office file, in the order in which an editor should hear of it. Raises Unfit."""
    readers = {"docx": _word, "xlsx": _excel, "pptx": _powerpoint}
    return [*_properties(package), *readers[package.kind](package), *_attached(package)]


def pages(package: Package) -> int | None:
    """Pages of a DOCX or slides of a PPTX, as the program that wrote it counted them; None where it did not."""
    wanted = {"docx": "Pages", "pptx": "Slides"}.get(package.kind)
    for part in package.parts(*EXTENDED):
        for element in package.elements(part, "Pages", "Slides"):
            if element.name == wanted and element.text.strip().isascii() and element.text.strip().isdecimal():
                number = int(element.text.strip()[:9])
                return number or None
    return None


# --- what every Office file has --------------------------------------------------------------------------------


def _properties(package: Package) -> Iterator[Finding]:
    people = _texts(package, ("core-properties",), "creator", "lastModifiedBy")
    people += [e.attributes.get("author", "") for e in _each(package, ("people",), "person")]
    if names := listed(people):
        yield "author", names
    if names := listed(_texts(package, EXTENDED, "Company", "Manager")):
        yield "company", names
    if names := listed([e.attributes.get("name", "") for e in _each(package, CUSTOM, "property")]):
        yield "custom-properties", names
    if names := listed([root for part in package.parts("customXml") if (root := _custom_data(package, part))]):
        yield "custom-data", names
    if paths := listed(_paths(package)):
        yield "paths", paths
    if package.parts("thumbnail"):
        yield "thumbnail", ""
    if package.parts("signature"):
        yield "signed", ""


def _paths(package: Package) -> list[str]:
    """Folders on somebody's computer: they hold the names of people and of what they work on."""
    found = [r.target for r in package.relationships if r.kind == "attachedTemplate"]
    found += [t for t in _texts(package, EXTENDED, "Template", "HyperlinkBase") if "\\" in t or "/" in t]
    if package.kind == "xlsx":
        found += [e.attributes.get("url", "") for e in _each(package, ("officeDocument",), "absPath")]
    return found


def _custom_data(package: Package, part: str) -> str:
    """The name of the data's outermost element; "" for the empty bibliography that Word adds by itself."""
    content = package.archive.read(part, SMALL_PART)
    if _BIBLIOGRAPHY.encode() in content and b"Source>" not in content:
        return ""
    return posixpath.basename(part)


def _attached(package: Package) -> Iterator[Finding]:
    linked = [r.target for r in package.relationships if r.external and r.kind not in _ORDINARY_LINKS]
    linked += [e.attributes.get("name", "?") for e in _each(package, ("connections",), "connection")]
    if names := listed(linked):
        yield "linked-files", names
    embedded = package.parts("oleObject", "package", "aFChunk", "subDocument")
    if names := listed([posixpath.basename(part) for part in embedded]):
        yield "embedded-files", names


# --- each kind -------------------------------------------------------------------------------------------------


def _word(package: Package) -> Iterator[Finding]:
    changes: list[str] = []
    hidden = 0
    styles = _hidden_styles(package)
    for element in _each(package, TEXTS, *_CHANGES, "vanish", "pStyle", "rStyle"):
        if element.name in _CHANGES:
            changes.append(element.attributes.get("author", ""))
        elif element.name == "vanish":
            hidden += _is_on(element) and not any(around.endswith("Change") for around in element.within)
        else:
            hidden += element.attributes.get("val") in styles
    if changes:
        yield "tracked-changes", counted(len(changes), changes)
    yield from _comments([e.attributes.get("author", "") for e in _each(package, ("comments",), "comment")])
    if hidden:
        yield "hidden-text", str(hidden)


def _hidden_styles(package: Package) -> set[str]:
    """Ids of styles whose text is not shown. Only their use in a text is a finding: Word brings some along."""
    found, hidden = set(), False
    for element in _each(package, ("styles",), "vanish", "style"):
        if element.name == "vanish":
            hidden = hidden or (_is_on(element) and "style" in element.within)
        else:
            found |= {element.attributes.get("styleId", "")} if hidden else set()
            hidden = False
    return found


def _excel(package: Package) -> Iterator[Finding]:
    if changes := [e.attributes.get("userName", "") for e in _each(package, ("revisionHeaders",), "header")]:
        yield "tracked-changes", counted(len(changes), changes)
    legacy = _each(package, ("comments",), "comment", "author")
    notes, names = 0, []
    for element in legacy:
        notes += element.name == "comment"
        names += [element.text] if element.name == "author" and not element.text.startswith("tc=") else []
    threaded = sum(1 for _ in _each(package, ("threadedComment",), "threadedComment"))
    if notes or threaded:  # each thread is also written as a note, for older programs
        names += [e.attributes.get("displayName", "") for e in _each(package, ("person",), "person")]
        yield "comments", counted(max(notes, threaded), names)
    sheets = [
        e.attributes.get("name", "")
        for e in _each(package, ("officeDocument",), "sheet")
        if e.attributes.get("state", "visible") != "visible"
    ]
    if sheets:
        yield "hidden-sheets", counted(len(sheets), sheets)
    if cells := sum(e.attributes.get("hidden", "0") not in _OFF for e in _each(package, ("worksheet",), "row", "col")):
        yield "hidden-cells", str(cells)
    if caches := package.parts("pivotCacheRecords"):
        yield "pivot-data", str(len(caches))


def _powerpoint(package: Package) -> Iterator[Finding]:
    people = {
        e.attributes.get("id", ""): e.attributes.get("name", "")
        for e in _each(package, ("commentAuthors", "authors"), "cmAuthor", "author")
    }
    yield from _comments(
        [people.get(e.attributes.get("authorId", ""), "") for e in _each(package, ("comments",), "cm", "reply")]
    )
    if slides := sum(e.attributes.get("show", "1") in _OFF for e in _each(package, ("slide",), "sld")):
        yield "hidden-slides", str(slides)
    if notes := sum(_has_words(package, part) for part in package.parts("notesSlide")):
        yield "speaker-notes", str(notes)


def _has_words(package: Package, part: str) -> bool:
    """The number of a slide is a field, which nobody wrote."""
    return any(e.text.strip() and "fld" not in e.within for e in package.elements(part, "t"))


def _comments(authors: list[str]) -> Iterator[Finding]:
    if authors:
        yield "comments", counted(len(authors), authors)


def _each(package: Package, kinds: tuple[str, ...], *wanted: str) -> Iterator[Element]:
    for part in package.parts(*kinds):
        yield from package.elements(part, *wanted)


def _texts(package: Package, kinds: tuple[str, ...], *wanted: str) -> list[str]:
    return [e.text for e in _each(package, kinds, *wanted)]


def _is_on(element: Element) -> bool:
    return element.attributes.get("val", "1").lower() not in _OFF
