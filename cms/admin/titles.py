"""Finding editions by their titles, in an archive of any size: nothing here reads every title.

What is approved is found by whole words, in any form, in the index of the search. What was edited lately, and what is
not approved, is few: there any part of a word is found, and in the names of a byline too.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from ..models import Edition, Person, State, editions_at
from ..search.engine import Bounds
from ..search.in_use import engine
from ..search.index import mark
from ..search.query import Query

LATELY = 500  # editions of a kind
MOST = 400  # editions found, of each source: eight pages of a list
PICKED, PICKED_BY_TITLE = 100, 150  # of those edited lately, and in the index, to be picked


def matching(words: str, *columns: str) -> Q:
    """Rows that hold every word in one of the columns, whatever its case.

    SQLite folds the case of ASCII letters only, so that other scripts are asked for in the usual spellings.
    """
    found = Q()
    for word in words.split()[:8]:
        spellings = {word}
        if connection.vendor == "sqlite":
            spellings |= {word.lower(), word.upper(), word.capitalize()}
        found &= Q(*[(f"{column}__icontains", s) for column in columns for s in spellings], _connector=Q.OR)
    return found


def titled(words: str, kind: str) -> Q:
    """Editions of a kind by a title, or by those whom they name, at most MOST from each source. Four queries."""
    editions = Edition.objects.filter(kind=kind).order_by("-edited_at", "-pk")
    lately = Edition.objects.filter(pk__in=editions.values("pk")[:LATELY])
    open_ones = editions.exclude(state=State.APPROVED)
    part = matching(words, "title", "byline")
    late = lately.filter(part).order_by("-edited_at", "-pk")
    found = {*_keys(late), *_keys(open_ones.filter(part)), *_naming(words, editions)}
    return Q(pk__among=found | _indexed(words, mark("kind", kind)))


def live_titled(words: str, live: QuerySet[Edition], language: str) -> set[int]:
    """Keys of those live editions of a language, in the order of lists, that have all words in their titles."""
    lately = Edition.objects.filter(pk__in=live.values("pk")[:LATELY])
    part = lately.filter(matching(words, "title")).newest_first()
    return {*_keys(part, PICKED), *_indexed(words, mark("language", language), PICKED_BY_TITLE)}


def _keys(editions: QuerySet[Edition], most: int = MOST) -> list[int]:
    return list(editions.values_list("pk", flat=True)[:most])


def _indexed(words: str, marked: str, most: int = MOST) -> set[int]:
    """Approved editions that have all words in their titles, the newest by date."""
    query = Query.of(words)
    if not query:
        return set()
    found = engine().find(query, Bounds(marks=((marked,),)), 0, titled=most)
    return set(editions_at(found))


def _naming(words: str, editions: Any) -> set[int]:
    """Those by people whose names have all words."""
    people = list(Person.objects.filter(matching(words, "name")).values_list("pk", flat=True)[:100])
    return set(_keys(editions.by_people(people))) if people else set()
