"""The register of corrections and withdrawals: each with its time, kind and reason, and a feed of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from cms.editorial import actions, archive
from cms.models import clock
from cms.public import corrections
from tests.factories import make_draft, make_next, make_past, stored

pytestmark = pytest.mark.django_db
BEGAN = datetime(2024, 12, 30, 9, tzinfo=UTC)
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def make_corrected(editor, *, change="correction", note="Corrected: the date.", after=timedelta(days=1), **columns):
    first = make_past(editor, at=BEGAN, until=BEGAN + after, **columns)
    draft = make_next(first, by=editor, change=change, public_note=note)
    return archive.enter(draft, by=editor, live_from=BEGAN + after)


def words(response):
    return response.content.decode()


def test_a_correction_is_told_with_its_item_its_kind_and_its_note(client, editor):
    item = make_corrected(editor, title="Ice survey")
    page = words(client.get("/en/corrections/"))
    assert f'<a href="{item.get_absolute_url()}">Ice survey</a> <span class="quiet">correction</span>' in page
    assert "Corrected: the date." in page
    assert f'href="{item.get_changes_url(1)}"' in page
    assert "Ice survey" not in words(client.get("/ru/corrections/"))


@pytest.mark.parametrize("kind", ["update", "slip", "translation"])
def test_other_changes_are_listed_where_they_are_asked_for(client, editor, kind):
    make_corrected(editor, change=kind, title="Ice survey")
    assert "Ice survey" not in words(client.get("/en/corrections/"))
    assert "Ice survey" in words(client.get(f"/en/corrections/?kind={kind}"))
    assert "Ice survey" not in words(client.get("/en/corrections/?kind=correction"))
    assert "Ice survey" in words(client.get(f"/en/corrections/feed.atom?kind={kind}"))


@pytest.mark.parametrize("mode", ["gone", "redirect"])
def test_what_was_taken_down_is_named_by_its_address_alone(client, editor, moderator, mode):
    item = make_corrected(editor, title="Zanzibar", note="Zanzibar note")
    target = make_past(editor).publication if mode == "redirect" else None
    actions.withdraw(stored(item), by=moderator, mode=mode, comment="It was a forgery.", redirect_to=target)
    for path in ("/en/corrections/", "/en/corrections/?kind=withdrawal", "/en/corrections/feed.atom"):
        page = words(client.get(path))
        assert "It was a forgery." in page and f"/p/{item.publication.code}/" in page, path
        assert "Zanzibar" not in page, path


def test_a_text_under_a_notice_is_named(client, editor, moderator):
    item = make_past(editor, title="Ice survey")
    actions.withdraw(item, by=moderator, mode="notice", comment="The figures are wrong.")
    page = words(client.get("/en/corrections/"))
    assert "Ice survey" in page and "The figures are wrong." in page and "kept under a notice" in page


def test_nothing_is_told_of_drafts_and_of_what_is_to_come(client, editor, moderator):
    first = make_past(editor, at=BEGAN, title="Ice survey")
    draft = make_next(first, by=editor, change="correction", public_note="Corrected: Zanzibar.")
    for path in ("/en/corrections/", "/en/corrections/feed.atom"):
        assert "Zanzibar" not in words(client.get(path))
    waiting = actions.submit(draft, by=editor)
    actions.approve(waiting, by=moderator, digest=waiting.compute_digest(), at=clock.now() + timedelta(hours=1))
    for path in ("/en/corrections/", "/en/corrections/feed.atom"):
        assert "Ice survey" not in words(client.get(path))


def test_a_first_publication_is_no_correction_whatever_it_says(client, editor):
    draft = make_draft(editor, title="Ice survey", change="correction")
    archive.enter(draft, by=editor, live_from=BEGAN)
    assert "Ice survey" not in words(client.get("/en/corrections/"))


def test_pages_go_back_without_a_gap_also_through_one_instant(client, editor, monkeypatch):
    monkeypatch.setattr(corrections, "SIZE", 4)
    titles = [f"Item {n:02d}" for n in range(9)]
    for n, title in enumerate(titles):
        make_corrected(editor, title=title, after=timedelta(days=1 + (n % 3)))
    seen, path = [], "/en/corrections/"
    while path:
        page = etree.HTML(client.get(path).content)
        seen.append(
            [link.text for link in page.iterfind(".//ol[@class='edition-list']//a") if link.text != "What changed"]
        )
        path = next((link.get("href") for link in page.iterfind(".//a[@rel='next']")), "")
    assert [len(page) for page in seen] == [4, 4, 1]
    assert sorted(sum(seen, [])) == titles
    assert {int(title[5:]) % 3 for title in seen[0][:3]} == {2}


def test_years_are_pages_and_other_years_are_not(client, editor):
    make_corrected(editor, title="Last year", after=timedelta(hours=1))
    make_corrected(editor, title="This year", after=timedelta(days=3))
    assert "Last year" in words(client.get("/en/corrections/2024/"))
    assert "This year" not in words(client.get("/en/corrections/2024/"))
    assert "This year" in words(client.get("/en/corrections/2025/"))
    assert 'href="/en/corrections/2024/"' in words(client.get("/en/corrections/"))
    assert client.get("/en/corrections/2023/").status_code == 404
    assert client.get(f"/en/corrections/{clock.now().year + 1}/").status_code == 404


@pytest.mark.parametrize("before", ["", "x", "2025-13-01T00:00:00.000000Z-7kq2m4x", "2025-01-01", "\0", "7" * 10_000])
def test_a_place_that_is_none_is_a_404_or_the_beginning(client, editor, before):
    make_corrected(editor)
    assert client.get("/en/corrections/", {"before": before}).status_code == (404 if before else 200)


def test_a_kind_that_means_nothing_is_dropped(client, editor):
    make_corrected(editor, title="Ice survey")
    for kind in ("x", "\0", "k" * 10_000):
        assert "Ice survey" in words(client.get("/en/corrections/", {"kind": kind}))


def test_the_feed_is_atom_and_its_ids_stay(client, editor, moderator):
    item = make_corrected(editor, title="Ice & \x0bsnow <survey>")
    gone = make_past(editor)
    withdrawal = actions.withdraw(gone, by=moderator, mode="gone", comment="A forgery.")
    response = client.get("/en/corrections/feed.atom")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(response.content)
    for name in ("id", "title", "updated", "author/a:name", "link[@rel='self']", "link[@rel='alternate']"):
        assert feed.find(f"a:{name}", ATOM) is not None, name
    entries = feed.findall("a:entry", ATOM)
    assert [e.findtext("a:title", namespaces=ATOM) for e in entries] == ["Withdrawn", "Correction: Ice & snow <survey>"]
    assert feed.findtext("a:updated", namespaces=ATOM) == entries[0].findtext("a:updated", namespaces=ATOM)
    moment = datetime.fromisoformat(entries[0].findtext("a:updated", namespaces=ATOM))
    assert moment == withdrawal.from_at
    ids = [e.findtext("a:id", namespaces=ATOM) for e in entries]
    assert ids[1] == f"tag:testserver,2026:{item.publication.code}/2"
    assert len(set(ids)) == 2
    for entry in entries:
        assert entry.find("a:link[@rel='alternate']", ATOM).get("href").startswith("http://testserver/")
        assert entry.findtext("a:summary", namespaces=ATOM)


def test_an_empty_register_has_a_page_and_a_feed(client):
    assert "nothing of this sort" in words(client.get("/en/corrections/"))
    assert etree.fromstring(client.get("/en/corrections/feed.atom").content).tag == "{http://www.w3.org/2005/Atom}feed"


def test_the_register_of_a_past_moment_ends_there(client, editor):
    make_corrected(editor, title="Ice survey", after=timedelta(days=3))
    assert "Ice survey" not in words(client.get("/en/corrections/?at=2025-01-01"))
    assert "Ice survey" in words(client.get("/en/corrections/?at=2025-01-03"))


def test_it_costs_six_queries_at_most(client, queries, editor, moderator):
    costs = []
    for size in (1, 5):
        for _ in range(size):
            make_corrected(editor)
            actions.withdraw(make_past(editor), by=moderator, mode="gone", comment="A forgery.")
        costs.append(
            [
                queries(client, path)
                for path in ("/en/corrections/", "/en/corrections/2025/", "/en/corrections/feed.atom")
            ]
        )
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 6
