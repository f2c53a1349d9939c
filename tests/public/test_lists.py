"""Lists: the newest first, 20 a page, an address for each page and for nothing else."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product

import pytest

from cms.editorial import actions
from cms.models import Section
from tests.factories import make_past, make_person, make_section

pytestmark = pytest.mark.django_db
TITLES = re.compile(r'class="p-name u-url"[^>]*>([^<]+)</a>')


def titles(client, path):
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return TITLES.findall(response.content.decode())


@pytest.fixture
def many(editor):
    """47 items of one section, one a day."""
    newest = date(2025, 6, 30)
    return [make_past(editor, title=f"Item {n:02d}", dated_on=newest - timedelta(days=n)) for n in range(47)]


def test_every_item_stands_on_exactly_one_page_in_order(client, many):
    found = [t for query in ("", "?page=2", "?page=3") for t in titles(client, "/en/news/" + query)]
    assert found == [item.title for item in many]
    assert titles(client, "/en/activities/?page=3") == [item.title for item in many[40:]]


NO_PAGES = ["0", "-1", "4", "x", "", "02", "+2", "1.0", "٢", "²", "1e1", "1" + "0" * 30, "2 ", "\0"]


def test_a_page_that_is_not_there_is_not_found(client, many):
    for path in ("/en/news/", "/en/activities/", "/en/news/2025/"):
        for page in NO_PAGES:
            assert client.get(path, {"page": page}).status_code == 404, (path, page)


def test_page_one_has_no_number(client, many):
    response = client.get("/en/news/?page=1")
    assert (response.status_code, response.headers["Location"]) == (301, "/en/news/")
    assert client.get("/en/news/2025/?page=1").headers["Location"] == "/en/news/2025/"


def test_pages_lead_to_each_other_and_name_themselves(client, many):
    html = client.get("/en/news/?page=2").content.decode()
    assert '<link rel="canonical" href="http://testserver/en/news/?page=2">' in html
    assert '<link rel="prev" href="http://testserver/en/news/">' in html
    assert '<link rel="next" href="http://testserver/en/news/?page=3">' in html
    for word in ("First", "Previous", "Next", "Last"):
        assert f">{word}</a>" in html
    first = client.get("/en/news/").content.decode()
    assert 'rel="prev"' not in first and ">First</a>" not in first


def test_an_empty_list_is_a_page(client):
    make_section("activities")
    assert client.get("/en/news/").status_code == 200
    assert "Nothing has been published here yet." in client.get("/en/activities/").content.decode()
    assert client.get("/en/news/?page=2").status_code == 404


def test_the_way_back_leads_to_the_page_that_holds_the_item(client, many):
    for place, path in product((0, 19, 20, 39, 40, 46), ("/en/news/", "/en/activities/")):
        code = many[place].publication.code
        response = client.get(f"{path}?item={code}")
        assert response.status_code == 302
        target = response.headers["Location"]
        assert target.endswith(f"#i-{code}")
        assert f'id="i-{code}"' in client.get(target.split("#")[0]).content.decode()


def test_items_of_one_day_and_instant_are_found_too(client, editor, now):
    at = now - timedelta(days=3)
    items = [make_past(editor, dated_on=date(2025, 5, 1), at=at) for _ in range(45)]
    for item in items:
        target = client.get(f"/en/news/?item={item.publication.code}").headers["Location"]
        assert f'id="i-{item.publication.code}"' in client.get(target.split("#")[0]).content.decode()


def test_an_unknown_item_leads_to_the_plain_list(client, editor):
    make_past(editor)
    for code in ("7kq2m4x", "", "\0", "x" * 400, "<script>"):
        assert client.get("/en/news/", {"item": code}).headers["Location"] == "/en/news/"


def test_an_item_that_is_not_in_the_list_leads_to_the_plain_list(client, editor):
    make_section("activities")
    elsewhere = make_past(editor, section=make_section("partners"))
    assert client.get(f"/en/activities/?item={elsewhere.publication.code}").headers["Location"] == "/en/activities/"
    draft = actions.start("news", by=editor, language="en", title="Draft", section=elsewhere.section)
    assert client.get(f"/en/news/?item={draft.publication.code}").headers["Location"] == "/en/news/"


def test_a_section_lists_what_is_below_it_and_nothing_beside(client, editor):
    make_past(editor, title="Above", section=make_section("field"))
    make_past(editor, title="Below", section=make_section("field/training"))
    make_past(editor, title="Beside", section=make_section("field-hospital"))
    assert sorted(titles(client, "/en/field/")) == ["Above", "Below"]
    assert titles(client, "/en/field/training/") == ["Below"]


def test_languages_do_not_mix(client, editor):
    make_past(editor, title="English")
    make_past(editor, title="Russian", language="ru")
    assert titles(client, "/en/news/") == ["English"] == titles(client, "/en/")
    assert titles(client, "/ru/news/") == ["Russian"] == titles(client, "/ru/")


def test_an_item_of_a_list_says_what_it_is(client, editor):
    make_past(editor, title="News", genre="advisory", place="Osh", dated_on=date(2025, 5, 19), summary="In short.")
    make_past(editor, kind="speech", title="Words", speakers=[make_person("Aigerim Sadykova")], place="Bishkek")
    html = client.get("/en/news/").content.decode()
    for piece in (
        '<span class="p-category">Media advisory</span>',
        '<span class="p-location">Osh</span>',
        '<time class="dt-published" datetime="2025-05-19">19 May 2025</time>',
        '<p class="p-summary">In short.</p>',
        '<span class="p-category">Speech</span>',
        '<span class="p-author h-card">Aigerim Sadykova</span>',
        "h-feed",
        "h-entry",
    ):
        assert piece in html, piece
    assert '<span class="p-location">Bishkek' not in html  # the speaker counts


def test_home_shows_the_latest_eight_and_all_sections(client, many):
    make_section("activities/training")
    assert titles(client, "/en/") == [item.title for item in many[:8]]
    html = client.get("/en/").content.decode()
    assert "/en/activities/training/" in html


def test_a_section_text_stands_above_its_list(client, editor):
    section = make_section("activities")
    text = make_past(
        editor, kind="page", section=section, text_of=section, title="Activities", body="<p>What we do here.</p>"
    )
    make_past(editor, title="An item")
    html = client.get("/en/activities/").content.decode()
    assert html.index("What we do here.") < html.index("An item")
    assert titles(client, "/en/news/") == ["An item"]
    assert client.get(f"/p/{text.publication.code}/").headers["Location"] == "/en/activities/"
    assert client.get(text.get_edition_url()).status_code == 200


def test_headlines_are_text(client, editor):
    make_past(editor, title="<b>Bold</b> & brave", summary="<script>alert(1)</script>")
    html = client.get("/en/news/").content.decode()
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; brave" in html and "<script>alert" not in html


def test_navigation_comes_from_the_sections(client, editor):
    make_section("activities")
    make_section("hidden", in_navigation=False)
    Section.objects.filter(path="activities").update(title="What we do")
    nav = client.get("/en/news/").content.decode()
    assert "What we do" in nav and "/en/hidden/" not in nav
