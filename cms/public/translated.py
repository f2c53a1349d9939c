"""How a translation stands to the text that it was made from, as far as readers may know it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone

from ..models import Edition, behind
from .files import language_name
from .reading import Reading, closed_because


@dataclass(frozen=True)
class Lag:
    """That a translation is behind.

    source: the edition that it follows. current: what readers get of that text now. count: how many editions of it they
    have got since, typing slips not counted.
    """

    source: Edition
    current: Edition
    count: int

    @property
    def is_original(self) -> bool:
        """False where the text that it follows is a translation, too."""
        return self.source.translated_from_id is None

    @property
    def language_name(self) -> str:
        """The language of that text in the reader's words."""
        return language_name(self.source.language)

    @property
    def since(self) -> date | None:
        """The day, at the press office, from which readers got the edition that it follows."""
        return timezone.localdate(self.source.live_from) if self.source.live_from else None

    @property
    def changes_url(self) -> str:
        """What changed since; empty where the edition that it follows was taken down and cannot be read."""
        return "" if closed_because(self.source) else self.current.get_changes_url(self.source.number)


@dataclass(frozen=True)
class Pair:
    """Where an item stands beside its text in another language. name: of the language, in itself."""

    language: str
    name: str
    url: str


def lag_of(reading: Reading, edition: Edition) -> Lag | None:
    """How an edition of a reading is behind the text that it was made from. Asks for nothing more than was read.

    Of a translation of a translation: how both are behind the first text, else how it is behind the second. None where
    readers cannot read that text now, or never got the edition that was translated: then nothing is said of either.
    """
    found = None
    editions = [*reading.editions, *reading.others]
    for source in _sources(editions, edition):
        current = reading.live.get(source.language)
        count = behind(editions, source, reading.at)
        if current is not None and count:
            found = Lag(source, current, count)
    return found


def _sources(editions: list[Edition], edition: Edition) -> Iterator[Edition]:
    """The edition that one was made from, the one that this was made from, and so on."""
    unused = {each.pk: each for each in editions}
    while source := unused.pop(edition.translated_from_id or 0, None):
        yield source
        edition = source


def pairs_of(reading: Reading) -> list[Pair]:
    """The pages that show the live text beside each live translation, in the order of the site's languages."""
    if reading.current is None:
        return []
    current = reading.current
    there = [(code, name) for code, name in settings.LANGUAGES if code in reading.translations]
    return [Pair(code, name, current.get_beside_url(code)) for code, name in there]
