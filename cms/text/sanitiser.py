"""Cleaning: whatever an editor program, a paste from Word or an attacker hands over becomes our small HTML.

The way: `_tokenise` reads as an HTML5 browser does; `_Builder` keeps words with their marks and puts them into a
tree that can only hold what we allow; `_finish…` mends that tree; `paragraphs` gives ids; nh3 has the last word.
We read the input ourselves, and do not mend nh3's output, because nh3 drops what an editor must be told about, is
not idempotent on broken nesting, and shares HTML5's quadratic reopening of formatting elements.
Ids of paragraphs are in `paragraphs`; the editor's own configuration is in `fields`.
"""

import html as entities
import re
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import NamedTuple

import nh3
from django.utils.translation import gettext_lazy, ngettext_lazy
from lxml import etree

from cms.text import paragraphs
from cms.text.paragraphs import BLOCK_TAGS, ID_PATTERN, Element


@dataclass(frozen=True, slots=True)
class Removed:
    """One kind of thing that was taken out: a stable key, how many, and the first of them in short."""

    what: str
    count: int
    example: str = ""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A clean text, and what an editor should be told about."""

    html: str
    removed: tuple[Removed, ...] = ()


def clean(html: str, *, previous: str = "") -> Cleaned:
    """Clean a fragment of HTML.

    html: any string at all. previous: the clean text that this one replaces; its paragraphs keep their ids.
    Never raises. Cleaning a clean text changes nothing and removes nothing.
    """
    report = _Report()
    text = _rebuild(html, previous, report)
    for _ in range(3):
        gated = _gated(text)
        if gated == text:
            break
        text = _rebuild(gated, previous, _Report())  # never seen to happen; if it does, the gate is right
    else:
        text = _gated(text)
    return Cleaned(text, report.removed())


def _rebuild(html: str, previous: str, report: "_Report") -> str:
    source = html.replace("\r\n", "\n").replace("\r", "\n")
    root = _Builder(report).read(_tokenise(_NOT_TEXT.sub("", source)))
    _finish(root)
    _settle_headings(root, report)
    _settle_fragment_links(root, report)
    tree = _to_tree(root)
    paragraphs.assign(tree, previous)
    return paragraphs.serialise(tree)


# --- what was removed ----------------------------------------------------------------------------------------

_SENTENCES = {
    "tracked-deletion": ngettext_lazy(
        "%(count)d passage that was marked as deleted in Word was left out: “%(example)s”.",
        "%(count)d passages that were marked as deleted in Word were left out, the first: “%(example)s”.",
        "count",
    ),
    "comment": ngettext_lazy(
        "%(count)d comment was left out: “%(example)s”.",
        "%(count)d comments were left out, the first: “%(example)s”.",
        "count",
    ),
    "hidden": ngettext_lazy(
        "%(count)d hidden passage was left out: “%(example)s”.",
        "%(count)d hidden passages were left out, the first: “%(example)s”.",
        "count",
    ),
    "image-local": ngettext_lazy(
        "%(count)d picture that lay on your computer was removed.",
        "%(count)d pictures that lay on your computer were removed.",
        "count",
    ),
    "image": ngettext_lazy(
        "%(count)d picture was removed: “%(example)s”.",
        "%(count)d pictures were removed, the first: “%(example)s”.",
        "count",
    ),
    "link-address": ngettext_lazy(
        "%(count)d link with an address we don't allow (%(example)s) became plain text.",
        "%(count)d links with addresses we don't allow (%(example)s) became plain text.",
        "count",
    ),
    "link-anchor": ngettext_lazy(
        "%(count)d link to a place that is not in this text (%(example)s) became plain text.",
        "%(count)d links to places that are not in this text (%(example)s) became plain text.",
        "count",
    ),
    "strikethrough": ngettext_lazy(
        "%(count)d passage that was struck out is ordinary text now: “%(example)s”.",
        "%(count)d passages that were struck out are ordinary text now, the first: “%(example)s”.",
        "count",
    ),
    "heading": ngettext_lazy(
        "%(count)d heading was moved to another level: “%(example)s”.",
        "%(count)d headings were moved to other levels, the first: “%(example)s”.",
        "count",
    ),
    "embedded": ngettext_lazy(
        "%(count)d embedded object (%(example)s) was removed.",
        "%(count)d embedded objects (%(example)s) were removed.",
        "count",
    ),
    "form": ngettext_lazy(
        "%(count)d form field was removed; its words stayed.",
        "%(count)d form fields were removed; their words stayed.",
        "count",
    ),
    "script": ngettext_lazy("%(count)d script was removed.", "%(count)d scripts were removed.", "count"),
    "template": ngettext_lazy("%(count)d template was removed.", "%(count)d templates were removed.", "count"),
    "title": ngettext_lazy(
        "%(count)d window title was left out: “%(example)s”.",
        "%(count)d window titles were left out, the first: “%(example)s”.",
        "count",
    ),
}
_OFFICE = gettext_lazy("Fonts, colours and other settings of the office program were left out.")
_OFFICE_KEYS = {"style", "xml"}  # every paste has them: one sentence will do


def describe(removed: Iterable[Removed]) -> str:
    """What was removed, in sentences for an editor, in the active language; empty if nothing was."""
    found = {item.what: item for item in removed}
    sentences = [
        str(sentence % {"count": found[what].count, "example": found[what].example})
        for what, sentence in _SENTENCES.items()
        if what in found
    ]
    if _OFFICE_KEYS & found.keys():
        sentences.append(str(_OFFICE))
    return " ".join(sentences)


class _Report:
    """Counts what is taken out, and keeps the first example of each kind."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.examples: dict[str, str] = {}

    def note(self, what: str, example: str = "") -> None:
        self.counts[what] = self.counts.get(what, 0) + 1
        if not self.examples.get(what):
            self.examples[what] = _short(example)

    def removed(self) -> tuple[Removed, ...]:
        return tuple(Removed(what, number, self.examples[what]) for what, number in self.counts.items())


def _short(text: str) -> str:
    words = " ".join(_scrub(text[:500]).split())
    return words if len(words) <= 60 else words[:59] + "…"


