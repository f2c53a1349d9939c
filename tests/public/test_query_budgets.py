"""How many queries each public address costs: the same for 3 items and for 60, and never more than six."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cms.editorial import actions
from cms.models import Identity, Person, Related
from speeches.models import Speaker
from tests.factories import make_draft, make_past, make_person, make_section

pytestmark = pytest.mark.django_db
BUDGET = {
    "home": 3,  # identity, sections, items
    "all news": 4,  # + months with their counts
    "page of news": 4,
    "section": 5,  # + its text
    "year": 4,
    "month": 4,
    "section year": 4,
    "search": 5,  # identity, sections, positions in the index, what of them is live, the page
    "search, best first": 6,  # + their ranks
    "search, narrowed down": 5,
    "nothing found": 6,  # identity, sections, positions, likely words, where they stand, what of that is live
    "detail": 5,  # identity, sections, editions and translations, speakers, related items
    "edition": 5,
    "changes": 5,  # identity, sections, editions, speakers, related items
    "short": 1,
    "way back": 2,
    "gone": 3,
    "not found": 4,
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
    speech = make_draft(editor, kind="speech", section=section, dated_on=newest, speakers=[])
    for n in range(size // 2 or 1):
        Speaker.objects.create(edition=speech, person=make_person(f"Person {n}"), position=n)
        Related.objects.create(edition=speech, publication=items[n].publication, title=f"Item {n}", position=n)
    actions.settle(speech)
    speech = actions.submit(speech, by=editor)
    speech = actions.approve(speech, by=moderator, digest=speech.compute_digest())
    make_past(editor, language="ru", group=speech.publication.translation_group)
    for _ in range(size // 6 + 1):
        draft = actions.submit(actions.next_edition(speech, by=editor), by=editor)
        speech = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    withdrawn = make_past(editor, section=section)
    actions.withdraw(withdrawn, by=moderator, mode="gone", comment="Wrong.")
    return speech, withdrawn


@pytest.mark.parametrize("size", [3, 60])
def test_every_address_keeps_its_budget_whatever_the_size(client, queries, editor, moderator, size):
    speech, withdrawn = fill(editor, moderator, size)
    code = speech.publication.code
    addresses = {
        "home": ("/en/", 200),
        "all news": ("/en/news/", 200),
        "page of news": ("/en/news/?page=2", 200 if size > 20 else 404),
        "section": ("/en/activities/field/", 200),
        "year": ("/en/news/2025/", 200),
        "month": ("/en/news/2025/06/", 200),
        "section year": ("/en/activities/2025/", 200),
        "search": ("/en/search/?q=body", 200),
        "search, best first": ("/en/search/?q=body&order=best", 200),
        "search, narrowed down": (f"/en/search/?q=body&person={Person.objects.first().code}&year=2025", 200),
        "nothing found": ("/en/search/?q=bodi3s+summarry", 200),
        "detail": (speech.get_absolute_url(), 200),
        "edition": (speech.get_absolute_url() + "editions/1/", 200),
        "changes": (speech.get_changes_url(1), 200),
        "short": (f"/p/{code}/", 301),
        "way back": (f"/en/news/?item={code}", 302),
        "gone": (withdrawn.get_absolute_url(), 410),
        "not found": ("/en/nothing/", 404),
    }
    assert addresses.keys() == BUDGET.keys()
    costs = {name: queries(client, path, status) for name, (path, status) in addresses.items()}
    if size < 20:
        costs["page of news"] = BUDGET["page of news"]  # it has no second page
    assert costs == BUDGET
    assert max(costs.values()) <= 6
