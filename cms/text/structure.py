"""A clean text as nested blocks of words with marks, for writers of other formats: plain text, Markdown.

What a table or a list means is settled here once; how it is written is each format's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from lxml import etree

from cms.text.fragment import Element, parse

DEEPEST = 40  # a clean text has 32 levels at most (sanitiser.tree); what is deeper is read as words
MOST_COLUMNS = 40  # of a table with its cells spread out, so that a few cells with large spans stay cheap

_BLOCKS = frozenset("p h2 h3 h4 ul ol dl blockquote table figure hr div".split())
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BREAK = "\n"  # a line break that the author set
_RAISED = str.maketrans("0123456789+-−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_QUOTES = {"ru": "«»", "fr": "«»", "es": "«»", "ar": "«»"}  # CLDR; in other languages as in English


@dataclass(frozen=True, slots=True)
class Run:
    """Words with the same marks. text: "\\n" alone is a line break; no other text holds one. href: "" for no link."""

    text: str
    strong: bool = False
    emphasis: bool = False
    href: str = ""


Words = list[Run]


@dataclass(slots=True)
class Paragraph:
    """level: 2 to 4 for a heading, else 0."""

    words: Words
    level: int = 0


@dataclass(slots=True)
class Item:
    """label: what stands before an item of an ordered list ("3", "c", "iv"); empty in other lists."""

    blocks: list[Block]
    label: str = ""


@dataclass(slots=True)
class Listing:
    items: list[Item]

    @property
    def ordered(self) -> bool:
        return bool(self.items and self.items[0].label)


@dataclass(slots=True)
class Quote:
    blocks: list[Block]


@dataclass(slots=True)
class Rule:
    pass


@dataclass(slots=True)
class Table:
    """rows: all of one width; a cell that spans others is followed by empty ones. headed: the first row is a head."""

    caption: Words
    rows: list[list[Words]]
    headed: bool


@dataclass(slots=True)
class Figure:
    """image: the picture's number in the library."""

    image: int
    alt: str
    caption: Words = field(default_factory=list)


Block = Paragraph | Listing | Quote | Rule | Table | Figure


def structure(html: str, language: str = "") -> list[Block]:
    """The blocks of a clean text in their order. language: of the text, whose quotation marks `q` gets.

    Any string will do; what is not of our markup is read as the words in it.
    """
    return _Reader(language).blocks(parse(html), 0)


def text_of(words: Iterable[Run]) -> str:
    return "".join(run.text for run in words)


class _Reader:
    def __init__(self, language: str) -> None:
        self.quotes = _QUOTES.get(language.split("-")[0], "“”")

    # --- Blocks

    def blocks(self, parent: Element, depth: int) -> list[Block]:
        """Those below an element. Words between them make paragraphs of their own."""
        found: list[Block] = []
        for is_block, group in groupby(_pieces(parent), key=lambda piece: not isinstance(piece, str) and _block(piece)):
            if is_block and depth < DEEPEST:
                for element in group:
                    found += self._block(element, depth + 1)
            elif words := _tidy(run for piece in group for run in self._runs(piece)):
                found.append(Paragraph(words))
        return found

    def _block(self, element: Element, depth: int) -> Iterator[Block]:
        tag = element.tag
        if tag in ("h2", "h3", "h4"):
            if words := self.words(element):
                yield Paragraph([run for run in words if run.text != _BREAK] and _on_one_line(words), int(tag[1]))
        elif tag in ("ul", "ol"):
            if items := list(self._items(element, depth)):
                yield Listing(items)
        elif tag == "dl":
            yield from self._terms(element, depth)
        elif tag == "blockquote":
            if blocks := self.blocks(element, depth):
                yield Quote(blocks)
        elif tag == "hr":
            yield Rule()
        elif tag == "table":
            yield from self._table(element)
        elif tag == "figure":
            yield from self._figure(element, depth)
        else:
            yield from self.blocks(element, depth)

    def _items(self, element: Element, depth: int) -> Iterator[Item]:
        kind = element.get("type", "1") if element.tag == "ol" else ""
        number = _number(element.get("start", "1"))
        for child in element:
            blocks = self._block(child, depth + 1) if _block(child) else self.blocks(child, depth)
            yield Item(list(blocks), _label(number, kind) if kind else "")
            number += 1

    def _terms(self, element: Element, depth: int) -> Iterator[Block]:
        """A term as a paragraph in bold, its descriptions as a list."""
        for is_term, group in groupby(element, key=lambda child: child.tag == "dt"):
            entries = [self.blocks(child, depth) for child in group]
            if is_term:
                yield from (_bold(block) for blocks in entries for block in blocks)
            elif items := [Item(blocks) for blocks in entries if blocks]:
                yield Listing(items)

    def _figure(self, element: Element, depth: int) -> Iterator[Block]:
        image, caption = element.find("img"), element.find("figcaption")
        number = image.get("data-image", "") if image is not None else ""
        if not (number.isascii() and number.isdecimal()):
            yield from self.blocks(element, depth)
            return
        words = self.words(caption) if caption is not None else []
        yield Figure(int(number), image.get("alt", ""), words)

    # --- Tables

    def _table(self, element: Element) -> Iterator[Block]:
        caption = element.find("caption")
        said = self.words(caption) if caption is not None else []
        rows = [row for row in element.iter("tr") if _table_of(row) is element]
        cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
        grid = self._spread(cells)
        if grid is None:  # too wide for a grid: line by line
            yield from (Paragraph(words) for words in [said, *(self._line(row) for row in cells)] if words)
        elif grid:
            yield Table(said, grid, bool(cells[0]) and all(cell.tag == "th" for cell in cells[0]))
        elif said:
            yield Paragraph(said)

    def _spread(self, cells: list[list[Element]]) -> list[list[Words]] | None:
        """The cells in a grid, each in its first place; None where that would be too wide."""
        grid: list[list[Words]] = []
        below: dict[int, int] = {}  # column: how many rows more it is taken from above
        for row in cells:
            line: list[Words] = []
            for cell in row:
                while below.get(len(line), 0):
                    line.append([])
                across, down = (_number(cell.get(name, "1")) for name in ("colspan", "rowspan"))
                if len(line) + across > MOST_COLUMNS:
                    return None
                # Taken one row too many, which the end of this row takes off again.
                below.update({len(line) + n: down for n in range(max(1, across))})
                line += [_on_one_line(self.words(cell)), *([] for _ in range(across - 1))]
            below = {column: left - 1 for column, left in below.items() if left > 1}
            grid.append(line)
        width = max((len(line) for line in grid), default=0)
        return [line + [[] for _ in range(width - len(line))] for line in grid] if width else []

    def _line(self, row: list[Element]) -> Words:
        found: Words = []
        for cell in row:
            if words := _on_one_line(self.words(cell)):
                found += [Run(" – "), *words] if found else words
        return found

    # --- Words

    def words(self, element: Element) -> Words:
        """All words below an element, those of blocks inside it too, parted by spaces."""
        return _tidy(self._runs(element, tail=False))

    def _runs(self, piece: Element | str, *, tail: bool = False) -> Iterator[Run]:
        if isinstance(piece, str):
            yield Run(piece)
            return
        open_marks = _Marks()
        for event, element in etree.iterwalk(piece, events=("start", "end")):
            before = event == "start"
            if element.tag == "br" and before:
                yield Run(_BREAK)
            elif element.tag in _BLOCKS or element.tag in ("li", "td", "th", "tr", "dt", "dd", "caption"):
                yield Run(" ")
            if element.tag == "q":
                yield open_marks.run(self.quotes[0 if before else 1])
            open_marks.count(element, 1 if before else -1)
            words = element.text if before else element.tail if element is not piece else ""
            if words:
                yield open_marks.run(_SPACES.sub(" ", words))


