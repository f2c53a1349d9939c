"""What pages say of themselves to machines, checked against the rules of those who read it."""

from __future__ import annotations

from contextlib import closing
from datetime import date, time, timedelta

import mf2py
import pytest

from cms.editorial import actions, archive
from cms.models import Identity, Section, clock
from tests.factories import (
    make_draft,
    make_event,
    make_image,
    make_next,
    make_past,
    make_person,
    make_section,
    make_waiting,
    show,
    stored,
)

from .schema_rules import LD, faults_of_open_graph, faults_of_things, graph, open_graph, thing_of, tree

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HOST = "http://testserver"


def page(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status, path
    return response.content


@pytest.fixture
def office(db):
    columns = {"name": "The Office & Co", "short_name": "Office", "tagline": "We speak"}
    return Identity.objects.create(language="en", **columns, logo=b"x", logo_digest="ab12", logo_width=8, logo_height=9)


def make_whole_speech(editor, **columns):
    people = [make_person("Aigerim Sadykova", post="Secretary General"), make_person("Bo Ek", post="")]
    event = make_event("Conference </script><script>alert(1)</script>")
    columns = {"section": make_section("council/speeches"), "place": "Tavricheskiy Palace", **columns}
    draft = make_draft(editor, kind="speech", title="On “peace” & <order>", speakers=people, event=event, **columns)
    show(draft, make_image(editor, size=(2000, 1000), alt="At the lectern"))
    return archive.enter(stored(draft).kind_edition, by=editor, live_from=clock.now() - timedelta(days=2))


def hreflang(content):
    return {e.get("hreflang"): e.get("href") for e in tree(content).xpath("//head/link[@rel='alternate'][@hreflang]")}


def test_every_page_keeps_the_rules(client, editor, office):
    speech = make_whole_speech(editor)
    make_past(editor, kind="page", section=speech.section, text_of=speech.section)
    day = f"{speech.dated_on:%Y/%m}"
    paths = ["/en/", "/ru/", "/en/news/", f"/en/news/{day}/", "/en/council/", "/en/council/speeches/"]
    paths += [f"/en/council/{day}/", speech.get_absolute_url(), make_past(editor).get_absolute_url()]
    for path in paths:
        content = page(client, path)
        assert faults_of_things(content) == [], path
        assert faults_of_open_graph(content) == [], path
        canonical = tree(content).xpath("//head/link[@rel='canonical']/@href")
        assert canonical == [HOST + path] == open_graph(content)["og:url"], path


def test_an_article_names_its_speakers_its_event_its_place_and_its_edition(client, editor, moderator, office):
    speech = make_whole_speech(editor)
    draft = actions.submit(make_next(speech, by=editor), by=editor)
    speech = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    content = page(client, speech.get_absolute_url())
    article = thing_of(content, "NewsArticle")
    assert article["headline"] == "On “peace” & <order>" and article["version"] == 2
    assert article["author"] == [
        {"@type": "Person", "name": "Aigerim Sadykova", "jobTitle": "Secretary General"},
        {"@type": "Person", "name": "Bo Ek"},
    ]
    assert article["about"] == {"@type": "Event", "name": "Conference </script><script>alert(1)</script>"}
    assert article["contentLocation"]["name"] == "Tavricheskiy Palace"
    assert article["identifier"] == f"{HOST}/p/{speech.publication.code}/"
    assert article["publisher"]["logo"]["url"] == f"{HOST}/identity/en-ab12.png"
    assert article["datePublished"] < article["dateModified"] and article["isAccessibleForFree"] is True
    image = article["image"][0]
    assert (image["width"], image["height"], image["caption"]) == (1280, 640, "At the lectern")
    with closing(client.get(image["url"].removeprefix(HOST))) as picture:
        assert picture.headers["Content-Type"] == "image/jpeg"
    steps = [item["item"] for item in thing_of(content, "BreadcrumbList")["itemListElement"]]
    assert steps == [HOST + p for p in ("/en/", "/en/council/", "/en/council/speeches/", speech.get_absolute_url())]


def test_words_cannot_leave_the_data(client, editor):
    section = make_section("council", title="</script><!--\u2028&")
    text = make_past(editor, title="</script><script>alert(1)</script>", section=section, summary="<!--<script>")
    for path in (text.get_absolute_url(), "/en/council/"):
        content = page(client, path).decode()
        assert content.count("</script>") == content.count("<script"), path
        data = content.partition(f'type="{LD}">')[2].partition("</script>")[0]
        assert data and not set("<>&\u2028\u2029") & set(data), path
    assert thing_of(page(client, text.get_absolute_url()), "NewsArticle")["headline"] == text.title


def test_open_graph_shows_the_lead_picture(client, editor, office):
    speech = make_whole_speech(editor)
    russian = make_past(editor, language="ru", group=speech.publication.translation_group)
    found = open_graph(page(client, speech.get_absolute_url()))
    assert found["og:type"] == ["article"] and found["og:title"] == ["On “peace” & <order>"]
    assert found["og:site_name"] == ["The Office & Co"] and found["twitter:card"] == ["summary_large_image"]
    assert found["og:image"][0].endswith("/w1280.jpg") and found["og:image:alt"] == ["At the lectern"]
    assert (found["og:image:width"], found["og:image:height"]) == (["1280"], ["640"])
    assert (found["og:locale"], found["og:locale:alternate"]) == (["en_GB"], ["ru_RU"])
    assert found["article:section"] == ["Speeches"] and found["og:description"] == [speech.summary]
    plain = open_graph(page(client, russian.get_absolute_url()))
    assert "og:image" not in plain and plain["twitter:card"] == ["summary"] and plain["og:locale"] == ["ru_RU"]


def test_an_announcement_says_when(client, editor):
    when = {"takes_place_on": date(2025, 5, 19), "takes_place_at": time(15, 20), "time_zone": "Europe/Berlin"}
    item = make_past(editor, title="Session", genre="announcement", place="Berlin", **when)
    event = thing_of(page(client, item.get_absolute_url()), "NewsArticle")["about"]
    assert event["startDate"] == "2025-05-19T15:20+02:00" and event["location"]["name"] == "Berlin"
    day = make_past(editor, title="Day", genre="announcement", takes_place_on=date(2025, 5, 19))
    about = thing_of(page(client, day.get_absolute_url()), "NewsArticle")["about"]
    assert about["startDate"] == "2025-05-19" and about["name"] == "Day"


def test_without_speakers_the_office_is_the_author(client, editor, office):
    article = thing_of(page(client, make_past(editor).get_absolute_url()), "NewsArticle")
    assert [author["name"] for author in article["author"]] == ["The Office & Co"]
    home = graph(page(client, "/en/"))
    assert {thing["@type"] for thing in home} == {"Organization", "WebSite"}
    assert home[1]["publisher"]["@id"] == home[0]["@id"] == article["publisher"]["@id"]


def test_versions_in_languages_name_each_other_and_one_for_everybody_else(client, editor):
    section, other = make_section("council"), make_section("sovet", language="ru")
    Section.objects.filter(pk=other.pk).update(translation_group=section.translation_group)
    text = make_past(editor, section=section)
    russian = make_past(editor, language="ru", group=text.publication.translation_group, section=other)
    alone = make_past(editor, language="ru")
    pairs = [(text.get_absolute_url(), russian.get_absolute_url()), ("/en/council/", "/ru/sovet/")]
    for english, russian_path in [*pairs, ("/en/news/", "/ru/news/"), ("/en/", "/ru/")]:
        default = "/" if english == "/en/" else english
        wanted = {"en": HOST + english, "ru": HOST + russian_path, "x-default": HOST + default}
        assert hreflang(page(client, english)) == wanted == hreflang(page(client, russian_path))
    assert hreflang(page(client, alone.get_absolute_url())) == {}


def test_pages_that_are_no_pages_of_their_own_say_nothing(client, editor, moderator):
    first = make_past(editor, title="Public")
    draft = actions.submit(make_next(first, by=editor), by=editor)
    live = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    gone = make_past(editor)
    actions.withdraw(gone, by=moderator, mode="gone", comment="Wrong.")
    waiting = make_waiting(editor)
    above = make_waiting(editor, kind="page", section=make_section("council"), text_of=make_section("council"))
    for path, status in {
        live.get_edition_url(): 200,
        first.get_edition_url(): 200,
        live.get_changes_url(1): 200,
        gone.get_absolute_url(): 410,
        "/en/nothing/": 404,
    }.items():
        content = page(client, path, status)
        assert open_graph(content) == {} and graph(content) == [], path
    client.force_login(editor)
    for edition in (waiting, above):
        content = page(client, f"/preview/{edition.publication.code}/1/")
        assert open_graph(content) == {} and graph(content) == [] and b"canonical" not in content


def test_microformats_say_the_same(client, editor, office):
    speech = make_whole_speech(editor)
    path = speech.get_absolute_url()
    entries = [
        i for i in mf2py.parse(doc=page(client, path).decode(), url=HOST + path)["items"] if i["type"] == ["h-entry"]
    ]
    (entry,) = entries
    told = entry["properties"]
    assert told["name"] == [speech.title] and told["url"] == [HOST + path]
    assert told["uid"] == [f"{HOST}/p/{speech.publication.code}/"] and told["location"] == ["Tavricheskiy Palace"]
    people = [(a["properties"]["name"], a["properties"].get("job-title")) for a in told["author"]]
    assert people == [(["Aigerim Sadykova"], ["Secretary General"]), (["Bo Ek"], None)]
    assert told["published"] and "content" in told and told["category"] == ["Speech"]
    (feed,) = [
        i for i in mf2py.parse(doc=page(client, "/en/news/").decode(), url=HOST)["items"] if i["type"] == ["h-feed"]
    ]
    (listed,) = feed["children"]
    assert listed["properties"]["url"] == [HOST + path] and listed["properties"]["name"] == [speech.title]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_browser_takes_the_data_for_data(styled, browser, live_server, editor):
    """Nothing of the security policy is hurt by it: a data block is no script (HTML, "prepare the script element")."""
    text = make_past(editor, title="</script><script>document.title='hacked'</script>")
    browser_page = browser.new_page()
    told = []
    browser_page.on("console", lambda message: told.append(message.text))
    browser_page.goto(live_server.url + text.get_absolute_url())
    policy = browser_page.evaluate("() => document.querySelectorAll('script[type=\"application/ld+json\"]').length")
    title = browser_page.title()
    browser_page.close()
    assert policy == 1 and told == [] and title.startswith("</script>")
