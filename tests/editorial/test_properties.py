"""Whatever people do, in whatever order: one text at a time is public, and somebody else approved it."""

from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.editorial import actions
from cms.editorial.actions import Conflict
from cms.editorial.rules import TABLE, TOUCHES, Refused, refusals
from cms.models import Edition, Journal, State, clock
from tests.factories import make_draft, make_next

ACTS = list(TABLE)
steps = st.lists(
    st.tuples(st.integers(0, 999), st.booleans(), st.sampled_from([None, None, 1, 2, 3])), min_size=8, max_size=30
)


class Enough(Exception):
    """Ends a run so that its transaction is rolled back."""


def act(action, edition, by, hours):
    at = clock.now() + timedelta(hours=hours) if hours else None
    calls = {
        "save": lambda: actions.save(edition.kind_edition, by=by, version=edition.version),
        "submit": lambda: actions.submit(edition, by=by),
        "discard": lambda: actions.discard(edition, by=by),
        "take_back": lambda: actions.take_back(edition, by=by),
        "approve": lambda: actions.approve(edition, by=by, digest=edition.compute_digest(), at=at),
        "return": lambda: actions.return_(edition, by=by, comment="Why"),
        "force": lambda: actions.force(edition, by=by, digest=edition.compute_digest(), at=at, comment="Why"),
        "unschedule": lambda: actions.unschedule(edition, by=by),
        "withdraw": lambda: actions.withdraw(edition, by=by, mode="gone", comment="Why"),
        "next_edition": lambda: make_next(edition, by=by),
    }
    return calls[action]()


def check(publication):
    editions = list(Edition.objects.filter(publication=publication))
    now = clock.now()
    for hours in (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5):
        live = Edition.objects.live(now + timedelta(hours=hours)).filter(publication=publication)
        assert live.count() <= 1
    assert sum(e.state in (State.DRAFT, State.IN_REVIEW) for e in editions) <= 1
    for edition in editions:
        rows = list(Journal.objects.filter(edition=edition.pk).order_by("pk"))
        assert rows[-1].to_state == edition.state
        if edition.state != State.APPROVED:
            continue
        assert edition.compute_digest() == edition.digest
        sealing = [row for row in rows if row.action in ("approve", "force")][-1]
        hands = {row.actor_id for row in rows if row.action in TOUCHES}
        assert sealing.action == "force" or sealing.actor_id not in hands
        if edition.has_a_life:
            first = min(e.live_from for e in editions if e.state == State.APPROVED and e.has_a_life)
            assert edition.published_at == first


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_whatever_people_do(steps, editor, other_editor, moderator, chief):
    people = [editor, other_editor, moderator, chief]
    try:
        with transaction.atomic():
            publication = make_draft(editor).publication
            for number, sensible, hours in steps:
                editions = Edition.objects.filter(publication=publication)
                tries = [(action, edition, by) for action in ACTS for edition in editions for by in people]
                if sensible:
                    tries = [(action, e, by) for action, e, by in tries if not refusals(action, e, by)] or tries
                action, edition, by = tries[number % len(tries)]
                allowed = refusals(action, edition, by) == []
                try:
                    with transaction.atomic():
                        act(action, edition, by, hours)
                except Refused:
                    pass
                except Conflict:
                    assert action == "save"
                else:
                    assert allowed
                check(publication)
            raise Enough
    except Enough:
        pass