class _Marks:
    """Which marks are open while a tree is walked."""

    def __init__(self) -> None:
        self.strong = self.emphasis = self.raised = self.lowered = 0
        self.links: list[str] = []

    def count(self, element: Element, step: int) -> None:
        tag = element.tag
        if tag in ("strong", "b"):
            self.strong += step
        elif tag in ("em", "i", "cite"):
            self.emphasis += step
        elif tag == "sup":
            self.raised += step
        elif tag == "sub":
            self.lowered += step
        elif tag == "a" and step > 0:
            self.links.append(element.get("href", ""))
        elif tag == "a":
            self.links.pop()

    def run(self, text: str) -> Run:
        """Figures above and below the line stay so where Unicode has them: 10⁶ must not become 106."""
        if self.raised:
            text = text.translate(_RAISED)
        elif self.lowered:
            text = text.translate(_LOWERED)
        return Run(text, self.strong > 0, self.emphasis > 0, self.links[-1] if self.links else "")


def _pieces(parent: Element) -> Iterator[Element | str]:
    """What stands below an element: words, and elements without the words behind them."""
    if parent.text:
        yield _SPACES.sub(" ", parent.text)
    for child in parent:
        yield child
        if child.tail:
            yield _SPACES.sub(" ", child.tail)


def _block(element: Element) -> bool:
    return element.tag in _BLOCKS


def _table_of(row: Element) -> Element:
    return next(row.iterancestors("table"))


def _tidy(runs: Iterable[Run]) -> Words:
    """Equal neighbours as one, single spaces, none at an end or beside a line break."""
    joined: Words = []
    for (is_break, marks), group in groupby(runs, key=lambda run: (run.text == _BREAK, replace(run, text=""))):
        same = list(group)
        joined += same if is_break else [replace(marks, text="".join(run.text for run in same))]
    return _without_needless_spaces(joined)


def _without_needless_spaces(runs: Words) -> Words:
    found: Words = []
    at_start = True
    for run in runs:
        if run.text == _BREAK:
            _strip_end(found)
            if found and found[-1].text != _BREAK:
                found.append(run)
            at_start = True
            continue
        text = _SPACES.sub(" ", run.text)
        if at_start:
            text = text.lstrip(" ")
        if text:
            found.append(replace(run, text=text))
            at_start = text.endswith(" ")
    _strip_end(found)
    while found and found[-1].text == _BREAK:
        found.pop()
        _strip_end(found)
    return found


def _strip_end(runs: Words) -> None:
    while runs and runs[-1].text != _BREAK:
        text = runs[-1].text.rstrip(" ")
        if text:
            runs[-1] = replace(runs[-1], text=text)
            return
        runs.pop()


def _on_one_line(words: Words) -> Words:
    return [replace(run, text=" ") if run.text == _BREAK else run for run in words]


def _bold(block: Block) -> Block:
    if isinstance(block, Paragraph):
        return Paragraph([replace(run, strong=True) for run in block.words], block.level)
    return block


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else 1


def _label(number: int, kind: str) -> str:
    """The number of an item as its list counts. kind: of HTML's `type`: 1, a, A, i, I."""
    write: dict[str, Callable[[int], str]] = {"a": _letters, "i": _roman}
    if kind.lower() not in write or not 0 < number < 4000:
        return str(number)
    label = write[kind.lower()](number)
    return label.upper() if kind.isupper() else label


def _letters(number: int) -> str:
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("a") + rest) + found
    return found


def _roman(number: int) -> str:
    values = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
    found = ""
    for value, letters in zip(values, "m cm d cd c xc l xl x ix v iv i".split(), strict=True):
        times, number = divmod(number, value)
        found += letters * times
    return found
