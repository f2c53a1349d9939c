"""“Will take place” is never overwritten: once the day has passed, an announcement says so and leads to the report."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from lxml import html as lxml_html

from cms.editorial import actions
from cms.models import Contact, Identity, Related, clock
from tests.factories import make_draft, make_event, make_next, make_past, make_person, make_scheduled, make_section

pytestmark = pytest.mark.django_db
DAY = date(2027, 5, 19)
PASSED = datetime(2027, 6, 1, tzinfo=UTC)


def line(client, edition):
    """What stands above the text, in words, and where its links lead."""
    response = client.get(edition.get_absolute_url())
    assert response.status_code == 200
    tree = lxml_html.fromstring(response.content.decode())
    found = tree.xpath("//aside[@aria-label='What became of this']")
    return " ".join("".join(one.text_content() for one in found).split()), [
        a for one in found for a in one.xpath(".//a/@href")
    ]


@pytest.fixture
def at(monkeypatch):
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def event(db):
    return make_event(starts_on=DAY)


@pytest.fixture
def announcement(editor, event):
    return make_past(editor, genre="announcement", event=event, takes_place_on=DAY, title="It will take place")


def test_before_its_day_has_passed_nothing_is_said(client, editor, announcement, event, at):
    make_past(editor, event=event, title="The report")
    assert line(client, announcement) == ("", [])
    at(datetime(2027, 5, 19, 18, 59, tzinfo=UTC))  # 23:59 in Almaty
    assert line(client, announcement) == ("", [])
    at(datetime(2027, 5, 19, 19, 0, tzinfo=UTC))
    assert line(client, announcement)[0].startswith("This took place on 19 May 2027.")


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Tokyo", 15), ("Europe/London", 23), ("", 19)])
def test_the_day_ends_with_the_clocks_of_the_place(client, editor, at, zone, hour):
    item = make_past(editor, genre="advisory", takes_place_on=DAY, time_zone=zone)
    midnight = datetime(2027, 5, 19, hour, tzinfo=UTC)
    at(midnight - timedelta(seconds=1))
    assert line(client, item) == ("", [])
    at(midnight)
    assert line(client, item) == ("This date has passed.", [])


def test_it_leads_to_the_newest_live_report_by_itself(client, editor, moderator, announcement, event, at):
    digest = announcement.digest
    older = make_past(editor, event=event, title="First report", dated_on=DAY)
    make_past(editor, event=make_event("Another"), title="Of another event", dated_on=date(2027, 5, 30))
    make_past(editor, event=event, kind="speech", title="A speech", dated_on=date(2027, 5, 25))
    make_past(editor, event=event, genre="statement", title="A statement", dated_on=date(2027, 5, 26))
    at(PASSED)
    make_draft(editor, event=event, title="Secret draft", dated_on=date(2027, 5, 28))
    make_scheduled(
        editor, moderator, at=PASSED + timedelta(hours=1), event=event, title="Second report", dated_on=PASSED
    )
    said = "This took place on 19 May 2027. Report: First report"
    assert line(client, announcement) == (said, [older.get_absolute_url()])
    at(PASSED + timedelta(hours=1))
    assert line(client, announcement)[0].endswith("Report: Second report")
    announcement.refresh_from_db()
    assert (announcement.digest, announcement.compute_digest()) == (digest, digest)


def test_where_there_is_no_report_a_speech_that_was_given_tells_that_it_took_place(
    client, editor, announcement, event, at
):
    prepared = make_past(editor, event=event, kind="speech", genre="prepared", title="As prepared")
    at(PASSED)
    assert line(client, announcement) == ("This date has passed.", [])
    speech = make_past(editor, event=event, kind="speech", genre="delivered", title="As given")
    said = "This took place on 19 May 2027. Speech: As given"
    assert line(client, announcement) == (said, [speech.get_absolute_url()])
    assert line(client, prepared) == ("", [])


def test_an_event_of_several_days_has_passed_with_its_last(client, editor, at):
    event = make_event(starts_on=DAY, ends_on=date(2027, 5, 21))
    items = [make_past(editor, genre="announcement", event=event, takes_place_on=day) for day in (None, DAY)]
    briefing = make_past(editor, genre="advisory", event=event, takes_place_on=date(2027, 5, 20))
    make_past(editor, event=event, title="The report")
    at(datetime(2027, 5, 21, 12, tzinfo=UTC))
    assert [line(client, item)[0] for item in items] == ["", ""]
    assert line(client, briefing)[0] == "This took place on 20 May 2027. Report: The report"
    at(datetime(2027, 5, 22, 12, tzinfo=UTC))
    said = "This took place from 19 May 2027 to 21 May 2027. Report: The report"
    assert [line(client, item)[0] for item in items] == [said, said]


def test_a_withdrawn_report_is_not_led_to(client, editor, moderator, announcement, event, at):
    report = make_past(editor, event=event, title="Wrong report")
    actions.withdraw(report, by=moderator, mode="gone", comment="Wrong.")
    at(PASSED)
    assert line(client, announcement) == ("This date has passed.", [])


def test_what_announces_nothing_says_nothing(client, editor, event, at):
    report = make_past(editor, event=event, takes_place_on=DAY)
    undated = make_past(editor, genre="announcement")
    at(PASSED)
    assert line(client, report) == line(client, undated) == ("", [])


def test_an_earlier_edition_stays_as_it_was(client, editor, moderator, announcement, at):
    draft = actions.submit(make_next(announcement, by=editor), by=editor)
    actions.approve(draft, by=moderator, digest=draft.compute_digest())
    at(PASSED)
    html = client.get(f"{announcement.get_absolute_url()}editions/1/").content.decode()
    assert "This date has passed" not in html


def test_a_report_leads_back_to_its_announcement(client, editor, moderator, announcement, event):
    report = make_past(editor, event=event)
    make_scheduled(editor, moderator, event=event, genre="announcement", title="Secret announcement")
    tree = lxml_html.fromstring(client.get(report.get_absolute_url()).content.decode())
    (fact,) = [row for row in tree.xpath("//dl/div") if row.findtext("dt") == "Announced"]
    assert fact.xpath(".//a/@href") == [announcement.get_absolute_url()]
    assert fact.xpath("string(.//a)") == "It will take place"


@pytest.mark.parametrize("genre", ["announcement", "report"])
def test_a_page_with_all_of_it_costs_six_queries(client, queries, editor, moderator, event, at, genre):
    Identity.objects.create(language="en", name="Office", short_name="Office")
    Contact.objects.create(language="en", name="Desk", mail="desk@example.org")
    section = make_section("council/parliament")
    for _n in range(5):
        make_past(editor, event=event, genre="report", dated_on=DAY)
        make_past(editor, event=event, genre="announcement")
        make_past(editor, event=event, kind="speech", speakers=[make_person()])
    draft = make_draft(editor, event=event, genre=genre, takes_place_on=DAY, section=section)
    Related.objects.create(edition=draft, publication=make_past(editor).publication, title="Picked")
    draft = actions.submit(draft, by=editor)
    item = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    at(PASSED)
    # identity, sections, editions and translations, related items, contacts, the report or the announcement
    assert queries(client, item.get_absolute_url()) == 6
