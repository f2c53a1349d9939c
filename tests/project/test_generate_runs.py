"""`manage.py generate` goes on where it was stopped, and refuses a database that is no scratch."""

from __future__ import annotations

import os
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from cms.management.generating import run
from cms.management.generating.batch import Batch
from cms.models import Edition, Publication, Tally, TallyState, tally
from cms.search import bulk as search
from tests.factories import make_past

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
    store, stored = Batch.store, []

    def interrupted(batch, *args):
        if len(stored) == 3:  # the texts of sections, and two batches
            raise KeyboardInterrupt
        stored.append(batch.items)
        store(batch, *args)

    with transaction.atomic():
        generate("--items", "60", "--languages", "en")
        whole = shape()
        transaction.set_rollback(True)
    monkeypatch.setattr(Batch, "store", interrupted)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("generate", "--items", "60", "--languages", "en", stdout=out)
    assert "Stopped at 40 items" in out.getvalue()
    call_command("counts", "check", stdout=StringIO())
    call_command("search", "check", stdout=StringIO())
    monkeypatch.setattr(Batch, "store", store)
    assert "20 items made" in generate("--items", "60", "--languages", "en")
    assert shape() == whole


@pytest.mark.parametrize("stops", [False, True])
def test_of_a_great_many_the_counts_and_the_index_are_made_at_the_end(db, monkeypatch, stops):
    monkeypatch.setattr(run, "A_BATCH", 20)
    monkeypatch.setattr(run, "COUNTED_LAST", 1)
    monkeypatch.setattr(search, "WITHOUT_INDEX", 1)
    counted, store = [], Batch.store

    def stored(batch, *args):
        store(batch, *args)
        counted.append(Tally.objects.count())
        if stops and len(counted) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Batch, "store", stored)
    if stops:
        with pytest.raises(SystemExit):
            generate("--items", "60", "--languages", "en")
    else:
        generate("--items", "60", "--languages", "en")
    assert set(counted) == {0}
    assert Tally.objects.exists()
    call_command("counts", "check", stdout=StringIO())
    call_command("search", "check", stdout=StringIO())


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