# --- characters ----------------------------------------------------------------------------------------------

# Control characters, lone surrogates and non-characters. Spaces among them are turned into spaces before.
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Zero-width space, byte order mark, soft hyphen: Word's and browsers' debris, which breaks search and comparison.
# Joiners (U+200C, U+200D) and direction marks (U+200E, U+200F) stay: Persian and Arabic cannot do without.
_INVISIBLE = re.compile("[\u200b\ufeff\u00ad]")
_OTHER_SPACES = re.compile("[\x0b\u2028\u2029]")
_WHITESPACE = re.compile(r"[ \t\n\r\f]+")
# int() refuses more than 4,300 digits, and html.unescape does not guard against it.
_ENDLESS_REFERENCE = re.compile(r"&#[xX]?0*[0-9a-fA-F]{8,};?")
# In an attribute "&copy=1" is part of an address and no ©: a name counts only with its semicolon (HTML5, 13.2.5.73).
_BARE_NAME = re.compile(r"&(?=[A-Za-z][A-Za-z0-9]*+(?!;))")


def _scrub(text: str) -> str:
    return _INVISIBLE.sub("", _NOT_TEXT.sub("", _OTHER_SPACES.sub(" ", text)))


def _decode(text: str) -> str:
    if "&" in text:
        text = entities.unescape(_ENDLESS_REFERENCE.sub("\ufffd", text))
    return _scrub(text)


def _decode_attribute(text: str) -> str:
    return _decode(_BARE_NAME.sub("&amp;", text)) if "&" in text else _scrub(text)


# --- reading -------------------------------------------------------------------------------------------------


class _Token(NamedTuple):
    """`kind` is text, start, end, or raw (an element whose inside is no markup; `data` is that inside)."""

    kind: str
    name: str = ""
    data: str = ""
    inside: str = ""


# Left to right and possessive, so that no hostile input makes it look twice. Attribute names may hold quotes, and
# a tag that never ends is no text either (HTML5, 13.2.5).
_MARKUP = re.compile(
    r"""<!--(?:-?>|.*?(?:--!?>|\Z))
    | <(?P<slash>/?)(?P<name>[a-zA-Z][^ \t\n\f/>]*+)
      (?P<attributes>(?:[ \t\n\f/]++
        | [^ \t\n\f/>][^ \t\n\f/>=]*+(?:[ \t\n\f]*+=[ \t\n\f]*+(?:"[^"]*+"?|'[^']*+'?|[^ \t\n\f>"'][^ \t\n\f>]*+|))?+
      )*+)(?P<end>>|\Z)
    | <(?:[!?]|/(?!\Z))[^>]*>?""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"""([^ \t\n\f/>][^ \t\n\f/>=]*+)(?:[ \t\n\f]*+=[ \t\n\f]*+("[^"]*+"?|'[^']*+'?|[^ \t\n\f>]*+))?+"""
)
_RAW_TAGS = frozenset("script style title textarea xmp iframe noembed noframes noscript plaintext".split())


def _tokenise(source: str) -> Iterator[_Token]:
    """What a browser would take for text, and what for tags. Comments and declarations are left out."""
    position = 0
    endless = {"plaintext"}  # raw elements whose end tag does not come any more
    while match := _MARKUP.search(source, position):
        if match.start() > position:
            yield _Token("text", data=_decode(source[position : match.start()]))
        position = match.end()
        name = (match["name"] or "").lower()
        if not name or not match["end"]:
            continue
        if match["slash"]:
            yield _Token("end", name)
        elif name in _RAW_TAGS:
            inside, position = _raw_inside(source, position, name, match["attributes"], endless)
            yield _Token("raw", name, match["attributes"], inside)
        else:
            yield _Token("start", name, match["attributes"])
    if position < len(source):
        yield _Token("text", data=_decode(source[position:]))


def _raw_inside(source: str, start: int, name: str, attributes: str, endless: set[str]) -> tuple[str, int]:
    if name not in endless:
        if end := re.compile(rf"</{name}(?=[ \t\n\f/>])[^>]*>?", re.I).search(source, start):
            return source[start : end.start()], end.end()
        endless.add(name)
    if attributes.endswith("/"):
        return "", start  # <title/> of an XHTML file: a browser would swallow the whole text, and so lose it
    return source[start:], len(source)


def _attributes(data: str) -> dict[str, str]:
    """Attributes of a start tag; of two with one name the first counts."""
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(data) if "=" in data or data.strip(" \t\n\f/") else ():
        if value[:1] in ('"', "'"):
            value = value.strip(value[0])
        found.setdefault(name.lower(), _decode_attribute(value))
    return found


# --- the tree we build ---------------------------------------------------------------------------------------


class _Mark(NamedTuple):
    """An inline element around words. Marks that are equal run together; `number` keeps two quotations apart."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()
    number: int = 0


class _Run(NamedTuple):
    """Words and the marks they bear, outermost first. A newline stands for a line break."""

    text: str
    marks: tuple[_Mark, ...] = ()


@dataclass(slots=True, eq=False)
class _Box:
    """An element of the result: a leaf has runs, a container children, a list item may have both."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parent: "_Box | None" = None
    depth: int = 0
    children: "list[_Box]" = field(default_factory=list)
    runs: list[_Run] = field(default_factory=list)
    implied: bool = False  # a list that nobody opened
    level: int = 0  # of a Word list
    marker: str = ""  # of a Word list


_LEAVES = frozenset("p h1 h2 h3 h4 h5 h6".split())
_HEADINGS = _LEAVES - {"p"}
_MAX_DEPTH = 32  # containers within containers; browsers stop at 512 elements, readers much earlier
_MAX_OPEN = 500  # elements open at once; more are not tracked, their words stay
_MAX_OPEN_INLINE = 64
_MAX_MARKS = 12

_GROUPS = frozenset(
    "html head body address article aside center details dialog div fieldset figcaption figure footer form frameset "
    "header hgroup legend main nav optgroup option search section summary textarea xmp plaintext pre listing".split()
)
_PREFORMATTED = frozenset("pre listing textarea xmp plaintext".split())
_LISTS = {"ul": "ul", "ol": "ol", "menu": "ul", "dir": "ul"}
_TABLE_SECTIONS = frozenset("thead tbody tfoot".split())
_CELLS = frozenset({"td", "th"})
_TABLE_PARTS = _TABLE_SECTIONS | _CELLS | {"caption", "tr"}
_ROW_PARTS = _CELLS | {"tr"}
_TABLE_FRAME = _TABLE_SECTIONS | {"table", "tr"}  # hold no words of their own
_VOID = frozenset(
    "area base basefont bgsound col command embed frame input keygen link meta param source track wbr".split()
)

_INLINE = {"b": "strong", "strong": "strong", "i": "em", "em": "em"} | {
    tag: tag for tag in "sub sup abbr cite q span bdi bdo a".split()
}
_NUMBERED_MARKS = frozenset("abbr cite q bdi bdo".split())
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())  # reopen in the next block
_DROPPED = {"del": "tracked-deletion", "xml": "xml", "template": "template"}
_DROPPED_RAW = {
    "script": "script",
    "style": "style",
    "title": "title",
    "iframe": "embedded",
    "noembed": "embedded",
    "noframes": "embedded",
    "noscript": "embedded",
}
_REPORTED = dict.fromkeys("svg math object embed applet audio video canvas".split(), "embedded") | dict.fromkeys(
    "input select textarea button".split(), "form"
)

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_BOLD = re.compile(r"(?:^|;)\s*font-weight\s*:\s*(?:bold|[6-9]00)")
_NOT_BOLD = re.compile(r"(?:^|;)\s*font-weight\s*:\s*(?:normal|lighter|[1-5]00)")
_ITALIC = re.compile(r"(?:^|;)\s*font-style\s*:\s*(?:italic|oblique)")
_NOT_ITALIC = re.compile(r"(?:^|;)\s*font-style\s*:\s*normal")
_RAISED = re.compile(r"(?:^|;)\s*vertical-align\s*:\s*(super|sub)\b")
_STRUCK = re.compile(r"(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]*line-through")
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden)")
_WORD_COMMENT = re.compile(r"(?:^|;)\s*mso-element\s*:\s*comment")
_WORD_COMMENT_CLASSES = frozenset("msocomanchor msocomtxt msocommentreference msocommenttext".split())
_WORD_LEVEL = re.compile(r"mso-list\s*:[^;]*?\blevel([1-9])")
_WORD_IGNORE = re.compile(r"mso-list\s*:\s*ignore")
_WORD_LIST_CLASS = re.compile(r"\bmsolist(?:paragraph|bullet|number)")
# Notes of Word, LibreOffice and Google Docs, with the way back from the note.
_FOOTNOTE = re.compile(r"#(?:_(?:ftn|edn)(?:ref)?\d+|sd(?:foot|end)note\d+(?:sym|anc)|ftnt(?:_ref)?\d+)$")


