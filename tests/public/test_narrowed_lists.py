"""Filters on lists: every list takes them, says them in its title, and offers what there is."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.core.management import call_command

from cms.editorial import actions
from tests.factories import (
    make_archive,
    make_draft,
    make_event,
    make_member,
    make_past,
    make_person,
    make_scheduled,
    make_section,
)
from tests.public.test_lists import titles

pytestmark = pytest.mark.django_db
CHOSEN = re.compile(r'<li>([^:<]+): <b>([^<]+)</b> <a href="([^"]+)"')
OPTION = re.compile(r'<option value="([^"]+)"( selected)?>([^<]+)</option>')


def page(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    return response.content.decode()


def headline(html):
    return " ".join(unescape(re.search(r"<h1[^>]*>(.*?)</h1>", html, re.S)[1]).split())


def options(html):
    return {value: unescape(words) for value, _chosen, words in OPTION.findall(html)}


@pytest.fixture(scope="module")
def editor(module_db):
    return make_member("Edith Editor", "Editors")


@pytest.fixture(scope="module")
def speaker(module_db):
    return make_person("Aigerim Sadykova")


@pytest.fixture(scope="module")
def event(module_db):
    return make_event("Parliamentary Conference")


@pytest.fixture(scope="module", autouse=True)
def _items(editor, speaker, event):
    field = make_section("activities/field")
    make_past(editor, title="Statement in May", genre="statement", dated_on=date(2025, 5, 2), place="Osh")
    make_past(editor, title="Statement in June", genre="statement", dated_on=date(2025, 6, 2), section=field)
    make_past(editor, title="Report", dated_on=date(2025, 5, 3), place="Osh", event=event)
    speech = {"kind": "speech", "place": "Bishkek"}
    make_past(editor, **speech, title="Words", speakers=[speaker], dated_on=date(2025, 5, 1), event=event)
    make_past(editor, **speech, title="Theses", speakers=[speaker], genre="theses", dated_on=date(2024, 5, 1))
    make_past(editor, **speech, title="Other", speakers=[make_person("Bolot Asanov")], dated_on=date(2023, 5, 1))
    make_past(editor, title="Elsewhere", genre="statement", section=make_section("partners"), dated_on=date(2022, 1, 1))


@pytest.mark.parametrize(
    ("path", "expected", "title"),
    [
        ("/en/news/?kind=speech", ["Words", "Theses", "Other"], "All news: Speech"),
        ("/en/news/?genre=statement", ["Statement in June", "Statement in May", "Elsewhere"], "All news: Statement"),
        ("/en/news/?kind=speech&genre=theses", ["Theses"], "All news: Theses"),
        ("/en/news/?person={person}", ["Words", "Theses"], "All news: Aigerim Sadykova"),
        ("/en/news/?genre=delivered&person={person}", ["Words"], "All news: As delivered, Aigerim Sadykova"),
        ("/en/news/?event={event}", ["Report", "Words"], "All news: Parliamentary Conference"),
        ("/en/news/?place=Osh", ["Report", "Statement in May"], "All news: Osh"),
        ("/en/news/2025/?genre=statement", ["Statement in June", "Statement in May"], "All news: Statement, 2025"),
        ("/en/news/2025/05/?genre=statement", ["Statement in May"], "All news: Statement, May 2025"),
        ("/en/news/2025/05/?person={person}", ["Words"], "All news: Aigerim Sadykova, May 2025"),
        ("/en/activities/?genre=statement", ["Statement in June", "Statement in May"], "Activities: Statement"),
        ("/en/activities/field/?genre=statement", ["Statement in June"], "Field: Statement"),
        ("/en/partners/2022/?kind=news", ["Elsewhere"], "Partners: News, 2022"),
        ("/en/activities/?event={event}&place=Osh", ["Report"], "Activities: Parliamentary Conference, Osh"),
    ],
)
def test_a_filtered_list_holds_what_it_says(client, speaker, event, path, expected, title):
    path = path.format(person=speaker.code, event=event.code)
    assert titles(client, path) == expected
    html = page(client, path)
    assert headline(html) == title and f"<title>{title} — " in " ".join(html.split())
    assert f"{len(expected)} item" in html
    assert f'<link rel="canonical" href="http://testserver{path.replace("&", "&amp;")}">' in html


def test_whatever_order_they_are_asked_in_the_canonical_address_is_one(client, speaker):
    html = page(client, f"/en/news/?person={speaker.code}&genre=delivered")
    canonical = f"/en/news/?genre=delivered&amp;person={speaker.code}"
    assert f'<link rel="canonical" href="http://testserver{canonical}">' in html


def test_each_filter_can_be_dropped_and_the_archive_keeps_them(client, speaker):
    html = page(client, f"/en/news/2025/?genre=delivered&person={speaker.code}")
    assert CHOSEN.findall(html) == [
        ("Type of text", "As delivered", f"/en/news/2025/?person={speaker.code}"),
        ("Speaker", "Aigerim Sadykova", "/en/news/2025/?genre=delivered"),
    ]
    assert 'href="/en/news/2025/">Drop all filters' in html
    html = page(client, f"/en/news/2024/?person={speaker.code}")
    for years in (f"/en/news/2025/?person={speaker.code}", f"/en/news/2024/05/?person={speaker.code}"):
        assert f'href="{years}"' in html
    assert "/en/news/2022/" not in html  # a year without anything of theirs


def test_the_form_offers_what_there_is_with_counts(client, speaker):
    offered = options(page(client, "/en/news/"))
    assert offered["news"] == "News (4)" and offered["speech"] == "Speech (3)"
    assert offered["statement"] == "Statement (3)" and offered["report"] == "Report (1)"
    assert offered["theses"] == "Theses (1)" and "interview" not in offered
    assert offered[speaker.code] == "Aigerim Sadykova"
    assert offered["Bishkek"] == "Bishkek" and list(offered).index("Bishkek") < list(offered).index("Osh")
    offered = options(page(client, "/en/news/2025/05/"))
    assert offered["statement"] == "Statement (1)" and "theses" not in offered
    chosen = page(client, "/en/news/?kind=speech&genre=theses")
    assert 'value="speech" selected>' in chosen and 'value="theses" selected>' in chosen
    assert "statement" not in options(chosen)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("kind=&genre=statement&person=&place=", "?genre=statement"),
        ("kind=nonsense&genre=%00&person=%3Cscript%3E&event=x&place=%00", ""),
        ("kind=page", ""),
        ("genre=theses&genre=statement", "?genre=statement"),
        ("place=" + "x" * 100_000, ""),
        ("place=+Osh+", "?place=Osh"),
        ("kind=speech&page=1", "?kind=speech"),
    ],
)
def test_what_means_nothing_is_dropped(client, given, kept):
    for path in ("/en/news/", "/en/activities/", "/en/activities/2025/05/"):
        response = client.get(f"{path}?{given}")
        assert (response.status_code, response.headers["Location"]) == (301, path + kept)


def test_what_nobody_knows_is_an_empty_list_that_repeats_nothing(client, editor, moderator):
    drafted = make_person("Drafted Person")
    make_draft(editor, kind="speech", speakers=[drafted])
    make_scheduled(editor, moderator, kind="speech", speakers=[drafted], place="Secret place")
    secret = make_event("Secret event")
    make_scheduled(editor, moderator, event=secret)
    asked = [f"person={drafted.code}", "person=7kq2m4x", f"event={secret.code}", "event=7kq2m4x", "place=Secret+place"]
    for query in asked:
        html = page(client, f"/en/news/?{query}")
        assert headline(html).startswith("All news: unknown"), query
        assert "Nothing here matches." in html and '<meta name="robots" content="noindex">' in html
        words = html.replace(query.split("=")[1], "").replace("Secret place", "", 1)  # in the form it was asked by
        assert "Secret" not in words and "Drafted" not in words
        assert client.get(f"/en/news/?{query}&page=2").status_code == 404
    known = page(client, f"/en/news/?person={drafted.code}").replace(drafted.code, "7kq2m4x")
    assert known == page(client, "/en/news/?person=7kq2m4x")


def test_pages_and_the_way_back_keep_the_filters(client, editor):
    newest = date(2021, 6, 30)
    many = [make_past(editor, genre="interview", dated_on=newest - timedelta(days=n)) for n in range(21)]
    html = page(client, "/en/news/?genre=interview")
    assert 'href="/en/news/?genre=interview&amp;page=2" rel="next"' in html
    assert titles(client, "/en/news/?genre=interview&page=2") == [many[20].title]
    code = many[20].publication.code
    place = client.get(f"/en/news/?genre=interview&item={code}").headers["Location"]
    assert place == f"/en/news/?genre=interview&page=2#i-{code}"
    assert client.get(f"/en/news/?kind=speech&item={code}").headers["Location"] == "/en/news/?kind=speech"


def test_counts_follow_what_is_withdrawn(client, editor, moderator):
    shown = make_past(editor, genre="advisory")
    assert options(page(client, "/en/news/"))["advisory"] == "Media advisory (1)"
    actions.withdraw(shown, by=moderator, mode="gone", comment="Wrong.")
    assert "advisory" not in options(page(client, "/en/news/"))


def test_a_filtered_section_leaves_its_text_out(client, editor):
    section = make_section("activities")
    make_past(editor, kind="page", section=section, text_of=section, title="Text", body="<p>What we do.</p>")
    assert "What we do." in page(client, "/en/activities/")
    filtered = page(client, "/en/activities/?kind=news")
    assert "What we do." not in filtered and '<a href="/en/activities/">Activities</a>' in filtered


def test_words_are_escaped(client, editor):
    make_past(editor, title="Here", place='<b>"Osh" & more</b>')
    html = page(client, "/en/news/?place=%3Cb%3E%22Osh%22+%26+more%3C%2Fb%3E")
    assert "<b>&quot;Osh" not in html and '<b>"Osh' not in html
    assert titles(client, "/en/news/?place=%3Cb%3E%22Osh%22+%26+more%3C%2Fb%3E") == ["Here"]


def test_long_counts_are_written_as_the_reader_writes_them(client):
    make_archive([date(2021, 1, 1)] * 1000)
    call_command("counts", "rebuild")
    assert options(page(client, "/en/news/"))["news"] == "News (1,004)"
