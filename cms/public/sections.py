"""The sections of all languages in memory: read in one query, then asked for children, ancestors and translations."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from ..models import Section, SectionAddress
from ..models.section import sections_below


class Sections:
    def __init__(self) -> None:
        self.all = list(Section.objects.order_by("position", "pk"))
        self._by_path = {(s.language, s.path): s for s in self.all}
        self._by_id = {s.pk: s for s in self.all}
        self._in_group: dict[UUID, list[Section]] = defaultdict(list)
        self._below: dict[tuple[str, int | None], list[Section]] = defaultdict(list)
        for section in self.all:
            self._in_group[section.translation_group].append(section)
            self._below[section.language, section.parent_id].append(section)

    def at(self, language: str, path: str) -> Section | None:
        return self._by_path.get((language, path))

    def now_or_before(self, language: str, path: str) -> Section | None:
        """A section by its address, or by one that it had before."""
        found = self.at(language, path)
        if found is None:
            former = SectionAddress.objects.filter(language=language, path=path).values_list("section", flat=True)
            found = self._by_id.get(former.first() or 0)
        return found

    def top(self, language: str) -> list[Section]:
        return self._below[language, None]

    def navigation(self, language: str) -> list[Section]:
        return [section for section in self.top(language) if section.in_navigation]

    def children(self, section: Section) -> list[Section]:
        return self._below[section.language, section.pk]

    def with_children(self, sections: list[Section]) -> list[tuple[Section, list[Section]]]:
        return [(section, self.children(section)) for section in sections]

    def trail(self, section: Section) -> list[Section]:
        """The section and those above it, the topmost first."""
        found = [section]
        while (parent := self._by_id.get(found[0].parent_id or 0)) and parent not in found:
            found.insert(0, parent)
        return found

    def trail_in(self, pk: int, language: str) -> list[Section]:
        """The same of a section's version in a language, by the id of any version; empty where there is none."""
        found = self._by_id.get(pk)
        if found and found.language != language:
            found = self.in_other_languages(found).get(language)
        return self.trail(found) if found else []

    def ids_below(self, section: Section) -> list[int]:
        """Of the section and of all below it."""
        return sections_below(section, self.all)

    def in_other_languages(self, section: Section) -> dict[str, Section]:
        return {s.language: s for s in self._in_group[section.translation_group] if s.pk != section.pk}