@dataclass(slots=True)
class _Drop:
    """Why the words inside an element are not taken; told once an element has any."""

    reason: str
    told: bool = False


@dataclass(slots=True)
class _OpenBlock:
    """A block element that is open in the input. `box` is where its content goes."""

    name: str
    box: _Box
    owns_box: bool = False
    speech: dict[str, str] = field(default_factory=dict)  # lang and dir that blocks inside take over
    drop: _Drop | None = None
    preformatted: bool = False
    cell: int = 0  # where the innermost open cell or caption stands in the stack


@dataclass(slots=True)
class _OpenInline:
    """An inline element that is open in the input, and how deep in blocks it was opened."""

    name: str
    depth: int
    marks: tuple[_Mark, ...] = ()
    drop: _Drop | None = None
    footnote: bool = False
    marker: bool = False  # Word's own number or bullet of a list item


class _Builder:
    """Puts a stream of tokens into boxes. It follows HTML5's tree construction where the outcome can be seen."""

    def __init__(self, report: _Report) -> None:
        self.report = report
        self.root = _Box("div")
        self.stack = [_OpenBlock("", self.root, owns_box=True)]
        self.inline: list[_OpenInline] = []
        self.leaf: _Box | None = None  # takes the words that come
        self.pending: _Box | None = None  # the paragraph or heading that the next words begin
        self.numbers = count(1)
        self.marks: tuple[_Mark, ...] = ()  # of the words that come now
        self.inline_drop: _Drop | None = None

    def read(self, tokens: Iterable[_Token]) -> _Box:
        known = list(tokens)
        unpaired = _unpaired(known)
        for i, token in enumerate(known):
            if token.kind == "text":
                self.text(token.data)
            elif token.kind == "end":
                self.end(token.name)
            elif token.kind == "raw":
                self.raw(token)
            elif i not in unpaired:
                self.start(token.name, _attributes(token.data))
        return self.root

    # words

    def text(self, data: str) -> None:
        if drop := self.dropping():
            if not drop.told and data.strip():
                drop.told = True
                self.report.note(drop.reason, data)
            return
        if self.stack[-1].preformatted:
            for i, line in enumerate(data.split("\n")):
                if i:
                    self.line_break()
                self.words(line)
        else:
            self.words(data)

    def words(self, data: str) -> None:
        data = _WHITESPACE.sub(" ", data)
        if not data or (self.leaf is None and data == " "):
            return
        leaf = self.leaf or self.new_leaf()
        if leaf.level and any(element.marker for element in self.inline):
            leaf.marker += data
        else:
            leaf.runs.append(_Run(data, self.marks))

    def line_break(self) -> None:
        if self.leaf is not None and not self.dropping():
            self.leaf.runs.append(_Run("\n"))

    def new_leaf(self) -> _Box:
        leaf = self.pending or _Box("p")
        self.pending = None
        leaf.attributes = {**self.stack[-1].speech, **leaf.attributes}
        self.place(leaf)
        self.leaf = leaf
        return leaf

    def dropping(self) -> _Drop | None:
        return self.stack[-1].drop or self.inline_drop

    def note_inline(self) -> None:
        """The open inline elements are others now."""
        self.marks = _effective_marks(self.inline) if self.inline else ()
        self.inline_drop = next((element.drop for element in self.inline if element.drop), None)

    # tags

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "br":
            self.line_break()
        elif name == "hr":
            self.rule()
        elif name in ("img", "image"):
            self.image(attributes)
        else:
            if name in _REPORTED and not self.dropping():
                self.report.note(_REPORTED[name], attributes.get("src") or attributes.get("data") or name)
            if name in _VOID:
                return
            starts_block = self.block_start(name)
            if starts_block is None:
                self.start_inline(name, attributes)
            else:
                starts_block(name, attributes)

    def block_start(self, name: str) -> "Callable[[str, dict[str, str]], None] | None":
        if name in _LEAVES:
            return self.start_leaf
        if name in _GROUPS:
            return self.start_group
        if name in ("li", "dt", "dd"):
            return self.start_item
        if name in _TABLE_PARTS:
            return self.start_table_part
        if name in _LISTS or name in ("dl", "blockquote", "table"):
            return self.start_container
        return None

    def raw(self, token: _Token) -> None:
        attributes = _attributes(token.data)
        if reason := _DROPPED_RAW.get(token.name):
            worth_telling = reason != "title" or token.inside.strip()
            if worth_telling and not self.dropping():
                self.report.note(reason, attributes.get("src") or _decode(token.inside[:500]))
            return
        self.start(token.name, attributes)
        self.text(_decode(token.inside) if token.name == "textarea" else _scrub(token.inside))
        self.end(token.name)

    def end(self, name: str) -> None:
        if name == "br":
            self.line_break()  # as HTML5 has it
        elif self.block_start(name) is None:
            self.end_inline(name)
        else:
            found = self.find_open(_HEADINGS if name in _HEADINGS else {name}, _barriers(name))
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
        if name in _HEADINGS and self.stack[-1].name in _HEADINGS:
            self.pop_to(len(self.stack) - 1)
        self.push(name, attributes, self.stack[-1].box)
        if self.pending is None:  # <h2><p>: the first words become the heading
            self.pending = _Box(name, _block_attributes(attributes), level=_word_level(name, attributes))

    def start_group(self, name: str, attributes: dict[str, str]) -> None:
        self.close_paragraph()
        self.push(name, attributes, self.stack[-1].box, speech=_speech(attributes))

    def start_container(self, name: str, attributes: dict[str, str]) -> None:
        self.close_paragraph()
        self.close_leaf()
        tag = _LISTS.get(name, name)
        self.open_box(name, _Box(tag, _container_attributes(tag, attributes)), attributes)

    def start_item(self, name: str, attributes: dict[str, str]) -> None:
        self.close_paragraph()
        self.close_leaf()
        same, around = ({"li"}, {"ul", "ol"}) if name == "li" else ({"dt", "dd"}, {"dl"})
        open_item = self.find_open(same, _item_barriers(around))
        self.pop_to(open_item or len(self.stack))
        if self.stack[-1].box.tag not in around and not self.imply_list("ul" if name == "li" else "dl"):
            self.start_group(name, attributes)
            return
        self.open_box(name, _Box(name, _block_attributes(attributes)), attributes)

    def imply_list(self, tag: str) -> bool:
        """An item without its list: it gets one, or joins the one that its neighbour got."""
        box = self.stack[-1].box
        last = box.children[-1] if box.children else None
        if last is None or not last.implied or last.tag != tag:
            last = _Box(tag, dict(self.stack[-1].speech), implied=True)
            if not self.place(last):
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
        if name in _ROW_PARTS and self.stack[-1].box.tag == "table":
            self.open_box("tbody", _Box("tbody"), {})
        if name in _CELLS and self.stack[-1].box.tag != "tr":
            self.open_box("tr", _Box("tr"), {})
        self.open_box(name, _Box(name, _cell_attributes(name, attributes)), attributes)

    def table_rest(self, name: str, table: int) -> int:
        """How many blocks stay open when such a part begins: the table, and the section and row it can stand in."""
        rest = table + 1
        for holders, guests in ((_TABLE_SECTIONS, _ROW_PARTS), ({"tr"}, _CELLS)):
            if name not in guests or rest >= len(self.stack) or self.stack[rest].name not in holders:
                break
            rest += 1
        return rest

    def rule(self) -> None:
        if self.dropping():
            return
        self.close_paragraph()
        self.close_leaf()
        if self.stack[-1].box.tag not in _TABLE_FRAME | {"ul", "ol", "dl"}:
            self.place(_Box("hr"))

    def open_box(self, name: str, box: _Box, attributes: dict[str, str]) -> None:
        """Open a container; too deep inside others it is only a group, whose words stay."""
        room = 5 if box.tag == "table" else 0  # its rows and cells must be tracked, or their words have no place
        if len(self.stack) + room < _MAX_OPEN and self.place(box):
            box.attributes = {**self.stack[-1].speech, **box.attributes}
            self.push(name, attributes, box, owns_box=True)
        else:
            self.push(name, attributes, self.stack[-1].box, speech=_speech(attributes))

    def place(self, box: _Box) -> bool:
        """Put a box where it may stand, near the place where it was found; False if that would be too deep."""
        parent = self.stack[-1].box
        needs = {"table": 4, "ul": 2, "ol": 2, "dl": 2, "blockquote": 1}.get(box.tag, 0)
        before_last = False
        if parent.tag in _TABLE_FRAME and box.tag not in _TABLE_PARTS:
            while parent.tag != "table" and parent.parent:
                parent = parent.parent
            parent, before_last = parent.parent or self.root, True  # HTML5's foster parent
        in_item = parent.tag in ("ul", "ol", "dl") and box.tag not in ("li", "dt", "dd")
        if needs and parent.depth + in_item + needs > _MAX_DEPTH:
            return False
        parent = self._item_for(parent, box.tag)
        box.parent, box.depth = parent, parent.depth + 1
        parent.children.insert(len(parent.children) - before_last, box)
        return True

    def _item_for(self, parent: _Box, tag: str) -> _Box:
        """Lists hold items only: what else stands there goes into one, a list into that of its forerunner."""
        if parent.tag == "dl":
            wanted, allowed = "dd", {"dt", "dd"}
        elif parent.tag in ("ul", "ol"):
            wanted, allowed = "li", {"li"}
        else:
            return parent
        if tag in allowed:
            return parent
        if tag in _LISTS and wanted == "li" and parent.children:
            return parent.children[-1]
        item = _Box(wanted, parent=parent, depth=parent.depth + 1)
        parent.children.append(item)
        return item

    def push(
        self,
        name: str,
        attributes: dict[str, str],
        box: _Box,
        owns_box: bool = False,
        speech: dict[str, str] | None = None,
    ) -> None:
        if len(self.stack) >= _MAX_OPEN:
            return
        top = self.stack[-1]
        drop = top.drop or _drop_for(name, attributes)
        inherited = {} if owns_box else {**top.speech, **(speech or {})}
        pre = name in _PREFORMATTED or (top.preformatted and not owns_box)
        cell = len(self.stack) if name in _CELLS or name == "caption" else top.cell
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
        if self.inline and self.inline[-1].depth > length:
            # What was opened inside ends; formatting goes on in the next block, but not beyond its cell.
            reopens = frozenset() if inner != outer else _FORMATTING
            self.inline = [e for e in self.inline if e.depth <= length or e.name in reopens]
            for element in self.inline:
                element.depth = min(element.depth, length)
            self.note_inline()

    # inline elements

    def start_inline(self, name: str, attributes: dict[str, str]) -> None:
        if name == "a":
            self.end_inline("a")  # a link in a link ends the first
        if len(self.inline) >= _MAX_OPEN_INLINE:
            return
        style = attributes.get("style", "").lower()
        element = _OpenInline(name, len(self.stack), drop=_drop_for(name, attributes))
        if not self.dropping() and not element.drop:
            self._dress(element, attributes, style)
        self.inline.append(element)
        self.note_inline()

    def _dress(self, element: _OpenInline, attributes: dict[str, str], style: str) -> None:
        if element.name in ("s", "strike") or _STRUCK.search(style):
            self.report.note("strikethrough")
        element.marker = bool(_WORD_IGNORE.search(style))
        if element.name == "a" and _FOOTNOTE.search(attributes.get("href", "")):
            element.footnote, element.marks = True, (_Mark("sup"),)
            return
        tag = _INLINE.get(element.name, "")
        own = _speech(attributes)
        if tag == "a":
            tag = self._link(attributes, own)
        elif (tag == "strong" and _NOT_BOLD.search(style)) or (tag == "em" and _NOT_ITALIC.search(style)):
            tag = ""  # Google Docs wraps whole texts in <b style="font-weight:normal">
        elif tag == "abbr" and (title := _WHITESPACE.sub(" ", attributes.get("title", "")).strip()):
            own["title"] = title
        elif tag == "bdo" and own.get("dir") not in ("ltr", "rtl"):
            tag = ""
        tag = tag if tag != "span" else ""
        marks = []
        if tag or own:
            number = next(self.numbers) if tag in _NUMBERED_MARKS else 0
            marks.append(_Mark(tag or "span", tuple(sorted(own.items())), number))
        element.marks = (*marks, *_marks_of_style(tag, style))

    def _link(self, attributes: dict[str, str], own: dict[str, str]) -> str:
        if "href" not in attributes:
            return ""  # an anchor
        href = _address(attributes["href"])
        if not href:
            if attributes["href"].strip() not in ("", "#"):
                self.report.note("link-address", _forbidden_example(attributes["href"]))
            return ""
        own["href"] = href
        if title := _WHITESPACE.sub(" ", attributes.get("title", "")).strip():
            own["title"] = title
        if _LANGUAGE.fullmatch(attributes.get("hreflang", "")):
            own["hreflang"] = attributes["hreflang"]
        return "a"

    def end_inline(self, name: str) -> None:
        cell = self.stack[-1].cell
        for i in range(len(self.inline) - 1, -1, -1):
            if self.inline[i].depth <= cell:
                return  # opened outside this cell, and not to be closed from within
            if self.inline[i].name == name:
                # As HTML5 does: formatting that was opened inside goes on, other elements end with this one.
                self.inline[i:] = [e for e in self.inline[i + 1 :] if e.name in _FORMATTING]
                self.note_inline()
                return

    def image(self, attributes: dict[str, str]) -> None:
        if self.dropping():
            return
        source = attributes.get("src", "").strip()
        local = re.match(r"(?i)(?:file|data|blob|cid|webkit-fake-url):|[a-z]:\\", source)
        self.report.note(
            "image-local" if local else "image",
            attributes.get("alt") or source.rpartition("/")[2][:60] or "img",
        )


