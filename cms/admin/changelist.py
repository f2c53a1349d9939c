"""The list of a kind: one row a publication, in a fixed number of queries however many there are."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db import DatabaseError
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.dates import MONTHS
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..editorial.rules import may_start
from ..editorial.status import status
from ..models import Edition, Section, State, Withdrawal, clock
from ..models.editions import EditionQuerySet
from ..models.section import sections_below
from .paginator import FAR, ShortPaginator
from .reading import action_address, change_address

BY_NUMBER = ("scheduled", "superseded", "withdrawn")  # statuses whose editions, of one kind, are looked up first


class PublicationPaginator(ShortPaginator):
    """Knows whether there are more than it counts."""

    @cached_property
    def found(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: FAR + 1].count())

    @property
    def count(self) -> int:
        return min(self.found, FAR)

    @property
    def there_is_more(self) -> bool:
        return self.found > FAR


class CarefulList(ChangeList):
    """Answers odd parameters as Django does the odd ones it knows: with the list as it is without any."""

    def __init__(self, request: Any, *args: Any, **kwargs: Any) -> None:
        if "\0" in "".join(text for key, values in request.GET.lists() for text in (key, *values)):
            raise IncorrectLookupParameters("NUL")
        try:
            super().__init__(request, *args, **kwargs)
        except (ValueError, OverflowError, DisallowedModelAdminLookup) as odd:  # a year 9999, another column
            raise IncorrectLookupParameters(odd) from odd
        except DatabaseError as error:
            if not self.params:
                raise  # nothing was asked: the database itself is unwell
            raise IncorrectLookupParameters(error) from error


class EditionList(CarefulList):
    """Lists the newest edition of every publication of a kind. Reads the base table alone, never the child's."""

    model: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = str(capfirst(self.opts.verbose_name_plural))

    def get_queryset(self, request: Any, exclude_parameters: Any = None) -> Any:
        self.root_queryset = (
            self._of_kind().newest().select_related("publication__withdrawal", "section").defer("body", "summary")
        )
        self.may_write = may_start(request.user)
        return super().get_queryset(request, exclude_parameters)

    def _of_kind(self) -> EditionQuerySet:
        """Where a search or a status names editions of the kind by their numbers, it is not asked for again: PostgreSQL
        would read the numbers of all of the kind to meet a few hundred with them."""
        if self.query.split() or self.params.get(Statuses.parameter_name) in BY_NUMBER:
            return Edition.objects.all()
        return Edition.objects.filter(kind=self.model.KIND)

    def get_results(self, request: Any) -> None:
        super().get_results(request)
        now, rows = clock.now(), list(self.result_list)
        live = Edition.objects.live(now).filter(publication__in=[row.publication_id for row in rows])
        numbers = dict(live.values_list("publication", "number"))
        for row in rows:
            row.shown = status(row, now, numbers.get(row.publication_id))
            row.address = change_address(row)
            row.can_go_on = self.may_write and row.state == State.APPROVED
            row.go_on = action_address(row, "next_edition")
        self.result_list = rows

    def get_ordering(self, request: Any, queryset: Any) -> list[Any]:
        """Of a year or a month by date, unless another order was asked for: an index has its rows so."""
        if self.date_hierarchy and "o" not in self.params and f"{self.date_hierarchy}__year" in request.GET:
            return [f"-{self.date_hierarchy}", "-pk"]
        return super().get_ordering(request, queryset)

    # --- Years and months, found through the index alone

    @cached_property
    def years(self) -> list[int]:
        """From the newest to the oldest year in which something is dated."""
        dated = Edition.objects.filter(kind=self.model.KIND).values_list("dated_on", flat=True)
        first: date | None = dated.order_by("dated_on").first()
        last: date | None = dated.order_by("-dated_on").first()
        return list(range(last.year, first.year - 1, -1)) if first and last else []

    def dates(self) -> list[dict[str, Any]]:
        """Links to years, and to the months of the chosen one."""
        year, month = self.params.get("dated_on__year", ""), self.params.get("dated_on__month", "")
        links = [{"words": _("All dates"), "query": self._dated(), "chosen": not year}]
        links += [{"words": y, "query": self._dated(y), "chosen": str(y) == year and not month} for y in self.years]
        return links

    def months(self) -> list[dict[str, Any]]:
        year, month = self.params.get("dated_on__year", ""), self.params.get("dated_on__month", "")
        if not year:
            return []
        return [{"words": MONTHS[m], "query": self._dated(year, m), "chosen": str(m) == month} for m in MONTHS]

    def _dated(self, year: Any = None, month: Any = None) -> str:
        chosen = {"dated_on__year": year, "dated_on__month": month, "dated_on__day": None}
        return str(self.get_query_string(chosen))

    def orders(self) -> list[dict[str, Any]]:
        """The two orders that an index gives."""
        now = self.params.get("o", "")
        choices = [("", _("last edited")), ("-2", _("date"))]
        return [
            {"words": words, "query": self.get_query_string({"o": order or None}), "chosen": order == now}
            for order, words in choices
        ]


