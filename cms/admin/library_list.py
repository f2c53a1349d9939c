"""The library's lists: what is offered, who uses it, what it still lacks. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..models import Image
from .changelist import CarefulList
from .shelves import format_of, thumbnail, told
from .usage import Summary, is_used, summaries


class LibraryList(CarefulList):
    """Each row knows where it is used, and what a list shows of its file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = str(capfirst(self.opts.verbose_name_plural))

    def get_results(self, request: Any) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        used = summaries(self.model, [row.pk for row in rows])
        for row in rows:
            row.usage = used.get(row.pk, Summary())
            if self.model is Image:
                row.thumbnail, row.light_thumbnail = thumbnail(row), thumbnail(row, extension="avif")
            else:
                row.format, row.told = format_of(row.file), told(row.file)
        self.result_list = rows


class Described(SimpleListFilter):
    title = _("alternative text")
    parameter_name = "described"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("without alternative text"))]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(alt="", decorative=False) if self.value() == "no" else queryset


class Settled(SimpleListFilter):
    title = _("hidden content")
    parameter_name = "settled"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("to be looked at")), ("confirmed", _("confirmed"))]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "no":
            return queryset.filter(~Q(file__findings=[]), file__confirmed_at__isnull=True)
        return queryset.filter(file__confirmed_at__isnull=False) if self.value() == "confirmed" else queryset


class Used(SimpleListFilter):
    title = _("use")
    parameter_name = "used"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("used in a text")), ("no", _("used nowhere"))]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("yes", "no"):
            return queryset
        used = is_used(queryset.model)
        return queryset.filter(used if self.value() == "yes" else ~used)


class Mine(SimpleListFilter):
    title = _("who uploaded it")
    parameter_name = "mine"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("uploaded by me"))]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(uploaded_by=request.user.pk) if self.value() == "yes" else queryset


class PutAway(SimpleListFilter):
    """What is put away is out of sight until somebody asks for it."""

    title = _("shelf")
    parameter_name = "put_away"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("put away"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        everything, *others = super().choices(changelist)
        yield {**everything, "display": _("offered for texts")}
        yield from others

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(put_away=self.value() == "yes")