def _unpaired(known: list[_Token]) -> set[int]:
    """Start tags of dropped elements that are never closed: to drop the rest of the text for one is too much."""
    waiting: dict[str, list[int]] = {name: [] for name in _DROPPED}
    for i, token in enumerate(known):
        if token.name in waiting:
            if token.kind == "start":
                waiting[token.name].append(i)
            elif waiting[token.name]:
                waiting[token.name].pop()
    return {i for places in waiting.values() for i in places}


def _barriers(name: str) -> frozenset[str]:
    """What an end tag does not reach across (HTML5's scopes)."""
    if name == "table":
        return frozenset()
    if name in _TABLE_PARTS:
        return frozenset({"table"})
    scope = _CELLS | {"caption", "table"}
    return scope | {"ul", "ol", "menu", "dir"} if name == "li" else scope


def _item_barriers(around: set[str]) -> frozenset[str]:
    return frozenset(around) | _TABLE_PARTS | {"table", "blockquote", "ul", "ol", "menu", "dir", "dl"}


def _effective_marks(inline: Iterable[_OpenInline]) -> tuple[_Mark, ...]:
    """Marks of all open elements, without those that say nothing new."""
    marks: list[_Mark] = []
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


def _marks_of_style(tag: str, style: str) -> Iterator[_Mark]:
    """Bold, italic, raised and lowered as Google Docs and LibreOffice write them."""
    if not style:
        return
    if tag != "strong" and _BOLD.search(style):
        yield _Mark("strong")
    if tag != "em" and _ITALIC.search(style):
        yield _Mark("em")
    if tag not in ("sub", "sup") and (raised := _RAISED.search(style)):
        yield _Mark("sup" if raised[1] == "super" else "sub")


