"""Where a text says what was searched for: a line or two of it, with the words found told apart. Pieces, no markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ..text.matching import IDEOGRAPHS
from .query import Query, Term
from .words import Word, stem, words

BEFORE, LENGTH = 90, 260  # characters of a snippet: before the first word found, and in all
MOST_PLACES = 60  # of a text that are looked at
# By letter: what else is folded to it, beside its capital (words.folded).
FOLDED_TO = {"е": "ёЁ", "i": "İ", "s": "ſ", "ß": "ẞ", "μ": "µ"}
_SPACE = re.compile(r"\s+")


class Piece(NamedTuple):
    """Some characters of a text. found: whether they are what was searched for."""

    text: str
    found: bool


class Place(NamedTuple):
    """Where a text has a term of a query: characters from start to end, and which term."""

    start: int
    end: int
    term: int


class Finder:
    """Finds the terms of a query in texts of a language, as the index did."""

    def __init__(self, query: Query, language: str) -> None:
        self.language = language
        self.terms = [(_wanted(term, language), term.exact) for term in query.terms]
        self._hint = _hint([form[0] for form, _exact in self.terms])

    def places(self, text: str) -> Iterator[Place]:
        """Where the terms stand, one after the other."""
        behind = 0
        for match in self._hint.finditer(text):
            if match.start() < behind:
                continue
            for n, (form, exact) in enumerate(self.terms):
                if end := self._end(text, match.start(), form, exact):
                    yield Place(match.start(), end, n)
                    behind = end
                    break

    def _end(self, text: str, start: int, form: tuple[str, ...], exact: bool) -> int:
        """Where a term that begins here ends; 0 where it does not begin here."""
        last: Word | None = None
        # A word takes no more than its letters and some signs between it and the next.
        following = words(text[start : start + 90 * len(form)])
        for wanted, word in zip(form, following, strict=False):
            if wanted != (word.folded if exact else stem(word.folded, self.language)) or (not last and word.start):
                return 0
            last = word
        return start + last.end if last else 0


@lru_cache(maxsize=200)
def _finder(query: Query, language: str) -> Finder:
    """The same for all texts of a page, and for its next."""
    return Finder(query, language)


def highlighted(text: str, query: Query, language: str) -> list[Piece]:
    """A whole short text, such as a title."""
    return _pieces(text, 0, len(text), list(_finder(query, language).places(text)))


def snippet(text: str, query: Query, language: str) -> list[Piece]:
    """The part of a text that has most of the terms, or its beginning where it has none of them."""
    finder = _finder(query, language)
    places: list[Place] = []
    for place in finder.places(text):
        places.append(place)
        if len(places) == MOST_PLACES or len({place.term for place in places}) == len(query.terms):
            break
    start = max(0, _best(places) - BEFORE) if places else 0
    start, end = _at_words(text, start, start + LENGTH)
    inside = list(finder.places(text[start:end]))
    pieces = _pieces(text, start, end, [Place(p.start + start, p.end + start, p.term) for p in inside])
    before = [Piece("… ", False)] if start else []
    return [*before, *pieces, *([Piece(" …", False)] if end < len(text) else [])]


def _best(places: list[Place]) -> int:
    """Where the window begins that holds most different terms, the first of several."""
    room = LENGTH - BEFORE

    def held(place: Place) -> int:
        return len({other.term for other in places if place.start <= other.start and other.end <= place.start + room})

    return max(places, key=held).start


def _at_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The same window, begun and ended between words."""
    if start:
        space = _SPACE.search(text, start, start + 30)
        start = space.end() if space else start
    if end < len(text):
        space_before = text.rfind(" ", end - 30, end)
        end = space_before if space_before > start else end
    return start, min(end, len(text))


def _pieces(text: str, start: int, end: int, places: list[Place]) -> list[Piece]:
    pieces: list[Piece] = []
    at = start
    for place in places:
        pieces += [Piece(text[at : place.start], False), Piece(text[place.start : place.end], True)]
        at = place.end
    pieces.append(Piece(text[at:end], False))
    return [Piece(_SPACE.sub(" ", piece.text), piece.found) for piece in pieces if piece.text]


def _wanted(term: Term, language: str) -> tuple[str, ...]:
    return term.words if term.exact else tuple(stem(word, language) for word in term.words)


def _hint(first_words: list[str]) -> re.Pattern[str]:
    """Finds quickly where a word might begin with one of these. A stem keeps the first letters of most words, not all
    ("dying", "die"), and none in Arabic, where the article goes."""
    starts = {_start(word) for word in first_words}
    if "" in starts or not starts:
        return re.compile(rf"[{IDEOGRAPHS}]|(?<![^\W_])[^\W_]")
    return re.compile("|".join(_at_a_word(start) for start in sorted(starts)))


def _at_a_word(start: str) -> str:
    """Finds a beginning of words in capitals or not. What stands before it is looked at last, and each letter is named
    with its capital: so where one word is looked for, what cannot be its first letter is passed over, three times as
    fast."""
    letters = "".join(_letter(sign) for sign in start)
    return rf"{letters}(?<![^\W_]{'.' * len(start)})"


def _letter(sign: str) -> str:
    capital = sign.upper() if len(sign.upper()) == 1 else ""
    return f"[{''.join(map(re.escape, sorted({sign, *capital, *FOLDED_TO.get(sign, '')})))}]"


def _start(word: str) -> str:
    if "\u0600" <= word[0] < "\u0780" or re.match(rf"[{IDEOGRAPHS}]", word):
        return ""
    return word[: max(1, min(3, len(word) - 2))]
