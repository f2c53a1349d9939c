"""The library: what comes is looked into and kept, what is replaced changes no edition, what is hidden is told."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image as Pixels

from cms.editorial import actions, library
from cms.editorial import renditions as making
from cms.editorial.rules import Refused
from cms.media.refused import Refused as Unfit
from cms.media.storage import put
from cms.models import Image, Picture, Rendition, StoredFile, media_storage, words_for
from tests.factories import (
    attach,
    make_attachment,
    make_draft,
    make_image,
    make_past,
    make_waiting,
    show,
    stored,
)

pytestmark = pytest.mark.django_db


def picture(folder: Path, colour: str = "navy", size=(400, 300), name: str = "hall.jpg") -> Path:
    path = folder / name
    Pixels.new("RGB", size, colour).save(path)
    return path


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_an_upload_is_kept_by_its_content_with_all_its_renditions(editor, tmp_path, on_commit):
    path = picture(tmp_path)
    with on_commit():
        added = library.add_image(path, "The hall.jpg", by=editor, language="en", alt="The hall")
    file = added.row.file
    assert (file.width, file.height, file.media_type, file.key) == (400, 300, "image/jpeg", file.sha256[:32])
    with media_storage().open(file.name) as kept:
        assert kept.read() == path.read_bytes()
    assert making.missing(file) == []
    assert {row.spec for row in file.renditions.all()} >= {"base.jpg", "w320.avif", "w320.webp", "t160-50x50.jpg"}


def test_the_same_picture_again_is_the_one_that_is_there(editor, tmp_path):
    first = library.add_image(picture(tmp_path), "a.jpg", by=editor, language="en")
    Image.objects.update(put_away=True)
    again = library.add_image(picture(tmp_path), "b.jpg", by=editor, language="ru")
    assert again.known and again.row.pk == first.row.pk and not Image.objects.get().put_away


def test_what_is_no_picture_is_refused_in_a_sentence_and_leaves_nothing(editor, tmp_path):
    path = tmp_path / "evil.jpg"
    path.write_text("<svg onload=alert(1)>")
    with pytest.raises(Unfit) as refused:
        library.add_image(path, "evil.jpg", by=editor, language="en")
    assert "picture" in str(refused.value.reason)
    assert not StoredFile.objects.exists() and not Image.objects.exists()


def test_who_may_not_write_may_not_add(administrator, tmp_path):
    with pytest.raises(Refused):
        library.add_image(picture(tmp_path), "a.jpg", by=administrator, language="en")


def test_replacing_a_picture_changes_no_edition_until_it_is_taken(editor, moderator, tmp_path):
    image = make_image(editor)
    draft = make_draft(editor)
    row = show(draft, image)
    waiting = actions.submit(draft, by=editor)
    digest, old = waiting.compute_digest(), image.file.sha256
    library.replace_image(image, picture(tmp_path, "red"), "new.jpg", by=editor)
    approved = actions.approve(waiting, by=moderator, digest=digest)
    row.refresh_from_db()
    assert row.sha256 == old and row.is_behind and stored(approved).lead["key"] == old[:32]
    assert Image.objects.get().version == image.version + 1


def test_a_replacement_does_not_bury_another_that_came_while_it_was_looked_into(editor, other_editor, tmp_path):
    seen = make_image(editor)
    theirs = library.replace_image(seen, picture(tmp_path, "red"), "red.jpg", by=other_editor)
    with pytest.raises(library.Outdated, match="Somebody else"):
        library.replace_image(seen, picture(tmp_path, "green"), "green.jpg", by=editor)
    assert Image.objects.get().file_id == theirs.file_id


def test_an_approval_while_the_storage_is_away_is_refused_in_words(editor, moderator, monkeypatch):
    draft = make_draft(editor)
    attach(draft, make_attachment(editor))
    waiting = actions.submit(draft, by=editor)

    def away(*args):
        raise OSError("The store does not answer")

    monkeypatch.setattr(type(media_storage()), "exists", away)
    with pytest.raises(Refused, match="does not answer"):
        actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
    assert stored(waiting).state == "in_review"


def test_the_next_edition_carries_pictures_documents_and_their_words(editor, moderator):
    draft = make_draft(editor)
    show(draft, make_image(editor), "lead", caption="At the opening")
    show(draft, make_image(editor), "gallery")
    attach(draft, make_attachment(editor))
    waiting = actions.submit(draft, by=editor)
    live = actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
    following = stored(actions.next_edition(live, by=editor))
    before = stored(live)
    assert following.media == before.media and following.lead == before.lead
    assert [p["caption"] for p in following.media["pictures"]][0] == "At the opening"


def test_a_picture_in_the_text_is_held_like_any_other(editor):
    image = make_image(editor, credit="A. Photographer")
    body = f'<p>One.</p><figure><img alt="The hall" data-image="{image.pk}"><figcaption>Words</figcaption></figure>'
    draft = make_draft(editor, body=body)
    row = Picture.objects.get(edition=draft)
    assert (row.role, row.alt, row.caption, row.credit) == ("body", "The hall", "Words", "A. Photographer")
    draft.body = "<p>Nothing.</p>"
    actions.save(draft, by=editor, version=draft.version)
    assert not Picture.objects.exists() and stored(draft).media is None


def test_a_text_with_an_unknown_picture_cannot_be_sent(editor):
    draft = make_draft(editor, body='<p>One.</p><figure><img alt="x" data-image="999"></figure>')
    with pytest.raises(Refused, match="not in the library"):
        actions.submit(draft, by=editor)


def test_a_picture_needs_an_alternative_text_or_is_decorative(editor):
    draft = make_draft(editor)
    row = show(draft, make_image(editor), alt="")
    with pytest.raises(Refused, match="alternative text"):
        actions.submit(draft, by=editor)
    row.decorative = True
    row.save()
    actions.settle(draft)
    assert actions.submit(draft, by=editor).state == "in_review"


def test_words_follow_the_language_of_the_edition(editor, moderator):
    image = make_image(editor, alt="The hall", taken_on="2025-05-19", credit="Press office")
    assert words_for(image, "en")["alt"] == "The hall"
    assert "alt" not in words_for(image, "ru")
    draft = make_draft(editor, language="ru", kind="news")
    show(draft, image, alt="Зал", caption="Открытие")
    assert words_for(image, "ru")["alt"] == "Зал"


def test_a_document_that_hides_something_must_be_confirmed_before_it_is_sent(editor, other_editor):
    document = make_attachment(editor, findings=[["tracked-changes", "3"]])
    draft = make_draft(editor)
    attach(draft, document)
    with pytest.raises(Refused, match="may hold more"):
        actions.submit(draft, by=editor)
    library.confirm(document, by=other_editor)
    assert actions.submit(draft, by=editor).state == "in_review"
    document.file.refresh_from_db()
    assert document.file.confirmed_by_in_words == other_editor.in_words
    with pytest.raises(Refused):
        library.confirm(document, by=editor)


def test_what_is_lost_in_the_storage_cannot_be_approved(editor, moderator):
    draft = make_draft(editor)
    document = make_attachment(editor)
    attach(draft, document)
    waiting = actions.submit(draft, by=editor)
    media_storage().delete(document.file.name)
    with pytest.raises(Refused, match="missing in the storage"):
        actions.approve(waiting, by=moderator, digest=waiting.compute_digest())


@pytest.mark.parametrize("publish", [actions.approve, actions.force])
@pytest.mark.parametrize("shelf", ["image", "attachment"])
def test_what_was_altered_in_the_storage_cannot_be_published(shelf, publish, editor, chief):
    """By one bit, its size the same: the digest names every byte. The right file mends it."""
    draft = make_draft(editor)
    entry = make_image(editor) if shelf == "image" else make_attachment(editor)
    show(draft, entry) if shelf == "image" else attach(draft, entry)
    waiting = actions.submit(draft, by=editor)
    path = Path(media_storage().path(entry.file.name))
    content = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    with pytest.raises(Refused, match="not what was uploaded") as refused:
        publish(waiting, by=chief, digest=waiting.compute_digest(), comment="It is urgent.")
    assert entry.file.key[:8] in str(refused.value) and stored(waiting).state == "in_review"
    put(media_storage(), BytesIO(content))
    assert publish(waiting, by=chief, digest=waiting.compute_digest(), comment="It is urgent.").digest


def test_files_are_read_before_anything_is_locked_and_for_nobody_who_may_not_publish(editor, moderator, monkeypatch):
    draft = make_draft(editor)
    attach(draft, make_attachment(editor))
    waiting = actions.submit(draft, by=editor)
    order, compare, lock = [], actions.check, actions.lock
    monkeypatch.setattr(actions, "check", lambda *args: order.append("read") or compare(*args))
    monkeypatch.setattr(actions, "lock", lambda edition: order.append("lock") or lock(edition))
    with pytest.raises(Refused):
        actions.approve(waiting, by=editor, digest=waiting.compute_digest())
    assert order == ["lock"]
    actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
    assert order == ["lock", "read", "lock"]


def test_one_content_in_two_formats_is_refused_with_the_name_of_the_first(editor, tmp_path):
    """What is hidden is looked for by format: a spreadsheet's formulas are none in a text."""
    path = tmp_path / "upload"
    path.write_text("name,sum\nA,=1+1\n")
    text = library.add_attachment(path, "Budget.txt", by=editor, language="en").row
    for _attempt in range(2):
        with pytest.raises(Unfit, match="already, as TXT: “Budget”"):
            library.add_attachment(path, "Budget.csv", by=editor, language="en")
    other = tmp_path / "other"
    other.write_text("Other words.")
    library.replace_attachment(text, other, "Budget.txt", by=editor)
    table = library.add_attachment(path, "Budget.csv", by=editor, language="en").row
    assert (table.file.extension, table.file.is_settled) == ("csv", False)


