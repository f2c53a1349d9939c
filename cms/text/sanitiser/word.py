"""What Word and other office programs leave in a paste: lists written as paragraphs, their markers, footnotes.

What is left out of such a paste is in `omission`, formatting by styles in `inline`.
"""

import re
from typing import NamedTuple

from .markup import WHITESPACE
from .runs import Run, can_be_seen, one_paragraph
from .tree import LEAVES, Box

WORD_IGNORE = re.compile(r"mso-list\s*:\s*ignore")
# Notes of Word, LibreOffice and Google Docs, with the way back from the note.
FOOTNOTE = re.compile(r"#(?:_(?:ftn|edn)(?:ref)?\d+|sd(?:foot|end)note\d+(?:sym|anc)|ftnt(?:_ref)?\d+)$")
_WORD_LEVEL = re.compile(r"mso-list\s*:[^;]*?\blevel([1-9])")
_WORD_LIST_CLASS = re.compile(r"\bmsolist(?:paragraph|bullet|number)")

_BULLETS = frozenset("·•▪▫■□●○◦‣⁃–—-*§➢➤✓❖\uf0b7\uf0a7\uf0a8\uf0d8\uf0fc\uf076oüØvqà")
_LEADING_MARKER = re.compile(
    "([·•▪■●○◦‣–—\uf0b7\uf0a7-]|\\(?(?:[0-9]{1,3}|[A-Za-z]|[ivx]{1,5}|[IVX]{1,5})[.)])[ \xa0]+"
)
_NUMBER_MARKER = re.compile(r"\(?([0-9]{1,3}|[a-zA-Z]|[ivx]{1,5}|[IVX]{1,5})[.)]")
_ROMAN = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv"]


def word_level(name: str, attributes: dict[str, str]) -> int:
    """The level of a list item that Word wrote as a paragraph, 0 if it is none."""
    if name != "p":
        return 0
    if level := _WORD_LEVEL.search(attributes.get("style", "").lower()):
        return int(level[1])
    return 1 if _WORD_LIST_CLASS.search(attributes.get("class", "").lower()) else 0


class _Numbering(NamedTuple):
    tag: str
    type: str = ""
    number: int = 0

    def follows(self, other: "_Numbering") -> bool:
        return self.tag == other.tag and (
            self.tag == "ul" or (self.type, self.number) == (other.type, other.number + 1)
        )


def _numberings(marker: str) -> list[_Numbering]:
    """What a marker may stand for; "i." is a roman one or the ninth letter."""
    marker = marker.strip(" \xa0")
    if marker in _BULLETS:
        return [_Numbering("ul")]
    match = _NUMBER_MARKER.fullmatch(marker)
    if not match:
        return []
    sign = match[1]
    if sign.isdigit():
        return [_Numbering("ol", "", int(sign))]
    kinds = []
    if sign.lower() in _ROMAN:
        kinds.append(_Numbering("ol", "i" if sign.islower() else "I", _ROMAN.index(sign.lower())))
    if len(sign) == 1:
        kinds.append(_Numbering("ol", "a" if sign.islower() else "A", ord(sign.lower()) - 96))
    return kinds


def _take_marker(leaf: Box, lists_fit: bool) -> list[_Numbering]:
    """What a Word list item's marker stands for. One that we know is taken off the words, another stays there."""
    if leaf.marker.strip(" \xa0"):
        kinds = _numberings(leaf.marker) if lists_fit else []
        if not kinds:
            leaf.runs = one_paragraph([Run(WHITESPACE.sub(" ", leaf.marker.strip(" \xa0") + " ")), *leaf.runs])
        leaf.marker = ""
        return kinds
    if not lists_fit:
        return []
    first = leaf.runs[0]
    match = _LEADING_MARKER.match(first.text)
    kinds = _numberings(match[1]) if match else []
    if match and kinds:
        rest = one_paragraph([Run(first.text[match.end() :], first.marks), *leaf.runs[1:]])
        if not rest:
            return []
        leaf.runs = rest
    return kinds


def with_word_lists(children: list[Box], lists_fit: bool) -> list[Box]:
    """Runs of Word's list paragraphs as lists; where no list may stand, with their markers as words."""
    result: list[Box] = []
    open_lists: list[tuple[int, Box, _Numbering]] = []
    for child in children:
        kinds = _take_marker(child, lists_fit) if child.level else []
        if not kinds:
            open_lists.clear()
            if child.tag not in LEAVES or any(can_be_seen(run.text) for run in child.runs):
                result.append(child)
            continue
        if any(can_be_seen(run.text) for run in child.runs):  # an item without words is no item
            _add_item(result, open_lists, child, kinds)
    return result


def _add_item(
    result: list[Box], open_lists: list[tuple[int, Box, _Numbering]], leaf: Box, kinds: list[_Numbering]
) -> None:
    while open_lists and open_lists[-1][0] > leaf.level:
        open_lists.pop()
    item = Box("li", leaf.attributes, runs=leaf.runs)
    if open_lists and open_lists[-1][0] == leaf.level:
        _, box, last = open_lists.pop()
        if following := [kind for kind in kinds if kind.follows(last)]:
            box.children.append(item)
            open_lists.append((leaf.level, box, following[0]))
            return
    kind = next((kind for kind in kinds if kind.number == 1), kinds[-1])
    box = Box(kind.tag, children=[item])
    if kind.type:
        box.attributes["type"] = kind.type
    if kind.number > 1:
        box.attributes["start"] = str(kind.number)
    (open_lists[-1][1].children[-1].children if open_lists else result).append(box)
    open_lists.append((leaf.level, box, kind))
