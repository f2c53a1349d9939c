"""Pictures in the library: a grid, and a page each with the focal point, the crops and what was found in the file."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..editorial.renditions import make_renditions, missing
from ..media.renditions import BASE, THUMBNAIL_WIDTHS, size_of
from ..models import Image, words_for
from . import choosing
from .changelist import Languages
from .library import LibraryAdmin
from .library_forms import DescribedImageForm, ImageForm, KeptForm
from .library_list import Described, Mine, PutAway, Used
from .shelves import PICTURES, format_of, original, picture_as_json, thumbnail


@admin.register(Image)
class ImageAdmin(LibraryAdmin):
    shelf = PICTURES
    form = ImageForm
    described_form = DescribedImageForm
    upload_title = _("Upload pictures")
    change_form_template = "admin/library/picture.html"
    rows_template = "admin/library/_grid.html"
    search_fields: ClassVar[Any] = choosing.PICTURE_COLUMNS
    list_filter: ClassVar[Any] = (Described, Used, Languages, Mine, PutAway)

    def chosen(self, request: HttpRequest) -> JsonResponse:
        return choosing.choose_pictures(request)

    def as_json(self, row: Image, language: str) -> dict[str, Any]:
        return picture_as_json(row, words_for(row, language))

    def after_storing(self, form: KeptForm) -> None:
        """A focal point that moved wants other crops."""
        if {"focal_x", "focal_y"} & set(form.changed):
            file = form.instance.file_id
            transaction.on_commit(lambda: make_renditions.enqueue(file), robust=True)

    def about(self, row: Image) -> dict[str, Any]:
        file = row.file
        base_width, base_height = size_of(BASE, file.width or 0, file.height or 0)
        return {
            "base_width": base_width,
            "base_height": base_height,
            "base": reverse("media", args=[file.key, BASE.name]),
            "crops": [(width, thumbnail(row, width)) for width in reversed(THUMBNAIL_WIDTHS)],
            "original_address": original(file),
            "format": format_of(file),
            "made": file.renditions.order_by("width", "spec"),
            "missing": missing(file),
        }
