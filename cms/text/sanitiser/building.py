"""Building: a stream of tokens becomes a tree of boxes that can only hold what we allow.

What inline elements do to words is in `inline`, where a box may stand in `tree`.
"""

import re
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field

from .attributes import block_attributes, cell_attributes, container_attributes, image_attributes, speech_of
from .inline import Inline
from .markup import WHITESPACE, Token, decode, scrub, token_attributes
from .omission import DROPPED_RAW, REPORTED, Drop, drop_for, unpaired
from .report import Report
from .runs import Run, picture
from .tree import (
    CELLS,
    GROUPS,
    HEADINGS,
    LEAVES,
    LISTS,
    PREFORMATTED,
    ROW_PARTS,
    TABLE_FRAME,
    TABLE_PARTS,
    TABLE_SECTIONS,
    VOID,
    Box,
    place,
)
from .word import word_level

_MAX_OPEN = 500  # elements open at once; more are not tracked, their words stay


@dataclass(slots=True)
class _OpenBlock:
    """A block element that is open in the input. `box` is where its content goes."""

    name: str
    box: Box
    owns_box: bool = False
    speech: dict[str, str] = field(default_factory=dict)  # lang and dir that blocks inside take over
    drop: Drop | None = None
    preformatted: bool = False
    cell: int = 0  # where the innermost open cell or caption stands in the stack