def _drop_for(name: str, attributes: dict[str, str]) -> _Drop | None:
    if name in _DROPPED:
        return _Drop(_DROPPED[name])
    if not attributes:
        return None
    style = attributes.get("style", "").lower()
    classes = attributes.get("class", "").lower().split()
    if _WORD_COMMENT.search(style) or not _WORD_COMMENT_CLASSES.isdisjoint(classes):
        return _Drop("comment")
    if "msodel" in classes:
        return _Drop("tracked-deletion")
    if "hidden" in attributes or (style and _HIDDEN.search(style)):
        return _Drop("hidden")
    return None


# --- attributes ----------------------------------------------------------------------------------------------


def _speech(attributes: dict[str, str]) -> dict[str, str]:
    """Language and direction. Word writes its proofing language on every word, in capitals: that says nothing."""
    found = {}
    language = attributes.get("lang") or attributes.get("xml:lang", "")
    if _LANGUAGE.fullmatch(language):
        found["lang"] = language
    direction = attributes.get("dir", "").lower()
    if direction in ("ltr", "rtl", "auto"):
        found["dir"] = direction
    return found


def _block_attributes(attributes: dict[str, str]) -> dict[str, str]:
    found = _speech(attributes)
    if ID_PATTERN.fullmatch(attributes.get("id", "")):
        found["id"] = attributes["id"]
    return found


