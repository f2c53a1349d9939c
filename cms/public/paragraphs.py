"""The body of a text as the page shows it: paragraphs with links to themselves, wide tables in boxes, pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from lxml import etree

from ..text.figures import replace_images
from ..text.fragment import Element, parse, serialise
from ..text.paragraphs import ID_PATTERN
from .pictures import Photo

BLOCKS_INSIDE = frozenset("p ul ol dl blockquote table h2 h3 h4 div figure".split())


def linked(html: str, photos: Mapping[int, Photo] | None = None) -> SafeString:
    """A clean body with its pictures and with paragraph links, which hold no words, so that the text stays the text.

    photos: those of the text by their numbers in the library. A picture that is not among them is left out.
    """
    root = _with_pictures(html, photos)
    numbers, tables = count(1), count(1)
    name = _("Link to paragraph %(number)d")
    for block in _addressed(root):
        if block.tag == "table":
            _box(block, next(tables)).append(_link(block.get("id"), name % {"number": next(numbers)}))
        elif block.tag == "figure":
            _inner(block).append(_link(block.get("id"), name % {"number": next(numbers)}))
        elif (place := _place_in(block)) is not None:
            block.insert(place, _link(block.get("id"), name % {"number": next(numbers)}))
    return mark_safe(serialise(root))  # noqa: S308  (the body was cleaned when it was saved)


def unlinked(html: str, photos: Mapping[int, Photo] | None = None) -> str:
    """The same without paragraph links, for a page that shows two texts."""
    root = _with_pictures(html, photos)
    for number, table in enumerate([block for block in _addressed(root) if block.tag == "table"], start=1):
        _box(table, number)
    return serialise(root)


def _with_pictures(html: str, photos: Mapping[int, Photo] | None) -> Element:
    root = parse(html)
    _show_pictures(root, photos or {})
    return root


def _addressed(root: Element) -> list[Element]:
    return [element for element in root.iter() if ID_PATTERN.fullmatch(element.get("id", ""))]


def _show_pictures(root: Element, photos: Mapping[int, Photo]) -> None:
    shown: list[tuple[Element, Photo]] = []

    def build(number: int, alt: str) -> Element | None:
        photo = photos.get(number)
        if photo is None:
            return None
        said = replace(photo, alt=alt, decorative=not alt)
        element = _element(render_to_string("public/_enlarge.html", {"photo": said, "slot": "text"}))
        shown.append((element, said))
        return element

    replace_images(root, build)
    for element, photo in shown:
        figure = element.getparent()
        figure.set("class", "picture upright" if photo.is_upright else "picture")
        if photo.credit or photo.terms:
            _caption(figure).append(_element(render_to_string("public/_credit.html", {"photo": photo})))


def _element(html: str) -> Element:
    return parse(html.strip())[0]


def _caption(figure: Element) -> Element:
    """The caption of a figure, with a space behind its words; a new one where it has none."""
    caption = figure.find("figcaption")
    if caption is None:
        return etree.SubElement(figure, "figcaption")
    if len(caption):
        caption[-1].tail = (caption[-1].tail or "") + " "
    else:
        caption.text = (caption.text or "") + " "
    return caption


def _inner(figure: Element) -> Element:
    """Where the link to a figure stands: in its caption, else behind the picture."""
    caption = figure.find("figcaption")
    return figure if caption is None else caption


def _place_in(block: Element) -> int | None:
    """Behind the block's own words; None where it has none, and a paragraph inside it has a link."""
    for place, child in enumerate(block):
        if child.tag in BLOCKS_INSIDE:
            return place if place or (block.text or "").strip() else None
    return len(block)


def _link(address: str, name: str) -> Element:
    return etree.Element("a", {"class": "mark", "href": f"#{address}", "aria-label": name})


def _box(table: Element, number: int) -> Element:
    """Put a table into a box that scrolls by itself."""
    name = _("Table %(number)d") % {"number": number}
    outer = etree.Element("div", {"class": "tabular"})
    scroll = etree.SubElement(outer, "div", {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": name})
    parent = table.getparent()
    outer.tail, table.tail = table.tail, None
    parent.replace(table, outer)
    scroll.append(table)
    return outer
