"""axe-core finds nothing on the pages of people, events and contacts: in both schemes and directions, on any screen."""

from __future__ import annotations

from datetime import date

import pytest

from cms.models import Contact, Identity, Post
from tests.axe import faults_of
from tests.factories import make_event, make_past, make_person, make_section

pytestmark = [pytest.mark.once, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TURN = "direction => { document.documentElement.dir = direction }"


@pytest.fixture
def site(editor, db):
    Identity.objects.create(language="en", name="Organisation for Rivers", short_name="OR", accent="#767676")
    section = make_section("council/parliament")
    for place in (None, section):
        Contact.objects.create(
            language="en", section=place, name="Press desk", role="Questions of the media", phone="+7 727 555 01 20",
            mail="a-very-long-address-of-the-press-office@organisation-for-rivers.example", hours="09:00–18:00",
            languages_spoken="English, Russian",
        )  # fmt: skip
    person, event = make_person(), make_event(place="Bishkek", ends_on=date(2025, 5, 20))
    Post.objects.create(person=person, title="Deputy", held_from=date(2018, 1, 1), held_until=date(2019, 12, 31))
    columns = {"event": event, "section": section, "place": "Bishkek"}
    for _ in range(21):
        make_past(editor, kind="speech", speakers=[person], **columns)
    report = make_past(editor, **columns)
    announcement = make_past(editor, genre="announcement", **columns)
    return {
        "people": "/en/people/",
        "person": f"{person.get_absolute_url()}?page=2",
        "events": "/en/events/",
        "event": event.get_absolute_url(),
        "announcement": announcement.get_absolute_url(),
        "report": report.get_absolute_url(),
        "contacts": "/en/contacts/",
        "statement": "/en/accessibility/",
    }


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_axe_finds_nothing(site, styled, live_server, browser, direction):
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    faults = []
    page.on("console", lambda message: faults.append(message.text) if "Security Policy" in message.text else None)
    for name, path in site.items():
        page.goto(path)
        page.evaluate(TURN, direction)
        assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px", "the stylesheet is missing"
        faults += [(name, *fault) for fault in faults_of(page)]
    context.close()
    assert not faults