class Statuses(SimpleListFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        self.kind = model_admin.model.KIND
        return [
            ("draft", _("draft")),
            ("in_review", _("in review")),
            ("returned", _("changes requested")),
            ("scheduled", _("scheduled")),
            ("live", _("live")),
            ("superseded", _("superseded")),
            ("withdrawn", _("withdrawn")),
            ("discarded", _("discarded")),
        ]

    def queryset(self, request: Any, queryset: QuerySet[Edition]) -> QuerySet[Edition]:
        chosen = self.value()
        if chosen is None:
            return queryset
        if chosen == "live":
            return queryset.filter(_not_withdrawn(), _public())
        return queryset.filter(_having(chosen, self.kind))


def _public() -> Q:
    """That an edition of theirs is live. Numbers are compared so that it is asked row by row: a page is soon full."""
    live = Edition.objects.live(clock.now())
    return Q(Exists(live.filter(publication=OuterRef("publication"), number__lte=OuterRef("number"))))


def _withdrawn(kind: str) -> Q:
    """By the numbers of what was taken down, the newest first: it is little, and no list shows more than FAR."""
    rows = _in_force(publication__kind=kind).order_by("-from_at")
    return _of(rows.values_list("publication", flat=True))


def _in_force(**conditions: Any) -> QuerySet[Withdrawal]:
    """The newest withdrawals of their publications that are in force now."""
    now = clock.now()
    lasting = Q(until_at__isnull=True) | Q(until_at__gt=now)
    return Withdrawal.objects.filter(lasting, from_at__lte=now, publication__withdrawal=F("pk"), **conditions)


def _superseded(kind: str) -> Q:
    """Those whose life is over and that no later one follows. Both are asked of small indexes alone, of publications
    and numbers; that is why what a number says already (`number__gt=1`) is said again. One query."""
    now = clock.now()
    later = Edition.objects.filter(publication=OuterRef("publication"), number__gt=OuterRef("number"))
    later = later.filter(~Q(state=State.DISCARDED), number__gt=1)
    over = Edition.objects.filter(kind=kind, state=State.APPROVED, live_until__isnull=False, live_until__lte=now)
    over = over.exclude(publication__in=_in_force().values("publication"))
    rows = over.filter(~Exists(later)).order_by("-publication", "-number").values_list("publication", flat=True)
    return _of(rows) & Q(live_until__lte=now) & _not_withdrawn()


def _scheduled(kind: str) -> Q:
    """By their numbers, the next ones first. Their kind is looked at here: asked for it as well, PostgreSQL would read
    the index of all that have it. One query."""
    now = clock.now()
    rows = list(Edition.objects.scheduled(now).order_by("live_from").values_list("pk", "kind")[: 4 * FAR])
    if len(rows) == 4 * FAR:  # others of its kind may come after them
        return Q(pk__in=Edition.objects.scheduled(now).values("pk"), kind=kind)
    return Q(pk__among=[pk for pk, its_kind in rows if its_kind == kind])


def _of(publications: Any) -> Q:
    """Approved editions of some publications, whose numbers are looked up now, so that no plan begins elsewhere."""
    return Q(state=State.APPROVED, publication__pk__among=list(publications[: 2 * FAR]))


def _not_withdrawn() -> Q:
    """Asked row by row, of the withdrawal that the list reads anyway."""
    now = clock.now()
    over = Q(publication__withdrawal__until_at__lte=now) | Q(publication__withdrawal__from_at__gt=now)
    return Q(publication__withdrawal__isnull=True) | over


def _having(status_key: str, kind: str) -> Q:
    """Editions whose own status has a key of editorial.status."""
    if status_key == "withdrawn":
        return _withdrawn(kind)
    if status_key == "superseded":
        return _superseded(kind)
    if status_key == "scheduled":
        return _scheduled(kind)
    return {
        "draft": Q(state=State.DRAFT, returned_with=""),
        "returned": Q(state=State.DRAFT) & ~Q(returned_with=""),
        "in_review": Q(state=State.IN_REVIEW),
        "discarded": Q(state=State.DISCARDED),
    }.get(status_key, Q(pk__in=[]))


class Sections(SimpleListFilter):
    """A section and those below it."""

    title = _("section")
    parameter_name = "in"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        language = request.GET.get("language")
        sections = Section.objects.order_by("language", "path")
        self.sections = list(sections.filter(language=language) if language else sections)
        several = len({s.language for s in self.sections}) > 1
        return [(str(s.pk), _section_name(s, several)) for s in self.sections]

    def queryset(self, request: Any, queryset: QuerySet[Edition]) -> QuerySet[Edition]:
        chosen = next((s for s in self.sections if str(s.pk) == self.value()), None)
        if chosen is None:
            return queryset
        return queryset.filter(section__in=sections_below(chosen, self.sections))


def _section_name(section: Section, with_language: bool) -> str:
    name = "\u2003" * section.path.count("/") + section.title
    return f"{name} ({section.language})" if with_language else name


class Languages(SimpleListFilter):
    title = _("language")
    parameter_name = "language"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return list(settings.LANGUAGES) if len(settings.LANGUAGES) > 1 else []

    def queryset(self, request: Any, queryset: QuerySet[Edition]) -> QuerySet[Edition]:
        return queryset.filter(language=self.value()) if self.value() else queryset


class Genres(SimpleListFilter):
    parameter_name = "genre"

    def __init__(self, request: Any, params: Any, model: Any, model_admin: Any) -> None:
        self.title = model.GENRE_LABEL
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [(key, genre.label) for key, genre in model_admin.model.GENRES.items()]

    def queryset(self, request: Any, queryset: QuerySet[Edition]) -> QuerySet[Edition]:
        return queryset.filter(genre=self.value()) if self.value() else queryset
