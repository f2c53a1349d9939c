"""Two people at once over the same picture: nothing is lost, and what is approved is what was read."""

from __future__ import annotations

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pixels

from cms.editorial import actions, library, stock
from cms.models import Image, Picture, StoredFile, clock, media_storage
from tests.admin.library_files import at, fresh, pdf
from tests.editorial.test_races import _groups, both  # noqa: F401
from tests.factories import make_attachment, make_draft, make_image, make_past, make_stored, show, stored

pytestmark = pytest.mark.django_db(transaction=True)


def upload(folder, colour, name="a.png"):
    path = folder / f"{colour}-{name}"
    Pixels.new("RGB", (64, 48), colour).save(path)
    return path


def test_replace_while_approving(editor, moderator, other_editor, tmp_path):
    image = make_image(editor)
    draft = make_draft(editor)
    show(draft, image)
    waiting = actions.submit(draft, by=editor)
    digest, old = waiting.compute_digest(), image.file.key
    path = upload(tmp_path, "red")
    approved, replaced = both(
        lambda: actions.approve(waiting, by=moderator, digest=digest),
        lambda: library.replace_image(image, path, "red.png", by=other_editor),
    )
    assert stored(approved).lead["key"] == old and stored(approved).compute_digest() == digest
    assert Image.objects.get().file.key == replaced.file.key != old


@pytest.mark.parametrize("shelf", ["image", "attachment"])
def test_others_save_while_a_replacement_is_looked_into(shelf, editor, other_editor, client, monkeypatch, tmp_path):
    """Looking into a file takes seconds, and SQLite has one writer: it must not be the one who only looks."""
    row = make_image(editor) if shelf == "image" else make_attachment(editor)
    content = upload(tmp_path, "red").read_bytes() if shelf == "image" else pdf()
    draft, looking, saved, seen = make_draft(editor), threading.Event(), threading.Event(), []
    looks = library.pictures if shelf == "image" else library.documents
    inspect = looks.inspect

    def slowly(*args):
        looking.set()
        seen.append(saved.wait(10))
        return inspect(*args)

    def save():
        assert looking.wait(10)
        actions.save(stored(draft).kind_edition, by=other_editor, version=stored(draft).version)
        saved.set()

    monkeypatch.setattr(looks, "inspect", slowly)
    client.force_login(editor)
    file = SimpleUploadedFile("new", content)
    both(lambda: client.post(at(row, "replace"), {"file": file, "version": row.version}), save)
    assert seen == [True] and fresh(row).version == row.version + 1


def test_publish_while_uploading(editor, moderator, other_editor, tmp_path):
    draft = make_draft(editor)
    waiting = actions.submit(draft, by=editor)
    digest = waiting.compute_digest()
    path = upload(tmp_path, "green")
    approved, added = both(
        lambda: actions.approve(waiting, by=moderator, digest=digest),
        lambda: library.add_image(path, "green.png", by=other_editor, language="en"),
    )
    assert stored(approved).state == "approved" and stored(approved).compute_digest() == digest
    with media_storage().open(added.row.file.name) as kept:
        assert kept.read() == path.read_bytes()


def test_send_while_a_picture_is_put_in(editor, other_editor):
    """Either the picture is in what is sent, or the person who put it in is told; never half of it."""
    image, draft = make_image(editor), make_draft(editor)
    body = f'{draft.body}<figure><img alt="Seen" data-image="{image.pk}"></figure>'

    def put_in():
        mine = stored(draft).kind_edition
        version, mine.body = mine.version, body
        return actions.save(mine, by=other_editor, version=version)

    both(put_in, lambda: actions.submit(draft, by=editor))
    after = stored(draft)
    shown = [row.shown() for row in Picture.of(after)]
    assert shown == (after.media or {}).get("pictures", [])
    assert bool(shown) is ("data-image" in after.body)


def test_the_same_picture_from_two_people_is_one_entry_each_can_use(editor, other_editor, tmp_path):
    first, second = upload(tmp_path, "blue", "1.png"), upload(tmp_path, "blue", "2.png")
    outcomes = both(
        lambda: library.add_image(first, "1.png", by=editor, language="en"),
        lambda: library.add_image(second, "2.png", by=other_editor, language="en"),
    )
    assert StoredFile.objects.filter(width__isnull=False).count() == 1
    assert all(stored_row.row.file.key == StoredFile.objects.get().key for stored_row in outcomes)


def test_taking_stock_never_takes_what_is_uploaded_at_the_same_moment(editor, other_editor, tmp_path):
    path = upload(tmp_path, "white")
    abandoned = make_stored(path.read_bytes(), width=64, height=48, media_type="image/png", extension="png")
    gone, added = both(
        lambda: stock.delete_unused(abandoned),
        lambda: library.add_image(path, "white.png", by=other_editor, language="en"),
    )
    file = added.row.file
    assert StoredFile.objects.filter(pk=file.pk).exists() and media_storage().exists(file.name), gone


def test_what_an_edition_uses_is_never_taken(editor):
    image, draft = make_image(editor), make_draft(editor)
    show(draft, image)
    old = image.file
    Image.objects.filter(pk=image.pk).update(file=make_image(editor).file)
    assert stock.delete_unused(old) == 0 and media_storage().exists(old.name)
    assert list(stock.unused(clock.now())) == []
    actions.discard(draft, by=editor)
    assert stock.delete_unused(old) == 0  # what was discarded stays in the record, whole
    assert make_past(editor).pk
