"""What an announcement announces, for calendars (RFC 5545)."""

from __future__ import annotations

import re
from datetime import date, time

import pytest

from cms.editorial import actions
from tests.factories import make_next, make_past, make_scheduled, stored

pytestmark = pytest.mark.django_db
ONCE = {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "STATUS", "CREATED", "LAST-MODIFIED", "URL"}


def announce(editor, **columns):
    columns = {"genre": "announcement", "takes_place_on": date(2025, 5, 19), **columns}
    return make_past(editor, **columns)


def read(client, edition):
    """The properties of the event by name, from lines that keep the rules of the format."""
    response = client.get(edition.get_absolute_url() + "event.ics")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    body = response.content
    assert body.endswith(b"\r\n") and b"\n" not in body.replace(b"\r\n", b"")
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75 and [line.decode() for line in lines]  # no character is cut in two
    unfolded = body.decode().replace("\r\n ", "").split("\r\n")[:-1]
    assert unfolded[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"] and unfolded[-2:] == ["END:VEVENT", "END:VCALENDAR"]
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", "".join(unfolded))
    inside = unfolded[unfolded.index("BEGIN:VEVENT") + 1 : -2]
    names = [re.split("[;:]", line)[0] for line in inside]
    assert len(set(names)) == len(names) and set(names) >= ONCE
    return {line.partition(":")[0]: line.partition(":")[2] for line in inside}


def test_a_time_is_that_of_the_place(client, editor):
    item = announce(editor, takes_place_at=time(15, 20), time_zone="Europe/Berlin", place="Berlin", title="Session")
    event = read(client, item)
    assert event["DTSTART"] == "20250519T132000Z"  # summer time
    assert event["LOCATION;LANGUAGE=en"] == "Berlin" and event["SUMMARY;LANGUAGE=en"] == "Session"
    assert event["UID"] == f"{item.publication.code}@testserver"
    assert event["URL"] == f"http://testserver/p/{item.publication.code}/"
    winter = announce(editor, takes_place_on=date(2025, 1, 19), takes_place_at=time(0, 30))
    assert read(client, winter)["DTSTART"] == "20250118T193000Z"  # the press office's own zone


def test_without_a_time_it_takes_the_whole_day(client, editor):
    event = read(client, announce(editor, takes_place_on=date(2024, 2, 29)))
    assert (event["DTSTART;VALUE=DATE"], event["DTEND;VALUE=DATE"]) == ("20240229", "20240301")


def read_start(event):
    return next(value for name, value in event.items() if name.startswith("DTSTART"))


def test_a_correction_is_the_same_event_with_a_higher_sequence(client, editor, moderator):
    item = announce(editor)
    before = read(client, item)
    draft = make_next(stored(item), by=editor).kind_edition
    draft.takes_place_on, draft.title = date(2025, 6, 1), "Moved"
    draft = actions.submit(actions.save(draft, by=editor, version=draft.version), by=editor)
    after = read(client, actions.approve(draft, by=moderator, digest=draft.compute_digest()))
    assert before["UID"] == after["UID"] and before["CREATED"] == after["CREATED"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["DTSTAMP"] > before["DTSTAMP"] and read_start(after) == "20250601"


def test_long_and_odd_words_keep_the_format(client, editor):
    title = "Сессия; совет, \\ «очень» 会议 " * 6
    event = read(client, announce(editor, title=title.strip(), summary="One\r\nTWO:EVIL\nX\x07\x0bY", place=""))
    assert event["SUMMARY;LANGUAGE=en"] == title.strip().replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert event["DESCRIPTION;LANGUAGE=en"] == "One\\nTWO:EVIL\\nX\\nY"
    assert "LOCATION;LANGUAGE=en" not in event


def test_the_page_leads_to_it_and_other_pages_do_not(client, editor):
    item, report = announce(editor), make_past(editor)
    address = item.get_absolute_url() + "event.ics"
    assert f'href="{address}"' in client.get(item.get_absolute_url()).content.decode()
    assert "event.ics" not in client.get(report.get_absolute_url()).content.decode()
    assert "event.ics" not in client.get(item.get_edition_url()).content.decode()
    assert client.get(report.get_absolute_url() + "event.ics").status_code == 404
    assert client.get(f"/en/old/name-{item.publication.code}/event.ics").headers["Location"] == address


def test_what_is_withdrawn_or_to_come_has_none(client, editor, moderator):
    item = announce(editor, title="Zanzibar")
    actions.withdraw(item, by=moderator, mode="gone", comment="Called off.")
    response = client.get(item.get_absolute_url() + "event.ics")
    assert response.status_code == 410 and "Called off." in response.content.decode()
    assert "Zanzibar" not in response.content.decode()
    later = make_scheduled(editor, moderator, genre="announcement", takes_place_on=date(2025, 5, 19))
    assert client.get(later.get_absolute_url() + "event.ics").status_code == 404
