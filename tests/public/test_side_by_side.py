"""Two languages of a text on one page, paragraph beside paragraph, as far as readers may read both."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from lxml import html as lxml_html

from cms.editorial import actions
from cms.models import Withdrawal, clock
from tests.factories import make_draft, make_image, make_next, make_past, make_section, make_waiting, stored

pytestmark = pytest.mark.django_db
BEGAN = datetime(2026, 5, 3, 9, tzinfo=UTC)
ENGLISH = "<h2 id='b0001'>Head</h2><p id='b0002'>One</p><ul><li id='b0003'>Two</li></ul><p id='b0005'>Only here</p>"
RUSSIAN = "<h2 id='b0001'>Глава</h2><p id='b0002'>Раз</p><p id='b0009'>Лишь тут</p><ul><li id='b0003'>Два</li></ul>"


@pytest.fixture
def english(editor):
    section = make_section("council")
    return make_past(editor, at=BEGAN, title="Title & more", summary="Lead.", body=ENGLISH, section=section)


@pytest.fixture
def russian(editor, english):
    return make_past(
        editor, at=BEGAN, language="ru", title="Заголовок", summary="Кратко.", body=RUSSIAN,
        group=english.publication.translation_group, translated_from=english,
    )  # fmt: skip


def tree_of(client, path):
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return lxml_html.fromstring(response.content.decode())


def text(element):
    return " ".join(" ".join(element.itertext()).split())


def rows(tree):
    """What each row says on its two sides, and in which languages."""
    found = []
    for row in tree.xpath("//div[@class='pair']"):
        cells = [(side.xpath("./div/@lang"), side.xpath("./div/@dir"), side) for side in row.xpath("./div")]
        found.append([(*lang, *way, text(side)) for lang, way, side in cells])
    return found


def test_paragraphs_with_one_id_stand_beside_each_other(client, english, russian):
    lacking = ("Nothing here corresponds to it.",)
    assert rows(tree_of(client, english.get_beside_url("ru"))) == [
        [("en", "ltr", "English Head"), ("ru", "ltr", "Русский Глава")],
        [("en", "ltr", "English One"), ("ru", "ltr", "Русский Раз")],
        [(f"English {lacking[0]}",), ("ru", "ltr", "Русский Лишь тут")],
        [("en", "ltr", "English Two"), ("ru", "ltr", "Русский Два")],
        [("en", "ltr", "English Only here"), (f"Русский {lacking[0]}",)],
    ]


def test_titles_and_leads_stand_beside_each_other_and_are_escaped(client, english, russian):
    response = client.get(english.get_beside_url("ru"))
    head = lxml_html.fromstring(response.content.decode()).xpath("//div[@class='pair heads']")[0]
    assert [text(title) for title in head.xpath(".//h1 | .//h2")] == ["Title & more", "Заголовок"]
    assert [text(lead) for lead in head.xpath(".//p[@class='lead']")] == ["Lead.", "Кратко."]
    assert "Title &amp; more" in response.content.decode()


def test_the_other_way_round_it_is_the_other_languages_page(client, english, russian):
    tree = tree_of(client, russian.get_beside_url("en"))
    assert tree.get("lang") == "ru"
    assert rows(tree)[0] == [("ru", "ltr", "Русский Глава"), ("en", "ltr", "English Head")]


def test_no_id_is_there_twice(client, english, russian):
    ids = re.findall(r' id="([^"]*)"', client.get(english.get_beside_url("ru")).content.decode())
    assert len(ids) == len(set(ids)) and "b0002" in ids


def test_search_engines_find_the_item(client, english, russian):
    tree = tree_of(client, english.get_beside_url("ru"))
    assert tree.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert tree.xpath("//link[@rel='canonical']/@href") == [f"http://testserver{english.get_absolute_url()}"]
    assert not tree.xpath("//link[@hreflang]")


def test_texts_that_share_no_paragraphs_stand_there_as_wholes(client, editor, english):
    group = english.publication.translation_group
    make_past(editor, language="ru", group=group, body="<p>Раз</p><p>Два</p><p>Три</p><p>Четыре</p>")
    tree = tree_of(client, english.get_beside_url("ru"))
    assert "could not be paired" in text(tree)
    [[mine, theirs]] = rows(tree)
    assert mine[2] == "English Head One Two Only here" and theirs[2] == "Русский Раз Два Три Четыре"


def test_pictures_are_shown_in_both_and_tables_are_named_in_their_language(client, editor):
    table = "<table id='b0001'><tbody><tr><td>1</td></tr></tbody></table>"
    figure = f'<figure id="b0002"><img data-image="{make_image(editor).pk}" alt="Hall"></figure>'
    first = make_past(editor, body=table + figure)
    make_past(editor, language="ru", group=first.publication.translation_group, body=table + figure)
    tree = tree_of(client, first.get_beside_url("ru"))
    assert len(tree.xpath("//div[@class='pair']//img")) == 2
    assert tree.xpath("//div[@class='scroll']/@aria-label") == ["Table 1", "Таблица 1"]


def test_the_item_leads_there_for_each_language_that_is_live(client, editor, english):
    assert "Read side by side" not in client.get(english.get_absolute_url()).content.decode()
    group = english.publication.translation_group
    make_past(editor, at=BEGAN, language="ru", group=group)
    tree = tree_of(client, english.get_absolute_url())
    links = tree.xpath("//dt[text()='Read side by side']/following-sibling::dd/a")
    assert [(text(link), link.get("href")) for link in links] == [("Русский", english.get_beside_url("ru"))]
    assert "side by side" not in client.get(english.get_edition_url()).content.decode()
    assert "side by side" not in client.get(english.get_absolute_url() + "text.txt").content.decode()


# --- Which texts


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled"])
def test_a_translation_that_is_not_live_is_no_address(client, editor, moderator, english, state):
    columns = {"language": "ru", "group": english.publication.translation_group, "body": RUSSIAN}
    edition = make_draft(editor, **columns) if state == "draft" else make_waiting(editor, **columns)
    if state == "scheduled":
        later = clock.now() + timedelta(hours=1)
        actions.approve(edition, by=moderator, digest=edition.compute_digest(), at=later)
    nothing = client.get("/en/nothing/").content
    response = client.get(english.get_beside_url("ru"))
    assert (response.status_code, response.content) == (404, nothing)


@pytest.mark.parametrize("language", ["en", "fr", "xx", "zh-hans", "RU!"])
def test_its_own_language_and_those_that_the_site_has_not_are_no_addresses(client, english, russian, language):
    assert client.get(f"{english.get_absolute_url()}beside/{language}/").status_code == 404


def test_other_forms_of_the_address_lead_to_the_canonical_one(client, english, russian):
    code = english.publication.code
    for form in (f"/en/other/{code}/beside/ru/", f"/en/council/old-name-{code}/beside/RU", f"/en/x/{code}/beside/ru"):
        response = client.get(form)
        assert (response.status_code, response.headers["Location"]) == (301, english.get_beside_url("ru")), form
    moment = (BEGAN + timedelta(hours=1)).isoformat()
    response = client.get(f"/en/x/{code}/beside/ru/", {"at": moment})
    assert response.headers["Location"].startswith(english.get_beside_url("ru") + "?at=2026-05-03")


def test_the_next_edition_of_either_is_not_shown_before_it_is_live(client, editor, english, russian):
    for edition, words in ((english, "Secret"), (russian, "Тайна")):
        actions.submit(make_next(edition, by=editor, title=words, body=f"<p id='b0001'>{words}</p>"), by=editor)
    page = client.get(english.get_beside_url("ru")).content.decode()
    assert "Secret" not in page and "Тайна" not in page and "Глава" in page


@pytest.mark.parametrize("mode", [Withdrawal.Mode.GONE, Withdrawal.Mode.REDIRECT])
def test_a_text_that_was_taken_down_answers_as_its_page_does(client, editor, moderator, english, russian, mode):
    target = make_past(editor)
    redirect_to = target.publication if mode == Withdrawal.Mode.REDIRECT else None
    actions.withdraw(stored(english), by=moderator, mode=mode, comment="Wrong.", redirect_to=redirect_to)
    page, other = client.get(english.get_absolute_url()), client.get(english.get_beside_url("ru"))
    assert other.status_code == page.status_code == (302 if redirect_to else 410)
    assert other.headers.get("Location") == page.headers.get("Location")
    assert client.get(russian.get_beside_url("en")).status_code == 404
    moment = (BEGAN + timedelta(hours=1)).isoformat()
    assert client.get(russian.get_beside_url("en"), {"at": moment}).status_code == 404


def test_a_notice_stands_above_the_text_that_it_is_about(client, moderator, english, russian):
    actions.withdraw(stored(russian), by=moderator, mode=Withdrawal.Mode.NOTICE, comment="Устарело.")
    mine, theirs = tree_of(client, english.get_beside_url("ru")).xpath("//div[@class='pair heads']/div")
    assert "Устарело." in text(theirs) and "Withdrawn on" in text(theirs) and "Withdrawn" not in text(mine)


@pytest.fixture
def change(editor, moderator):
    """Publish the next edition of a text now."""

    def publish(edition, **columns):
        waiting = actions.submit(make_next(edition, by=editor, **columns), by=editor)
        return actions.approve(waiting, by=moderator, digest=waiting.compute_digest())

    return publish


def test_a_side_that_is_behind_says_so_and_both_name_their_editions(client, english, russian, change):
    change(english, body=ENGLISH + "<p id='b0007'>New</p>")
    mine, theirs = tree_of(client, english.get_beside_url("ru")).xpath("//div[@class='pair heads']/div")
    assert "Edition 2 ," in text(mine) and "(original)" in text(mine) and "follows" not in text(mine)
    assert "Edition 1 , 3 May 2026" in text(theirs)
    assert "This translation follows the edition of 3 May 2026 of the original (English)." in text(theirs)


def test_a_past_moment_shows_both_as_they_stood(client, english, russian, change):
    changed_at = change(russian, body="<p id='b0002'>Новое</p>").live_from
    path = english.get_beside_url("ru")
    then = (changed_at - timedelta(microseconds=1)).isoformat().replace("+00:00", "Z")
    assert "Новое" in client.get(path).content.decode()
    page = client.get(f"{path}?at={then}").content.decode()
    assert "Новое" not in page and "Раз" in page
    assert "canonical" not in page
    before = (BEGAN - timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    assert client.get(f"{path}?at={before}").status_code == 404
