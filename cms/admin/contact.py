"""Press contacts: whom readers are told to call, on every item and on a page of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

from ..models import Contact, Section
from .changelist import CarefulList
from .writing import with_add_button_alone


@admin.register(Contact)
class ContactAdmin(admin.ModelAdmin):
    """Nobody deletes: who leaves is not shown any more, and may come back."""

    list_display = ("name", "role", "phone", "mail", "language", "section", "position", "is_shown")
    list_filter = ("language", "is_shown")
    list_select_related = ("section",)
    search_fields = ("name", "role", "mail")
    actions = None
    fields = (
        "language",
        "section",
        "name",
        "role",
        "phone",
        "mail",
        "languages_spoken",
        "hours",
        "time_zone",
        "position",
        "is_shown",
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CarefulList

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "section":
            kwargs["queryset"] = Section.objects.order_by("language", "path")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "section":
            with_add_button_alone(field, may_add=False)
            field.label_from_instance = lambda section: f"{section.language} /{section.path}/ {section.title}"
        return field
