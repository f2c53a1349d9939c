"""Events that texts belong to."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from ..models import Event
from .event_texts import texts_of
from .translated import NamedAdmin


@admin.register(Event)
class EventAdmin(NamedAdmin):
    list_display = ("title", "starts_on", "ends_on", "place", "language")
    list_filter = ("language",)
    search_fields = ("title", "place")
    date_hierarchy = "starts_on"
    fields = ("language", "title", "place", "starts_on", "ends_on")
    change_form_template = "admin/event/change_form.html"

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        event, user = context.get("original"), request.user
        if event is not None and user.has_perm("cms.read_editions"):
            context["texts"] = texts_of(event, user)  # type: ignore[arg-type]
        return super().render_change_form(request, context, *args, **kwargs)
