"""How many queries each public address costs: the same for 3 items and for 60, and never more than six."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cms.editorial import actions
from cms.models import Contact, Identity, Person, Related
from speeches.models import Speaker
from tests.factories import make_draft, make_event, make_next, make_past, make_person, make_section

pytestmark = pytest.mark.django_db
BUDGET = {
    "home": 3,  # identity, sections, items
    "all news": 5,  # + months with their counts; speakers and places of the latest
    "page of news": 5,
    "section": 6,  # + its text, days with their counts; without speakers and places
    "year": 5,
    "month": 5,
    "section year": 6,
    "people": 5,  # identity, sections, how many, people, posts
    "person": 6,  # identity, sections, the person in all languages, posts, how many, texts
    "events": 4,  # identity, sections, how many, events
    "event": 4,  # identity, sections, the event in all languages, texts
    "contacts": 3,
    "accessibility": 3,
    "detail": 6,  # identity, sections, editions and translations, speakers, related items, contacts
    "edition": 6,
    "search": 4,  # identity, sections, what of the index is live, the page
    "search, best first": 5,  # + their ranks
    "search, narrowed down": 4,
    "nothing found": 6,  # identity, sections, positions, likely words, where they stand, what of that is live
    "quote check": 5,  # identity, sections, positions of runs of words, which are public, their texts
    "quote check, empty": 2,
    "verification": 3,  # identity, sections, editions and translations
    "statements": 6,
    "a speaker's": 6,  # + what they are called
    "a speaker's in a section": 6,
    "text": 3,  # identity, editions and translations, speakers
    "edition as Markdown": 3,
    "item as JSON": 3,  # editions, people, what is around it
    "ninjs": 4,  # + identity
    "changes for mirrors": 2,  # editions, withdrawals
    "changes": 5,  # identity, sections, editions, speakers, related items
    "side by side": 3,  # identity, sections, editions and translations with their texts
    "short": 1,
    "way back": 4,  # the item, months, days, those above it on its day
    "gone": 4,  # one more where something was withdrawn
    "not found": 4,
    "feed": 4,  # identity, items, what ended lately, speakers
    "feed of a person": 5,
    "section feed": 5,  # + sections
    "archive": 5,  # identity, count, items, speakers, the month before
    "section archive": 6,
    "calendar": 1,
    "robots": 0,
    "sitemap": 3,  # last changes, months of each of two languages
    "sitemap of pages": 3,  # sections, people, events
    "sitemap of a month": 2,  # items, translations
    "news sitemap": 2,  # identity, items
    "alive": 0,  # that of /readyz is in tests/project/test_health.py
    "metrics, for strangers": 2,  # those of a page that is not there
}


def fill(editor, moderator, size):
    """A site with `size` of everything that a page could loop over."""
    Identity.objects.create(language="en", name="Office", short_name="Office")
    section = make_section("activities/field")
    for n in range(size // 3):
        make_section(f"activities/field/below-{n}")
    make_past(editor, kind="page", section=section, text_of=section)
    newest = date(2025, 6, 30)
    items = [make_past(editor, section=section, dated_on=newest - timedelta(days=9 * n)) for n in range(size)]
    event = {"event": make_event(), "place": "Bishkek"}
    speech = make_draft(editor, kind="speech", section=section, dated_on=newest, speakers=[], **event)
    for n in range(size // 3):
        make_past(editor, event=make_event(f"Event {n}"))
        Contact.objects.create(language="en", name=f"Desk {n}", mail="desk@example.org")
    for n in range(size // 2 or 1):
        Speaker.objects.create(edition=speech, person=make_person(f"Person {n}"), position=n)
        Related.objects.create(edition=speech, publication=items[n].publication, title=f"Item {n}", position=n)
    actions.settle(speech)
    speech = actions.submit(speech, by=editor)
    speech = actions.approve(speech, by=moderator, digest=speech.compute_digest())
    make_past(editor, language="ru", group=speech.publication.translation_group, translated_from=speech)
    for _ in range(size // 6 + 1):
        draft = actions.submit(make_next(speech, by=editor), by=editor)
        speech = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    withdrawn = make_past(editor, section=section)
    actions.withdraw(withdrawn, by=moderator, mode="gone", comment="Wrong.")
    return speech, withdrawn


@pytest.mark.parametrize("size", [3, 60])
def test_every_address_keeps_its_budget_whatever_the_size(client, queries, editor, moderator, size):
    speech, withdrawn = fill(editor, moderator, size)
    code, speaker = speech.publication.code, Speaker.objects.filter(edition=speech.pk).first().person
    code, person = speech.publication.code, Person.objects.first()
    code = speech.publication.code
    said = "The body of this text is short"
    day = date(2025, 5, 19)
    announcement = make_past(editor, genre="announcement", takes_place_on=day, body=f"<p>{said}.</p>")
    addresses = {
        "home": ("/en/", 200),
        "all news": ("/en/news/", 200),
        "page of news": ("/en/news/?page=2", 200 if size > 20 else 404),
        "section": ("/en/activities/field/", 200),
        "year": ("/en/news/2025/", 200),
        "month": ("/en/news/2025/06/", 200),
        "section year": ("/en/activities/2025/", 200),
        "people": ("/en/people/", 200),
        "person": (speaker.get_absolute_url(), 200),
        "events": ("/en/events/", 200),
        "event": (speech.event.get_absolute_url(), 200),
        "contacts": ("/en/contacts/", 200),
        "accessibility": ("/en/accessibility/", 200),
        "search": ("/en/search/?q=body", 200),
        "search, best first": ("/en/search/?q=body&order=best", 200),
        "search, narrowed down": (f"/en/search/?q=body&person={Person.objects.first().code}&year=2025", 200),
        "nothing found": ("/en/search/?q=bodi3s+summarry", 200),
        "quote check": (f"/en/quote/?q={said}", 200),
        "quote check, empty": ("/en/quote/", 200),
        "verification": (f"/en/verify/?q={code}", 200),
        "statements": ("/en/news/?kind=news&genre=report", 200),
        "a speaker's": (f"/en/news/?person={person.code}", 200),
        "a speaker's in a section": (f"/en/activities/2025/?person={person.code}", 200),
        "detail": (speech.get_absolute_url(), 200),
        "edition": (speech.get_absolute_url() + "editions/1/", 200),
        "text": (speech.get_absolute_url() + "text.txt", 200),
        "edition as Markdown": (speech.get_absolute_url() + "editions/1/text.md", 200),
        "item as JSON": (speech.get_absolute_url() + "item.json", 200),
        "ninjs": (speech.get_absolute_url() + "ninjs.json", 200),
        "changes for mirrors": ("/changes.json?limit=500", 200),
        "changes": (speech.get_changes_url(1), 200),
        "side by side": (speech.get_beside_url("ru"), 200),
        "short": (f"/p/{code}/", 301),
        "way back": (f"/en/news/?item={code}", 302),
        "gone": (withdrawn.get_absolute_url(), 410),
        "not found": ("/en/nothing/", 404),
        "feed": ("/en/news/feed.atom", 200),
        "feed of a person": (f"/en/news/feed.rss?person={Person.objects.latest('pk').code}", 200),
        "section feed": ("/en/activities/feed.json", 200),
        "archive": ("/en/news/2025/06/feed.atom?part=1", 200),
        "section archive": ("/en/activities/2025/06/feed.rss", 200),
        "calendar": (announcement.get_absolute_url() + "event.ics", 200),
        "robots": ("/robots.txt", 200),
        "sitemap": ("/sitemap.xml", 200),
        "sitemap of pages": ("/sitemaps/en.xml", 200),
        "sitemap of a month": ("/sitemaps/en-2025-06-1.xml", 200),
        "news sitemap": ("/news-sitemap.xml", 200),
        "alive": ("/healthz", 200),
        "metrics, for strangers": ("/metrics", 404),
    }
    assert addresses.keys() == BUDGET.keys()
    costs = {name: queries(client, path, status) for name, (path, status) in addresses.items()}
    if size < 20:
        costs["page of news"] = BUDGET["page of news"]  # it has no second page
    assert costs == BUDGET
    assert max(costs.values()) <= 6
