"""From a draft to the public and back: the transitions, one by one."""

from datetime import timedelta

import pytest

from cms.editorial import actions, archive
from cms.editorial.actions import Conflict
from cms.editorial.rules import Refused, refusals
from cms.editorial.signals import edition_approved, publication_withdrawn
from cms.models import Edition, Journal, SecondLook, State, Withdrawal, clock
from tests.factories import (
    make_draft,
    make_live,
    make_next,
    make_past,
    make_person,
    make_scheduled,
    make_section,
    make_waiting,
    states,
    stored,
)


def approve(edition, by, **kwargs):
    return actions.approve(edition, by=by, digest=stored(edition).compute_digest(), **kwargs)


def next_waiting(edition, by):
    return actions.submit(make_next(stored(edition), by=by), by=by)


def test_write_submit_approve(editor, moderator):
    draft = make_draft(editor)
    waiting = actions.submit(draft, by=editor, comment="Please read the second paragraph.")
    assert stored(draft).state == State.IN_REVIEW
    approved = approve(waiting, moderator)
    assert approved.is_live(clock.now())
    assert list(draft.journal.order_by("pk").values_list("action", "from_state", "to_state")) == [
        ("start", "", "draft"),
        ("submit", "draft", "in_review"),
        ("approve", "in_review", "approved"),
    ]


def test_each_act_is_one_journal_row_in_words(editor, moderator):
    edition = make_live(editor, moderator)
    row = edition.journal.first()
    assert (row.actor_in_words, row.digest) == ("Mona Moderator", edition.digest)
    moderator.delete()
    assert Journal.objects.get(pk=row.pk).actor_in_words == "Mona Moderator"


def test_who_touched_a_text_cannot_approve_it(editor, moderator, other_moderator):
    draft = make_draft(editor)
    actions.save(draft, by=moderator, version=1)
    waiting = actions.submit(draft, by=editor)
    with pytest.raises(Refused, match="You worked on this edition"):
        approve(waiting, moderator)
    assert approve(waiting, other_moderator).state == State.APPROVED


def test_touching_an_earlier_edition_does_not_count(editor, moderator, other_moderator):
    first = make_waiting(moderator)
    second = next_waiting(approve(first, other_moderator), editor)
    assert refusals("approve", second, moderator) == []


def test_touching_counts_through_a_return(editor, moderator, other_moderator):
    draft = make_draft(editor)
    actions.save(draft, by=moderator, version=1)
    waiting = actions.submit(draft, by=editor)
    back = actions.return_(waiting, by=other_moderator, comment="The date is missing.")
    again = actions.submit(back, by=editor)
    assert refusals("approve", again, moderator)


def test_approval_names_what_was_read(editor, moderator):
    waiting = make_waiting(editor)
    read = waiting.compute_digest()
    back = actions.take_back(waiting, by=editor)
    back = stored(back).kind_edition
    back.title = "Changed after it was read"
    actions.save(back, by=editor, version=back.version)
    actions.submit(back, by=editor)
    with pytest.raises(Refused, match="not the one you read"):
        actions.approve(back, by=moderator, digest=read)


def test_a_return_needs_a_reason_and_shows_it(editor, moderator):
    waiting = make_waiting(editor)
    with pytest.raises(Refused, match="needs a reason"):
        actions.return_(waiting, by=moderator, comment="  ")
    back = actions.return_(waiting, by=moderator, comment="Name the place.")
    assert (back.state, back.returned_with) == (State.DRAFT, "Name the place.")
    assert actions.submit(back, by=editor).returned_with == ""


def test_an_incomplete_text_cannot_be_sent(editor):
    draft = make_draft(editor, summary="")
    with pytest.raises(Refused, match="no summary"):
        actions.submit(draft, by=editor)
    with pytest.raises(Refused, match="what sort of text"):
        actions.submit(make_draft(editor, genre=""), by=editor)
    speech = make_draft(editor, kind="speech", speakers=[])
    with pytest.raises(Refused, match="no speaker"):
        actions.submit(speech, by=editor)


def test_a_moment_that_has_passed_is_refused(editor, moderator, now):
    with pytest.raises(Refused, match="moment has passed"):
        approve(make_waiting(editor), moderator, at=now - timedelta(minutes=5))


