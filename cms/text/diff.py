"""What changed between two texts: block by block, then word by word, as data for a template.

Only text leaves this module, never markup. How blocks get their ids is in `paragraphs`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from cms.text.figures import in_words
from cms.text.fragment import Element, escape, parse, serialise
from cms.text.matching import Work, longest_rising, tokens
from cms.text.paragraphs import BLOCK_TAGS, CONTAINERS, passages, words_in_table

Kind = Literal["same", "added", "removed"]
Status = Literal["same", "changed", "added", "removed", "restyled"]

_MANY_BLOCKS = 400  # above this blocks are paired by id, by their whole text and by position only
_REACH = 40  # how many blocks further a reworded one is looked for
_NEAR = 0.45  # blocks less alike than this are two blocks, one gone and one new
_SOUP = 0.25  # if fewer words are common, it is easier to read one text after the other


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stayed, came or went."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One block of the comparison.

    `tag` is p, h2, h3, h4, li, dt, dd, caption, tr (cells are parted by " | "), hr or figure (a line that names the
    picture, with its alternative text, and then the caption). `restyled`: the same words with
    other emphasis, links or place in a list. `id` is the block's in the newer text, or, if it is gone, in the older.
    `links`: addresses that came into the block or left it, which its words do not show.
    """

    status: Status
    tag: str
    pieces: tuple[Piece, ...] = ()
    id: str = ""
    links: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """So many blocks that did not change and need not be read."""

    count: int


@dataclass(frozen=True, slots=True)
class _Line:
    """What is compared. Two texts are equal exactly if their lines have equal `text` and `look`."""

    id: str
    tag: str
    text: str
    look: str  # markup and surroundings
    links: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


def compare(old_html: str, new_html: str) -> list[Change]:
    """The changes from one clean text to another, unchanged blocks included, in reading order."""
    old, new = _lines(old_html), _lines(new_html)
    work = Work()
    changes: list[Change] = []
    done_old = done_new = 0
    for i, j in [*_anchors(old, new), (len(old), len(new))]:
        changes += _between(old[done_old:i], new[done_new:j], work)
        if i < len(old):
            changes.append(_pair(old[i], new[j], work))
        done_old, done_new = i + 1, j + 1
    return changes


def compare_text(old: str, new: str) -> tuple[Piece, ...]:
    """Two plain texts word by word; space alone makes no difference."""
    return _compare_words(old, new, Work())


def is_changed(changes: Iterable[Change]) -> bool:
    """Whether a comparison found any difference at all."""
    return any(change.status != "same" for change in changes)


def folded(changes: Sequence[Change], context: int = 1) -> list[Change | Skipped]:
    """For reading: of unchanged blocks only `context` before and after each change stay."""
    touched = [i for i, change in enumerate(changes) if change.status != "same"]
    near = {j for i in touched for j in range(i - context, i + context + 1)}
    result: list[Change | Skipped] = []
    start = 0
    while start < len(changes):
        end = start
        while end < len(changes) and end not in near:
            end += 1
        if end - start > 1:
            result.append(Skipped(end - start))
        elif end > start:
            result.append(changes[start])  # a single block is no longer than the remark that it was left out
        if end < len(changes):
            result.append(changes[end])
        start = end + 1
    return result


# --- lines ---------------------------------------------------------------------------------------------------


def _lines(html: str) -> list[_Line]:
    root = parse(html)
    surroundings = _Surroundings(root)
    lines: list[_Line] = []
    for passage in passages(root):
        element = passage.element
        if element is None:
            lines.append(_Line("", "p", passage.text, ""))
        elif element.tag == "table":
            lines += _table_lines(element, surroundings)
        elif passage.text or not _holds_blocks(element):
            markup, links = _own_markup(element)
            look = f"{surroundings.of(element)} {_outline(element)} {markup}"
            words = in_words(element, passage.text) if passage.image else passage.text
            lines.append(_Line(element.get("id", ""), element.tag, words, look, links))
    return lines


def _table_lines(table: Element, surroundings: "_Surroundings") -> Iterator[_Line]:
    """A caption and each row; words that stand anywhere else in a table are no table's."""
    for part in table.iterdescendants("caption", "tr"):
        if next(part.iterancestors("table")) is not table:
            continue  # of a table in a cell: it is part of that cell's words
        links = tuple(a.get("href", "") for a in part.iter("a"))
        look = f"{surroundings.of(part)} {_outline(part)} {serialise(part)}"
        yield _Line(table.get("id", ""), part.tag, words_in_table(part), look, links)


def _holds_blocks(element: Element) -> bool:
    return any(inner.tag in BLOCK_TAGS or inner.tag == "hr" for inner in element.iterdescendants())


def _own_markup(element: Element) -> tuple[str, tuple[str, ...]]:
    """The inline markup of a block and its links, without the blocks inside it."""
    out: list[str] = []
    links: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        nested = inner.tag in BLOCK_TAGS or inner.tag in CONTAINERS
        if event == "start":
            if inner is element:
                out.append(escape(inner.text or ""))
            elif nested:
                walk.skip_subtree()
            else:
                out.append(f"<{_outline(inner)}>{escape(inner.text or '')}")
                links += [inner.get("href", "")] if inner.tag == "a" else []
        elif inner is not element:
            out.append(("" if nested else f"</{inner.tag}>") + escape(inner.tail or ""))
    return "".join(out), tuple(links)


def _outline(element: Element) -> str:
    attributes = sorted((name, value) for name, value in element.attrib.items() if name != "id")
    return f"{element.tag}{attributes or ''}"


