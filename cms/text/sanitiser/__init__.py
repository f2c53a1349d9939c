"""Cleaning: whatever an editor program, a paste from Word or an attacker hands over becomes our small HTML.

The way: `markup` reads as an HTML5 browser does; `building` keeps words with their marks (`inline`) and puts them
into a `tree` that can only hold what we allow; `finishing` mends that tree; `paragraphs` gives ids; nh3 has the last
word (`gate`). We read the input ourselves, and do not mend nh3's output, because nh3 drops what an editor must be told
about, is not idempotent on broken nesting, and shares HTML5's quadratic reopening of formatting elements.
Ids of paragraphs are in `paragraphs`; the editor's own configuration is in `fields`.
"""

from dataclasses import dataclass

from cms.text import paragraphs
from cms.text.fragment import serialise

from .building import Builder
from .finishing import finish, settle_fragment_links, settle_headings
from .gate import ATTRIBUTES, TAGS, gated, to_tree
from .markup import NOT_TEXT, tokenise
from .report import Removed, Report, describe

__all__ = ["ATTRIBUTES", "TAGS", "Cleaned", "Removed", "clean", "describe"]


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
    report = Report()
    text = _rebuild(html, previous, report)
    for _ in range(3):
        passed = gated(text)
        if passed == text:
            break
        text = _rebuild(passed, previous, Report())  # never seen to happen; if it does, the gate is right
    else:
        text = gated(text)
    return Cleaned(text, report.removed())


def _rebuild(html: str, previous: str, report: Report) -> str:
    source = html.replace("\r\n", "\n").replace("\r", "\n")
    root = Builder(report).read(tokenise(NOT_TEXT.sub("", source)))
    finish(root)
    settle_headings(root, report)
    settle_fragment_links(root, report)
    tree = to_tree(root)
    paragraphs.assign(tree, previous)
    return serialise(tree)