def _container_attributes(tag: str, attributes: dict[str, str]) -> dict[str, str]:
    if tag == "table":
        return _block_attributes(attributes)
    found = _speech(attributes)
    if tag == "ol":
        if re.fullmatch(r"-?[0-9]{1,6}", attributes.get("start", "")):
            found["start"] = str(int(attributes["start"]))
        if attributes.get("type") in ("1", "a", "A", "i", "I"):
            found["type"] = attributes["type"]
    return found


def _cell_attributes(tag: str, attributes: dict[str, str]) -> dict[str, str]:
    found = _speech(attributes)
    if tag in _CELLS:
        for name in ("colspan", "rowspan"):
            if re.fullmatch(r"[0-9]{1,3}", attributes.get(name, "")) and 1 < int(attributes[name]) <= 100:
                found[name] = str(int(attributes[name]))
    if tag == "th" and attributes.get("scope", "").lower() in ("row", "col", "rowgroup", "colgroup"):
        found["scope"] = attributes["scope"].lower()
    return found


def _word_level(name: str, attributes: dict[str, str]) -> int:
    """The level of a list item that Word wrote as a paragraph, 0 if it is none."""
    if name != "p":
        return 0
    if level := _WORD_LEVEL.search(attributes.get("style", "").lower()):
        return int(level[1])
    return 1 if _WORD_LIST_CLASS.search(attributes.get("class", "").lower()) else 0


_UNSAFE_IN_ADDRESS = str.maketrans({" ": "%20", '"': "%22", "<": "%3C", ">": "%3E", "`": "%60"})
_ADDRESS = re.compile(r"#[^#]+|/(?!/).*|https?://[^/?#].*|(?:mailto|tel):.+", re.I | re.S)


def _address(href: str) -> str:
    """The address of a link if we allow it, else an empty string.

    Browsers read tabs and newlines in an address as nothing and a backslash as a slash (WHATWG URL), so that
    "/\\evil.example" is another site: the first are removed, an address with the second is refused.
    """
    href = re.sub(r"[\t\n\r\f]", "", href).strip().translate(_UNSAFE_IN_ADDRESS)
    if "\\" in href or not _ADDRESS.fullmatch(href) or not _gate_keeps(href):
        return ""
    return href


def _forbidden_example(href: str) -> str:
    href = re.sub(r"[\t\n\r\f]", "", href).strip()
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", href)
    if scheme and scheme[0].lower() not in ("http:", "https:"):
        return scheme[0].lower() + "…"
    return href[:60]


# --- finishing -----------------------------------------------------------------------------------------------

_FLOW = frozenset("div blockquote li dd td th".split())
_BULLETS = frozenset("·•▪▫■□●○◦‣⁃–—-*§➢➤✓❖\uf0b7\uf0a7\uf0a8\uf0d8\uf0fc\uf076oüØvqà")
_LEADING_MARKER = re.compile(
    "([·•▪■●○◦‣–—\uf0b7\uf0a7-]|\\(?(?:[0-9]{1,3}|[A-Za-z]|[ivx]{1,5}|[IVX]{1,5})[.)])[ \xa0]+"
)
_NUMBER_MARKER = re.compile(r"\(?([0-9]{1,3}|[a-zA-Z]|[ivx]{1,5}|[IVX]{1,5})[.)]")
_ROMAN = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv"]


def _finish(box: _Box) -> None:
    """Split paragraphs, drop what is empty, make lists of Word's, unwrap single paragraphs; inside first."""
    children: list[_Box] = []
    for child in box.children:
        if child.tag in _LEAVES:
            children += _finish_leaf(child)
        elif child.tag == "table":
            children += _finish_table(child)
        else:
            _finish(child)
            if child.children or child.runs or child.tag in _CELLS or child.tag == "hr":
                children.append(child)
    box.children = children
    lists_fit = box.tag in _FLOW and box.depth <= _MAX_DEPTH - 20  # Word has nine levels, each of them two deep
    box.children = _with_word_lists(children, lists_fit)
    if box.tag in ("dt", "caption"):
        box.runs = _joined([leaf.runs for leaf in _leaves(box)])
        box.children = []
    elif box.tag in ("li", "dd", "td", "th"):
        _unwrap_only_paragraph(box)


def _finish_leaf(leaf: _Box) -> list[_Box]:
    """A paragraph, cut where two line breaks follow each other; nothing if there are no words in it."""
    parts = _lines(leaf.runs)
    if leaf.tag in _HEADINGS:
        parts = [[line for part in parts for line in part]] if parts else []
    if not parts and leaf.marker.strip():
        parts = [[[_Run("")]]]
    cut = []
    for i, part in enumerate(parts):
        piece = _Box(leaf.tag, dict(leaf.attributes), level=leaf.level if i == 0 else 0)
        piece.marker = leaf.marker if i == 0 else ""
        piece.runs = _joined(part)
        cut.append(piece)
    return cut


