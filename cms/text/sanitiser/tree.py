"""The tree we build: its boxes, where in it a box may stand, and the tables of tags for blocks."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from .runs import Run

LEAVES = frozenset("p h1 h2 h3 h4 h5 h6".split())
HEADINGS = LEAVES - {"p"}
MAX_DEPTH = 32  # containers within containers; browsers stop at 512 elements, readers much earlier

GROUPS = frozenset(
    "html head body address article aside center details dialog div fieldset footer form frameset "
    "header hgroup legend main nav optgroup option search section summary textarea xmp plaintext pre listing".split()
)
PREFORMATTED = frozenset("pre listing textarea xmp plaintext".split())
LISTS = {"ul": "ul", "ol": "ol", "menu": "ul", "dir": "ul"}
TABLE_SECTIONS = frozenset("thead tbody tfoot".split())
CELLS = frozenset({"td", "th"})
TABLE_PARTS = TABLE_SECTIONS | CELLS | {"caption", "tr"}
ROW_PARTS = CELLS | {"tr"}
TABLE_FRAME = TABLE_SECTIONS | {"table", "tr"}  # hold no words of their own
VOID = frozenset(
    "area base basefont bgsound col command embed frame input keygen link meta param source track wbr".split()
)


@dataclass(slots=True, eq=False)
class Box:
    """An element of the result: a leaf has runs, a container children, a list item may have both."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parent: "Box | None" = None
    depth: int = 0
    children: "list[Box]" = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    implied: bool = False  # a list that nobody opened
    level: int = 0  # of a Word list
    marker: str = ""  # of a Word list


def leaves(box: Box) -> Iterator[Box]:
    """The boxes below and at a box that have words."""
    if box.runs:
        yield box
    for child in box.children:
        yield from leaves(child)


def place(box: Box, near: Box) -> bool:
    """Put a box where it may stand, near the place where it was found; False if that would be too deep."""
    parent, before_last = near, False
    needs = {"table": 4, "ul": 2, "ol": 2, "dl": 2, "blockquote": 1, "figure": 1}.get(box.tag, 0)
    if parent.tag in TABLE_FRAME and box.tag not in TABLE_PARTS:
        while parent.tag != "table" and parent.parent:
            parent = parent.parent
        parent, before_last = parent.parent or parent, True  # HTML5's foster parent
    in_item = parent.tag in ("ul", "ol", "dl") and box.tag not in ("li", "dt", "dd")
    if needs and parent.depth + in_item + needs > MAX_DEPTH:
        return False
    parent = _item_for(parent, box.tag)
    box.parent, box.depth = parent, parent.depth + 1
    parent.children.insert(len(parent.children) - before_last, box)
    return True


def _item_for(parent: Box, tag: str) -> Box:
    """Lists hold items only: what else stands there goes into one, a list into that of its forerunner."""
    if parent.tag == "dl":
        wanted, allowed = "dd", {"dt", "dd"}
    elif parent.tag in ("ul", "ol"):
        wanted, allowed = "li", {"li"}
    else:
        return parent
    if tag in allowed:
        return parent
    if tag in LISTS and wanted == "li" and parent.children:
        return parent.children[-1]
    item = Box(wanted, parent=parent, depth=parent.depth + 1)
    parent.children.append(item)
    return item
