"""Events that texts belong to."""

from __future__ import annotations

from django.contrib import admin

from ..models import Event
from .translated import TranslatedAdmin


@admin.register(Event)
class EventAdmin(TranslatedAdmin):
    list_display = ("title", "starts_on", "ends_on", "place", "language")
    list_filter = ("language",)
    search_fields = ("title", "place")
    date_hierarchy = "starts_on"
    fields = ("language", "title", "place", "starts_on", "ends_on")
