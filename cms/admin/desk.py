"""The desk: what waits for whom. Every heap is one query, however much there is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from .. import kinds
from ..editorial import actions
from ..editorial.rules import APPROVE, TOUCHES, WRITE, Refused, may_start
from ..editorial.status import status
from ..models import Edition, Journal, SecondLook, State, clock

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite

    from ..models import User

ROWS = 10
READ = "cms.read_editions"
ALONE = {"force": gettext_lazy("published alone"), "withdraw": gettext_lazy("taken down")}


@dataclass
class Row:
    """One line. who: in words. at: since when, or when it begins. flag: the second look that is wanted, if one is."""

    edition: Edition
    address: str
    status: Any
    who: str
    at: datetime
    when: str
    flag: SecondLook | None = None
    may_look: bool = False


@dataclass
class Heap:
    """A list on the desk. more: links to all of it, one a kind, where it is longer than what is shown."""

    key: str
    title: str
    empty: str
    rows: list[Row]
    more: list[tuple[Any, str]] = field(default_factory=list)
    urgent: bool = False


def context(request: HttpRequest, site: AdminSite) -> dict[str, Any]:
    """What the template of the desk needs, for the person who asks."""
    user: Any = request.user
    return {
        "title": _("Desk"),
        "heaps": heaps(user, site) if user.has_perm(READ) else [],
        "no_group": not user.has_perm(READ),
        "writable": _writable(site) if may_start(user) else [],
    }


def _writable(site: AdminSite) -> list[tuple[Any, str]]:
    """Name and address of the form for each kind that can be begun from scratch."""
    models = [model for model in kinds.all_models() if model.LISTED and site.is_registered(model)]
    return [(model._meta.verbose_name, _address(model, "add")) for model in models]


def _address(model: type[Edition], page: str, *args: Any) -> str:
    """Address of an admin page of a kind; "" where the kind has none."""
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)
    except NoReverseMatch:
        return ""


def heaps(user: User, site: AdminSite) -> list[Heap]:
    """All that this person's desk shows, the most urgent first."""
    desk = _Desk(user, site, clock.now())
    found: list[Heap] = []
    if user.has_perm(APPROVE):
        found += [desk.second_looks(), desk.waiting_for_me()]
    if user.has_perm(WRITE):
        found += [desk.returned(), desk.waiting_for_others(), desk.drafts()]
    return [*found, desk.scheduled(), desk.published()]


