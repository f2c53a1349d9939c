"""What the demonstration says of editions: in which language a text was first written, what followed its first one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ..models.editions import Change
from ..text.fragment import parse, serialise
from ..text.paragraphs import Passage, passages, within
from .light import to_html

ORIGINAL = "ru"  # of what says nothing else: both languages are the invented office's, and most is written in this one


@dataclass(frozen=True)
class Second:
    """The second edition of a text. after: how long after the first. rewrite: gives its body for the first one's."""

    change: Change
    note: str
    after: timedelta
    rewrite: Callable[[str], str]


def original_first(languages: Iterable[str], row: dict[str, Any]) -> list[str]:
    """The languages in the order in which a text gets its versions."""
    return sorted(languages, key=lambda language: language != row.get("original", ORIGINAL))


def second_of(row: dict[str, Any], language: str) -> Second | None:
    """A correction, which both languages get; or an addition, which the translation still has to follow."""
    if "wrong_en" in row:
        wrong, right = row[f"wrong_{language}"], row[f"right_{language}"]
        note = row[f"correction_{language}"]
        return Second(Change.CORRECTION, note, timedelta(hours=26), lambda body: body.replace(wrong, right))
    if "added" in row and language == row.get("original", ORIGINAL):
        return Second(Change.UPDATE, row["added_note"], timedelta(hours=50), lambda body: body + to_html(row["added"]))
    return None


def with_ids_of(original: str, html: str) -> str:
    """A translation with the ids of its original's paragraphs, as translators keep them; itself where it has others.

    original: a stored body. html: a body of the same blocks in the same order.
    """
    root = parse(html)
    theirs, ours = _blocks(parse(original)), _blocks(root)
    if [_place(block) for block in theirs] != [_place(block) for block in ours]:
        return html
    for from_, to in zip(theirs, ours, strict=True):
        to.element.set("id", from_.element.get("id"))
    return serialise(root)


def _blocks(root: Any) -> list[Passage]:
    return [passage for passage in passages(root) if passage.is_block]


def _place(block: Passage) -> tuple[str, tuple[str, ...]]:
    return block.element.tag, within(block.element)
