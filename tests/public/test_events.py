"""The pages of events: all that is live of one meeting in one place, and nothing of what is not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from lxml import html as lxml_html

from cms.editorial import actions, archive
from cms.models import Event, Identity, Recording, clock
from tests.factories import (
    attach,
    make_attachment,
    make_draft,
    make_event,
    make_image,
    make_next,
    make_past,
    make_person,
    make_scheduled,
    make_section,
    make_waiting,
    show,
    stored,
)

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"


def tree_of(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return lxml_html.fromstring(response.content.decode())


def words(found):
    return [" ".join(one.text_content().split()) for one in found]


def enter(draft, editor):
    return archive.enter(stored(draft).kind_edition, by=editor, live_from=clock.now() - timedelta(hours=1))


def test_it_ties_everything_of_a_meeting_together(client, editor):
    event = make_event("Council session", place="Bishkek", ends_on=date(2025, 5, 20))
    for genre in ("announcement", "report", "statement", "interview", "advisory"):
        make_past(editor, event=event, genre=genre, title=f"Its {genre}", place="Bishkek")
    make_past(editor, event=event, kind="speech", title="Its speech", genre="delivered")
    make_past(editor, event=event, kind="speech", title="Its theses", genre="theses")
    make_past(editor, event=make_event("Another one"), title="Of another event")
    tree = tree_of(client, event.get_absolute_url())
    groups = {words([group.find("h2")])[0]: words(group.xpath(".//h3")) for group in tree.xpath("//main/div/section")}
    assert list(groups) == ["Reports", "Statements", "Interviews", "Speeches", "Announcements", "Media advisories"]
    assert groups["Reports"] == ["Its report"] and set(groups["Speeches"]) == {"Its speech", "Its theses"}
    assert "Of another event" not in tree.text_content()
    (opening,) = tree.xpath("//main//header[@class='opening']")
    assert words([opening]) == ["Past event Council session 19 May 2025 – 20 May 2025 Bishkek"]
    (place,) = opening.xpath(".//*[@class='p-location']/a/@href")
    assert place == "/en/news/?place=Bishkek"
    assert tree.xpath(f"//main//a[@href='/en/news/?event={event.code}']")


def test_what_announces_it_comes_first_while_it_is_to_come(client, editor):
    event = make_event(starts_on=clock.now().date() + timedelta(days=9))
    for genre in ("report", "announcement"):
        make_past(editor, event=event, genre=genre)
    tree = tree_of(client, event.get_absolute_url())
    assert words(tree.xpath("//main//section/h2")) == ["Announcements", "Reports"]


def test_pictures_documents_and_recordings_of_all_its_texts_stand_once_below_them(client, editor):
    event, shared = make_event(), make_image(editor, caption="Shared")
    document = make_attachment(editor, title="The programme")
    paths = []
    for n in range(2):
        draft = make_draft(editor, event=event, dated_on=date(2025, 5, 20 - n))
        show(draft, shared, role="lead")
        show(draft, make_image(editor, caption=f"Own {n}"), role="gallery")
        attach(draft, document)
        Recording.objects.create(edition=draft, url="https://video.example/1", title="The broadcast")
        actions.settle(draft)
        paths.append(enter(draft, editor).get_absolute_url())
    hidden = make_draft(editor, event=event)
    show(hidden, make_image(editor, caption=SECRET), role="gallery")
    tree = tree_of(client, event.get_absolute_url())
    assert words(tree.xpath("//section[@class='gallery']//span[@class='caption']")) == ["Shared", "Own 0", "Own 1"]
    assert words(tree.xpath("//section[@class='files']//li/a")) == ["The programme", "The broadcast"]
    (of_shared, *_rest) = tree.xpath("//section[@class='gallery']//a/@href")
    assert of_shared.startswith(paths[0])
    assert client.get(of_shared).status_code == 200


def test_the_index_has_what_is_to_come_first_and_the_latest_past_next(client, editor):
    today = clock.now().date()
    days = {"Next week": 7, "Tomorrow": 1, "Last week": -7, "Yesterday": -1}
    for title, distance in days.items():
        make_past(editor, event=make_event(title, starts_on=today + timedelta(days=distance)))
    under_way = make_event("Under way", starts_on=today - timedelta(days=3), ends_on=today + timedelta(days=3))
    make_past(editor, event=under_way)
    make_past(editor, language="ru", event=make_event("Событие", language="ru"))
    tree = tree_of(client, "/en/events/")
    assert words(tree.xpath("//main//h3")) == ["Under way", "Tomorrow", "Next week", "Yesterday", "Last week"]
    assert words(tree.xpath("//main//h2")) == ["Coming and under way", "Past events"]
    assert words(tree_of(client, "/ru/events/").xpath("//main//h3")) == ["Событие"]


def test_the_index_has_twenty_a_page(client, editor):
    for n in range(21):
        make_past(editor, event=make_event(f"Event {n}", starts_on=date(2024, 1, 1 + n)))
    assert len(tree_of(client, "/en/events/").xpath("//main//h3")) == 20
    assert words(tree_of(client, "/en/events/?page=2").xpath("//main//h3")) == ["Event 0"]
    assert client.get("/en/events/?page=1").headers["Location"] == "/en/events/"
    for odd in ("3", "0", "x", "%00"):
        assert client.get(f"/en/events/?page={odd}").status_code == 404


@pytest.mark.parametrize("state", ["none", "draft", "waiting", "scheduled", "gone", "page"])
def test_an_event_without_a_live_text_is_nowhere(client, editor, moderator, state):
    event = make_event(f"{SECRET} summit", starts_on=clock.now().date() + timedelta(days=30))
    columns = {"event": event, "genre": "announcement", "section": make_section("council")}
    if state == "draft":
        make_draft(editor, **columns)
    elif state == "waiting":
        make_waiting(editor, **columns)
    elif state == "scheduled":
        make_scheduled(editor, moderator, **columns)
    elif state == "gone":
        actions.withdraw(make_past(editor, **columns), by=moderator, mode="gone", comment="Wrong.")
    elif state == "page":  # the text of a section stands in no list
        section = columns["section"]
        make_past(editor, kind="page", event=event, section=section, text_of=section, genre="")
    nothing = client.get("/en/nothing/").content
    for path in (event.get_absolute_url(), f"/en/events/{event.code}/", f"/en/events/x-{event.code}/"):
        response = client.get(path)
        assert (response.status_code, response.content) == (404, nothing), path
    for path in ("/en/events/", "/en/"):
        assert SECRET not in client.get(path).content.decode()


def test_it_appears_at_the_instant_of_its_first_text_and_not_before(client, editor, moderator, monkeypatch):
    event, at = make_event(SECRET), clock.now() + timedelta(hours=1)
    make_scheduled(editor, moderator, at=at, event=event)
    for moment, status in ((at - timedelta(microseconds=1), 404), (at, 200)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        assert client.get(event.get_absolute_url()).status_code == status
        assert (SECRET in client.get("/en/events/").content.decode()) is (status == 200)


def test_what_is_scheduled_or_superseded_is_not_on_its_page(client, editor, moderator):
    event = make_event()
    live = make_past(editor, event=event, title="Public")
    make_scheduled(editor, moderator, event=event, title=f"{SECRET} report")
    draft = make_next(live, by=editor)
    draft.title = f"{SECRET} title"
    draft = actions.submit(actions.save(draft, by=editor, version=draft.version), by=editor)
    at = clock.now() + timedelta(hours=1)
    actions.approve(draft, by=moderator, digest=draft.compute_digest(), at=at)
    tree = tree_of(client, event.get_absolute_url())
    assert words(tree.xpath("//main//h3")) == ["Public"] and SECRET not in tree.text_content()


def test_only_the_code_counts(client, editor):
    event = make_event()
    make_past(editor, event=event)
    for path in (f"/en/events/{event.code}/", f"/en/events/old-title-{event.code}/", f"/ru/events/x-{event.code}/"):
        response = client.get(path)
        assert (response.status_code, response.headers["Location"]) == (301, event.get_absolute_url()), path


def test_the_same_event_in_another_language_is_linked_once_it_has_a_text_there(client, editor):
    event = make_event()
    make_past(editor, event=event)
    other = Event.objects.create(
        language="ru", title="Конференция", starts_on=event.starts_on, translation_group=event.translation_group
    )
    assert other.code not in client.get(event.get_absolute_url()).content.decode()
    make_past(editor, event=other, language="ru")
    (link,) = tree_of(client, event.get_absolute_url()).xpath("//link[@hreflang='ru']/@href")
    assert link == f"http://testserver{other.get_absolute_url()}"


def test_an_item_and_its_event_lead_to_each_other(client, editor, moderator):
    event = make_event()
    item = make_past(editor, event=event, place="Bishkek & Osh")
    path = event.get_absolute_url()
    facts = tree_of(client, item.get_absolute_url()).xpath("//div[@class='facts']//dd/a/@href")
    assert facts[:2] == [path, "/en/news/?place=Bishkek+%26+Osh"]
    assert item.get_absolute_url() in tree_of(client, path).xpath("//main//h3/a/@href")
    draft = actions.submit(make_next(item, by=editor), by=editor)
    actions.approve(draft, by=moderator, digest=draft.compute_digest())
    older = tree_of(client, f"{item.get_absolute_url()}editions/1/")
    assert not {path, facts[1]} & set(older.xpath("//a/@href"))


def test_a_new_title_of_an_event_changes_no_published_page_and_its_link_still_leads_there(client, editor):
    event = make_event("Summit")
    item = make_past(editor, event=event)
    before = client.get(item.get_absolute_url()).content
    event.title = "Renamed"
    event.save()
    assert client.get(item.get_absolute_url()).content == before
    (link,) = lxml_html.fromstring(before.decode()).xpath("//div[@class='facts']//dd/a[text()='Summit']/@href")
    assert client.get(link).headers["Location"] == event.get_absolute_url() != link


def test_a_preview_links_no_event_that_has_no_page(client, editor):
    waiting = make_waiting(editor, event=make_event(), place="Bishkek")
    client.force_login(editor)
    html = client.get(f"/preview/{waiting.publication.code}/1/").content.decode()
    assert "Parliamentary Conference" in html and "/en/events/parl" not in html and "?place=" not in html


@pytest.mark.parametrize("size", [2, 15])
def test_their_pages_cost_the_same_however_many_there_are(client, queries, editor, size):
    Identity.objects.create(language="en", name="Office", short_name="Office")
    event, person = make_event(), make_person()
    for n in range(size):
        make_past(editor, kind="speech", event=event, speakers=[person])
        make_past(editor, event=make_event(f"Event {n}"))
    assert queries(client, "/en/events/") == 4
    assert queries(client, event.get_absolute_url()) == 4
