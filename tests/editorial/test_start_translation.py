"""A translation begins as a copy of the edition it follows, paragraph by paragraph, or says why it cannot begin."""

from __future__ import annotations

import pytest

from cms.editorial import actions
from cms.editorial.rules import Refused
from cms.editorial.translations import start_translation
from cms.models import Edition, Picture, Publication, Related
from cms.text.paragraphs import blocks
from speeches.models import Speaker
from tests.factories import (
    attach,
    make_attachment,
    make_draft,
    make_event,
    make_image,
    make_live,
    make_person,
    make_section,
    make_waiting,
    show,
    stored,
)

pytestmark = pytest.mark.django_db
BODY = "<p>First.</p><h2>Head</h2><ul><li>One</li><li>Two</li></ul>"


def in_russian(row, **columns):
    """The same row in Russian."""
    values = {f.name: getattr(row, f.name) for f in row._meta.concrete_fields if f.name not in ("id", "code")}
    return type(row).objects.create(**{**values, "language": "ru", **columns})


@pytest.fixture
def section(db):
    section = make_section("council")
    make_section("sovet", language="ru", translation_group=section.translation_group, title="Совет")
    return section


def begin(source, by, language="ru"):
    return start_translation(source, by=by, language=language)


def test_the_draft_has_the_texts_facts_and_paragraphs_of_the_edition_it_follows(section, editor, other_editor):
    source = make_waiting(editor, section=section, body=BODY, place="Osh", genre="statement", time_zone="Asia/Bishkek")
    draft = begin(source, other_editor).draft
    assert (draft.language, draft.state, draft.number, draft.version) == ("ru", "draft", 1, 1)
    assert draft.translated_from_id == source.pk
    assert draft.publication.translation_group == source.publication.translation_group
    assert draft.section.title == "Совет"
    for name in ("title", "summary", "body", "place", "genre", "dated_on", "time_zone", "kind"):
        assert getattr(draft, name) == getattr(stored(source), name)
    assert [block.id for block in blocks(draft.body)] == [block.id for block in blocks(stored(source).body)] != []


def test_people_and_events_are_those_of_the_language_and_the_rest_is_told(section, editor):
    known, unknown = make_person("Aigerim Sadykova"), make_person("Tigran Manukyan")
    known_in_russian = in_russian(known, name="Айгерим Садыкова")
    known_in_russian.posts.create(title="Генеральный секретарь", held_from="2020-01-01")
    event = make_event("Conference")
    source = actions.submit(
        make_draft(editor, kind="speech", section=section, speakers=[known, unknown], event=event), by=editor
    )
    begun = begin(source, editor)
    assert begun.left_out == ["Conference", "Tigran Manukyan"]
    rows = list(Speaker.objects.filter(edition=begun.draft.pk).values_list("name", "post"))
    assert rows == [("Айгерим Садыкова", "Генеральный секретарь")]
    assert (stored(begun.draft).byline, stored(begun.draft).event_title) == ("Айгерим Садыкова", "")
    assert begun.draft.kind_edition.delivered_on == source.kind_edition.delivered_on


def test_an_event_with_a_counterpart_is_named_by_it(section, editor):
    event = make_event("Conference")
    in_russian(event, title="Конференция")
    begun = begin(make_waiting(editor, section=section, event=event), editor)
    assert (begun.left_out, begun.draft.event_title) == ([], "Конференция")


def test_pictures_and_files_come_along_and_foreign_words_of_a_picture_do_not(section, editor):
    draft = make_draft(editor, section=section)
    english, russian = make_image(editor, place="Osh"), make_image(editor, language="ru", alt="Сцена")
    show(draft, english, role="lead"), show(draft, russian, role="gallery", alt="A stage")
    attach(draft, make_attachment(editor))
    translated = begin(actions.submit(draft, by=editor), editor).draft
    lead, gallery = Picture.of(translated)
    assert (lead.sha256, lead.alt, lead.place, lead.credit) == (english.file.sha256, "", "", "Press office")
    assert gallery.alt == "Сцена"
    assert len(stored(translated).media["files"]) == 1
    assert any("alternative text" in told for told in stored(translated).missing())


def test_a_recommended_item_is_the_same_one_in_the_other_language_where_that_is_public(section, editor, moderator):
    public, hidden = (make_live(editor, moderator, section=section) for _ in range(2))
    begun = begin(public, editor).draft
    waiting = actions.submit(begun, by=editor)
    actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
    begin(hidden, editor)
    draft = make_draft(editor, section=section)
    for place, item in enumerate((public, hidden)):
        Related.objects.create(edition=draft, publication=item.publication, title=item.title, position=place)
    translated = begin(actions.submit(draft, by=editor), editor)
    assert [row.publication for row in Related.objects.filter(edition=translated.draft.pk)] == [begun.publication]
    assert translated.left_out == [hidden.title]


def test_the_text_of_a_section_becomes_that_of_the_section_in_the_other_language(section, editor):
    draft = make_draft(editor, kind="page", section=section, text_of=section)
    translated = begin(actions.submit(draft, by=editor), editor).draft
    assert translated.publication.text_of == translated.section != section


def test_both_journals_tell_of_it_and_the_translator_is_a_hand(section, editor, other_editor, moderator):
    source = make_waiting(editor, section=section)
    draft = begin(source, moderator).draft
    row = draft.journal.get()
    assert (row.action, row.actor_in_words, row.to_state) == ("start", "Mona Moderator", "draft")
    assert row.comment == f"Translated from edition 1 of “{source.title}” (English)."
    told = source.journal.get(action="translate")
    assert (told.actor_in_words, told.comment, told.to_state) == ("Mona Moderator", "Russian", "")
    waiting = actions.submit(draft, by=other_editor)
    with pytest.raises(Refused, match="You worked on this edition"):
        actions.approve(waiting, by=moderator, digest=waiting.compute_digest())


# --- Why not


def refused(source, by, language, words):
    before = Publication.objects.count(), Edition.objects.count()
    with pytest.raises(Refused, match=words):
        begin(source, by, language)
    assert (Publication.objects.count(), Edition.objects.count()) == before


def test_who_may_not_write_starts_no_translation(section, editor, administrator):
    refused(make_waiting(editor, section=section), administrator, "ru", "does not have the right")


@pytest.mark.parametrize(("language", "words"), [("xx", "not written in"), ("", "not written in"), ("en", "already")])
def test_an_unknown_language_and_its_own_are_refused(section, editor, language, words):
    refused(make_waiting(editor, section=section), editor, language, words)


def test_a_second_text_of_the_language_is_refused_and_the_first_one_named(section, editor):
    source = make_waiting(editor, section=section, title="Talks")
    begin(source, editor)
    refused(source, editor, "ru", r"already \(Russian\): “Talks”, edition 1")


def test_a_section_without_a_counterpart_is_named(editor):
    refused(make_waiting(editor, section=make_section("training")), editor, "ru", "“Training” does not exist")


def test_a_section_that_has_its_text_in_the_language_is_not_given_a_second_one(section, editor):
    there = make_section("sovet", language="ru")
    make_draft(editor, kind="page", section=there, text_of=there, language="ru")
    draft = make_draft(editor, kind="page", section=section, text_of=section)
    refused(actions.submit(draft, by=editor), editor, "ru", "already")


def test_a_draft_and_what_was_discarded_are_not_translated(section, editor):
    draft = make_draft(editor, section=section)
    refused(draft, editor, "ru", "A draft may still change")
    refused(actions.discard(draft, by=editor), editor, "ru", "was discarded")