def _joined(lines: list[list[_Run]]) -> list[_Run]:
    runs: list[_Run] = []
    for line in lines:
        runs += [_Run("\n"), *line] if runs else line
    return runs


def _lines(runs: list[_Run]) -> list[list[list[_Run]]]:
    """Runs as paragraphs of lines: empty lines part paragraphs."""
    parts: list[list[list[_Run]]] = [[]]
    line: list[_Run] = []
    for run in [*runs, _Run("\n")]:
        if run.text != "\n":
            line.append(run)
            continue
        if line := _tidy_line(line):
            parts[-1].append(line)
        elif parts[-1]:
            parts.append([])
        line = []
    return [part for part in parts if part]


def _tidy_line(line: list[_Run]) -> list[_Run]:
    """One space between words and none at the ends; empty if there is nothing to see."""
    tidy: list[_Run] = []
    for text, marks in line:
        if not tidy:
            text = text.lstrip(" \xa0")
        elif tidy[-1].text.endswith(" "):
            text = text.lstrip(" ")
        if text:
            tidy.append(_Run(text, marks))
    while tidy and not tidy[-1].text.rstrip(" \xa0"):
        tidy.pop()
    if tidy:
        tidy[-1] = _Run(tidy[-1].text.rstrip(" \xa0"), tidy[-1].marks)
    return tidy if any(_can_be_seen(run.text) for run in tidy) else []


def _can_be_seen(text: str) -> bool:
    return bool(_SEEN.search(text))


_SEEN = re.compile(r"[^\s\u200c-\u200f\u202a-\u202e\u2060-\u2069\u3164\u115f\u1160]")


def _leaves(box: _Box) -> Iterator[_Box]:
    if box.runs:
        yield box
    for child in box.children:
        yield from _leaves(child)


def _unwrap_only_paragraph(box: _Box) -> None:
    """<li><p>words</p></li> is <li>words</li>, also with lists behind the words."""
    if not box.children or box.children[0].tag != "p" or any(c.tag not in ("ul", "ol") for c in box.children[1:]):
        return
    only = box.children[0]
    if any(box.attributes.get(key, value) != value for key, value in only.attributes.items() if key != "id"):
        return  # a paragraph in another language than its item
    box.attributes = {**only.attributes, **box.attributes}
    box.runs, box.children = only.runs, box.children[1:]


def _finish_table(table: _Box) -> list[_Box]:
    """Caption, head, bodies, foot in this order; more captions than one become paragraphs before the table."""
    captions: list[_Box] = []
    sections: dict[str, list[_Box]] = {"thead": [], "tbody": [], "tfoot": []}
    for child in table.children:
        _finish(child)
        if child.tag == "caption" and child.runs:
            captions.append(child)
        elif child.tag in sections and child.children:
            tag = "tbody" if child.tag != "tbody" and sections[child.tag] else child.tag
            child.tag = tag
            sections[tag].append(child)
    table.children = [*captions[:1], *sections["thead"], *sections["tbody"], *sections["tfoot"]]
    before = [_Box("p", caption.attributes, runs=caption.runs) for caption in captions[1:]]
    has_words = any(True for _ in _leaves(table)) or any(box.tag == "hr" for box in _all(table))
    return [*before, table] if has_words else before


def _all(box: _Box) -> Iterator[_Box]:
    yield box
    for child in box.children:
        yield from _all(child)


# Word writes lists as paragraphs with their bullets or numbers as text.


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


def _take_marker(leaf: _Box, lists_fit: bool) -> list[_Numbering]:
    """What a Word list item's marker stands for. One that we know is taken off the words, another stays there."""
    if leaf.marker.strip(" \xa0"):
        kinds = _numberings(leaf.marker) if lists_fit else []
        if not kinds:
            leaf.runs = _one_paragraph([_Run(_WHITESPACE.sub(" ", leaf.marker.strip(" \xa0") + " ")), *leaf.runs])
        leaf.marker = ""
        return kinds
    if not lists_fit:
        return []
    first = leaf.runs[0]
    match = _LEADING_MARKER.match(first.text)
    kinds = _numberings(match[1]) if match else []
    if match and kinds:
        rest = _one_paragraph([_Run(first.text[match.end() :], first.marks), *leaf.runs[1:]])
        if not rest:
            return []
        leaf.runs = rest
    return kinds


def _one_paragraph(runs: list[_Run]) -> list[_Run]:
    return _joined([line for part in _lines(runs) for line in part])


def _with_word_lists(children: list[_Box], lists_fit: bool) -> list[_Box]:
    """Runs of Word's list paragraphs as lists; where no list may stand, with their markers as words."""
    result: list[_Box] = []
    open_lists: list[tuple[int, _Box, _Numbering]] = []
    for child in children:
        kinds = _take_marker(child, lists_fit) if child.level else []
        if not kinds:
            open_lists.clear()
            if child.tag not in _LEAVES or any(_can_be_seen(run.text) for run in child.runs):
                result.append(child)
            continue
        if any(_can_be_seen(run.text) for run in child.runs):  # an item without words is no item
            _add_item(result, open_lists, child, kinds)
    return result


def _add_item(
    result: list[_Box], open_lists: list[tuple[int, _Box, _Numbering]], leaf: _Box, kinds: list[_Numbering]
) -> None:
    while open_lists and open_lists[-1][0] > leaf.level:
        open_lists.pop()
    item = _Box("li", leaf.attributes, runs=leaf.runs)
    if open_lists and open_lists[-1][0] == leaf.level:
        _, box, last = open_lists.pop()
        if following := [kind for kind in kinds if kind.follows(last)]:
            box.children.append(item)
            open_lists.append((leaf.level, box, following[0]))
            return
    kind = next((kind for kind in kinds if kind.number == 1), kinds[-1])
    box = _Box(kind.tag, children=[item])
    if kind.type:
        box.attributes["type"] = kind.type
    if kind.number > 1:
        box.attributes["start"] = str(kind.number)
    (open_lists[-1][1].children[-1].children if open_lists else result).append(box)
    open_lists.append((leaf.level, box, kind))


