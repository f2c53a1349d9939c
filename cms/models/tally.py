"""Kept counts: how many items each list has by month and by day, so that no page counts the archive.

They hold what was live at one instant, `TallyState.settled_at`. What the counts are at any other instant follows from
the lives that begin and end between the two (cms/models/counts.py), so that nothing depends on a job that runs in
time. Two things keep them right, both under the lock of the one state row: a life that is changed adds its own
difference (`follow`), and `settle` moves the instant forward.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Count, Max, Min
from django.db.models.expressions import Combinable

from .. import kinds
from . import clock
from .edition import Edition
from .editions import EditionQuerySet, State

EVERY = 0  # as a section: all of a language
BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)  # nothing has been live before
BEHIND = timedelta(seconds=60)  # how far behind the clock the counts are settled: transactions under way have ended
MOST = 500  # lives that one step of settling takes in, give or take those of one instant

Instant = datetime | Combinable  # Combinable: one that the database works out
# What is counted of an edition: (language, section, kind, genre, its date, how many).
Counted = tuple[str, int, str, str, date, int]

# Django's bulk_create can set on conflict, but not add.
ADD = """
    INSERT INTO cms_tally (language, span, section, kind, genre, day, n) VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (language, span, section, kind, genre, day) DO UPDATE SET n = cms_tally.n + excluded.n
