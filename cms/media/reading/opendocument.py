"""What an ODT holds besides what a reader sees (OASIS OpenDocument 1.3, parts 2 and 3)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from .archives import Archive
from .unfit import Unfit, counted, listed
from .xml_parts import Element, elements

Finding = tuple[str, str]

MIMETYPE = "mimetype"
META, CONTENT, STYLES, SETTINGS, MANIFEST = (
    "meta.xml", "content.xml", "styles.xml", "settings.xml", "META-INF/manifest.xml",
)  # fmt: skip
PEOPLE = ("initial-creator", "creator", "printed-by")
_ODT = b"application/vnd.oasis.opendocument.text"
_CODE = re.compile(r"(?:Basic|Scripts)/(?!.*/?(?:script|dialog)-l[bc]\.xml$)")
_NEEDED = {CONTENT, STYLES, META, MANIFEST}
_COUNTED = ("changed-region", "annotation", "hidden-text", "hidden-paragraph")
_STYLED = ("span", "p", "h")
_LINKING = (
    "image", "object", "object-ole", "section-source", "plugin", "floating-frame", "dde-source", "fill-image",
)  # fmt: skip
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.\-]*:|\.\./|/", re.IGNORECASE)
_EMBEDDED = re.compile(r"(?:\./)?Object(?!Replacements)")


def kind(archive: Archive) -> str:
    """ "odt". Raises Unfit for other OpenDocument files, for macros and for passwords."""
    if archive.heads[MIMETYPE] != _ODT or archive.file.getinfo(MIMETYPE).compress_type:
        raise Unfit("unknown")
    if not set(archive.names) >= _NEEDED:
        raise Unfit("broken")
    if any(_CODE.match(name) for name in archive.names):
        raise Unfit("macros")
    if any(True for _ in elements(archive.chunks(MANIFEST), ("encryption-data",))):
        raise Unfit("password")
    return "odt"


def pages(archive: Archive) -> int | None:
    for element in elements(archive.chunks(META), ("document-statistic",)):
        number = element.attributes.get("page-count", "")
        return (int(number[:9]) or None) if number.isascii() and number.isdecimal() else None
    return None


def findings(archive: Archive) -> list[Finding]:
    """What is in an ODT, in the order in which an editor should hear of it. Raises Unfit."""
    return [*_properties(archive), *_text(archive), *_attached(archive)]


def _properties(archive: Archive) -> Iterator[Finding]:
    people, custom, paths = [], [], []
    for element in elements(archive.chunks(META), (*PEOPLE, "user-defined", "template", "auto-reload")):
        if element.name in PEOPLE:
            people.append(element.text)
        elif element.name == "user-defined":
            custom.append(element.attributes.get("name", ""))
        else:
            paths.append(element.attributes.get("href", ""))
    for code, names in (("author", people), ("custom-properties", custom), ("paths", paths)):
        if words := listed(names):
            yield code, words
    if any(name.startswith("Thumbnails/") for name in archive.names):
        yield "thumbnail", ""
    if any(name.lower().startswith("meta-inf/") and "signatures" in name.lower() for name in archive.names):
        yield "signed", ""


def _text(archive: Archive) -> Iterator[Finding]:
    number: Counter[str] = Counter()
    people: dict[str, list[str]] = {"changed-region": [], "annotation": []}
    styles: set[str] = set()  # whose text is not shown
    invisible = False
    for element in _in_texts(archive, *_COUNTED, *_STYLED, "creator", "text-properties", "style", "section"):
        name, attributes = element.name, element.attributes
        if name in _COUNTED:
            number[name] += 1
        elif name == "creator":
            people["changed-region" if "changed-region" in element.within else "annotation"].append(element.text)
        elif name == "text-properties":
            invisible = invisible or attributes.get("display") == "none"
        elif name == "style":
            styles |= {attributes.get("name", "")} if invisible else set()
            invisible = False
        elif name == "section":
            number["hidden"] += attributes.get("display", "true") != "true"
        else:
            number["hidden"] += attributes.get("style-name") in styles
    for name, code in (("changed-region", "tracked-changes"), ("annotation", "comments")):
        if number[name]:
            yield code, counted(number[name], people[name])
    if hidden := number["hidden"] + number["hidden-text"] + number["hidden-paragraph"]:
        yield "hidden-text", str(hidden)


def _attached(archive: Archive) -> Iterator[Finding]:
    addresses = [element.attributes.get("href", "") for element in _in_texts(archive, *_LINKING)]
    if names := listed([address for address in addresses if _OUTSIDE.match(address)]):
        yield "linked-files", names
    embedded = {name.removeprefix("./").split("/")[0] for name in archive.names if _EMBEDDED.match(name)}
    if names := listed(sorted(embedded)):
        yield "embedded-files", names
    if any(name.startswith("Versions/") or name == "VersionList.xml" for name in archive.names):
        yield "earlier-versions", ""


def _in_texts(archive: Archive, *wanted: str) -> Iterator[Element]:
    for part in (STYLES, CONTENT):
        yield from elements(archive.chunks(part), wanted)