def test_the_next_edition_is_a_copy_that_the_public_does_not_see(editor, moderator):
    speaker = make_person("Tigran Manukyan", "Deputy Secretary General")
    first = make_live(editor, moderator, kind="speech", speakers=[speaker])
    second = actions.next_edition(stored(first), by=editor)
    assert (second.number, second.body, second.byline) == (2, first.body, "Tigran Manukyan")
    assert second.kind_edition.delivered_on == stored(first).kind_edition.delivered_on
    assert list(Edition.objects.live()) == [stored(first)]


def test_renaming_a_person_changes_no_published_page(editor, moderator):
    person = make_person("Tigran Manukyan", "Deputy Secretary General")
    speech = make_live(editor, moderator, kind="speech", speakers=[person])
    digest = speech.digest
    person.name = "T. Manukyan"
    person.save()
    person.posts.update(title="Adviser")
    assert stored(speech).compute_digest() == digest
    assert stored(speech).byline == "Tigran Manukyan"


def test_only_one_edition_is_open(editor, other_editor):
    first = make_past(editor)
    actions.next_edition(stored(first), by=editor)
    with pytest.raises(Refused, match="already being written"):
        actions.next_edition(stored(first), by=other_editor)


def test_a_second_save_of_a_draft_that_changed_is_a_conflict(editor, other_editor):
    draft = make_draft(editor)
    mine, theirs = stored(draft).kind_edition, stored(draft).kind_edition
    theirs.title = "Theirs"
    actions.save(theirs, by=other_editor, version=1)
    mine.title = "Mine"
    with pytest.raises(Conflict) as conflict:
        actions.save(mine, by=editor, version=1)
    assert conflict.value.current.title == "Theirs"
    assert stored(draft).title == "Theirs"


def test_a_save_does_not_bring_back_what_the_desk_noted_meanwhile(editor, moderator):
    read_before = stored(make_draft(editor)).kind_edition
    back = actions.return_(actions.submit(read_before, by=editor), by=moderator, comment="Name the place.")
    actions.save(read_before, by=editor, version=back.version)
    assert stored(back).returned_with == "Name the place."


def test_an_amended_scheduled_item_keeps_its_slot(editor, moderator, now):
    two = now + timedelta(hours=2)
    first = make_scheduled(editor, moderator, at=two)
    second = next_waiting(first, editor)
    approve(second, moderator, at=two)
    assert list(Edition.objects.live(two)) == [stored(second)]
    assert not stored(first).has_a_life
    assert stored(second).published_at == two


def test_a_later_edition_may_go_live_before_a_scheduled_one(editor, moderator, now):
    first = make_past(editor)
    second = approve(next_waiting(first, editor), moderator, at=now + timedelta(hours=5))
    third = approve(next_waiting(second, editor), moderator, at=now + timedelta(hours=2))
    for hours, expected in ((1, first), (3, third), (6, third)):
        assert list(Edition.objects.live(now + timedelta(hours=hours))) == [stored(expected)]


def test_unscheduling_lets_the_old_text_go_on(editor, moderator, now):
    first = make_past(editor)
    second = approve(next_waiting(first, editor), moderator, at=now + timedelta(hours=2))
    back = actions.unschedule(second, by=moderator, comment="The meeting was put off.")
    assert (back.state, back.digest, back.live_from) == (State.IN_REVIEW, "", None)
    assert list(Edition.objects.live(now + timedelta(hours=3))) == [stored(first)]


def test_an_embargo_can_be_stopped_whatever_else_is_going_on(editor, moderator, now):
    first = make_scheduled(editor, moderator, at=now + timedelta(hours=2))
    draft = actions.next_edition(first, by=editor)
    actions.unschedule(first, by=moderator)
    assert states(first) == [(1, "discarded"), (2, "draft")]
    assert list(Edition.objects.live(now + timedelta(hours=3))) == []
    assert approve(actions.submit(draft, by=editor), moderator).published_at is not None


