"""A text as PDF: what is in it, that it is tagged, that it reaches nothing else, and that it is made once."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.core.cache import caches
from PIL import Image as Pixels
from pypdf import PdfReader

from cms.editorial import actions
from cms.media import sandbox
from cms.media.storage import put
from cms.models import Identity, Rendition, media_storage
from cms.public import printed
from tests.factories import make_image, make_next, make_past, make_section, show, stored

pytestmark = [pytest.mark.django_db, pytest.mark.pango, pytest.mark.once]


@pytest.fixture(autouse=True)
def _nothing_kept():
    caches["documents"].clear()


@pytest.fixture
def made(monkeypatch):
    """What was handed to WeasyPrint, one request for each PDF that was made."""
    found, run = [], sandbox.run

    def spy(module, request, **limits):
        found.append({**request, "pictures": {k: Path(p).read_bytes() for k, p in request["pictures"].items()}})
        return run(module, request, **limits)

    monkeypatch.setattr(sandbox, "run", spy)
    return found


def pdf_at(client, path):
    response = client.get(path)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/pdf")
    return PdfReader(BytesIO(response.content))


def words_of(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def real(image):
    """Give a picture of the library a JPEG that can be drawn."""
    target = BytesIO()
    Pixels.new("RGB", (60, 40), "navy").save(target, "JPEG")
    kept = put(media_storage(), BytesIO(target.getvalue()))
    Rendition.objects.filter(file=image.file, spec="base.jpg").update(sha256=kept.sha256, size=kept.size)
    return target.getvalue()


def test_a_pdf_holds_the_text_its_address_edition_and_date(client, editor, made):
    Identity.objects.create(language="ru", name="Пресс-служба", short_name="ПС")
    draft_of = {"title": "Речь о воде", "summary": "Коротко о воде.", "body": "<p>Все мы <em>договорились</em>.</p>"}
    item = make_past(editor, kind="speech", language="ru", section=make_section("rechi", "ru"), **draft_of)
    reader = pdf_at(client, item.get_absolute_url() + "text.pdf")
    words = words_of(reader)
    assert "Речь о воде" in words and "Все мы договорились." in words and "Aigerim Sadykova" in words
    assert f"http://testserver/p/{item.publication.code}/" in words
    assert f"{item.live_from.year}" in words and "UTC" in words and "1 / 1" in words
    assert reader.metadata.title == "Речь о воде" and reader.metadata.author == "Aigerim Sadykova"
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "ru" and bool(root["/MarkInfo"]["/Marked"]) and "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_data()  # PDF/UA (ISO 14289-1)


def test_it_is_made_once_and_again_when_the_frame_changes(client, editor, made):
    Identity.objects.create(language="en", name="Office", short_name="Office")
    path = make_past(editor).get_absolute_url() + "text.pdf"
    first = client.get(path)
    second = client.get(path)
    assert len(made) == 1 and first.content == second.content
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.head(path).status_code == 200
    Identity.objects.update(name="Ministry")
    assert "Ministry" in words_of(pdf_at(client, path)) and len(made) == 2


def test_pictures_come_from_our_own_bytes_and_nothing_else_is_fetched(client, editor, made):
    image = make_image(editor)
    drawn = real(image)
    draft_body = f'<p>x</p><figure><img data-image="{image.pk}" alt="Navy"><figcaption>Sea</figcaption></figure>'
    item = make_past(editor, body=draft_body)
    reader = pdf_at(client, item.get_absolute_url() + "text.pdf")
    assert made[0]["pictures"] == {image.file.key: drawn}
    assert sum(len(page.images) for page in reader.pages) == 1 and "Sea" in words_of(reader)


def test_the_maker_refuses_the_network_and_files(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("Zanzibar")
    hostile = (
        f'<!doctype html><html lang="en"><head><title>t</title><link rel="stylesheet" href="file://{secret}">'
        f'<link rel="attachment" href="file://{secret}"></head><body><p>Shown</p><img alt="x" src="file://{secret}">'
        '<img alt="y" src="http://127.0.0.1:9/x.png"></body></html>'
    )
    into = tmp_path / "made.pdf"
    request = {"html": hostile, "pictures": {}, "into": str(into)}
    sandbox.run("cms.media.typesetting", request, seconds=printed.SECONDS, megabytes=printed.MEGABYTES)
    reader = PdfReader(into)
    assert "Shown" in words_of(reader) and not reader.attachments
    assert b"Zanzibar" not in into.read_bytes()


def test_an_earlier_and_a_withdrawn_text_say_so(client, editor, moderator):
    first = make_past(editor, title="Old")
    draft = actions.submit(make_next(first, by=editor), by=editor)
    item = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    assert "This is edition 1" in words_of(pdf_at(client, item.get_absolute_url() + "editions/1/text.pdf"))
    actions.withdraw(stored(item), by=moderator, mode="gone", comment="Wrong.")
    assert client.get(item.get_absolute_url() + "text.pdf").status_code == 410
    assert client.get(item.get_edition_url() + "text.pdf").status_code == 410


def test_the_page_offers_it(client, editor):
    item = make_past(editor)
    assert f'{item.get_absolute_url()}text.pdf"' in client.get(item.get_absolute_url()).content.decode()


def test_a_lead_picture_that_is_lost_leaves_the_text(client, editor, moderator, made):
    image = make_image(editor)
    item = make_past(editor)
    draft = make_next(item, by=editor)
    show(draft, image)
    draft = actions.submit(stored(draft), by=editor)
    item = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    Rendition.objects.filter(file=image.file, spec="base.jpg").update(sha256="0" * 64)
    assert "Body" in words_of(pdf_at(client, item.get_absolute_url() + "text.pdf")) and made[0]["pictures"] == {}
