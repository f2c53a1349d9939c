"""Which text of a translation group the others were made from, as far as readers may know it."""

from __future__ import annotations

from dataclasses import dataclass

from .files import language_name
from .reading import Reading


@dataclass(frozen=True)
class Original:
    """language: its code. url: where it may be read; empty on its own page, and where it cannot be read now."""

    language: str
    url: str = ""

    @property
    def name(self) -> str:
        """The language in the reader's words."""
        return language_name(self.language)


def original_of(reading: Reading) -> Original | None:
    """The language that the live texts of a group were translated from. Asks for nothing more than was read.

    None where no live text says so, where they contradict each other, and where the original was never public.
    """
    live = [*filter(None, [reading.current]), *reading.translations.values()]
    language_of = {edition.pk: edition.language for edition in [*reading.editions, *reading.others]}
    sources = {language_of.get(edition.translated_from_id or 0) for edition in live if edition.translated_from_id}
    first = sources - {edition.language for edition in live if edition.translated_from_id}
    if len(first) != 1 or (language := first.pop()) is None:
        return None
    found = reading.translations.get(language)
    return Original(language, found.get_absolute_url() if found else "")
