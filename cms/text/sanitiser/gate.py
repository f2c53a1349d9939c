"""What leaves: the tree as elements, and nh3 as the last gate, with the lists of what may pass it."""

import re
from functools import lru_cache

import nh3
from lxml import etree

from cms.text.fragment import Element, escape
from cms.text.paragraphs import BLOCK_TAGS, ID_PATTERN

from .runs import Mark, Run
from .tree import Box

TAGS = frozenset(
    "p br hr h2 h3 h4 strong em sub sup abbr cite q blockquote ul ol li dl dt dd a table caption thead tbody tfoot "
    "tr th td span bdi bdo figure img figcaption".split()
)
ATTRIBUTES = {
    "*": {"lang", "dir"},
    **{tag: {"id"} for tag in BLOCK_TAGS},
    "ol": {"start", "type"},
    "abbr": {"title"},
    "a": {"href", "title", "hreflang"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "img": {"alt", "data-decorative", "data-image"},
}

LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_IMAGE = re.compile(r"[1-9][0-9]{0,18}")
_LAST_IMAGE = 2**63 - 1  # of a database's big integer
ADDRESS = re.compile(r"#[^#]+|/(?!/).*|https?://[^/?#].*|(?:mailto|tel):.+", re.I | re.S)

# --- writing -------------------------------------------------------------------------------------------------


def to_tree(root: Box) -> Element:
    tree = etree.Element("div")
    for box in root.children:
        element = _write(box, tree)
        if box is not root.children[-1]:
            element.tail = "\n"
    return tree


def _write(box: Box, parent: Element) -> Element:
    element = etree.SubElement(parent, box.tag, dict(sorted(box.attributes.items())))
    _write_runs(_settled(box.runs), element)
    for child in box.children:
        _write(child, element)
    return element


def _settled(runs: list[Run]) -> list[Run]:
    """Spaces and line breaks bear only the marks that the words on both sides share; equal neighbours are one."""
    words = [i for i, run in enumerate(runs) if run.text.strip(" \n\xa0")]
    after = iter([*words, None])
    following = next(after)
    last: tuple[Mark, ...] = ()
    settled: list[Run] = []
    for i, run in enumerate(runs):
        if i == following:
            following, last, marks = next(after), run.marks, run.marks
        else:
            marks = _shared(last, runs[following].marks if following is not None else ())
        if settled and settled[-1].marks == marks and "\n" not in (settled[-1].text, run.text):
            settled[-1] = Run(settled[-1].text + run.text, marks)
        else:
            settled.append(Run(run.text, marks))
    return settled


def _shared(a: tuple[Mark, ...], b: tuple[Mark, ...]) -> tuple[Mark, ...]:
    same = 0
    while same < min(len(a), len(b)) and a[same] == b[same]:
        same += 1
    return a[:same]


def _write_runs(runs: list[Run], element: Element) -> None:
    marks: tuple[Mark, ...] = ()
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


def gated(text: str) -> str:
    paused = _LONG_TEXT.sub(lambda match: "<!---->".join(_STRETCH.findall(match[0])), text)
    return str(_gate().clean(paused))


def _gate_attribute(tag: str, name: str, value: str) -> str | None:
    """What nh3 cannot know: the form of our ids, and that //host and a backslash lead to another site."""
    if name == "id":
        return value if ID_PATTERN.fullmatch(value) else None
    if name == "data-image":
        return value if is_image(value) else None
    if name == "data-decorative":
        return ""
    if tag == "img" and name != "alt":
        return None  # nor a language: its figure has that
    if name == "dir":
        return value if value in ("ltr", "rtl", "auto") else None
    if name == "lang":
        return value if LANGUAGE.fullmatch(value) else None
    if name == "href":
        return value if "\\" not in value and ADDRESS.fullmatch(value) else None
    return value


def is_image(number: str) -> bool:
    """Whether it can be the number of a picture in the library."""
    return bool(_IMAGE.fullmatch(number)) and int(number) <= _LAST_IMAGE


@lru_cache(maxsize=4096)
def gate_keeps(href: str) -> bool:
    """Whether nh3 will let a link's address pass as it stands; it knows more about hosts than a pattern does."""
    link = f'<a href="{escape(href)}">x</a>'
    return bool(_gate().clean(link) == link)
