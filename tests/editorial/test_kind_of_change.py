"""From the second edition on a text says what kind of change it is; a typing slip is one, or somebody confirms it."""

from __future__ import annotations

import pytest

from cms.editorial import actions
from cms.editorial.rules import Refused
from cms.models import Change
from speeches.models import Speaker
from tests.factories import make_draft, make_live, make_next, make_past, make_person, stored

pytestmark = pytest.mark.django_db
KIND = "what kind of change"


def make_slip(editor, old="The council aproved it.", new="The council approved it.", **columns):
    live = make_past(editor, body=f"<p>{old}</p>")
    return make_next(live, by=editor, change=Change.SLIP, body=f"<p>{new}</p>", **columns)


def approve(waiting, by, **more):
    return actions.approve(waiting, by=by, digest=stored(waiting).compute_digest(), **more)


def test_the_first_edition_needs_no_kind_and_the_second_does(editor, moderator):
    live = make_live(editor, moderator)
    draft = actions.next_edition(live, by=editor)
    with pytest.raises(Refused, match=KIND):
        actions.submit(draft, by=editor)
    for kind in Change.values:
        assert not [told for told in make_next_of(live, editor, kind).missing() if KIND in told]


def make_next_of(live, editor, kind):
    actions.discard(live.publication.editions.get(state="draft"), by=editor)
    return make_next(live, by=editor, change=kind)


def test_a_chief_who_publishes_alone_needs_it_too(editor, chief):
    draft = actions.next_edition(make_past(editor), by=editor)
    with pytest.raises(Refused, match=KIND):
        actions.force(draft, by=chief, digest=draft.compute_digest(), comment="Urgent")


def test_a_text_that_nobody_has_read_yet_needs_no_kind(editor):
    first = actions.discard(make_draft(editor), by=editor)
    assert not actions.next_edition(first, by=editor).missing()


def test_the_next_edition_begins_without_the_kind_of_the_one_before(editor, moderator):
    second = approve(actions.submit(make_slip(editor), by=editor), moderator)
    assert second.change == "slip"
    assert not actions.next_edition(second, by=editor).change


def test_a_slip_is_sent_and_approved_like_any_edition(editor, moderator):
    waiting = actions.submit(make_slip(editor), by=editor)
    assert approve(waiting, moderator).change_in_words == "typing slip"


def test_more_than_a_slip_is_not_sent_without_a_word_why(editor):
    draft = make_slip(editor, "It lost 8.1 metres.", "It lost 0.81 metres.")
    with pytest.raises(Refused, match="Figures changed: 8.1, 0.81") as refused:
        actions.submit(draft, by=editor)
    assert "Choose another kind of change" in refused.value.reasons[-1]
    assert actions.submit(draft, by=editor, comment="The point was in the wrong place.").state == "in_review"


def test_more_than_a_slip_is_approved_only_by_one_who_confirms_it_and_says_why(editor, moderator):
    draft = make_slip(editor, "It lost 8.1 metres.", "It lost 0.81 metres.")
    waiting = actions.submit(draft, by=editor, comment="The point.")
    for given in ({}, {"comment": "Yes."}, {"insists": True}, {"insists": True, "comment": " "}):
        with pytest.raises(Refused, match="Figures changed"):
            approve(waiting, moderator, **given)
    approved = approve(waiting, moderator, insists=True, comment="The table says 0.81.")
    row = approved.journal.get(action="approve")
    assert row.comment == "Confirmed to be a typing slip: The table says 0.81."


def test_another_kind_of_change_may_change_anything(editor, moderator):
    live = make_past(editor, body="<p>It lost 8.1 metres.</p>")
    draft = make_next(live, by=editor, change=Change.CORRECTION, body="<p>It lost 0.81 metres.</p>")
    approved = approve(actions.submit(draft, by=editor), moderator, comment="Seen.")
    assert approved.journal.get(action="approve").comment == "Seen."


@pytest.mark.parametrize(
    ("name", "value"), [("place", "Osh"), ("dated_on", "2024-01-01"), ("time_zone", "Asia/Bishkek")]
)
def test_a_fact_that_changed_is_more_than_a_slip(editor, name, value):
    draft = make_slip(editor, **{name: value})
    with pytest.raises(Refused, match="Not the words alone changed"):
        actions.submit(draft, by=editor)


def test_a_speaker_who_changed_is_more_than_a_slip(editor):
    live = make_past(editor, kind="speech", speakers=[make_person("Aigul Asanova")])
    draft = make_next(live, by=editor, change=Change.SLIP)
    Speaker.objects.filter(edition=draft.pk).update(name="Aigul Asanowa")
    with pytest.raises(Refused, match="Not the words alone changed: speakers"):
        actions.submit(draft, by=editor)


def test_the_names_of_those_who_speak_are_names_where_a_sentence_begins(editor):
    live = make_past(editor, kind="speech", speakers=[make_person("Rosa Lee")], body="<p>Rose agreed.</p>")
    draft = make_next(live, by=editor, change=Change.SLIP, body="<p>Rosa agreed.</p>")
    with pytest.raises(Refused, match="Names changed"):
        actions.submit(draft, by=editor)
