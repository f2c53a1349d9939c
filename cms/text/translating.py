"""A translation against its original, block by block: what is not translated yet, and what the original got since.

Blocks belong together by their ids, which a translation takes over. Two whole texts beside each other: `beside`.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Literal

from cms.text.fragment import Element, parse, serialise
from cms.text.paragraphs import Block, blocks

State = Literal["done", "same", "missing"]
LISTS = {"li": ("ul", "ol"), "dt": ("dl",), "dd": ("dl",)}  # what may stand in lists alone


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block of the original. same: the translation has it in the very words of the original; missing: not at all."""

    block: Block
    state: State


def paragraphs(original: str, translation: str) -> list[Paragraph]:
    """The blocks of the original that say or show something, in their order, each with its state."""
    there = {block.id: block.text for block in blocks(translation)}
    told = [block for block in blocks(original) if block.text or block.tag == "figure"]
    return [Paragraph(block, _state(block, there)) for block in told]


def _state(block: Block, there: dict[str, str]) -> State:
    if block.id not in there:
        return "missing"
    # What has no letters (a year, a rule of stars) reads the same in every language.
    says_something = any(letter.isalpha() for letter in block.text)
    return "same" if says_something and block.text == there[block.id] else "done"


def with_what_is_new(translation: str, before: str, after: str) -> str:
    """The translation with the blocks that came into the original, in the original's words and with their ids.

    before, after: the original as the translation followed it, and as it follows it now. What the translation left out
    before stays out; a block with no neighbour in the translation stands at its end.
    """
    root, source = parse(translation), parse(after)
    known = {element.get("id") for element in parse(before).iter() if element.get("id")}
    places = {element.get("id"): element for element in root.iter() if element.get("id")}
    for element in list(source.iter()):
        address = element.get("id")
        if address and address not in known and address not in places:
            unit = _whole(element, source, places)
            copy = _put(unit, root, places)
            places.update((inner.get("id"), inner) for inner in copy.iter() if inner.get("id"))
    return serialise(root)


def _whole(element: Element, source: Element, places: dict[str, Element]) -> Element:
    """The block with the lists and quotations around it of which the translation has nothing."""
    unit = element
    while unit.getparent() is not source and not _ids(unit.getparent(), places):
        unit = unit.getparent()
    return unit


def _ids(element: Element, places: dict[str, Element]) -> list[str]:
    """Of the blocks in an element, itself included, those that the translation has."""
    return [inner.get("id") for inner in element.iter() if inner.get("id") in places]


def _put(unit: Element, root: Element, places: dict[str, Element]) -> Element:
    """Put a copy beside the nearest neighbour that the translation has: behind the one before, else before the next."""
    copy = deepcopy(unit)
    copy.tail = None
    for neighbour, is_before in _neighbours(unit):
        shared = _ids(neighbour, places)
        if not shared:
            continue
        anchor = _level(places[shared[-1 if is_before else 0]], neighbour, root)
        if copy.tag in LISTS and anchor.getparent().tag not in LISTS[copy.tag]:
            copy.tag = "p"
        elif copy.tag not in LISTS and anchor.tag in LISTS:
            anchor = _outermost(anchor, root)
        (anchor.addnext if is_before else anchor.addprevious)(copy)
        return copy
    root.append(copy)
    return copy


def _neighbours(unit: Element) -> Iterator[tuple[Element, bool]]:
    """The elements beside a block, the nearest first; those before it come first."""
    yield from ((element, True) for element in unit.itersiblings(preceding=True))
    yield from ((element, False) for element in unit.itersiblings())


def _level(found: Element, neighbour: Element, root: Element) -> Element:
    """The element of the translation that stands for a whole neighbour: around its block, of the neighbour's tag."""
    if found.get("id") == neighbour.get("id"):
        return found
    for around in found.iterancestors():
        if around is root:
            break
        if around.tag == neighbour.tag:
            return around
    return found


def _outermost(element: Element, root: Element) -> Element:
    while element.getparent() is not root:
        element = element.getparent()
    return element
