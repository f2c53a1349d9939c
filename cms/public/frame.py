"""What stands around every page: identity, navigation, breadcrumb, the same page in other languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from ..models import Contact, Identity, Section
from ..models.paths import path_to
from ..models.touched import FRAME
from .as_of import Look, keep_instant
from .kept.remembered import remembered
from .sections import Sections
from .style import Style, style_with

OF_FRAME = frozenset({FRAME})
# What most pages have not, though all templates ask for it: to look for a name that is nowhere takes them long.
ABSENT = {"preview": None, "metadata": None, "pages": {"previous": "", "next": ""}}


@dataclass(frozen=True)
class Alternate:
    """A link to another language.

    leads_to: this very page; the item that the page is about; where neither is there, its section or the home page.
    """

    language: str
    name: str
    url: str
    leads_to: Literal["page", "item", "section", "home"]
    is_original: bool = False  # the others were translated from it

    @property
    def exact(self) -> bool:
        return self.leads_to == "page"


@dataclass
class Frame:
    """One page's surroundings, in the active language. Follows the present, whatever instant the content is of.

    origin: scheme and host. path: the canonical path of the page, with its query. section: where it stands.
    versions: paths of the item that it is about, in other languages. original: the language of the first of them.
    translations: paths of the same page in other languages. look: the instant of the content, if it is not now.
    """

    origin: str
    path: str = ""
    section: Section | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    original: str = ""
    translations: Mapping[str, str] = field(default_factory=dict)
    look: Look | None = None
    language: str = field(default_factory=lambda: translation.get_language() or settings.LANGUAGE_CODE)

    @classmethod
    def of(cls, request: HttpRequest, **more: Any) -> Frame:
        return cls(origin=f"{request.scheme}://{request.get_host()}", look=Look.of(request), **more)

    @cached_property
    def identity(self) -> Identity:
        return remembered(("identity", self.language), OF_FRAME, lambda: Identity.of(self.language))

    @property
    def style(self) -> Style:
        return style_with(self.identity.accent)

    @cached_property
    def sections(self) -> Sections:
        return remembered("sections", OF_FRAME, Sections)

    @cached_property
    def contacts(self) -> list[Contact]:
        """Whom the press asks about what stands here. One query, on the pages that show them."""
        trail = self.trail
        key = ("contacts", self.language, tuple(section.pk for section in trail))
        return remembered(key, OF_FRAME, lambda: Contact.objects.for_section(self.language, trail))

    def around(self) -> Frame:
        """The same surroundings without the page that stands in them."""
        around = Frame(origin="", language=self.language)
        around.identity, around.sections = self.identity, self.sections
        return around

    @property
    def host(self) -> str:
        return self.origin.partition("://")[2]

    @property
    def direction(self) -> str:
        return "rtl" if translation.get_language_bidi() else "ltr"

    @property
    def navigation(self) -> list[Section]:
        return self.sections.navigation(self.language)

    @property
    def top_sections(self) -> list[tuple[Section, list[Section]]]:
        """Those of the first level, each with those below it."""
        return self.sections.with_children(self.sections.top(self.language))

    @property
    def trail(self) -> list[Section]:
        return self.sections.trail(self.section) if self.section else []

    @property
    def top_section(self) -> Section | None:
        return self.trail[0] if self.section else None

    @property
    def canonical(self) -> str:
        """Empty where there is none: errors, and pages of another instant."""
        return self.origin + self.path if self.path and not self.look else ""

    @property
    def for_any_language(self) -> str:
        """Where readers of none of our languages are led (hreflang `x-default`): the same from each version."""
        if self.path == home_of(self.language):
            return self.origin + "/"
        versions = {self.language: self.path, **self.translations}
        return self.origin + next(versions[code] for code, _name in settings.LANGUAGES if code in versions)

    @cached_property
    def alternates(self) -> list[Alternate]:
        return [self._alternate(code, name) for code, name in settings.LANGUAGES if code != self.language]

    def _alternate(self, code: str, name: str) -> Alternate:
        """The nearest there is to this page in a language."""
        if code in self.translations:
            return Alternate(code, name, self.translations[code], "page", code == self.original)
        if code in self.versions:
            return Alternate(code, name, self.versions[code], "item", code == self.original)
        for section in reversed(self.trail):
            if found := self.sections.in_other_languages(section).get(code):
                return Alternate(code, name, found.get_absolute_url(), "section")
        return Alternate(code, name, home_of(code), "home")


def home_of(language: str) -> str:
    return in_language(language, "public:home")


def in_language(language: str, name: str, *args: object) -> str:
    """The path of a named address in a language."""
    return path_to(name, *args, language=language)


def everywhere(name: str, *args: object) -> dict[str, str]:
    """The paths of an address that exists in every language."""
    return {code: in_language(code, name, *args) for code, _name in settings.LANGUAGES}


def answer(frame: Frame, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """Render a public page. Without the request: nothing in a public page may depend on who asks."""
    html = render_to_string(template, {**ABSENT, "frame": frame, **context})
    response = HttpResponse(keep_instant(html, frame.look.asked) if frame.look else html, status=status)
    response.headers["Content-Language"] = frame.language
    frame.style.allow(response)
    return response
