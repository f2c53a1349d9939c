"""Sections: shown as the tree they are, moved by choosing another place, never deleted once they were used."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from tree_queries.forms import TreeNodeChoiceField

from ..models import Edition, Section
from ..models.section import sections_below
from .changelist import CarefulList
from .translated import TranslatedAdmin


class SectionForm(forms.ModelForm):
    required_languages = forms.MultipleChoiceField(
        label=_("Required languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Approving a text of this section waits for its translations into these languages; a moderator may publish "
            "without them and say why. None: what the section above says."
        ),
    )

    class Meta:
        model = Section
        fields = ["language", "title", "slug", "parent", "position", "in_navigation"]  # noqa: RUF012
        fields += ["required_languages"]
        labels = {"parent": _("Stands under"), "position": _("Place among its neighbours")}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "slug": _("Made from the title if empty. If you change it, the old address leads readers to the new one."),
            "parent": _("Empty: at the top."),
            "position": _("Smaller numbers come first. 0: at the end."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_languages()
        if "parent" in self.fields:
            parent: Any = self.fields["parent"]
            parent.queryset = self._possible_parents()
            # Sections are made on their own page, where what follows from an address is said.
            parent.widget.can_add_related = parent.widget.can_change_related = parent.widget.can_view_related = False

    def _offer_languages(self) -> None:
        """All but its own; none where the site has one."""
        own = self.instance.language if self.instance.pk else ""
        choices = [(code, name) for code, name in settings.LANGUAGES if code != own]
        if len(settings.LANGUAGES) < 2:
            self.fields.pop("required_languages", None)
        elif "required_languages" in self.fields:
            self.fields["required_languages"].choices = choices  # type: ignore[attr-defined]

    def _possible_parents(self) -> QuerySet[Section]:
        """Of its own language, and neither itself nor below itself."""
        sections = Section.objects.with_tree_fields().order_siblings_by("language", "position", "pk")
        if not self.instance.pk:
            return sections
        below = sections_below(self.instance, list(Section.objects.all()))
        return sections.filter(language=self.instance.language).exclude(pk__in=below)


class InTreeOrder(CarefulList):
    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:  # type: ignore[override]
        """The tree's own, whatever was asked."""
        return ["tree_ordering"]


@admin.register(Section)
class SectionAdmin(TranslatedAdmin):
    view_on_site = False
    form = SectionForm
    list_display = ("indented", "address", "language", "position", "in_navigation", "its_text")
    list_filter = ("language", "in_navigation")
    search_fields = ("title", "path")
    list_per_page = 500
    sortable_by = ()
    actions = None
    readonly_fields = ("its_text",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Section]:
        newest = Edition.objects.filter(publication__text_of=OuterRef("pk")).order_by("-number").values("pk")[:1]
        sections = Section.objects.with_tree_fields().order_siblings_by("language", "position", "pk")
        return sections.select_related("text").annotate(newest_text=Subquery(newest))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return InTreeOrder

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        left_out = {"its_text"} if len(settings.LANGUAGES) > 1 else {"its_text", "required_languages"}
        fields = [name for name in super().get_fields(request, obj) if name not in left_out]
        return [*fields, "its_text"] if obj else fields

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "parent":
            kwargs["form_class"] = TreeNodeChoiceField
            kwargs["label_from_instance"] = lambda section: "\u2003" * section.tree_depth + section.title
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("section"))
    def indented(self, section: Any) -> SafeString:
        return format_html('<span class="depth depth-{}">{}</span>', min(section.tree_depth, 6), section.title)

    @admin.display(description=_("address"))
    def address(self, section: Section) -> str:
        return f"/{section.path}/"

    @admin.display(description=_("its text"))
    def its_text(self, section: Section) -> SafeString | str:
        """A link to the newest edition of the section's text, or to the form that begins one."""
        text = getattr(section, "text", None)
        try:
            if text is None:
                address = f"{reverse('admin:cms_page_add')}?section={section.pk}"
                return format_html('<a href="{}">{}</a>', address, _("Write the text of this section"))
            newest = getattr(section, "newest_text", None)
            return format_html(
                '<a href="{}">{}</a>', reverse("admin:cms_page_change", args=[newest]), _("Open the text")
            )
        except NoReverseMatch:
            return "–"

    # --- What becomes of an address

    def save_model(self, request: HttpRequest, obj: Section, form: Any, change: bool) -> None:
        before = obj._stored_path() if change else ""
        super().save_model(request, obj, form, change)
        if before and before != obj.path:
            words = _(
                "Its address is %(new)s now. The old one, %(old)s, leads readers there, and so do those below it."
            )
            new = obj.get_absolute_url()
            old = f"{new.removesuffix(f'{obj.path}/')}{before}/"
            messages.info(request, words % {"new": new, "old": old})

    def has_delete_permission(self, request: HttpRequest, obj: Section | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not _why_it_stays(obj))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        section = self.get_object(request, unquote(object_id))
        if section is not None and (reason := _why_it_stays(section)):
            messages.error(request, reason)
            return redirect("admin:cms_section_change", section.pk)
        return super().delete_view(request, object_id, extra_context)


def _why_it_stays(section: Section) -> str:
    """Why a section cannot be deleted, in a sentence; "" where it can."""
    if Section.objects.filter(parent=section).exists():
        return str(_("“%s” stays: there are sections below it. Move them first.") % section)
    if getattr(section, "text", None) is not None or Edition.objects.filter(section=section).exists():
        return str(
            _("“%s” stays: texts are or were in it, and addresses do not die. Take it out of the navigation instead.")
            % section
        )
    return ""
