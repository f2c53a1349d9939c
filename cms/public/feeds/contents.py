"""What a feed holds: the newest of a list, what changed or was taken down lately, and its archive in parts.

RFC 5005, section 4: who reads the feed and then every archive that it leads to has read the whole list. An archive is a
part of a month that is complete, so that it is read once; what changes in it later comes again in the feed itself.
Nothing here costs more for a longer list: pages are found by their month, and counted within it alone.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, Exists, F, JSONField, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Length
from django.http import Http404

from ... import kinds
from ...models import LONG, Edition, EditionQuerySet, Withdrawal
from ..authors import authors_of
from .entries import Entry, Gone
from .scope import Scope

SIZE = 50  # entries of a feed, and of a part of its archive: what the last complete part lacks, the feed must hold
LATELY = 100  # editions of the whole site that ended last, among which those of the list are sought
LONGEST_TEXT = 200_000  # characters of a body that a feed tells whole
LONGEST_TEXTS = 1_000_000  # characters of all of them together
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # Atom wants to know when a feed changed that holds nothing


@dataclass(frozen=True)
class Archive:
    """The address of a part of a list's archive. part: None for the last of its month."""

    month: date
    part: int | None = None


@dataclass
class Feed:
    """A feed or a part of its archive (`archive`). entries, gone: the last changed first. before: what it leads to."""

    scope: Scope
    entries: list[Entry]
    gone: list[Gone]
    archive: Archive | None = None
    before: Archive | None = None

    @property
    def updated(self) -> datetime:
        moments = [*(entry.updated for entry in self.entries), *(gone.at for gone in self.gone)]
        return max(moments, default=NEVER)

    def address(self, form: str) -> str:
        """Its own."""
        return self._address_of(self.archive, form)

    def address_before(self, form: str) -> str:
        """Of the archive that comes before it; "" where there is none."""
        return self._address_of(self.before, form) if self.before else ""

    def _address_of(self, archive: Archive | None, form: str) -> str:
        return self.scope.address(form, archive.month, archive.part) if archive else self.scope.address(form)


def subscription(scope: Scope) -> Feed:
    """The document that feed readers ask for again and again."""
    newest = list(_told(scope, Q(pk__in=scope.live.newest_first()[:SIZE].values("pk")), Q()))
    newest.sort(key=lambda e: (e.dated_on, e.published_at, e.publication_id), reverse=True)
    lately, gone = _lately(scope, {edition.publication_id for edition in newest})
    before = _archive_before(scope, newest[-1].dated_on) if len(newest) == SIZE else None
    entries = _entries(scope, newest + lately)
    entries.sort(key=lambda entry: entry.updated, reverse=True)
    return Feed(scope, entries, gone, before=before)


def archived(scope: Scope, month: date, part: int | None) -> Feed:
    """A complete part of a month, or the last of them. Raises Http404 for one that is not there, or not complete."""
    editions = _of_month(scope, month)
    total = editions.count()
    complete = total // SIZE if _is_running(scope, month) else -(-total // SIZE)
    number = part or complete
    if not 1 <= number <= complete:
        raise Http404
    first, last = max(0, total - number * SIZE), total - (number - 1) * SIZE
    rows = list(_told(scope, Q(pk__in=editions.newest_first()[first:last].values("pk")), Q()))
    if number > 1:
        before: Archive | None = Archive(month, number - 1)
    else:
        earlier = scope.live.filter(dated_on__lt=month).newest_first().values_list("dated_on", flat=True).first()
        before = Archive(earlier.replace(day=1)) if earlier else None
    entries = sorted(_entries(scope, rows), key=lambda entry: entry.updated, reverse=True)
    return Feed(scope, entries, [], Archive(month, part), before)


def _archive_before(scope: Scope, oldest: date) -> Archive | None:
    """What the subscription leads to. oldest: the day of its last entry."""
    month = oldest.replace(day=1)
    if not _is_running(scope, month):
        return Archive(month)
    part = _of_month(scope, _this_month(scope)).count() // SIZE
    return Archive(_this_month(scope), part)


