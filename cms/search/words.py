"""Words as the search compares them: folded, and by their stems. The same for texts and queries, on every database.

Both indexes are given what is made here and analyse nothing themselves, so that they, and the highlighting, agree.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

from ..text.matching import IDEOGRAPHS, MARKS

LONGEST_WORD = 60  # characters; what is longer is no word, and is known by its beginning
# Which of Snowball's algorithms (https://snowballstem.org/algorithms/) a language has, by the script it is written in.
ALGORITHMS = {
    "latin": {"en": "english", "fr": "french", "es": "spanish"},
    "cyrillic": {"ru": "russian"},
    "arabic": {"ar": "arabic"},
}
# For texts whose language has none of its own: an English name in a Russian text is English.
USUAL = {"latin": "english", "cyrillic": "russian", "arabic": "arabic"}

_LETTER = rf"(?:(?![{IDEOGRAPHS}])(?:[^\W_]|[{MARKS}\xad]))"
_WORD = re.compile(rf"([{IDEOGRAPHS}]|[^\W_]{_LETTER}*)(?:['’ʼ]s(?!\w))?")
# Stress and vowel marks, the Arabic stretch, and soft hyphens: written or not, it is the same word.
_UNSEEN = re.compile("[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\xad]")
_NO_WORD = re.compile(rf"[^\w{MARKS}]|_")
_stemmers = threading.local()  # they keep the word they work on in themselves


class Word(NamedTuple):
    """A word of a text: where it stands, and what it is compared by."""

    start: int
    end: int
    folded: str


def words(text: str) -> Iterator[Word]:
    """The words of a text, one after the other. Where words are not parted (Chinese), each sign is one."""
    for match in _WORD.finditer(text):
        if word := folded(match.group(1)):
            yield Word(match.start(1), match.end(1), word)


@lru_cache(maxsize=50_000)
def folded(word: str) -> str:
    """One spelling of a word: lower case, ё as е, without marks and soft hyphens. "" where nothing is left."""
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", word)).lower().replace("ё", "е")
    return _NO_WORD.sub("", _UNSEEN.sub("", plain))[:LONGEST_WORD]


def stem(word: str, language: str) -> str:
    """The stem of a folded word in a text of a language."""
    script = _script_of(word)
    if not script:
        return word
    return _stem(word, ALGORITHMS[script].get(language, USUAL[script]))


@lru_cache(maxsize=100_000)
def _stem(word: str, algorithm: str) -> str:
    stemmer = getattr(_stemmers, algorithm, None)
    if stemmer is None:
        stemmer = snowballstemmer.stemmer(algorithm)
        setattr(_stemmers, algorithm, stemmer)
    found: str = stemmer.stemWord(word)
    return found or word


def _script_of(word: str) -> str:
    first = word[0]
    if first.isdecimal():
        return ""
    if first < "\u0250":
        return "latin"
    if "\u0400" <= first < "\u0530":
        return "cyrillic"
    return "arabic" if "\u0600" <= first < "\u0700" else ""
