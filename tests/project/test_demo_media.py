"""Pictures and documents of the demonstration: what is said of them in two languages, and where they are shown.

The pictures themselves are looked at where the demonstration draws them (test_demo.py).
"""

import csv
import posixpath
import tomllib
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from lxml import etree
from pypdf import PdfReader

from cms.management.demo_content import FOLDER, _published
from cms.management.demo_documents import documents
from cms.management.drawing import scenes
from cms.media import documents as document_files
from cms.models import Attachment
from cms.models import Image as LibraryImage

LANGUAGES = ("en", "ru")
pytestmark = pytest.mark.once


def read(name):
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def media():
    return read("media.toml")


@pytest.fixture(scope="module")
def texts():
    """All news and speeches by key, the earliest published first."""
    rows = [row for name in ("news-1.toml", "news-2.toml") for row in read(name)["item"]]
    rows += read("speeches.toml")["speech"]
    return {row["key"]: row for row in sorted(rows, key=_published)}


def saved(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    return path


# --- What is said of them, and where they are shown


def test_every_scene_has_its_words_in_both_languages(media):
    assert sorted(row["name"] for row in media["picture"]) == sorted(scenes())
    assert len({row["file_name"] for row in media["picture"]}) == len(scenes())
    for row in media["picture"]:
        for language in LANGUAGES:
            for name in ("alt", "caption", "credit", "place"):
                words = row[f"{name}_{language}"]
                assert len(words) <= LibraryImage._meta.get_field(name).max_length
                assert words or name == "place"
            assert bool(set(row[f"alt_{language}"].lower()) & set("абвгдежзик")) == (language == "ru")
        assert all(0 <= percent <= 100 for percent in row["focal"])
        assert not row["alt_en"].lower().startswith(("picture", "photo", "image"))
    assert all(media["terms"][language] for language in LANGUAGES)


def shown(media):
    """Every (key of a text, name of a picture) there is."""
    yield from media["lead"].items()
    for key, names in media["gallery"].items():
        yield from ((key, name) for name in names)
    yield from ((row["item"], row["picture"]) for row in media["body"])


def test_a_picture_was_taken_before_the_text_that_shows_it(media, texts):
    taken = {row["name"]: row["taken_at"] for row in media["picture"]}
    late = [(key, name) for key, name in shown(media) if taken[name] >= _published(texts[key]).replace(tzinfo=None)]
    assert not late


def test_pictures_are_shown_widely_but_not_twice_in_a_row(media, texts):
    leads = [(key, media["lead"][key]) for key in texts if key in media["lead"]]
    assert len(leads) == len(media["lead"])
    assert sum(key.startswith("n") for key, _name in leads) >= 40
    assert sum(key.startswith("s") for key, _name in leads) >= 5
    of_news = [name for key, name in leads if key.startswith("n")]
    for names in (of_news, [name for _key, name in leads]):
        assert not [pair for pair in zip(names, names[1:], strict=False) if len(set(pair)) == 1]
    assert {name for _key, name in shown(media)} == set(scenes())  # none is drawn for nothing


def test_galleries_have_four_to_six_other_pictures(media):
    assert len(media["gallery"]) == 2
    for key, names in media["gallery"].items():
        assert 4 <= len(set(names)) == len(names) <= 6
        assert media["lead"][key] not in names


def test_the_picture_in_the_long_speech_stands_between_two_paragraphs(media, texts):
    (row,) = media["body"]
    for language in LANGUAGES:
        blocks = texts[row["item"]][f"body_{language}"].strip().split("\n\n")
        around = blocks[row["after"] - 1 : row["after"] + 1]
        assert len(around) == 2
        assert not [block for block in around if block.startswith(("#", "-", "1", ">"))]


def test_the_recording_and_the_documents_belong_to_texts(media, texts):
    (row,) = media["recording"]
    assert row["item"] in texts
    assert (row["minutes"], row["seconds"], row["captioned"]) == (3, 12, True)
    assert all(".example.org/" in row[f"url_{language}"] for language in LANGUAGES)
    assert {row["document"] for row in media["attached"]} == set(documents())
    assert {row["item"] for row in media["attached"]} <= set(texts)


# --- The documents


def test_our_own_gate_takes_every_document(tmp_path):
    facts = {}
    for name, make in documents().items():
        document = make()
        facts[name] = document_files.inspect(saved(tmp_path, document.file_name, document.content), document.file_name)
        assert document.title
        assert document.language in LANGUAGES
        assert document.purpose in Attachment.Purpose.values
        assert make() == document
    assert {name: (fact.extension, fact.pages) for name, fact in facts.items()} == {
        "communique": ("pdf", 2),
        "application": ("docx", 1),
        "glaciers": ("csv", None),
    }
    assert not facts["communique"].findings
    assert not facts["glaciers"].findings


def test_the_form_names_its_author_until_it_is_cleaned(tmp_path):
    form = documents()["application"]()
    path = saved(tmp_path, form.file_name, form.content)
    told = {finding.code: finding.detail for finding in document_files.inspect(path, form.file_name).findings}
    assert "Алия Нурмагамбетова" in told["author"]
    assert "отдел учений" in told["company"]
    clean = document_files.clean_copy(path, tmp_path / "clean.docx", "docx")
    assert not document_files.inspect(clean, form.file_name).findings


def test_the_communique_can_be_read_aloud_in_its_order():
    document = documents()["communique"]()
    file = PdfReader(BytesIO(document.content), strict=True)
    assert file.metadata.title == document.title
    assert file.trailer["/Root"]["/Lang"] == "en-GB"
    tree = file.trailer["/Root"]["/StructTreeRoot"]["/K"]["/K"]
    kinds = [element.get_object()["/S"] for element in tree]
    assert kinds[0] == "/H1"
    assert kinds.count("/H2") == 7
    text = " ".join(" ".join(page.extract_text() for page in file.pages).split())
    assert "The training “Clear Water” will be held in September." in text
    assert text.index("1. Exchange of water data") < text.index("7. What remains to be done")
    parents = file.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    for number, page in enumerate(file.pages):
        marks = page.get_contents().get_data().count(b"/MCID")
        assert page["/StructParents"] == parents[2 * number] == number
        assert len(parents[2 * number + 1].get_object()) == marks


def test_the_form_has_all_parts_that_it_refers_to():
    with ZipFile(BytesIO(documents()["application"]().content)) as archive:
        assert archive.namelist()[0] == "[Content_Types].xml"
        parts = {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}
    for name, root in parts.items():
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            assert {posixpath.join(folder, row.get("Target")) for row in root} <= set(parts)
    named = {row.get("PartName", "").lstrip("/") for row in parts["[Content_Types].xml"]} - {""}
    assert named == {name for name in parts if not name.endswith(".rels")} - {"[Content_Types].xml"}
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    styles = {row.get(f"{w}styleId") for row in parts["word/styles.xml"].iter(f"{w}style")}
    used = {row.get(f"{w}val") for row in parts["word/document.xml"].iter(f"{w}pStyle")}
    assert used == styles == {"Normal", "Heading1", "Heading2"}


def test_the_table_adds_up():
    content = documents()["glaciers"]().content
    assert content.startswith(b"\xef\xbb\xbf")
    _head, *rows = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""))
    *glaciers, total = [[float(cell) for cell in row[1:]] for row in rows]
    lowest, stakes, radar, by_july, year = zip(*glaciers, strict=True)
    assert total == [
        min(lowest),
        sum(stakes),
        sum(radar),
        pytest.approx(sum(by_july) / 5),
        pytest.approx(sum(year) / 5),
    ]
