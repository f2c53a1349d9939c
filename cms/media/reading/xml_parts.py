"""Reading XML that a stranger made: as a stream, without a tree, without a document type, hence without entities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from .unfit import Unfit

_TEXT = 500  # characters kept of an element's text
_DEPTH = 200


@dataclass(slots=True)
class Element:
    """An element that was asked for. Names are local names: Office's namespaces come in two editions each.

    within: the elements round it, the root first.
    """

    name: str
    attributes: dict[str, str]
    within: tuple[str, ...]
    text: str = ""


@dataclass
class _Target:
    """lxml's interface for parsers that build nothing."""

    wanted: frozenset[str]
    found: list[Element] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # local names by full names

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self.names.get(tag) or self.names.setdefault(tag, tag.rpartition("}")[2])
        if name in self.wanted:
            own = {key.rpartition("}")[2]: value for key, value in attributes.items()}
            self.open.append(Element(name, own, tuple(self.path)))
        self.path.append(name)
        if len(self.path) > _DEPTH:
            raise Unfit("broken")

    def data(self, text: str) -> None:
        for element in self.open:
            if len(element.text) < _TEXT:
                element.text += text[:_TEXT]

    def end(self, tag: str) -> None:
        if self.path.pop() in self.wanted:
            self.found.append(self.open.pop())

    def doctype(self, *_: Any) -> None:
        """Office Open XML forbids it (ECMA-376, part 2, 8.1.4); OpenDocument has no use for it."""
        raise Unfit("doctype")

    def close(self) -> None:
        return None


def elements(chunks: Iterable[bytes], wanted: Iterable[str]) -> Iterator[Element]:
    """The elements of these local names, each when it ends. Raises Unfit for XML that is not well-formed."""
    target = _Target(frozenset(wanted))
    parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        for chunk in chunks:
            parser.feed(chunk)
            yield from target.found
            target.found.clear()
        parser.close()
    except etree.XMLSyntaxError:
        raise Unfit("broken")
    yield from target.found


def tree(content: bytes) -> Any:
    """A small part as an lxml element, for changing it. Raises Unfit."""
    for _ in elements([content], ()):
        pass
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def local(element: Any) -> str:
    """The name of an lxml element without its namespace; empty for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
