"""What the pages of people, events and photos say of themselves to machines."""

from __future__ import annotations

from datetime import date

import pytest

from cms.editorial import actions
from cms.models import Identity, Person, Post
from tests.factories import make_draft, make_event, make_image, make_next, make_past, make_person, make_section, show
from tests.factories import stored as fresh

from .schema_rules import faults_of_open_graph, faults_of_things, graph, open_graph, thing_of, tree

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HOST = "http://testserver"
WORDS = {
    "alt": "The hall",
    "caption": "The opening",
    "credit": "A. One",
    "terms": "Free of charge.",
    "place": "Bishkek",
}


def ask(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content


@pytest.fixture
def speech(editor, moderator):
    """A live speech of an event with a lead picture; its speaker holds one post and held another."""
    Identity.objects.create(language="en", name="The Office", short_name="Office", tagline="We speak")
    person = make_person("Aigerim Sadykova", post="Secretary General")
    Post.objects.create(person=person, title="Deputy", held_from=date(2010, 1, 1), held_until=date(2019, 12, 31))
    event = make_event("Conference", place="Bishkek", ends_on=date(2025, 5, 21))
    section = make_section("council/speeches")
    draft = make_draft(editor, kind="speech", title="Opening", section=section, speakers=[person], event=event)
    show(draft, make_image(editor, size=(2000, 1000)), **WORDS, taken_on=date(2025, 5, 19))
    show(draft, make_image(editor, size=(2000, 1000), alt="The audience"), role="gallery")
    waiting = actions.submit(fresh(draft), by=editor)
    return actions.approve(waiting, by=moderator, digest=waiting.compute_digest())


def photo_of(edition):
    return f"{edition.get_absolute_url()}photos/{edition.media['pictures'][0]['code']}/"


def steps(content):
    return [item["item"].removeprefix(HOST) for item in thing_of(content, "BreadcrumbList")["itemListElement"]]


def test_every_page_around_the_texts_keeps_the_rules_and_describes_itself(client, speech):
    person, event = Person.objects.get(), speech.event
    paths = [person.get_absolute_url(), event.get_absolute_url(), photo_of(speech), "/en/people/", "/en/events/"]
    for path in [*paths, "/en/contacts/", "/en/accessibility/", "/en/search/", "/en/news/", "/en/", "/en/council/"]:
        content = ask(client, path)
        assert graph(content) and faults_of_things(content) == [], path
        assert faults_of_open_graph(content) == [], path
        assert open_graph(content)["og:url"] == [HOST + path]
        (description,) = tree(content).xpath("//head/meta[@name='description']/@content")
        assert [description] == open_graph(content)["og:description"], path


def test_a_person_holds_the_post_of_today_and_works_for_the_office(client, speech):
    person = Person.objects.get()
    content = ask(client, person.get_absolute_url())
    thing = thing_of(content, "Person")
    assert (thing["name"], thing["jobTitle"]) == ("Aigerim Sadykova", "Secretary General")
    assert thing["worksFor"]["name"] == "The Office" and thing["url"] == HOST + person.get_absolute_url()
    assert steps(content) == ["/en/", "/en/people/", person.get_absolute_url()]
    assert open_graph(content)["og:type"] == ["profile"]
    person.posts.filter(title="Secretary General").update(held_until=date(2022, 1, 1))
    thing = thing_of(ask(client, person.get_absolute_url()), "Person")
    assert "jobTitle" not in thing and "worksFor" not in thing


def test_an_event_says_when_and_where_and_that_it_takes_place_only_where_it_was_announced(client, editor, speech):
    event = speech.event
    content = ask(client, event.get_absolute_url())
    thing = thing_of(content, "Event")
    assert (thing["name"], thing["startDate"], thing["endDate"]) == ("Conference", "2025-05-19", "2025-05-21")
    assert thing["location"] == {"@type": "Place", "name": "Bishkek"} and "eventStatus" not in thing
    assert thing["image"][0]["caption"] == "The hall"
    assert steps(content) == ["/en/", "/en/events/", event.get_absolute_url()]
    make_past(editor, genre="announcement", takes_place_on=date(2025, 5, 19), event=event)
    thing = thing_of(ask(client, event.get_absolute_url()), "Event")
    assert thing["eventStatus"] == "https://schema.org/EventScheduled"


def test_a_photo_says_whose_it_is_and_how_it_may_be_used(client, speech):
    path = photo_of(speech)
    content = ask(client, path)
    thing = thing_of(content, "ImageObject")
    assert (thing["caption"], thing["creditText"], thing["copyrightNotice"]) == (
        "The opening",
        "A. One",
        "Free of charge.",
    )
    assert thing["contentUrl"] == thing["url"] == open_graph(content)["og:image"][0]
    assert thing["dateCreated"] == "2025-05-19" and thing["contentLocation"]["name"] == "Bishkek"
    assert steps(content) == ["/en/", "/en/council/", "/en/council/speeches/", speech.get_absolute_url(), path]


def test_the_photo_of_an_earlier_edition_and_the_past_say_nothing(client, editor, moderator, speech):
    old = photo_of(speech)
    draft = make_next(speech, by=editor)
    draft.picture_rows.all().delete()
    actions.settle(draft)
    waiting = actions.submit(fresh(draft), by=editor)
    actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
    day = f"?at={date.today():%Y}-01-01"
    for path in (old, f"/en/people/{day}", f"/en/{day}"):
        content = ask(client, path)
        assert graph(content) == [] and open_graph(content) == {}, path
