"""Writing a text in the admin: what the form stores, what it refuses, and that nothing typed gets lost."""

import re
from datetime import date

import pytest
from django.urls import reverse

from cms.admin import titles
from cms.editorial import actions
from cms.models import Edition, Journal, Page, Publication, Related, State
from speeches.models import Speaker
from tests.factories import (
    make_draft,
    make_event,
    make_live,
    make_next,
    make_past,
    make_person,
    make_section,
    make_waiting,
    stored,
)

SORTS = ("lead", "gallery", "attachedfile_rows", "recording_rows", "related_rows")
ROWS = {f"{sort}-{count}_FORMS": "0" for sort in SORTS for count in ("TOTAL", "INITIAL")}
SPEAKERS = {"speaker_rows-TOTAL_FORMS": "0", "speaker_rows-INITIAL_FORMS": "0"}


def address(edition, page="change"):
    opts = edition.kind_model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[edition.pk])


def filled(section, **fields):
    return {
        "title": "A conference in Samarkand",
        "summary": "Delegates of nine countries met.",
        "body": "<p>They met for two days.</p>",
        "section": section.pk,
        "genre": "report",
        "dated_on": "2025-05-19",
        "language": section.language,
        **ROWS,
        "_save": "1",
        **fields,
    }


def as_posted(edition, **fields):
    """What the form of a stored draft posts where nothing was changed."""
    posted = filled(
        edition.section,
        title=edition.title,
        summary=edition.summary,
        body=edition.body,
        genre=edition.genre,
        dated_on=edition.dated_on.isoformat(),
        version=edition.version,
    )
    return {**posted, **fields}


def texts(response):
    return " ".join(str(message) for message in response.context["messages"])


@pytest.fixture
def section(db):
    return make_section("activities")


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


def test_a_new_item_is_one_draft_and_one_journal_row(as_editor, editor, section):
    response = as_editor.post(reverse("admin:news_newsitem_add"), filled(section, takes_place_on="2025-06-01"))
    draft = Edition.objects.get()
    assert response["Location"] == address(draft)
    assert (draft.title, draft.state, draft.number, draft.created_by) == (
        "A conference in Samarkand",
        State.DRAFT,
        1,
        editor,
    )
    assert draft.kind_edition.takes_place_on == date(2025, 6, 1)
    assert list(Journal.objects.values_list("action", "actor_in_words")) == [("start", "Edith Editor")]


def test_each_save_is_one_journal_row(as_editor, editor, section):
    draft = make_draft(editor)
    response = as_editor.post(address(draft), as_posted(draft, title="Another title"), follow=True)
    assert "Stored." in texts(response)
    assert (stored(draft).title, stored(draft).version) == ("Another title", 2)
    assert list(draft.journal.order_by("pk").values_list("action", flat=True)) == ["start", "save"]


def test_an_unchanged_form_stores_nothing_and_makes_nobody_a_hand(client, editor, moderator):
    draft = make_draft(editor)
    client.force_login(moderator)
    response = client.post(address(draft), as_posted(draft), follow=True)
    assert "Nothing was changed" in texts(response)
    assert stored(draft).version == 1
    waiting = actions.submit(draft, by=editor)
    assert actions.approve(waiting, by=moderator, digest=waiting.compute_digest())


def test_saved_and_sent_with_a_comment(as_editor, editor):
    draft = make_draft(editor)
    as_editor.post(address(draft), as_posted(draft, title="Done", comment="Mind the date.", _submit="1"))
    assert (stored(draft).state, stored(draft).title) == (State.IN_REVIEW, "Done")
    assert draft.journal.first().comment == "Mind the date."


def test_a_new_item_can_be_sent_at_once(as_editor, section):
    as_editor.post(reverse("admin:news_newsitem_add"), filled(section, _submit="1"))
    assert Edition.objects.get().state == State.IN_REVIEW


def test_what_is_not_complete_is_stored_and_not_sent_and_the_comment_stays(as_editor, editor):
    draft = make_draft(editor)
    posted = as_posted(draft, title="Without summary", summary="", comment="Please hurry", _submit="1")
    response = as_editor.post(address(draft), posted, follow=True)
    assert "it was not sent: It has no summary" in texts(response)
    assert (stored(draft).state, stored(draft).title) == (State.DRAFT, "Without summary")
    assert response.context["comment"] == "Please hurry"


