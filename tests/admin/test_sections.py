"""Sections, people and events in the admin: the tree, addresses that go on, and what stays."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cms.models import Event, Person, Section, SectionAddress, User
from tests.factories import PASSWORD, make_draft, make_event, make_person, make_section

LIST = "/admin/cms/section/"


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


def change(section: Section) -> str:
    return reverse("admin:cms_section_change", args=[section.pk])


def form(section: Section, **columns) -> dict:
    return {
        "title": section.title,
        "slug": section.slug,
        "parent": section.parent_id or "",
        "position": section.position,
        "in_navigation": "on",
        **columns,
    }


def test_the_list_is_the_tree(desk):
    make_section("council", position=20)
    make_section("activities/training", position=10)
    make_section("activities/exercises", position=5)
    make_section("novosti", language="ru")
    Section.objects.filter(path="activities").update(position=10)
    rows = [section.path for section in desk.get(LIST).context["cl"].result_list]
    assert rows == ["activities", "activities/exercises", "activities/training", "council", "novosti"]
    assert 'class="depth depth-1">Training' in desk.get(LIST).content.decode()


def test_the_list_costs_the_same_however_long_it_is(desk, django_assert_max_num_queries):
    for number in range(12):
        make_section(f"section-a{number}/below")
    with django_assert_max_num_queries(14):
        desk.get(LIST)


def test_a_new_address_is_announced_with_the_old_one(desk):
    section, below = make_section("training"), make_section("training/rescue")
    answer = desk.post(change(section), form(section, slug="exercises"), follow=True)
    assert "Its address is /en/exercises/ now. The old one, /en/training/" in answer.content.decode()
    below.refresh_from_db()
    assert below.path == "exercises/rescue"
    assert set(SectionAddress.objects.values_list("path", flat=True)) == {"training", "training/rescue"}


def test_nothing_is_announced_where_the_address_stays(desk):
    section = make_section("training")
    answer = desk.post(change(section), form(section, title="Training courses"), follow=True)
    assert "Its address is" not in answer.content.decode()


def test_a_section_moves_by_another_parent_of_its_language_but_not_below_itself(desk):
    section, below, other = make_section("training"), make_section("training/rescue"), make_section("council")
    russian = make_section("sovet", language="ru")
    choices = {choice[0] for choice in desk.get(change(section)).context["adminform"].form.fields["parent"].choices}
    pks = {getattr(choice, "value", choice) for choice in choices}
    assert other.pk in pks and not pks & {section.pk, below.pk, russian.pk}
    desk.post(change(section), form(section, parent=other.pk))
    below.refresh_from_db()
    assert below.path == "council/training/rescue"
    assert desk.post(change(other), form(other, parent=below.pk)).status_code == 200  # refused in the form


def test_a_section_that_was_used_stays_and_says_why(client, db, editor):
    root = User.objects.create_superuser("root", password=PASSWORD)
    client.force_login(root)
    used, parent, unused = make_section("used"), make_section("parent"), make_section("unused")
    make_section("parent/below")
    make_draft(editor, section=used)
    for section, words in ((used, "addresses do not die"), (parent, "sections below it")):
        answer = client.post(reverse("admin:cms_section_delete", args=[section.pk]), {"post": "yes"}, follow=True)
        assert words in answer.content.decode()
        assert Section.objects.filter(pk=section.pk).exists()
    client.post(reverse("admin:cms_section_delete", args=[unused.pk]), {"post": "yes"})
    assert not Section.objects.filter(pk=unused.pk).exists()


def test_the_text_of_a_section_is_a_link_away(desk, editor):
    section = make_section("council")
    html = desk.get(change(section)).content.decode()
    assert f"{reverse('admin:cms_page_add')}?section={section.pk}" in html
    draft = make_draft(editor, kind="page", section=section, text_of=section)
    assert reverse("admin:cms_page_change", args=[draft.pk]) in desk.get(change(section)).content.decode()


def test_editors_do_not_change_sections(client, editor):
    client.force_login(editor)
    assert client.get(LIST).status_code == 403


@pytest.mark.parametrize(
    ("make", "model", "fields"),
    [
        (make_section, Section, {"title": "Раздел", "slug": "razdel", "position": 0}),
        (make_event, Event, {"title": "Конференция", "starts_on": "2025-05-19"}),
        (make_person, Person, {"name": "Айгерим Садыкова", "sort_name": "Садыкова Айгерим"}),
    ],
)
def test_the_same_thing_in_another_language_joins_its_group(desk, make, model, fields):
    thing = make()
    name = f"admin:cms_{model._meta.model_name}"
    add = f"{reverse(f'{name}_add')}?language=ru&translation_of={thing.translation_group}"
    html = desk.get(reverse(f"{name}_change", args=[thing.pk])).content.decode()
    assert add.replace("&", "&amp;") in html
    management = {f"posts-{part}": 0 for part in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    answer = desk.post(add, {"language": "ru", **fields, **management})
    assert answer.status_code == 302
    other = model.objects.get(language="ru")
    assert other.translation_group == thing.translation_group
    # A second one does not: there is one a language.
    again = {key: f"{value} 2" if key in ("title", "name", "slug") else value for key, value in fields.items()}
    desk.post(add, {"language": "ru", **again, "slug": "razdel-dva", **management})
    assert model.objects.filter(translation_group=thing.translation_group).count() == 2


def test_a_person_is_entered_with_the_posts_they_held(client, editor):
    client.force_login(editor)
    posts = {"posts-TOTAL_FORMS": 1, "posts-INITIAL_FORMS": 0, "posts-MIN_NUM_FORMS": 0, "posts-MAX_NUM_FORMS": 1000}
    post = {"posts-0-title": "Secretary General", "posts-0-held_from": "2024-01-01"}
    person = {"language": "en", "name": "Aigerim Sadykova", "sort_name": "Sadykova Aigerim"}
    assert client.post("/admin/cms/person/add/", {**person, **posts, **post}).status_code == 302
    assert Person.objects.get().posts.get().title == "Secretary General"
    assert "Secretary General" in client.get("/admin/cms/person/").content.decode()
