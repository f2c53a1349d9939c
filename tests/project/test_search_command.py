"""`manage.py search`: brings in what the index misses, goes on where it was stopped, and says what it did."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cms.models import SearchEntry, SearchWord
from cms.search import index
from tests.factories import make_draft, make_past, make_scheduled

pytestmark = pytest.mark.django_db


def run(*args):
    out = StringIO()
    call_command("search", *args, stdout=out)
    return out.getvalue()


def found(client, q="title"):
    return client.get("/en/search/", {"q": q}).content.decode().count('class="entry h-entry"')


@pytest.fixture
def texts(editor, moderator):
    make_draft(editor)
    make_scheduled(editor, moderator)
    return [make_past(editor) for _ in range(5)]


def test_an_index_that_was_lost_is_made_again(client, texts):
    index.clear()
    assert found(client) == 0
    assert "6 editions indexed, 6 in all." in run("rebuild")
    assert found(client) == 5
    assert SearchWord.objects.exists()
    assert "0 editions indexed, 6 in all." in run("rebuild")


def test_one_that_was_stopped_goes_on(client, texts, monkeypatch):
    index.clear()
    batches = index.rebuild(batch=2)
    assert [next(batches), next(batches)] == [2, 2]
    batches.close()
    assert SearchEntry.objects.count() == 4
    assert "2 editions indexed, 6 in all." in run("rebuild")


def test_what_interrupts_it_is_answered_with_how_to_go_on(texts, monkeypatch, capsys):
    index.clear()
    keep = index.keep
    calls = []

    def interrupted(editions):
        if calls:
            raise KeyboardInterrupt
        calls.append(keep(editions))

    monkeypatch.setattr(index, "keep", interrupted)
    monkeypatch.setattr(index.rebuild, "__defaults__", (2,))
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("search", "rebuild", stdout=out)
    assert "2 editions indexed. Stopped. Go on with: manage.py search rebuild" in out.getvalue()
    assert SearchEntry.objects.count() == 2


def test_afresh_it_forgets_first(client, texts):
    SearchEntry.objects.update(text="wrong")
    assert "6 editions indexed" in run("rebuild", "--fresh")
    assert not SearchEntry.objects.filter(text="wrong").exists()
    assert found(client) == 5


def test_check_says_what_is_missing(texts):
    assert "6 editions indexed, 0 missing." in run("check")
    index.clear()
    with pytest.raises(CommandError):
        run("check")
