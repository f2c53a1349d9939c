"""Which editions there are, and the one place that says which of them the public sees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from .. import kinds
from . import clock
from .as_of import AsOf, known_at
from .part import part_models
from .withdrawal import Withdrawal

if TYPE_CHECKING:
    from .edition import Edition


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    APPROVED = "approved", _("approved")
    DISCARDED = "discarded", _("discarded")


OPEN = (State.DRAFT, State.IN_REVIEW)


class Change(models.TextChoices):
    """What sort of change an edition is to the text that readers had before it."""

    CORRECTION = "correction", _("correction")
    UPDATE = "update", _("update")
    CLARIFICATION = "clarification", _("clarification")
    SLIP = "slip", _("typing slip")
    TRANSLATION = "translation", _("translation brought up to date")


LONG = ("body", "media")  # columns that lists leave in the database


def taken_down(at: datetime) -> models.QuerySet[Withdrawal]:
    """Withdrawals up to an instant that ended the edition of an outer query, the newest first.

    For a past instant that is looked at from a later one (`AsOf`), up to the later one: what was taken down does not
    come back by looking at a day when it still stood.
    """
    of_it = Withdrawal.objects.filter(publication=OuterRef("publication"), from_at__gte=OuterRef("live_from"))
    return of_it.filter(from_at__lte=known_at(at)).exclude(mode=Withdrawal.Mode.NOTICE).order_by("-from_at", "-pk")


def has_a_life() -> Q:
    """Approved and not superseded before it ever went live (then live_until equals live_from)."""
    return Q(state=State.APPROVED) & (Q(live_until__isnull=True) | Q(live_until__gt=F("live_from")))


def lives_at(at: datetime) -> Q:
    """What an edition has to be so that the public sees it at an instant: `EditionQuerySet.live`."""
    there = Q(live_until__isnull=True) | Q(live_until__gt=at)
    found = there & Q(state=State.APPROVED, live_from__lte=at)
    looks_back = isinstance(at, AsOf) and at.seen_from > at
    return found & Q(~Exists(taken_down(at))) if looks_back else found


def _ids(ids: Iterable[int]) -> Any:
    """As the right side of `__in`: a query stays one, and is not run by itself."""
    return ids if isinstance(ids, models.QuerySet) else list(ids)


class EditionQuerySet(models.QuerySet["Edition"]):
    """Reads as adjectives and chains: `.live(at).listed().in_sections(ids).newest_first()`."""

    def live(self, at: datetime | None = None) -> Self:
        """What the public sees at an instant (default: now); of a past one (`AsOf`), what was not taken down since."""
        return self.filter(lives_at(clock.now() if at is None else at))

    def taken_down_since(self, at: AsOf) -> Self:
        """What was live at a past instant and is not shown there, because it was taken down afterwards."""
        then = datetime.combine(at.date(), at.timetz())
        since = Withdrawal.objects.filter(from_at__gt=at, from_at__lte=at.seen_from)
        gone = since.exclude(mode=Withdrawal.Mode.NOTICE).values("publication")
        return self.live(then).filter(Exists(taken_down(at)), publication__in=gone)

    def been_live(self, at: datetime | None = None) -> Self:
        """What the public could have read at some time up to an instant: live editions and those they replaced."""
        return self.filter(has_a_life(), live_from__lte=clock.now() if at is None else at)

    def readable(self, at: datetime) -> Self:
        """What the public may read at an instant, at its own address: all that has been live and was not taken down.

        What was taken down stays down with all before it, when a better text is published at its address.
        """
        return self.been_live(at).exclude(Exists(taken_down(at)))

    def changes(self, kinds_of_change: Iterable[str]) -> Self:
        """Those that changed what readers had before, of some kinds of `Change`: never a text's first edition."""
        return self.filter(change__in=list(kinds_of_change)).exclude(live_from=F("published_at"))

    def begun_within(self, first: datetime, end: datetime) -> Self:
        """Live since an instant, or a later one before `end`."""
        return self.filter(live_from__gte=first, live_from__lt=end)

    def begun_before(self, moment: datetime, code: str) -> Self:
        """Live since before an instant; of those of that very instant, those whose codes come before one."""
        earlier = Q(live_from__lt=moment) | Q(live_from=moment, publication__code__lt=code)
        return self.filter(earlier, live_from__lte=moment)

    def scheduled(self, at: datetime | None = None) -> Self:
        """Approved, and not live before a later instant."""
        return self.filter(has_a_life(), live_from__gt=at or clock.now())

    def begun_since(self, moment: datetime) -> Self:
        """Those that went live later than a moment."""
        return self.filter(live_from__gt=moment)

    def ended(self, at: datetime) -> Self:
        """Those whose life was over at an instant, superseded or taken down: the last to end first."""
        return self.filter(live_until__lte=at).order_by("-live_until", "-pk")

    def in_language(self, language: str) -> Self:
        return self.filter(language=language)

    def listed(self) -> Self:
        """Of the kinds that stand in lists."""
        return self.filter(kind__in=kinds.listed())

    def in_sections(self, ids: list[int]) -> Self:
        return self.filter(section__pk__in=ids)  # by the key: a relation's own `in` takes no stand-ins (prepared.py)

    def by_people(self, ids: Iterable[int]) -> Self:
        """With one of these people among those they name: a speech's speakers."""
        named = Q(pk__in=[])
        for model in part_models():
            if model.NAMES_A_PERSON:
                rows: Any = model._default_manager
                named |= Q(pk__in=rows.filter(person__in=_ids(ids)).values("edition"))
        return self.filter(named)

    def of_events(self, ids: Iterable[int]) -> Self:
        return self.filter(event__in=_ids(ids))

    def at_place(self, place: str) -> Self:
        """In one place, as it is printed. The second condition is the one of the index, which SQLite looks for."""
        return self.filter(place=place).exclude(place="")

    def announcing(self) -> Self:
        """Texts that say that something will take place."""
        return self._of_genres(kinds.announcing())

    def reporting(self) -> Self:
        """Texts that tell of what has taken place."""
        return self._of_genres(kinds.reporting())

    def _of_genres(self, pairs: list[tuple[str, str]]) -> Self:
        of_them = Q(pk__in=[])
        for kind, genre in pairs:
            of_them |= Q(kind=kind, genre=genre)
        return self.filter(of_them)

    def dated_within(self, first: date, last: date) -> Self:
        """Dated on a day between two days, both included."""
        return self.filter(dated_on__gte=first, dated_on__lte=last)

    def newest_first(self) -> Self:
        """The order of every public list: by date, then by the time it was first published."""
        return self.order_by("-dated_on", "-published_at", "-publication")

    def begun_after(self, at: datetime | None = None, code: str | None = "") -> Self:
        """Those that went live after an instant, in the order of that and of their codes; all, without one.

        code: those at the very instant count as well, where their code is a later one; None: they do not.
        """
        found = self.order_by("live_from", "publication__code")
        if at is None:
            return found
        behind = Q(live_from__gt=at)
        if code is not None:
            behind |= Q(publication__code__gt=code)
        return found.filter(behind, live_from__gte=at)

    def before_in_list(self, edition: Edition) -> Self:
        """Those that stand above an edition in `newest_first` order."""
        return self.filter(
            Q(dated_on__gt=edition.dated_on)
            | Q(dated_on=edition.dated_on, published_at__gt=edition.published_at)
            | Q(
                dated_on=edition.dated_on,
                published_at=edition.published_at,
                publication__gt=edition.publication_id,
            )
        )

    def with_frame(self) -> Self:
        """With what an address is made of, in the same query."""
        return self.select_related("publication", "section")

    def with_kind(self) -> Self:
        """With the columns of every kind, so that `kind_edition` costs no query."""
        return self.select_related(*kinds.child_names())

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def newest(self) -> Self:
        """One edition a publication: the newest that was not discarded, or the first where all were.

        Numbers are compared in both, so that PostgreSQL looks for each row of a page and not at the whole archive.
        """
        mine = self.model._default_manager.filter(publication=OuterRef("publication"))
        kept = mine.exclude(state=State.DISCARDED)
        return self.filter(
            (~Q(state=State.DISCARDED) & ~Exists(kept.filter(number__gt=OuterRef("number"))))
            | (Q(state=State.DISCARDED, number=1) & ~Exists(kept.filter(number__gte=OuterRef("number"))))
        )