def test_rows_that_changed_behind_the_page_are_not_sent(editor):
    draft = make_draft(editor)
    row = show(draft, make_image(editor))
    Picture.objects.filter(pk=row.pk).update(caption="Changed by a program")
    with pytest.raises(Refused, match="Save it again"):
        actions.submit(draft, by=editor)


def test_a_moved_focal_point_is_cut_anew(editor, tmp_path, on_commit):
    with on_commit():
        image = library.add_image(picture(tmp_path), "a.jpg", by=editor, language="en").row
    Image.objects.filter(pk=image.pk).update(focal_x=10, focal_y=90)
    assert {spec.name for spec in making.missing(image.file)} == {
        f"t{width}-10x90.{extension}" for width in (160, 320) for extension in ("avif", "webp", "jpg")
    }
    making.make_missing(image.file)
    assert making.missing(image.file) == [] and Rendition.objects.filter(spec="t160-50x50.jpg").exists()


def test_archives_records_carry_their_pictures(editor):
    draft = make_draft(editor)
    show(draft, make_image(editor))
    from cms.editorial import archive
    from cms.models import clock

    entered = archive.enter(stored(draft), by=editor, live_from=clock.now())
    assert stored(entered).lead and stored(entered).compute_digest() == stored(entered).digest
    assert make_past(editor).media is None and make_waiting(editor).media is None