def test_save_and_preview_shows_what_was_just_stored(as_editor, editor):
    draft = make_draft(editor)
    response = as_editor.post(address(draft), as_posted(draft, title="Seen", _preview="1"))
    assert response["Location"] == reverse("preview", args=[draft.publication.code, 1])
    assert stored(draft).title == "Seen"


def test_the_body_is_cleaned_and_the_editor_told_what_went(as_editor, editor):
    draft = make_draft(editor)
    body = draft.body + '<p>More<img src="x.png"> of it.</p><script>alert(1)</script>'
    response = as_editor.post(address(draft), as_posted(draft, body=body), follow=True)
    assert "<img" not in stored(draft).body
    assert "<script" not in stored(draft).body
    assert len(response.context["messages"]) == 2


def test_paragraphs_keep_their_ids_where_the_editor_drops_them(as_editor, editor):
    draft = make_draft(editor, body="<p>First paragraph of it.</p><p>Second paragraph of it.</p>")
    before = re.findall(r'id="(\w+)"', stored(draft).body)
    bare = re.sub(r' id="\w+"', "", stored(draft).body).replace("<p>Second", "<p>Between them.</p><p>Second")
    as_editor.post(address(draft), as_posted(draft, body=bare))
    after = re.findall(r'id="(\w+)"', stored(draft).body)
    assert len(before) == 2
    assert [after[0], after[2]] == before


def test_a_text_over_the_limit_is_an_error_and_still_in_the_form(as_editor, editor, settings):
    settings.BODY_LIMIT = 1000
    draft = make_draft(editor)
    body = "<p>" + "long " * 300 + "</p>"
    response = as_editor.post(address(draft), as_posted(draft, body=body))
    assert response.status_code == 200
    assert "1000 is the most" in response.content.decode()
    assert response.context["adminform"].form["body"].value() == body
    assert stored(draft).version == 1


def test_a_form_with_an_error_keeps_everything(as_editor, editor):
    draft = make_draft(editor)
    response = as_editor.post(address(draft), as_posted(draft, title="", summary="Typed for an hour", comment="c"))
    page = response.content.decode()
    assert "Typed for an hour" in page
    assert response.context["comment"] == "c"
    assert "Nothing was stored yet" in page


def test_what_the_rules_refuse_is_an_error_in_the_form_with_the_text_kept(as_editor, section, monkeypatch):
    def refuse(*args, **kwargs):
        raise actions.Refused(["Not today."])

    monkeypatch.setattr(actions, "start_with", refuse)
    response = as_editor.post(reverse("admin:news_newsitem_add"), filled(section, summary="Typed for an hour"))
    assert response.status_code == 200
    assert "Not today." in response.content.decode()
    assert "Typed for an hour" in response.content.decode()


def test_a_forged_field_is_not_stored(as_editor, editor, moderator, section):
    draft = make_draft(editor)
    forged = {
        "state": "approved",
        "live_from": "2020-01-01",
        "live_until": "2030-01-01",
        "published_at": "2020-01-01",
        "approved_at": "2020-01-01",
        "digest": "f" * 64,
        "number": "7",
        "kind": "page",
        "slug": "forged",
        "byline": "Somebody",
        "publication": "1",
        "created_by": moderator.pk,
        "edited_by_in_words": "Somebody",
        "returned_with": "Somebody",
        "event_title": "Forged",
        "public_note": "Not offered for a first edition",
        "id": "99",
        "edition_ptr": "99",
        "_saveasnew": "",
    }
    del forged["_saveasnew"]
    as_editor.post(address(draft), as_posted(draft, title="Honest", **forged))
    now = stored(draft)
    assert now.title == "Honest"
    assert (now.state, now.live_from, now.digest, now.number, now.kind) == ("draft", None, "", 1, "news")
    assert (now.slug, now.byline, now.created_by, now.edited_by_in_words) == ("honest", "", editor, "Edith Editor")
    assert (now.returned_with, now.event_title, now.public_note) == ("", "", "")


def test_save_as_new_and_delete_are_no_ways_in(as_editor, editor):
    draft = make_draft(editor)
    assert as_editor.post(address(draft), as_posted(draft, _saveasnew="1")).status_code == 403
    assert as_editor.post(address(draft, "delete"), {"post": "yes"}).status_code == 403
    assert Edition.objects.count() == 1


