"""Whether words that somebody quotes stand in a text: to the letter, but for punctuation and case, nearly, or not.

Spelling that only typesetting decides makes no difference: which quotation marks and dashes, spaces, soft hyphens and
other signs without width, stress marks, ё or е. Which texts are asked is not decided here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import accumulate

from cms.text.diff import Piece, compare_text
from cms.text.matching import Work, tokens
from cms.text.paragraphs import blocks

SHORTEST = 4  # words of a quotation that can be decided; fewer stand in many texts by chance
SHORTEST_PART = 3  # of one of several that are joined by an ellipsis
NEAR = 0.6  # of the words, in their order: with fewer in common it is another sentence
_STRAY = 3  # words
_MOST_PLACES = 50  # of the same words in one text, of which each is looked at
_STEPS = 400_000  # of comparing, for one text and one part

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_STRESS = re.compile("(?<=[\u0400-\u04ff])[\u0300\u0301]")
_DOUBLE = re.compile("[«»“”„‟″＂]")
_SINGLE = re.compile("[‹›‘’‚‛ʼ′`´]")
_HYPHEN = re.compile("[\u2010\u2011]")
# Of numbers ("2020-2025"), between spaces, doubled, and all that is longer than a hyphen.
_DASH = re.compile(r"(?<=\d)-(?=\d)|(?<=\s)-(?=\s)|-{2,}|[\u2012-\u2015]")
_MINUS = re.compile(r"(?<![^\s(\"])[-\u2013\u2212](?=\d)")
_ELLIPSIS = re.compile(r"[\[(]\s*(?:…|\.{3,})\s*[\])]|…|\.{3,}")
_WORD = re.compile(r"\w")
_ENDINGS = (".", "?", "!")
_SENTENCE_END = frozenset(".!?…。！？")


class Agreement(IntEnum):
    """How far a quotation agrees with a text; more is better."""

    NONE = 0
    NEAR = 1
    WORDS = 2  # the same words; punctuation or case differ
    VERBATIM = 3


@dataclass(frozen=True)
class Passage:
    """Where a quotation, or a part of it, stands. id: of the paragraph in which it begins, "" if it has none.

    text: the words of the record. pieces: what was changed in quoting them, in texts that are only near.
    """

    id: str
    text: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Match:
    """agreement: of the part that agrees least. passages: one of each part, in their order."""

    agreement: Agreement
    passages: tuple[Passage, ...] = ()

    @property
    def has_gaps(self) -> bool:
        """Whether something of the record was left out where the quotation says so."""
        return len(self.passages) > 1


def as_typed(text: str) -> str:
    """A text in one spelling of what typesetting decides. Case and words stay."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    text = _STRESS.sub("", text).replace("ё", "е").replace("Ё", "Е")
    text = _HYPHEN.sub("-", _SINGLE.sub("'", _DOUBLE.sub('"', text)))
    return _DASH.sub("—", _MINUS.sub("−", _ELLIPSIS.sub("…", text)))


@dataclass(frozen=True, slots=True)
class _Token:
    """A word or sign. key: what words are compared by, "" for a sign. block: its number.

    typed: in one spelling, with the space before it. shown: as it was published.
    """

    sign: str
    key: str
    typed: str
    shown: str
    block: int = 0


def _tokens(text: str, block: int = 0) -> list[_Token]:
    typed, shown = tokens(as_typed(text)), tokens(text)
    if len(typed) != len(shown):
        shown = typed  # a soft hyphen, an ellipsis of three dots: not worth more
    found: list[_Token] = []
    minus = ""
    for one, other in zip(typed, shown, strict=True):
        sign = one.strip()
        key = minus + sign.casefold() if _WORD.search(sign) else ""
        found.append(_Token(sign, key, one if found else f" {one}", other if found else f"\n{other}", block))
        minus = "−" if sign == "−" else ""
    return found


