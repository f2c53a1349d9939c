"""A translation says which edition of its original it follows once that has changed, as far as readers may know it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from lxml import html as lxml_html

from cms.editorial import actions
from cms.models import Withdrawal, clock
from tests.factories import make_draft, make_next, make_past, make_scheduled, make_section, make_waiting, stored

pytestmark = pytest.mark.django_db
BEGAN = datetime(2026, 5, 3, 9, tzinfo=UTC)
TRANSLATED = BEGAN + timedelta(days=1)
SAID = "This translation follows the edition of 3 May 2026 of the original (Russian)."
HINT = "This translation follows"


def banner(client, path, **query):
    """What stands in the note about the translation, and where it leads; nothing without one."""
    response = client.get(f"{path}?{urlencode(query)}" if query else path)
    assert response.status_code == 200, (path, response.status_code)
    found = lxml_html.fromstring(response.content.decode()).xpath("//aside[@aria-label='About this translation']")
    assert found or HINT not in response.content.decode()
    words = " ".join(" ".join(found[0].itertext()).split()) if found else ""
    return words, found[0].xpath(".//a/@href") if found else []


@pytest.fixture
def original(editor):
    return make_past(editor, at=BEGAN, language="ru", title="Текст")


def translate(editor, original, at=TRANSLATED, **columns):
    group = original.publication.translation_group
    return make_past(editor, at=at, group=group, translated_from=original, **columns)


@pytest.fixture
def change(editor, moderator):
    """Publish the next edition of a text now."""

    def publish(edition, change="update", **columns):
        waiting = actions.submit(make_next(edition, by=editor, change=change, **columns), by=editor)
        return actions.approve(waiting, by=moderator, digest=waiting.compute_digest())

    return publish


def test_nothing_is_said_while_the_original_stands(client, editor, original):
    assert banner(client, translate(editor, original).get_absolute_url()) == ("", [])


def test_a_translation_that_is_behind_says_so_and_leads_to_what_changed(client, editor, original, change):
    english = translate(editor, original)
    second = change(original)
    words, links = banner(client, english.get_absolute_url())
    assert words.startswith(f"{SAID} The original has changed since.")
    assert links == [second.get_absolute_url(), second.get_changes_url(1)]
    assert client.get(links[1]).status_code == 200
    assert banner(client, english.get_edition_url())[0] == words
    assert banner(client, second.get_absolute_url()) == ("", [])


def test_it_costs_no_query(client, queries, editor, original, change):
    english = translate(editor, original)
    before = queries(client, english.get_absolute_url())
    change(original)
    assert queries(client, english.get_absolute_url()) == before


def test_a_typing_slip_in_the_original_changes_nothing(client, editor, original, change):
    english = translate(editor, original)
    second = change(original, "slip")
    assert banner(client, english.get_absolute_url()) == ("", [])
    change(second)
    assert banner(client, english.get_absolute_url())[0].startswith(SAID)


def test_a_translation_brought_up_to_date_is_not_behind_but_its_older_edition_is(client, editor, original, change):
    english = translate(editor, original)
    second = change(original)
    newer = change(english, "translation", translated_from=second)
    assert banner(client, newer.get_absolute_url()) == ("", [])
    assert banner(client, english.get_edition_url())[0].startswith(SAID)


def test_the_text_of_a_section_says_so_too(client, editor, change):
    russian, english = make_section("sovet", "ru"), make_section("council")
    columns = {"kind": "page", "at": BEGAN}
    first = make_past(editor, language="ru", section=russian, text_of=russian, **columns)
    translate(editor, first, kind="page", section=english, text_of=english)
    assert banner(client, "/en/council/") == ("", [])
    second = change(first)
    words, links = banner(client, "/en/council/")
    assert words.startswith(SAID) and links == ["/ru/sovet/", second.get_changes_url(1)]
    assert client.get(links[1]).status_code == 200
    assert banner(client, "/ru/sovet/") == ("", [])


def test_a_past_moment_is_judged_by_what_was_known_then(client, editor, original, change):
    english = translate(editor, original)
    changed_at = change(original).live_from
    path = english.get_absolute_url()
    assert banner(client, path, at=(changed_at - timedelta(microseconds=1)).isoformat()) == ("", [])
    words, links = banner(client, path, at=changed_at.isoformat())
    assert words.startswith(SAID) and all("?at=" in link for link in links)


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "discarded"])
def test_nothing_is_said_of_an_edition_that_readers_have_not_got(client, editor, moderator, original, state):
    english = translate(editor, original)
    files = [english.get_absolute_url() + file for file in ("", "text.txt", "text.md", "item.json")]
    before = [client.get(path).content for path in files]
    draft = make_next(original, by=editor, title="Тайна")
    if state == "discarded":
        actions.discard(draft, by=editor)
    elif state != "draft":
        draft = actions.submit(draft, by=editor)
    if state == "scheduled":
        later = clock.now() + timedelta(hours=1)
        actions.approve(draft, by=moderator, digest=draft.compute_digest(), at=later)
    assert [client.get(path).content for path in files] == before


@pytest.mark.parametrize("make", [make_draft, make_waiting, make_scheduled])
def test_nothing_is_said_of_an_original_that_was_never_public(client, editor, moderator, make):
    people = (editor, moderator) if make is make_scheduled else (editor,)
    hidden = make(*people, language="ru")
    english = translate(editor, hidden)
    assert banner(client, english.get_absolute_url()) == ("", [])
    assert json.loads(client.get(english.get_absolute_url() + "item.json").content)["translated_from"] is None


@pytest.mark.parametrize("mode", [Withdrawal.Mode.GONE, Withdrawal.Mode.REDIRECT])
def test_nothing_is_said_of_an_original_that_was_taken_down(client, editor, moderator, original, mode, change):
    english = translate(editor, original)
    second = change(original)
    target = english.publication if mode == Withdrawal.Mode.REDIRECT else None
    actions.withdraw(stored(second), by=moderator, mode=mode, comment="Wrong.", redirect_to=target)
    assert banner(client, english.get_absolute_url()) == ("", [])
    assert banner(client, english.get_absolute_url(), at=second.live_from.isoformat()) == ("", [])


def test_an_original_under_a_notice_can_still_be_read(client, editor, moderator, original, change):
    english = translate(editor, original)
    second = change(original)
    actions.withdraw(stored(second), by=moderator, mode=Withdrawal.Mode.NOTICE, comment="Outdated.")
    assert banner(client, english.get_absolute_url())[0].startswith(SAID)


def test_of_an_original_that_came_back_only_what_may_be_read_is_linked(client, editor, moderator, original):
    english = translate(editor, original)
    actions.withdraw(stored(original), by=moderator, mode=Withdrawal.Mode.GONE, comment="Wrong.")
    draft = actions.submit(make_next(original, by=editor), by=editor)
    better = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    words, links = banner(client, english.get_absolute_url())
    assert words.startswith(SAID) and links == [better.get_absolute_url()]


def test_a_translation_of_a_translation_is_measured_by_the_first_text(request, client, editor, original, change):
    request.getfixturevalue("six_languages")
    english = translate(editor, original)
    french = translate(editor, english, language="fr", at=TRANSLATED + timedelta(hours=1))

    def note():  # in whatever words
        page = lxml_html.fromstring(client.get(french.get_absolute_url()).content.decode())
        return [" ".join(aside.itertext()) for aside in page.xpath("//aside[@class='banner']")], page.xpath(
            "//aside[@class='banner']//a/@href"
        )

    assert note() == ([], [])
    newer = change(english)
    [words], links = note()
    assert "(anglais)" in words and links == [newer.get_absolute_url(), newer.get_changes_url(1)]
    second = change(original)
    [words], links = note()
    assert "(russe)" in words and links == [second.get_absolute_url(), second.get_changes_url(1)]


def test_what_is_taken_away_says_so_too(client, editor, original, change):
    english = translate(editor, original)
    second = change(original)
    for file in ("text.txt", "text.md"):
        text = " ".join(client.get(english.get_absolute_url() + file).content.decode().split())
        assert "The original has changed since." in text and second.get_changes_url(1) in text.replace("\\", "")
    for page in (english.get_absolute_url(), english.get_edition_url()):
        told = json.loads(client.get(page + "item.json").content)["translated_from"]
        assert (told["edition"], told["behind"]) == (1, 1)


def test_feeds_say_nothing_of_it(client, editor, original, change):
    translate(editor, original)
    before = client.get("/en/news/feed.json").content
    change(original)
    assert client.get("/en/news/feed.json").content == before