def test_readers_of_the_office_and_strangers_cannot_write(client, editor, administrator, outsider, section):
    draft = make_draft(editor)
    for user, status in ((administrator, 200), (outsider, 403)):
        client.force_login(user)
        assert client.get(address(draft)).status_code == status
        assert client.post(address(draft), as_posted(draft, title="Mine")).status_code == 403
        assert client.post(reverse("admin:news_newsitem_add"), filled(section)).status_code == 403
    assert stored(draft).title != "Mine"


def test_a_public_note_is_asked_for_from_the_second_edition_on(as_editor, editor):
    second = actions.next_edition(make_past(editor), by=editor)
    as_editor.post(address(second), as_posted(second, public_note="Corrected: the date."))
    assert stored(second).public_note == "Corrected: the date."


def test_the_reviewers_reason_stands_above_a_returned_draft(as_editor, editor, moderator):
    draft = actions.return_(make_waiting(editor), by=moderator, comment="Name the place.")
    page = as_editor.get(address(draft)).content.decode()
    assert "Changes requested" in page
    assert "Name the place." in page
    assert page.index("Name the place.") < page.index("id_title")


# --- Languages


def test_section_event_and_person_belong_to_the_language(as_editor, section):
    russian = make_section("deyatelnost", "ru")
    event = make_event(language="ru")
    add = reverse("admin:news_newsitem_add")
    page = as_editor.get(add, {"language": "ru"})
    form = page.context["adminform"].form
    assert [label for _value, label in form["section"].field.choices][1:] == [russian.title]
    assert form["language"].value() == "ru"
    refused = as_editor.post(add, filled(section, language="ru"))
    assert "Choose a section of this language" in refused.content.decode()
    refused = as_editor.post(add, filled(section, event=event.pk))
    assert "named in another language" in refused.content.decode()
    refused = as_editor.post(add, filled(section, language="xx"))
    assert "Choose a language" in refused.content.decode()
    assert not Edition.objects.exists()
    as_editor.post(add, filled(russian, event=event.pk, language="ru"))
    assert (Edition.objects.get().language, Edition.objects.get().event_title) == ("ru", event.title)


def test_the_language_of_a_stored_text_cannot_be_changed(as_editor, editor):
    draft = make_draft(editor)
    response = as_editor.post(address(draft), as_posted(draft, language="ru"))
    assert "Choose a language" in response.content.decode()
    assert stored(draft).language == "en"


# --- Rows


def speech(section, **fields):
    return filled(section, genre="delivered", delivered_on="2025-05-19", **{**SPEAKERS, **fields})


def test_speakers_with_the_post_they_held(as_editor, section):
    first, second = make_person("Aigerim Sadykova"), make_person("Tigran Manukyan", "Deputy")
    rows = {
        "speaker_rows-TOTAL_FORMS": "3",
        "speaker_rows-0-person": second.pk,
        "speaker_rows-0-post": "Guest of honour",
        "speaker_rows-0-position": "1",
        "speaker_rows-1-person": first.pk,
        "speaker_rows-1-position": "0",
        "speaker_rows-2-person": "",
    }
    as_editor.post(reverse("admin:speeches_speech_add"), speech(section, **rows))
    draft = Edition.objects.get()
    assert list(Speaker.objects.order_by("position").values_list("name", "post")) == [
        ("Aigerim Sadykova", "Secretary General"),
        ("Tigran Manukyan", "Guest of honour"),
    ]
    assert draft.byline == "Aigerim Sadykova, Tigran Manukyan"
    assert draft.kind_edition.delivered_on == date(2025, 5, 19)


def test_rows_are_replaced_by_those_of_the_form(as_editor, editor):
    draft = make_draft(editor, kind="speech")
    other = make_person("Tigran Manukyan", "Deputy")
    posted = as_posted(draft, delivered_on="2025-05-19", **SPEAKERS)
    posted |= {"speaker_rows-TOTAL_FORMS": "1", "speaker_rows-0-person": other.pk}
    as_editor.post(address(draft), posted)
    assert stored(draft).byline == "Tigran Manukyan"
    assert draft.journal.count() == 2