def _this_month(scope: Scope) -> date:
    return scope.at.astimezone(ZoneInfo(settings.TIME_ZONE)).date().replace(day=1)


def _is_running(scope: Scope, month: date) -> bool:
    """Whether more may be dated within it. What is dated ahead of its time counts to the month that runs."""
    return month >= _this_month(scope)


def _of_month(scope: Scope, month: date) -> EditionQuerySet:
    if month > _this_month(scope):
        raise Http404
    if _is_running(scope, month):
        return scope.live.filter(dated_on__gte=month)
    return scope.live.dated_within(month, month.replace(day=calendar.monthrange(month.year, month.month)[1]))


# --- Rows


def _lately(scope: Scope, known: set[int]) -> tuple[list[Edition], list[Gone]]:
    """(corrected texts of the list, texts of it that were taken down), of those whose editions ended last. One query.

    known: publications that the feed holds already.
    """
    been = Edition.objects.been_live(scope.at)
    last = been.filter(pk__in=been.ended(scope.at)[:LATELY].values("pk"))
    ended = last.filter(scope.holds(been)).values("publication")
    now = scope.holds(Edition.objects.live(scope.at))
    withdrawn = Q(publication__withdrawal__isnull=False)
    corrected, gone = [], {}
    for edition in _told(scope, Q(publication__in=ended) & (now | withdrawn), now):
        withdrawal = edition.publication.withdrawal
        if getattr(edition, "is_shown", False):
            if edition.publication_id not in known:
                corrected.append(edition)
        elif withdrawal and withdrawal.mode != Withdrawal.Mode.NOTICE and withdrawal.in_force(scope.at):
            gone[edition.publication_id] = Gone.of(edition, withdrawal, scope.frame.origin)
    return corrected, sorted(gone.values(), key=lambda one: one.at, reverse=True)


def _told(scope: Scope, which: Q, live: Q) -> EditionQuerySet:
    """Editions that were live, and as `text` and `its_media` the body and the media of those that are told whole.

    live: those of them that are live now. Of the others nothing is told.
    """
    in_full = Q(pk__in=[])
    for model in kinds.all_models():
        in_full |= Q(kind=model.KIND, genre__in=sorted(model.IN_FULL))
    whole = live & in_full & Q(length__lte=LONGEST_TEXT)
    rows = Edition.objects.been_live(scope.at).filter(which).alias(length=Length("body")).defer(*LONG)
    text = Case(When(whole, then=F("body")), default=Value(""), output_field=TextField())
    media = Case(When(whole, then=F("media")), default=Value(None, JSONField()), output_field=JSONField())
    others = {_other(n): _translation(scope, code) for n, code in enumerate(_other_languages(scope))}
    found = rows.with_frame().select_related("publication__withdrawal")
    shown = Exists(Edition.objects.live(scope.at).filter(pk=OuterRef("pk")))
    return found.annotate(text=text, its_media=media, is_shown=shown, **others)


def _other(number: int) -> str:
    return f"in_language_{number}"


def _other_languages(scope: Scope) -> list[str]:
    return [other.language for other in scope.frame.alternates]


def _translation(scope: Scope, language: str) -> Subquery:
    """The code of the live translation of an edition of the outer query."""
    group = OuterRef("publication__translation_group")
    live = Edition.objects.live(scope.at).filter(publication__translation_group=group, publication__language=language)
    return Subquery(live.values("publication__code")[:1])


def _entries(scope: Scope, editions: list[Edition]) -> list[Entry]:
    """As they are told, with their authors: one query more. When all texts together grow too long, summaries follow."""
    authors = authors_of(editions)
    left = LONGEST_TEXTS
    found = []
    for edition in editions:
        body: str = getattr(edition, "text", "")
        body = body if len(body) <= left else ""
        left -= len(body)
        edition.media = getattr(edition, "its_media", None)
        codes = {language: getattr(edition, _other(n)) for n, language in enumerate(_other_languages(scope))}
        others = {language: code for language, code in codes.items() if code}
        found.append(Entry.of(edition, body, scope.frame.origin, scope.at, authors.get(edition.pk, []), others))
    return found