# Headings and links inside the page can be judged only when the whole text is there.


def _settle_headings(root: _Box, report: _Report) -> None:
    """The page's title is the h1: a text begins at h2, goes down one level at a time, and has three levels."""
    around: list[int] = []  # levels as they came
    for box in _all(root):
        if box.tag in _HEADINGS:
            level = min(max(int(box.tag[1]), 2), 4)
            while around and around[-1] >= level:
                around.pop()
            around.append(level)
            tag = f"h{len(around) + 1}"
            if tag != box.tag:
                report.note("heading", "".join(run.text for run in box.runs))
            box.tag = tag


def _settle_fragment_links(root: _Box, report: _Report) -> None:
    ids = {box.attributes["id"] for box in _addressable(root) if "id" in box.attributes}
    for box in _all(root):
        told: _Mark | None = None
        for i, run in enumerate(box.runs):
            lost = next((m for m in run.marks if m.tag == "a" and _leads_nowhere(m, ids)), None)
            if lost:
                box.runs[i] = _Run(run.text, tuple(m for m in run.marks if m is not lost))
                if lost is not told:
                    report.note("link-anchor", dict(lost.attributes)["href"])
            told = lost


def _leads_nowhere(link: _Mark, ids: set[str]) -> bool:
    href = dict(link.attributes)["href"]
    return href.startswith("#") and href[1:] not in ids


def _addressable(box: _Box) -> Iterator[_Box]:
    if box.tag in BLOCK_TAGS:
        yield box
    if box.tag != "table":
        for child in box.children:
            yield from _addressable(child)


# --- writing -------------------------------------------------------------------------------------------------


def _to_tree(root: _Box) -> Element:
    tree = etree.Element("div")
    for box in root.children:
        element = _write(box, tree)
        if box is not root.children[-1]:
            element.tail = "\n"
    return tree


def _write(box: _Box, parent: Element) -> Element:
    element = etree.SubElement(parent, box.tag, dict(sorted(box.attributes.items())))
    _write_runs(_settled(box.runs), element)
    for child in box.children:
        _write(child, element)
    return element


def _settled(runs: list[_Run]) -> list[_Run]:
    """Spaces and line breaks bear only the marks that the words on both sides share; equal neighbours are one."""
    words = [i for i, run in enumerate(runs) if run.text.strip(" \n\xa0")]
    after = iter([*words, None])
    following = next(after)
    last: tuple[_Mark, ...] = ()
    settled: list[_Run] = []
    for i, run in enumerate(runs):
        if i == following:
            following, last, marks = next(after), run.marks, run.marks
        else:
            marks = _shared(last, runs[following].marks if following is not None else ())
        if settled and settled[-1].marks == marks and "\n" not in (settled[-1].text, run.text):
            settled[-1] = _Run(settled[-1].text + run.text, marks)
        else:
            settled.append(_Run(run.text, marks))
    return settled


def _shared(a: tuple[_Mark, ...], b: tuple[_Mark, ...]) -> tuple[_Mark, ...]:
    same = 0
    while same < min(len(a), len(b)) and a[same] == b[same]:
        same += 1
    return a[:same]


def _write_runs(runs: list[_Run], element: Element) -> None:
    marks: tuple[_Mark, ...] = ()
    open_elements = [element]
    last: list[Element | None] = [None]  # the last child of each; lxml would count them all to find it
    for run in runs:
        same = len(_shared(marks, run.marks))
        del open_elements[same + 1 :], last[same + 1 :]
        for mark in run.marks[same:]:
            last[-1] = etree.SubElement(open_elements[-1], mark.tag, dict(sorted(mark.attributes)))
            open_elements.append(last[-1])
            last.append(None)
        marks = run.marks
        if run.text == "\n":
            last[-1] = etree.SubElement(open_elements[-1], "br")
        elif last[-1] is None:
            open_elements[-1].text = run.text
        else:
            last[-1].tail = run.text


# --- the last gate -------------------------------------------------------------------------------------------

TAGS = frozenset(
    "p br hr h2 h3 h4 strong em sub sup abbr cite q blockquote ul ol li dl dt dd a table caption thead tbody tfoot "
    "tr th td span bdi bdo".split()
)
ATTRIBUTES = {
    "*": {"lang", "dir"},
    **{tag: {"id"} for tag in BLOCK_TAGS},
    "ol": {"start", "type"},
    "abbr": {"title"},
    "a": {"href", "title", "hreflang"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}


@lru_cache(maxsize=1)
def _gate() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags={"script", "style"},
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_gate_attribute,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
        strip_comments=True,
    )


# nh3 joins the references of one text node at a cost that grows with their square (11 s for a million of them). It
# leaves comments out, and a comment ends a text node.
_LONG_TEXT = re.compile(r">[^<]{8000,}")
_STRETCH = re.compile(r"(?:&[^;]{1,8};|[^&]){1,4000}")


def _gated(text: str) -> str:
    paused = _LONG_TEXT.sub(lambda match: "<!---->".join(_STRETCH.findall(match[0])), text)
    return str(_gate().clean(paused))


def _gate_attribute(tag: str, name: str, value: str) -> str | None:
    """What nh3 cannot know: the form of our ids, and that //host and a backslash lead to another site."""
    if name == "id":
        return value if ID_PATTERN.fullmatch(value) else None
    if name == "dir":
        return value if value in ("ltr", "rtl", "auto") else None
    if name == "lang":
        return value if _LANGUAGE.fullmatch(value) else None
    if name == "href":
        return value if "\\" not in value and _ADDRESS.fullmatch(value) else None
    return value


@lru_cache(maxsize=4096)
def _gate_keeps(href: str) -> bool:
    """Whether nh3 will let a link's address pass as it stands; it knows more about hosts than a pattern does."""
    link = f'<a href="{paragraphs.escape(href)}">x</a>'
    return bool(_gate().clean(link) == link)
