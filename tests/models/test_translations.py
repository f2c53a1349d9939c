"""By how many editions a translation is behind, in memory and in the database: one definition."""

from datetime import timedelta

import pytest

from cms.editorial import actions
from cms.models import Change, behind, editions_since, got_by_readers
from tests.factories import make_draft, make_live, make_next, make_past, stored


def published(draft, by, at=None):
    waiting = actions.submit(draft, by=draft.created_by)
    return actions.approve(waiting, by=by, digest=waiting.compute_digest(), at=at)


def rows(edition):
    return list(edition.publication.editions.all())


def numbers(edition, at):
    """The same question to both: to the rows at hand and to the database."""
    at_hand = [e.number for e in editions_since(rows(edition), edition, at)]
    asked = got_by_readers(at).filter(publication=edition.publication_id, number__gt=edition.number)
    assert at_hand == list(asked.order_by("number").values_list("number", flat=True))
    assert behind(rows(edition), edition, at) == len(at_hand)
    return at_hand


@pytest.fixture
def first(editor, now):
    return stored(make_past(editor, at=now - timedelta(days=3)))


def test_the_newest_edition_is_not_behind_and_a_draft_after_it_changes_nothing(first, editor, now):
    make_next(first, by=editor)
    assert numbers(first, now) == []


def test_each_later_edition_that_readers_got_counts_from_its_instant(first, editor, moderator, now):
    soon = now + timedelta(hours=1)
    second = published(make_next(first, by=editor), moderator)
    published(make_next(second, by=editor), moderator, at=soon)
    assert numbers(first, second.live_from) == [2]
    assert numbers(first, soon - timedelta(microseconds=1)) == [2]
    assert numbers(first, soon) == [2, 3]
    assert numbers(second, soon) == [3]


def test_a_typing_slip_is_no_reason_to_translate_anew(first, editor, moderator, now):
    second = published(make_next(first, by=editor), moderator)
    slip = make_next(second, by=editor, change=Change.SLIP)
    published(slip, moderator)
    assert numbers(first, now + timedelta(days=1)) == [2]


def test_what_was_superseded_before_it_went_live_never_reached_a_reader(first, editor, moderator, now):
    soon = now + timedelta(hours=1)
    second = published(make_next(first, by=editor), moderator, at=soon)
    published(make_next(second, by=editor), moderator, at=soon)
    assert numbers(first, soon) == [3]


def test_a_followed_draft_that_was_discarded_is_behind_by_what_went_on_without_it(editor, moderator, now):
    never = actions.discard(make_draft(editor), by=editor)
    second = published(actions.next_edition(stored(never), by=editor), moderator)
    assert numbers(stored(never), second.live_from) == [2]


def test_editions_of_other_publications_do_not_count(first, editor, moderator, now):
    other = make_live(editor, moderator)
    published(make_next(other, by=editor), moderator)
    assert behind([*rows(other), *rows(first)], first, now + timedelta(days=1)) == 0
