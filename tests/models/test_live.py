"""What is public at an instant: written once, and the clock is an argument."""

from datetime import timedelta

from cms.editorial import actions
from cms.models import Edition, Withdrawal, clock
from tests.factories import make_draft, make_live, make_next, make_past, make_scheduled, make_waiting, stored

SECOND = timedelta(microseconds=1)


def live(at=None):
    return list(Edition.objects.live(at).values_list("pk", flat=True))


def test_only_what_is_approved_and_begun_is_live(editor, moderator, now):
    make_draft(editor), make_waiting(editor), make_scheduled(editor, moderator)
    actions.discard(make_draft(editor), by=editor)
    shown = make_past(editor)
    assert live() == [shown.pk]


def test_a_scheduled_edition_replaces_the_old_one_to_the_instant(editor, moderator, now):
    first = make_past(editor)
    second = actions.submit(make_next(stored(first), by=editor), by=editor)
    two_o_clock = now + timedelta(hours=2)
    actions.approve(second, by=moderator, digest=second.compute_digest(), at=two_o_clock)
    assert live(two_o_clock - SECOND) == [first.pk]
    assert live(two_o_clock) == [second.pk]


def test_the_site_can_be_looked_at_as_of_any_instant(editor, now):
    old = make_past(editor, at=now - timedelta(days=9), until=now - timedelta(days=5))
    assert live(now - timedelta(days=10)) == []
    assert live(now - timedelta(days=7)) == [old.pk]
    assert live() == []
    assert list(Edition.objects.been_live()) == [stored(old)]


def test_withdrawn_is_gone_from_that_moment(editor, moderator):
    edition = make_live(editor, moderator)
    assert live() == [edition.pk]
    actions.withdraw(edition, by=moderator, mode=Withdrawal.Mode.GONE, comment="Published by mistake.")
    assert live() == []


def test_the_first_publication_dates_all_editions(editor, moderator, now):
    first = make_past(editor, at=now - timedelta(days=3))
    second = actions.submit(make_next(stored(first), by=editor), by=editor)
    approved = actions.approve(second, by=moderator, digest=second.compute_digest())
    assert approved.published_at == stored(first).live_from


def test_newest_gives_one_edition_a_publication(editor, moderator):
    live_with_draft = make_past(editor)
    draft = actions.next_edition(stored(live_with_draft), by=editor)
    discarded_again = make_past(editor)
    actions.discard(actions.next_edition(stored(discarded_again), by=editor), by=editor)
    never = actions.discard(make_draft(editor), by=editor)
    assert set(Edition.objects.newest().values_list("pk", flat=True)) == {draft.pk, discarded_again.pk, never.pk}


def test_the_clock_is_the_databases(db):
    ahead = clock.measure()
    assert abs(ahead) < timedelta(seconds=2)
