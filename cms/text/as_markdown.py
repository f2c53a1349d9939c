"""A clean text as CommonMark, with tables as GitHub writes them. Nothing that an author wrote turns into markup.

https://spec.commonmark.org/0.31.2/ and https://github.github.com/gfm/#tables-extension-. Own code, because the
libraries there are (markdownify, html2text) let `<script>` and `1.` through as markup, lose captions, and the first
recurses without end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby

from .structure import Block, Figure, Item, Listing, Paragraph, Quote, Run, Table, Words, structure

# Address of a picture, and a line below it (a credit); None where it is not shown.
Picture = Callable[[int], "tuple[str, str] | None"]

_SPECIAL = re.compile(r"[\\`*_\[\]<>~#|]|&(?=[#A-Za-z]|$)")
_SPECIAL_IN_ADDRESS = re.compile(r"[\\<>&]")
_BACKSLASH = r"\\\g<0>"
_NUMBER = re.compile(r"[0-9]{1,9}(?=[.)])")
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9/:.?=%#~_,;@+-]+")


def as_markdown(html: str, *, language: str = "", base: str = "", picture: Picture | None = None) -> str:
    """The text in Markdown, ending in a newline; empty for an empty one.

    html: a clean text; any string will do. base: the address of its page, for links that have no host.
    """
    lines = _Writer(base, picture or (lambda number: None)).blocks(structure(html, language))
    return "".join(f"{line}\n" for line in lines)


def escape(text: str) -> str:
    """Words on one line, so that Markdown shows just these."""
    return _start(_SPECIAL.sub(_BACKSLASH, " ".join(text.split())))


class _Writer:
    def __init__(self, base: str, picture: Picture) -> None:
        self.base = base
        self.picture = picture

    # --- Blocks: each is some lines

    def blocks(self, blocks: Iterable[Block]) -> list[str]:
        found: list[str] = []
        marker = ""  # of the list just before: two lists in a row must not become one
        for block in blocks:
            if isinstance(block, Listing):
                marker = _other_marker(marker, block)
                lines = self._list(block, marker)
            else:
                marker, lines = "", self._block(block)
            if lines:
                found += ["", *lines] if found else lines
        return found

    def _block(self, block: Block) -> list[str]:
        match block:
            case Paragraph(words, level):
                lines = self._lines(words)
                return [f"{'#' * level} {' '.join(lines)}"] if level and lines else lines
            case Quote(blocks):
                return [f"> {line}".rstrip(" ") for line in self.blocks(blocks)]
            case Table():
                return self._table(block)
            case Figure():
                return self._figure(block)
            case _:
                return ["___"]

    def _list(self, listing: Listing, marker: str) -> list[str]:
        entries = [self._item(item, marker) for item in listing.items]
        if all(len(entry) == 1 for entry in entries):
            return [line for entry in entries for line in entry]
        return [line for n, entry in enumerate(entries) for line in ([""] if n else []) + entry]

    def _item(self, item: Item, marker: str) -> list[str]:
        """Markdown counts in plain numbers only; another label stands before the words."""
        blocks = item.blocks
        if marker in ".)":
            marker = f"{item.label}{marker}"
        elif item.label:
            label = Run(f"{item.label}) ")
            if blocks and isinstance(blocks[0], Paragraph) and not blocks[0].level:
                blocks = [Paragraph([label, *blocks[0].words]), *blocks[1:]]
            else:
                blocks = [Paragraph([Run(label.text.strip())]), *blocks]
        first, *others = self.blocks(blocks) or [""]
        indent = " " * (len(marker) + 1)
        return [f"{marker} {first}".rstrip(" "), *(indent + line if line else "" for line in others)]

    def _table(self, table: Table) -> list[str]:
        rows = [["".join(self._inline(cell)) for cell in row] for row in table.rows]
        head, body = (rows[0], rows[1:]) if table.headed else ([""] * len(rows[0]), rows)
        lines = [_row(head), _row(["---"] * len(head)), *map(_row, body)]
        caption = self._lines(table.caption)
        return [*caption, "", *lines] if caption else lines

    def _figure(self, figure: Figure) -> list[str]:
        shown = self.picture(figure.image)
        lines = self._lines(figure.caption)
        if shown is None:
            return lines
        address, credit = shown
        blocks = [[f"![{escape(figure.alt)}]({_address(address)})"], lines, [escape(credit)] if credit else []]
        return [line for n, block in enumerate(filter(None, blocks)) for line in ([""] if n else []) + block]

    # --- Words

    def _lines(self, words: Words) -> list[str]:
        """Lines of a paragraph; a backslash ends those behind which the author broke off."""
        groups = [list(group) for is_break, group in groupby(words, lambda run: run.text == "\n") if not is_break]
        lines = [_start("".join(self._inline(group))) for group in groups]
        lines = [line for line in lines if line]
        return [f"{line}\\" for line in lines[:-1]] + lines[-1:]

    def _inline(self, words: Words) -> list[str]:
        pieces: list[str] = []
        for href, group in groupby(words, key=lambda run: run.href):
            inside: list[str] = []
            for run in group:
                inside.append(_marked(run, "".join(inside[-1:]) or "".join(pieces[-1:])))
            label = "".join(inside)
            if not href or not label.strip():
                pieces.append(label)
                continue
            if pieces and pieces[-1].endswith("!"):  # it would make a picture of the link
                pieces[-1] = f"{pieces[-1][:-1]}\\!"
            stripped = label.strip(" ")
            left = label[: len(label) - len(label.lstrip(" "))]
            right = label[len(label.rstrip(" ")) :]
            pieces.append(f"{left}[{stripped}]({_address(self._whole(href))}){right}")
        return pieces

    def _whole(self, href: str) -> str:
        return absolute(href, self.base)


def absolute(href: str, base: str) -> str:
    """A link's address with its host. base: the address of the page that the link stands on."""
    if href.startswith("#"):
        return base + href
    if href.startswith("/"):
        scheme, _colon, rest = base.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}{href}" if rest else href
    return href


def _marked(run: Run, before: str) -> str:
    """Words between their stars. Spaces and signs at the ends stand outside, where stars are sure to be read as marks
    (CommonMark, 6.2); stars right behind other stars would not be, and are left out."""
    text = run.text
    stars = "*" * (2 * run.strong + run.emphasis)
    letters = [n for n, letter in enumerate(text) if letter.isalnum()] if stars else []
    if not letters or (letters[0] == 0 and before.endswith("*")):
        return _escaped(text)
    start, end = letters[0], letters[-1] + 1
    return f"{_escaped(text[:start])}{stars}{_escaped(text[start:end])}{stars}{_escaped(text[end:])}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(_BACKSLASH, text)


def _start(line: str) -> str:
    """A line that begins no heading, list, rule or table."""
    line = line.strip(" ")
    if line[:1] in tuple("+-=:"):
        return f"\\{line}"
    if number := _NUMBER.match(line):
        return f"{line[: number.end()]}\\{line[number.end() :]}"
    return line


def _address(address: str) -> str:
    if _PLAIN_ADDRESS.fullmatch(address):
        return address
    within = " ".join(address.split()).replace("|", "%7C")
    return f"<{_SPECIAL_IN_ADDRESS.sub(_BACKSLASH, within)}>"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _other_marker(before: str, listing: Listing) -> str:
    """The sign of a list that no other list just before it has: a bullet, or what stands behind its numbers."""
    counted = listing.ordered and all(item.label.isdecimal() and len(item.label) < 10 for item in listing.items)
    first, second = (".", ")") if counted else ("-", "*")
    return second if before == first else first
