"""Which list a feed follows, and the addresses and the name of that feed."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string

from ...models import Edition, EditionQuerySet, Section
from ...models.paths import path_to
from ..filters import Filters
from ..frame import Frame, in_language
from ..lists import List
from ..tags import tag

# The forms there are, by the ending of their addresses, with the media types of RFC 4287, RSS 2.0 and JSON Feed 1.1.
FORMS = {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}
NAMES = {"atom": "Atom", "rss": "RSS", "json": "JSON Feed"}
PART = "part"


@dataclass(frozen=True)
class Link:
    """A feed as a page offers it. name: of its form. title: of the list."""

    name: str
    media_type: str
    title: str
    url: str


@dataclass
class Scope:
    """A list without its years: of a language or of a section and those below it, narrowed down, at an instant."""

    frame: Frame
    at: datetime
    section: Section | None = None
    filters: Filters = Filters()
    known: List | None = None  # a list of it, whose words are at hand

    def of(self, editions: EditionQuerySet) -> EditionQuerySet:
        """Those of some editions (live ones, or others that the public could read) that the list holds or held."""
        found = editions.in_language(self.frame.language).listed()
        if self.section is not None:
            found = found.in_sections(self.frame.sections.ids_below(self.section))
        return self.filters.narrow(found)

    def holds(self, editions: EditionQuerySet) -> Q:
        """The same as a condition on editions that are at hand by their ids.

        Without it SQLite would rather read all that a language has, than look at a hundred rows and their language.
        """
        return Q(Exists(self.of(editions).filter(pk=OuterRef("pk"))))

    @property
    def live(self) -> EditionQuerySet:
        return self.of(Edition.objects.live(self.at))

    @property
    def id(self) -> str:
        """The same whatever the list is called and wherever it stands."""
        which = f"section-{self.section.pk}" if self.section else "news"
        return tag(f"feeds/{self.frame.language}/{which}" + (f"?{self.filters.query}" if self.filters else ""))

    @cached_property
    def title(self) -> str:
        """As the list's page is called."""
        return html.unescape(render_to_string("public/_list_title.html", {"list": self._list})).strip()

    @property
    def name(self) -> str:
        """The title with the site's name, for who reads it among the feeds of others."""
        return f"{self.title} — {self.frame.identity.short_name}"

    @property
    def _list(self) -> List:
        whole = List(self.frame, self.at, self.section, filters=self.filters)
        if self.known is not None:
            whole.words = self.known.words
        return whole

    # --- Addresses

    @property
    def page(self) -> str:
        """The address of the list, with host."""
        return self.frame.origin + self._list.whole

    def path(self, form: str, month: date | None = None) -> str:
        """Of the feed in a form, or of the archive of a month, without its query."""
        where = [self.section.path] if self.section else []
        when = [month.year, month.month] if month else []
        name = ("section" if self.section else "all-news") + ("-archive" if month else "-feed")
        return path_to(f"public:{name}", *where, *when, form)

    def address(self, form: str, month: date | None = None, part: int | None = None) -> str:
        """Of the feed in a form, or of the archive of a month (in all or a part of it), with host and query."""
        told = [self.filters.query, f"{PART}={part}" if part else ""]
        query = "&".join(filter(None, told))
        return self.frame.origin + self.path(form, month) + (f"?{query}" if query else "")

    def translations(self, form: str) -> Mapping[str, str]:
        """Addresses of the same feed in other languages, where that is the same: people, events and places are not."""
        if self.filters.person or self.filters.event or self.filters.place:
            return {}
        query = f"?{self.filters.query}" if self.filters else ""
        origin, found = self.frame.origin, {}
        if self.section is None:
            for other in self.frame.alternates:
                found[other.language] = in_language(other.language, "public:all-news-feed", form)
        else:
            for code, section in self.frame.sections.in_other_languages(self.section).items():
                found[code] = in_language(code, "public:section-feed", section.path, form)
        return {code: f"{origin}{path}{query}" for code, path in found.items()}

    @property
    def links(self) -> list[Link]:
        """What a page of the list offers."""
        return [Link(NAMES[form], FORMS[form], self.title, self.address(form)) for form in FORMS]

    @classmethod
    def of_list(cls, found: List) -> Scope:
        """Of the list that a page shows, and of all its years."""
        return cls(found.frame, found.at, found.section, found.filters, found)
