"""The site's identity: its logo is drawn anew from whatever was uploaded, and its colour can be read."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from cms.admin.logo import draw_logo
from cms.models import Identity

FORM = {
    "name": "Organisation for Mountain Cooperation",
    "short_name": "OMC",
    "tagline": "",
    "accent": "#0b4f6c",
    "press_contacts": "press@example.org",
    "footer": "",
}


def picture(form: str = "PNG", size: tuple[int, int] = (960, 200), **options) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#0b4f6c").save(out, form, **options)
    return out.getvalue()


def draw(data: bytes):
    return draw_logo(BytesIO(data), len(data))


@pytest.fixture
def identity(db):
    return Identity.objects.create(language="en", **FORM)


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


def upload(desk, identity, data: bytes, **fields):
    file = SimpleUploadedFile("logo.png", data, "image/png")
    return desk.post(f"/admin/cms/identity/{identity.pk}/change/", {**FORM, "new_logo": file, **fields}, follow=True)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_of_each_kind_becomes_a_small_png(form):
    logo = draw(picture(form))
    drawn = Image.open(BytesIO(logo.png))
    assert (drawn.format, drawn.size, logo.width, logo.height) == ("PNG", (480, 100), 480, 100)
    assert len(logo.digest) == 16


def test_a_small_picture_is_not_blown_up():
    assert draw(picture(size=(64, 64))).width == 64


def test_nothing_but_the_picture_is_kept():
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "somebody")
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    logo = draw(picture(pnginfo=info, exif=exif))
    assert b"somebody" not in logo.png and b"secret" not in logo.png
    assert set(Image.open(BytesIO(logo.png)).info) <= {"srgb"}


def test_a_picture_with_a_script_behind_it_loses_the_script():
    assert b"<script" not in draw(picture() + b"<script>alert(1)</script>").png


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises more than it holds."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        picture()[:200],
        bomb(50_000, 50_000),
        bomb(0, 0),
        picture(size=(2_001, 2_000)),
        picture("TIFF"),
        picture("BMP", size=(10, 10)),
        b"x" * (500 * 1024 + 1),
    ],
)
def test_whatever_else_is_uploaded_is_an_error_in_the_form(data):
    with pytest.raises(ValidationError):
        draw(data)


def test_a_logo_is_uploaded_seen_and_removed(desk, identity):
    answer = upload(desk, identity, picture())
    identity.refresh_from_db()
    assert answer.status_code == 200
    assert (identity.logo_width, identity.logo_height, len(identity.logo_digest)) == (480, 100, 16)
    html = desk.get(f"/admin/cms/identity/{identity.pk}/change/").content.decode()
    assert 'src="data:image/png;base64,iVBOR' in html and "Remove the logo" in html
    desk.post(f"/admin/cms/identity/{identity.pk}/change/", {**FORM, "remove_logo": "on"})
    identity.refresh_from_db()
    assert identity.logo is None and identity.logo_digest == "" and identity.logo_width is None


def test_a_broken_upload_changes_nothing(desk, identity):
    upload(desk, identity, picture())
    answer = upload(desk, identity, b"no picture", name="Another name")
    assert "could not be read as a picture" in answer.content.decode()
    identity.refresh_from_db()
    assert identity.logo_width == 480 and identity.name == FORM["name"]


def test_saving_without_a_file_keeps_the_logo(desk, identity):
    upload(desk, identity, picture())
    desk.post(f"/admin/cms/identity/{identity.pk}/change/", {**FORM, "footer": "New"})
    identity.refresh_from_db()
    assert identity.footer == "New" and identity.logo_width == 480


def test_a_colour_that_cannot_be_read_on_white_is_refused(desk, identity):
    answer = desk.post(f"/admin/cms/identity/{identity.pk}/change/", {**FORM, "accent": "#ffdd00"})
    assert "Too pale to be read on white" in answer.content.decode()


def test_there_is_one_identity_a_language(desk, identity):
    Identity.objects.create(language="ru", **FORM)
    assert desk.get("/admin/cms/identity/add/").status_code == 403


def test_the_admin_bears_the_name_of_the_site(client, identity):
    assert FORM["name"] in client.get("/admin/login/").content.decode()


def test_chief_editors_see_it_and_do_not_change_it(client, chief, identity):
    client.force_login(chief)
    assert client.get(f"/admin/cms/identity/{identity.pk}/change/").status_code == 200
    assert upload(client, identity, picture()).status_code == 403
