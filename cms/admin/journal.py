"""The journal, to be read: who did what, when and why. Nobody changes it, here or elsewhere."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ..models import Journal
from .changelist import CarefulList
from .paginator import ShortPaginator

ACTS: dict[str, Any] = {
    "start": _("started"),
    "next_edition": _("started the next edition"),
    "translate": _("started a translation"),
    "save": _("saved"),
    "submit": _("sent for approval"),
    "take_back": _("took back"),
    "return": _("returned"),
    "approve": _("approved"),
    "force": _("published alone"),
    "unschedule": _("unscheduled"),
    "withdraw": _("took down"),
    "discard": _("discarded"),
    "look": _("had a second look"),
    "enter": _("entered from the archive"),
}


def act_in_words(action: str) -> Any:
    """What a row of the journal calls an act."""
    return ACTS.get(action, action)


class ActFilter(admin.SimpleListFilter):
    title = _("what")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(ACTS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Journal]) -> QuerySet[Journal]:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(Journal)
class JournalAdmin(admin.ModelAdmin):
    list_display = ("at", "actor_in_words", "act", "which", "comment")
    list_display_links = ("at",)
    list_filter = (ActFilter,)
    list_per_page = 50
    date_hierarchy = "at"
    search_fields = ("publication__code", "actor_in_words")
    search_help_text = _("The code of a publication, or the name of a person.")
    show_full_result_count = False
    paginator = ShortPaginator
    sortable_by = ()
    actions = None
    fields = ("at", "actor_in_words", "act", "which", "from_state", "to_state", "comment", "digest")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Journal]:
        rows = super().get_queryset(request).select_related("publication", "edition")
        return rows.defer("edition__body")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CarefulList]:
        return CarefulList

    @admin.display(description=_("what"))
    def act(self, row: Journal) -> Any:
        return act_in_words(row.action)

    @admin.display(description=_("which"))
    def which(self, row: Journal) -> SafeString:
        model = row.edition.kind_model
        words = _("%(title)s (%(code)s, edition %(number)d)") % {
            "title": row.edition.title,
            "code": row.publication.code,
            "number": row.edition.number,
        }
        try:
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.edition_id])
        except NoReverseMatch:
            return format_html("{}", words)
        return format_html('<a href="{}">{}</a>', address, words)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
