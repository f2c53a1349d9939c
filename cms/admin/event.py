"""Events that texts belong to."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ..models import Event
from .changelist import CarefulList
from .translated import TranslatedAdmin


@admin.register(Event)
class EventAdmin(TranslatedAdmin):
    list_display = ("title", "starts_on", "ends_on", "place", "language")
    list_filter = ("language",)
    search_fields = ("title", "place")
    date_hierarchy = "starts_on"
    fields = ("language", "title", "place", "starts_on", "ends_on")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CarefulList]:
        return CarefulList
