"""A text that was prepared beforehand beside what was then said: two editions of one publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Edition
from ..text.diff import Change
from ..text.matching import tokens
from .reading import Reading
from .wording import enumerated, grouped


@dataclass(frozen=True)
class Delivery:
    """What readers are told above the comparison. told: which edition is which. counted: how far they differ."""

    told: str
    counted: str


def delivery_of(old: Edition, new: Edition, changes: Iterable[Change]) -> Delivery | None:
    """None where the two are not a prepared text and, later, what was said. changes: from the one to the other."""
    if not _is_delivery(old, new):
        return None
    told = str(new.genre_words.spoken) if new.genre_words else ""
    return Delivery(told % {"older": old.number, "newer": new.number}, _counted(changes))


def prepared_before(edition: Edition, reading: Reading) -> Edition | None:
    """The newest edition, of those that may be read, that gives as prepared what this one gives as said. No query."""
    found = (e for e in reversed(reading.comparable) if e.number < edition.number and _is_delivery(e, edition))
    return next(found, None)


def _is_delivery(old: Edition, new: Edition) -> bool:
    before, after = old.genre_words, new.genre_words
    return before is not None and after is not None and before.prepared and bool(after.spoken)


def _counted(changes: Iterable[Change]) -> str:
    """So many words as the comparison marks: those of its pictures are the press office's, and not the speaker's."""
    words: Counter[str] = Counter()
    for piece in (piece for change in changes if change.tag != "figure" for piece in change.pieces):
        if piece.kind != "same":
            words[piece.kind] += sum(any(map(str.isalnum, token)) for token in tokens(piece.text))
    added, removed = words["added"], words["removed"]
    if not added and not removed:
        return _("Not a word of the two differs.")
    come = ngettext("%(number)s word added", "%(number)s words added", added) % {"number": grouped(added)}
    gone = ngettext("%(number)s word removed", "%(number)s words removed", removed) % {"number": grouped(removed)}
    # Translators: counts of words in a comparison, as in “Marked below: 12 words added, 1 word removed.”
    return _("Marked below: %(counts)s.") % {"counts": enumerated([come, gone])}
