"""A clean copy: the names are gone, the text is the same to the last byte, and the file is whole."""

from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st
from lxml import etree
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from cms.media.documents import CLEANED, clean_copy, cleanable, inspect
from cms.media.formats import REASONS
from cms.media.reading import documents as child
from cms.media.reading.archives import opened
from cms.media.reading.package import Package
from cms.media.refused import Refused

from .made_documents import S, W, odt, odt_meta, office, page_text, pdf, pdf_writer, with_names, written, xmp, zipped

KINDS = ("docx", "xlsx", "pptx")
NAMES = ("Anna Müller", "Борис", "Acme & Co", {"Case": "17/b"}, "C:\\anna\\plan.dotx")


def told(path: Path) -> dict[str, str]:
    return {finding.code: finding.detail for finding in inspect(path, path.name).findings}


def cleaned(path: Path) -> Path:
    kind = path.suffix[1:]
    return clean_copy(path, path.with_name(f"clean.{kind}"), kind)


def members(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def assert_whole(path: Path) -> None:
    """Every part that is XML can be read, and every relationship leads to a part."""
    for name, content in members(path).items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(content)
    archive = opened(path)
    with archive.file:
        lost = [r for r in Package(archive).relationships if not r.external and not r.part]
    assert lost == []


@pytest.mark.parametrize("kind", KINDS)
def test_names_go_and_all_else_stays_to_the_last_byte(tmp_path, kind):
    path = office(tmp_path / f"a.{kind}", kind, **with_names(kind, *NAMES))
    facts = inspect(path, path.name)
    assert cleanable(facts.format, facts.findings)
    copy = cleaned(path)
    assert told(copy) == {}
    assert not cleanable(kind, inspect(copy, copy.name).findings)
    before, after = members(path), members(copy)
    assert before.keys() - after.keys() == {"docProps/thumbnail.jpeg"}
    same = {name for name in after if before[name] == after[name]}
    changed = {"_rels/.rels", "[Content_Types].xml", "docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"}
    changed |= {"word/settings.xml", "word/_rels/settings.xml.rels", "word/people.xml", "xl/workbook.xml"}
    assert after.keys() - same <= changed
    assert b"Anna" not in b"".join(after.values())
    assert "Борис".encode() not in b"".join(after.values())
    assert b"anna" not in b"".join(after.values())
    assert b"<dc:title>Speech</dc:title>" in after["docProps/core.xml"]
    assert inspect(copy, copy.name).pages == facts.pages
    assert_whole(copy)


def test_words_save_ids_go_from_every_text_and_its_words_stay(tmp_path):
    paragraphs = '<w:p w:rsidR="00AB12CD" w:rsidRDefault="00AB12CE"><w:r><w:t>x</w:t></w:r></w:p>' * 20_000
    text = (
        f"<w:document {W}><w:body><w:p w:rsidR='00AB12CD' w:other=\"1\"><w:r w:rsidRPr='0'><w:t>"
        f'say w:rsidR="00AB12CD" &lt;w:p w:rsidR="00AB12CD"> </w:t></w:r></w:p>{paragraphs}'
        '<w:sectPr w:rsidR="00000001"/></w:body></w:document>'
    )
    copy = members(cleaned(office(tmp_path / "a.docx", "docx", text=text, **with_names("docx", *NAMES))))
    before, after = etree.fromstring(text.encode()), etree.fromstring(copy["word/document.xml"])
    assert not [key for element in after.iter() for key in element.attrib if "rsid" in key]
    assert list(after.itertext()) == list(before.itertext())
    assert [element.tag for element in after.iter()] == [element.tag for element in before.iter()]
    assert len(after[0][0].attrib) == 1
    assert b"rsid" not in copy["word/settings.xml"]
    assert b"defaultTabStop" in copy["word/settings.xml"]


def test_content_stays_and_goes_on_being_told(tmp_path):
    what = with_names("docx", *NAMES)
    what["parts"]["word/comments.xml"] = f'<w:comments {W}><w:comment w:author="Vera"/></w:comments>'
    what["links"] += (("comments", "comments.xml"), ("image", "file:///C:/photo.jpg", "External"))
    text = f'<w:document {W}><w:body><w:p><w:del w:author="Vera"><w:r/></w:del></w:p></w:body></w:document>'
    path = office(tmp_path / "a.docx", "docx", text=text, **what)
    copy = cleaned(path)
    assert told(copy) == {"tracked-changes": "1 (Vera)", "comments": "1 (Vera)", "linked-files": "file:///C:/photo.jpg"}
    assert members(copy)["word/comments.xml"] == members(path)["word/comments.xml"]


def test_the_folder_that_a_spreadsheet_remembers_goes(tmp_path):
    text = f'<workbook {S}><absPath xmlns="urn:x" url="C:\\anna\\"/><sheets><sheet name="One"/></sheets></workbook>'
    path = office(tmp_path / "a.xlsx", "xlsx", text=text)
    assert told(path) == {"paths": "C:\\anna\\"}
    workbook = members(cleaned(path))["xl/workbook.xml"]
    assert b"anna" not in workbook
    assert b'<sheet name="One"/>' in workbook


def test_a_thumbnail_that_the_text_shows_too_stays(tmp_path):
    what = with_names("pptx", *NAMES)
    what["links"] = (("image", "../docProps/thumbnail.jpeg"),)
    copy = cleaned(office(tmp_path / "a.pptx", "pptx", **what))
    assert told(copy) == {}
    assert members(copy)["docProps/thumbnail.jpeg"]
    assert_whole(copy)


def test_an_opendocument_text_is_cleaned_and_stays_one(tmp_path):
    comment = "<text:p>x<office:annotation><dc:creator>Vera</dc:creator></office:annotation></text:p>"
    path = odt(
        tmp_path / "a.odt",
        comment,
        odt_meta("Anna", "Борис", {"Case": "17"}, "/home/anna/x"),
        **{"Thumbnails/thumbnail.png": b"x"},
    )
    copy = cleaned(path)
    assert told(copy) == {"comments": "1 (Vera)"}
    before, after = members(path), members(copy)
    assert before.keys() - after.keys() == {"Thumbnails/thumbnail.png"}
    for name in ("mimetype", "content.xml", "styles.xml"):
        assert before[name] == after[name]
    assert b"Thumbnails" not in after["META-INF/manifest.xml"]
    assert b"content.xml" in after["META-INF/manifest.xml"]
    assert b"Third floor" not in after["settings.xml"]
    assert b"ZoomFactor" in after["settings.xml"]
    assert inspect(copy, copy.name).pages == 3
    with ZipFile(copy) as archive:
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type, first.header_offset) == ("mimetype", ZIP_STORED, 0)
    assert copy.read_bytes()[38:77] == b"application/vnd.oasis.opendocument.text"  # where file(1) looks for it


