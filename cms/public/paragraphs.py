"""The body of a text as the page shows it: each paragraph with a link to itself, each table in a box that scrolls."""

from __future__ import annotations

from itertools import count

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from lxml import etree

from ..text.paragraphs import ID_PATTERN, Element, parse, serialise

BLOCKS_INSIDE = frozenset("p ul ol dl blockquote table h2 h3 h4 div".split())


def linked(html: str) -> SafeString:
    """A clean body with paragraph links. What is added holds no words, so that the text stays the text."""
    root = parse(html)
    numbers, tables = count(1), count(1)
    for block in [e for e in root.iter() if ID_PATTERN.fullmatch(e.get("id", ""))]:
        if block.tag == "table":
            _box(block, next(tables), next(numbers))
        elif (place := _place_in(block)) is not None:
            block.insert(place, _link(block.get("id"), next(numbers)))
    return mark_safe(serialise(root))  # noqa: S308  (the body was cleaned when it was saved)


def _place_in(block: Element) -> int | None:
    """Behind the block's own words; None where it has none, and a paragraph inside it has a link."""
    for place, child in enumerate(block):
        if child.tag in BLOCKS_INSIDE:
            return place if place or (block.text or "").strip() else None
    return len(block)


def _link(address: str, number: int) -> Element:
    name = _("Link to paragraph %(number)d") % {"number": number}
    return etree.Element("a", {"class": "mark", "href": f"#{address}", "aria-label": name})


def _box(table: Element, number: int, paragraph: int) -> None:
    name = _("Table %(number)d") % {"number": number}
    outer = etree.Element("div", {"class": "tabular"})
    scroll = etree.SubElement(outer, "div", {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": name})
    parent = table.getparent()
    outer.tail, table.tail = table.tail, None
    parent.replace(table, outer)
    scroll.append(table)
    outer.append(_link(table.get("id"), paragraph))
