"""A section says which languages its texts need: an approval waits for them, or is waived with a reason."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from cms.editorial import actions
from cms.editorial.required import lacking
from cms.editorial.rules import Refused
from cms.editorial.translations import start_translation
from cms.models import Change, Section
from tests.factories import make_draft, make_next, make_past, make_section, make_waiting, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def section(db):
    section = make_section("council", required_languages=["ru"])
    make_section("sovet", language="ru", translation_group=section.translation_group)
    return section


def approve(edition, by, **more):
    return actions.approve(edition, by=by, digest=stored(edition).compute_digest(), **more)


def translated(source, by):
    return start_translation(source, by=by, language="ru").draft


# --- The list of a section


def test_the_list_is_put_in_order_and_holds_languages_of_the_site_alone(db):
    section = make_section("council", required_languages=["ru", "en", "ru"])
    assert section.required_languages == ["ru"]
    for odd in (["xx"], "ru", {"ru": 1}, [["ru"]]):
        section.required_languages = odd
        with pytest.raises(ValidationError, match="Choose languages"):
            section.full_clean()
    section.required_languages = ["en"]
    section.save()
    assert Section.objects.filter(required_languages__isnull=True).exists()


def test_a_section_has_its_own_list_or_that_of_the_nearest_one_above(settings):
    settings.CONTENT_LANGUAGES = ["en", "ru", "fr"]
    make_section("a", required_languages=["fr"])
    make_section("a/b", required_languages=["ru", "fr"])
    assert make_section("a/b/c/d").languages_needed() == ["ru", "fr"]
    assert make_section("a/e").languages_needed() == ["fr"]
    assert make_section("other").languages_needed() == []
    settings.CONTENT_LANGUAGES = ["en", "fr"]
    assert make_section("a/b").languages_needed() == ["fr"]


# --- Waiting


def test_an_approval_waits_until_the_translation_waits_for_approval_too(section, editor, moderator):
    waiting = make_waiting(editor, section=section)
    with pytest.raises(Refused, match="needs a translation into Russian that follows this edition") as refused:
        approve(waiting, moderator)
    assert "Wait for the translation" in refused.value.reasons[-1]
    draft = translated(waiting, editor)
    assert lacking(waiting) == ["ru"]
    actions.submit(draft, by=editor)
    assert lacking(waiting) == []
    assert approve(waiting, moderator).state == "approved"


def test_sending_for_approval_waits_for_nothing(section, editor):
    assert actions.submit(make_draft(editor, section=section), by=editor).state == "in_review"


def test_a_translation_waits_for_no_other(section, editor, moderator):
    Section.objects.filter(path="sovet").update(required_languages=["en"])
    waiting = make_waiting(editor, section=section)
    draft = actions.submit(translated(waiting, editor), by=editor)
    assert approve(draft, moderator).state == "approved"


def test_a_later_edition_needs_a_translation_that_follows_it(section, editor, moderator):
    first = make_past(editor, section=section)
    approve(actions.submit(translated(first, editor), by=editor), moderator)
    second = actions.submit(make_next(first, by=editor), by=editor)
    with pytest.raises(Refused, match="into Russian"):
        approve(second, moderator)
    russian = first.publication.__class__.objects.get(language="ru").editions.get()
    draft = make_next(russian, by=editor, change=Change.TRANSLATION, translated_from=second)
    actions.submit(draft, by=editor)
    assert approve(second, moderator).state == "approved"


def test_a_typing_slip_needs_no_new_translation(section, editor, moderator):
    first = make_past(editor, section=section, body="<p>It was aproved.</p>")
    slip = make_next(first, by=editor, change=Change.SLIP, body="<p>It was approved.</p>")
    assert approve(actions.submit(slip, by=editor), moderator).state == "approved"


def test_a_translation_that_was_taken_down_does_not_count(section, editor, moderator):
    waiting = make_waiting(editor, section=section)
    live = approve(actions.submit(translated(waiting, editor), by=editor), moderator)
    assert lacking(waiting) == []
    actions.withdraw(live, by=moderator, mode="gone", comment="A mistake.")
    assert lacking(waiting) == ["ru"]


# --- Waiving


def test_a_moderator_publishes_without_it_and_the_journal_says_why(section, editor, moderator):
    waiting = make_waiting(editor, section=section)
    for given in ({}, {"comment": "Urgent."}, {"waives": True}, {"insists": True, "comment": "Urgent."}):
        with pytest.raises(Refused, match="into Russian"):
            approve(waiting, moderator, **given)
    approved = approve(waiting, moderator, waives=True, comment="Urgent.")
    assert approved.journal.get(action="approve").comment == "Published without a translation into Russian: Urgent."


def test_a_chief_who_publishes_alone_is_asked_too(section, editor, chief):
    draft = make_draft(editor, section=section)
    given = {"by": chief, "digest": draft.compute_digest(), "comment": "A flood."}
    with pytest.raises(Refused, match="into Russian"):
        actions.force(draft, **given)
    forced = actions.force(draft, **given, waives=True)
    assert forced.journal.get(action="force").comment == "Published without a translation into Russian: A flood."


def test_each_doubt_is_set_aside_by_itself_and_one_reason_serves_both(section, editor, moderator, monkeypatch):
    """A slip that is more than one needs no translation by its name; so both come together only by way of a rule."""
    first = make_past(editor, section=section, body="<p>It lost 8.1 metres.</p>")
    slip = make_next(first, by=editor, change=Change.SLIP, body="<p>It lost 0.81 metres.</p>")
    waiting = actions.submit(slip, by=editor, comment="The point.")
    monkeypatch.setattr("cms.editorial.required._is_a_slip", lambda edition: False)
    for given in ({"insists": True}, {"waives": True}):
        with pytest.raises(Refused):
            approve(waiting, moderator, comment="The table says so.", **given)
    approved = approve(waiting, moderator, comment="The table says so.", insists=True, waives=True)
    kept = "Confirmed to be a typing slip. Published without a translation into Russian: The table says so."
    assert approved.journal.get(action="approve").comment == kept
