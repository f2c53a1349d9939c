"""Uploads through the front door: what is taken, what is refused and in which words, and what is not even read."""

from __future__ import annotations

import errno
import threading

import pytest
from django.db import OperationalError
from django.template.defaultfilters import filesizeformat
from django.test import Client

from cms.admin import shelves, uploads
from cms.editorial import library
from cms.media import documents, pictures, sandbox
from cms.models import Attachment, Image, StoredFile, media_storage
from tests.admin.library_files import pdf, photo, upload

PICTURES, DOCUMENTS = "/admin/cms/image/", "/admin/cms/attachment/"


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    client.raise_request_exception = False
    return client


def send(client, content, name="photo.jpg", where=PICTURES, **fields):
    return client.post(f"{where}upload/", {"file": upload(name, content), "language": "en", **fields})


# --- By script, one file at a time


def test_a_picture_is_stored_and_told_of(as_editor, editor):
    response = send(as_editor, photo(gps=True), "Round table.jpg")
    assert response.status_code == 201
    image = Image.objects.get()
    assert (image.file_name, image.language, image.uploaded_by) == ("Round table.jpg", "en", editor)
    told = response.json().pop("told")
    assert any("where it was taken" in sentence for sentence in told)
    assert {**response.json(), "told": told} == {
        "id": image.pk,
        "thumb": f"/media/{image.file.key}/t320-50x50.jpg",
        "title": "Round table.jpg",
        "alt": "",
        "decorative": False,
        "caption": "",
        "credit": "",
        "place": "",
        "people": "",
        "taken_on": "",
        "terms": "",
        "width": 900,
        "height": 600,
        "file_name": "Round table.jpg",
        "known": False,
        "told": told,
    }
    assert as_editor.get(response.json()["thumb"]).getvalue().startswith(b"\xff\xd8")


def test_the_same_picture_is_known_and_comes_back_to_the_shelf(as_editor):
    first = send(as_editor, photo(), "one.jpg").json()
    Image.objects.update(put_away=True, alt="A round table")
    response = send(as_editor, photo(), "two.jpg")
    assert response.status_code == 200
    assert (response.json()["known"], response.json()["id"], response.json()["alt"]) == (
        True,
        first["id"],
        "A round table",
    )
    assert Image.objects.get().put_away is False


def test_a_document_is_stored_and_told_of(as_editor):
    response = send(as_editor, pdf("Anna Author", pages=3), "Final report.pdf", DOCUMENTS)
    assert response.status_code == 201
    attachment = Attachment.objects.get()
    told = response.json()["told"]
    assert any("Anna Author" in sentence for sentence in told)
    assert response.json() == {
        "id": attachment.pk,
        "title": "Final report",
        "file_name": attachment.file_name,
        "format": "PDF",
        "size": attachment.file.size,
        "size_in_words": filesizeformat(attachment.file.size),
        "pages": 3,
        "language": "en",
        "settled": False,
        "known": False,
        "told": told,
    }


