"""Inline elements: which of them are open in the input, and the marks that they give to words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from .attributes import address, forbidden_example, speech_of
from .gate import LANGUAGE
from .markup import WHITESPACE
from .omission import Drop, drop_for
from .report import Report
from .runs import Mark
from .word import FOOTNOTE, WORD_IGNORE

_MAX_OPEN_INLINE = 64
_MAX_MARKS = 12

_INLINE = {"b": "strong", "strong": "strong", "i": "em", "em": "em"} | {
    tag: tag for tag in "sub sup abbr cite q span bdi bdo a".split()
}
_NUMBERED_MARKS = frozenset("abbr cite q bdi bdo".split())
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())  # reopen in the next block

_BOLD = re.compile(r"(?:^|;)\s*font-weight\s*:\s*(?:bold|[6-9]00)")
_NOT_BOLD = re.compile(r"(?:^|;)\s*font-weight\s*:\s*(?:normal|lighter|[1-5]00)")
_ITALIC = re.compile(r"(?:^|;)\s*font-style\s*:\s*(?:italic|oblique)")
_NOT_ITALIC = re.compile(r"(?:^|;)\s*font-style\s*:\s*normal")
_RAISED = re.compile(r"(?:^|;)\s*vertical-align\s*:\s*(super|sub)\b")
_STRUCK = re.compile(r"(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]*line-through")


@dataclass(slots=True)
class _OpenInline:
    """An inline element that is open in the input, and how deep in blocks it was opened."""

    name: str
    depth: int
    marks: tuple[Mark, ...] = ()
    drop: Drop | None = None
    footnote: bool = False
    marker: bool = False  # Word's own number or bullet of a list item


class Inline:
    """Follows HTML5 in what an end tag ends and what goes on behind it."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.open: list[_OpenInline] = []
        self.numbers = count(1)
        self.marks: tuple[Mark, ...] = ()  # of the words that come now
        self.drop: Drop | None = None

    def start(self, name: str, attributes: dict[str, str], depth: int, cell: int, in_dropped: bool) -> None:
        """An element begins. `depth`: how many blocks are open; `cell`: where the innermost cell stands among them."""
        if name == "a":
            self.end("a", cell)  # a link in a link ends the first
        if len(self.open) >= _MAX_OPEN_INLINE:
            return
        style = attributes.get("style", "").lower()
        element = _OpenInline(name, depth, drop=drop_for(name, attributes))
        if not (in_dropped or self.drop or element.drop):
            self._dress(element, attributes, style)
        self.open.append(element)
        self._note()

    def end(self, name: str, cell: int) -> None:
        for i in range(len(self.open) - 1, -1, -1):
            if self.open[i].depth <= cell:
                return  # opened outside this cell, and not to be closed from within
            if self.open[i].name == name:
                # As HTML5 does: formatting that was opened inside goes on, other elements end with this one.
                self.open[i:] = [e for e in self.open[i + 1 :] if e.name in _FORMATTING]
                self._note()
                return

    def leave_blocks(self, length: int, same_cell: bool) -> None:
        """Blocks end until so many are open, and what was opened inside them; formatting goes on in the next block."""
        if self.open and self.open[-1].depth > length:
            reopens = _FORMATTING if same_cell else frozenset()
            self.open = [e for e in self.open if e.depth <= length or e.name in reopens]
            for element in self.open:
                element.depth = min(element.depth, length)
            self._note()

    def in_marker(self) -> bool:
        return any(element.marker for element in self.open)

    def _note(self) -> None:
        """The open elements are others now."""
        self.marks = _effective_marks(self.open) if self.open else ()
        self.drop = next((element.drop for element in self.open if element.drop), None)

    def _dress(self, element: _OpenInline, attributes: dict[str, str], style: str) -> None:
        if element.name in ("s", "strike") or _STRUCK.search(style):
            self.report.note("strikethrough")
        element.marker = bool(WORD_IGNORE.search(style))
        if element.name == "a" and FOOTNOTE.search(attributes.get("href", "")):
            element.footnote, element.marks = True, (Mark("sup"),)
            return
        tag = _INLINE.get(element.name, "")
        own = speech_of(attributes)
        if tag == "a":
            tag = self._link(attributes, own)
        elif (tag == "strong" and _NOT_BOLD.search(style)) or (tag == "em" and _NOT_ITALIC.search(style)):
            tag = ""  # Google Docs wraps whole texts in <b style="font-weight:normal">
        elif tag == "abbr" and (title := WHITESPACE.sub(" ", attributes.get("title", "")).strip()):
            own["title"] = title
        elif tag == "bdo" and own.get("dir") not in ("ltr", "rtl"):
            tag = ""
        tag = tag if tag != "span" else ""
        marks = []
        if tag or own:
            number = next(self.numbers) if tag in _NUMBERED_MARKS else 0
            marks.append(Mark(tag or "span", tuple(sorted(own.items())), number))
        element.marks = (*marks, *_marks_of_style(tag, style))

    def _link(self, attributes: dict[str, str], own: dict[str, str]) -> str:
        if "href" not in attributes:
            return ""  # an anchor
        href = address(attributes["href"])
        if not href:
            if attributes["href"].strip() not in ("", "#"):
                self.report.note("link-address", forbidden_example(attributes["href"]))
            return ""
        own["href"] = href
        if title := WHITESPACE.sub(" ", attributes.get("title", "")).strip():
            own["title"] = title
        if LANGUAGE.fullmatch(attributes.get("hreflang", "")):
            own["hreflang"] = attributes["hreflang"]
        return "a"


def _effective_marks(inline: Iterable[_OpenInline]) -> tuple[Mark, ...]:
    """Marks of all open elements, without those that say nothing new."""
    marks: list[Mark] = []
    footnote = any(element.footnote for element in inline)
    for element in inline:
        for mark in element.marks:
            same = [other for other in marks if other.tag == mark.tag]
            # A 10 to the (2 to the 2) needs its second <sup>, a footnote's number does not.
            if mark.tag in ("strong", "em") and same and (not mark.attributes or mark in same):
                continue
            if same and (mark.tag == "a" or (mark.tag == "sup" and footnote)):
                continue
            if mark.tag == "span" and same and same[-1] == mark:
                continue
            marks.append(mark)
    return tuple(marks[:_MAX_MARKS])


def _marks_of_style(tag: str, style: str) -> Iterator[Mark]:
    """Bold, italic, raised and lowered as Google Docs and LibreOffice write them."""
    if not style:
        return
    if tag != "strong" and _BOLD.search(style):
        yield Mark("strong")
    if tag != "em" and _ITALIC.search(style):
        yield Mark("em")
    if tag not in ("sub", "sup") and (raised := _RAISED.search(style)):
        yield Mark("sup" if raised[1] == "super" else "sub")
