"""Texts as plain words: for e-mails, feeds, search, counts and teasers. The markup they come from is clean HTML."""

import re

from cms.text.figures import alternative
from cms.text.fragment import parse
from cms.text.matching import tokens
from cms.text.paragraphs import Passage, passages, within

_WORD = re.compile(r"\w")


def plain_text(html: str) -> str:
    """One line a block; items of a list begin with a dash, cells of a row are parted by a bar.

    A picture is its caption; without one, its alternative text in brackets.
    """
    lines = []
    for passage in passages(parse(html)):
        element = passage.element
        item = element is not None and (element.tag == "li" or "li" in within(element)[-1:])
        if words := passage.text or _alternative(passage):
            lines.append(("– " if item else "") + words)
    return "\n".join(lines)


def word_count(html: str) -> int:
    """How many words a reader reads; in Chinese and Japanese, how many characters."""
    return sum(1 for token in tokens(_words_only(html)) if _WORD.search(token))


def first_words(html: str, n: int) -> str:
    """The first n words in one line, with "…" if there are more."""
    taken: list[str] = []
    words = 0
    for token in tokens(_words_only(html)):
        is_word = bool(_WORD.search(token))
        if is_word and words == n:
            return "".join(taken).rstrip(" ,;:–—-([{«“„") + "…" if taken else ""
        words += is_word
        taken.append(token)
    return "".join(taken)


def _alternative(passage: Passage) -> str:
    alt = alternative(passage.element) if passage.image else ""
    return f"[{alt}]" if alt else ""


def _words_only(html: str) -> str:
    return " ".join(" ".join(p.text for p in passages(parse(html)) if p.text).split())
