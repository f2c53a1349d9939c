"""An event's form shows its texts, and a report is begun from the announcement in one click."""

from __future__ import annotations

import pytest
from django.urls import reverse
from lxml import html as lxml_html

from cms.models import Edition
from tests.admin.test_edition_form import filled
from tests.factories import make_draft, make_event, make_past, make_scheduled, make_section

pytestmark = pytest.mark.django_db
ADD = "/admin/news/newsitem/add/"


def tree_of(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return lxml_html.fromstring(response.content.decode())


def form_of(event):
    return reverse("admin:cms_event_change", args=[event.pk])


def reports_in(tree):
    return tree.xpath("//a[normalize-space()='Write the report']/@href")


@pytest.fixture
def event(db):
    return make_event("Council session")


@pytest.fixture
def announcement(editor, event):
    section = make_section("council/parliament")
    return make_past(editor, genre="announcement", event=event, section=section, place="Bishkek & Osh")


def test_it_shows_every_text_with_its_status_and_no_other(client, editor, moderator, event, announcement):
    draft = make_draft(editor, event=event, title="A draft")
    make_scheduled(editor, moderator, kind="speech", event=event, title="A speech to come")
    make_draft(editor, event=make_event("Another"), title="Of another")
    client.force_login(editor)
    (listed,) = tree_of(client, form_of(event)).xpath("//ul[@class='event-texts']")
    said = [" ".join(row.text_content().split()) for row in listed.xpath("li")]
    assert len(said) == 3 and not any("Of another" in row for row in said)
    assert any("A draft (draft)" in row for row in said)
    assert any("A speech to come (scheduled for" in row for row in said)
    assert reverse("admin:news_newsitem_change", args=[draft.pk]) in listed.xpath(".//a/@href")


def test_an_event_without_texts_says_that_it_has_no_page(client, editor, event):
    client.force_login(editor)
    html = client.get(form_of(event)).content.decode()
    assert "Until one is live, the event has no page." in html
    assert client.get("/admin/cms/event/add/").status_code == 200


def test_a_report_is_begun_with_what_the_announcement_says(client, editor, event, announcement):
    client.force_login(editor)
    (from_event,) = reports_in(tree_of(client, form_of(event)))
    (from_text,) = reports_in(tree_of(client, reverse("admin:news_newsitem_change", args=[announcement.pk])))
    assert from_event == from_text
    form = tree_of(client, from_event).get_element_by_id("edition-form").fields
    assert form["event"] == str(event.pk) and form["section"] == str(announcement.section_id)
    assert (form["genre"], form["place"], form["language"]) == ("report", "Bishkek & Osh", "en")
    posted = filled(announcement.section, event=event.pk, title="It took place", place=form["place"])
    assert client.post(from_event, posted).status_code == 302
    report = Edition.objects.get(title="It took place")
    assert (report.event, report.event_title, report.genre) == (event, "Council session", "report")


def test_it_is_offered_for_announcements_of_an_event_and_to_writers_alone(
    client, editor, administrator, event, announcement
):
    others = [make_past(editor, event=event), make_past(editor, genre="announcement")]
    client.force_login(editor)
    for edition in others:
        assert not reports_in(tree_of(client, reverse("admin:news_newsitem_change", args=[edition.pk])))
    client.force_login(administrator)
    assert not reports_in(tree_of(client, form_of(event)))


def test_a_report_of_a_russian_event_is_begun_in_russian(client, editor):
    event, section = make_event("Сессия", language="ru"), make_section("sovet", language="ru")
    item = make_past(editor, genre="advisory", event=event, section=section, language="ru")
    client.force_login(editor)
    (address,) = reports_in(tree_of(client, reverse("admin:news_newsitem_change", args=[item.pk])))
    form = tree_of(client, address).get_element_by_id("edition-form").fields
    assert (form["language"], form["event"]) == ("ru", str(event.pk))


@pytest.mark.parametrize(
    "odd",
    ["event=x", "event=%00", "event=" + "9" * 18, "event=" + "9" * 5000, "event=%D9%A2", "event=-1", "genre=%00",
     "genre=nothing", "place=%00", "place=" + "x" * 5000, "place=%ED%A0%80", "event=1&event=2", "section=%D9%A2"],
)  # fmt: skip
def test_odd_values_open_the_form_without_them(client, editor, odd):
    make_section()
    client.raise_request_exception = False
    client.force_login(editor)
    form = tree_of(client, f"{ADD}?{odd}").get_element_by_id("edition-form").fields
    assert form["genre"] == "report" and form["event"] in ("", None) and len(form["place"] or "") <= 150


def test_an_event_of_another_language_is_not_chosen(client, editor):
    event = make_event("Сессия", language="ru")
    client.force_login(editor)
    form = (
        tree_of(client, f"{ADD}?event={event.pk}&section={make_section().pk}").get_element_by_id("edition-form").fields
    )
    assert form["event"] in ("", None)
