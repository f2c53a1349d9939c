"""Mending the tree once it is whole: empty and single paragraphs, figures, tables, headings, links inside the text."""

from collections.abc import Iterator

from cms.text.paragraphs import BLOCK_TAGS

from .figures import parted, settled
from .report import Report
from .runs import Mark, Run, joined, lines
from .tree import CELLS, HEADINGS, LEAVES, MAX_DEPTH, Box, leaves
from .word import with_word_lists

_FLOW = frozenset("div blockquote figure li dd td th".split())


def finish(box: Box, moved: list[Box] | None = None) -> None:
    """Split paragraphs, drop what is empty, make lists of Word's, unwrap single paragraphs; inside first.

    moved: takes the figures in the box where they may not stand: in tables, terms and captions.
    """
    children = [piece for child in box.children for piece in _finished(child, moved)]
    if moved is not None and box.tag != "figure":
        moved += [child for child in children if child.tag == "figure"]
        children = [child for child in children if child.tag != "figure"]
    lists_fit = box.tag in _FLOW and box.depth <= MAX_DEPTH - 20  # Word has nine levels, each of them two deep
    box.children = with_word_lists(children, lists_fit)
    if box.tag in ("dt", "caption"):
        box.runs = joined([leaf.runs for leaf in leaves(box)])
        box.children = []
    elif box.tag in ("li", "dd", "td", "th"):
        _unwrap_only_paragraph(box)


def _finished(box: Box, moved: list[Box] | None) -> list[Box]:
    """What takes the place of a box in its parent."""
    if box.tag in LEAVES:
        return [piece for part in parted(box) for piece in ([part] if part.tag == "figure" else _finish_leaf(part))]
    if box.tag == "table":
        return _finish_table(box, moved)
    if box.tag == "dt":
        return _finish_term(box, moved)
    if box.tag == "figcaption":
        figures: list[Box] = []
        finish(box, figures)
        box.children += figures
        return [box]
    finish(box, moved)
    if box.tag == "figure":
        return settled(box)
    return [box] if box.children or box.runs or box.tag in CELLS or box.tag == "hr" else []


def _finish_leaf(leaf: Box) -> list[Box]:
    """A paragraph, cut where two line breaks follow each other; nothing if there are no words in it."""
    parts = lines(leaf.runs)
    if leaf.tag in HEADINGS:
        parts = [[line for part in parts for line in part]] if parts else []
    if not parts and leaf.marker.strip():
        parts = [[[Run("")]]]
    cut = []
    for i, part in enumerate(parts):
        piece = Box(leaf.tag, dict(leaf.attributes), level=leaf.level if i == 0 else 0)
        piece.marker = leaf.marker if i == 0 else ""
        piece.runs = joined(part)
        cut.append(piece)
    return cut


def _finish_term(term: Box, moved: list[Box] | None) -> list[Box]:
    """A term, and what it shows as a description of it."""
    figures: list[Box] = []
    finish(term, figures if moved is None else moved)
    return [*([term] if term.runs else []), *([Box("dd", children=figures)] if figures else [])]


def _unwrap_only_paragraph(box: Box) -> None:
    """<li><p>words</p></li> is <li>words</li>, also with lists behind the words."""
    if not box.children or box.children[0].tag != "p" or any(c.tag not in ("ul", "ol") for c in box.children[1:]):
        return
    only = box.children[0]
    if any(box.attributes.get(key, value) != value for key, value in only.attributes.items() if key != "id"):
        return  # a paragraph in another language than its item
    box.attributes = {**only.attributes, **box.attributes}
    box.runs, box.children = only.runs, box.children[1:]


def _finish_table(table: Box, moved: list[Box] | None) -> list[Box]:
    """Caption, head, bodies, foot in this order; more captions than one become paragraphs before the table.

    A table is one block with one address, so that its figures stand behind it.
    """
    figures: list[Box] = []
    captions: list[Box] = []
    sections: dict[str, list[Box]] = {"thead": [], "tbody": [], "tfoot": []}
    for child in table.children:
        finish(child, figures if moved is None else moved)
        if child.tag == "caption" and child.runs:
            captions.append(child)
        elif child.tag in sections and child.children:
            tag = "tbody" if child.tag != "tbody" and sections[child.tag] else child.tag
            child.tag = tag
            sections[tag].append(child)
    table.children = [*captions[:1], *sections["thead"], *sections["tbody"], *sections["tfoot"]]
    before = [Box("p", caption.attributes, runs=caption.runs) for caption in captions[1:]]
    has_words = any(True for _ in leaves(table)) or any(box.tag == "hr" for box in _all(table))
    return [*before, *([table] if has_words else []), *figures]


def _all(box: Box) -> Iterator[Box]:
    yield box
    for child in box.children:
        yield from _all(child)


# Headings and links inside the page can be judged only when the whole text is there.


def settle_headings(root: Box, report: Report) -> None:
    """The page's title is the h1: a text begins at h2, goes down one level at a time, and has three levels."""
    around: list[int] = []  # levels as they came
    for box in _all(root):
        if box.tag in HEADINGS:
            level = min(max(int(box.tag[1]), 2), 4)
            while around and around[-1] >= level:
                around.pop()
            around.append(level)
            tag = f"h{len(around) + 1}"
            if tag != box.tag:
                report.note("heading", "".join(run.text for run in box.runs))
            box.tag = tag


def settle_fragment_links(root: Box, report: Report) -> None:
    ids = {box.attributes["id"] for box in _addressable(root) if "id" in box.attributes}
    for box in _all(root):
        told: Mark | None = None
        for i, run in enumerate(box.runs):
            lost = next((m for m in run.marks if m.tag == "a" and _leads_nowhere(m, ids)), None)
            if lost:
                box.runs[i] = Run(run.text, tuple(m for m in run.marks if m is not lost))
                if lost is not told:
                    report.note("link-anchor", dict(lost.attributes)["href"])
            told = lost


def _leads_nowhere(link: Mark, ids: set[str]) -> bool:
    href = dict(link.attributes)["href"]
    return href.startswith("#") and href[1:] not in ids


def _addressable(box: Box) -> Iterator[Box]:
    if box.tag in BLOCK_TAGS:
        yield box
    if box.tag != "table":
        for child in box.children:
            yield from _addressable(child)
