"""Two texts of the same thing in two languages, paragraph beside paragraph. Which blocks belong together is known from
their ids, which a translation takes over from its original; nothing here compares words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from cms.text.fragment import Element, escape, parse, serialise
from cms.text.matching import longest_rising
from cms.text.paragraphs import BLOCK_TAGS, CONTAINERS, ID_PATTERN

ENOUGH = 1 / 3  # of the blocks of the shorter text: if fewer have a partner, two whole texts are easier to read
_BLOCKS = BLOCK_TAGS | CONTAINERS | {"div"}


@dataclass(frozen=True, slots=True)
class Part:
    """A block that stands in no other one, with all that is in it. ids: its own, and those of the blocks inside it."""

    html: str
    tag: str
    ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """What stands beside each other: blocks that share an id, or blocks of one text that the other has not got."""

    left: tuple[Part, ...] = ()
    right: tuple[Part, ...] = ()

    @property
    def is_shared(self) -> bool:
        return bool(self.left and self.right)


@dataclass(frozen=True, slots=True)
class Beside:
    """paired: False where the texts share too little, and all of both stands in one row."""

    rows: tuple[Row, ...]
    paired: bool


def beside(left_html: str, right_html: str) -> Beside:
    """Two texts in rows: every block of both exactly once, and in the order of its own text.

    A block that was moved has no partner: it stands alone in both texts. The blocks of the right text come without
    their ids, for one page shows both texts, and an id is there once.
    """
    left, right = _parts(left_html, keep_ids=True), _parts(right_html, keep_ids=False)
    rows = tuple(_rows(left, right))
    shared = [row for row in rows if row.is_shared]
    found = min(sum(len(row.left) for row in shared), sum(len(row.right) for row in shared))
    if shared and found >= ENOUGH * min(len(left), len(right)):
        return Beside(rows, paired=True)
    return Beside((Row(tuple(left), tuple(right)),), paired=False)


# --- blocks --------------------------------------------------------------------------------------------------


def _parts(html: str, *, keep_ids: bool) -> list[Part]:
    """The outermost blocks of a text. Words between them, which a clean text has not got, are a block of their own."""
    root = parse(html)
    found: list[Part] = []
    loose = escape(root.text or "")
    for element in root:
        if element.tag in _BLOCKS:
            found += _loose(loose)
            found.append(_part(element, keep_ids))
            loose = ""
        else:
            loose += _outer(element)
        loose += escape(element.tail or "")
    return found + _loose(loose)


def _part(element: Element, keep_ids: bool) -> Part:
    named = [inner for inner in element.iter() if inner.get("id") is not None]
    ids = frozenset(inner.get("id") for inner in named if ID_PATTERN.fullmatch(inner.get("id")))
    for inner in () if keep_ids else named:
        del inner.attrib["id"]
    return Part(_outer(element), element.tag, ids)


def _loose(html: str) -> list[Part]:
    return [Part(f"<p>{html.strip()}</p>", "p")] if html.strip() else []


def _outer(element: Element) -> str:
    """An element as HTML, without what follows it."""
    around = etree.Element("div")
    around.append(deepcopy(element))
    around[0].tail = None
    return serialise(around)


# --- rows ----------------------------------------------------------------------------------------------------


def _rows(left: Sequence[Part], right: Sequence[Part]) -> Iterator[Row]:
    done_left = done_right = 0
    for (i, j), (end_i, end_j) in _spans(_chain(left, right)):
        yield from _between(left[done_left:i], right[done_right:j])
        yield Row(tuple(left[i:end_i]), tuple(right[j:end_j]))
        done_left, done_right = end_i, end_j
    yield from _between(left[done_left:], right[done_right:])


def _between(left: Sequence[Part], right: Sequence[Part]) -> Iterator[Row]:
    """Blocks without a partner. Rules have no ids: those in the same place belong together, in their order."""
    rules = zip(*([i for i, part in enumerate(parts) if part.tag == "hr"] for parts in (left, right)), strict=False)
    done_left = done_right = 0
    for i, j in rules:
        yield from _alone(left[done_left:i], right[done_right:j])
        yield Row((left[i],), (right[j],))
        done_left, done_right = i + 1, j + 1
    yield from _alone(left[done_left:], right[done_right:])


def _alone(left: Sequence[Part], right: Sequence[Part]) -> Iterator[Row]:
    if left:
        yield Row(left=tuple(left))
    if right:
        yield Row(right=tuple(right))


def _chain(left: Sequence[Part], right: Sequence[Part]) -> list[tuple[int, int]]:
    """Places of blocks that share an id, as many as keep the order of both texts.

    Neither place ever falls; where one stays, a block has several partners: a paragraph that became a list.
    """
    places = {
        name: j for j, part in reversed(list(enumerate(right))) for name in part.ids
    }  # of two equal ids the first
    used: set[str] = set()
    pairs: list[tuple[int, int]] = []
    for i, part in enumerate(left):
        names = part.ids - used
        pairs += sorted((i, places[name]) for name in names if name in places)
        used |= names
    return [pairs[n] for n in longest_rising([j for _i, j in pairs], strictly=False)]


def _spans(chain: Sequence[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Each run of pairs that hang together by a block, as (first places, places behind the last)."""
    start = 0
    for n, (i, j) in enumerate(chain):
        goes_on = n + 1 < len(chain) and (chain[n + 1][0] == i or chain[n + 1][1] == j)
        if not goes_on:
            yield chain[start], (i + 1, j + 1)
            start = n + 1
