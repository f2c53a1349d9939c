"""The pages that take files into the library: a form for many without a script, and an address for one by script."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from . import describing, uploads
from .shelves import Shelf, told
from .uploads import NotTaken


class UploadAdmin(admin.ModelAdmin):
    """Takes files onto a shelf."""

    shelf: ClassVar[Shelf]
    upload_title: ClassVar[Any]

    def page_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def address(self, page: str, *args: Any) -> str:
        return reverse(f"admin:{self.page_name(page)}", args=args)

    def frame(self, request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
        """What every page of ours needs, and what this one needs."""
        frame = {"opts": self.opts, "media": self.media, "has_view_permission": True, "shelf": self.shelf}
        return {**self.admin_site.each_context(request), **frame, **context}

    def upload_form(self) -> dict[str, Any]:
        """What the form needs, wherever it stands."""
        return {
            "shelf": self.shelf,
            "upload_address": self.address("upload"),
            "describe_address": self.address("describe"),
            "languages": settings.LANGUAGES,
        }

    def upload_page(self, request: HttpRequest, errors: list[str], status: int = 200) -> TemplateResponse:
        context = {**self.upload_form(), "title": self.upload_title, "errors": errors}
        return TemplateResponse(request, "admin/library/upload.html", self.frame(request, context), status=status)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Uploading without a script: many files in one form."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self.upload_page(request, [])
        try:
            language = uploads.language_of(request)
        except NotTaken as no:
            return self.upload_page(request, [no.sentence], no.status)
        return self._take_all(request, language)

    def _take_all(self, request: HttpRequest, language: str) -> HttpResponse:
        numbers, errors, status = [], [], 200
        files: list[Any] = request.FILES.getlist("files") or [None]
        for upload in files:
            try:
                numbers.append(uploads.take(self.shelf, upload, by=request.user, language=language).row.pk)
            except NotTaken as no:
                errors.append(f"{upload.name}: {no.sentence}" if upload else no.sentence)
                status = no.status
        if not numbers:
            return self.upload_page(request, errors, status)
        for error in errors:
            messages.error(request, error)
        return HttpResponseRedirect(describing.address(self, numbers))

    def upload_view(self, request: HttpRequest) -> JsonResponse:
        """Uploading by script: one file, and what became of it."""
        if request.method != "POST":
            return JsonResponse({"error": _("Send one file.")}, status=405, headers={"Allow": "POST"})
        try:
            language = uploads.language_of(request)
            added = uploads.take(self.shelf, request.FILES.get("file"), by=request.user, language=language)
        except NotTaken as no:
            return self.refuse_script(request, no)
        answer = {**self.as_json(added.row, language), "known": added.known, "told": told(added.row.file)}
        return JsonResponse(answer, status=200 if added.known else 201)

    def as_json(self, row: Any, language: str) -> dict[str, Any]:
        raise NotImplementedError

    def refuse_script(self, request: HttpRequest, no: NotTaken) -> JsonResponse:
        return JsonResponse({"error": no.sentence}, status=no.status)

    def refuse_form(self, request: HttpRequest, no: NotTaken) -> HttpResponse:
        if not self.admin_site.has_permission(request):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.upload_page(request, [no.sentence], no.status)