class _Surroundings:
    """Says in which lists, quotations and tables a line stands, and where each of them begins."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.begun: set[Element] = set()

    def of(self, element: Element) -> str:
        around = []
        for ancestor in element.iterancestors():
            if ancestor is self.root:
                break
            around.append(_outline(ancestor) + ("" if ancestor in self.begun else "^"))
            self.begun.add(ancestor)
        return ">".join(reversed(around))


# --- alignment -----------------------------------------------------------------------------------------------


def _anchors(old: Sequence[_Line], new: Sequence[_Line]) -> list[tuple[int, int]]:
    """Pairs of lines with one id, as many as keep their order; a block that was moved is gone here and new there."""
    places = _places(old)
    pairs = [(places[key], j) for key, j in _places(new).items() if key in places]
    pairs.sort(key=lambda pair: pair[1])
    return [pairs[n] for n in longest_rising([i for i, _j in pairs], strictly=True)]


def _places(lines: Sequence[_Line]) -> dict[tuple[str, str], int]:
    """Where each id stands. Rows share the id of their table, so that their words must tell them apart."""
    found: dict[tuple[str, str], int] = {}
    for i, line in enumerate(lines):
        if line.id:
            found.setdefault((line.id, line.words if line.tag == "tr" else ""), i)
    return found


def _between(old: Sequence[_Line], new: Sequence[_Line], work: Work) -> Iterator[Change]:
    """Lines between two anchors, aligned by their words."""
    if not old or not new:
        yield from _unpaired(old, new)
        return
    few = max(len(old), len(new)) <= _MANY_BLOCKS
    a, b = ([line.words or line.tag for line in lines] for lines in (old, new))
    for action, i1, i2, j1, j2 in work.matcher(a, b).get_opcodes():
        if action == "equal":
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                yield _pair(old[i], new[j], work)
        else:
            yield from _replaced(old[i1:i2], new[j1:j2], work, few)


def _replaced(old: Sequence[_Line], new: Sequence[_Line], work: Work, few: bool) -> Iterator[Change]:
    """Lines that took others' place: each with the most alike of those that are left, in their order."""
    done_old = done_new = 0
    for j, line in enumerate(new if few else ()):
        best, score = -1, _NEAR
        for i in range(done_old, min(done_old + _REACH, len(old))):
            if (ratio := work.likeness(old[i].text, line.text, score)) > score:
                best, score = i, ratio
        if best >= 0:
            yield from _unpaired(old[done_old:best], new[done_new:j])
            yield _pair(old[best], line, work)
            done_old, done_new = best + 1, j + 1
    yield from _unpaired(old[done_old:], new[done_new:])


def _unpaired(old: Sequence[_Line], new: Sequence[_Line]) -> Iterator[Change]:
    yield from (_whole("removed", line) for line in old)
    yield from (_whole("added", line) for line in new)


def _whole(kind: Literal["added", "removed"], line: _Line) -> Change:
    pieces = (Piece(kind, line.text),) if line.text else ()
    return Change(kind, line.tag, pieces, line.id, tuple(Piece(kind, href) for href in line.links))


def _pair(old: _Line, new: _Line, work: Work) -> Change:
    status: Status = "changed"
    pieces: tuple[Piece, ...] = ()
    if old.words == new.words:
        status = "same" if old.look == new.look else "restyled"
        pieces = (Piece("same", new.text),) if new.text else ()
    else:
        pieces = _compare_words(old.text, new.text, work)
    gone = tuple(Piece("removed", href) for href in old.links if href not in new.links)
    come = tuple(Piece("added", href) for href in new.links if href not in old.links)
    return Change(status, new.tag, pieces, new.id, gone + come)


# --- words ---------------------------------------------------------------------------------------------------


def _words(text: str) -> tuple[list[str], list[str]]:
    """What is compared, and what is shown: the same words with the space before them."""
    shown = tokens(text)
    return [token.strip() for token in shown], shown


def _compare_words(old: str, new: str, work: Work) -> tuple[Piece, ...]:
    (a, old_shown), (b, new_shown) = _words(old), _words(new)
    pieces: list[Piece] = []
    for action, i1, i2, j1, j2 in _opcodes(a, b, work):
        if action == "equal":
            pieces.append(Piece("same", "".join(new_shown[j1:j2])))
            continue
        if i1 < i2:
            gone = "".join(old_shown[i1:i2])
            if i2 < len(a) and old_shown[i2][:1].isspace() and j1 < len(b) and not new_shown[j1][:1].isspace():
                gone += " "  # the first word went: its space must not be lost with it
            pieces.append(Piece("removed", gone))
        if j1 < j2:
            pieces.append(Piece("added", "".join(new_shown[j1:j2])))
    return tuple(pieces)


def _opcodes(a: list[str], b: list[str], work: Work) -> list[tuple[str, int, int, int, int]]:
    """difflib's opcodes, the common beginning and end taken off first; soup is shown as replaced as a whole."""
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    i, j = len(a) - tail, len(b) - tail
    middle: list[tuple[str, int, int, int, int]] = [("replace", head, i, head, j)] if head < max(i, j) else []
    if middle:
        matcher = work.matcher(a[head:i], b[head:j])
        if 2 * (head + tail) + matcher.ratio() * (i + j - 2 * head) >= _SOUP * (len(a) + len(b)):
            middle = [(x, i1 + head, i2 + head, j1 + head, j2 + head) for x, i1, i2, j1, j2 in matcher.get_opcodes()]
    ends = [("equal", 0, head, 0, head)] if head else []
    return ends + middle + ([("equal", i, len(a), j, len(b))] if tail else [])
