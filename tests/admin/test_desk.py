"""The desk: what waits for whom, with the same few queries however much there is."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now as wall_clock

from cms.admin import desk
from cms.editorial import actions
from cms.models import Journal, SecondLook, clock
from tests.factories import make_draft, make_live, make_scheduled, make_waiting


@pytest.fixture
def heaps(client):
    """Give it a user: the titles on each heap of their desk."""

    def read(user) -> dict[str, list[str]]:
        client.force_login(user)
        answer = client.get("/admin/")
        assert answer.status_code == 200
        return {heap.key: [row.edition.title for row in heap.rows] for heap in answer.context["heaps"]}

    return read


def test_a_text_waits_for_moderators_who_did_not_touch_it(heaps, editor, moderator, other_moderator):
    make_waiting(editor, title="By an editor")
    make_waiting(moderator, title="By a moderator")
    assert heaps(moderator)["waiting"] == ["By an editor"]
    assert heaps(moderator)["waiting-for-others"] == ["By a moderator"]
    assert heaps(other_moderator)["waiting"] == ["By an editor", "By a moderator"]


def test_who_only_saved_it_has_touched_it_too(heaps, editor, moderator):
    draft = make_draft(editor, title="Mended by the moderator")
    actions.save(draft, by=moderator, version=draft.version)
    actions.submit(draft, by=editor)
    assert heaps(moderator)["waiting"] == []


def test_an_author_follows_what_was_sent_and_sees_nothing_of_others(heaps, editor, other_editor):
    make_waiting(editor, title="Mine")
    make_waiting(other_editor, title="Theirs")
    assert heaps(editor)["waiting-for-others"] == ["Mine"]
    assert "waiting" not in heaps(editor)


def test_what_comes_back_comes_with_its_reason(client, heaps, editor, moderator, other_editor):
    waiting = make_waiting(editor, title="Came back")
    actions.return_(waiting, by=moderator, comment="Name the treaty.")
    assert heaps(editor)["returned"] == ["Came back"]
    html = client.get("/admin/").content.decode()
    assert "Name the treaty." in html and "changes requested" in html and moderator.in_words in html
    assert heaps(editor)["drafts"] == []
    assert heaps(other_editor)["returned"] == []


def test_my_drafts_are_those_i_had_a_hand_in(heaps, editor, other_editor):
    make_draft(editor, title="Mine")
    theirs = make_draft(other_editor, title="Theirs")
    make_draft(other_editor, title="Theirs alone")
    actions.save(theirs, by=editor, version=theirs.version)
    assert set(heaps(editor)["drafts"]) == {"Mine", "Theirs"}


def test_what_is_scheduled_stands_in_its_order_and_what_is_live_newest_first(heaps, editor, moderator):
    later = clock.now() + timedelta(days=2)
    make_scheduled(editor, moderator, at=later, title="In two days")
    make_scheduled(editor, moderator, title="In an hour")
    make_live(editor, moderator, title="First")
    make_live(editor, moderator, title="Second")
    mine = heaps(editor)
    assert mine["scheduled"] == ["In an hour", "In two days"]
    assert mine["published"] == ["Second", "First"]


def test_a_row_says_what_it_is_and_leads_to_it(client, editor, moderator):
    waiting = make_waiting(editor, title="An “announcement”", genre="announcement")
    client.force_login(moderator)
    html = client.get("/admin/").content.decode()
    row = re.search(r'<li class="heap-row">.*?</li>', html, re.S)[0]
    for words in ("An “announcement”", "Announcement", "in review", "Activities", editor.in_words, "just now"):
        assert words in row
    assert reverse("admin:news_newsitem_change", args=[waiting.pk]) in row
    assert re.search(r'<time datetime="[^"]+" title="\d+ \w+ \d{4}, \d\d:\d\d [^"]+">', row)


def test_a_live_text_with_a_draft_is_called_so(client, editor, moderator):
    live = make_live(editor, moderator, title="Stays live")
    actions.next_edition(live, by=editor)
    client.force_login(editor)
    assert "live, with edition 2: draft" in client.get("/admin/").content.decode()


def test_an_empty_desk_says_what_to_do(client, moderator, editor):
    client.force_login(moderator)
    html = client.get("/admin/").content.decode()
    assert "When an author sends a text for approval it appears here." in html
    assert html.count('class="desk-empty"') == 7
    client.force_login(editor)
    assert "Send a draft for approval and you can follow it here." in client.get("/admin/").content.decode()


def test_more_than_ten_are_a_link_away(client, editor, moderator):
    for _ in range(11):
        make_waiting(editor)
    client.force_login(moderator)
    answer = client.get("/admin/")
    waiting = next(heap for heap in answer.context["heaps"] if heap.key == "waiting")
    assert len(waiting.rows) == 10
    assert f"{reverse('admin:news_newsitem_changelist')}?status=in_review" in answer.content.decode()


def test_the_buttons_begin_a_text_for_those_who_may_write(client, editor, administrator, outsider):
    client.force_login(editor)
    html = client.get("/admin/").content.decode()
    assert "Write a news item" in html and "Write a speech" in html and "Write a section" not in html
    client.force_login(administrator)
    assert "Write a news item" not in client.get("/admin/").content.decode()
    client.force_login(outsider)
    html = client.get("/admin/").content.decode()
    assert "in no group yet" in html and 'class="heap' not in html


def test_every_list_is_a_link_on_the_desk(client, administrator):
    client.force_login(administrator)
    html = client.get("/admin/").content.decode()
    for name in (
        "news_newsitem",
        "speeches_speech",
        "cms_section",
        "cms_person",
        "cms_event",
        "cms_user",
        "cms_journal",
    ):
        assert reverse(f"admin:{name}_changelist") in html


# --- Second looks


@pytest.fixture
def forced(editor, chief):
    """Published alone by the chief editor."""
    waiting = make_waiting(editor, title="Alone")
    actions.force(waiting, by=chief, digest=waiting.compute_digest(), comment="The minister is on air.")
    return SecondLook.objects.get()


def test_what_was_done_alone_waits_for_a_second_look(client, heaps, forced, chief, moderator, editor):
    assert heaps(moderator)["second-look"] == ["Alone"]
    html = client.get("/admin/").content.decode()
    assert "The minister is on air." in html and reverse("admin:desk_look", args=[forced.pk]) in html
    assert heaps(chief)["second-look"] == ["Alone"]
    html = client.get("/admin/").content.decode()
    assert reverse("admin:desk_look", args=[forced.pk]) not in html and "You did this yourself" in html
    assert "second-look" not in heaps(editor)


def test_a_look_is_noted_and_the_row_goes(client, heaps, forced, moderator):
    client.force_login(moderator)
    answer = client.post(reverse("admin:desk_look", args=[forced.pk]), follow=True)
    assert "you have looked at it" in answer.content.decode()
    assert heaps(moderator)["second-look"] == []
    assert Journal.objects.filter(action="look", actor=moderator).exists()


def test_who_did_it_alone_and_who_may_not_cannot_look(client, forced, chief, editor):
    for user in (chief, editor):
        client.force_login(user)
        answer = client.post(reverse("admin:desk_look", args=[forced.pk]), follow=True)
        assert "messagelist" in answer.content.decode()
    forced.refresh_from_db()
    assert forced.looked_at is None
    assert client.get(reverse("admin:desk_look", args=[forced.pk])).status_code == 405
    assert client.post(reverse("admin:desk_look", args=[0])).status_code == 404


# --- Cost


def _queries(client) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get("/admin/").status_code == 200
    return [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"]]


def test_the_queries_are_few_and_the_same_however_much_there_is(client, editor, moderator):
    client.force_login(moderator)
    empty = _queries(client)
    for number in range(12):
        make_waiting(editor, title=f"Waiting {number}")
        make_draft(moderator, kind="speech")
        make_waiting(moderator)
    for _ in range(3):
        make_live(editor, moderator)
        make_scheduled(editor, moderator)
    full = _queries(client)
    assert len(full) == len(empty) <= 16
    of_the_desk = [sql for sql in full if "cms_edition" in sql or "cms_secondlook" in sql]
    assert len(of_the_desk) == 7


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(hours=3), "3\xa0hours ago"),
        (timedelta(days=-2, seconds=-5), "in 2\xa0days"),
    ],
)
def test_times_are_told_in_words(ago, words):
    now = wall_clock()
    assert desk._when(now - ago, now) == words
