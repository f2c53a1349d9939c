"""The texts of sections in the admin. One is begun for a section that has none."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from ..editorial.rules import Refused
from ..models import Edition, Page, Section
from . import reading
from .changelist import Languages, Sections, Statuses
from .edition import EditionAdmin
from .media_parts import MEDIA_INLINES
from .writing import EditionForm

TAKEN = _("This section has its text already. Start the next edition of that one.")


class PageForm(EditionForm):
    def clean_section(self) -> Section:
        section: Section = self.cleaned_data["section"]
        if text_of(section) is not None:
            raise forms.ValidationError(TAKEN)
        return section


def text_of(section: Section | int) -> Edition | None:
    """The newest edition of a section's text."""
    return Edition.objects.filter(publication__text_of=section).newest().first()


@admin.register(Page)
class PageAdmin(EditionAdmin):
    form = PageForm
    inlines = MEDIA_INLINES
    list_filter = (Statuses, Sections, Languages)
    search_fields = ("title",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        note = ("change", "public_note") if obj is not None and obj.number > 1 else ()
        return [(None, {"fields": ("title", "body")}), (None, {"fields": note if obj is not None else ("section",)})]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        section = request.GET.get("section", "")
        if object_id is None and request.method == "GET" and section.isdecimal():
            there = text_of(int(section))
            if there is not None:
                messages.info(request, TAKEN)
                return HttpResponseRedirect(reading.change_address(there))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial = super().get_changeform_initial_data(request)
        section = Section.objects.filter(pk=initial.get("section", 0)).first()
        return {**initial, "title": section.title} if section else {}

    def text_of(self, form: Any) -> Section | None:
        section: Section = form.cleaned_data["section"]
        return section

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        try:
            super().save_model(request, obj, form, change)
        except IntegrityError:  # two people began it at once
            raise Refused([str(TAKEN)])
