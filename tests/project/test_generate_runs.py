"""`manage.py generate` goes on where it was stopped, and refuses a database that is no scratch."""

from __future__ import annotations

import os
from io import StringIO

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from cms.management.generating import run
from cms.management.generating.batch import Finished
from cms.models import Edition, Publication, Tally, TallyState, aside, tally
from tests.factories import make_draft, make_past

pytestmark = pytest.mark.django_db


def generate(*args):
    out = StringIO()
    call_command("generate", *args, verbosity=1, stdout=out)
    return out.getvalue()


def shape():
    """What a run decides, but for the moments that follow from when it ran."""
    columns = "publication__code", "number", "language", "title", "summary", "body", "state", "genre", "place", "byline"
    return list(Edition.objects.exclude(kind="page").order_by("publication", "number").values_list(*columns))


def test_one_that_was_stopped_goes_on_and_ends_as_if_it_had_not_been(db, monkeypatch):
    monkeypatch.setattr(run, "A_BATCH", 20)
    store, stored = Finished.store, []

    def interrupted(batch, *args):
        if len(stored) == 3:  # the texts of sections, and two batches
            raise KeyboardInterrupt
        stored.append(batch.items)
        store(batch, *args)

    with transaction.atomic():
        generate("--items", "60", "--languages", "en")
        whole = shape()
        transaction.set_rollback(True)
    monkeypatch.setattr(Finished, "store", interrupted)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("generate", "--items", "60", "--languages", "en", stdout=out)
    assert "Stopped at 40 items" in out.getvalue()
    call_command("counts", "check", stdout=StringIO())
    call_command("search", "check", stdout=StringIO())
    monkeypatch.setattr(Finished, "store", store)
    assert "20 items made" in generate("--items", "60", "--languages", "en")
    assert shape() == whole


@pytest.mark.parametrize("stops", [False, True])
def test_of_a_great_many_the_counts_and_the_index_are_made_at_the_end(db, monkeypatch, stops):
    monkeypatch.setattr(run, "A_BATCH", 20)
    monkeypatch.setattr(run, "COUNTED_LAST", 1)
    monkeypatch.setattr(run, "WITHOUT_INDEXES", 1)
    counted, store = [], Finished.store

    def stored(batch, *args):
        store(batch, *args)
        counted.append(Tally.objects.count())
        if stops and len(counted) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Finished, "store", stored)
    if stops:
        with pytest.raises(SystemExit):
            generate("--items", "60", "--languages", "en")
    else:
        generate("--items", "60", "--languages", "en")
    assert set(counted) == {0}
    assert Tally.objects.exists()
    call_command("counts", "check", stdout=StringIO())
    call_command("search", "check", stdout=StringIO())


class Killed(BaseException):
    """What nothing catches, as nothing catches a kill."""