def test_a_copy_does_not_tell_when_it_was_made(tmp_path):
    path = office(tmp_path / "a.docx", "docx", **with_names("docx", *NAMES))
    first = clean_copy(path, tmp_path / "1.docx", "docx")
    second = clean_copy(path, tmp_path / "2.docx", "docx")
    assert first.read_bytes() == second.read_bytes()
    with ZipFile(first) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# --- PDF -------------------------------------------------------------------------------------------------------


def test_a_pdf_loses_its_authors_and_keeps_pages_words_title_and_marks_of_accessibility(tmp_path):
    writer = pdf_writer("one", "two", "three")
    writer.add_metadata({"/Author": "Anna", "/Company": "Acme", "/Title": "Speech", "/Keywords": "Anna"})
    metadata = StreamObject()
    metadata.set_data(xmp("Anna"))
    metadata.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    writer.root_object[NameObject("/Metadata")] = writer._add_object(metadata)
    writer.root_object[NameObject("/MarkInfo")] = DictionaryObject()
    path = written(writer, tmp_path / "a.pdf")
    copy = cleaned(path)
    assert told(copy) == {}
    with PdfReader(path) as before, PdfReader(copy) as after:
        assert [page.extract_text() for page in after.pages] == [page.extract_text() for page in before.pages]
        assert after.pages[1].extract_text() == "two"
        assert after.metadata.title == "Speech"
        assert "/MarkInfo" in after.root_object
        assert b"pdfuaid" in after.root_object["/Metadata"].get_data()
    assert b"Anna" not in copy.read_bytes()


