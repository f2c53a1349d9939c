"""XML documents that are written element by element: feeds and sitemaps. What XML cannot hold is left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import StringIO
from xml.sax.xmlreader import AttributesImpl

from django.utils.xmlutils import SimplerXMLGenerator

# All but XML 1.0's own characters (section 2.2), and the control characters that it advises against.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def printable(text: str) -> str:
    """A text without the characters that no XML document may hold."""
    return _NOT_XML.sub("", text)


class Document:
    """One document, written from its beginning to its end. Names may have a prefix that the root declares."""

    def __init__(self, root: str, attributes: Mapping[str, str]) -> None:
        self._out = StringIO()
        self._xml = SimplerXMLGenerator(self._out, "utf-8", short_empty_elements=True)
        self._opened: list[str] = []
        self._xml.startDocument()
        self.open(root, attributes)

    def open(self, name: str, attributes: Mapping[str, str] | None = None) -> None:
        self._xml.startElement(name, self._clean(attributes))
        self._opened.append(name)

    def close(self) -> None:
        """End the element that was opened last."""
        self._xml.endElement(self._opened.pop())

    def leaf(self, name: str, text: str = "", attributes: Mapping[str, str] | None = None) -> None:
        """An element that holds words alone, or nothing."""
        self._xml.startElement(name, self._clean(attributes))
        if text:
            self._xml.characters(printable(text))
        self._xml.endElement(name)

    def finish(self) -> bytes:
        """The document as UTF-8. Ends what is still open."""
        while self._opened:
            self.close()
        self._xml.endDocument()
        return self._out.getvalue().encode()

    @staticmethod
    def _clean(attributes: Mapping[str, str] | None) -> AttributesImpl[str]:
        return AttributesImpl({name: printable(value) for name, value in (attributes or {}).items()})