def test_the_same_speaker_twice_is_an_error(as_editor, section):
    person = make_person()
    rows = {"speaker_rows-TOTAL_FORMS": "2", "speaker_rows-0-person": person.pk, "speaker_rows-1-person": person.pk}
    response = as_editor.post(reverse("admin:speeches_speech_add"), speech(section, **rows))
    assert "stands here twice" in response.content.decode()
    assert not Edition.objects.exists()


def test_a_speaker_of_another_language_or_edition_is_refused(as_editor, editor, section):
    other = make_draft(editor, kind="speech")
    theirs = Speaker.objects.get()
    russian = make_person("Айгерим", "", "ru")
    rows = {
        "speaker_rows-TOTAL_FORMS": "1",
        "speaker_rows-INITIAL_FORMS": "1",
        "speaker_rows-0-id": theirs.pk,
        "speaker_rows-0-edition": other.pk,
        "speaker_rows-0-person": russian.pk,
    }
    response = as_editor.post(reverse("admin:speeches_speech_add"), speech(section, **rows))
    assert "Choose a person from the list" in response.content.decode()
    rows["speaker_rows-0-person"] = make_person("Tigran Manukyan").pk
    as_editor.post(reverse("admin:speeches_speech_add"), speech(section, **rows))
    theirs.refresh_from_db()
    assert (theirs.edition_id, theirs.name) == (other.pk, "Aigerim Sadykova")
    assert Edition.objects.newest().get(number=1, byline="Tigran Manukyan").pk != other.pk


def test_a_related_item_brings_its_title(as_editor, editor, moderator, section):
    target = make_live(editor, moderator, title="What went before")
    draft = make_draft(editor)
    rows = {"related_rows-TOTAL_FORMS": "1", "related_rows-0-publication": target.publication_id}
    as_editor.post(address(draft), as_posted(draft, **rows))
    assert Related.objects.get(edition=draft).title == "What went before"


def test_an_item_without_a_public_title_cannot_be_related(as_editor, editor):
    target, draft = make_draft(editor), make_draft(editor)
    rows = {"related_rows-TOTAL_FORMS": "1", "related_rows-0-publication": target.publication_id}
    response = as_editor.post(address(draft), as_posted(draft, **rows))
    assert "never public" in response.content.decode()
    assert not Related.objects.exists()


def test_picking_finds_by_title_by_address_and_by_code(as_editor, editor, moderator):
    live = make_live(
        editor, moderator, title="Конференция в Самарканде", language="ru", section=make_section("d", "ru")
    )
    make_draft(editor, title="Конференция, черновик", language="ru", section=live.section)
    pick = reverse("admin:news_newsitem_pick", args=["publication"])
    for term in ("конференция", live.publication.code, live.get_absolute_url()):
        found = as_editor.get(pick, {"term": term, "language": "ru"}).json()["results"]
        assert [row["id"] for row in found] == [str(live.publication_id)]
    assert as_editor.get(pick, {"term": "конференция", "language": "en"}).json()["results"] == []


def test_picking_offers_the_newest_first_that_a_part_of_a_word_finds(as_editor, editor, moderator, monkeypatch):
    monkeypatch.setattr(titles, "PICKED", 2)
    made = [make_live(editor, moderator, title=f"Conference {n}", dated_on=date(2025, 5, n)) for n in (1, 3, 4, 2)]
    found = as_editor.get(
        reverse("admin:news_newsitem_pick", args=["publication"]), {"term": "onferen", "language": "en"}
    ).json()
    assert [row["id"] for row in found["results"]] == [str(made[2].publication_id), str(made[1].publication_id)]


def test_picking_people_and_events_asks_the_language(as_editor):
    person, event = make_person(), make_event()
    make_person("Айгерим Садыкова", "", "ru")
    people = reverse("admin:speeches_speech_pick", args=["person"])
    assert [r["id"] for r in as_editor.get(people, {"language": "en"}).json()["results"]] == [str(person.pk)]
    assert len(as_editor.get(people, {"language": "ru", "term": "САДЫКОВА"}).json()["results"]) == 1
    events = reverse("admin:news_newsitem_pick", args=["event"])
    assert [r["id"] for r in as_editor.get(events, {"language": "en"}).json()["results"]] == [str(event.pk)]
    assert as_editor.get(reverse("admin:news_newsitem_pick", args=["user"])).status_code == 404


