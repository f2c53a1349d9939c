"""The table of all texts and languages: what is missing, being written, current, or behind. Newest texts first.

A page costs the same few queries however many texts there are: one row a translation group, read from where the page
before ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .. import kinds
from ..editorial.languages import Texts, newest, texts_of
from ..models import OPEN, Edition, Publication, Section, State, User, clock, got_by_readers
from ..models.section import sections_below
from . import reading
from .translating import Place, places

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite

READ = "cms.read_editions"
A_PAGE = 30
LEGEND = [
    ("original", _("original"), _("the text that the others are made from")),
    ("current", _("current"), _("readers have a translation of the newest edition")),
    ("behind", _("behind"), _("readers of the original got editions since; typing slips do not count")),
    ("unlinked", _("follows no edition"), _("nobody said which edition it was made from")),
    ("missing", _("missing"), _("there is no text in this language")),
]


@dataclass(frozen=True)
class Row:
    """A text in all languages. original: its newest edition."""

    original: Edition
    address: str
    places: list[Place]


class Filters(forms.Form):
    """What the table is narrowed to. before: the row that the page before ended with."""

    section = forms.ChoiceField(label=_("Section of the original"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    wanting = forms.ChoiceField(label=_("Missing or behind in"), required=False)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, data: Any, sections: list[Section]) -> None:
        super().__init__(data, label_suffix="")
        self.sections = sections
        named = [(str(s.pk), f"{chr(0x2003) * s.path.count('/')}{s.title} ({s.language})") for s in sections]
        models = [(model.KIND, capfirst(str(model._meta.verbose_name_plural))) for model in kinds.all_models()]
        for name, choices in (("section", named), ("kind", models), ("wanting", settings.LANGUAGES)):
            field: Any = self.fields[name]
            field.choices = [("", _("All") if name != "wanting" else _("Any or none")), *choices]

    @property
    def chosen(self) -> dict[str, Any]:
        """What was asked for and can be; what cannot be is told beside its field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def section_ids(self) -> list[int]:
        """The chosen section and those below it."""
        chosen = next(s for s in self.sections if str(s.pk) == self.chosen["section"])
        return sections_below(chosen, self.sections)


def page(request: HttpRequest, site: AdminSite) -> TemplateResponse:
    """The table. Everybody who reads editions sees it; who writes them may start what is missing."""
    user: Any = request.user
    if not user.has_perm(READ):
        raise PermissionDenied
    if len(settings.LANGUAGES) < 2:
        raise Http404
    sections = list(Section.objects.order_by("language", "path"))
    filters, now = Filters(request.GET, sections), clock.now()
    found = list(_firsts(filters, now)[: A_PAGE + 1])
    shown = found[:A_PAGE]
    asked = {name: value for name, value in filters.chosen.items() if name != "before"}
    context = {
        **site.each_context(request),
        "title": _("Translations"),
        "form": filters,
        "rows": _rows(shown, user, sections, now),
        "languages": settings.LANGUAGES,
        "legend": LEGEND,
        "narrowed": bool(asked) or bool(filters.errors),
        "first": f"?{urlencode(asked)}" if "before" in filters.chosen else "",
        "further": f"?{urlencode({**asked, 'before': shown[-1].pk})}" if len(found) > A_PAGE else "",
    }
    return TemplateResponse(request, "admin/translations/table.html", context)


# --- Which rows


def _firsts(filters: Filters, now: datetime) -> QuerySet[Publication]:
    """Of each group the publication that was begun first, which stands for it: the newest groups first."""
    chosen = filters.chosen
    earlier = Publication.objects.filter(translation_group=OuterRef("translation_group"), pk__lt=OuterRef("pk"))
    found = Publication.objects.filter(~Exists(earlier), Exists(_editions().exclude(state=State.DISCARDED)))
    if "kind" in chosen:
        found = found.filter(kind=chosen["kind"])
    if "section" in chosen:
        found = found.filter(translation_group__in=_groups_in(filters.section_ids))
    if "wanting" in chosen:
        found = found.filter(_is_wanting(chosen["wanting"], now))
    if "before" in chosen:
        found = found.filter(pk__lt=chosen["before"])
    return found.order_by("-pk")


def _editions() -> QuerySet[Edition]:
    """Those of the group of an outer query."""
    return Edition.objects.filter(publication__translation_group=OuterRef("translation_group"))


def _groups_in(section_ids: list[int]) -> QuerySet[Any]:
    """Groups whose original stands in these sections. As a subquery: the database can begin with it."""
    originals = Edition.objects.newest().filter(section__in=section_ids, translated_from=None)
    return Publication.objects.filter(pk__in=originals.values("publication")).values("translation_group")


def _is_wanting(language: str, now: datetime) -> Q:
    """Whether a group has nothing in a language, or something that is behind."""
    there = _editions().filter(language=language).exclude(state=State.DISCARDED)
    original = {
        "publication": OuterRef("translated_from__publication"),
        "number__gt": OuterRef("translated_from__number"),
    }
    live = Edition.objects.live(now).values("pk")
    behind = there.filter(Q(pk__in=live) | Q(state__in=OPEN)).filter(Exists(got_by_readers(now).filter(**original)))
    return ~Q(Exists(there)) | Q(Exists(behind))


# --- What stands in them


def _rows(firsts: list[Publication], user: User, sections: list[Section], now: datetime) -> list[Row]:
    groups: dict[Any, list[Edition]] = {first.translation_group: [] for first in firsts}
    for edition in texts_of(groups):
        groups[edition.publication.translation_group].append(edition)
    there = {(section.translation_group, section.language) for section in sections}
    return [_row(Texts(editions, now), user, there) for editions in groups.values()]


def _row(texts: Texts, user: User, there: set[tuple[Any, str]]) -> Row:
    original = newest(texts.original)
    return Row(original, reading.change_address(original), places(texts, user, sections=there))
