"""Numbers and enumerations, as a reader of the active language writes them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.numberformat import format as digits
from django.utils.translation import get_language, pgettext

NO_BREAK, NARROW = "\u00a0", "\u202f"
# What stands between thousands. Arabic pages of the United Nations have Western digits (news.un.org/ar) and a comma
# for decimals, so it cannot be a comma there.
SEPARATORS = {"en": ",", "zh-hans": ",", "fr": NARROW, "ru": NO_BREAK, "es": NO_BREAK, "ar": NO_BREAK}
WHOLE_ANYWHERE = 1_000
# Numbers of four digits stay whole in Russian and in Spanish (Ortografía de la RAE, 2010, VIII.2.2.1).
WHOLE_BELOW = {"ru": 10_000, "es": 10_000}


def grouped(number: int) -> str:
    """A count as it is printed: 1,234; 12 345."""
    if abs(number) < WHOLE_ANYWHERE:
        return str(number)
    language = get_language() or "en"
    if abs(number) < WHOLE_BELOW.get(language, WHOLE_ANYWHERE):
        return str(number)
    return digits(number, "", grouping=3, thousand_sep=SEPARATORS.get(language, NO_BREAK), force_grouping=True)


def enumerated(parts: Iterable[str]) -> str:
    """What there is of some words, one after the other: “PDF, 1.2 MB, 3 pages”."""
    # Translators: what stands between the items of an enumeration, its space included.
    return pgettext("enumeration", ", ").join(filter(None, parts))


def labelled(label: object, words: object) -> str:
    """What something is called, and what it is: “Kind: Speech”."""
    # Translators: what stands between a label and what it is about, its space included.
    between = pgettext("label", ": ")
    return f"{label}{between}{words}"
