"""The journal, to be read: who did what, when and why. Nobody changes it, here or elsewhere."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from ..models import Journal, Publication, User
from .changelist import CarefulList
from .paginator import ShortPaginator
from .picking import matching

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


class YearFilter(admin.SimpleListFilter):
    """Years between the first act and the last, which an index has at its ends: Django's own would read them all."""

    title = _("year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        moments = Journal.objects.values_list("at", flat=True)
        ends = [moments.order_by(order).first() for order in ("-at", "at")]
        last, first = (localtime(end).year if end else 0 for end in ends)
        return [(str(year), str(year)) for year in range(last, first - 1, -1) if year]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Journal]) -> QuerySet[Journal]:
        known = {key for key, _words in self.lookup_choices}
        return queryset.filter(at__year=self.value()) if self.value() in known else queryset


@admin.register(Journal)
class JournalAdmin(admin.ModelAdmin):
    list_display = ("at", "actor_in_words", "act", "which", "comment")
    list_display_links = ("at",)
    list_filter = (ActFilter, YearFilter)
    list_per_page = 50
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

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Whole codes, and whole or parts of names: of accounts, or as it was typed for those that are gone."""
        words = search_term.split()[:8]
        if not words:
            return queryset, False
        people = User.objects.filter(matching(search_term, "first_name", "last_name", "username"))[:100]
        names = {search_term.strip(), *(user.in_words for user in people)}
        codes = [word.lower() for word in words]
        publications = list(Publication.objects.filter(code__in=codes).values_list("pk", flat=True))
        return queryset.filter(Q(actor_in_words__in=names) | Q(publication__in=publications)), False

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
