"""`manage.py media`: what is lost is found, what is unused goes only when told, what is missing is made."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image as Pixels

from cms.editorial import library, renditions, stock
from cms.media.storage import put
from cms.models import Rendition, StoredFile, clock, media_storage
from tests.factories import attach, make_attachment, make_draft, make_image, make_stored, show

pytestmark = pytest.mark.django_db


def run(*args):
    out = StringIO()
    try:
        call_command("media", *args, stdout=out, stderr=StringIO())
    except CommandError as error:
        out.write(f"error: {error}")
    return out.getvalue()


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """A storage of its own: taking stock looks at everything in it."""
    settings.STORAGES = {
        **settings.STORAGES,
        "media": {"BACKEND": "cms.media.storage.DurableStorage", "OPTIONS": {"location": str(tmp_path / "media")}},
    }
    return media_storage()


def overwrite(storage, name, content):
    path = Path(storage.path(name))
    path.chmod(0o600)
    path.write_bytes(content)


def age(storage, name, days):
    then = time.time() - days * 86_400
    os.utime(storage.path(name), (then, then))


@pytest.fixture
def days_pass(monkeypatch):
    def go_by(days):
        now = clock.now()
        monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=days))

    return go_by


def test_all_is_well_where_all_is_well(editor):
    make_image(editor)
    make_attachment(editor)
    assert run("check") == "0 lost, 0 unused, 0 strays.\n"


def test_what_is_missing_or_altered_is_named_and_the_command_fails(editor, storage):
    image, document = make_image(editor), make_attachment(editor)
    storage.delete(image.file.name)
    content = b"x" * document.file.size
    overwrite(storage, document.file.name, content)
    said = run("check")
    assert f"missing  {image.file.name}" in said and f"altered  {document.file.name}" in said
    assert "2 lost" in said and "error: " in said
    assert "altered  " not in run("check", "--quick")  # the size is the same
    rendition = Rendition.objects.first()
    overwrite(storage, rendition.name, b"short")
    assert f"altered  {rendition.name}" in run("check", "--quick")


def test_unused_files_are_told_and_go_only_when_told(editor, storage, days_pass):
    forgotten = make_stored(b"forgotten")
    assert "0 unused" in run("check", "--unused-days", "30")
    days_pass(31)
    young = make_stored(b"young")
    said = run("check", "--unused-days", "30")
    assert forgotten.name in said and young.name not in said and storage.exists(forgotten.name)
    assert "Deleted: 1 files." in run("check", "--unused-days", "30", "--delete")
    assert not storage.exists(forgotten.name) and not StoredFile.objects.filter(pk=forgotten.pk).exists()
    assert storage.exists(young.name)


def replace_document(document, by, folder, words):
    path = folder / "new.txt"
    path.write_text(words)
    return library.replace_attachment(document, path, "new.txt", by=by)


def test_a_file_is_unused_from_the_day_its_last_use_ended_and_not_since_it_was_stored(editor, tmp_path, days_pass):
    document, draft = make_attachment(editor), make_draft(editor)
    row, old = attach(draft, document), document.file
    days_pass(300)
    document = replace_document(document, editor, tmp_path, "Newer.")
    days_pass(100)
    assert "Deleted: 0" in run("check", "--unused-days", "90", "--delete")
    row.delete()
    assert "Deleted: 0" in run("check", "--unused-days", "90", "--delete")
    days_pass(89)
    assert "Deleted: 0" in run("check", "--unused-days", "90", "--delete")
    days_pass(1)
    assert "Deleted: 1" in run("check", "--unused-days", "90", "--delete")
    assert not StoredFile.objects.filter(pk=old.pk).exists() and StoredFile.objects.filter(pk=document.file_id).exists()


def test_what_is_used_again_counts_anew(editor, tmp_path, days_pass):
    document = replace_document(make_attachment(editor), editor, tmp_path, "One.")
    document = replace_document(document, editor, tmp_path, "Two.")
    run("check")
    days_pass(100)
    document = replace_document(document, editor, tmp_path, "One.")
    again = document.file
    days_pass(100)
    replace_document(document, editor, tmp_path, "Three.")
    run("check", "--unused-days", "90", "--delete")
    assert StoredFile.objects.filter(pk=again.pk).exists()


def test_what_an_edition_or_the_library_uses_is_never_deleted(editor, storage):
    image, document, draft = make_image(editor), make_attachment(editor), make_draft(editor)
    show(draft, image)
    attach(draft, document)
    replaced = image.file
    image.file = make_image(editor).file
    image.save()
    said = run("check", "--unused-days", "0", "--delete")
    assert "Deleted: 0 files." in said
    assert all(storage.exists(file.name) for file in (replaced, image.file, document.file))


def test_strays_are_found_once_no_upload_can_be_under_way(storage):
    stray = put(storage, BytesIO(b"stray")).name
    assert "0 strays" in run("check", "--unused-days", "0")
    age(storage, stray, 3)
    assert f"stray    {stray}" in run("check", "--unused-days", "0")
    run("check", "--unused-days", "0", "--delete")
    assert not storage.exists(stray)


def test_what_lies_in_the_library_unused_is_told_and_left_to_people(editor):
    image = make_image(editor, alt="Old hall")
    assert f"shelved  picture {image.pk}: Old hall" in run("check", "--unused-days", "0", "--delete")
    assert type(image).objects.exists()


def test_missing_renditions_are_made_and_again_makes_all(editor, tmp_path):
    path = tmp_path / "a.png"
    Pixels.new("RGB", (200, 150), "teal").save(path)
    file = library.add_image(path, "a.png", by=editor, language="en").row.file
    missing = len(renditions.missing(file))
    assert missing and f"{missing} renditions made" in run("renditions")
    assert "0 renditions made" in run("renditions")
    assert f"{len(renditions.wanted(file))} renditions made" in run("renditions", "--again")
    assert "0 renditions made" in run("renditions", "--again", "--after", file.key)


def test_what_the_storage_lost_is_made_again(editor, storage, tmp_path):
    path = tmp_path / "a.png"
    Pixels.new("RGB", (64, 48), "teal").save(path)
    file = library.add_image(path, "a.png", by=editor, language="en").row.file
    renditions.make_missing(file)
    lost, cut = file.renditions.get(spec="base.jpg"), file.renditions.get(spec="w64.avif")
    storage.delete(lost.name)
    overwrite(storage, cut.name, b"cut")
    affected = file.renditions.filter(sha256__in=[lost.sha256, cut.sha256]).count()  # small ones are alike
    assert f"{affected} renditions made" in run("renditions")
    assert "0 lost" in run("check")


def test_how_to_go_on_is_said_at_once_and_behind_every_picture(editor, monkeypatch):
    """Whoever kills it gives it no time to say so."""
    keys = sorted(make_image(editor).file.key for _ in range(3))
    said, out = [], StringIO()

    def makes(file, **how):
        said.append(out.getvalue())
        return 1

    monkeypatch.setattr(renditions, "make_missing", makes)
    call_command("media", "renditions", "--again", stdout=out, stderr=StringIO())
    assert "--again --after KEY" in said[0]
    assert [[key for key in keys if key in before] for before in said] == [[], keys[:1], keys[:2]]


def test_a_picture_that_cannot_be_read_does_not_stop_the_others(editor, tmp_path):
    make_image(editor)  # whose file is no picture
    Rendition.objects.all().delete()
    path = tmp_path / "a.png"
    Pixels.new("RGB", (64, 48), "teal").save(path)
    file = library.add_image(path, "a.png", by=editor, language="en").row.file
    assert "1 pictures failed" in run("renditions")
    assert renditions.missing(file) == []


def test_the_command_says_what_it_takes():
    told = subprocess.run(
        [sys.executable, "manage.py", "media", "check", "--unused-days", "-3"],
        capture_output=True,
        text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        cwd=Path(__file__).parent.parent.parent,
    )
    assert told.returncode == 2
    assert "a number of days" in told.stderr
    assert timedelta(hours=1) <= stock.UPLOADS_TAKE
