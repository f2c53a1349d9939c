"""What the two shelves of the library have in common in the admin: rows are uploaded, described, replaced and put away.

Nothing is deleted here. Everybody who reads editions sees the library; who writes them may change it.
"""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from ..editorial.rules import WRITE
from . import describing, picking, uploads
from .changelist import PublicationPaginator
from .edition import READ
from .library_forms import DescribedForm, KeptForm
from .library_list import LibraryList
from .shelves import told
from .uploading import UploadAdmin
from .uploads import NotTaken
from .usage import where_used

logger = logging.getLogger(__name__)


class LibraryAdmin(UploadAdmin):
    """A shelf names what it takes, its forms, its columns and its templates."""

    form: Any
    described_form: ClassVar[type[DescribedForm]]
    change_form_template: ClassVar[str]
    change_list_template = "admin/library/change_list.html"
    rows_template: ClassVar[str]
    list_per_page = 48
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each would count every row
    paginator = PublicationPaginator
    sortable_by = ()
    actions = None
    view_on_site = False

    @property
    def media(self) -> forms.Media:
        scripts: list[Any] = [forms.Script("cms/admin-library.js", defer=True)]
        return forms.Media(css={"all": ["cms/admin-edition.css", "cms/admin-library.css"]}, js=scripts)

    # --- Who may

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(READ))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(READ))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(WRITE))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(WRITE))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # --- Which pages

    def get_urls(self) -> list[Any]:
        view, guard = self.admin_site.admin_view, uploads.before_reading
        one, together = self.shelf.limit + uploads.ROOM, uploads.TOGETHER + uploads.ROOM
        own = [
            path("upload/", guard(view(self.upload_view), self.refuse_script, one), name=self.page_name("upload")),
            path("add/", guard(view(self.add_view), self.refuse_form, together), name=self.page_name("add")),
            path(
                "<int:pk>/replace/",
                guard(view(self.replace_view), self.refuse_replacement, one),
                name=self.page_name("replace"),
            ),
            path("describe/", view(self.describe_view), name=self.page_name("describe")),
            path("choose/", view(self.choose_view), name=self.page_name("choose")),
        ]
        # Django's page for adding one must not be found behind ours.
        return [*own, *(url for url in super().get_urls() if getattr(url, "name", None) != self.page_name("add"))]

    def describe_view(self, request: HttpRequest) -> HttpResponse:
        return describing.page(self, request)

    def choose_view(self, request: HttpRequest) -> JsonResponse:
        """For the form of an edition. A shelf says what it answers."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.chosen(request)

    def chosen(self, request: HttpRequest) -> JsonResponse:
        raise NotImplementedError

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return LibraryList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {**self.upload_form(), "rows_template": self.rows_template}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """What the list's own filters ask for, and no other column."""
        filters: Any = self.get_list_filter(request)
        return lookup in {one.parameter_name for one in filters}

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.filter(picking.matching(search_term, *self.search_fields)), False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("file")

    def locked(self, request: HttpRequest) -> Any:
        """Rows that nobody else can store until the transaction ends."""
        return self.get_queryset(request).select_for_update(of=("self",))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        if not picking.IS_NUMBER.fullmatch(str(object_id)):
            return None  # no row has it, and some databases refuse to look
        return super().get_object(request, object_id, from_field)

    def log(self, request: HttpRequest, form: KeptForm) -> None:
        """Write down for the row's history which fields were changed."""
        changed: Any = form
        self.log_change(request, form.instance, self.construct_change_message(request, changed, [], False))

    # --- One row

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if request.method != "POST":
            return self.change_page(request, self.form(instance=row))
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        try:
            return self._store(request, row)
        except DatabaseError:
            logger.exception("The library could not store what was posted: %s", request.path)
        form = self.form(request.POST, instance=row)
        form.add_error(None, _("The database could not store this. Try again in a minute."))
        return self.change_page(request, form, status=503)

    def _store(self, request: HttpRequest, row: Any) -> HttpResponse:
        with transaction.atomic():
            form = self.form(request.POST, instance=self.locked(request).get(pk=row.pk))
            stored = form.is_valid() and form.keep()
            if stored:
                self.log(request, form)
                self.after_storing(form)
        if form.errors:
            return self.change_page(request, form)
        if stored:
            messages.success(request, _("Stored."))
        else:
            messages.info(request, _("Nothing was changed, so nothing was stored."))
        return HttpResponseRedirect(self.address("change", row.pk))

    def after_storing(self, form: KeptForm) -> None:
        """What follows from a change, in its transaction."""

    def change_page(
        self, request: HttpRequest, form: KeptForm, status: int = 200, replacing: str = ""
    ) -> TemplateResponse:
        """A row with its words, its file and its uses. replacing: why another file was not taken."""
        row = form.instance
        context = {
            "title": form.named,
            "original": row,
            "form": form,
            "may_write": self.has_change_permission(request, row),
            "told": told(row.file),
            "usage": where_used(row),
            "replacing": replacing,
            **self.about(row),
        }
        return TemplateResponse(request, self.change_form_template, self.frame(request, context), status=status)

    def about(self, row: Any) -> dict[str, Any]:
        """What the page of a row shows beside that."""
        return {}

    # --- Another file

    def replace_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, here = self.get_object(request, str(pk)), self.address("change", pk)
        if row is None or request.method != "POST":
            return HttpResponseRedirect(here)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        before = row.file_id
        try:
            self._look_whether_it_is_the_same(request, row)
            replaced = uploads.replace(self.shelf, row, request.FILES.get("file"), by=request.user)
        except NotTaken as no:
            return self.refuse_replacement(request, no, pk)
        if replaced.file_id == before:
            messages.info(request, _("This is the file that stands here already."))
        else:
            self.log_change(request, replaced, _("Replaced the file."))
            messages.success(request, _("Replaced. Texts keep the file they had until somebody takes this one."))
        return HttpResponseRedirect(here)

    def _look_whether_it_is_the_same(self, request: HttpRequest, row: Any) -> None:
        """Raises NotTaken where the row is not the one that the person has seen."""
        if request.POST.get("version") != str(row.version):
            told = _("Somebody else changed this meanwhile. Look at what stands here now, then try again.")
            raise NotTaken(told, 409)

    def refuse_replacement(self, request: HttpRequest, no: NotTaken, pk: int) -> HttpResponse:
        if not self.admin_site.has_permission(request):
            return redirect_to_login(self.address("change", pk), reverse("admin:login"))
        row = self.get_object(request, str(pk))
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        if row is None:
            return HttpResponseRedirect(self.address("change", pk))
        return self.change_page(request, self.form(instance=row), no.status, no.sentence)
