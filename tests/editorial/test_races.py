"""Two people at once, on a real PostgreSQL and on SQLite: one act happens, the other person is told."""

import threading

import pytest
from django.db import connection, connections

from cms.editorial import actions
from cms.editorial.actions import Conflict
from cms.editorial.rules import Refused
from cms.models import Edition
from tests.factories import make_draft, make_live, make_waiting, stored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _groups(transactional_db):
    from cms.editorial.groups import give_groups_their_permissions

    give_groups_their_permissions()


def both(*acts):
    """Run acts at the same moment, each in a thread and a connection of its own; returns what each gave or raised."""
    together, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index, act):
        together.wait()
        try:
            outcomes[index] = act()
        except (Refused, Conflict) as error:
            outcomes[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def kinds(outcomes):
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_two_approvals_make_one_transition(editor, moderator, other_moderator):
    waiting = make_waiting(editor)
    digest = waiting.compute_digest()
    outcomes = both(
        lambda: actions.approve(waiting, by=moderator, digest=digest),
        lambda: actions.approve(waiting, by=other_moderator, digest=digest),
    )
    assert kinds(outcomes) == ["Edition", "Refused"]
    assert waiting.journal.filter(action="approve").count() == 1
    assert "was faster" in str(next(o for o in outcomes if isinstance(o, Refused)))


def test_two_saves_lose_nothing(editor, other_editor):
    draft = make_draft(editor)

    def save(by, title):
        mine = stored(draft).kind_edition
        mine.title = title
        return actions.save(mine, by=by, version=1)

    outcomes = both(lambda: save(editor, "First"), lambda: save(other_editor, "Second"))
    assert kinds(outcomes) == ["Conflict", "NewsItem"]
    assert stored(draft).version == 2


def test_two_next_editions_are_one(editor, other_editor, moderator):
    live = make_live(editor, moderator)
    outcomes = both(lambda: actions.next_edition(live, by=editor), lambda: actions.next_edition(live, by=other_editor))
    assert kinds(outcomes) == ["NewsItem", "Refused"]
    assert Edition.objects.filter(publication=live.publication).count() == 2


def test_approval_and_taking_back_exclude_each_other(editor, moderator):
    waiting = make_waiting(editor)
    digest = waiting.compute_digest()
    outcomes = both(
        lambda: actions.approve(waiting, by=moderator, digest=digest),
        lambda: actions.take_back(waiting, by=editor),
    )
    assert kinds(outcomes) == ["Edition", "Refused"]
    assert stored(waiting).state in ("approved", "draft")


def test_the_clocks_difference_is_learned(db):
    if connection.vendor == "postgresql":
        from datetime import timedelta

        import time_machine
        from django.utils import timezone

        from cms.models import clock

        wrong = timezone.now() - timedelta(hours=3)
        with time_machine.travel(wrong):
            ahead = clock.measure()
            assert timedelta(hours=2, minutes=59) < ahead < timedelta(hours=3, minutes=1)
            assert clock.now() - timezone.now() == pytest.approx(ahead, abs=timedelta(seconds=5))
        clock.measure()
