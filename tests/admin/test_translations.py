"""One table says how every text stands in every language, and what is missing is started from there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cms.editorial import actions
from cms.editorial.translations import start_translation
from cms.models import Change, Edition, Publication, Section
from tests.factories import (
    make_archive,
    make_draft,
    make_live,
    make_next,
    make_past,
    make_scheduled,
    make_section,
    make_waiting,
    stored,
)

pytestmark = pytest.mark.django_db
TABLE = "/admin/translations/"


@pytest.fixture
def section(db):
    section = make_section("council")
    make_section("sovet", language="ru", translation_group=section.translation_group)
    return section


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def rows(client, **asked):
    return client.get(TABLE, asked).context["rows"]


def titles(client, **asked):
    return [row.original.title for row in rows(client, **asked)]


def standing(client, language="ru"):
    """Of the only text that there is."""
    (row,) = rows(client)
    place = next(place for place in row.places if place.standing.language == language)
    return f"{place.standing.key}, {place.standing.also}".removesuffix(", ")


def approved(draft, by):
    waiting = actions.submit(draft, by=stored(draft).created_by)
    return actions.approve(waiting, by=by, digest=waiting.compute_digest())


# --- What the cells say


def test_a_text_goes_from_missing_by_draft_to_current_and_falls_behind(desk, section, editor, moderator):
    original = make_past(editor, section=section)
    assert (standing(desk), standing(desk, "en")) == ("missing", "original")
    draft = start_translation(original, by=editor, language="ru").draft
    assert standing(desk) == "draft"
    actions.submit(draft, by=editor)
    assert standing(desk) == "in_review"
    russian = actions.approve(stored(draft), by=moderator, digest=stored(draft).compute_digest())
    assert standing(desk) == "current"
    approved(make_next(original, by=editor, change=Change.SLIP, body=original.body.replace("Body", "Bodi")), moderator)
    assert standing(desk) == "current"
    second = original.publication.editions.get(number=2)
    third = approved(make_next(second, by=editor), moderator)
    page = desk.get(TABLE).content.decode()
    assert standing(desk) == "behind" and "behind by 1 edition" in page
    brought = make_next(russian, by=editor, change=Change.TRANSLATION)
    assert standing(desk) == "behind, edition 2: draft"
    brought.translated_from = third
    approved(actions.save(brought, by=editor, version=brought.version), moderator)
    assert standing(desk) == "current"


def test_a_draft_that_follows_an_old_edition_says_so(desk, section, editor, moderator):
    original = make_past(editor, section=section)
    start_translation(original, by=editor, language="ru")
    approved(make_next(original, by=editor), moderator)
    assert standing(desk) == "draft, behind by 1 edition"


def test_scheduled_taken_down_and_discarded_texts_are_told(desk, section, editor, moderator, now):
    original = make_scheduled(editor, moderator, section=section)
    assert standing(desk, "en").startswith("original, scheduled for")
    draft = start_translation(original, by=editor, language="ru").draft
    live = approved(draft, moderator)
    actions.withdraw(live, by=moderator, mode="gone", comment="A mistake.")
    assert standing(desk) == "withdrawn"
    again = make_next(live, by=editor)
    assert standing(desk) == "withdrawn, edition 2: draft"
    actions.discard(again, by=editor)
    assert standing(desk) == "withdrawn"


def test_a_text_that_says_nothing_of_where_it_comes_from_follows_no_edition(desk, section, editor, moderator):
    original = make_past(editor, section=section)
    group, there = original.publication.translation_group, Section.objects.get(language="ru")
    make_live(editor, moderator, language="ru", section=there, group=group)
    assert (standing(desk), standing(desk, "en")) == ("unlinked", "original")


def test_the_original_is_the_text_that_others_follow_though_another_was_begun_before(desk, section, editor, moderator):
    there = Section.objects.get(language="ru")
    first = make_past(editor, language="ru", section=there, title="Первый")
    make_past(editor, section=section, title="Second", group=first.publication.translation_group)
    english = Edition.objects.get(title="Second")
    draft = make_next(first, by=editor)
    draft.translated_from = english
    actions.save(draft, by=editor, version=draft.version)
    assert titles(desk) == ["Second"]


def test_what_was_only_ever_discarded_is_no_row(desk, section, editor):
    actions.discard(make_draft(editor, section=section), by=editor)
    assert rows(desk) == []


# --- Narrowing and paging


def test_the_table_is_narrowed_by_section_kind_and_language(desk, section, editor, moderator):
    below = make_section("council/below")
    one = make_past(editor, section=section, title="One")
    make_past(editor, section=below, title="Below")
    make_past(editor, section=make_section("other"), title="Other")
    make_draft(editor, kind="speech", section=section, title="Speech")
    assert titles(desk) == ["Speech", "Other", "Below", "One"]
    assert titles(desk, section=section.pk) == ["Speech", "Below", "One"]
    assert titles(desk, kind="speech") == ["Speech"]
    assert titles(desk, section=section.pk, kind="news") == ["Below", "One"]
    approved(start_translation(one, by=editor, language="ru").draft, moderator)
    assert titles(desk, wanting="ru") == ["Speech", "Other", "Below"]
    assert titles(desk, wanting="en") == []
    approved(make_next(one, by=editor), moderator)
    assert titles(desk, wanting="ru", kind="news") == ["Other", "Below", "One"]


def test_the_section_is_that_of_the_original(desk, section, editor):
    original = make_past(editor, section=section, title="Original")
    start_translation(original, by=editor, language="ru")
    there = Section.objects.get(language="ru")
    assert titles(desk, section=there.pk) == []


def test_older_texts_are_a_page_further_and_each_stands_on_one(desk, section):
    make_archive(["2025-05-01"] * 65, section=section)
    seen, address = [], TABLE
    while address:
        context = desk.get(address).context
        seen += [row.original.publication_id for row in context["rows"]]
        address = context["further"] and TABLE + context["further"]
    assert seen == sorted(Publication.objects.values_list("pk", flat=True), reverse=True)
    narrowed = desk.get(TABLE, {"kind": "news"}).context
    assert narrowed["further"].startswith("?kind=news&before=") and not narrowed["first"]
    assert desk.get(TABLE + narrowed["further"]).context["first"] == "?kind=news"


def test_it_costs_the_same_however_many_texts_and_editions_there_are(
    desk, section, editor, moderator, django_assert_max_num_queries
):
    for _ in range(3):
        original = make_past(editor, section=section)
        approved(start_translation(original, by=editor, language="ru").draft, moderator)
        approved(make_next(original, by=editor), moderator)
    make_archive(["2025-05-01"] * 40, section=section)
    with django_assert_max_num_queries(12):
        assert len(rows(desk)) == 30


@pytest.mark.parametrize(
    "asked",
    [
        "section=x",
        "section=%00",
        "kind=x",
        "wanting=xx",
        "before=x",
        "before=-1",
        "before=" + "9" * 40,
        "utm=x",
        "%00=1",
    ],
)
def test_odd_parameters_are_told_and_never_break_it(desk, section, editor, asked):
    desk.raise_request_exception = False
    make_past(editor, section=section, title="One")
    answer = desk.get(f"{TABLE}?{asked}")
    assert answer.status_code == 200
    assert len(answer.context["rows"]) == 1


# --- Who


@pytest.mark.parametrize(("who", "status"), [("outsider", 403), ("administrator", 200), ("moderator", 200)])
def test_whoever_reads_editions_sees_it(client, request, section, editor, who, status):
    make_past(editor, section=section)
    client.force_login(request.getfixturevalue(who))
    answer = client.get(TABLE)
    assert answer.status_code == status
    assert ("/translate/ru/" in answer.content.decode()) == (who == "moderator")


def test_nobody_sees_it_without_an_account(client, db):
    assert client.get(TABLE).status_code == 302


def test_a_site_of_one_language_has_no_table(desk, settings):
    settings.LANGUAGES = settings.LANGUAGES[:1]
    assert desk.get(TABLE).status_code == 404
    assert TABLE not in desk.get("/admin/").content.decode()


def test_the_desk_leads_to_it(desk):
    assert f'href="{TABLE}"' in desk.get("/admin/").content.decode()


# --- Starting


def start(edition, language="ru"):
    opts = edition.kind_model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_translate", args=[edition.pk, language])


def test_the_button_opens_the_draft(desk, section, editor):
    original = make_past(editor, section=section)
    assert start(original) in desk.get(TABLE).content.decode()
    answer = desk.post(start(original), follow=True)
    draft = Edition.objects.get(language="ru")
    assert answer.redirect_chain[0][0] == reverse("admin:news_newsitem_change", args=[draft.pk])
    assert "The translation is begun" in answer.content.decode()


def test_there_is_no_button_where_the_section_is_missing_and_pressing_it_says_which(client, editor, chief):
    original = make_past(editor, section=make_section("training"))
    client.force_login(chief)
    page = client.get(TABLE).content.decode()
    assert start(original) not in page and "its section does not exist in this language" in page
    answer = client.post(start(original))
    page = answer.content.decode()
    assert answer.status_code == 409 and "“Training” does not exist in this language" in page
    group = original.section.translation_group
    assert f"{reverse('admin:cms_section_add')}?language=ru&amp;translation_of={group}" in page
    assert not Edition.objects.filter(language="ru").exists()


def test_editors_who_add_no_sections_get_no_link_to_do_so(desk, editor):
    answer = desk.post(start(make_past(editor, section=make_section("training"))))
    assert "section/add" not in answer.content.decode()


def test_a_second_one_is_refused_with_the_first_one_named(desk, section, editor):
    original = make_past(editor, section=section, title="Talks")
    desk.post(start(original))
    answer = desk.post(start(original))
    assert answer.status_code == 409 and "“Talks”, edition 1" in answer.content.decode()


def test_reading_the_address_starts_nothing_and_odd_ones_are_not_there(desk, section, editor):
    original = make_past(editor, section=section)
    assert desk.get(start(original)).status_code == 302
    assert desk.post(start(original, "xx")).status_code == 404
    assert desk.post(reverse("admin:news_newsitem_translate", args=[0, "ru"])).status_code == 404
    assert desk.post(reverse("admin:news_newsitem_translate", args=["9" * 40, "ru"])).status_code == 404
    assert not Edition.objects.filter(language="ru").exists()


def test_what_had_no_counterpart_is_told(desk, section, editor):
    speech = make_draft(editor, kind="speech", section=section)
    answer = desk.post(start(actions.submit(speech, by=editor)), follow=True)
    assert "no counterpart in this language: “Aigerim Sadykova”" in answer.content.decode()


def test_a_draft_offers_no_translation_yet(desk, section, editor):
    draft = make_draft(editor, section=section)
    assert start(draft) not in desk.get(TABLE).content.decode()
    assert desk.post(start(draft)).status_code == 409
    waiting = make_waiting(editor, section=section)
    assert start(waiting) in desk.get(TABLE).content.decode()
