"""Describing what was just uploaded, all on one page. What is right is stored; what is not stays on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Image
from .choosing import numbers_in
from .library_forms import KeptForm, SameForAll
from .shelves import told, whole

if TYPE_CHECKING:
    from .library import LibraryAdmin
    from .uploading import UploadAdmin

A_PAGE = 100  # rows: with their fields they stay below DATA_UPLOAD_MAX_NUMBER_FIELDS
MOST = 500  # rows of one upload: their numbers fit into the line that a server reads


def page(shelf_admin: LibraryAdmin, request: HttpRequest) -> HttpResponse:
    """`?ids=17,18`: one form a row. Of more than A_PAGE the others come after these."""
    if not shelf_admin.has_change_permission(request):
        raise PermissionDenied
    numbers = numbers_in(request.GET.get("ids", ""), MOST)
    these, others = numbers[:A_PAGE], numbers[A_PAGE:]
    if request.method == "POST":
        return _store(shelf_admin, request, these, others)
    rows = shelf_admin.get_queryset(request).in_bulk(these)
    if not rows:
        messages.info(request, _("There is nothing to describe."))
        return HttpResponseRedirect(shelf_admin.address("changelist"))
    return _show(shelf_admin, request, _forms(shelf_admin, [rows[n] for n in these if n in rows]), others)


def address(shelf_admin: UploadAdmin, numbers: list[int]) -> str:
    """Where these rows are described."""
    return f"{shelf_admin.address('describe')}?{urlencode({'ids': ','.join(map(str, numbers))}, safe=',')}"


def _forms(shelf_admin: LibraryAdmin, rows: list[Any], data: QueryDict | None = None) -> list[KeptForm]:
    return [shelf_admin.described_form(data, instance=row, prefix=str(row.pk)) for row in rows]


def _store(shelf_admin: LibraryAdmin, request: HttpRequest, numbers: list[int], others: list[int]) -> HttpResponse:
    with transaction.atomic():
        rows = shelf_admin.locked(request).in_bulk(numbers)
        posted = [rows[n] for n in numbers if n in rows and f"{n}-version" in request.POST]
        forms = _forms(shelf_admin, posted, _filled_in(request.POST, posted))
        wrong = [form for form in forms if not form.is_valid()]
        stored = [form for form in forms if form not in wrong and form.keep()]
        for form in stored:
            shelf_admin.log(request, form)
    if wrong:
        return _show(shelf_admin, request, wrong, others, described=len(forms) - len(wrong))
    _say_what_is_stored(shelf_admin, request, [form.instance for form in forms])
    return HttpResponseRedirect(address(shelf_admin, others) if others else shelf_admin.address("changelist"))


def _filled_in(data: QueryDict, rows: list[Any]) -> QueryDict:
    """What was posted, with what is the same for all where a row says nothing of its own.

    Our script does it under the reader's eyes and then does not send the fields for all: what somebody emptied there
    stays empty.
    """
    filled = data.copy()
    for name in SameForAll.base_fields:
        same = data.get(f"all-{name}", "")
        for row in rows:
            if same and not filled.get(f"{row.pk}-{name}") and f"{row.pk}-{name}" in filled:
                filled[f"{row.pk}-{name}"] = same
    return filled


def _show(
    shelf_admin: LibraryAdmin, request: HttpRequest, forms: list[KeptForm], others: list[int], described: int = 0
) -> HttpResponse:
    pictures = shelf_admin.model is Image
    rows: list[Any] = [form.instance for form in forms]
    for row in rows:
        row.told = told(row.file)
        if pictures:
            row.whole = whole(row.file)
    context = {
        "title": _("Describe what you uploaded"),
        "forms": forms,
        "action": address(shelf_admin, [*(row.pk for row in rows), *others]),
        "same_for_all": SameForAll() if pictures and len(forms) > 1 else None,
        "described": described,
        "errors": any(form.errors for form in forms),
        "others": len(others),
    }
    return TemplateResponse(request, "admin/library/describe.html", shelf_admin.frame(request, context))


def _say_what_is_stored(shelf_admin: LibraryAdmin, request: HttpRequest, rows: list[Any]) -> None:
    messages.success(request, ngettext("Stored: %d entry.", "Stored: %d entries.", len(rows)) % len(rows))
    lacking = sum(isinstance(row, Image) and not row.alt and not row.decorative for row in rows)
    if lacking:
        told = ngettext(
            "%d picture has no alternative text yet. No text can be sent for approval with it.",
            "%d pictures have no alternative text yet. No text can be sent for approval with them.",
            lacking,
        )
        messages.warning(request, told % lacking)