def test_unscheduling_the_first_of_two_dates_the_second(editor, moderator, now):
    two, three = now + timedelta(hours=2), now + timedelta(hours=3)
    first = make_scheduled(editor, moderator, at=two)
    second = approve(next_waiting(first, editor), moderator, at=three)
    assert second.published_at == two
    actions.unschedule(first, by=moderator)
    assert stored(second).published_at == three
    assert list(Edition.objects.live(two)) == []
    assert list(Edition.objects.live(three)) == [stored(second)]


def test_unscheduling_an_amendment_gives_the_slot_back(editor, moderator, now):
    two = now + timedelta(hours=2)
    first = make_scheduled(editor, moderator, at=two)
    second = approve(next_waiting(first, editor), moderator, at=two)
    actions.unschedule(second, by=moderator)
    assert list(Edition.objects.live(two)) == [stored(first)]
    assert stored(first).published_at == two


def test_unscheduling_gives_back_every_slot_that_it_took(editor, moderator, now):
    """Two, then four hours ahead; a third edition before both is stopped again."""
    first = make_past(editor)
    second = approve(next_waiting(first, editor), moderator, at=now + timedelta(hours=2))
    third = approve(next_waiting(second, editor), moderator, at=now + timedelta(hours=4))
    fourth = approve(next_waiting(third, editor), moderator, at=now + timedelta(hours=1))
    actions.unschedule(fourth, by=moderator)
    for hours, expected in ((1, first), (3, second), (5, third)):
        assert list(Edition.objects.live(now + timedelta(hours=hours))) == [stored(expected)]


def test_a_slot_that_was_taken_twice_stays_with_the_later_edition(editor, moderator, now):
    first = make_past(editor)
    second = approve(next_waiting(first, editor), moderator, at=now + timedelta(hours=3))
    third = approve(next_waiting(second, editor), moderator, at=now + timedelta(hours=2))
    fourth = approve(next_waiting(third, editor), moderator, at=now + timedelta(hours=1))
    actions.unschedule(fourth, by=moderator)
    for hours, expected in ((1, first), (2, third), (9, third)):
        assert list(Edition.objects.live(now + timedelta(hours=hours))) == [stored(expected)]


def test_a_moment_years_ahead_is_taken_for_a_slip(editor, moderator, now):
    waiting = make_waiting(editor)
    with pytest.raises(Refused, match="three years"):
        approve(waiting, moderator, at=now.replace(year=9999))


def test_what_a_withdrawal_stopped_stays_stopped(editor, moderator, now):
    first = make_past(editor)
    second = approve(next_waiting(first, editor), moderator, at=now + timedelta(hours=2))
    actions.withdraw(stored(first), by=moderator, mode="gone", comment="Not ours.")
    third = approve(next_waiting(second, editor), moderator, at=now + timedelta(hours=1))
    actions.unschedule(third, by=moderator)
    assert not Edition.objects.live(now + timedelta(hours=3)).exists()


def test_a_text_under_a_notice_can_be_taken_down(editor, moderator):
    edition = make_live(editor, moderator)
    notice = actions.withdraw(edition, by=moderator, mode="notice", comment="Being checked.")
    gone = actions.withdraw(stored(edition), by=moderator, mode="gone", comment="It was wrong.")
    notice.refresh_from_db()
    assert gone.in_force(clock.now()) and not notice.in_force(clock.now())
    assert not Edition.objects.live().exists()


def test_a_discarded_first_draft_can_be_taken_up_again(editor):
    section = make_section()
    first = actions.discard(make_draft(editor, kind="page", section=section, text_of=section), by=editor)
    second = actions.next_edition(first, by=editor)
    assert (second.number, second.state) == (2, State.DRAFT)
    with pytest.raises(Refused):
        actions.next_edition(first, by=editor)


def test_an_archives_record_brings_back_nothing_that_was_taken_down(editor, moderator, now):
    edition = make_live(editor, moderator)
    actions.withdraw(edition, by=moderator, mode="gone", comment="By mistake.")
    draft = actions.next_edition(stored(edition), by=editor)
    with pytest.raises(Refused, match="taken down"):
        archive.enter(draft, by=editor, live_from=clock.now())
    with pytest.raises(Refused, match="in the past"):
        archive.enter(make_draft(editor), by=editor, live_from=now, live_until=now + timedelta(days=1))


def test_what_the_public_has_read_cannot_be_unscheduled(editor, moderator):
    with pytest.raises(Refused, match="published already"):
        actions.unschedule(make_live(editor, moderator), by=moderator)


