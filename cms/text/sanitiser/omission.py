"""What is left out, with its words or without, because of the element it stands in: which elements, and why."""

import re
from dataclasses import dataclass

from .markup import Token

_DROPPED = {"del": "tracked-deletion", "xml": "xml", "template": "template"}
DROPPED_RAW = {
    "script": "script",
    "style": "style",
    "title": "title",
    "iframe": "embedded",
    "noembed": "embedded",
    "noframes": "embedded",
    "noscript": "embedded",
}
REPORTED = dict.fromkeys("svg math object embed applet audio video canvas".split(), "embedded") | dict.fromkeys(
    "input select textarea button".split(), "form"
)

_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden)")
_WORD_COMMENT = re.compile(r"(?:^|;)\s*mso-element\s*:\s*comment")
_WORD_COMMENT_CLASSES = frozenset("msocomanchor msocomtxt msocommentreference msocommenttext".split())


@dataclass(slots=True)
class Drop:
    """Why the words inside an element are not taken; told once an element has any."""

    reason: str
    told: bool = False


def drop_for(name: str, attributes: dict[str, str]) -> Drop | None:
    if name in _DROPPED:
        return Drop(_DROPPED[name])
    if not attributes:
        return None
    style = attributes.get("style", "").lower()
    classes = attributes.get("class", "").lower().split()
    if _WORD_COMMENT.search(style) or not _WORD_COMMENT_CLASSES.isdisjoint(classes):
        return Drop("comment")
    if "msodel" in classes:
        return Drop("tracked-deletion")
    if "hidden" in attributes or (style and _HIDDEN.search(style)):
        return Drop("hidden")
    return None


def unpaired(known: list[Token]) -> set[int]:
    """Start tags of dropped elements that are never closed: to drop the rest of the text for one is too much."""
    waiting: dict[str, list[int]] = {name: [] for name in _DROPPED}
    for i, token in enumerate(known):
        if token.name in waiting:
            if token.kind == "start":
                waiting[token.name].append(i)
            elif waiting[token.name]:
                waiting[token.name].pop()
    return {i for places in waiting.values() for i in places}
