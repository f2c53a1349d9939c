"""What is found is what the public can read at that instant: not a second before, not a second after; and of what is
not public neither a word, nor a count, nor a hint."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction

from cms.editorial import actions
from cms.models import SearchEntry, SearchWord, clock
from tests.factories import make_draft, make_live, make_next, make_past, make_scheduled, make_section, make_waiting
from tests.public.test_closed_world import STATES, never_shown

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)


def ask(client, q, **more):
    response = client.get("/en/search/", {"q": q, **more})
    assert response.status_code == 200
    return response.content.decode().replace(q, "…")


def finds(client, q, **more):
    return 'class="entry h-entry"' in ask(client, q, **more)


def in_index():
    """Rows of the table of the database's own kind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cms_search_index")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("order", ["newest", "best"])
def test_a_scheduled_text_is_found_at_its_instant_and_not_before(client, editor, moderator, monkeypatch, order):
    at = clock.now() + timedelta(hours=1)
    make_scheduled(editor, moderator, at=at, title="Zanzibar", section=make_section("council"))
    for moment, found in ((at - MOMENT, False), (at, True)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        assert finds(client, "zanzibar", order=order) is found


def test_the_text_it_replaces_is_found_until_then_and_not_after(client, editor, moderator, monkeypatch):
    live = make_past(editor, body="<p>Zanzibar</p>")
    draft = make_next(live, by=editor)
    draft.body = "<p>Pemba</p>"
    draft = actions.submit(actions.save(draft, by=editor, version=draft.version), by=editor)
    at = clock.now() + timedelta(hours=1)
    actions.approve(draft, by=moderator, digest=draft.compute_digest(), at=at)
    for moment, old, new in ((at - MOMENT, True, False), (at, False, True)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        assert (finds(client, "Zanzibar"), finds(client, "Pemba")) == (old, new)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", ["news", "speech"])
def test_what_was_never_live_changes_no_answer(client, editor, moderator, state, kind):
    section = make_section("council")
    make_past(editor, title="Public title", section=section)
    questions = [("title", {}), ("zanzibar", {}), ("zanzibra", {}), ("zanzibar title", {"order": "best"})]
    questions += [("title", {"place": "Zanzibar place"}), ("title", {"year": f"{clock.now():%Y}", "kind": kind})]
    before = [ask(client, q, **more) for q, more in questions]
    never_shown(state, kind, section, editor, moderator)
    assert [ask(client, q, **more) for q, more in questions] == before


@pytest.mark.parametrize("mode", ["gone", "redirect", "notice"])
def test_what_was_taken_down_is_not_found_nor_proposed(client, editor, moderator, mode):
    shown, other = make_past(editor, title="Zanzibar"), make_past(editor)
    assert "zanzibar" in ask(client, "zanzibra")
    target = other.publication if mode == "redirect" else None
    actions.withdraw(shown, by=moderator, mode=mode, comment="Wrong.", redirect_to=target)
    assert finds(client, "Zanzibar") is (mode == "notice")
    assert ("zanzibar" in ask(client, "zanzibra")) is (mode == "notice")


def test_what_is_found_far_behind_what_was_replaced(client, editor, monkeypatch):
    """However many editions of the index are not live, those that are come all the same: after four rounds here."""
    for name, texts in (("CAP", 4), ("LEAST", 1), ("MOST", 4)):
        monkeypatch.setattr(f"cms.public.searching.{name}", texts)
    day = clock.now() - timedelta(days=300)
    found = make_past(editor, title="Grain, first", dated_on=day.date())
    for n in range(12):
        make_past(editor, title="Grain", at=day + timedelta(days=n), until=day + timedelta(days=n, hours=1))
    for order in ("newest", "best"):
        page = ask(client, "grain", order=order)
        assert found.publication.code in page and page.count('class="entry h-entry"') == 1


def test_a_page_of_a_section_is_not_searched(client, editor):
    section = make_section("council")
    make_past(editor, kind="page", title="Zanzibar", section=section, text_of=section)
    assert not finds(client, "zanzibar") and not SearchEntry.objects.exists()


# --- The index is of the same transaction


def test_an_approval_that_fails_leaves_nothing_in_the_index(editor, moderator):
    waiting = make_waiting(editor, title="Zanzibar")
    before = in_index()
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
        assert in_index() == before + 1
        raise RuntimeError
    assert in_index() == before
    assert not SearchEntry.objects.exists() and not SearchWord.objects.exists()


def test_an_approval_that_cannot_be_indexed_fails(editor, moderator, monkeypatch):
    waiting = make_waiting(editor)
    monkeypatch.setattr("cms.search.index.plain_text", lambda html: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
    waiting.refresh_from_db()
    assert waiting.state == "in_review"


def test_what_is_unscheduled_leaves_the_index(client, editor, moderator, monkeypatch):
    before = in_index()
    scheduled = make_scheduled(editor, moderator, title="Zanzibar")
    assert in_index() == before + 1 and SearchWord.objects.filter(word="zanzibar").exists()
    back = actions.unschedule(scheduled, by=moderator)
    assert in_index() == before
    assert not SearchEntry.objects.exists() and not finds(client, "zanzibar")
    assert "zanzibar" not in client.get("/en/search/?q=zanzibra").content.decode()  # nor is the word proposed
    actions.approve(back, by=moderator, digest=back.compute_digest())
    assert finds(client, "zanzibar")


def test_drafts_are_not_indexed(editor):
    make_draft(editor)
    make_waiting(editor)
    assert not SearchEntry.objects.exists()


def test_an_approval_is_found_at_once(client, editor, moderator):
    make_live(editor, moderator, title="Zanzibar")
    assert finds(client, "zanzibar")
