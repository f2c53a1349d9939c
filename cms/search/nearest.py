"""Words like those that nothing was found for, from texts that the public can read at that instant."""

from __future__ import annotations

from datetime import datetime
from difflib import SequenceMatcher

from django.db.models import Q

from ..models import Edition, SearchWord, editions_at
from .in_use import engine
from .query import Query

SHORTEST, LONGEST = 4, 30  # letters of a word that may be mistyped
MOST_LIKE = 3_000  # words that are compared
ALIKE = 0.75  # difflib's ratio, at least
PROPOSED = 3
TRIED, TEXTS = 12, 20  # words whose newest texts are asked for, and how many of them


def nearest(query: Query, at: datetime) -> list[str]:
    """Queries that a reader may have meant: each with one word in place of another, the likeliest first.

    Three database queries.
    """
    likely = sorted(_likely(query, at), reverse=True)[:TRIED]
    holding = engine().holding([word for _ratio, word, _old in likely], TEXTS)
    positions = {position for found in holding.values() for position in found}
    live = Edition.objects.live(at).filter(pk__in=editions_at(positions))
    shown = set(live.values_list("search_entry__position", flat=True))
    proposed = [query.with_word(old, word) for _ratio, word, old in likely if shown.intersection(holding[word])]
    return list(dict.fromkeys(proposed))[:PROPOSED]


def _likely(query: Query, at: datetime) -> set[tuple[float, str, str]]:
    """(likeness, word, the query's word) of words that are much like one of the query's first few."""
    typed = [word for term in query.terms for word in term.words if SHORTEST <= len(word) <= LONGEST][:3]
    near = Q(pk__in=[])
    for old in typed:
        starts = {old[:2], old[1] + old[0], old[0] + old[2]}
        near |= Q(start__in=starts, length__range=(len(old) - 2, len(old) + 2))
    known = list(SearchWord.objects.filter(near, first_at__lte=at).values_list("word", flat=True)[:MOST_LIKE])
    found = set()
    for old in typed:
        matcher = SequenceMatcher(None, b=old, autojunk=False)
        for word in known:
            matcher.set_seq1(word)
            likely = word != old and matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE
            if likely and (ratio := matcher.ratio()) >= ALIKE:
                found.add((ratio, word, old))
    return found
