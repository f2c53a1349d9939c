"""Editions in which a quotation may stand: those that hold runs of its words, so that one altered word hides none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from ..models import editions_at
from .in_use import engine
from .words import words

PHRASES = 8  # runs of words that are looked for, and one of all words where they are few
TEXTS = 25  # the newest that hold a run
_LONGEST_WHOLE = 12  # words of a quotation that is looked for as a whole, too
_TELLING = 12  # letters of a word; a longer one tells no more
_TELLS_NOTHING = 3  # letters of a word, on average
_IDEOGRAPHS = "\u3000"  # and later signs


def likely(parts: list[str]) -> Counter[int]:
    """By id of an edition: how many runs of words it has in common with what is quoted. One query.

    parts: the quotation, in pieces that need not follow one another. The editions may be of any state that the index
    holds: who asks must ask Edition.objects too.
    """
    phrases = _phrases([[word.folded for word in words(part)] for part in parts])
    found = engine().holding(phrases, TEXTS)
    return Counter(editions_at(chain.from_iterable(found.values())))


def _phrases(parts: list[list[str]]) -> list[str]:
    """The most telling run of each stretch of the quotation, all stretches being about as long."""
    count = sum(map(len, parts))
    length = 4 if count >= 12 else 3 if count >= 7 else 2
    runs = list(_runs(parts, length))
    step = max(len(runs) / PHRASES, 1.0)
    stretches = [runs[int(n * step) : int((n + 1) * step)] for n in range(PHRASES)]
    chosen = [max(stretch, key=_tells) for stretch in stretches if stretch]
    chosen += [tuple(part) for part in parts if length <= len(part) <= _LONGEST_WHOLE][:2]
    # Runs of nothing but “of the” and the like stand in every text, and take longest to find: one of them will do.
    telling = [run for run in chosen if _tells(run) > _TELLS_NOTHING * len(run)] or chosen[:1]
    return list(dict.fromkeys(" ".join(run) for run in telling))


def _runs(parts: list[list[str]], length: int) -> Iterator[tuple[str, ...]]:
    for part in parts:
        for start in range(len(part) - length + 1):
            yield tuple(part[start : start + length])


def _tells(run: tuple[str, ...]) -> int:
    """How much a run of words tells about where it comes from: long words are rare ones, and so are figures."""
    return sum(_letters(word) for word in run)


def _letters(word: str) -> int:
    """Of a word; a figure counts as a long one, and a sign of a script without spaces as half of one."""
    if word.isdecimal():
        return _TELLING
    return _TELLING // 2 if len(word) == 1 and word >= _IDEOGRAPHS else min(len(word), _TELLING)
