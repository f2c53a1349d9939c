"""Speeches in the admin: the fields that only a speech has, and who spoke."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cms.admin.edition import EditionAdmin
from cms.admin.media_parts import MEDIA_INLINES
from cms.admin.parts import PartForm, PartInline, RelatedInline
from cms.admin.picking import Pick
from cms.models import Person

from .models import Speaker, Speech


class SpeakerForm(PartForm):
    class Meta:
        model = Speaker
        fields = ("person", "name", "post", "position")
        labels = {"name": _("name as printed")}  # noqa: RUF012
        help_texts = {"name": _("Empty: as in the list of people.")}  # noqa: RUF012


class SpeakerInline(PartInline):
    model = Speaker
    form = SpeakerForm
    fields = ("person", "name", "post", "position")
    unique_on = "person"
    at_least = 1
    place = "above facts"

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name != "person":
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        language = self.language_of(request)
        return forms.ModelChoiceField(
            Person.objects.filter(language=language),
            label=db_field.verbose_name,
            widget=Pick(db_field, Speech, "person", language),
            error_messages={"invalid_choice": _("Choose a person from the list of this language.")},
        )


@admin.register(Speech)
class SpeechAdmin(EditionAdmin):
    kind_facts = ("delivered_on", "delivered_at")
    inlines = (SpeakerInline, *MEDIA_INLINES, RelatedInline)