def definitions():
    """Every index of the database, and every reference, as it says of them itself."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'table')")
        else:
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL "
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE connamespace = 'public'::regnamespace"
            )
        return sorted(cursor.fetchall())


@pytest.fixture
def small_run(monkeypatch):
    """Sixty items are many: they come in batches of twenty, without indexes."""
    monkeypatch.setattr(run, "A_BATCH", 20)
    monkeypatch.setattr(run, "WITHOUT_INDEXES", 30)


def killed_in_the_middle(monkeypatch, after):
    """A run of 60 that is killed after so many batches: what it does at its end is not done either."""
    store, stored = Finished.store, []

    def kills(batch, *args):
        store(batch, *args)
        stored.append(batch.items)
        if len(stored) == after:  # the first are the texts of sections
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Finished, "store", kills)
        patch.setattr(aside, "_make_again", lambda *args: None)
        patch.setattr(tally, "rebuild", lambda now: iter(()))
        with pytest.raises(Killed):
            generate("--items", "60", "--languages", "en")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("more", [60, 80])
def test_after_a_killed_run_the_next_one_leaves_the_same_rows_and_everything_that_was_set_aside(monkeypatch, more):
    monkeypatch.setattr(run, "A_BATCH", 20)
    monkeypatch.setattr(run, "COUNTED_LAST", 1)
    monkeypatch.setattr(run, "WITHOUT_INDEXES", 30)
    before = definitions()
    with transaction.atomic():
        generate("--items", "60", "--languages", "en")
        whole = shape()
        assert definitions() == before
        transaction.set_rollback(True)
    killed_in_the_middle(monkeypatch, after=3)
    on_postgresql = connection.vendor == "postgresql"
    assert bool(aside.missing()) == (definitions() != before) == on_postgresql
    told = [warning.id for warning in run_checks(databases=["default"], tags=["database"])]
    assert told == ["cms.W008"] * on_postgresql
    assert "items made" in generate("--items", str(more), "--languages", "en")
    assert definitions() == before
    assert aside.missing() == []
    assert shape()[: len(whole)] == whole
    call_command("counts", "check", stdout=StringIO())
    call_command("search", "check", stdout=StringIO())


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_what_a_killed_run_set_aside_is_made_by_the_next_though_no_item_is_missing(small_run, monkeypatch):
    before = definitions()
    killed_in_the_middle(monkeypatch, after=4)
    assert {"cms_edition_list", "cms_search_index_words"} <= set(aside.missing())
    assert "0 items made" in generate("--items", "60", "--languages", "en")
    assert definitions() == before
    call_command("counts", "check", stdout=StringIO())


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_what_a_killed_run_set_aside_comes_back_though_somebody_has_written_something_since(
    small_run, monkeypatch, request
):
    before = definitions()
    killed_in_the_middle(monkeypatch, after=3)
    assert aside.missing()
    make_draft(request.getfixturevalue("editor"))
    with pytest.raises(CommandError, match="no scratch database"):
        generate("--items", "60", "--languages", "en")
    assert (definitions(), aside.missing()) == (before, [])


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_what_another_run_has_written_down_meanwhile_stays_written_down(small_run, monkeypatch):
    killed_in_the_middle(monkeypatch, after=3)
    names = aside.missing()
    monkeypatch.setattr(aside, "missing", lambda: names[:2])  # as they were when the first run came to its end
    aside.restore()
    monkeypatch.undo()
    assert aside.missing() == names[2:]
    assert aside.restore() == names[2:]
    assert aside.missing() == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_what_holds_a_rule_stays_while_items_come_in(small_run, monkeypatch):
    killed_in_the_middle(monkeypatch, after=2)
    gone = set(aside.missing())
    rules = {name for name, what in definitions() if "UNIQUE" in what or "EXCLUDE" in what or "CHECK" in what}
    assert "cms_edition_lives_never_overlap" in rules and "cms_edition_number_once" in rules
    assert not gone & rules
    generate("--items", "60", "--languages", "en")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_reference_that_leads_nowhere_is_told_at_the_end_and_stays_on_the_note(small_run, monkeypatch):
    killed_in_the_middle(monkeypatch, after=4)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cms_searchentry (position, edition_id, people, text) VALUES (1, 987654321, '', '') RETURNING 1"
        )
    with pytest.raises(IntegrityError):
        generate("--items", "60", "--languages", "en")
    assert any(name.startswith("cms_searchentry_edition_id") for name in aside.missing())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cms_searchentry WHERE position = 1")
    generate("--items", "60", "--languages", "en")
    assert aside.missing() == []


def test_what_a_killed_run_left_uncounted_is_counted_by_the_next_though_nothing_is_missing(db, monkeypatch):
    monkeypatch.setattr(run, "COUNTED_LAST", 10)
    generate("--items", "30", "--languages", "en")
    TallyState.objects.update(settled_at=tally.BEGINNING)
    Tally.objects.all().delete()
    generate("--items", "30", "--languages", "en")
    assert Tally.objects.exists()
    call_command("counts", "check", stdout=StringIO())


def test_the_end_of_the_process_that_makes_items_is_told(db, monkeypatch):
    monkeypatch.setattr(run, "A_BATCH", 20)
    monkeypatch.setattr(run, "_made", lambda *args: os._exit(7))
    with pytest.raises(CommandError, match=r"has ended \(7\)"):
        generate("--items", "60", "--languages", "en")


def test_a_site_that_somebody_writes_is_refused(editor, moderator):
    make_past(editor)
    with pytest.raises(CommandError, match="Here are texts, sections, acts of people that were not generated"):
        generate("--items", "10", "--yes")
    assert Publication.objects.count() == 1


def test_one_with_accounts_and_nothing_else_needs_a_yes(editor):
    with pytest.raises(CommandError, match="say --yes"):
        generate("--items", "10")
    assert "10 items made" in generate("--items", "10", "--languages", "ru", "--yes")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--items", "0"), "between 1 and"),
        (("--items", "10", "--languages", "en,tlh"), "tlh: not a language of this site"),
        (("--items", "10", "--seed", "-1"), "must not be negative"),
    ],
)
def test_odd_wishes_are_answered_in_a_sentence(db, args, told):
    with pytest.raises(CommandError, match=told):
        generate(*args)