class Builder:
    """Puts a stream of tokens into boxes. It follows HTML5's tree construction where the outcome can be seen."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.root = Box("div")
        self.stack = [_OpenBlock("", self.root, owns_box=True)]
        self.inline = Inline(report)
        self.leaf: Box | None = None  # takes the words that come
        self.pending: Box | None = None  # the paragraph or heading that the next words begin

    def read(self, tokens: Iterable[Token]) -> Box:
        known = list(tokens)
        endless = unpaired(known)
        for i, token in enumerate(known):
            if token.kind == "text":
                self.text(token.data)
            elif token.kind == "end":
                self.end(token.name)
            elif token.kind == "raw":
                self.raw(token)
            elif i not in endless:
                self.start(token.name, token_attributes(token.data))
        return self.root

    # words

    def text(self, data: str) -> None:
        if drop := self.dropping():
            self.tell(drop, data)
            return
        if self.stack[-1].preformatted:
            for i, line in enumerate(data.split("\n")):
                if i:
                    self.line_break()
                self.words(line)
        else:
            self.words(data)

    def words(self, data: str) -> None:
        data = WHITESPACE.sub(" ", data)
        if not data or (self.leaf is None and data == " "):
            return
        leaf = self.leaf or self.new_leaf()
        if leaf.level and self.inline.in_marker():
            leaf.marker += data
        else:
            leaf.runs.append(Run(data, self.inline.marks))

    def line_break(self) -> None:
        if self.leaf is not None and not self.dropping():
            self.leaf.runs.append(Run("\n"))

    def new_leaf(self) -> Box:
        leaf = self.pending or Box("p")
        self.pending = None
        leaf.attributes = {**self.stack[-1].speech, **leaf.attributes}
        place(leaf, self.stack[-1].box)
        self.leaf = leaf
        return leaf

    def dropping(self) -> Drop | None:
        return self.stack[-1].drop or self.inline.drop

    def tell(self, drop: Drop, left_out: str) -> None:
        if not drop.told and left_out.strip():
            drop.told = True
            self.report.note(drop.reason, left_out)

    # tags

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "br":
            self.line_break()
        elif name == "hr":
            self.rule()
        elif name in ("img", "image"):
            self.image(attributes)
        else:
            if name in REPORTED and not self.dropping():
                self.report.note(REPORTED[name], attributes.get("src") or attributes.get("data") or name)
            if name in VOID:
                return
            starts_block = self.block_start(name)
            if starts_block is None:
                top = self.stack[-1]
                self.inline.start(name, attributes, len(self.stack), top.cell, in_dropped=top.drop is not None)
            else:
                starts_block(name, attributes)

    def block_start(self, name: str) -> "Callable[[str, dict[str, str]], None] | None":
        if name in LEAVES:
            return self.start_leaf
        if name in GROUPS:
            return self.start_group
        if name in ("li", "dt", "dd"):
            return self.start_item
        if name in TABLE_PARTS:
            return self.start_table_part
        if name in LISTS or name in ("dl", "blockquote", "table"):
            return self.start_container
        if name in ("figure", "figcaption"):
            return self.start_figure
        return None

    def raw(self, token: Token) -> None:
        attributes = token_attributes(token.data)
        if reason := DROPPED_RAW.get(token.name):
            worth_telling = reason != "title" or token.inside.strip()
            if worth_telling and not self.dropping():
                self.report.note(reason, attributes.get("src") or decode(token.inside[:500]))
            return
        self.start(token.name, attributes)
        self.text(decode(token.inside) if token.name == "textarea" else scrub(token.inside))
        self.end(token.name)

    def end(self, name: str) -> None:
        if name == "br":
            self.line_break()  # as HTML5 has it
        elif self.block_start(name) is None:
            self.inline.end(name, self.stack[-1].cell)
        else:
            found = self.find_open(HEADINGS if name in HEADINGS else {name}, _barriers(name))
            if found or name == "p":  # as HTML5 has it, a </p> alone is an empty paragraph
                self.pop_to(found or len(self.stack))

    # blocks

    def close_leaf(self) -> None:
        self.leaf = self.pending = None

    def close_paragraph(self) -> None:
        """A block begins: an open paragraph ends, but a heading goes on until somebody closes it."""
        if self.stack[-1].name == "p":
            self.pop_to(len(self.stack) - 1)
        self.leaf = None
        if self.pending and self.pending.tag == "p":
            self.pending = None

    def start_leaf(self, name: str, attributes: dict[str, str]) -> None:
        self.close_paragraph()
        if name in HEADINGS and self.stack[-1].name in HEADINGS:
            self.pop_to(len(self.stack) - 1)
        self.push(name, attributes, self.stack[-1].box)
        if self.pending is None:  # <h2><p>: the first words become the heading
            self.pending = Box(name, block_attributes(attributes), level=word_level(name, attributes))

    def start_group(self, name: str, attributes: dict[str, str]) -> None:
        self.close_paragraph()
        self.push(name, attributes, self.stack[-1].box, speech=speech_of(attributes))

    def start_container(self, name: str, attributes: dict[str, str]) -> None:
        self.close_paragraph()
        self.close_leaf()
        tag = LISTS.get(name, name)
        self.open_box(name, Box(tag, container_attributes(tag, attributes)), attributes)

    def start_figure(self, name: str, attributes: dict[str, str]) -> None:
        """A figure, or the caption of the one that is open; any other caption is a group of words."""
        if name == "figcaption" and self.stack[-1].box.tag != "figure":
            self.start_group(name, attributes)
            return
        self.close_paragraph()
        self.close_leaf()
        known = block_attributes(attributes) if name == "figure" else speech_of(attributes)
        self.open_box(name, Box(name, known), attributes)

    def start_item(self, name: str, attributes: dict[str, str]) -> None:
        self.close_paragraph()
        self.close_leaf()
        same, around = ({"li"}, {"ul", "ol"}) if name == "li" else ({"dt", "dd"}, {"dl"})
        open_item = self.find_open(same, _item_barriers(around))
        self.pop_to(open_item or len(self.stack))
        if self.stack[-1].box.tag not in around and not self.imply_list("ul" if name == "li" else "dl"):
            self.start_group(name, attributes)
            return
        self.open_box(name, Box(name, block_attributes(attributes)), attributes)

    def imply_list(self, tag: str) -> bool:
        """An item without its list: it gets one, or joins the one that its neighbour got."""
        box = self.stack[-1].box
        last = box.children[-1] if box.children else None
        if last is None or not last.implied or last.tag != tag:
            last = Box(tag, dict(self.stack[-1].speech), implied=True)
            if not place(last, box):
                return False
        if len(self.stack) < _MAX_OPEN:
            top = self.stack[-1]
            self.stack.append(_OpenBlock("", last, owns_box=True, drop=top.drop, cell=top.cell))
            return True
        return False

    def start_table_part(self, name: str, attributes: dict[str, str]) -> None:
        table = self.find_open({"table"}, frozenset())
        self.close_paragraph()
        if table is None or not self.stack[table].owns_box:
            self.start_group(name, attributes)
            return
        self.close_leaf()
        self.pop_to(self.table_rest(name, table))
        if name in ROW_PARTS and self.stack[-1].box.tag == "table":
            self.open_box("tbody", Box("tbody"), {})
        if name in CELLS and self.stack[-1].box.tag != "tr":
            self.open_box("tr", Box("tr"), {})
        self.open_box(name, Box(name, cell_attributes(name, attributes)), attributes)

    def table_rest(self, name: str, table: int) -> int:
        """How many blocks stay open when such a part begins: the table, and the section and row it can stand in."""
        rest = table + 1
        for holders, guests in ((TABLE_SECTIONS, ROW_PARTS), ({"tr"}, CELLS)):
            if name not in guests or rest >= len(self.stack) or self.stack[rest].name not in holders:
                break
            rest += 1
        return rest

    def rule(self) -> None:
        if self.dropping():
            return
        self.close_paragraph()
        self.close_leaf()
        if self.stack[-1].box.tag not in TABLE_FRAME | {"ul", "ol", "dl"}:
            place(Box("hr"), self.stack[-1].box)

    def image(self, attributes: dict[str, str]) -> None:
        kept = image_attributes(attributes)
        if drop := self.dropping():
            self.tell(drop, (kept["alt"] or "img") if kept else "")
        elif kept:
            self.picture(kept)
        else:
            self.foreign_image(attributes)

    def picture(self, attributes: dict[str, str]) -> None:
        """One of the library: it stands among the words until `figures` makes a block of it."""
        if link := next((mark for mark in self.inline.marks if mark.tag == "a"), None):
            self.report.note("link-picture", dict(link.attributes)["href"])
        if (cell := self.stack[-1].cell) and self.stack[cell].owns_box:
            self.report.note("image-moved", attributes["alt"] or "img")
        leaf = self.leaf or self.new_leaf()
        leaf.runs.append(picture(attributes))

    def foreign_image(self, attributes: dict[str, str]) -> None:
        source = attributes.get("src", "").strip()
        local = re.match(r"(?i)(?:file|data|blob|cid|webkit-fake-url):|[a-z]:\\", source)
        self.report.note(
            "image-local" if local else "image",
            attributes.get("alt") or source.rpartition("/")[2][:60] or "img",
        )

    def open_box(self, name: str, box: Box, attributes: dict[str, str]) -> None:
        """Open a container; too deep inside others it is only a group, whose words stay."""
        room = 5 if box.tag == "table" else 0  # its rows and cells must be tracked, or their words have no place
        if len(self.stack) + room < _MAX_OPEN and place(box, self.stack[-1].box):
            box.attributes = {**self.stack[-1].speech, **box.attributes}
            self.push(name, attributes, box, owns_box=True)
        else:
            self.push(name, attributes, self.stack[-1].box, speech=speech_of(attributes))

    def push(
        self,
        name: str,
        attributes: dict[str, str],
        box: Box,
        owns_box: bool = False,
        speech: dict[str, str] | None = None,
    ) -> None:
        if len(self.stack) >= _MAX_OPEN:
            return
        top = self.stack[-1]
        drop = top.drop or drop_for(name, attributes)
        inherited = {} if owns_box else {**top.speech, **(speech or {})}
        pre = name in PREFORMATTED or (top.preformatted and not owns_box)
        cell = len(self.stack) if name in CELLS or name == "caption" else top.cell
        self.stack.append(_OpenBlock(name, box, owns_box, inherited, drop, pre, cell))

    def find_open(self, names: Set[str], barriers: Set[str]) -> int | None:
        """Where the innermost such element stands in the stack."""
        for i in range(len(self.stack) - 1, 0, -1):
            name = self.stack[i].name
            if name in names:
                return i
            if name in barriers:
                return None
        return None

    def pop_to(self, length: int) -> None:
        """Close the innermost blocks until so many are open, with what was opened inside them."""
        self.close_leaf()
        if length >= len(self.stack):
            return
        outer = self.stack[length - 1].cell
        inner = self.stack[-1].cell
        del self.stack[length:]
        if self.stack[-1].name == "" and length > 1:
            del self.stack[-1]  # a list that its item brought along ends with it
        self.inline.leave_blocks(length, same_cell=inner == outer)


def _barriers(name: str) -> frozenset[str]:
    """What an end tag does not reach across (HTML5's scopes)."""
    if name == "table":
        return frozenset()
    if name in TABLE_PARTS:
        return frozenset({"table"})
    scope = CELLS | {"caption", "table"}
    return scope | {"ul", "ol", "menu", "dir"} if name == "li" else scope


def _item_barriers(around: set[str]) -> frozenset[str]:
    return frozenset(around) | TABLE_PARTS | {"table", "blockquote", "ul", "ol", "menu", "dir", "dl"}
