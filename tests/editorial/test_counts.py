"""Kept counts say at every instant what a plain count says, whatever people do, and whenever they are settled."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.editorial import actions, archive
from cms.editorial.groups import give_groups_their_permissions
from cms.editorial.rules import Refused
from cms.models import Edition, KeptCounts, Section, Tally, TallyState, clock, tally
from cms.models.event import FIRST_DAY, LAST_DAY
from tests.editorial.test_races import both
from tests.factories import make_archive, make_draft, make_live, make_next, make_past, make_section, make_waiting

DAYS = [date(2025, 5, 31), date(2025, 6, 1), date(2025, 6, 2), date(1999, 12, 31)]
SORTS = [("news", "report"), ("news", "statement"), ("speech", "delivered")]
INSTANTS = [timedelta(hours=hours) for hours in (-30, -10, 0, 2.5)]
LISTS = [
    {"language": "en"},
    {"language": "en", "kind": "news", "genre": "statement"},
    {"language": "en", "genre": "delivered"},
    {"language": "en", "sections": ["activities"]},
    {"language": "en", "sections": ["activities", "partners"], "kind": "speech"},
    {"language": "ru"},
]


class Enough(Exception):
    """Ends a run so that its transaction is rolled back."""


def right_counts(live, language, sections=None, kind="", genre=""):
    """The same, by looking at every edition."""
    days, months, sorts = Counter(), Counter(), Counter()
    for edition in live:
        if edition.language != language or sections is not None and edition.section_id not in sections:
            continue
        if kind in ("", edition.kind) and genre in ("", edition.genre):
            days[edition.dated_on] += 1
            months[edition.dated_on.replace(day=1)] += 1
        for sort in {(edition.kind, ""), (edition.kind, edition.genre)}:
            sorts[sort] += 1
    return dict(months), dict(days), dict(sorts)


def check(now):
    ids = dict(Section.objects.filter(language="en").values_list("path", "pk"))
    for distance in INSTANTS:
        live = list(Edition.objects.live(now + distance).listed())
        for chosen in LISTS:
            chosen = {**chosen}
            if "sections" in chosen:
                chosen["sections"] = [ids[path] for path in chosen["sections"] if path in ids]
            kept = KeptCounts(now + distance, **chosen)
            counts = kept.counts()
            found = (counts.months, kept.days((FIRST_DAY, LAST_DAY)), counts.sorts)
            assert found == right_counts(live, **chosen), (chosen, distance)


def act(step, editor, moderator):
    what, which, hours = step
    now = clock.now()
    at = now + timedelta(hours=hours) if hours > 0 else None
    editions = list(Edition.objects.order_by("pk"))
    edition = editions[which % len(editions)] if editions else None
    if what == "settle":
        # As if the instant were a later or an earlier one: a step goes to a minute before it at most.
        return tally.settle(now + timedelta(hours=hours))
    if what == "write" or edition is None:
        kind, genre = SORTS[which % len(SORTS)]
        section = make_section("partners" if which % 5 == 0 else "activities", "ru" if which % 7 == 0 else "en")
        columns = {"section": section, "language": section.language, "dated_on": DAYS[which % len(DAYS)]}
        draft = make_draft(editor, kind=kind, genre=genre, **columns)
        if hours < 0:
            ends = now + timedelta(hours=hours / 2) if which % 2 else None
            return archive.enter(draft, by=editor, live_from=now + timedelta(hours=hours), live_until=ends)
        return actions.submit(draft, by=editor)
    digest = edition.compute_digest()
    if what == "approve" and edition.state == "draft":
        edition = actions.submit(edition, by=editor)
    return {
        "approve": lambda: actions.approve(edition, by=moderator, digest=digest, at=at),
        "unschedule": lambda: actions.unschedule(edition, by=moderator),
        "withdraw": lambda: actions.withdraw(edition, by=moderator, mode=["gone", "notice"][which % 2], comment="Why"),
        "next_edition": lambda: make_next(edition, by=editor),
    }[what]()


steps = st.lists(
    st.tuples(
        st.sampled_from(["write", "write", "approve", "approve", "next_edition", "unschedule", "withdraw", "settle"]),
        st.integers(0, 99),
        st.sampled_from([0, 0, 1, 2, 3, -35, -25, -15]),
    ),
    min_size=6,
    max_size=12,
)


@pytest.mark.django_db
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_whatever_people_do_and_whenever_it_is_settled(steps, editor, moderator):
    try:
        with transaction.atomic():
            for step in steps:
                try:
                    with transaction.atomic():
                        act(step, editor, moderator)
                except Refused:
                    continue
            check(clock.now())
            assert [line for lines in tally.errors() for line in lines] == []
            raise Enough
    except Enough:
        pass


@pytest.fixture
def archive_of_three(editor):
    """Three items from elsewhere that no count knows, and one that was published here."""
    make_archive([DAYS[0], DAYS[0], DAYS[3]])
    return make_past(editor, dated_on=DAYS[1])


def months():
    return KeptCounts(clock.now(), "en").counts().months


def run(*arguments):
    told = StringIO()
    call_command("counts", *arguments, stdout=told, stderr=StringIO())
    return told.getvalue()


@pytest.mark.django_db
def test_check_finds_what_is_wrong_and_rebuild_mends_it(archive_of_three):
    run("fold")
    assert run("check") == "All counts are right.\n"
    make_archive([DAYS[2]])
    with pytest.raises(CommandError, match="12 counts are wrong"):
        run("check")
    assert run("rebuild") == "5 items counted.\n"
    assert run("check") == "All counts are right.\n"
    assert months() == {date(1999, 12, 1): 1, date(2025, 5, 1): 2, date(2025, 6, 1): 2}


@pytest.mark.django_db
def test_what_is_entered_into_a_past_that_is_settled_is_counted(editor, moderator):
    make_past(editor, dated_on=DAYS[0])
    assert TallyState.objects.get().settled_at > clock.now() - timedelta(minutes=2)
    make_past(editor, dated_on=DAYS[0])
    make_past(editor, dated_on=DAYS[0], at=clock.now() - timedelta(days=9), until=clock.now() - timedelta(days=8))
    assert months() == {date(2025, 5, 1): 2}
    assert run("check") == "All counts are right.\n"


@pytest.mark.django_db
def test_folding_takes_in_everything_in_short_steps(archive_of_three, monkeypatch):
    TallyState.objects.all().delete()
    Tally.objects.all().delete()
    monkeypatch.setattr(tally, "MOST", 1)
    right = months()
    assert run("fold") == "4 beginnings and ends of lives taken in.\n"
    assert months() == right == {date(1999, 12, 1): 1, date(2025, 5, 1): 2, date(2025, 6, 1): 1}
    assert run("check") == "All counts are right.\n"
    assert run("fold") == "0 beginnings and ends of lives taken in.\n"


@pytest.mark.django_db
def test_an_approval_takes_in_what_went_live_before(editor, moderator):
    make_live(editor, moderator)
    TallyState.objects.update(settled_at=clock.now() - timedelta(hours=1))
    before = TallyState.objects.get().settled_at
    make_live(editor, moderator)
    assert TallyState.objects.get().settled_at > before + timedelta(minutes=58)


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_are_both_counted(editor, moderator, other_moderator):
    give_groups_their_permissions()
    waiting = [make_waiting(editor, dated_on=DAYS[0]) for _ in range(2)]
    TallyState.objects.all().delete()
    outcomes = both(
        *(
            lambda edition=edition, by=by: actions.approve(edition, by=by, digest=edition.compute_digest())
            for edition, by in zip(waiting, (moderator, other_moderator), strict=True)
        )
    )
    assert [type(outcome) for outcome in outcomes] == [Edition, Edition]
    assert months() == {date(2025, 5, 1): 2}
    tally.settle(clock.now() + timedelta(hours=1))
    assert months() == {date(2025, 5, 1): 2}
    assert run("check") == "All counts are right.\n"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_nobody_settles_over_a_life_that_is_being_written(editor, moderator):
    """An approval that takes long begins in the past when it is at last stored."""
    give_groups_their_permissions()
    waiting = make_waiting(editor, dated_on=DAYS[0])
    stored, go_on = threading.Event(), threading.Event()

    def approve_slowly():
        with transaction.atomic():
            actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
            stored.set()
            go_on.wait(10)

    def settle_meanwhile():
        stored.wait(10)
        threading.Timer(0.5, go_on.set).start()
        tally.settle(clock.now() + timedelta(hours=1))

    assert both(approve_slowly, settle_meanwhile) == [None, None]
    assert Tally.objects.filter(span="month", section=tally.EVERY, kind="").get().n == 1
    assert run("check") == "All counts are right.\n"


def test_while_a_great_many_items_are_entered_lists_are_right_and_then_everything_is_counted(editor, moderator):
    make_live(editor, moderator)
    make_past(editor)
    with tally.loading():
        assert not Tally.objects.exists()
        make_past(editor, section=make_section("partners"))
        check(clock.now())
    assert Tally.objects.exists()
    check(clock.now())
    assert TallyState.objects.get().settled_at > clock.now() - timedelta(minutes=2)