def test_a_chief_may_publish_alone_and_it_is_flagged(chief, moderator):
    draft = make_draft(chief)
    with pytest.raises(Refused, match="needs a reason"):
        actions.force(draft, by=chief, digest=draft.compute_digest(), comment="")
    actions.force(draft, by=chief, digest=draft.compute_digest(), comment="Flood warning; nobody else awake.")
    flag = SecondLook.objects.get()
    with pytest.raises(Refused, match="did this yourself"):
        actions.look(flag, by=chief)
    actions.look(flag, by=moderator)
    assert SecondLook.objects.get().looked_by_in_words == "Mona Moderator"
    with pytest.raises(Refused, match="has looked at it already"):
        actions.look(flag, by=moderator)


@pytest.mark.parametrize("mode", Withdrawal.Mode.values)
def test_a_withdrawal_is_at_once_with_a_reason_and_flagged(mode, editor, moderator):
    edition, target = make_live(editor, moderator), make_past(editor)
    withdrawal = actions.withdraw(
        edition, by=moderator, mode=mode, comment="Sent out by mistake.", redirect_to=target.publication
    )
    assert withdrawal.in_force(clock.now())
    assert Edition.objects.live().filter(publication=edition.publication).exists() == (mode == "notice")
    assert SecondLook.objects.get().journal.action == "withdraw"


def test_a_withdrawal_stops_what_is_scheduled_too(editor, moderator, now):
    first = make_past(editor)
    approve(next_waiting(first, editor), moderator, at=now + timedelta(hours=2))
    actions.withdraw(stored(first), by=moderator, mode="gone", comment="Not ours to publish.")
    assert not Edition.objects.live(now + timedelta(hours=3)).exists()


def test_a_notice_stands_until_the_scheduled_edition_is_live(editor, moderator, now):
    first, two = make_past(editor), now + timedelta(hours=2)
    second = approve(next_waiting(first, editor), moderator, at=two)
    withdrawal = actions.withdraw(stored(first), by=moderator, mode="notice", comment="Being corrected.")
    assert list(Edition.objects.live(now + timedelta(hours=1))) == [stored(first)]
    assert list(Edition.objects.live(two)) == [stored(second)]
    assert withdrawal.until_at == two


def test_a_later_edition_ends_a_withdrawal_when_it_goes_live(editor, moderator, now):
    first = make_live(editor, moderator)
    actions.withdraw(first, by=moderator, mode="gone", comment="Wrong figures.")
    two = now + timedelta(hours=2)
    second = approve(next_waiting(first, editor), moderator, at=two)
    withdrawal = Withdrawal.objects.get()
    assert withdrawal.in_force(two - timedelta(seconds=1))
    assert not withdrawal.in_force(two)
    actions.unschedule(second, by=moderator)
    assert Withdrawal.objects.get().in_force(two)


def test_readers_are_led_only_to_what_is_public(editor, moderator):
    edition, draft = make_live(editor, moderator), make_draft(editor)
    for target in (draft.publication, edition.publication, None):
        with pytest.raises(Refused):
            actions.withdraw(edition, by=moderator, mode="redirect", comment="Moved.", redirect_to=target)


def test_two_approvals_are_one_transition_and_the_other_is_told(editor, moderator, other_moderator):
    waiting = make_waiting(editor)
    digest = waiting.compute_digest()
    actions.approve(waiting, by=moderator, digest=digest)
    with pytest.raises(Refused, match="Mona Moderator was faster"):
        actions.approve(waiting, by=other_moderator, digest=digest)
    assert waiting.journal.filter(action="approve").count() == 1


def test_side_effects_hear_of_it_after_commit_only(editor, moderator, django_capture_on_commit_callbacks):
    heard = []

    def listen(sender, edition, **kwargs):
        heard.append(edition.pk)

    edition_approved.connect(listen)
    publication_withdrawn.connect(listen)
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        edition = make_live(editor, moderator)
    assert heard == [] and callbacks
    for callback in callbacks:
        callback()
    assert heard == [edition.pk]
    edition_approved.disconnect(listen)
    publication_withdrawn.disconnect(listen)
