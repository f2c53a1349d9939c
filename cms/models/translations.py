"""When a translation is behind its original. The one definition, for the staff's table and for readers alike.

A translation follows one very edition of the original (`translated_from`). It is behind by as many editions as readers
of the original have got since: those that were approved, had or have a life, and carry a later number. A typing slip
does not count: by rule it changes no meaning, so that there is nothing to translate anew.

The number of the followed edition is all that counts of it. Where it was never approved (a draft that was discarded,
and whose text went on as a later number), every later edition that readers got counts, because nobody compared it
with the translation.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from .edition import Edition
from .editions import Change, State

if TYPE_CHECKING:
    from .editions import EditionQuerySet


def editions_since(original_editions: Iterable[Edition], translated_from: Edition, at: datetime) -> list[Edition]:
    """The editions that readers of the original have got since the followed one, the oldest first. Asks no database.

    original_editions: rows that are at hand; those of other publications are passed over. translated_from: the
    followed edition. at: the instant.
    """
    mine = [e for e in original_editions if e.publication_id == translated_from.publication_id]
    later = [e for e in mine if e.number > translated_from.number and _readers_got(e, at)]
    return sorted(later, key=lambda edition: edition.number)


def behind(original_editions: Iterable[Edition], translated_from: Edition, at: datetime) -> int:
    """By how many editions a translation is behind; 0 where it is not. The arguments are those of `editions_since`."""
    return len(editions_since(original_editions, translated_from, at))


def _readers_got(edition: Edition, at: datetime) -> bool:
    begun = edition.live_from is not None and edition.live_from <= at
    return edition.state == State.APPROVED and edition.has_a_life and begun and edition.change != Change.SLIP


def got_by_readers(at: datetime) -> EditionQuerySet:
    """The same in the database: editions that readers have got and that are no typing slips.

    Narrowed by `publication` and `number__gt` it gives what a translation has not got; the two say the same of every
    edition (tests/models/test_translations.py).
    """
    return Edition.objects.been_live(at).exclude(change=Change.SLIP)
