"""The search finds texts by any form of their words and by exact phrases, narrows them down, and answers whatever it is
asked. What is public is another file's matter (test_search_and_the_clock)."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.public import searching
from cms.search.query import Query
from tests.factories import make_event, make_past, make_person, make_section

pytestmark = pytest.mark.django_db


def ask(client, q, **more):
    response = client.get("/en/search/", {"q": q, **more})
    assert response.status_code == 200
    return response.content.decode()


def found(client, q, **more):
    """Titles, in the order in which they stand on the page."""
    links = re.findall(r'<a class="p-name u-url"[^>]*>(.*?)</a>', ask(client, q, **more), re.DOTALL)
    return [unescape(re.sub("<[^>]+>", "", link)) for link in links]


def choices(client, q, name, **more):
    """What a field of the form offers: {words: how many}."""
    select = re.search(rf'<select [^>]*name="{name}">(.*?)</select>', ask(client, q, **more), re.DOTALL)
    options = re.findall(r"<option[^>]*>\s*(.*?) \((\d+)\)</option>", select.group(1) if select else "")
    return {unescape(words): int(n) for words, n in options}


# --- Words


@pytest.mark.parametrize(
    ("q", "text"),
    [
        ("treaty", "The treaties were signed"),
        ("TREATIES", "a treaty"),
        ("negotiation", "They are negotiating"),
        ("переговоров", "Прошли переговоры"),
        ("переговоры", "итоги переговоров"),
        ("еще", "Ещё раз"),
        ("ещё", "еще раз"),
        ("замок", "за\u0301мок"),
        ("министр", "слова министра"),
        ("ministers", "министр и minister"),
        ("cooperation", "co\u00adopera\u00adtion"),
        ("France", "France’s position"),
        ("A/RES/79/1", "see A/RES/79/1."),
        ("RES/79", "see A/RES/79/1."),
        ("79/1", "see A/RES/79/1."),
        ("A/RES/79/1", "документ A/RES/79/1"),
        ("S/PV.9534", "(S/PV.9534)"),
        ("2025", "in 2025"),
        ("安理会", "今天安理会开会"),
        ("الرئيس", "رئيس"),
        ('"Security Council"', "the Security Council met"),
        ("«прошли переговоры»", "Прошли переговоры."),
        ("“of the council”", "members of the Council"),
        ("A", "Option A"),
    ],
)
def test_any_form_of_a_word_is_found(client, editor, q, text):
    make_past(editor, title="This one", body=f"<p>{text}</p>", language="ru" if "документ" in text else "en")
    make_past(editor, title="Another", body="<p>Something else: 90/2, 79.</p>")
    assert found(client, q) == ["This one"]


@pytest.mark.parametrize(
    ("q", "text"),
    [
        ('"Security Council"', "security councils"),
        ('"Security Council"', "the Council of Security"),
        ('"Security Council"', "Security of the Council"),
        ("«прошли переговоры»", "прошли переговоров"),
        ('"one two"', "one</p><p>three two"),
        ('"This one Summary"', "nothing"),
        ("79/2", "A/RES/79/1 and 2"),
        ("security peace", "security alone"),
        ("secur", "nothing of it"),
        ("security NOT peace", "security"),
        ("security OR peace", "security"),
        ("title:security", "security"),
        ("securit*", "security"),
        ("security -war", "security"),
    ],
)
def test_what_does_not_have_all_of_it_is_not_found(client, editor, q, text):
    make_past(editor, title="This one", body=f"<p>{text}</p>")
    assert found(client, q) == []


def test_title_summary_names_and_place_are_searched_too(client, editor):
    made = {"title": "Tashkent talks", "summary": "On grain.", "place": "Samarkand", "kind": "speech"}
    make_past(editor, **made, event=make_event("Silk Road Forum"), speakers=[make_person("Ada Lovelace", "Rapporteur")])
    for q in ("Tashkent", "grain", "Samarkand", "Lovelace", "rapporteurs", '"Silk Road"'):
        assert found(client, q) == ["Tashkent talks"], q


def test_found_words_are_marked_and_nothing_else_gets_in(client, editor):
    body = "<p>" + "Before it. " * 40 + "Peace &lt;script&gt;alert(1)&lt;/script&gt; and security &amp; more.</p>"
    make_past(editor, title="Peaceful <b>&", body=body)
    page = ask(client, "peace security")
    assert "<mark>Peaceful</mark> &lt;b&gt;&amp;" in page
    assert "<mark>Peace</mark> &lt;script&gt;alert(1)&lt;/script&gt; and <mark>security</mark> &amp; more." in page
    assert "… " in page and "<script>" not in page


def test_a_phrase_is_marked_whole_and_its_words_alone_are_not(client, editor):
    make_past(editor, title="T", summary="", body="<p>The council: Security. The Security Council.</p>")
    page = ask(client, '"Security Council"')
    assert "<mark>Security Council</mark>" in page
    assert page.count("<mark>") == 1


@pytest.mark.parametrize("text", ["İSTANBUL", "istanbul", "Ёлка", "ЕЛКА", "Straße", "STRAẞE", "5 µm"])
def test_a_word_is_marked_however_its_letters_are_written(client, editor, text):
    make_past(editor, title="This one", body=f"<p>In {text}.</p>")
    assert f"<mark>{text.split()[-1]}</mark>" in ask(client, text.split()[-1].lower().replace("ё", "е"))


# --- Order and pages


def test_newest_first_as_in_lists_or_best_first(client, editor):
    for day, title, body in ((1, "Grain", "grain grain"), (3, "Talks", "on grain"), (2, "Grain and bread", "of it")):
        make_past(editor, title=title, body=f"<p>{body} {'word ' * 50}</p>", dated_on=date(2025, 5, day))
    assert found(client, "grain") == ["Talks", "Grain and bread", "Grain"]
    assert found(client, "grain", order="best")[0] == "Grain"
    assert found(client, "grain", order="best")[-1] == "Talks"


def test_ten_a_page_with_addresses_that_keep_the_search(client, editor):
    for n in range(12):
        make_past(editor, title=f"Grain {n:02}", dated_on=date(2025, 5, 1 + n))
    assert found(client, "grain") == [f"Grain {n:02}" for n in range(11, 1, -1)]
    assert found(client, "grain", page="2") == ["Grain 01", "Grain 00"]
    assert 'href="/en/search/?q=grain&amp;kind=news&amp;page=2"' in ask(client, "grain", kind="news")
    for page in ("0", "3", "x", "-1", "1.5", "９", "99999999999"):
        assert client.get("/en/search/", {"q": "grain", "page": page}).status_code == 404, page


def test_of_more_than_are_counted_the_newest_are_shown_and_it_says_so(client, editor, monkeypatch):
    monkeypatch.setattr(searching, "CAP", 4)
    monkeypatch.setattr(searching, "LEAST", 1)
    monkeypatch.setattr("cms.public.search.CAP", 4)
    make_past(editor, title="Old but titled: wheat", dated_on=date(2020, 1, 1))
    for n in range(8):
        make_past(editor, title=f"Text {n}", body="<p>On wheat.</p>", dated_on=date(2025, 5, 1 + n))
    page = ask(client, "wheat")
    assert "More than 4 texts" in page
    assert found(client, "wheat") == ["Text 7", "Text 6", "Text 5", "Text 4"]
    assert choices(client, "wheat", "year") == {}  # one year alone is no choice
    assert found(client, "wheat", order="best")[0] == "Old but titled: wheat"
    assert len(found(client, "wheat", order="best")) == 4


# --- Narrowing down


@pytest.fixture
def archive(editor):
    ada, ben = make_person("Ada Lovelace"), make_person("Ben Nevis")
    field, council = make_section("activities/field"), make_section("council")
    make_past(editor, title="A", body="<p>Grain</p>", section=field, dated_on=date(2024, 5, 1), place="Geneva")
    make_past(editor, title="B", body="<p>Grain</p>", section=council, dated_on=date(2025, 5, 1), genre="statement")
    speech = {"kind": "speech", "body": "<p>Grain</p>", "section": council}
    make_past(editor, title="C", **speech, dated_on=date(2025, 6, 1), speakers=[ada, ben], genre="theses")
    make_past(editor, title="D", **speech, dated_on=date(2025, 6, 2), speakers=[ada], place="Geneva")
    make_past(editor, title="E", body="<p>Grain</p>", language="ru", dated_on=date(2023, 1, 1))
    return {"ada": ada, "ben": ben}


def test_choices_are_counted(client, archive):
    assert choices(client, "grain", "kind") == {"News": 3, "Speech": 2}
    genres = {"Report": 2, "Statement": 1, "As delivered": 1, "Theses": 1}
    assert choices(client, "grain", "genre") == genres
    assert choices(client, "grain", "section") == {"Activities": 1, "Council": 3}
    assert choices(client, "grain", "section", section="activities") == {"Activities": 1, "Field": 1}
    assert choices(client, "grain", "year") == {"2025": 3, "2024": 1, "2023": 1}
    assert choices(client, "grain", "month", year="2025") == {"June": 2, "May": 1}
    assert choices(client, "grain", "person") == {"Ada Lovelace": 2, "Ben Nevis": 1}
    assert choices(client, "grain", "place") == {"Geneva": 2}
    assert choices(client, "grain", "language") == {"English": 4, "Русский": 1}


def test_a_search_is_narrowed_down(client, archive):
    for narrowed, left in (
        ({"kind": "speech"}, "DC"),
        ({"genre": "theses"}, "C"),
        ({"section": "activities"}, "A"),
        ({"section": "council", "kind": "news"}, "B"),
        ({"year": "2025"}, "DCB"),
        ({"year": "2025", "month": "06"}, "DC"),
        ({"month": "06"}, "DCBAE"),
        ({"place": "Geneva"}, "DA"),
        ({"language": "ru"}, "E"),
        ({"kind": "speech", "place": "Nowhere"}, ""),
        ({"kind": "nonsense", "section": "x/y", "year": "0", "person": "?", "language": "xx"}, "DCBAE"),
    ):
        assert found(client, "grain", **narrowed) == list(left), narrowed


def test_to_a_speaker_and_without_again(client, archive):
    ben = archive["ben"].code
    assert found(client, "grain", person=ben) == ["C"]
    page = ask(client, "grain", person=ben, year="2025")
    assert f'href="/en/search/?q=grain&amp;person={ben}"' in page
    assert 'href="/en/search/?q=grain&amp;year=2025"' in page
    nothing = ask(client, "grain", person=ben, kind="news")
    assert "Nothing was found" in nothing and "Search without “Kind: News”" in nothing


def test_the_choice_of_a_section_means_its_translations_too(client, editor):
    council = make_section("council")
    russian = make_section("sovet", language="ru", translation_group=council.translation_group)
    make_past(editor, title="E", body="<p>S/2025/1</p>", section=council)
    make_past(editor, title="R", body="<p>S/2025/1</p>", section=russian, language="ru")
    make_past(editor, title="X", body="<p>S/2025/1</p>")
    assert sorted(found(client, "S/2025/1", section="council")) == ["E", "R"]
    assert choices(client, "S/2025/1", "section")["Council"] == 2


# --- The page


def test_the_form_alone_can_be_found_and_results_are_not_indexed(client, editor):
    empty = client.get("/en/search/").content.decode()
    assert "noindex" not in empty and 'rel="canonical" href="http://testserver/en/search/"' in empty
    assert "How to search" in empty
    page = ask(client, "<b>\"'&")
    assert '<meta name="robots" content="noindex">' in page
    assert "&lt;b&gt;&quot;&#x27;&amp;" in page and '<b>"' not in page


def test_what_results_may_be_narrowed_down_by_is_escaped(client, editor):
    for place in ('"><script>alert(1)</script>', "Bishkek & Osh"):
        make_past(editor, title="Grain", place=place)
    page = ask(client, "grain")
    said = "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
    assert f'<option value="{said}">{said} (1)</option>' in page and "Bishkek &amp; Osh (1)" in page
    assert "<script>alert" not in page


def test_every_page_has_a_box_that_leads_here_but_this_one(client):
    assert 'action="/ru/search/"' in client.get("/ru/").content.decode()
    assert client.get("/en/search/").content.decode().count('action="/en/search/"') == 1


# --- Nothing found


def test_a_mistyped_word_is_answered_with_one_that_there_is(client, editor):
    make_past(editor, title="T", body="<p>Прошли переговоры in Zanzibar.</p>")
    page = ask(client, "Zanzibra grain")
    assert 'href="/en/search/?q=zanzibar+grain"' in page
    assert "All words must be found" in page
    assert "переговоры</a>" in ask(client, "перговоры")


# --- Whatever it is asked

ODD = ['"', "'", "*", "(", ")", "AND", "OR", "NOT", "NEAR(", ":", "\\", "\x00", "«", "-", "^", "{", "%", ";--", "grain"]
SHAPES = st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=12)), max_size=30).map(" ".join)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(q=SHAPES, order=st.sampled_from(["best", "newest", "\x00", ""]), place=st.text(max_size=5))
def test_any_query_is_answered(client, editor, q, order, place):
    ask(client, q, order=order, place=place)


@pytest.mark.parametrize(
    "q",
    [
        "grain " * 20_000,
        '"' + "grain " * 20_000 + '"',
        "x" * 100_000,
        "\x00grain\x00",
        "a" + "\u0301" * 5_000,
        "½ ﬁ Ⅷ ʼs '",
        "الـــمفاوضات",
        " ".join(f"w{n}" for n in range(500)),
    ],
)
def test_length_and_odd_signs_are_no_trouble(client, editor, q):
    make_past(editor, title="Grain")
    ask(client, q, order="best")


def test_bytes_that_are_no_text_are_no_trouble(client, editor):
    for raw in ("q=%ff%fe", "q=%ed%a0%80", "q=%00", "q=a&q=grain&q=", "q[]=x", "order=best&q=%F0%9F%98%80"):
        assert client.get("/en/search/?" + raw).status_code == 200, raw
        assert client.get("/en/search/?q=grain&kind=%ff&person=%00&year=%d9%a1&" + raw).status_code == 200, raw


def test_a_query_that_is_too_long_says_so(client):
    assert "too long" in ask(client, "word " * 200)
    assert len(Query.of("a b c d e f g h i j k l m n o p").terms) == 12


def test_a_huge_text_can_be_approved_and_found(client, editor):
    many = " ".join(f"достопримечательность{n}икс" for n in range(14_000))
    make_past(editor, title="Huge", body=f"<p>начало {many}</p>")
    assert found(client, "начало достопримечательность7икс") == ["Huge"]