class Quotation:
    """What was pasted, whatever it is."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def whole(self) -> list[_Token]:
        return _bare(_tokens(self.text))

    @cached_property
    def parts(self) -> list[list[_Token]]:
        """What stands between ellipses; one part where one of them is too short to be found by itself."""
        parts = [_bare(_tokens(part)) for part in as_typed(self.text).split("…")]
        parts = [part for part in parts if part]
        return parts if parts and all(_count(part) >= SHORTEST_PART for part in parts) else [self.whole]

    @property
    def words(self) -> int:
        return _count(self.whole)

    @property
    def is_too_short(self) -> bool:
        return self.words < SHORTEST


class Record:
    """A clean text (HTML) that quotations are looked for in."""

    def __init__(self, html: str) -> None:
        self.blocks = [block for block in blocks(html) if block.text]
        self.tokens = [token for n, block in enumerate(self.blocks) for token in _tokens(block.text, n)]
        self.places = [n for n, token in enumerate(self.tokens) if token.key]  # of the words among the tokens
        self.keys = [self.tokens[n].key for n in self.places]

    def find(self, quotation: Quotation) -> Match:
        """The best that the text has for a quotation."""
        if not quotation.words or not self.keys:
            return Match(Agreement.NONE)
        whole = self._find_in_order([quotation.whole])
        if len(quotation.parts) == 1 or whole.agreement >= Agreement.WORDS:
            return whole
        return max(whole, self._find_in_order(quotation.parts), key=lambda match: match.agreement)

    def _find_in_order(self, parts: Sequence[list[_Token]]) -> Match:
        """Parts one after another: none begins before the one before it has ended."""
        after, worst, found = 0, Agreement.VERBATIM, []
        for part in parts:
            agreement, start, end = self._exact(part, after)
            if agreement is Agreement.NONE:
                agreement, start, end = self._near(part, after)
            if agreement is Agreement.NONE:
                return Match(Agreement.NONE)
            found.append(self._passage(start, end, part if agreement is Agreement.NEAR else None))
            after, worst = end, min(worst, agreement)
        return Match(worst, tuple(found))

    def _exact(self, part: Sequence[_Token], after: int) -> tuple[Agreement, int, int]:
        """(agreement, first word, word behind the last) of the best place that has all words as they follow."""
        wanted = [token.key for token in part if token.key]
        hay, needle = "\n".join(["", *self.keys[after:], ""]), "\n".join(["", *wanted, ""])
        best = (Agreement.NONE, 0, 0)
        start, counted, at = after, 0, hay.find(needle)
        for _n in range(_MOST_PLACES):
            if at < 0:
                break
            start, counted = start + hay.count("\n", counted, at), at
            if self._reads(start, start + len(wanted), part):
                return Agreement.VERBATIM, start, start + len(wanted)
            if best[0] is Agreement.NONE:
                best = (Agreement.WORDS, start, start + len(wanted))
            at = hay.find(needle, at + 1)
        return best

    def _reads(self, start: int, end: int, part: Sequence[_Token]) -> bool:
        """Whether words of the record read as quoted to the letter; nobody made a question or a call of them."""
        first, last = self.places[start], self.places[end - 1]
        inner = [token.sign for token in self.tokens[first : last + 1]]
        *quoted, ending = [token.sign for token in part] + ([] if part[-1].sign in _ENDINGS else [""])
        if inner != quoted:
            return False
        behind = next((token.sign for token in self.tokens[last + 1 : last + 2]), "")
        return not ending or (behind == ending if ending != "." else behind not in ("?", "!"))

    def _near(self, part: Sequence[_Token], after: int) -> tuple[Agreement, int, int]:
        """The place that has most of the words, if it has enough of them."""
        wanted = [token.key for token in part if token.key]
        offered = list(enumerate(zip(wanted, wanted[1:], strict=False)))
        last_of = {pair: n for n, pair in offered}
        first_of = {pair: n for n, pair in reversed(offered)}
        following = list(zip(self.keys[after:], self.keys[after + 1 :], strict=False))
        hits = _densest([pair in first_of for pair in following], len(wanted) + len(wanted) // 4 + 2)
        hits = _without_strays(hits, [first_of[following[n]] for n in hits])
        if not hits:
            return Agreement.NONE, 0, 0
        start = self._widened_back(hits[0] + after, first_of[following[hits[0]]] + _STRAY)
        end = self._widened_on(hits[-1] + after + 2, len(wanted) - last_of[following[hits[-1]]] - 2 + _STRAY)
        matches = [m for m in Work(_STEPS).matcher(self.keys[start:end], wanted).get_matching_blocks() if m.size]
        if not matches:
            return Agreement.NONE, 0, 0
        # No further than words were put in place of the record's own.
        end = min(end, start + matches[-1].a + len(wanted) - matches[-1].b)
        start = max(start, start + matches[0].a - matches[0].b)
        enough = sum(match.size for match in matches) >= NEAR * max(len(wanted), end - start)
        return (Agreement.NEAR, start, end) if enough else (Agreement.NONE, 0, 0)

    def _widened_back(self, start: int, words: int) -> int:
        """As many words before, as long as they belong to the same sentence."""
        for _n in range(words):
            if start == 0 or self._parts_sentences(start - 1):
                break
            start -= 1
        return start

    def _widened_on(self, end: int, words: int) -> int:
        for _n in range(words):
            if end == len(self.keys) or self._parts_sentences(end - 1):
                break
            end += 1
        return end

    def _parts_sentences(self, word: int) -> bool:
        """Whether a sentence or a block ends between a word and the next."""
        here, there = self.places[word], self.places[word + 1]
        between = {token.sign for token in self.tokens[here + 1 : there]}
        return self.tokens[here].block != self.tokens[there].block or bool(between & _SENTENCE_END)

    def _passage(self, start: int, end: int, quoted: Sequence[_Token] | None) -> Passage:
        """The words of the record from one to the one before `end`, compared with what was made of them."""
        first, last = self.places[start], self.places[end - 1]
        block = self.blocks[self.tokens[first].block]
        own = self.tokens[first : last + 1]
        pieces = compare_text(_joined(own), _joined(quoted)) if quoted else ()
        return Passage(block.id, "".join(token.shown for token in own).strip(), pieces)


def _joined(part: Sequence[_Token]) -> str:
    whole = part[:-1] if part[-1].sign == "." else part  # which stands or not: that is no difference
    return "".join(token.typed for token in whole).strip()


def _bare(part: list[_Token]) -> list[_Token]:
    """Without the signs around it, but for the one that ends a sentence."""
    start, end = 0, len(part)
    while start < end and not part[start].key:
        start += 1
    while end > start and not part[end - 1].key:
        end -= 1
    behind = [token for token in part[end:] if token.sign in _ENDINGS][:1] if end > start else []
    return part[start:end] + behind


def _count(part: Sequence[_Token]) -> int:
    return sum(1 for token in part if token.key)


def _densest(hits: Sequence[bool], width: int) -> list[int]:
    """The hits of the stretch, so many long, that has most of them."""
    sums = [0, *accumulate(hits)]
    start = max(range(max(len(hits) - width, 0) + 1), key=lambda n: sums[min(n + width, len(hits))] - sums[n])
    return [n for n in range(start, min(start + width, len(hits))) if hits[n]]


def _without_strays(places: list[int], offsets: list[int]) -> list[int]:
    """Without those at either end that stand further from the next than they do in the quotation: “of the”."""

    def strays(one: int, other: int) -> bool:
        return abs((places[other] - places[one]) - (offsets[other] - offsets[one])) > _STRAY

    start, end = 0, len(places)
    while end - start > 2 and strays(start, start + 1):
        start += 1
    while end - start > 2 and strays(end - 2, end - 1):
        end -= 1
    return places[start:end]