"""
# The same for many rows in one statement.
ADD_ALL = f"""
    INSERT INTO cms_tally (language, span, section, kind, genre, day, n) SELECT * FROM unnest(
        %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::date[], %s::int[]
    ) {ADD[ADD.index("ON CONFLICT") :]}"""  # noqa: S608 (all of it stands here)


class Tally(models.Model):
    """How many items were live in a section, of a kind and genre, dated within a month or on a day."""

    class Span(models.TextChoices):
        MONTH = "month"
        DAY = "day"

    language = models.CharField(max_length=10)
    span = models.CharField(max_length=5, choices=Span.choices)
    section = models.BigIntegerField()  # the section's own items, without those below it; EVERY: of the whole language
    kind = models.CharField(max_length=20, blank=True)  # "": every kind that is listed
    genre = models.CharField(max_length=20, blank=True)  # "": every genre
    day = models.DateField()  # of a month, the first
    n = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["language", "span", "section", "kind", "genre", "day"], name="cms_tally_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.section} {self.kind} {self.genre} {self.span} {self.day}: {self.n}"


class TallyState(models.Model):
    """The one row that says which instant the counts hold for; locking it is the right to change them."""

    settled_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"settled at {self.settled_at}"

    @classmethod
    def held(cls) -> TallyState:
        """The row, locked until the transaction ends."""
        found, _made = cls.objects.select_for_update().get_or_create(pk=1, defaults={"settled_at": BEGINNING})
        return found


# --- What keeps them right


def moment_of_change() -> datetime:
    """The instant at which lives are about to change, after the last wait that comes before: for the state row.

    An instant that had been taken before such a wait could lie so far back that the seals refuse it as the past.
    """
    TallyState.held()
    return clock.now()


@contextmanager
def follow(edition: Edition) -> Iterator[None]:
    """Around a change of an edition's life, inside its transaction: the counts change with it.

    Holds the state row from before the change until the transaction ends, so that no other transaction settles the
    counts over a life that it cannot see yet.
    """
    settled_at = TallyState.held().settled_at
    before = edition.is_live(settled_at)
    yield
    difference = edition.is_live(settled_at) - before
    if difference and edition.kind in kinds.listed():
        sort = (edition.kind, edition.genre)
        _add([(edition.language, edition.section_id, *sort, edition.dated_on, difference)])


def take_in(counted: Iterable[Counted], settled_at: datetime) -> None:
    """Add items that were entered many at once, in the transaction that enters them.

    counted: those that are live at `settled_at`, the instant that the state row holds, of kinds that stand in lists.
    Raises RuntimeError where the counts were settled anew meanwhile.
    """
    if TallyState.held().settled_at != settled_at:
        raise RuntimeError("The counts were settled while items were being made for another instant.")
    _add(counted)


@contextmanager
def loading() -> Iterator[None]:
    """Around the entering of a great many items at once: they are counted together, when all of them are there.

    Meanwhile nothing is kept, and every count is worked out from the lives themselves: slowly, and rightly. So is it
    after a run that was killed, until the next one ends or the counts are rebuilt.
    """
    with transaction.atomic():
        state = TallyState.held()
        state.settled_at = BEGINNING
        state.save()
        Tally.objects.all().delete()
    try:
        yield
    finally:
        for _n in rebuild(clock.now()):
            pass


def settle_if_due(now: datetime) -> None:
    """What every transition does at its end: one step, where the last was some time ago. A few queries at most."""
    if now - TallyState.held().settled_at >= 2 * BEHIND:
        settle(now)


@transaction.atomic
def settle(now: datetime) -> bool:
    """Move the instant of the counts forward, to a minute before now at most, over MOST lives at most.

    Returns whether that minute is reached.
    """
    state = TallyState.held()
    since, goal = state.settled_at, now - BEHIND
    if goal <= since:
        return True
    until = _step(since, goal)
    _add(
        [
            *_grouped(begun(since, until), 1),
            *_grouped(ended(since, until), -1),
        ]
    )
    state.settled_at = until
    state.save()
    return until == goal


def to_settle(now: datetime) -> int:
    """How many beginnings and ends of lives are still to be taken in."""
    since = TallyState.objects.values_list("settled_at", flat=True).first() or BEGINNING
    return begun(since, now - BEHIND).count() + ended(since, now - BEHIND).count()


def years() -> range:
    """Those that an edition is dated in or that something is counted in, and the years between."""
    ends = [rows.aggregate(first=Min(day), last=Max(day)) for rows, day in _dated()]
    found = [end.year for pair in ends for end in pair.values() if end is not None]
    return range(min(found), max(found) + 1) if found else range(0)


def _dated() -> list[tuple[models.QuerySet[Any], str]]:
    return [(Edition.objects.filter(state=State.APPROVED), "dated_on"), (Tally.objects.all(), "day")]


def rebuild(now: datetime) -> Iterator[int]:
    """Count everything anew, in one transaction; gives after each of the years how many items it has."""
    with transaction.atomic():
        state = TallyState.held()
        state.settled_at = now - BEHIND
        state.save()
        Tally.objects.all().delete()
        for year in years():
            counted = list(_grouped(_live_in(year, state.settled_at), 1))
            _add(counted)
            yield sum(n for *_key, n in counted)


def count_once(plan: Iterable[tuple[Any, bool]] = (), **kwargs: Any) -> None:
    """After the migration that brings the counts: count what was published before, or every list would, each time.

    plan: of post_migrate, the migrations that ran, and whether backwards.
    """
    came = any((m.app_label, m.name) == ("cms", "0010_kept_counts") and not backwards for m, backwards in plan)
    if came and Edition.objects.filter(state=State.APPROVED).exists():
        for _n in rebuild(clock.now()):
            pass


def errors() -> Iterator[list[str]]:
    """After each of the years, what the kept counts say wrongly, in lines. Approvals wait for a year at the most."""
    for year in years():
        with transaction.atomic():
            found = list(_errors(year, TallyState.held().settled_at))
        yield found


def _errors(year: int, at: datetime) -> Iterator[str]:
    right = _spread(_grouped(_live_in(year, at), 1))
    for row in Tally.objects.filter(day__year=year).iterator():
        expected = right.pop((row.language, row.span, row.section, row.kind, row.genre, row.day), 0)
        if row.n != expected:
            yield f"{row}, should be {expected}"
    for key, n in right.items():
        yield f"{' '.join(str(part) for part in key)}: missing, should be {n}"


def _live_in(year: int, at: datetime) -> EditionQuerySet:
    return Edition.objects.live(at).dated_within(date(year, 1, 1), date(year, 12, 31))


def begun(after: Instant, until: Instant) -> EditionQuerySet:
    """Approved editions whose lives begin after an instant, up to another."""
    return Edition.objects.filter(state=State.APPROVED, live_from__gt=after, live_from__lte=until)


def ended(after: Instant, until: Instant) -> EditionQuerySet:
    """Approved editions whose lives end after an instant, up to another."""
    return Edition.objects.filter(state=State.APPROVED, live_until__gt=after, live_until__lte=until)


def _step(since: datetime, goal: datetime) -> datetime:
    """The instant up to which about MOST lives begin or end."""
    steps = [(begun(since, goal), "live_from"), (ended(since, goal), "live_until")]
    last = [rows.order_by(column).values_list(column, flat=True)[MOST - 1 : MOST].first() for rows, column in steps]
    return min([instant for instant in last if instant is not None], default=goal)


def _grouped(editions: EditionQuerySet, sign: int) -> Iterator[Counted]:
    columns = ("language", "section", "kind", "genre", "dated_on")
    for *key, n in editions.listed().order_by().values_list(*columns).annotate(n=Count("pk") * sign):
        yield (*key, n)


def _spread(counted: Iterable[Counted]) -> Counter[tuple[str, str, int, str, str, date]]:
    """Each item under all the keys that it is counted by."""
    found: Counter[tuple[str, str, int, str, str, date]] = Counter()
    for language, its_section, its_kind, its_genre, dated_on, n in counted:
        for kind, genre in {("", ""), (its_kind, ""), (its_kind, its_genre)}:
            for section in (EVERY, its_section):
                found[language, Tally.Span.DAY.value, section, kind, genre, dated_on] += n
                found[language, Tally.Span.MONTH.value, section, kind, genre, dated_on.replace(day=1)] += n
    return found


def _add(counted: Iterable[Counted]) -> None:
    rows = [(*key[:-1], key[-1].isoformat(), n) for key, n in sorted(_spread(counted).items()) if n]
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(ADD_ALL, [list(column) for column in zip(*rows, strict=True)])
        else:
            cursor.executemany(ADD, rows)