@pytest.mark.parametrize(
    ("where", "name", "content", "status", "words"),
    [
        (PICTURES, "notes.jpg", b"Only words.", 415, "not a picture"),
        (PICTURES, "empty.jpg", b"", 415, "empty"),
        (PICTURES, "half.jpg", photo()[:2000], 415, "damaged"),
        (PICTURES, "drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "not a picture"),
        (PICTURES, "report.pdf", pdf(), 415, "Add it to the documents"),
        (DOCUMENTS, "photo.jpg", photo(), 415, "Add it to the pictures"),
        (DOCUMENTS, "photo.pdf", photo(), 415, "Add it to the pictures"),
        (DOCUMENTS, "page.html", b"<html><script>alert(1)</script></html>", 415, "begins as a web page"),
    ],
)
def test_what_is_refused_is_told_in_one_sentence(as_editor, where, name, content, status, words):
    response = send(as_editor, content, name, where)
    assert response.status_code == status
    assert list(response.json()) == ["error"]
    assert words in response.json()["error"]
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(("where", "content"), [(PICTURES, photo()), (DOCUMENTS, pdf())])
def test_where_all_places_are_taken_the_server_says_that_it_is_busy(as_editor, where, content, monkeypatch):
    """In time, and as something that is worth another try: the script offers it for a 503."""
    places = threading.BoundedSemaphore(1)
    monkeypatch.setattr(sandbox, "_places", places)
    monkeypatch.setattr(sandbox, "PATIENCE", 0.05)
    places.acquire()
    response = send(as_editor, content, "a", where)
    assert response.status_code == 503
    assert response.json()["error"] == "The server is busy with other files. Try again in a minute."
    places.release()
    assert send(as_editor, content, "a", where).status_code == 201


def test_content_decides_and_not_the_name(as_editor):
    assert send(as_editor, photo(format="PNG"), "photo.pdf").status_code == 201
    assert Image.objects.get().file.media_type == "image/png"


def test_a_request_without_a_file_or_in_no_language_of_ours(as_editor):
    assert as_editor.post(f"{PICTURES}upload/", {"language": "en"}).json() == {
        "error": "No file arrived. Choose one and send it again."
    }
    response = send(as_editor, photo(), language="tlh")
    assert (response.status_code, response.json()["error"]) == (400, "Choose a language that the site is written in.")
    assert as_editor.get(f"{PICTURES}upload/").status_code == 405
    assert (
        as_editor.post(f"{PICTURES}upload/", b"--x", content_type="multipart/form-data; boundary=y").status_code == 400
    )


# --- Who may


@pytest.mark.parametrize("where", ["upload/", "add/"])
def test_only_writers_upload(client, administrator, outsider, where):
    for user in (administrator, outsider):
        client.force_login(user)
        response = client.post(
            f"{PICTURES}{where}", {"file": upload("a.jpg", photo()), "files": upload("a.jpg", photo())}
        )
        assert response.status_code == 403
    client.logout()
    response = client.post(f"{PICTURES}{where}", {"files": upload("a.jpg", photo())})
    assert response.status_code == (403 if where == "upload/" else 302)
    assert not StoredFile.objects.exists()


def test_a_forged_request_is_refused(editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    assert send(client, photo()).status_code == 403
    client.get(f"{PICTURES}add/")
    token = client.cookies["csrftoken"].value
    assert (
        client.post(
            f"{PICTURES}upload/", {"file": upload("a.jpg", photo())}, headers={"X-CSRFToken": token}
        ).status_code
        == 201
    )
    assert Image.objects.count() == 1


# --- Size, before anything is read


class Unread:
    """The body of a request that nobody may touch."""

    def read(self, *args):
        raise AssertionError("the body was read")

    readline = __iter__ = read


def announced(client, address, length):
    return client.generic("POST", address, **{
        "CONTENT_LENGTH": str(length), "wsgi.input": Unread(), "CONTENT_TYPE": "multipart/form-data; boundary=x"
    })  # fmt: skip


@pytest.mark.parametrize(
    ("address", "limit"),
    [
        (f"{PICTURES}upload/", pictures.BYTES),
        (f"{DOCUMENTS}upload/", documents.BYTES),
        (f"{PICTURES}add/", uploads.TOGETHER),
        (f"{PICTURES}1/replace/", pictures.BYTES),
    ],
)
def test_too_large_a_request_is_refused_unread(as_editor, address, limit):
    if address.endswith("replace/"):
        address = f"{PICTURES}{send(as_editor, photo()).json()['id']}/replace/"
    response = announced(as_editor, address, limit + uploads.ROOM + 1)
    assert response.status_code == 413
    assert "Nothing of it was read" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_nothing_is_read_of_somebody_who_may_not(client, administrator):
    for page in ("upload/", "add/"):
        assert announced(client, f"{PICTURES}{page}", 1000).status_code in (302, 403)
    client.force_login(administrator)
    for page in ("upload/", "add/"):
        assert announced(client, f"{PICTURES}{page}", 1000).status_code == 403


def test_a_file_over_the_limit_in_a_request_below_it(as_editor, monkeypatch):
    small = shelves.Shelf(**{**vars(shelves.PICTURES), "limit": 2_000})
    monkeypatch.setattr("cms.admin.image.ImageAdmin.shelf", small)
    response = send(as_editor, photo())
    assert response.status_code == 413
    assert response.json()["error"].startswith("The file is larger than 2.0")


def test_too_many_files_in_one_form(as_editor, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    response = as_editor.post(f"{PICTURES}add/", {"files": [upload(f"{n}.jpg", b"x") for n in range(3)]})
    assert response.status_code == 400
    assert "too many files at once: 2" in response.content.decode()


# --- When the storage fails


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), ConnectionError("S3 is away")])
def test_a_failing_storage_is_told_in_words(as_editor, monkeypatch, error, caplog):
    def fails(*args, **kwargs):
        raise error

    monkeypatch.setattr(library, "put", fails)
    for where, name, content in ((PICTURES, "a.jpg", photo()), (DOCUMENTS, "a.pdf", pdf())):
        response = send(as_editor, content, name, where)
        assert response.status_code == 503
        assert response.json() == {"error": "Nothing was stored. Try again in a minute."}
        page = as_editor.post(f"{where}add/", {"files": upload(name, content), "language": "en"})
        assert page.status_code == 503
        assert f"{name}: Nothing was stored. Try again in a minute." in page.content.decode()
    assert not StoredFile.objects.exists()
    assert str(error) in caplog.text


