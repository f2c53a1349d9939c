"""Feeds of lists: what they hold, what they say of changes and withdrawals, and that they are valid."""

from __future__ import annotations

import json
from datetime import date, timedelta

import feedparser
import pytest
from django.test import override_settings
from lxml import etree

from cms.editorial import actions, archive
from cms.models import Identity, Section, clock
from cms.public.feeds import contents
from tests.factories import (
    make_draft,
    make_event,
    make_image,
    make_next,
    make_past,
    make_person,
    make_scheduled,
    make_section,
    show,
    stored,
)

from .feed_rules import ATOM, CONTENT, CREATOR, GONE, MEDIA, faults_of_atom, faults_of_json, faults_of_rss

pytestmark = pytest.mark.django_db
FAULTS = {"atom": faults_of_atom, "rss": faults_of_rss, "json": faults_of_json}
TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}
FORMS = list(FAULTS)


def ask(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    return response


def atom(client, path="/en/news/feed.atom"):
    return etree.fromstring(ask(client, path).content)


def titles(client, path="/en/news/feed.atom"):
    return [entry.findtext(f"{ATOM}title") for entry in atom(client, path).iter(f"{ATOM}entry")]


def entry_of(feed, title):
    return next(e for e in feed.iter(f"{ATOM}entry") if e.findtext(f"{ATOM}title") == title)


def correct(edition, editor, moderator, **columns):
    draft = make_next(stored(edition), by=editor)
    for name, value in columns.items():
        setattr(draft, name, value)
    draft = actions.submit(actions.save(draft, by=editor, version=draft.version), by=editor)
    return actions.approve(draft, by=moderator, digest=draft.compute_digest())


def make_speech_with_everything(editor):
    """A speech with a picture in its text and one above it, links of every sort, and two speakers."""
    section = make_section("council/speeches")
    inside = make_image(editor, alt="Delegates in the hall")
    body = (
        f'<p>Words &amp; <a href="/en/news/">more</a>.</p><figure><img data-image="{inside.pk}" alt="Hall"></figure>'
        '<p><a href="mailto:press@example.org">Write</a> <a href="https://example.org/x">there</a></p>'
    )
    speakers = [make_person("Aigerim Sadykova"), make_person("Bo Ek", post="")]
    draft = make_draft(editor, kind="speech", title="Speech <b> & so", body=body, section=section, speakers=speakers)
    show(draft, make_image(editor, size=(2000, 1000), alt="The speaker"))
    return archive.enter(stored(draft).kind_edition, by=editor, live_from=clock.now() - timedelta(days=2))


# --- What they hold


def test_a_feed_keeps_the_rules_of_its_format(client, editor, moderator):
    Identity.objects.create(language="en", name="The Office & Co", short_name="Office")
    speech = make_speech_with_everything(editor)
    make_past(editor, language="ru", group=speech.publication.translation_group)
    for n in range(3):
        make_past(editor, title=f"May {n}", dated_on=date(2025, 5, 1 + n), section=speech.section)
    actions.withdraw(make_past(editor, section=speech.section), by=moderator, mode="gone", comment="Wrong & <old>.")
    corrected = make_past(editor, title="Figures", section=speech.section, dated_on=date(2025, 5, 9))
    correct(corrected, editor, moderator, title="Better figures")
    for path in ("news", "council", "council/speeches", "news/2025/05", "council/2025/05"):
        for form in FORMS:
            keeps_the_rules(ask(client, f"/en/{path}/feed.{form}"), form, path)


def keeps_the_rules(response, form, path):
    assert response.headers["Content-Type"] == f"{TYPES[form]}; charset=utf-8"
    assert FAULTS[form](response.content) == [], (path, form)
    read = feedparser.parse(response.content) if form != "json" else None
    assert read is None or not read.bozo and len(read.entries) >= 3, (path, form)


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_of_nothing_is_valid_and_a_list_page_leads_to_each(client, editor, form):
    make_section("council")
    address = f"/en/council/feed.{form}"
    assert FAULTS[form](ask(client, address).content) == []
    page = ask(client, "/en/council/").content.decode()
    assert page.count(f'"http://testserver{address}"') == 2  # for machines, and at the foot


def test_each_list_has_its_own_feed(client, editor):
    here, there = make_section("council/field"), make_section("library")
    person, event = make_person(), make_event()
    make_past(editor, title="Field", section=here, place="Bishkek")
    make_past(editor, title="Speech", kind="speech", section=there, speakers=[person], event=event)
    make_past(editor, title="Statement", section=there, genre="statement")
    make_past(editor, title="По-русски", language="ru")
    assert set(titles(client)) == {"Field", "Speech", "Statement"}
    assert titles(client, "/en/council/feed.atom") == ["Field"]
    assert titles(client, "/ru/news/feed.atom") == ["По-русски"]
    for query, wanted in {
        "kind=speech": "Speech",
        "genre=statement": "Statement",
        f"person={person.code}": "Speech",
        f"event={event.code}": "Speech",
        "place=Bishkek": "Field",
    }.items():
        assert titles(client, f"/en/news/feed.atom?{query}") == [wanted], query
    assert titles(client, "/en/library/feed.atom?kind=speech") == ["Speech"]


def test_a_narrowed_feed_says_so_and_a_page_links_the_feed_of_its_own_query(client, editor):
    make_past(editor, kind="speech", section=make_section("council"), genre="theses")
    feed = atom(client, "/en/council/feed.atom?nonsense=1&genre=theses&kind=speech")
    links = {link.get("rel"): link.get("href") for link in feed.iterfind(f"{ATOM}link")}
    assert links["self"] == "http://testserver/en/council/feed.atom?kind=speech&genre=theses"
    assert feed.findtext(f"{ATOM}title") == "Council: Theses — Press office"
    page = ask(client, "/en/council/?kind=speech").content.decode()
    assert page.count('"http://testserver/en/council/feed.rss?kind=speech"') == 2


def test_speeches_and_statements_are_told_whole_and_reports_by_their_summary(client, editor):
    make_speech_with_everything(editor)
    make_past(editor, title="Statement", genre="statement", body="<p>Every word.</p>")
    make_past(editor, title="Report", body="<p>A long report.</p>", summary="In short.")
    feed = atom(client)
    speech, statement, report = (entry_of(feed, t) for t in ("Speech <b> & so", "Statement", "Report"))
    content = speech.findtext(f"{ATOM}content")
    assert 'href="http://testserver/en/news/"' in content and 'alt="Hall"' in content
    assert 'src="http://testserver/media/' in content and "data-image" not in content and "class=" not in content
    assert "Every word." in statement.findtext(f"{ATOM}content")
    assert report.find(f"{ATOM}content") is None and report.findtext(f"{ATOM}summary") == "In short."
    assert [a.text for a in speech.iterfind(f"{ATOM}author/{ATOM}name")] == ["Aigerim Sadykova", "Bo Ek"]
    picture = speech.find(MEDIA)
    assert (picture.get("width"), picture.get("height")) == ("1280", "640") and picture.get("url").endswith("w1280.jpg")
    rss = etree.fromstring(ask(client, "/en/news/feed.rss").content)
    assert any("Every word." in (e.text or "") for e in rss.iter(CONTENT))
    assert {e.text for e in rss.iter(CREATOR)} == {"Aigerim Sadykova", "Bo Ek"}
    told = {i["title"]: i for i in json.loads(ask(client, "/en/news/feed.json").content)["items"]}
    assert "Every word." in told["Statement"]["content_html"] and "A long report" not in told["Report"]["content_html"]


def test_very_long_texts_are_told_by_their_summary(client, editor, monkeypatch):
    monkeypatch.setattr(contents, "LONGEST_TEXT", 100)
    monkeypatch.setattr(contents, "LONGEST_TEXTS", 150)
    for n, length in enumerate((10, 200, 60, 60)):
        make_past(
            editor, title=f"S{n}", genre="statement", body=f"<p>{'x' * length}</p>", dated_on=date(2025, 5, 9 - n)
        )
    feed = atom(client)
    whole = [n for n in range(4) if entry_of(feed, f"S{n}").find(f"{ATOM}content") is not None]
    assert whole == [0, 2]


def test_control_characters_do_not_break_a_feed(client, editor):
    make_past(editor, title="Bell\x07 and \x1b[0m", summary="Null\x01, \ufffe, \x85", genre="statement")
    for form in FORMS:
        response = ask(client, f"/en/news/feed.{form}")
        assert FAULTS[form](response.content) == []
    assert titles(client) == ["Bell and [0m"]


def test_a_translation_is_named(client, editor):
    section, other = make_section("council"), make_section("sovet", language="ru")
    Section.objects.filter(pk=other.pk).update(translation_group=section.translation_group)
    text = make_past(editor, section=section)
    russian = make_past(editor, language="ru", section=other, group=text.publication.translation_group)
    feed = atom(client, "/en/council/feed.atom?kind=news")
    links = {link.get("hreflang"): link.get("href") for link in feed.iterfind(f"{ATOM}link")}
    assert links["ru"] == "http://testserver/ru/sovet/feed.atom?kind=news"
    links = {link.get("hreflang"): link.get("href") for link in feed.iterfind(f"{ATOM}entry/{ATOM}link")}
    assert links["ru"] == f"http://testserver/p/{russian.publication.code}/"


# --- Ids, changes, withdrawals


def test_a_correction_moves_updated_alone(client, editor, moderator):
    old = make_past(editor, title="Figures", dated_on=date(2024, 1, 1), at=clock.now() - timedelta(days=400))
    before = entry_of(atom(client), "Figures")
    correct(old, editor, moderator, title="Right figures", section=make_section("moved"))
    after = entry_of(atom(client), "Right figures")
    for name in ("id", "published"):
        assert before.findtext(f"{ATOM}{name}") == after.findtext(f"{ATOM}{name}")
    assert before.findtext(f"{ATOM}updated") < after.findtext(f"{ATOM}updated")
    with override_settings(ALLOWED_HOSTS=["other.example"]):
        elsewhere = etree.fromstring(client.get("/en/news/feed.atom", HTTP_HOST="other.example").content)
    assert entry_of(elsewhere, "Right figures").findtext(f"{ATOM}id") == after.findtext(f"{ATOM}id")


def test_an_old_text_that_is_corrected_comes_again(client, editor, moderator, monkeypatch):
    monkeypatch.setattr(contents, "SIZE", 2)
    old = make_past(editor, title="Old", dated_on=date(2024, 1, 1), section=make_section("council"))
    for n in range(2):
        make_past(editor, title=f"New {n}", dated_on=date(2025, 5, 1))
    assert sorted(titles(client)) == ["New 0", "New 1"]
    correct(old, editor, moderator, title="Old, corrected")
    assert titles(client)[0] == "Old, corrected" and len(titles(client)) == 3
    assert titles(client, "/en/council/feed.atom") == ["Old, corrected"]
    make_section("library")
    assert titles(client, "/en/library/feed.atom") == []


@pytest.mark.parametrize("mode", ["gone", "redirect"])
def test_a_withdrawal_is_announced_without_the_withdrawn_words(client, editor, moderator, mode):
    section = make_section("council")
    text = make_past(editor, title="Zanzibar", summary="Zanzibar", section=section, genre="statement")
    target = make_past(editor).publication if mode == "redirect" else None
    known = entry_of(atom(client), "Zanzibar").findtext(f"{ATOM}id")
    actions.withdraw(text, by=moderator, mode=mode, comment="Figures of <another> year.", redirect_to=target)
    for path in ("/en/news", "/en/council"):
        told = {form: ask(client, f"{path}/feed.{form}").content for form in FORMS}
        assert all(b"Zanzibar" not in body and b"zanzibar" not in body for body in told.values())
        deleted = etree.fromstring(told["atom"]).find(f"{GONE}deleted-entry")
        assert deleted.get("ref") == known
        assert deleted.findtext(f"{GONE}comment") == "Figures of <another> year."
        item = etree.fromstring(told["rss"]).find("channel/item")
        assert item.findtext("guid") == known and item.findtext("description") == "Figures of <another> year."
        first = json.loads(told["json"])["items"][0]
        assert (first["id"], first["content_text"]) == (known, "Figures of <another> year.")
    make_section("library")
    assert b"deleted-entry" not in ask(client, "/en/library/feed.atom").content


def test_a_notice_stands_above_the_text_and_moves_updated(client, editor, moderator):
    text = make_past(editor, title="Kept", genre="statement", body="<p>Words.</p>")
    before = entry_of(atom(client), "Kept").findtext(f"{ATOM}updated")
    actions.withdraw(text, by=moderator, mode="notice", comment="No longer <our> view.")
    entry = entry_of(atom(client), "Kept")
    content = entry.findtext(f"{ATOM}content")
    assert content.index("No longer &lt;our&gt; view.") < content.index("Words.")
    assert entry.findtext(f"{ATOM}updated") > before


def test_a_scheduled_text_comes_at_its_instant(client, editor, moderator, monkeypatch):
    at = clock.now() + timedelta(hours=1)
    make_scheduled(editor, moderator, at=at, title="Zanzibar", section=make_section("council"))
    addresses = [f"/en/{path}/feed.{form}" for path in ("news", "council") for form in FORMS]
    for moment, shown in ((at - timedelta(microseconds=1), False), (at, True)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        for path in [*addresses, "/news-sitemap.xml"]:
            assert (b"Zanzibar" in ask(client, path).content) is shown, path


# --- Archives


@pytest.fixture
def archived(editor, monkeypatch):
    """Parts of three: seven items in May, four in March 2025, and the clock in the middle of May."""
    monkeypatch.setattr(contents, "SIZE", 3)
    moment = clock.now().replace(year=2025, month=5, day=20)
    section = make_section("council")
    for month, number in ((3, 4), (5, 7)):
        for day in range(1, number + 1):
            begun = moment.replace(month=month, day=day)
            make_past(editor, title=f"{month}/{day}", dated_on=date(2025, month, day), at=begun, section=section)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


def chain(client, path, form="atom"):
    """(address, titles) of a feed and of each archive that it leads to."""
    found = []
    while path:
        response = ask(client, path)
        assert FAULTS[form](response.content) == []
        feed = etree.fromstring(response.content)
        names = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
        found.append((path.removeprefix("http://testserver"), sorted(names)))
        path = next((e.get("href") for e in feed.iterfind(f"{ATOM}link") if e.get("rel") == "prev-archive"), "")
        assert len(found) < 10
    return found


def test_the_feed_and_its_archives_hold_the_whole_list(client, archived):
    assert chain(client, "/en/council/feed.atom?kind=news") == [
        ("/en/council/feed.atom?kind=news", ["5/5", "5/6", "5/7"]),
        ("/en/council/2025/05/feed.atom?kind=news&part=2", ["5/4", "5/5", "5/6"]),
        ("/en/council/2025/05/feed.atom?kind=news&part=1", ["5/1", "5/2", "5/3"]),
        ("/en/council/2025/03/feed.atom?kind=news", ["3/4"]),
        ("/en/council/2025/03/feed.atom?kind=news&part=1", ["3/1", "3/2", "3/3"]),
    ]


def test_an_archive_stays_as_it_is_when_more_is_published(client, archived, editor):
    path = "/en/news/2025/05/feed.atom?part=2"
    before = ask(client, path)
    make_past(editor, title="5/8", dated_on=date(2025, 5, 8), at=archived - timedelta(hours=1))
    after = ask(client, path)
    assert after.content == before.content and after.headers["ETag"] == before.headers["ETag"]
    assert b"<fh:archive/>" in after.content and b'rel="current"' in after.content
    assert b"fh:archive/" not in ask(client, "/en/news/feed.atom").content


def test_there_is_nothing_where_no_archive_is(client, archived):
    for path in (
        "2025/05/feed.atom?part=3",  # not complete while the month runs
        "2025/05/feed.atom?part=0",
        "2025/05/feed.atom?part=x",
        "2025/05/feed.atom?part=9999999999999",
        "2025/05/feed.atom?part=",
        "2025/04/feed.atom",
        "2025/06/feed.atom",
        "2025/13/feed.atom",
        "2025/feed.atom",
        "feed.xml",
        "feed.atom/x",
    ):
        ask(client, f"/en/news/{path}", 404)


def test_other_forms_lead_to_the_archive_too(client, archived):
    before = "http://testserver/en/news/2025/05/feed.%s?part=2"
    assert json.loads(ask(client, "/en/news/feed.json").content)["next_url"] == before % "json"
    rss = etree.fromstring(ask(client, "/en/news/feed.rss").content)
    assert rss.xpath("//*[@rel='prev-archive']/@href") == [before % "rss"]


# --- How they answer


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_is_sent_once_until_it_changes(client, editor, form):
    make_past(editor)
    path = f"/en/news/feed.{form}"
    first = ask(client, path)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in ({"If-None-Match": etag}, {"If-None-Match": f'"x", W/{etag}'}, {"If-Modified-Since": modified}):
        response = client.get(path, headers=headers)
        assert response.status_code == 304 and not response.content, headers
    make_past(editor, at=clock.now())
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200
    assert client.head(path).status_code == 200 and client.post(path).status_code == 405
    assert not first.cookies


def test_a_section_that_moved_takes_its_feed_along(client, editor):
    section = make_section("council")
    make_past(editor, section=section, title="Here")
    section.slug = "assembly"
    section.save()
    response = ask(client, "/en/council/feed.rss?kind=news&x=1", 301)
    assert response.headers["Location"] == "/en/assembly/feed.rss?kind=news"
    ask(client, "/en/nowhere/feed.rss", 404)


@pytest.mark.parametrize(
    "query",
    [
        "place=%00",
        "place=" + "x" * 100_000,
        "kind=%ED%A0%80",
        "person=%00&event=%FF",
        "kind=news&kind=speech",
        "genre=",
    ],
)
def test_odd_queries_are_answered(client, editor, query):
    make_past(editor)
    for form in FORMS:
        assert FAULTS[form](ask(client, f"/en/news/feed.{form}?{query}").content) == []