def test_earlier_versions_of_a_pdf_go(tmp_path):
    first = pdf(tmp_path / "first.pdf", "the secret", author="Anna")
    writer = PdfWriter(first, incremental=True)
    secret = writer.pages[0]["/Contents"]
    secret.set_data(b"BT /F1 12 Tf 72 720 Td (public) Tj ET")
    page_text(writer, "added")
    path = written(writer, tmp_path / "a.pdf")
    assert told(path) == {"author": "Anna", "earlier-versions": "1"}
    assert b"the secret" in path.read_bytes()
    copy = cleaned(path)
    assert told(copy) == {}
    assert b"the secret" not in copy.read_bytes()
    with PdfReader(copy) as reader:
        assert [page.extract_text() for page in reader.pages] == ["public", "added"]


def test_what_is_attached_to_a_pdf_stays_and_goes_on_being_told(tmp_path):
    writer = pdf_writer("one")
    writer.add_metadata({"/Author": "Anna"})
    writer.add_attachment("budget.xlsx", b"figures")
    copy = cleaned(written(writer, tmp_path / "a.pdf"))
    assert told(copy) == {"attached-files": "budget.xlsx"}


# --- what cannot be cleaned ------------------------------------------------------------------------------------


def test_texts_tables_and_archives_are_never_cleaned(tmp_path):
    path = zipped(tmp_path / "a.zip", {"a.txt": "x"})
    facts = inspect(path, path.name)
    assert facts.findings
    assert not cleanable(facts.format, facts.findings)
    with pytest.raises(Refused):
        clean_copy(path, tmp_path / "b.zip", "zip")


def test_a_file_that_cannot_be_cleaned_leaves_nothing_behind(tmp_path):
    damaged = tmp_path / "a.docx"
    damaged.write_bytes(office(tmp_path / "b.docx", "docx", **with_names("docx", *NAMES)).read_bytes()[:-9])
    with pytest.raises(Refused) as refused:
        clean_copy(damaged, tmp_path / "clean.docx", "docx")
    assert str(refused.value.reason) == str(REASONS["broken"])
    assert not (tmp_path / "clean.docx").exists()


def test_a_copy_never_takes_the_place_of_another_file(tmp_path):
    path = office(tmp_path / "a.docx", "docx", **with_names("docx", *NAMES))
    original = path.read_bytes()
    with pytest.raises(FileExistsError):
        clean_copy(path, path, "docx")
    assert path.read_bytes() == original


# --- any metadata ----------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30)
METADATA = st.tuples(WORDS, WORDS, WORDS, st.dictionaries(WORDS, WORDS, max_size=3), WORDS)


@budget(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([*KINDS, "odt"]), METADATA)
def test_whatever_the_metadata_a_clean_copy_has_none(tmp_path, kind, metadata):
    path, copy = tmp_path / f"a.{kind}", tmp_path / f"clean.{kind}"
    copy.unlink(missing_ok=True)
    if kind == "odt":
        author, last, _, custom, template = metadata
        odt(path, meta=odt_meta(author, last, custom, template), **{"Thumbnails/x.png": b"x"})
    else:
        office(path, kind, **with_names(kind, *metadata))
    # The child's own code in this process: hundreds of files, which would take a minute apart.
    ask = {"path": str(path), "into": str(copy), "extension": kind}
    before = child.answer({**ask, "do": "inspect"})
    assert "thumbnail" in {code for code, _ in before["findings"]}
    assert child.answer({**ask, "do": "clean"}) == {"format": kind}
    after = child.answer({**ask, "do": "inspect", "path": str(copy)})
    assert after == {**before, "findings": []}
    assert not CLEANED[kind] & {code for code, _ in after["findings"]}
