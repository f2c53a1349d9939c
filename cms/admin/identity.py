"""The site's identity in each language: name, logo, colour, contacts, footer."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ..models import Identity
from .logo import Logo, draw_logo


class IdentityForm(forms.ModelForm):
    new_logo = forms.FileField(
        label=_("New logo"),
        required=False,
        help_text=_("PNG, JPEG, WebP or GIF up to 500 kB; shown at 480 × 160 pixels at most."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    class Meta:
        model = Identity
        fields = ["language", "name", "short_name", "tagline", "accent", "press_contacts", "footer"]  # noqa: RUF012
        fields += ["accessibility_statement"]
        widgets = {"accent": forms.TextInput(attrs={"type": "color"})}  # noqa: RUF012

    def clean_new_logo(self) -> Logo | None:
        upload = self.cleaned_data["new_logo"]
        return draw_logo(upload, upload.size) if upload else None

    def apply_logo(self, identity: Identity) -> None:
        """Put what the form says about the logo into the row."""
        new: Logo | None = self.cleaned_data.get("new_logo")
        if new is not None:
            identity.logo, identity.logo_digest = new.png, new.digest
            identity.logo_width, identity.logo_height = new.width, new.height
        elif self.cleaned_data.get("remove_logo"):
            identity.logo, identity.logo_digest = None, ""
            identity.logo_width = identity.logo_height = None


@admin.register(Identity)
class IdentityAdmin(admin.ModelAdmin):
    form = IdentityForm
    list_display = ("name", "short_name", "language")
    actions = None
    readonly_fields = ("preview",)
    fields = (
        "language",
        "name",
        "short_name",
        "tagline",
        "accent",
        "preview",
        "new_logo",
        "remove_logo",
        "press_contacts",
        "footer",
        "accessibility_statement",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Identity]:
        return super().get_queryset(request).defer("logo")

    def get_readonly_fields(self, request: HttpRequest, obj: Identity | None = None) -> Any:
        return (*self.readonly_fields, "language") if obj else self.readonly_fields

    def get_fields(self, request: HttpRequest, obj: Identity | None = None) -> Any:
        hidden = set() if obj and obj.logo_digest else {"preview", "remove_logo"}
        if not self.has_change_permission(request, obj):
            hidden |= {"new_logo", "remove_logo"}
        return [name for name in self.fields if name not in hidden]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """One row a language."""
        return super().has_add_permission(request) and Identity.objects.count() < len(settings.LANGUAGES)

    @admin.display(description=_("logo"))
    def preview(self, identity: Identity) -> SafeString:
        picture = b64encode(bytes(identity.logo or b"")).decode("ascii")
        return format_html(
            '<img class="logo-preview" src="data:image/png;base64,{}" width="{}" height="{}" alt="{}">',
            picture,
            identity.logo_width,
            identity.logo_height,
            _("The logo as it is shown"),
        )

    def save_model(self, request: HttpRequest, obj: Identity, form: Any, change: bool) -> None:
        form.apply_logo(obj)
        super().save_model(request, obj, form, change)
