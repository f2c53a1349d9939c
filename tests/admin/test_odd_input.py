"""What no form of ours would send: the admin answers it in words, never with a 500, and no text is lost by it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.urls import reverse

from cms.admin import writing
from cms.editorial import actions
from cms.models import Edition, Event, State
from speeches.models import Speaker
from tests.admin.test_edition_form import SPEAKERS, address, as_posted, filled, texts
from tests.factories import make_draft, make_event, make_person, make_section, stored

NEWS = "/admin/news/newsitem/"
EVENTS = "/admin/cms/event/"
JOURNAL = "/admin/cms/journal/"
HUGE = "9" * 26


@pytest.fixture
def as_editor(client, editor):
    client.raise_request_exception = False
    client.force_login(editor)
    return client


@pytest.fixture
def as_chief(client, chief):
    client.raise_request_exception = False
    client.force_login(chief)
    return client


# --- Lists


@pytest.mark.parametrize(
    "asked",
    [
        "dated_on__year=9999",
        "dated_on__year=9999&dated_on__month=12",
        "dated_on__year=9999&dated_on__month=12&dated_on__day=31",
        "dated_on__year=99999999999999999999999",
        "dated_on__year=" + "9" * 5000,
        "dated_on__year=2024&dated_on__month=13",
        "dated_on__year=x",
        "genre=%00",
        "language=%00",
        "in=%00",
        "q=%00",
        "%00=1",
        "title__contains=%00",
        "title__regex=(",
        "title__contains=x",
        "created_by=1",
        "publication__withdrawal__comment__contains=x",
        "utm_source=x",
        "p=99999999999999999999",
    ],
)
def test_odd_parameters_lead_to_the_plain_list(as_editor, editor, asked):
    for _ in range(51 if asked.startswith("p=") else 1):
        make_draft(editor)
    response = as_editor.get(f"{NEWS}?{asked}")
    assert (response.status_code, response["Location"]) == (302, f"{NEWS}?e=1")
    assert as_editor.get(response["Location"]).status_code == 200


@pytest.mark.parametrize(
    "asked",
    ["dated_on__year=1", "dated_on__year=9998", "dated_on__month=12", "in=" + "9" * 5000, "p=" + "9" * 5000, "o=-x"],
)
def test_parameters_that_find_nothing_are_no_failure(as_editor, editor, asked):
    make_draft(editor)
    assert as_editor.get(f"{NEWS}?{asked}").status_code in (200, 302)


@pytest.mark.parametrize(
    "where",
    [  # each its own transaction, as on the site: PostgreSQL refuses to go on in one that had an error
        f"{EVENTS}?starts_on__year=9999",
        f"{EVENTS}?starts_on__year={HUGE}",
        f"{EVENTS}?title__contains=%00",
        f"{EVENTS}?language__exact=%00",
        f"{EVENTS}?title__regex=(",
        f"{JOURNAL}?at__year={HUGE}",
        f"{JOURNAL}?action=%00",
        f"{JOURNAL}?comment__regex=(",
    ],
)
@pytest.mark.django_db(transaction=True)
def test_other_lists_too(as_chief, chief, where):
    make_draft(chief)
    make_event()
    response = as_chief.get(where)
    assert (response.status_code, response["Location"]) == (302, f"{where.split('?')[0]}?e=1")
    assert as_chief.get(response["Location"]).status_code == 200


@pytest.mark.parametrize("year", ["1", "0001", "1900", "9998"])
def test_years_at_the_edges_of_the_calendar(as_chief, chief, year):
    """SQLite cannot ask for the first one in UTC; PostgreSQL can, and finds nothing."""
    make_draft(chief)
    for where in (f"{JOURNAL}?at__year={year}", f"{JOURNAL}?year={year}", f"{EVENTS}?starts_on__year={year}"):
        assert as_chief.get(where).status_code in (200, 302)


def test_a_list_without_parameters_does_not_hide_a_broken_database(as_editor, monkeypatch):
    def broken(*args):
        raise OperationalError("gone")

    monkeypatch.setattr("cms.admin.changelist.ChangeList.get_results", broken)
    assert as_editor.get(NEWS).status_code == 503
    assert as_editor.get(NEWS, {"status": "live"}).status_code == 302


# --- Numbers of rows


@pytest.mark.parametrize("number", [HUGE, "9" * 19, "9" * 5000, "x", "_00", "1.5", "²"])
def test_no_edition_has_such_a_number(as_editor, number):
    for page in ("change/", "do/approve/", "history/", "delete/"):
        response = as_editor.get(f"{NEWS}{number}/{page}", follow=True)
        assert response.status_code in (200, 403, 404)
        assert response.status_code != 200 or "exist" in texts(response)


@pytest.mark.parametrize("number", [HUGE, "9" * 5000, "x", "²", "-1", "%00", "٣", ""])
@pytest.mark.parametrize("kind", ["news_newsitem", "cms_page"])
def test_a_form_opened_from_no_section(as_editor, kind, number):
    make_section()
    response = as_editor.get(f"{reverse(f'admin:{kind}_add')}?section={number}")
    assert response.status_code == 200
    assert "section" not in response.context["adminform"].form.initial


# --- Days


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31"])
def test_a_day_out_of_our_time_is_refused_in_words(as_editor, editor, day):
    draft = make_draft(editor)
    for name in ("dated_on", "takes_place_on"):
        response = as_editor.post(address(draft), as_posted(draft, **{name: day}))
        assert response.status_code == 200
        assert response.context["adminform"].form.errors == {name: ["Choose a day between 1900 and 2100."]}
    assert stored(draft).version == 1


def test_events_lie_in_our_time_too():
    for days in ({"starts_on": date(9999, 1, 1)}, {"starts_on": date(2025, 1, 1), "ends_on": date(2101, 1, 1)}):
        with pytest.raises(ValidationError, match="between 1900 and 2100"):
            Event(language="en", title="Session", **days).clean()
    Event(language="en", title="Session", starts_on=date(1900, 1, 1), ends_on=date(2100, 12, 31)).clean()


# --- Texts


def test_a_nul_in_the_comment_costs_no_text(as_editor, editor):
    draft = make_draft(editor)
    posted = as_posted(draft, title="Done", comment=" Mind\0 the date.\0", _submit="1")
    assert as_editor.post(address(draft), posted).status_code == 302
    assert (stored(draft).state, stored(draft).title) == (State.IN_REVIEW, "Done")
    assert draft.journal.first().comment == "Mind the date."


def test_half_a_character_cannot_be_stored():
    assert writing.storable("a\ud800b\0 ж😀 ") == "ab ж😀"


@pytest.mark.parametrize("where", ["save", "settle", "submit"])
def test_what_the_database_fails_to_store_is_shown_to_be_copied(as_editor, editor, monkeypatch, where, caplog):
    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    draft = make_draft(editor)
    monkeypatch.setattr(actions, where, locked)
    body = "<p>An hour of <strong>work</strong>.</p>"
    response = as_editor.post(address(draft), as_posted(draft, title="Typed", body=body, comment="Why", _submit="1"))
    assert response.status_code == 503
    shown = {name: value for name, value, _formatted in response.context["texts"]}
    assert (shown["title"], shown["body"], shown["comment"]) == ("Typed", body, "Why")
    assert "could not store your text" in response.content.decode()
    assert "database is locked" in caplog.text
    assert (stored(draft).version, stored(draft).title, stored(draft).state) == (1, draft.title, State.DRAFT)


def test_a_new_text_is_not_lost_either(as_editor, monkeypatch):
    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr(actions, "start_with", locked)
    response = as_editor.post(reverse("admin:news_newsitem_add"), filled(make_section(), title="Typed"))
    assert response.status_code == 503
    assert "Typed" in response.content.decode()
    assert not Edition.objects.exists()


# --- Rows


def test_the_conflict_page_reads_rows_in_their_posted_order(as_editor, editor):
    one, two = make_person("One First"), make_person("Two Second")
    draft = make_draft(editor, kind="speech", speakers=[one, two])
    rows = {**SPEAKERS, "speaker_rows-TOTAL_FORMS": "2"}
    for index, row in enumerate(Speaker.objects.filter(edition=draft).order_by("-position")):
        rows.update({f"speaker_rows-{index}-{name}": getattr(row, name) for name in ("person_id", "name", "post")})
        rows[f"speaker_rows-{index}-person"] = rows.pop(f"speaker_rows-{index}-person_id")
    common = {"genre": "delivered", "delivered_on": "2025-05-19", "version": "0", "title": "Mine"}

    def differing(first, second):
        placed = {"speaker_rows-0-position": first, "speaker_rows-1-position": second}
        response = as_editor.post(address(draft), as_posted(draft, **{**common, **rows, **placed}))
        assert response.status_code == 409
        return {d.name: d.mine.splitlines() for d in response.context["differences"]}

    assert set(differing("1", "0")) == {"title"}  # as it is stored
    assert [line.split(",")[0] for line in differing("0", "1")["speaker_rows"]] == ["Two Second", "One First"]
    assert [line.split(",")[0] for line in differing("x", "")["speaker_rows"]] == ["Two Second", "One First"]
    assert Speaker.objects.filter(edition=draft).count() == 2
