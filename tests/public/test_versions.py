"""What changed: editions with their kind of change, any two compared, and Link headers for programs (RFC 5829)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from cms.editorial import actions, archive
from tests.factories import make_next, make_past, make_section, stored

pytestmark = pytest.mark.django_db
BEGAN = datetime(2025, 5, 19, 9, tzinfo=UTC)


def make_editions(editor, *changes):
    """A text with an edition a day: the first, and one for each kind of change."""
    until = [BEGAN + timedelta(days=n) for n in range(1, len(changes) + 1)]
    edition = make_past(editor, at=BEGAN, until=until[0] if until else None, body="<p>One</p>")
    for n, change in enumerate(changes):
        draft = make_next(edition, by=editor, change=change, body=f"<p>One {n + 2}</p>")
        ends = until[n + 1] if n + 1 < len(until) else None
        edition = archive.enter(draft, by=editor, live_from=until[n], live_until=ends)
    return edition


def links(response):
    given = response.headers.get("Link", "")
    pairs = (link.split("; rel=") for link in given.split(", ") if link)
    return {relation.strip('"'): address.strip("<>") for address, relation in pairs}


def test_the_list_says_what_sort_of_change_each_edition_is(client, editor):
    item = make_editions(editor, "correction", "slip", "clarification")
    page = client.get(item.get_absolute_url()).content.decode()
    for kind in ("first publication", "correction", "typing slip", "clarification"):
        assert f'<span class="quiet">{kind}</span>' in page, kind


def test_editions_from_before_kinds_were_asked_for_say_nothing(client, editor):
    item = make_editions(editor, None)
    page = client.get(item.get_absolute_url()).content.decode()
    assert '<span class="quiet"></span>' not in page and "None" not in page


def test_any_two_editions_can_be_chosen(client, editor):
    item = make_editions(editor, "update", "correction")
    own = item.get_absolute_url()
    page = client.get(own).content.decode()
    assert f'<form class="compare" action="{own}changes/">' in page
    for query in ("from=1&to=3", "from=3&to=1"):
        response = client.get(f"{own}changes/?{query}")
        assert (response.status_code, response.headers["Location"]) == (302, f"{own}changes/1..3/")
    assert client.get(f"{own}changes/1..3/").status_code == 200
    assert client.get(f"{own}changes/?from=2&to=2").headers["Location"] == f"{own}editions/2/"
    assert client.get(f"{own}changes/").headers["Location"] == f"{own}#editions"
    only = client.get(make_editions(editor, "update").get_absolute_url()).content.decode()
    assert 'class="compare"' not in only


@pytest.mark.parametrize("query", ["from=1&to=4", "from=1", "from=x&to=1", "from=\0&to=1", "from=" + "1" * 10_000])
def test_what_is_no_edition_is_not_found(client, editor, query):
    item = make_editions(editor, "update", "correction")
    assert client.get(f"{item.get_absolute_url()}changes/?{query}").status_code == 404


def test_programs_are_told_of_the_other_editions(client, editor):
    item = make_editions(editor, "update", "correction")
    own = item.get_absolute_url()
    history = {"latest-version": own, "version-history": f"{own}#editions"}
    before = {"predecessor-version": f"{own}editions/2/"}
    assert links(client.get(own)) == {**history, **before}
    assert links(client.get(f"{own}editions/3/")) == {**history, **before}
    middle = {"predecessor-version": f"{own}editions/1/", "successor-version": f"{own}editions/3/"}
    assert links(client.get(f"{own}editions/2/")) == {**history, **middle}
    assert links(client.get(f"{own}editions/1/")) == {**history, "successor-version": f"{own}editions/2/"}


def test_programs_are_not_told_of_drafts_nor_of_what_was_taken_down(client, editor, moderator):
    first = make_past(editor)
    draft = make_next(first, by=editor)
    assert "editions/" not in client.get(first.get_absolute_url()).headers["Link"]
    actions.discard(draft, by=editor)
    actions.withdraw(stored(first), by=moderator, mode="gone", comment="Wrong.")
    waiting = actions.submit(make_next(first, by=editor), by=editor)
    better = actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
    assert "predecessor-version" not in links(client.get(better.get_absolute_url()))


def test_the_current_edition_is_found_at_the_item_and_an_earlier_one_at_its_own_address(client, editor):
    item = make_editions(editor, "update")
    own = item.get_absolute_url()
    for number, canonical in ((2, own), (1, f"{own}editions/1/")):
        page = client.get(f"{own}editions/{number}/").content.decode()
        assert f'<link rel="canonical" href="http://testserver{canonical}">' in page


def test_additions_and_removals_are_told_by_more_than_colour(client, editor):
    item = make_editions(editor, "update", "correction")
    page = client.get(item.get_changes_url(2)).content.decode()
    assert "<del>2</del>" in page and "<ins>3</ins>" in page
    assert '<p class="legend"><ins>added</ins> <del>removed</del></p>' in page
    style = (settings.BASE_DIR / "static/cms/site.css").read_text()
    for element, sign, aloud in (("ins", "⊕", "+"), ("del", "⊖", "−")):
        assert f'\n{element}::before {{\n  content: "{sign}";\n  content: "{sign}" / "{aloud}";' in style


def test_the_list_of_editions_of_a_section_text_has_them_too(client, editor):
    section = make_section("council")
    first = make_past(editor, kind="page", section=section, text_of=section, at=BEGAN, until=BEGAN + timedelta(days=1))
    second = make_next(first, by=editor, change="correction")
    archive.enter(second, by=editor, live_from=BEGAN + timedelta(days=1))
    assert "correction" in client.get("/en/council/").content.decode()
