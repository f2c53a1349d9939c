"""“Is this really ours?”: an address, a code or a text, answered from what the public may know."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cms.editorial import actions
from cms.models import clock
from tests.factories import make_event, make_live, make_next, make_past, make_scheduled, make_section, stored
from tests.public.test_closed_world import STATES, never_shown

pytestmark = pytest.mark.django_db
OURS, NOT_OURS, FOREIGN = "Yes, it is ours.", "Not ours.", "Not our address."
WITHDRAWN, ENDED = "Ours once, and withdrawn.", "Ours once, and not shown any more."
UNKNOWN = "0zzzzzz"


def ask(client, q):
    """The page, without what the form repeats."""
    response = client.get("/en/verify/", {"q": q})
    assert response.status_code == 200
    return response.content.decode().partition("</textarea>")[2]


def test_an_address_or_a_code_of_ours_is_answered_with_the_record(client, editor):
    item = make_past(editor, title="On rivers")
    address, code = item.get_absolute_url(), item.publication.code
    for q in (
        code,
        code.upper(),
        address,
        f"http://testserver{address}",
        f"testserver{address}",
        f"http://testserver/p/{code}/",
        f"{address}text.txt",
        f"http://TESTSERVER/ru/council/other-words-{code}/?page=2#b0001",
    ):
        page = ask(client, q)
        for told in (OURS, "On rivers", "It is live.", item.digest, f'href="{address}"', "English"):
            assert told in page, q


def test_an_address_of_an_edition_is_answered_for_that_edition(client, editor, moderator):
    old = make_past(editor, title="On rivers")
    draft = actions.submit(make_next(old, by=editor, title="On lakes"), by=editor)
    new = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    page = ask(client, old.get_edition_url())
    assert OURS in page and "On rivers" in page and "Edition 2 is live now" in page
    assert stored(old).digest in page and new.digest not in page
    assert NOT_OURS in ask(client, old.get_edition_url().replace("/1/", "/3/"))


def test_an_address_elsewhere_is_not_ours_whatever_it_copies(client, editor):
    item = make_past(editor, title="On rivers")
    address = item.get_absolute_url()
    for host in ("example.org", "testserver.example.org", "testserver@example.org", "testserver:8080"):
        page = ask(client, f"https://{host}{address}")
        assert FOREIGN in page and OURS not in page and "On rivers" in page, host
    assert FOREIGN in ask(client, "https://example.org/en/")


@pytest.mark.parametrize("mode", ["gone", "redirect"])
def test_a_withdrawn_text_is_named_with_the_reason_alone(client, editor, moderator, mode):
    item = make_live(editor, moderator, title="Zanzibar")
    more = {"redirect_to": make_past(editor).publication} if mode == "redirect" else {}
    actions.withdraw(item, by=moderator, mode=mode, comment="It was a mistake.", **more)
    for q in (item.publication.code, f"/p/{item.publication.code}/"):
        page = ask(client, q)
        assert WITHDRAWN in page and "It was a mistake." in page
        assert f'href="{item.publication.get_short_url()}"' in page
        assert "Zanzibar" not in page and item.digest not in page


def test_a_text_whose_time_is_over_was_ours_once(client, editor):
    now = clock.now()
    item = make_past(editor, at=now - timedelta(days=2), until=now - timedelta(days=1), title="Zanzibar")
    page = ask(client, item.publication.code)
    assert ENDED in page and "Zanzibar" not in page


@pytest.mark.parametrize("kind", ["news", "speech", "page"])
@pytest.mark.parametrize("state", STATES)
def test_what_was_never_live_is_as_unknown_as_what_never_was(client, editor, moderator, state, kind):
    unknown = ask(client, UNKNOWN)
    hidden = never_shown(state, kind, make_section("council"), editor, moderator)
    assert NOT_OURS in unknown
    assert ask(client, hidden.publication.code) == unknown
    assert ask(client, f"/p/{hidden.publication.code}/") == unknown


def test_a_scheduled_text_is_ours_at_its_instant_and_not_before(client, editor, moderator, monkeypatch):
    at = clock.now() + timedelta(hours=1)
    item = make_scheduled(editor, moderator, at=at)
    monkeypatch.setattr(clock, "now", lambda: at - timedelta(microseconds=1))
    assert NOT_OURS in ask(client, item.publication.code)
    monkeypatch.setattr(clock, "now", lambda: at)
    assert OURS in ask(client, item.publication.code)


def test_an_address_that_names_no_text_says_nothing_of_one(client, editor, moderator):
    hidden = make_event("Zanzibar")
    unknown = ask(client, UNKNOWN)
    for q in (hidden.get_absolute_url(), "/en/nothing/at/all", f"/preview/{UNKNOWN}/1/", "/admin/"):
        assert ask(client, q) == unknown


def test_a_text_is_a_question_for_the_quote_check(client):
    response = client.get("/en/verify/", {"q": "We measure every river and/or lake"})
    assert response.status_code == 302
    assert response.headers["Location"] == "/en/quote/?q=We+measure+every+river+and%2For+lake"


@pytest.mark.parametrize("q", ["\x00/", "http://[", "//", "/" * 490, "a/" * 5_000, "http://%zz/\u202e", "я" * 9_000])
def test_whatever_is_asked_is_answered(client, q):
    assert client.get("/en/verify/", {"q": q}).status_code in (200, 302)


def test_the_page_is_not_indexed_and_the_footer_leads_to_it(client):
    assert '<meta name="robots" content="noindex">' in client.get("/en/verify/").content.decode()
    assert 'href="/en/verify/"' in client.get("/en/").content.decode()
