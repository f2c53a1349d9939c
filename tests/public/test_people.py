"""The pages of people: who has one, what it says of posts and texts, and that nobody is there before a text is."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from lxml import html as lxml_html

from cms.editorial import actions
from cms.models import Identity, Person, Post, clock
from tests.factories import make_draft, make_next, make_past, make_person, make_scheduled, make_section, make_waiting

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"


def tree_of(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return lxml_html.fromstring(response.content.decode())


def words(found):
    return [" ".join(one.text_content().split()) for one in found]


def speech_by(person, editor, **columns):
    return make_past(editor, kind="speech", speakers=[person], language=person.language, **columns)


def test_it_lists_their_live_texts_the_newest_first(client, editor):
    person, other = make_person("Aigerim Sadykova"), make_person("Tigran Manukyan")
    speech_by(person, editor, title="The older", dated_on=date(2024, 3, 1))
    speech_by(person, editor, title="The newer", dated_on=date(2025, 3, 1))
    speech_by(other, editor, title="Of somebody else")
    tree = tree_of(client, person.get_absolute_url())
    assert words(tree.xpath("//main//h3")) == ["The newer", "The older"]
    assert words(tree.xpath("//h1")) == ["Aigerim Sadykova"]
    (listed,) = tree.xpath(f"//main//a[contains(@href, '/en/news/?person={person.code}')]")
    assert client.get(listed.get("href")).status_code == 200


def test_it_has_twenty_a_page_and_no_page_beyond_the_last(client, editor):
    person = make_person()
    for n in range(21):
        speech_by(person, editor, title=f"Speech {n}", dated_on=date(2024, 3, 1 + n))
    path = person.get_absolute_url()
    assert len(tree_of(client, path).xpath("//main//article")) == 20
    assert words(tree_of(client, f"{path}?page=2").xpath("//main//h3")) == ["Speech 0"]
    assert client.get(f"{path}?page=1").headers["Location"] == path
    for odd in ("3", "0", "-1", "x", "%00", "٢", "9" * 5000):
        assert client.get(f"{path}?page={odd}").status_code == 404, odd[:9]
        assert client.get(f"/en/people/?page={odd}").status_code == 404, odd[:9]


def test_it_says_which_posts_were_held_when_and_none_that_is_still_to_come(client, editor):
    person = make_person(post="")
    today = clock.now().date()
    for title, since, until in [
        ("Deputy", date(2021, 3, 1), date(2024, 12, 31)),
        ("Chair", date(2025, 1, 1), today + timedelta(days=90)),
        (f"Queen of {SECRET}", today + timedelta(days=2), None),
    ]:
        Post.objects.create(person=person, title=title, held_from=since, held_until=until)
    speech_by(person, editor)
    for path in (person.get_absolute_url(), "/en/people/"):
        assert SECRET not in client.get(path).content.decode()
    posts = words(tree_of(client, person.get_absolute_url()).xpath("//main//dl/div"))
    assert posts == ["since 1 January 2025 Chair", "1 March 2021 – 31 December 2024 Deputy"]
    assert words(tree_of(client, "/en/people/").xpath("//main//*[contains(@class, 'p-job-title')]")) == ["Chair"]


def test_the_index_is_by_surname_and_of_its_language(client, editor):
    for name in ("Zarina Odinaeva", "Aigerim Sadykova", "Batbold Enkhsaikhan"):
        speech_by(make_person(name), editor)
    make_person("Nobody Silent")
    speech_by(make_person("Вера Белая", language="ru"), editor)
    names = words(tree_of(client, "/en/people/").xpath("//main//h2"))
    assert names == ["Batbold Enkhsaikhan", "Zarina Odinaeva", "Aigerim Sadykova"]
    assert words(tree_of(client, "/ru/people/").xpath("//main//h2")) == ["Вера Белая"]


@pytest.mark.parametrize("state", ["none", "draft", "waiting", "scheduled", "gone"])
def test_who_has_no_live_text_is_nowhere(client, editor, moderator, state):
    person = make_person(f"Vera {SECRET}")
    columns = {"kind": "speech", "speakers": [person], "section": make_section("council")}
    if state == "draft":
        make_draft(editor, **columns)
    elif state == "waiting":
        make_waiting(editor, **columns)
    elif state == "scheduled":
        make_scheduled(editor, moderator, **columns)
    elif state == "gone":
        actions.withdraw(make_past(editor, **columns), by=moderator, mode="gone", comment="Wrong.")
    nothing = client.get("/en/nothing/").content
    for path in (person.get_absolute_url(), f"/en/people/{person.code}/", f"{person.get_absolute_url()}?page=2"):
        response = client.get(path)
        assert (response.status_code, response.content) == (404, nothing), path
    assert client.get(f"/ru/people/{person.code}/").content == client.get("/ru/nothing/").content
    assert SECRET not in client.get("/en/people/").content.decode()


def test_they_appear_at_the_instant_of_their_first_text_and_not_before(client, editor, moderator, monkeypatch):
    person, at = make_person(), clock.now() + timedelta(hours=1)
    make_scheduled(editor, moderator, at=at, kind="speech", speakers=[person])
    for moment, status in ((at - timedelta(microseconds=1), 404), (at, 200)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        assert client.get(person.get_absolute_url()).status_code == status
        assert (person.name in client.get("/en/people/").content.decode()) is (status == 200)


def test_only_the_code_counts(client, editor):
    person = make_person()
    speech_by(person, editor)
    for path in (
        f"/en/people/{person.code}/",
        f"/en/people/another-name-{person.code}/",
        f"/ru/people/x-{person.code}/",
    ):
        response = client.get(path)
        assert (response.status_code, response.headers["Location"]) == (301, person.get_absolute_url()), path
    kept = client.get(f"/en/people/{person.code}/?page=2&utm=x").headers["Location"]
    assert kept == f"{person.get_absolute_url()}?page=2"
    assert client.get(f"/en/people/{person.code}").status_code == 301


def test_the_same_person_in_another_language_is_linked_once_they_have_a_text_there(client, editor, moderator):
    person = make_person()
    speech_by(person, editor)
    other = Person.objects.create(
        language="ru", name="Айгерим Садыкова", sort_name="Садыкова", translation_group=person.translation_group
    )
    path = person.get_absolute_url()
    make_scheduled(editor, moderator, kind="speech", speakers=[other], language="ru")
    assert other.code not in client.get(path).content.decode()
    speech_by(other, editor)
    (link,) = tree_of(client, path).xpath("//link[@hreflang='ru']/@href")
    assert link == f"http://testserver{other.get_absolute_url()}"
    assert tree_of(client, other.get_absolute_url()).xpath("//link[@hreflang='en']/@href") == [
        f"http://testserver{path}"
    ]


def test_an_item_links_its_speakers_while_it_is_live(client, editor, moderator):
    person = make_person()
    first = speech_by(person, editor)
    path = person.get_absolute_url()
    linked = tree_of(client, first.get_absolute_url()).xpath("//*[contains(@class, 'p-author')]/a")
    assert [(a.get("href"), a.text_content()) for a in linked] == [(path, person.name)]
    draft = actions.submit(make_next(first, by=editor), by=editor)
    actions.approve(draft, by=moderator, digest=draft.compute_digest())
    older = tree_of(client, f"{first.get_absolute_url()}editions/1/")
    assert person.name in older.text_content() and not older.xpath("//*[contains(@class, 'p-author')]/a")


def test_a_preview_links_no_page_that_is_not_there(client, editor):
    waiting = make_waiting(editor, kind="speech", speakers=[make_person()])
    client.force_login(editor)
    html = client.get(f"/preview/{waiting.publication.code}/1/").content.decode()
    assert "Aigerim Sadykova" in html and "/en/people/aigerim" not in html


@pytest.mark.parametrize("size", [2, 25])
def test_their_pages_cost_the_same_however_many_there_are(client, queries, editor, size):
    Identity.objects.create(language="en", name="Office", short_name="Office")
    person = make_person()
    for _ in range(size):
        other = make_person()
        Post.objects.create(person=person, title="Again", held_from=date(2022, 1, 1))
        make_past(editor, kind="speech", speakers=[person, other])
    assert queries(client, "/en/people/") == 5
    assert queries(client, person.get_absolute_url()) == 6


def test_the_day_of_a_post_is_the_press_offices(client, editor, monkeypatch):
    person = make_person(post="")
    Post.objects.create(person=person, title="Chair", held_from=date(2027, 1, 1))
    speech_by(person, editor)
    midnight = datetime(2027, 1, 1, tzinfo=timezone(timedelta(hours=5)))  # in Almaty
    for moment, shown in ((midnight - timedelta(seconds=1), False), (midnight, True)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        assert ("Chair" in client.get(person.get_absolute_url()).content.decode()) is shown