def test_picking_is_for_those_who_write(client, administrator):
    client.force_login(administrator)
    assert client.get(reverse("admin:news_newsitem_pick", args=["person"])).status_code == 403


# --- Texts of sections


def test_the_text_of_a_section_is_begun_from_it(as_editor, section):
    add = reverse("admin:cms_page_add")
    page = as_editor.get(add, {"section": section.pk})
    assert page.context["adminform"].form["title"].value() == section.title
    as_editor.post(f"{add}?section={section.pk}", filled(section))
    text = Page.objects.get()
    assert (text.publication.text_of, text.section) == (section, section)


def test_a_section_has_one_text(as_editor, editor, section):
    first = make_draft(editor, kind="page", section=section, text_of=section)
    add = reverse("admin:cms_page_add")
    response = as_editor.get(add, {"section": section.pk}, follow=True)
    assert response.redirect_chain[0][0] == address(first)
    assert "has its text already" in texts(response)
    response = as_editor.post(add, filled(section))
    assert "has its text already" in response.content.decode()
    assert Publication.objects.count() == 1


def test_the_form_of_a_russian_section_is_russian(as_editor):
    russian = make_section("deyatelnost", "ru")
    page = as_editor.get(reverse("admin:cms_page_add"), {"section": russian.pk})
    assert page.context["adminform"].form["language"].value() == "ru"


# --- The page


def test_only_a_page_with_the_editor_allows_inline_styles(as_editor, editor):
    draft, waiting = make_draft(editor), make_waiting(editor)
    loose = [as_editor.get(address(draft)), as_editor.get(reverse("admin:news_newsitem_add"))]
    strict = [as_editor.get(address(waiting)), as_editor.get(reverse("admin:news_newsitem_changelist"))]
    for response in loose:
        assert "style-src 'self' 'unsafe-inline'" in response["Content-Security-Policy"]
    for response in strict:
        assert "unsafe-inline" not in response["Content-Security-Policy"]
    for response in [*loose, *strict]:
        page = response.content.decode()
        assert "script-src 'self'" in response["Content-Security-Policy"]
        assert "<style" not in page
        assert not re.search(r"<(?!div class=.django-ckeditor)[^>]*\sstyle=", page)
        assert not re.search(r"<[^>]*\son\w+=", page)
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", page)


def test_the_source_button_is_for_chief_editors(client, editor, chief):
    draft = make_draft(editor)
    for user, has_source in ((editor, False), (chief, True)):
        client.force_login(user)
        widget = client.get(address(draft)).context["adminform"].form.fields["body"].widget
        assert (["Source"] in widget.config["toolbar"]) is has_source


def test_what_somebody_may_not_edit_is_read(as_editor, editor, moderator):
    live = make_live(editor, moderator, title="Live title of a conference")
    second = make_next(live, by=editor)
    second = second.kind_edition
    second.title = "Amended title of a conference"
    waiting = actions.submit(actions.save(second, by=editor, version=1), by=editor)
    page = as_editor.get(address(waiting)).content.decode()
    assert "<form" in page
    assert "id_title" not in page
    assert re.search(r"<del>Live</del>\s*<ins>Amended</ins>", page)
    assert "What changes against edition 1, which readers see now" in page
    assert "Take back" in page
    assert "Approve" not in page


def test_why_not_is_said_to_those_who_could(client, editor, moderator, other_moderator):
    waiting = make_waiting(moderator)
    client.force_login(moderator)
    assert "You worked on this edition" in client.get(address(waiting)).content.decode()
    client.force_login(other_moderator)
    page = client.get(address(waiting)).content.decode()
    assert "You worked on this edition" not in page
    assert "do/approve/" in page


def test_history_leads_to_the_timeline(as_editor, editor):
    draft = make_draft(editor)
    assert as_editor.get(address(draft, "history"))["Location"] == f"{address(draft)}#timeline"
    assert "started edition 1" in as_editor.get(address(draft)).content.decode()


def test_no_edition_is_a_wrong_kind(as_editor, editor):
    speech = make_draft(editor, kind="speech")
    response = as_editor.get(reverse("admin:news_newsitem_change", args=[speech.pk]))
    assert response.status_code == 302
