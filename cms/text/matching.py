"""Words of a text, and how alike two texts are, within a budget of steps.

What is compared, and why, is decided in `paragraphs` (which block is which) and in `diff`.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import Match, SequenceMatcher
from itertools import accumulate, islice

_STEPS = 8_000_000  # of comparing, for one whole text: a second or two
_LIKENESS_WORDS = 400  # of one block

# A word, with the space before it. Scripts without spaces (Chinese, Japanese) go character by character; vowel
# signs and joiners belong to the word although Python's \w leaves them out.
MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0966-\u0dff"
    "\u0e31-\u0e4e\u200c\u200d\u20d0-\u20ff"
)
IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTER = rf"(?:(?![{IDEOGRAPHS}])[\w{MARKS}])"
_TOKEN = re.compile(rf"\s*(?:[{IDEOGRAPHS}]|\d+(?:[.,:]\d+)+|{_LETTER}+(?:['’ʼ\-\u2010\u2011]{_LETTER}+)*|\S)")


def tokens(text: str) -> list[str]:
    """Words and signs, each with the space before it; joined they give the text back, but for space at its end."""
    return _TOKEN.findall(text)


class Work:
    """Comparing within a budget of steps for a whole text. difflib alone may take the cube of a text's length."""

    def __init__(self, steps: int = _STEPS) -> None:
        self.steps = steps
        self.words: dict[str, list[str]] = {}

    def likeness(self, a: str, b: str, at_least: float = 0.0) -> float:
        """How alike two texts are, 0 to 1: difflib's ratio over the first words.

        0.0 if it is below `at_least` for certain, or if the budget is spent.
        """
        first, second = self._words(a), self._words(b)
        if a == b or not first or not second:
            return float(a == b)
        length = len(first) + len(second)
        if 2 * min(len(first), len(second)) < at_least * length or self.steps <= 0:
            return 0.0
        self.steps -= length
        if 2 * (Counter(first) & Counter(second)).total() < at_least * length:
            return 0.0  # not even in another order
        return self.matcher(first, second).ratio()

    def matcher(self, a: Sequence[str], b: Sequence[str]) -> SequenceMatcher[str]:
        """difflib's matcher; where the budget ends, what it has not looked at counts as different."""
        matcher = SequenceMatcher(None, a, b, autojunk=False)
        self.steps -= len(a) + len(b)
        b2j = matcher.b2j  # type: ignore[attr-defined]  # documented, but not in typeshed
        costs = [0, *accumulate(len(b2j.get(word, ())) + 1 for word in a)]
        found: list[Match] = []
        waiting = [(0, len(a), 0, len(b))]
        while waiting:
            alo, ahi, blo, bhi = waiting.pop()
            if alo == ahi or blo == bhi or costs[ahi] - costs[alo] > self.steps:
                continue
            self.steps -= costs[ahi] - costs[alo]
            match = matcher.find_longest_match(alo, ahi, blo, bhi)
            if match.size:
                found.append(match)
                waiting.append((alo, match.a, blo, match.b))
                waiting.append((match.a + match.size, ahi, match.b + match.size, bhi))
        matcher.matching_blocks = _joined(sorted(found), len(a), len(b))  # type: ignore[attr-defined]
        return matcher

    def _words(self, text: str) -> list[str]:
        if text not in self.words:
            self.words[text] = [m.group().strip() for m in islice(_TOKEN.finditer(text), _LIKENESS_WORDS)]
        return self.words[text]


def _joined(matches: Iterable[Match], end_a: int, end_b: int) -> list[Match]:
    """Neighbouring matches as one, and the empty one at the end that difflib expects."""
    joined: list[Match] = []
    for match in matches:
        last = joined[-1] if joined else None
        if last and (last.a + last.size, last.b + last.size) == (match.a, match.b):
            joined[-1] = Match(last.a, last.b, last.size + match.size)
        else:
            joined.append(match)
    return [*joined, Match(end_a, end_b, 0)]


def longest_rising(values: Sequence[int], *, strictly: bool) -> list[int]:
    """Places of the longest run of values that rises, or that does not fall either (patience sorting).

    strictly: whether equal values end a run.
    """
    place = bisect_left if strictly else bisect_right
    ends: list[int] = []  # smallest last value of a run of each length
    last: list[int] = []  # and where that stands
    before: list[int] = []
    for n, value in enumerate(values):
        length = place(ends, value)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [value]
        last[length : length + 1] = [n]
    chosen: list[int] = []
    n = last[-1] if last else -1
    while n >= 0:
        chosen.append(n)
        n = before[n]
    return chosen[::-1]
