"""A picture’s and a document’s page: nothing that anybody writes is lost, and what is hidden in a file is settled."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import OperationalError
from django.urls import reverse

from cms.admin import usage
from cms.editorial import actions, library
from cms.media.documents import NO_PROMISE
from cms.models import Attachment, Image, Picture, StoredFile
from tests.admin.library_files import at, fresh, on_disk, pdf, photo, posted, said, upload
from tests.factories import attach, make_attachment, make_draft, make_image, make_next, show

PICTURES, DOCUMENTS = "/admin/cms/image/", "/admin/cms/attachment/"
AUTHOR = [["author", "Anna Author"]]


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    client.raise_request_exception = False
    return client


# --- A picture


def test_what_is_typed_is_stored_and_texts_keep_their_words(as_editor, editor):
    image = make_image(editor, alt="Before")
    picture = show(make_draft(editor), image)
    data = posted(image, alt="After", people="A, B", taken_on="2025-05-19", put_away=True)
    response = as_editor.post(at(image), data, follow=True)
    assert said(response) == ["Stored."]
    now = fresh(image)
    assert (now.alt, now.people, now.taken_on, now.put_away, now.version) == (
        "After",
        "A, B",
        date(2025, 5, 19),
        True,
        2,
    )
    assert Picture.objects.get(pk=picture.pk).alt == "Before"
    response = as_editor.post(at(image), posted(now), follow=True)
    assert said(response) == ["Nothing was changed, so nothing was stored."]
    assert fresh(image).version == 2


def test_a_wrong_form_comes_back_with_all_that_was_typed(as_editor, editor):
    image = make_image(editor, alt="")
    typed = posted(image, alt="A table", decorative=True, caption="Long " * 200, taken_on="1066-10-14", focal_x=101)
    response = as_editor.post(at(image), typed)
    errors = response.context["form"].errors
    assert set(errors) == {"caption", "focal_x", "taken_on"}
    typed = posted(image, alt="A table", decorative=True, caption="Typed", taken_on="1066-10-14")
    response = as_editor.post(at(image), typed)
    assert response.context["form"].errors == {"taken_on": ["Choose a day between 1900 and 2100."]}
    response = as_editor.post(at(image), {**typed, "taken_on": ""})
    assert set(response.context["form"].errors) == {"alt"}
    page = response.content.decode()
    assert "A table" in page
    assert "Typed" in page
    assert fresh(image).version == 1


def test_two_people_describe_one_picture(as_editor, editor, other_editor, client):
    image = make_image(editor, alt="Before", credit="Press office")
    client.force_login(other_editor)
    client.post(at(image), posted(image, alt="Otto’s words", credit="Otto"))
    client.force_login(editor)
    mine = posted(image, alt="Edith’s words", place="Osh")
    response = client.post(at(image), mine)
    form, page = response.context["form"], response.content.decode()
    assert set(form.errors) == {"__all__", "alt", "credit", "place"}
    assert "Otto Editor stored this meanwhile" in page
    for words in ("Otto’s words", "Edith’s words", "Osh"):
        assert words in page
    assert fresh(image).alt == "Otto’s words"
    client.post(at(image), {**mine, "version": form["version"].value(), "credit": "Otto"})
    now = fresh(image)
    assert (now.alt, now.credit, now.place, now.version) == ("Edith’s words", "Otto", "Osh", 3)


def test_a_moved_focal_point_has_new_crops_made(as_editor, editor, django_capture_on_commit_callbacks, tmp_path):
    image = library.add_image(on_disk(tmp_path, photo()), "a.jpg", by=editor, language="en").row
    with django_capture_on_commit_callbacks(execute=True):
        as_editor.post(at(image), posted(image, focal_x=20, focal_y=80))
    made = set(image.file.renditions.values_list("spec", flat=True))
    assert {"t320-20x80.avif", "t320-20x80.webp", "t320-20x80.jpg"} <= made
    page = as_editor.get(at(image)).content.decode()
    assert f"/media/{image.file.key}/t480-20x80.jpg" in page
    assert "All are made." in page


def test_what_was_found_in_the_file_and_what_is_not_made_yet(as_editor, editor):
    image = make_image(editor)
    StoredFile.objects.filter(pk=image.file_id).update(findings=[["gps", ""], ["author", "N. Orlova"]])
    image.file.renditions.filter(spec="w640.webp").delete()
    page = as_editor.get(at(image)).content.decode()
    for words in ("where it was taken", "N. Orlova", "drawn anew", "1 is still to be made", "w640.webp"):
        assert words in page
    assert f"/media/{image.file.key}/original.jpg" in page


def test_another_file_for_a_picture(as_editor, editor, tmp_path):
    image = library.add_image(on_disk(tmp_path, photo(1)), "old.jpg", by=editor, language="en", alt="A table").row
    draft = make_draft(editor)
    show(draft, image)
    old = image.file_id
    response = as_editor.post(at(image, "replace"), {"file": upload("new.jpg", photo(2)), "version": 1}, follow=True)
    assert "Texts keep the file they had" in said(response)[0]
    now = fresh(image)
    assert (now.file_id != old, now.file_name, now.alt, now.version) == (True, "new.jpg", "A table", 2)
    assert Picture.objects.get().file_id == old
    assert "shows the file it had before" in response.content.decode()
    again = as_editor.post(at(image, "replace"), {"file": upload("new.jpg", photo(3)), "version": 1})
    assert again.status_code == 409
    assert "Somebody else changed this meanwhile" in again.content.decode()
    wrong = as_editor.post(at(image, "replace"), {"file": upload("new.jpg", b"words"), "version": 2})
    assert wrong.status_code == 415
    assert "not a picture" in wrong.content.decode()
    assert as_editor.post(at(image, "replace"), {"version": 2}).status_code == 400
    assert fresh(image).file_id == now.file_id


def test_a_busy_database_loses_nothing_of_what_was_typed(as_editor, editor, monkeypatch, caplog):
    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    image = make_image(editor)
    monkeypatch.setattr(Image, "save", locked)
    response = as_editor.post(at(image), posted(image, alt="An hour of work"))
    assert response.status_code == 503
    assert "An hour of work" in response.content.decode()
    assert "database is locked" in caplog.text


# --- Where it is used


def test_where_it_is_used_with_links(as_editor, editor, moderator):
    image = make_image(editor)
    draft = make_draft(editor, title="A draft")
    show(draft, image)
    show(draft, image, role="gallery")
    waiting = make_draft(editor, title="Waiting")
    show(waiting, image)
    actions.submit(waiting, by=editor)
    live = make_draft(editor, title="Read by all")
    show(live, image)
    sent = actions.submit(live, by=editor)
    actions.approve(sent, by=moderator, digest=sent.compute_digest())
    old = make_draft(editor, title="Replaced")
    show(old, image)
    sent = actions.submit(old, by=editor)
    actions.approve(sent, by=moderator, digest=sent.compute_digest())
    newer = make_next(old, by=editor)
    Picture.objects.filter(edition=newer).delete()
    newer = actions.submit(actions.settle(newer) or newer, by=editor)
    actions.approve(newer, by=moderator, digest=newer.compute_digest())
    groups = {str(heading): [use.edition.title for use in uses] for heading, uses in usage.where_used(image).groups}
    assert groups == {
        "Published now": ["Read by all"],
        "Being written, in review or scheduled": ["Waiting", "A draft"],
        "Earlier editions": ["Replaced"],
    }
    page = as_editor.get(at(image)).content.decode()
    assert reverse("admin:news_newsitem_change", args=[live.pk]) in page
    for words in ("Lead picture · Gallery", "in review", "superseded", "live"):
        assert words in page


def test_of_many_uses_the_page_names_fifty(as_editor, editor, moderator):
    document = make_attachment(editor)
    first = make_draft(editor, title="The one that is live")
    attach(first, document)
    sent = actions.submit(first, by=editor)
    actions.approve(sent, by=moderator, digest=sent.compute_digest())
    for _ in range(52):
        attach(make_draft(editor), document)
    page = as_editor.get(at(document)).content.decode()
    assert page.count('class="status status-') == 50
    assert "and 3 more" in page
    assert "The one that is live" in page


# --- A document


def test_what_is_hidden_is_told_and_somebody_confirms_it(as_editor, editor):
    document = make_attachment(editor, findings=[["tracked-changes", "7"], ["author", "Anna Author"]])
    page = as_editor.get(at(document)).content.decode()
    for words in ("what was deleted can be read: 7", "Anna Author", str(NO_PROMISE), "It may go out as it is"):
        assert words in page
    response = as_editor.post(at(document, "confirm"), {"version": document.version}, follow=True)
    page = response.content.decode()
    assert "<b>Edith Editor</b> confirmed" in page
    assert "It may go out as it is</button>" not in page
    assert StoredFile.objects.get(pk=document.file_id).is_settled
    assert said(as_editor.post(at(document, "confirm"), {"version": document.version}, follow=True)) == [
        "There is nothing to confirm."
    ]


def test_nobody_confirms_a_file_that_they_have_not_seen(as_editor, editor):
    document = make_attachment(editor, findings=AUTHOR)
    Attachment.objects.filter(pk=document.pk).update(version=2)
    for page in ("confirm", "clean"):
        response = as_editor.post(at(document, page), {"version": 1}, follow=True)
        assert "Somebody else changed this meanwhile" in said(response)[0]
    assert not StoredFile.objects.get(pk=document.file_id).is_settled


def test_a_cleaned_copy_takes_its_place(as_editor, editor, tmp_path):
    document = library.add_attachment(on_disk(tmp_path, pdf("Anna Author")), "Report.pdf", by=editor, language="en").row
    draft = make_draft(editor)
    row = attach(draft, document)
    response = as_editor.post(at(document, "clean"), {"version": document.version}, follow=True)
    assert "A cleaned copy stands here now" in said(response)[0]
    now = fresh(document)
    assert (now.file.findings, now.file.is_settled, now.file_id != document.file_id) == ([], True, True)
    row.refresh_from_db()
    assert row.file_id == document.file_id
    response = as_editor.post(at(document, "clean"), {"version": now.version}, follow=True)
    assert "nothing in this file that can be taken out" in said(response)[0]


def test_no_cleaned_copy_is_offered_where_there_is_none(as_editor, editor):
    cleanable, other = make_attachment(editor, findings=AUTHOR), make_attachment(editor, findings=[["script", "x"]])
    assert "Replace it by a cleaned copy" in as_editor.get(at(cleanable)).content.decode()
    assert "Replace it by a cleaned copy" not in as_editor.get(at(other)).content.decode()


def test_a_storage_that_fails_while_a_copy_is_cleaned(as_editor, editor, monkeypatch, tmp_path):
    def full(*args, **kwargs):
        raise OSError("No space left on device")

    document = library.add_attachment(on_disk(tmp_path, pdf("Anna Author")), "Report.pdf", by=editor, language="en").row
    monkeypatch.setattr(library, "put", full)
    response = as_editor.post(at(document, "clean"), {"version": 1}, follow=True)
    assert said(response) == ["Nothing was stored. Try again in a minute."]
    assert fresh(document).file_id == document.file_id


@pytest.mark.parametrize(("typed", "stored"), [
    ("Итоги заседания.pdf", "Итоги заседания.pdf"),
    ("report", "report.pdf"),
    ("report.exe", "report-exe.pdf"),
    ("../../etc/passwd", "passwd.pdf"),
])  # fmt: skip
def test_the_name_of_a_readers_copy_ends_in_what_it_is(as_editor, editor, typed, stored):
    document = make_attachment(editor)
    assert as_editor.post(at(document), posted(document, file_name=typed)).status_code == 302
    assert fresh(document).file_name == stored
