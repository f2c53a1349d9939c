"""A reader's words as a query: words that must all be there, by stem, and exact phrases in quotes. Nothing else has any
power, and whatever is typed is a query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from django.conf import settings

from .words import stem, words

LONGEST = 400  # characters that are read
MOST_TERMS = 12
LONGEST_PHRASE = 40  # words
_NO_SIGN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_TERM = re.compile(r'"([^"]*)"|«([^»]*)»|“([^”]*)”|„([^“”]*)[“”]|(\S+)')


@dataclass(frozen=True)
class Term:
    """Folded words that stand one after another. exact: in just these forms, not by their stems."""

    words: tuple[str, ...]
    exact: bool = False

    @property
    def forms(self) -> list[tuple[str, ...]]:
        """The stems that its words have in texts of each of the site's languages, each form once."""
        return list(dict.fromkeys(tuple(stem(word, code) for word in self.words) for code, _name in settings.LANGUAGES))


@dataclass(frozen=True)
class Query:
    """terms: all of which must be found. typed: as it was typed, in one line. cut: whether some of it was left out."""

    typed: str
    terms: tuple[Term, ...]
    cut: bool = False

    @classmethod
    def of(cls, typed: str) -> Query:
        """Understand what was typed, whatever it is."""
        tidy = " ".join(_NO_SIGN.sub(" ", typed[: LONGEST * 2]).split())
        found: list[Term] = []
        cut = len(tidy) > LONGEST or len(typed) > LONGEST * 2
        tidy = tidy[:LONGEST]
        for match in _TERM.finditer(tidy):
            said = [word.folded for word in islice(words(match.group(match.lastindex or 0)), LONGEST_PHRASE)]
            term = Term(tuple(said), exact=match.lastindex != 5)
            if said and term not in found:
                found.append(term)
        return cls(tidy, tuple(found[:MOST_TERMS]), cut or len(found) > MOST_TERMS)

    def __bool__(self) -> bool:
        return bool(self.terms)

    def with_word(self, old: str, new: str) -> str:
        """What would have been typed with another word in place of one (a folded word of a term)."""
        for word in words(self.typed):
            if word.folded == old:
                return self.typed[: word.start] + new + self.typed[word.end :]
        return self.typed