class _Desk:
    """Builds the heaps of one person at one instant."""

    def __init__(self, user: User, site: AdminSite, now: datetime) -> None:
        self.user, self.site, self.now = user, site, now
        hands = Journal.objects.filter(edition=OuterRef("pk"), action__in=TOUCHES, actor=user.pk)
        self.mine = Exists(hands)

    def second_looks(self) -> Heap:
        flags = SecondLook.objects.filter(looked_at__isnull=True).order_by("pk")
        flags = flags.select_related("journal__edition__publication__withdrawal", "journal__edition__section")
        rows = [self._flagged(flag) for flag in flags.defer("journal__edition__body")[:ROWS]]
        return Heap(
            "second-look",
            _("Needs a second look"),
            _("Nothing does. What somebody publishes alone or takes down stands here until a second person looks."),
            rows,
            urgent=bool(rows),
        )

    def _flagged(self, flag: SecondLook) -> Row:
        act = flag.journal
        row = self._row(act.edition, act.actor_in_words, act.at)
        row.status, row.flag = ALONE.get(act.action, act.action), flag
        row.may_look = act.actor_id != self.user.pk
        return row

    def waiting_for_me(self) -> Heap:
        heap = self._heap(
            "waiting",
            _("Waiting for me"),
            _("Nothing waits for you. When an author sends a text for approval it appears here."),
            self._in_review().exclude(self.mine),
            "in_review",
        )
        heap.urgent = bool(heap.rows)
        return heap

    def waiting_for_others(self) -> Heap:
        moderates = self.user.has_perm(APPROVE)
        return self._heap(
            "waiting-for-others",
            _("Waiting for somebody else") if moderates else _("Mine, waiting for approval"),
            _("None of the texts you worked on waits for approval.")
            if moderates
            else _("Nothing of yours waits. Send a draft for approval and you can follow it here."),
            self._in_review().filter(self.mine),
            "in_review",
        )

    def _in_review(self) -> QuerySet[Edition]:
        waiting = Edition.objects.filter(state=State.IN_REVIEW).order_by("submitted_at", "pk")
        return _by(waiting, "submit", "unschedule")

    def returned(self) -> Heap:
        drafts = Edition.objects.filter(self.mine, state=State.DRAFT).exclude(returned_with="")
        heap = self._heap(
            "returned",
            _("Returned to me"),
            _("Nothing has come back to you. What a moderator returns appears here, with the reason."),
            _by(drafts.order_by("-edited_at"), "return"),
            "returned",
        )
        heap.urgent = bool(heap.rows)
        return heap

    def drafts(self) -> Heap:
        drafts = Edition.objects.filter(self.mine, state=State.DRAFT, returned_with="")
        return self._heap(
            "drafts",
            _("My drafts"),
            _("You have no drafts. Begin with a button above, or start the next edition of a published text."),
            drafts.order_by("-edited_at"),
            "draft",
        )

    def scheduled(self) -> Heap:
        return self._heap(
            "scheduled",
            _("Scheduled next"),
            _("Nothing is scheduled. A text that is approved for a later moment appears here until then."),
            _by(Edition.objects.scheduled(self.now).order_by("live_from", "pk"), "approve", "force"),
            "scheduled",
        )

    def published(self) -> Heap:
        return self._heap(
            "published",
            _("Recently published"),
            _("Nothing is published yet. Write a text, send it for approval, and let a second person approve it."),
            _by(Edition.objects.live(self.now).order_by("-live_from", "-pk"), "approve", "force", "enter"),
            "live",
        )

    def _heap(self, key: str, title: str, empty: str, editions: QuerySet[Edition], filter_by: str) -> Heap:
        live = Edition.objects.live(self.now).filter(publication=OuterRef("publication"))
        found = editions.select_related("publication__withdrawal", "section").defer("body")
        found = found.annotate(live_number=Subquery(live.values("number")[:1]))[: ROWS + 1]
        rows = [self._row(edition, getattr(edition, "who", ""), self._since(key, edition)) for edition in found]
        more = self._all(filter_by) if len(rows) > ROWS else []
        return Heap(key, title, empty, rows[:ROWS], more)

    def _since(self, key: str, edition: Edition) -> datetime:
        moments = {
            "waiting": edition.submitted_at,
            "waiting-for-others": edition.submitted_at,
            "scheduled": edition.live_from,
            "published": edition.live_from,
            "returned": getattr(edition, "since", None),
        }
        return moments.get(key) or edition.edited_at

    def _row(self, edition: Edition, who: str, at: datetime) -> Row:
        number = getattr(edition, "live_number", None)
        address = _address(edition.kind_model, "change", edition.pk) if self._has_admin(edition.kind_model) else ""
        who = who or edition.edited_by_in_words
        return Row(edition, address, status(edition, self.now, number).words, who, at, _when(at, self.now))

    def _has_admin(self, model: type[Edition]) -> bool:
        return self.site.is_registered(model)

    def _all(self, filter_by: str) -> list[tuple[Any, str]]:
        models = sorted(filter(self._has_admin, kinds.all_models()), key=lambda model: not model.LISTED)
        return [
            (model._meta.verbose_name_plural, f"{_address(model, 'changelist')}?status={filter_by}") for model in models
        ]


def _by(editions: QuerySet[Edition], *acts: str) -> QuerySet[Edition]:
    """With who did the last of these acts to each edition, and when."""
    last = Journal.objects.filter(edition=OuterRef("pk"), action__in=acts).order_by("-at", "-pk")
    return editions.annotate(who=Subquery(last.values("actor_in_words")[:1]), since=Subquery(last.values("at")[:1]))


def _when(at: datetime, now: datetime) -> str:
    """How long ago, or in how long, in words."""
    if at > now:
        return _("in %s") % timeuntil(at, now, depth=1)
    if (now - at).total_seconds() < 60:
        return pgettext("moment", "just now")
    return _("%s ago") % timesince(at, now, depth=1)


@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """The button beside what somebody did alone: a second person has looked."""
    flag = get_object_or_404(SecondLook, pk=pk)
    try:
        actions.look(flag, by=request.user)  # type: ignore[arg-type]
    except Refused as refused:
        messages.error(request, " ".join(refused.reasons))
    else:
        messages.success(request, _("Noted: you have looked at it."))
    return redirect("admin:index")
