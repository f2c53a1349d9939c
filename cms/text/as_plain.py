"""A clean text as plain text to read, to print or to paste: headings, lists, quotes and tables by their layout.

For one line a block (search, feeds, mails) see `plain`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby

from django.utils.translation import gettext as _

from .as_markdown import Picture, absolute
from .structure import Block, Figure, Item, Listing, Paragraph, Quote, Rule, Table, Words, structure

WIDTH = 72  # columns
_NARROWEST = 24  # of the room inside nested lists and quotes
_GLUE = "\0"  # a space where no line may end; no text holds one
# Russian typography: a dash does not begin a line, a word of one letter does not end one.
_BEFORE_DASH = re.compile(r" (?=[—–] )")
_BEHIND_LETTER = re.compile(r"(?<![^\s\0(«„“\"])([аикосвуяАИКОСВУЯ]) (?=\S)")
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CLOSING = "、。，．！？；：）」』】》〉”’…"
_PLACES_TO_BREAK = re.compile(rf" |(?<=[{_IDEOGRAPHS}{_CLOSING}])(?=[{_IDEOGRAPHS}])")


def as_plain(html: str, *, language: str = "", base: str = "", picture: Picture | None = None) -> str:
    """The text in lines of at most 72 columns, but for what cannot be parted; it ends in a newline, unless empty.

    Links are numbered, and their addresses stand at the end. html: a clean text; any string will do. base: the address
    of its page, for links that have no host.
    """
    writer = _Writer(base, picture or (lambda number: None))
    lines = writer.blocks(structure(html, language), WIDTH)
    if writer.addresses:
        lines += ["", *(f"[{n}] {address}" for n, address in enumerate(writer.addresses, start=1))]
    return "".join(f"{line}\n" for line in lines)


class _Writer:
    def __init__(self, base: str, picture: Picture) -> None:
        self.base = base
        self.picture = picture
        self.addresses: dict[str, int] = {}  # of links, with their numbers

    # --- Blocks: each is some lines

    def blocks(self, blocks: Iterable[Block], width: int) -> list[str]:
        found: list[str] = []
        for block in blocks:
            if lines := self._block(block, width):
                found += ["", *lines] if found else lines
        return found

    def _block(self, block: Block, width: int) -> list[str]:
        match block:
            case Paragraph(words, level):
                lines = self._lines(words, width)
                return _underlined(lines, level) if level else lines
            case Listing(items):
                return self._list(items, width)
            case Quote(blocks):
                return [f"> {line}".rstrip() for line in self.blocks(blocks, _room(width, 2))]
            case Table():
                return self._table(block, width)
            case Figure():
                return self._figure(block, width)
            case Rule():
                return ["* * *"]

    def _list(self, items: list[Item], width: int) -> list[str]:
        entries = [self._item(item, width) for item in items]
        if all(len(item.blocks) <= 1 for item in items):
            return [line for entry in entries for line in entry]
        return [line for n, entry in enumerate(entries) for line in ([""] if n else []) + entry]

    def _item(self, item: Item, width: int) -> list[str]:
        marker = f"{item.label}. " if item.label else "– "
        first, *others = self.blocks(item.blocks, _room(width, len(marker))) or [""]
        return [(marker + first).rstrip(), *((" " * len(marker) + line).rstrip() for line in others)]

    def _figure(self, figure: Figure, width: int) -> list[str]:
        shown = self.picture(figure.image)
        caption = " ".join(self._said(figure.caption).split("\n"))
        if shown is None:
            return wrapped(caption, width)
        parts = [part if part[-1] in ".!?…" else f"{part}." for part in (caption or figure.alt, shown[1]) if part]
        words = " ".join(parts)
        return wrapped(_("[Photo: %(words)s]") % {"words": words}, width) if words else []

    # --- Tables

    def _table(self, table: Table, width: int) -> list[str]:
        rows = [[" ".join(self._said(cell).split("\n")) for cell in row] for row in table.rows]
        lines = _columns(rows, table.headed, width) or _records(rows, table.headed, width)
        caption = self._lines(table.caption, width)
        return [*caption, "", *lines] if caption else lines

    # --- Words

    def _lines(self, words: Words, width: int) -> list[str]:
        return [line for part in self._said(words).split("\n") for line in wrapped(part, width)]

    def _said(self, words: Words) -> str:
        """Words with the number of each link behind them."""
        found: list[str] = []
        for href, group in groupby(words, key=lambda run: run.href):
            text = "".join(run.text for run in group)
            found.append(text)
            address = absolute(href, self.base)
            if href and text.strip() and text.strip() not in (address, address.partition(":")[2]):
                number = self.addresses.setdefault(address, len(self.addresses) + 1)
                found.append(f" [{number}]" if not text.endswith(" ") else f"[{number}] ")
        return "".join(found)


def _room(width: int, taken: int) -> int:
    return max(_NARROWEST, width - taken)


def _underlined(lines: list[str], level: int) -> list[str]:
    if not lines or level > 3:
        return lines
    return [*lines, ("=" if level < 2 else "-" if level == 2 else "·") * max(map(columns, lines))]


def _columns(rows: list[list[str]], headed: bool, width: int) -> list[str]:
    """Cells below one another; nothing where a row would not fit into a line."""
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    if sum(widths) + 3 * (len(widths) - 1) > width:
        return []
    lines = [" | ".join(_padded(cell, wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [lines[0], "-+-".join("-" * wide for wide in widths), *lines[1:]] if headed else lines


def _records(rows: list[list[str]], headed: bool, width: int) -> list[str]:
    """One row below the other, each cell on its own line behind the head of its column."""
    head, body = (rows[0], rows[1:]) if headed else ([""] * len(rows[0]), rows)
    entries = [
        [line for name, cell in zip(head, row, strict=True) if cell for line in _entry(name, cell, width)]
        for row in (body or [head])
    ]
    return [line for n, entry in enumerate(filter(None, entries)) for line in ([""] if n else []) + entry]


def _entry(name: str, cell: str, width: int) -> list[str]:
    first, *others = wrapped(f"{name}: {cell}" if name and name != cell else cell, _room(width, 2))
    return [first, *(f"  {line}" for line in others)]


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - columns(cell))


# --- Lines


def wrapped(text: str, width: int) -> list[str]:
    """A line of words as lines of at most so many columns. What has no place to break stays whole."""
    glued = _BEHIND_LETTER.sub(rf"\1{_GLUE}", _BEFORE_DASH.sub(_GLUE, text))
    lines: list[str] = []
    line, room = "", width
    for word, gap in _words(glued):
        wide = columns(word)
        if line and wide + len(gap) > room:
            lines.append(line)
            line, room = word, width - wide
        else:
            joint = gap if line else ""
            line, room = line + joint + word, room - wide - len(joint)
    return [found.replace(_GLUE, " ") for found in [*lines, line] if found]


def _words(text: str) -> Iterable[tuple[str, str]]:
    """(what must stay together, the space before it)."""
    start, gap = 0, ""
    for place in _PLACES_TO_BREAK.finditer(text):
        if place.start() > start:
            yield text[start : place.start()], gap
        start, gap = place.end(), place.group()
    if start < len(text):
        yield text[start:], gap


def columns(text: str) -> int:
    """How many columns a text takes in a fixed-width font: none for marks above letters, two for ideographs."""
    if text.isascii():
        return len(text)
    letters = [letter for letter in text if not unicodedata.combining(letter)]
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in letters)
