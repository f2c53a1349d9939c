"""The shell of Office Open XML (ECMA-376, part 2): which part is what. Parts are found as Office finds them, by their
relationships, never by their names."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from .archives import MEBIBYTE, Archive
from .unfit import Unfit
from .xml_parts import Element, elements

CONTENT_TYPES = "[Content_Types].xml"
ROOT_RELATIONSHIPS = "_rels/.rels"
SMALL_PART = 8 * MEBIBYTE
# Kinds of relationships; the second words are those of the strict edition (ISO/IEC 29500-1, 15.2).
EXTENDED = ("extended-properties", "extendedProperties")
CUSTOM = ("custom-properties", "customProperties")

_KINDS = {
    "wordprocessingml.document.main+xml": "docx",
    "spreadsheetml.sheet.main+xml": "xlsx",
    "presentationml.presentation.main+xml": "pptx",
}
_MACROS = ("macroenabled", "vbaproject", "activex", "macrosheet", "ms-office.vbadata", "intlmacrosheet")


@dataclass(frozen=True, slots=True)
class Relationship:
    """One line of a .rels part. kind: the last word of its type. part: the archive's name for the target, or ""."""

    source: str
    kind: str
    target: str
    part: str
    external: bool


class Package:
    """An Office file. kind: docx, xlsx or pptx. Raises Unfit for macros, and for what is none of the three."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._names = {name.lower(): name for name in archive.names}
        if len(self._names) < len(archive.names):
            raise Unfit("twice")
        self.types = self._content_types()
        self.relationships = list(self._relationships())
        self._refuse_macros()
        self.kind = self._main_kind()

    def parts(self, *kinds: str) -> list[str]:
        """The names of parts that are the target of such a relationship, each once."""
        return list(dict.fromkeys(r.part for r in self.relationships if r.part and r.kind in kinds))

    def elements(self, part: str, *wanted: str) -> Iterator[Element]:
        return elements(self.archive.chunks(part), wanted)

    def find(self, part: str) -> str:
        """The archive's name for a part: names are compared without case (part 2, 6.2.2.3). Empty if there is none."""
        return self._names.get(part.lower(), "")

    def _content_types(self) -> dict[str, str]:
        content = self.archive.read(self.find(CONTENT_TYPES), SMALL_PART)
        overrides, defaults = {}, {}
        for element in elements([content], ("Override", "Default")):
            type_ = element.attributes.get("ContentType", "").lower()
            if element.name == "Override":
                overrides[element.attributes.get("PartName", "").lstrip("/").lower()] = type_
            else:
                defaults[element.attributes.get("Extension", "").lower()] = type_
        self._every_type = [*overrides.values(), *defaults.values()]
        return {
            name: overrides.get(name.lower(), defaults.get(name.lower().rpartition(".")[2], ""))
            for name in self.archive.names
        }

    def _relationships(self) -> Iterator[Relationship]:
        for name in self.archive.names:
            folder, file = posixpath.split(name)
            if file.lower().endswith(".rels") and posixpath.basename(folder).lower() == "_rels":
                source = posixpath.join(posixpath.dirname(folder), file[: -len(".rels")])
                content = self.archive.read(name, SMALL_PART)
                for element in elements([content], ("Relationship",)):
                    yield self._relationship(source, element.attributes)

    def _relationship(self, source: str, attributes: dict[str, str]) -> Relationship:
        target = attributes.get("Target", "")
        external = attributes.get("TargetMode", "").lower() == "external"
        resolved = posixpath.normpath(posixpath.join("/", posixpath.dirname(source), unquote(target))).lstrip("/")
        kind = attributes.get("Type", "").rstrip("/").rpartition("/")[2]
        return Relationship(source, kind, target, "" if external else self.find(resolved), external)

    def _refuse_macros(self) -> None:
        named = any(name.endswith("vbaproject.bin") for name in self._names)
        if named or any(word in type_ for type_ in self._every_type for word in _MACROS):
            raise Unfit("macros")

    def _main_kind(self) -> str:
        main = [r.part for r in self.relationships if r.source == "" and r.kind == "officeDocument" and r.part]
        if len(main) != 1:
            raise Unfit("broken")
        kind = next((kind for type_, kind in _KINDS.items() if self.types[main[0]].endswith(type_)), "")
        if not kind:
            raise Unfit("unknown")
        return kind


def is_package(archive: Archive) -> bool:
    return any(name.lower() == CONTENT_TYPES.lower() for name in archive.names)