def test_a_database_that_is_busy_too(as_editor, monkeypatch):
    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr(library, "_sign", locked)
    response = send(as_editor, photo())
    assert response.status_code == 503
    assert not Image.objects.exists()


# --- Without a script, many in one form


def test_many_files_in_one_form(as_editor):
    files = [upload("a.jpg", photo(1)), upload("words.jpg", b"Only words."), upload("b.png", photo(2, format="PNG"))]
    response = as_editor.post(f"{PICTURES}add/", {"files": files, "language": "ru"}, follow=True)
    a, b = Image.objects.order_by("pk")
    assert response.redirect_chain == [(f"{PICTURES}describe/?ids={a.pk},{b.pk}", 302)]
    assert (a.language, a.file_name, b.file_name) == ("ru", "a.jpg", "b.png")
    assert [form.instance.pk for form in response.context["forms"]] == [a.pk, b.pk]
    assert [str(message) for message in response.context["messages"]] == [f"words.jpg: {pictures._REFUSALS['format']}"]


def test_a_form_of_which_nothing_was_taken(as_editor):
    response = as_editor.post(f"{PICTURES}add/", {"files": [upload("words.jpg", b"Only words.")], "language": "en"})
    assert response.status_code == 415
    assert "words.jpg: This is not a picture" in response.content.decode()
    response = as_editor.post(f"{PICTURES}add/", {"language": "en"})
    assert response.status_code == 400
    assert "No file arrived." in response.content.decode()


def test_what_was_acknowledged_lies_in_the_storage(as_editor):
    content = photo()
    send(as_editor, content)
    with media_storage().open(StoredFile.objects.get().name) as file:
        assert file.read() == content


def test_file_names_are_shown_and_not_run(as_editor):
    name = "<img src=x onerror=alert(1)>.jpg"
    page = as_editor.post(f"{PICTURES}add/", {"files": upload(name, b"x"), "language": "en"})
    assert "<img src=x" not in page.content.decode()
    send(as_editor, photo(), name)
    assert "<img src=x" not in as_editor.get(PICTURES).content.decode()


@pytest.mark.parametrize("page", ["upload/", "add/", "1/replace/"])
@pytest.mark.parametrize("where", [PICTURES, DOCUMENTS])
def test_a_forged_upload_from_another_site_is_refused(editor, where, page):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    data = {"file": upload("photo.jpg", photo()), "files": upload("photo.jpg", photo()), "language": "en"}
    assert client.post(f"{where}{page}", data).status_code == 403
    assert not StoredFile.objects.exists()
