"""What search engines are told: robots.txt, the sitemaps of every language and month, the news of two days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.cache import cache
from lxml import etree

from cms.editorial import actions
from cms.models import Identity, Section, clock
from cms.public import sitemaps
from tests.factories import make_event, make_next, make_past, make_person, make_scheduled, make_section

pytestmark = pytest.mark.django_db
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
HOST = "http://testserver"


def ask(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert "Vary" not in response.headers or "Accept-Language" not in response.headers["Vary"]
    return etree.fromstring(response.content)


def addresses(root):
    return [loc.text.removeprefix(HOST) for loc in root.iter(f"{SITEMAP}loc")]


def changed(root, path):
    """The lastmod of an address, as an instant."""
    entry = next(loc.getparent() for loc in root.iter(f"{SITEMAP}loc") if loc.text == HOST + path)
    return datetime.fromisoformat(entry.findtext(f"{SITEMAP}lastmod"))


def test_robots_are_led_to_the_sitemaps_and_kept_from_nothing_public(client):
    response = client.get("/robots.txt")
    lines = response.content.decode().splitlines()
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert lines[0] == "User-agent: *"
    assert {line for line in lines if line.startswith("Disallow")} == {"Disallow: /admin/", "Disallow: /preview/"}
    assert f"Sitemap: {HOST}/sitemap.xml" in lines and f"Sitemap: {HOST}/news-sitemap.xml" in lines


def test_the_index_names_every_month_with_the_last_change_in_it(client, editor, moderator):
    first = make_past(editor, dated_on=date(2025, 5, 3), at=clock.now() - timedelta(days=9))
    make_past(editor, dated_on=date(2025, 5, 4), at=clock.now() - timedelta(days=5))
    make_past(editor, dated_on=date(2024, 1, 4), language="ru")
    index = ask(client, "/sitemap.xml")
    assert addresses(index) == [
        "/sitemaps/en.xml",
        "/sitemaps/ru.xml",
        "/sitemaps/en-2025-05-1.xml",
        "/sitemaps/ru-2024-01-1.xml",
    ]
    draft = actions.submit(make_next(first, by=editor), by=editor)
    now = actions.approve(draft, by=moderator, digest=draft.compute_digest()).live_from
    cache.clear()  # the last changes of months are kept for some minutes
    assert changed(ask(client, "/sitemap.xml"), "/sitemaps/en-2025-05-1.xml") == now.replace(microsecond=0)


def test_the_index_forgets_a_month_with_its_only_text_at_once(client, editor, moderator):
    gone, kept = make_past(editor, dated_on=date(2025, 5, 3)), make_past(editor, dated_on=date(2025, 6, 3))
    assert "/sitemaps/en-2025-05-1.xml" in addresses(ask(client, "/sitemap.xml"))
    actions.withdraw(gone, by=moderator, mode="gone", comment="Wrong.")
    make_past(editor, dated_on=date(2025, 7, 3))
    months = [path for path in addresses(ask(client, "/sitemap.xml")) if "-2025-" in path]
    assert months == ["/sitemaps/en-2025-07-1.xml", "/sitemaps/en-2025-06-1.xml"]
    assert changed(ask(client, "/sitemap.xml"), months[1]) == kept.live_from.replace(microsecond=0)


def test_people_and_events_are_named_with_their_newest_text_and_their_translations(client, editor, moderator):
    person, russian = make_person("Aigerim Sadykova"), make_person("Айгерим Садыкова", language="ru")
    russian.translation_group = person.translation_group
    russian.save()
    event = make_event("Conference")
    first = make_past(editor, kind="speech", speakers=[person], event=event, at=clock.now() - timedelta(days=3))
    later = make_past(editor, kind="speech", speakers=[person], at=clock.now() - timedelta(days=2))
    make_past(editor, kind="speech", speakers=[russian], language="ru")
    for hidden in ({"speakers": [make_person("In a draft")]}, {"event": make_event("To come")}):
        make_scheduled(editor, moderator, kind="speech", **hidden)
    root = ask(client, "/sitemaps/en.xml")
    people, events = ["/en/people/", person.get_absolute_url()], ["/en/events/", event.get_absolute_url()]
    assert [path for path in addresses(root) if "/people/" in path or "/events/" in path] == people + events
    assert changed(root, people[1]) == later.live_from.replace(microsecond=0)
    assert changed(root, events[1]) == first.live_from.replace(microsecond=0)
    links = {e.get("href").removeprefix(HOST) for e in root.iter(f"{XHTML}link") if "/people/" in e.get("href")}
    assert links == {"/en/people/", "/ru/people/", person.get_absolute_url(), russian.get_absolute_url()}
    for path in addresses(root):
        assert client.get(path).status_code == 200, path
    actions.withdraw(later, by=moderator, mode="gone", comment="Wrong.")
    actions.withdraw(first, by=moderator, mode="gone", comment="Wrong.")
    left = addresses(ask(client, "/sitemaps/en.xml"))
    assert not [path for path in left if "/people/" in path or "/events/" in path]


def test_a_month_names_its_items_with_their_change_and_their_translations(client, editor):
    section = make_section("council")
    text = make_past(editor, section=section, dated_on=date(2025, 5, 3))
    russian = make_past(editor, language="ru", group=text.publication.translation_group, dated_on=date(2025, 6, 1))
    alone = make_past(editor, dated_on=date(2025, 5, 31))
    make_past(editor, dated_on=date(2025, 6, 1))
    root = ask(client, "/sitemaps/en-2025-05-1.xml")
    assert addresses(root) == [text.get_absolute_url(), alone.get_absolute_url()]
    assert changed(root, text.get_absolute_url()) == text.live_from.replace(microsecond=0)
    links = {e.get("hreflang"): e.get("href").removeprefix(HOST) for e in root.iter(f"{XHTML}link")}
    assert links == {"en": text.get_absolute_url(), "ru": russian.get_absolute_url()}
    back = ask(client, "/sitemaps/ru-2025-06-1.xml")
    assert links == {e.get("hreflang"): e.get("href").removeprefix(HOST) for e in back.iter(f"{XHTML}link")}
    for path in addresses(root):
        assert client.get(path).status_code == 200


def test_a_month_too_long_for_one_sitemap_has_several(client, editor, monkeypatch):
    monkeypatch.setattr(sitemaps, "SIZE", 2)
    made = [make_past(editor, dated_on=date(2025, 5, 1 + n)).get_absolute_url() for n in range(5)]
    parts = [path for path in addresses(ask(client, "/sitemap.xml")) if "2025-05" in path]
    assert parts == [f"/sitemaps/en-2025-05-{n}.xml" for n in (1, 2, 3)]
    assert [path for part in parts for path in addresses(ask(client, part))] == made
    assert client.get("/sitemaps/en-2025-05-4.xml").status_code == 404


def test_the_pages_of_a_language_are_its_home_its_lists_and_its_sections(client):
    section, other = make_section("council/field"), make_section("sovet", language="ru")
    Section.objects.filter(pk=other.pk).update(translation_group=section.translation_group)
    root = ask(client, "/sitemaps/en.xml")
    assert addresses(root) == ["/en/", "/en/news/", "/en/council/", "/en/council/field/"]
    links = [e.get("href").removeprefix(HOST) for e in root.iter(f"{XHTML}link")]
    assert "/ru/sovet/" in links and "/ru/" in links
    for path in addresses(root):
        assert client.get(path).status_code == 200


def test_the_news_sitemap_holds_what_was_first_published_in_two_days(client, editor, moderator, monkeypatch):
    Identity.objects.create(language="en", name="The Office", short_name="Office")
    now = clock.now()
    make_past(editor, title="Old", at=now - timedelta(days=3))
    old = make_past(editor, title="Old and corrected", at=now - timedelta(days=4))
    draft = actions.submit(make_next(old, by=editor), by=editor)
    actions.approve(draft, by=moderator, digest=draft.compute_digest())
    new = make_past(editor, title="New & <newer>", at=now - timedelta(hours=47))
    make_past(editor, kind="page", text_of=make_section("council"), section=make_section("council"))
    make_scheduled(editor, moderator, title="Later")
    newest = make_past(editor, title="Новое", language="ru", at=now - timedelta(hours=1))
    root = ask(client, "/news-sitemap.xml")
    assert addresses(root) == [newest.get_absolute_url(), new.get_absolute_url()]
    assert [e.text for e in root.iter(f"{NEWS}title")] == ["Новое", "New & <newer>"]
    assert [e.text for e in root.iter(f"{NEWS}language")] == ["ru", "en"]
    assert {e.text for e in root.iter(f"{NEWS}name")} == {"The Office"}
    dates = [datetime.fromisoformat(e.text) for e in root.iter(f"{NEWS}publication_date")]
    assert dates[1] == new.published_at.replace(microsecond=0)
    monkeypatch.setattr(sitemaps, "NEWS_SIZE", 1)
    assert addresses(ask(client, "/news-sitemap.xml")) == [newest.get_absolute_url()]


def test_what_is_not_public_is_in_no_sitemap(client, editor, moderator):
    gone = make_past(editor, dated_on=date(2025, 5, 3))
    actions.withdraw(gone, by=moderator, mode="gone", comment="Wrong.")
    make_scheduled(editor, moderator, dated_on=date(2025, 5, 3))
    assert addresses(ask(client, "/sitemap.xml")) == ["/sitemaps/en.xml", "/sitemaps/ru.xml"]
    assert addresses(ask(client, "/news-sitemap.xml")) == []
    nothing = client.get("/sitemaps/nothing").content
    response = client.get("/sitemaps/en-2025-05-1.xml")
    assert response.status_code == 404 and response.content == nothing


@pytest.mark.parametrize("name", ["de", "en-2025-13-1", "en-2025-05-0", "xx-2025-05-1", "en-2025-05", "EN"])
def test_there_is_no_other_sitemap(client, editor, name):
    make_past(editor, dated_on=date(2025, 5, 3))
    assert client.get(f"/sitemaps/{name}.xml").status_code == 404


def test_a_sitemap_is_sent_once_until_it_changes(client, editor):
    make_past(editor, dated_on=date(2025, 5, 3))
    for path in ("/sitemap.xml", "/sitemaps/en-2025-05-1.xml", "/sitemaps/en.xml", "/news-sitemap.xml"):
        etag = client.get(path).headers["ETag"]
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304, path
