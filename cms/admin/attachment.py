"""Documents in the library: a list, and a page each that says what is hidden in the file, to be settled there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..editorial import library
from ..editorial.rules import Refused
from ..media.documents import NO_PROMISE
from ..media.formats import FORMATS
from ..models import Attachment
from . import choosing
from .changelist import Languages
from .library import LibraryAdmin
from .library_forms import AttachmentForm, DescribedAttachmentForm
from .library_list import Mine, PutAway, Settled, Used
from .shelves import DOCUMENTS, document_as_json, is_cleanable, original
from .uploads import NotTaken, not_stored


@admin.register(Attachment)
class AttachmentAdmin(LibraryAdmin):
    shelf = DOCUMENTS
    form = AttachmentForm
    described_form = DescribedAttachmentForm
    upload_title = gettext_lazy("Upload documents")
    change_form_template = "admin/library/document.html"
    rows_template = "admin/library/_table.html"
    search_fields: ClassVar[Any] = choosing.DOCUMENT_COLUMNS
    list_filter: ClassVar[Any] = (Settled, Used, Languages, Mine, PutAway)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/confirm/", view(self.confirm_view), name=self.page_name("confirm")),
            path("<int:pk>/clean/", view(self.clean_view), name=self.page_name("clean")),
        ]
        return [*own, *super().get_urls()]

    def chosen(self, request: HttpRequest) -> JsonResponse:
        return choosing.choose_documents(request)

    def as_json(self, row: Attachment, language: str) -> dict[str, Any]:
        return document_as_json(row)

    def about(self, row: Attachment) -> dict[str, Any]:
        return {
            "format": FORMATS[row.file.extension].name,
            "original_address": original(row.file),
            "cleanable": is_cleanable(row.file),
            "no_promise": NO_PROMISE,
        }

    # --- What is hidden in it

    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """It may go out as it is."""
        return self._settle(request, pk, library.confirm, _("Confirmed: it may go out as it is."))

    def clean_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A cleaned copy takes its place."""
        told = _("A cleaned copy stands here now. Texts keep the file they had until somebody takes this one.")
        return self._settle(request, pk, library.clean_attachment, told)

    def _settle(self, request: HttpRequest, pk: int, act: Callable[..., Any], done: str) -> HttpResponse:
        row, here = self.get_object(request, str(pk)), self.address("change", pk)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        if row is None or request.method != "POST":
            return HttpResponseRedirect(here)
        try:
            self._look_whether_it_is_the_same(request, row)
            act(row, by=request.user)
        except (NotTaken, Refused, OSError, DatabaseError) as no:
            messages.error(request, _sentence(no))
        else:
            self.log_change(request, row, done)
            messages.success(request, done)
        return HttpResponseRedirect(here)


def _sentence(error: Exception) -> str:
    if isinstance(error, Refused):
        return " ".join(error.reasons)
    return error.sentence if isinstance(error, NotTaken) else not_stored(error).sentence
