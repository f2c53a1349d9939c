"""`manage.py export`: everything public in a file that can be checked, nothing else, whole or not at all."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cms.editorial import actions
from cms.models import clock
from cms.public import exporting
from cms.public.since import Position
from tests.factories import make_draft, make_live, make_next, make_past, make_scheduled, make_waiting, stored

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"


def export(folder, *args):
    call_command("export", "--to", str(folder), *args, stdout=StringIO(), stderr=StringIO())
    manifest = json.loads(max(folder.glob("*.manifest.json")).read_text())
    return manifest, (folder / manifest["file"]).read_bytes()


def records(content):
    return [json.loads(line) for line in content.splitlines()]


@pytest.fixture
def site(editor, moderator):
    first = make_past(editor, title="Первая", kind="speech", body="<p>Слова.</p>", at=clock.now() - timedelta(days=3))
    draft = actions.submit(make_next(first, by=editor), by=editor)
    second = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    page = make_past(editor, title="Other", language="ru")
    return first, second, page


def test_every_public_edition_is_there_with_its_hash(tmp_path, site):
    first, second, page = site
    manifest, content = export(tmp_path)
    found = records(content)
    keys = {(record["code"], record["edition"], record["digest"]) for record in found}
    assert keys == {(e.publication.code, e.number, e.digest) for e in (first, second, page)}
    assert manifest["editions"] == 3 and manifest["sha256"] == hashlib.sha256(content).hexdigest()
    assert manifest["format"] == "communique/export-1" and manifest["withdrawn"] == []
    for record in found:
        digest = record.pop("sha256")
        text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert digest == hashlib.sha256(text.encode()).hexdigest()


def test_a_line_is_the_item_as_the_site_gives_it(tmp_path, client, site):
    _manifest, content = export(tmp_path, "--origin", "http://testserver")
    for record in records(content):
        del record["sha256"]
        path = record["edition_page"].removeprefix("http://testserver")
        assert client.get(f"{path}item.json").json() == record


def test_nothing_that_is_not_public(tmp_path, site, editor, moderator):
    for make in (make_draft, make_waiting):
        make(editor, title=SECRET)
    make_scheduled(editor, moderator, title=SECRET)
    draft = make_next(site[1], by=editor)
    draft.title = SECRET
    actions.save(draft, by=editor, version=draft.version)
    actions.withdraw(make_live(editor, moderator, title=SECRET), by=moderator, mode="gone", comment="Wrong.")
    manifest, content = export(tmp_path)
    assert SECRET not in content.decode() and manifest["editions"] == 3


def test_in_batches_nothing_is_lost_or_doubled(tmp_path, editor, monkeypatch):
    monkeypatch.setattr(exporting, "BATCH", 2)
    at = clock.now() - timedelta(days=1)
    codes = {make_past(editor, at=at).publication.code for _ in range(5)}
    _manifest, content = export(tmp_path)
    assert sorted(record["code"] for record in records(content)) == sorted(codes)


def test_it_costs_the_same_for_a_batch_of_any_size(tmp_path, editor, django_assert_num_queries):
    for n in range(6):
        make_past(editor, kind="speech", title=f"Speech {n}")
    with django_assert_num_queries(4):  # the batch, its people, what is around it; and that there is no more
        exporting.export(tmp_path, at=clock.now(), origin="https://press.example")


def test_the_next_night_brings_what_is_new_and_names_what_went(tmp_path, site, editor, moderator, monkeypatch):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=1))
    manifest, _content = export(tmp_path)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=2))
    new = make_live(editor, moderator, title="New")
    actions.withdraw(stored(site[2]), by=moderator, mode="gone", comment="Wrong.")
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=3))
    following, content = export(tmp_path, "--since", manifest["next"])
    assert [record["code"] for record in records(content)] == [new.publication.code]
    assert [entry["code"] for entry in following["withdrawn"]] == [site[2].publication.code]
    assert Position.of(following["next"]) > Position.of(manifest["next"])


def test_a_failure_leaves_no_half_file_and_an_exit_code(tmp_path, site, monkeypatch):
    def full(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr(exporting.os, "fsync", full)
    with pytest.raises(CommandError, match="No space left"):
        export(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", [("--since", "yesterday"), ("--origin", "press.example.org/x")])
def test_wrong_arguments_are_refused_in_words(tmp_path, wrong):
    with pytest.raises(CommandError):
        export(tmp_path, *wrong)


def test_without_a_host_it_asks_for_one(tmp_path, settings):
    settings.ALLOWED_HOSTS = ["*"]
    with pytest.raises(CommandError, match="--origin"):
        export(tmp_path)
