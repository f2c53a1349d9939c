"""The quote check: which text of ours has the words, of what standing, and what may not be told of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cms.editorial import actions
from cms.models import clock
from cms.text.paragraphs import blocks
from speeches.models import Speech
from tests.factories import make_live, make_next, make_past, make_scheduled, make_section, stored
from tests.public.test_closed_world import STATES, never_shown

pytestmark = pytest.mark.django_db
WORDS = "We measure every river of the region twice a day"
BODY = f"<p>Dear colleagues.</p><p>{WORDS}, and we publish what we measure.</p>"
VERBATIM, TYPED = "Verbatim.", "Verbatim but for punctuation and case."
NEAR, ACCOUNT, GONE = "Not verbatim: words were changed.", "Not a verbatim text.", "Withdrawn."
NOT_FOUND, SHORT, SUPERSEDED = "Not found.", "Too short to decide", "Superseded:"


def ask(client, q=WORDS, language="en", **more):
    """The page, without the words that the form repeats."""
    response = client.get(f"/{language}/quote/", {"q": q, **more})
    assert response.status_code == 200
    before, _form, after = response.content.decode().partition("</textarea>")
    return before + after if "<textarea" not in before else after


def paragraph(edition, words="measure"):
    return next(block.id for block in blocks(stored(edition).body) if words in block.text)


def test_words_are_found_with_all_that_is_needed_to_cite_them(client, editor):
    speech = make_past(editor, kind="speech", body=BODY, title="On rivers")
    page = ask(client)
    assert VERBATIM in page
    assert f'href="{speech.get_absolute_url()}#{paragraph(speech)}"' in page
    for told in ("On rivers", "Aigerim Sadykova", "As delivered", "English", "edition 1"):
        assert told in page


@pytest.mark.parametrize(
    ("quoted", "answer"),
    [
        ("we measure every river, of the region, twice a day", TYPED),
        ("We measure every river of the region once a day", NEAR),
        ("We do not measure every river of the region twice a day", NEAR),
        ("We shall drain every lake in the valley before winter", NOT_FOUND),
        ("We measure every", SHORT),
    ],
)
def test_what_is_said_of_it(client, editor, quoted, answer):
    make_past(editor, kind="speech", body=BODY)
    page = ask(client, quoted)
    assert answer in page
    assert ("<ins>" in page) is (answer == NEAR)


def test_one_altered_word_hides_no_text_however_short_the_quotation(client, editor):
    make_past(editor, kind="speech", body="<p>Rivers know no borders at all.</p>")
    for place in range(6):
        words = "Rivers know no borders at all".split()
        words[place] = "really"
        assert NEAR in ask(client, " ".join(words)), words


def test_a_summary_and_theses_are_no_record_of_words(client, editor):
    for genre in ("theses", "summary"):
        make_past(editor, kind="speech", genre=genre, body=BODY)
    page = ask(client)
    assert (page.count(ACCOUNT), VERBATIM in page) == (2, False)
    make_past(editor, kind="speech", genre="prepared", body=BODY)
    page = ask(client)
    assert page.index(VERBATIM) < page.index(ACCOUNT)


def test_every_genre_that_says_it_is_no_record_is_flagged():
    told = {name for name, genre in Speech.GENRES.items() if "Not a record" in str(genre.explanation)}
    assert told == {name for name, genre in Speech.GENRES.items() if not genre.verbatim}


def test_superseded_words_are_said_to_be_so(client, editor, moderator):
    old = make_past(editor, kind="speech", body=BODY)
    draft = actions.submit(make_next(old, by=editor, body="<p>We count every fish of the lake.</p>"), by=editor)
    actions.approve(draft, by=moderator, digest=draft.compute_digest())
    page = ask(client)
    assert VERBATIM in page and SUPERSEDED in page and "Edition 2 is live now" in page
    assert f'href="{old.get_edition_url()}#{paragraph(old)}"' in page


def test_what_stands_in_both_is_told_of_the_live_one_alone(client, editor, moderator):
    old = make_past(editor, kind="speech", body=BODY)
    draft = actions.submit(make_next(old, by=editor, body=f"<p>{WORDS}!</p>"), by=editor)
    new = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    page = ask(client)
    assert SUPERSEDED not in page and page.count("<blockquote") == 1
    assert f'href="{new.get_absolute_url()}#' in page


@pytest.mark.parametrize("mode", ["gone", "redirect"])
def test_a_withdrawn_text_is_known_as_withdrawn_and_no_more(client, editor, moderator, mode):
    other = make_past(editor)
    speech = make_live(editor, moderator, kind="speech", body=BODY, title="Zanzibar")
    more = {"redirect_to": other.publication} if mode == "redirect" else {}
    actions.withdraw(speech, by=moderator, mode=mode, comment="Wrong.", **more)
    page = ask(client)
    assert GONE in page and f'href="{speech.publication.get_short_url()}"' in page
    for hidden in ("Zanzibar", WORDS, "Sadykova", VERBATIM):
        assert hidden not in page


def test_a_withdrawn_text_does_not_give_its_words_away_one_by_one(client, editor, moderator):
    speech = make_live(editor, moderator, kind="speech", body=BODY)
    actions.withdraw(speech, by=moderator, mode="gone", comment="Wrong.")
    for probe in ("measure every river of", WORDS.replace("twice", "once"), f"{WORDS[:40]} … publish what we measure"):
        assert NOT_FOUND in ask(client, probe)


def test_a_text_that_is_kept_under_a_notice_is_shown_with_it(client, editor, moderator):
    speech = make_live(editor, moderator, kind="speech", body=BODY)
    actions.withdraw(speech, by=moderator, mode="notice", comment="Overtaken.")
    page = ask(client)
    assert VERBATIM in page and "The text is kept for the record." in page


def test_a_scheduled_text_is_found_at_its_instant_and_not_before(client, editor, moderator, monkeypatch):
    at = clock.now() + timedelta(hours=1)
    make_scheduled(editor, moderator, at=at, kind="speech", body=BODY)
    monkeypatch.setattr(clock, "now", lambda: at - timedelta(microseconds=1))
    assert NOT_FOUND in ask(client)
    monkeypatch.setattr(clock, "now", lambda: at)
    assert VERBATIM in ask(client)


@pytest.mark.parametrize("state", STATES)
def test_what_was_never_live_changes_no_answer(client, editor, moderator, state):
    section = make_section("council")
    quoted = ("Zanzibar body", "Zanzibar body and more of it", "more of the Zanzibar body")
    before = [ask(client, q) for q in quoted]
    never_shown(state, "speech", section, editor, moderator)
    assert [ask(client, q) for q in quoted] == before


def test_texts_of_every_language_are_asked_from_every_page(client, editor):
    make_past(editor, kind="speech", language="ru", body="<p>Мы измеряем все реки дважды в день.</p>")
    page = ask(client, "мы измеряем всё реки дважды в день")
    assert NEAR in page or TYPED in page
    assert "Russian" in page


def test_as_of_a_past_instant_only_what_was_public_then_is_asked(client, editor):
    now = clock.now()
    make_past(editor, at=now - timedelta(days=2), kind="speech", body=BODY)
    assert VERBATIM in ask(client, at=f"{now - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}")
    assert NOT_FOUND in ask(client, at=f"{now - timedelta(days=3):%Y-%m-%dT%H:%M:%SZ}")


@pytest.mark.parametrize(
    "q",
    [
        "\x00" * 50,
        "\ud800 a b c d e",
        '" OR text : * NEAR( ) ^ a',
        "a' & b | !c <-> d:*",
        "я" * 100_000,
        "<b> & \" ' b c d",
    ],
)
def test_whatever_is_pasted_is_answered(client, editor, q):
    make_past(editor, kind="speech", body=BODY)
    raw = q.encode("utf-8", "surrogatepass")
    response = client.generic("GET", "/en/quote/", QUERY_STRING="q=" + "".join(f"%{byte:02x}" for byte in raw))
    assert response.status_code == 200
    assert "<b> &" not in response.content.decode()


def test_a_long_quotation_is_cut_and_says_so(client, editor):
    make_past(editor, kind="speech", body=f"<p>{WORDS * 60}</p>")
    assert "Only the first 2000 characters were compared." in ask(client, WORDS * 60)


def test_the_page_is_not_indexed_and_the_footer_leads_to_it(client):
    assert '<meta name="robots" content="noindex">' in client.get("/en/quote/").content.decode()
    assert 'href="/en/quote/"' in client.get("/en/").content.decode()
