"""What exists once in each language (sections, people, events): which others there are, and how one is begun."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ..editorial.naming import refusals_to_rename
from .changelist import CarefulList

GROUP = "translation_of"  # in the address of the form: the group that the new row joins


class TranslatedAdmin(admin.ModelAdmin):
    """A row's language is fixed once it is stored; its translations are a link away."""

    view_on_site = False  # it has a page only where a live text names it

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CarefulList

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        readonly = super().get_readonly_fields(request, obj)
        return (*readonly, "language", "in_other_languages") if obj else readonly

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = [name for name in super().get_fields(request, obj) if name != "in_other_languages"]
        several = obj is not None and len(settings.LANGUAGES) > 1
        return [*fields, "in_other_languages"] if several else fields

    @admin.display(description=_("in other languages"))
    def in_other_languages(self, obj: Any) -> SafeString:
        """A link to the row in each other language, or to the form that makes it."""
        there = dict(
            self.model._default_manager.filter(translation_group=obj.translation_group).values_list("language", "pk")
        )
        links = [
            (self._change_or_add(obj, code, there.get(code)), name if code in there else _("%s: add") % name, code)
            for code, name in settings.LANGUAGES
            if code != obj.language
        ]
        return format_html_join(
            " · ", '<a href="{}" hreflang="{}">{}</a>', [(url, code, words) for url, words, code in links]
        )

    def _change_or_add(self, obj: Any, language: str, pk: int | None) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if pk:
            return reverse(f"{name}_change", args=[pk])
        return f"{reverse(f'{name}_add')}?language={language}&{GROUP}={obj.translation_group}"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial = super().get_changeform_initial_data(request)
        initial.pop(GROUP, None)
        return {"language": settings.LANGUAGE_CODE, **initial}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        group = _group_in(request)
        if not change and group and self._is_free(group, obj.language):
            obj.translation_group = group
        super().save_model(request, obj, form, change)

    def _is_free(self, group: UUID, language: str) -> bool:
        rows = self.model._default_manager.filter(translation_group=group)
        return rows.exists() and not rows.filter(language=language).exists()


class NamedAdmin(TranslatedAdmin):
    """People and events: once a published text names one, editors read its row and moderators change it."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and self._refusals(request, obj))

    def _refusals(self, request: HttpRequest, obj: Any) -> list[str]:
        """Asked several times for one page, and looked up once."""
        asked: dict[int, list[str]] = request.__dict__.setdefault("refusals_to_rename", {})
        if obj.pk not in asked:
            asked[obj.pk] = refusals_to_rename(obj, request.user)  # type: ignore[arg-type]
        return asked[obj.pk]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        row = context.get("original")
        if row is not None and super().has_change_permission(request, row):
            for sentence in self._refusals(request, row):
                messages.info(request, sentence)
        return super().render_change_form(request, context, *args, **kwargs)


def _group_in(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get(GROUP, ""))
    except ValueError:
        return None
