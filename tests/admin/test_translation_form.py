"""Writing a translation: the original stands beside it, and it says which edition of that it follows."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cms.editorial import actions
from cms.editorial.translations import start_translation
from cms.models import Section
from cms.text.paragraphs import blocks
from tests.admin.test_edition_form import as_posted, texts
from tests.factories import (
    make_draft,
    make_live,
    make_next,
    make_past,
    make_section,
    make_waiting,
    stored,
)

pytestmark = pytest.mark.django_db
BODY = "<p>First.</p><p>Second.</p>"


@pytest.fixture
def section(db):
    section = make_section("council")
    make_section("sovet", language="ru", translation_group=section.translation_group)
    return section


@pytest.fixture
def original(section, editor):
    return stored(make_past(editor, section=section, body=BODY))


@pytest.fixture
def draft(original, editor):
    return stored(start_translation(original, by=editor, language="ru").draft)


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def address(edition, action=None):
    name = f"admin:news_newsitem_{'do' if action else 'change'}"
    return reverse(name, args=[edition.pk, action] if action else [edition.pk])


def saved(client, edition, **fields):
    edition = stored(edition)
    given = {"follows": edition.translated_from_id or "", "change": edition.change or "", **fields}
    return client.post(address(edition), as_posted(edition, **given), follow=True)


def second_of(original, editor, moderator=None, **columns):
    body = original.body + "<p>Third.</p>"
    waiting = actions.submit(make_next(original, by=editor, **{"body": body, **columns}), by=editor)
    return actions.approve(waiting, by=moderator, digest=waiting.compute_digest()) if moderator else waiting


# --- The original beside it


def test_each_paragraph_of_the_original_says_whether_it_is_translated(desk, draft, original):
    first, second = (block.id for block in blocks(original.body))
    page = desk.get(address(draft)).content.decode()
    assert '<div class="original-text" lang="en" dir="ltr"' in page
    assert page.count("not translated yet") == 2 and "The title reads as in the original." in page
    saved(desk, draft, title="Первый", summary="Кратко", body=f'<p id="{first}">Первое.</p>')
    page = desk.get(address(draft)).content.decode()
    assert "not translated yet" not in page and page.count("not in the translation") == 1
    assert f'is-missing" data-block="{second}"' in page
    assert "reads as in the original" not in page


def test_a_text_that_follows_nothing_has_no_original_beside_it(desk, original, editor):
    page = desk.get(address(make_next(original, by=editor))).content.decode()
    assert "original-text" not in page and 'name="follows"' not in page


def test_the_box_of_languages_leads_to_each_text(desk, draft, original):
    page = desk.get(address(draft))
    english, russian = page.context["places"]
    assert (english.address, english.standing.key, english.is_here) == (address(original), "original", False)
    assert (russian.standing.key, russian.is_here) == ("draft", True)
    page = desk.get(address(original)).content.decode()
    assert f'href="{address(draft)}"' in page


def test_what_the_original_went_through_since_is_told(desk, section, editor, other_editor, moderator):
    waiting = make_waiting(editor, section=section)
    draft = start_translation(waiting, by=editor, language="ru").draft
    assert "(in review)" in desk.get(address(draft)).content.decode()
    actions.return_(waiting, by=moderator, comment="Mend it.")
    assert "is being written again" in desk.get(address(draft)).content.decode()
    own = stored(waiting).kind_edition
    own.place = "Osh"
    actions.submit(actions.save(own, by=other_editor, version=own.version), by=editor)
    assert "was edited after this translation was last saved" in desk.get(address(draft)).content.decode()
    actions.take_back(waiting, by=editor)
    actions.discard(stored(waiting), by=editor)
    assert "was discarded" in desk.get(address(draft)).content.decode()


# --- What it follows


def test_a_newer_edition_is_shown_with_what_changed_and_followed_when_chosen(desk, draft, original, editor, moderator):
    second = second_of(original, editor, moderator)
    page = desk.get(address(draft)).content.decode()
    assert "There is edition 2 of the original" in page and "<ins>Third.</ins>" in page
    response = saved(desk, draft, follows=second.pk)
    assert "Stored." in texts(response)
    assert (stored(draft).translated_from_id, stored(draft).version) == (second.pk, 2)
    assert "There is edition 2" not in response.content.decode()


def test_it_goes_on_following_the_old_one_until_somebody_chooses(desk, draft, original, editor, moderator):
    russian = actions.approve(actions.submit(draft, by=editor), by=moderator, digest=stored(draft).compute_digest())
    second_of(original, editor, moderator)
    following = make_next(russian, by=editor)
    assert following.translated_from_id == original.pk
    page = desk.get(address(following)).content.decode()
    assert f'<option value="{original.pk}" selected>' in page


def test_new_paragraphs_come_in_with_their_ids_where_that_is_asked_for(desk, draft, original, editor, moderator):
    second = second_of(original, editor, moderator)
    response = saved(desk, draft, follows=second.pk, bring_in="on")
    assert "New paragraphs of the original stand in the text now" in texts(response)
    assert [block.id for block in blocks(stored(draft).body)] == [block.id for block in blocks(second.body)]


def test_only_editions_of_its_original_that_no_longer_change_can_be_followed(desk, draft, original, editor, moderator):
    being_written = make_next(original, by=editor)
    elsewhere = make_live(editor, moderator)
    for odd in (being_written.pk, elsewhere.pk, draft.pk, "", "x", "9" * 40):
        response = saved(desk, draft, follows=odd, title="Changed")
        assert response.context["adminform"].form.errors["follows"]
    assert (stored(draft).translated_from_id, stored(draft).version) == (original.pk, 1)


def test_an_older_text_of_the_group_is_tied_to_its_original(desk, original, editor, moderator):
    there, group = Section.objects.get(language="ru"), original.publication.translation_group
    russian = make_live(editor, moderator, language="ru", section=there, group=group)
    following = make_next(russian, by=editor)
    page = desk.get(address(following)).content.decode()
    assert "none: it is an original" in page and 'name="bring_in"' not in page
    saved(desk, following, follows=original.pk)
    assert stored(following).translated_from_id == original.pk
    english = make_next(original, by=editor)
    assert 'name="follows"' not in desk.get(address(english)).content.decode()  # it is followed: it is the original


def test_two_people_who_choose_differently_are_shown_both(desk, draft, original, other_editor, editor, moderator):
    second = second_of(original, editor, moderator)
    begun = stored(draft)
    mine = stored(draft).kind_edition
    mine.translated_from = second
    actions.save(mine, by=other_editor, version=1)
    given = as_posted(begun, follows=original.pk, title="Mine")
    response = desk.post(address(draft), given)
    assert response.status_code == 409
    assert "Edition 2 (English), live" in response.content.decode()


# --- Before it is approved


def test_the_moderator_is_told_what_it_follows_and_what_is_not_translated(client, draft, original, editor, moderator):
    second_of(original, editor, moderator)
    waiting = actions.submit(draft, by=editor)
    client.force_login(moderator)
    for where in (address(waiting), address(waiting, "approve")):
        page = " ".join(client.get(where).content.decode().split())
        assert "It follows edition 1 of" in page and "got 1 edition since" in page
        assert "2 paragraphs read as in the original" in page
    assert client.get(address(original)).status_code == 200


def test_the_facts_say_which_edition_it_follows(client, draft, original, moderator):
    client.force_login(moderator)
    actions.submit(draft, by=draft.created_by)
    assert "1 (English)" in client.get(address(draft, "approve")).content.decode()


# --- Languages that a section requires


@pytest.fixture
def requiring(section):
    Section.objects.filter(pk=section.pk).update(required_languages=["ru"])
    return Section.objects.get(pk=section.pk)


def test_the_author_is_told_before_and_may_send_it_all_the_same(desk, requiring, editor):
    draft = make_draft(editor, section=requiring)
    page = " ".join(desk.get(address(draft)).content.decode().split())
    assert "needs a translation that follows this edition: Russian" in page
    assert "Stored and sent" in texts(saved(desk, draft, _submit="1"))


def test_the_moderator_may_publish_without_it_and_has_to_say_why(client, requiring, editor, moderator):
    waiting = make_waiting(editor, section=requiring)
    client.force_login(moderator)
    page = client.get(address(waiting, "approve")).content.decode()
    assert "needs a translation into Russian" in page and 'name="waives"' in page and 'name="insists"' not in page
    posted = {"when": "now", "digest": stored(waiting).compute_digest()}
    for more in ({}, {"waives": "on"}, {"comment": "Yes."}):
        page = client.post(address(waiting, "approve"), {**posted, **more})
        assert page.status_code == 200 and "errorlist" in page.content.decode()
        assert stored(waiting).state == "in_review"
    client.post(address(waiting, "approve"), {**posted, "waives": "on", "comment": "A flood."})
    assert stored(waiting).state == "approved"
    kept = waiting.journal.get(action="approve").comment
    assert kept == "Published without a translation into Russian: A flood."


def test_nothing_is_to_be_waived_once_the_translation_waits_too(client, requiring, editor, moderator):
    waiting = make_waiting(editor, section=requiring)
    actions.submit(start_translation(waiting, by=editor, language="ru").draft, by=editor)
    client.force_login(moderator)
    assert 'name="waives"' not in client.get(address(waiting, "approve")).content.decode()


def test_a_section_is_given_its_languages_by_boxes_without_its_own(client, section, administrator):
    client.force_login(administrator)
    where = reverse("admin:cms_section_change", args=[section.pk])
    form = client.get(where).context["adminform"].form
    assert form.fields["required_languages"].choices == [("ru", "Русский")]
    posted = {"title": section.title, "slug": section.slug, "position": 0, "in_navigation": "on"}
    assert client.post(where, {**posted, "required_languages": ["xx"]}).status_code == 200
    assert client.post(where, {**posted, "required_languages": ["ru"]}).status_code == 302
    assert Section.objects.get(pk=section.pk).required_languages == ["ru"]
    client.post(where, posted)
    assert Section.objects.get(pk=section.pk).required_languages is None


def test_a_site_of_one_language_speaks_of_no_languages(client, section, editor, administrator, settings):
    draft = make_draft(editor, section=section)
    settings.LANGUAGES = settings.LANGUAGES[:1]
    client.force_login(editor)
    assert "places-heading" not in client.get(address(draft)).content.decode()
    client.force_login(administrator)
    page = client.get(reverse("admin:cms_section_change", args=[section.pk]))
    assert page.status_code == 200 and "required_languages" not in page.content.decode()


def test_the_form_of_a_new_text_has_no_field_for_what_it_follows(desk, section):
    assert 'name="follows"' not in desk.get(reverse("admin:news_newsitem_add")).content.decode()
