"""`/changes.json`: what became public, changed or was withdrawn, in order, for programs that keep a copy."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.editorial import actions, archive
from cms.models import Edition, clock
from cms.public.since import SETTLED_AFTER
from tests.factories import (
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


def ask(client, **query):
    response = client.get("/changes.json", query)
    assert response.status_code == 200, response.content
    return response.json()


def told(answer):
    return [(entry["type"], entry["code"], entry["edition"]) for entry in answer["entries"]]


def follow(client, limit, since=""):
    """Everything, page by page, as a mirror asks for it."""
    found = []
    while True:
        answer = ask(client, limit=limit, **({"since": since} if since else {}))
        found += told(answer)
        since = answer["next"]
        if not answer["more"]:
            return found, since


@pytest.fixture
def history(editor, moderator, monkeypatch):
    """A text that was changed, and one that was withdrawn a minute ago."""
    now = clock.now()
    began, changed_at = now - timedelta(days=9), now - timedelta(days=7)
    first = make_past(editor, title="First", at=began, until=changed_at)
    second = make_past(editor, title="Second", kind="speech", language="ru", at=began)
    changed = archive.enter(make_next(first, by=editor), by=editor, live_from=changed_at)
    actions.withdraw(stored(second), by=moderator, mode="gone", comment="Wrong.")
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=1))
    return first, second, changed


def test_everything_that_happened_is_told_in_order(client, history):
    first, second, changed = history
    answer = ask(client)
    code, gone = first.publication.code, second.publication.code
    assert told(answer) == [("published", code, 1), ("changed", code, 2), ("withdrawn", gone, None)]
    entry = answer["entries"][1]
    assert entry["digest"] == changed.digest and entry["language"] == "en" and entry["kind"] == "news"
    assert entry["address"] == f"http://testserver/p/{code}/"
    record = client.get(entry["record"].removeprefix("http://testserver")).json()
    assert (record["edition"], record["digest"]) == (2, changed.digest)
    withdrawal = answer["entries"][2]
    assert (withdrawal["mode"], withdrawal["reason"], withdrawal["language"]) == ("gone", "Wrong.", "ru")


def test_what_was_withdrawn_is_told_as_withdrawn_alone(client, history):
    _first, second, _changed = history
    text = client.get("/changes.json").content.decode()
    assert "Second" not in text and second.slug not in text and second.digest not in text


@pytest.mark.parametrize("limit", [1, 2, 500])
def test_pages_follow_one_another_without_gap_or_repetition(client, history, editor, limit):
    same = clock.now() - timedelta(days=3)
    for n in range(4):
        make_past(editor, at=same, title=f"Same instant {n}")
    whole = told(ask(client, limit=500))
    assert len(whole) == 7 and follow(client, limit)[0] == whole


def test_a_mirror_gets_what_is_new_and_nothing_twice(client, history, editor, moderator, monkeypatch):
    _found, cursor = follow(client, 100)
    assert told(ask(client, since=cursor)) == []
    item = make_live(editor, moderator, title="New")
    at_once = ask(client, since=cursor)
    assert told(at_once) == [("published", item.publication.code, 1)]
    # Another transaction may still be writing at this instant, so that the cursor waits a moment.
    assert told(ask(client, since=at_once["next"])) == [("published", item.publication.code, 1)]
    later = clock.now() + SETTLED_AFTER + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    settled = ask(client, since=at_once["next"])
    assert told(settled) and told(ask(client, since=settled["next"])) == []


def test_what_is_approved_late_for_an_instant_just_past_is_not_missed(client, history, editor, moderator, monkeypatch):
    now = clock.now()
    make_live(editor, moderator)
    cursor = ask(client)["next"]
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(seconds=2))
    slow = make_live(editor, moderator)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=60))
    assert ("published", slow.publication.code, 1) in told(ask(client, since=cursor))


def test_nothing_of_what_is_to_come(client, history, editor, moderator, monkeypatch):
    before = client.get("/changes.json").content
    make_draft(editor)
    make_waiting(editor)
    at = clock.now() + timedelta(hours=1)
    make_scheduled(editor, moderator, at=at)
    assert client.get("/changes.json").content == before
    monkeypatch.setattr(clock, "now", lambda: at)
    assert len(ask(client)["entries"]) == 4


def test_a_text_under_a_notice_stays_and_is_told(client, history, moderator):
    first, _second, changed = history
    actions.withdraw(stored(changed), by=moderator, mode="notice", comment="Out of date.")
    last = ask(client)["entries"][-1]
    assert (last["type"], last["mode"], last["reason"]) == ("withdrawn", "notice", "Out of date.")
    assert ("published", first.publication.code, 1) in told(ask(client))


def test_a_time_does_for_a_cursor(client, history):
    since = (clock.now() - timedelta(days=6)).isoformat()
    assert [entry["type"] for entry in ask(client, since=since)["entries"]] == ["withdrawn"]
    unquoted = client.get(f"/changes.json?since={since}").json()  # with a space where the plus was
    assert [entry["type"] for entry in unquoted["entries"]] == ["withdrawn"]
    assert ask(client, since="2100-01-01")["entries"] == []


BAD = ["x", "0", "-1", "2025-13-01", "2025-01-01T10:00:00", "0001-01-01T00:00:00Z", "\0", "\ud800", "é" * 99]
BAD += ["20250101T000000000000-x-", "20251301T000000000000-e-", "20250101T000000000000-e-'; --", "9" * 100_000]


@pytest.mark.parametrize("since", BAD, ids=range(len(BAD)))
def test_a_bad_cursor_is_answered_in_words(client, since):
    response = client.get("/changes.json", {"since": since.encode("utf-8", "surrogatepass")})
    assert response.status_code == 400 and response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.json()["parameter"] == "since" and "2025-05-19" in response.json()["error"]


@pytest.mark.parametrize("limit", ["0", "501", "-1", "x", "1e3", "٣"])
def test_a_bad_limit_is_answered_in_words(client, limit):
    response = client.get("/changes.json", {"limit": limit})
    assert response.status_code == 400 and response.json()["parameter"] == "limit"


def test_it_is_public_for_programs_of_other_sites_and_asked_about_each_time(client, history):
    response = client.get("/changes.json")
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in response.headers
    assert client.post("/changes.json").status_code == 405


def test_a_careless_form_of_the_address_leads_here_with_its_cursor(client):
    response = client.get("/Changes.JSON/?since=2025-05-19&x=1")
    assert (response.status_code, response.headers["Location"]) == (301, "/changes.json?since=2025-05-19")


def test_it_costs_two_queries_without_offset_or_count(client, editor):
    section = make_section("news-desk")
    for n in range(12):
        make_past(editor, section=section, at=clock.now() - timedelta(days=n + 1))
    cursor = ask(client, limit=5)["next"]
    with CaptureQueriesContext(connection) as captured:
        ask(client, limit=5, since=cursor)
    assert len(captured) == 2
    assert not any(word in query["sql"].upper() for query in captured for word in ("OFFSET", "COUNT("))


@pytest.mark.once
def test_the_order_comes_from_the_index(editor):
    """SQLite reads the index from the cursor on; PostgreSQL plans by sizes that no test has."""
    at = clock.now()
    plan = Edition.objects.readable(at).begun_after(at - timedelta(days=1), "7kq2m4x")[:101].explain()
    assert "cms_edition_begins (live_from>" in plan.replace("INDEX cms_edition_begins", "cms_edition_begins")
