"""What a file is, by its bytes; what it may be called; what an editor is told of things that its pages do not show."""

import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.annotations import Text
from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject, NameObject, StreamObject, TextStringObject

from cms.media import documents, sandbox
from cms.media.documents import FINDINGS, describe, inspect
from cms.media.formats import FORMATS, REASONS, by_content, safe_name
from cms.media.reading import cleaning, pdf
from cms.media.refused import Finding, Refused

from .made_documents import (
    P,
    S,
    W,
    odt,
    odt_meta,
    office,
    page_text,
    pdf_writer,
    relationships,
    with_names,
    written,
    xmp,
    zipped,
)  # fmt: skip
from .made_documents import pdf as make_pdf


def told(path: Path) -> dict[str, str]:
    return {finding.code: finding.detail for finding in inspect(path, path.name).findings}


def refusal(path: Path, name: str = "") -> str:
    with pytest.raises(Refused) as refused:
        inspect(path, name or path.name)
    return str(refused.value.reason)


# --- formats ---------------------------------------------------------------------------------------------------


def one_of_each(folder: Path) -> dict[str, Path]:
    files = {kind: office(folder / f"a.{kind}", kind) for kind in ("docx", "xlsx", "pptx")}
    files["odt"] = odt(folder / "a.odt")
    files["pdf"] = make_pdf(folder / "a.pdf")
    files["zip"] = zipped(folder / "a.zip", {"table.csv": "a;b", "Текст.txt": "x"})
    for kind in ("txt", "csv"):
        files[kind] = folder / f"a.{kind}"
        files[kind].write_text("name;number\nСадыр;1\n", encoding="utf-8")
    return files


def test_the_bytes_tell_the_format_and_a_name_without_extension_is_enough(tmp_path):
    for kind, path in one_of_each(tmp_path).items():
        assert by_content(path, f"Report.{kind.upper()}").key == kind
        assert by_content(path, "Report of 12.05.2025").key == ("txt" if kind == "csv" else kind)


def test_an_extension_that_contradicts_the_content_is_refused_and_both_are_named(tmp_path):
    names = {kind: str(format_.name) for kind, format_ in FORMATS.items()}
    for kind, path in one_of_each(tmp_path).items():
        for said in ("html", "zip" if kind == "pdf" else "pdf"):
            with pytest.raises(Refused) as refused:
                by_content(path, f"report.{said}")
            found = names["txt" if kind == "csv" else kind]
            assert str(refused.value.reason) == f"The name ends in .{said}, but the content is: {found}."


@pytest.mark.parametrize(
    ("content", "bytes_"),
    [
        ("utf-8", "Доброе утро, 你好".encode()),
        ("utf-8 with a mark", "\ufeffДоброе утро".encode()),
        ("utf-16", "Доброе утро".encode("utf-16")),
        ("utf-16 the other way round", b"\xfe\xff" + "Доброе утро".encode("utf-16-be")),
        ("cp1251", "Доброе утро – «Указ» № 5".encode("cp1251")),
        ("a tag further on", b"1 < 2 and <script> is a word\r\n\tand so on\f"),
        ("two letters", b"MZ is how programs begin"),
        ("a letter that a chunk cuts in two", b"x" * (1024 * 1024 - 1) + "ж".encode()),
    ],
)
def test_texts_may_be_written_in_any_of_these_ways(tmp_path, content, bytes_):
    path = tmp_path / "a.txt"
    path.write_bytes(bytes_)
    facts = inspect(path, path.name)
    assert (facts.format, facts.media_type, facts.pages, facts.findings) == ("txt", "text/plain", None, ())


def test_pages_are_counted_in_a_pdf_and_taken_from_the_program_elsewhere(tmp_path):
    names = ("", "", "", {}, "")
    assert inspect(make_pdf(tmp_path / "a.pdf", "one", "two", "three"), "a.pdf").pages == 3
    assert inspect(office(tmp_path / "a.docx", "docx", **with_names("docx", *names)), "a.docx").pages == 7
    assert inspect(office(tmp_path / "a.pptx", "pptx", **with_names("pptx", *names)), "a.pptx").pages == 7
    assert inspect(office(tmp_path / "a.xlsx", "xlsx", **with_names("xlsx", *names)), "a.xlsx").pages is None
    assert inspect(odt(tmp_path / "a.odt"), "a.odt").pages == 3
    assert inspect(office(tmp_path / "b.docx", "docx"), "b.docx").pages is None


# --- names -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "extension", "safe"),
    [
        ("Выступление Президента.PDF", "pdf", "Выступление Президента.pdf"),
        ("كلمة الرئيس.docx", "docx", "كلمة الرئيس.docx"),
        ("总统讲话.pdf", "pdf", "总统讲话.pdf"),
        ("report.php.pdf", "pdf", "report-php.pdf"),
        ("report.php", "pdf", "report-php.pdf"),
        ("report.tar.gz.pdf", "pdf", "report-tar-gz.pdf"),
        ("Report 12.05.2025 v1.2.pdf", "pdf", "Report 12.05.2025 v1.2.pdf"),
        ("Речь И.И. Иванова.pdf", "pdf", "Речь И.И. Иванова.pdf"),
        ("C:\\Users\\anna\\secret\\a.pdf", "pdf", "a.pdf"),
        ("../../etc/passwd", "txt", "passwd.txt"),
        ("..", "pdf", "file.pdf"),
        (".htaccess", "txt", "htaccess.txt"),
        ("", "csv", "file.csv"),
        (".pdf", "pdf", "file.pdf"),
        ("con.pdf", "pdf", "_con.pdf"),
        ("lpt1 .12.pdf", "pdf", "_lpt1 .12.pdf"),
        ("LPT1 .report.pdf", "pdf", "LPT1 -report.pdf"),
        ("invoice\u202efdp.exe", "pdf", "invoicefdp-exe.pdf"),
        ("a\x00b\r\nc.pdf", "pdf", "ab c.pdf"),
        ('what?<"x">|*.pdf', "pdf", "what---x----.pdf"),
        ("شرکت‌ها.pdf", "pdf", "شرکت‌ها.pdf"),
    ],
)
def test_names_are_made_safe_and_stay_readable(name, extension, safe):
    assert safe_name(name, extension) == safe


@given(st.text(max_size=300), st.sampled_from(sorted(FORMATS)))
@example("con" * 60, "pdf")
@example("ж" * 200, "pptx")
@example("你" * 200, "pdf")
@example(" . a.b.pdf . ", "pdf")
@example("aux.tar.php.", "zip")
def test_any_name_becomes_one_that_no_system_takes_for_anything_else(name, extension):
    safe = safe_name(name, extension)
    stem = safe.removesuffix(f".{extension}")
    assert len(safe) <= 120
    assert len(safe.encode()) <= 255
    assert stem
    assert safe != stem
    assert not re.search(r'[/\\<>:"|?*\x00-\x1f]', safe)
    assert not re.search(r"\.(?=\d*[a-z])[a-z0-9]{2,10}(\.|$)", stem, re.IGNORECASE)
    assert not stem.startswith((".", " "))
    assert stem.split(".")[0].strip().lower() not in {"con", "aux", "nul", "prn", "com1", "lpt1"}
    assert not {unicodedata.bidirectional(letter) for letter in safe} & {"RLO", "LRO", "RLE", "LRE", "RLI", "LRI"}
    assert safe_name(safe, extension) == safe


# --- Office ----------------------------------------------------------------------------------------------------


def test_names_companies_properties_and_folders_are_found_in_office_files(tmp_path):
    for kind in ("docx", "xlsx", "pptx"):
        what = with_names(kind, "Anna <Müller>", "Борис", "Acme & Co", {"Case": "17/b"}, "C:\\anna\\plan.dotx")
        found = told(office(tmp_path / f"a.{kind}", kind, **what))
        assert found["author"] == "Anna <Müller>, Борис"
        assert found["company"] == "Acme & Co, Борис"
        assert found["custom-properties"] == "Case"
        assert "C:\\anna\\plan.dotx" in found["paths"]
        assert "thumbnail" in found
    assert "Templates/secret.dotm" in told(tmp_path / "a.docx")["paths"]


def test_a_plain_office_file_has_nothing_to_tell(tmp_path):
    for kind in ("docx", "xlsx", "pptx"):
        assert told(office(tmp_path / f"a.{kind}", kind)) == {}
    assert told(odt(tmp_path / "a.odt")) == {}


def test_metadata_is_found_where_relationships_lead_not_where_it_usually_lies(tmp_path):
    what = with_names("docx", "Anna", "Anna", "", {}, "")
    core = what["parts"].pop("docProps/core.xml")
    what["parts"]["elsewhere/names.bin"] = core
    kind = what["root_links"][0][0]
    what["root_links"] = ((kind, "/elsewhere/Names.bin"), *what["root_links"][1:])
    assert told(office(tmp_path / "a.docx", "docx", **what))["author"] == "Anna"


def test_metadata_is_found_in_the_strict_edition_of_the_format(tmp_path):
    what = with_names("docx", "Anna", "", "Acme", {"Case": "17"}, "")
    strict = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    core, extended, custom, _ = what["root_links"]
    what["root_links"] = (
        core,
        (f"{strict}/extendedProperties", extended[1]),
        (f"{strict}/customProperties", custom[1]),
    )
    found = told(office(tmp_path / "a.docx", "docx", **what))
    assert (found["author"], found["company"], found["custom-properties"]) == ("Anna", "Acme", "Case")


def test_tracked_changes_comments_and_hidden_words_are_found_in_a_text(tmp_path):
    text = (
        f"<q:document {W.replace('xmlns:w', 'xmlns:q')}><q:body>"
        '<q:p><q:ins q:author="Anna"><q:r><q:t>in</q:t></q:r></q:ins>'
        '<q:del q:author="Boris"><q:r><q:delText>out</q:delText></q:r></q:del></q:p>'
        '<q:p><q:r><q:rPr><q:rPrChange q:author="Anna"><q:rPr><q:vanish/></q:rPr></q:rPrChange></q:rPr></q:r></q:p>'
        "<q:p><q:r><q:rPr><q:vanish/></q:rPr><q:t>hidden</q:t></q:r>"
        '<q:r><q:rPr><q:vanish q:val="false"/></q:rPr><q:t>shown</q:t></q:r>'
        '<q:r><q:rPr><q:rStyle q:val="Secret"/></q:rPr><q:t>hidden too</q:t></q:r></q:p></q:body></q:document>'
    )
    parts = {
        "word/comments.xml": f'<w:comments {W}><w:comment w:author="Vera"/><w:comment w:author="Anna"/></w:comments>',
        "word/footnotes.xml": f'<w:footnotes {W}><w:ins w:author="Anna"/></w:footnotes>',
        "word/styles.xml": f'<w:styles {W}><w:style w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="Unused"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="Normal"/></w:styles>',
    }
    links = (("comments", "comments.xml"), ("styles", "/word/styles.xml"), ("footnotes", "./footnotes.xml"))
    assert told(office(tmp_path / "a.docx", "docx", text=text, parts=parts, links=links)) == {
        "tracked-changes": "4 (Anna, Boris)",
        "comments": "2 (Vera, Anna)",
        "hidden-text": "2",
    }


def test_linked_and_embedded_files_are_found_and_ordinary_links_are_not(tmp_path):
    links = (
        ("hyperlink", "https://example.org/", "External"),
        ("image", "file:///C:/Users/anna/photo.jpg", "External"),
        ("package", "embeddings/Budget.xlsx"),
        ("customXml", "../customXml/item1.xml"),
        ("customXml", "../customXml/item2.xml"),
    )
    sources = "http://schemas.openxmlformats.org/officeDocument/2006/bibliography"
    parts = {
        "word/embeddings/Budget.xlsx": "PK",
        "customXml/item1.xml": f'<b:Sources xmlns:b="{sources}"/>',
        "customXml/item2.xml": "<case><number>17</number></case>",
    }
    assert told(office(tmp_path / "a.docx", "docx", parts=parts, links=links)) == {
        "custom-data": "item2.xml",
        "linked-files": "file:///C:/Users/anna/photo.jpg",
        "embedded-files": "Budget.xlsx",
    }


def test_hidden_sheets_rows_comments_and_data_are_found_in_a_spreadsheet(tmp_path):
    text = (
        f'<workbook {S}><x15ac:absPath xmlns:x15ac="urn:x" url="C:\\Users\\anna\\"/><sheets><sheet name="Open"/>'
        '<sheet name="Salaries" state="hidden"/><sheet name="Deep" state="veryHidden"/></sheets></workbook>'
    )
    parts = {
        "xl/worksheets/sheet1.xml": f'<worksheet {S}><cols><col min="1" hidden="1"/><col hidden="0"/></cols><sheetData>'
        '<row r="1" hidden="true"/><row r="2"/></sheetData></worksheet>',
        "xl/worksheets/_rels/sheet1.xml.rels": relationships(("comments", "../comments1.xml")),
        "xl/comments1.xml": f"<comments {S}><authors><author>Anna</author><author>tc={{1}}</author></authors>"
        '<commentList><comment ref="A1"/><comment ref="A2"/></commentList></comments>',
        "xl/connections.xml": f'<connections {S}><connection name="payroll database"/></connections>',
        "xl/pivotCache/pivotCacheRecords1.xml": f"<pivotCacheRecords {S}/>",
        "xl/pivotCache/_rels/definition.xml.rels": relationships(("pivotCacheRecords", "pivotCacheRecords1.xml")),
    }
    links = (("worksheet", "worksheets/sheet1.xml"), ("connections", "connections.xml"))
    assert told(office(tmp_path / "a.xlsx", "xlsx", text=text, parts=parts, links=links)) == {
        "paths": "C:\\Users\\anna\\",
        "comments": "2 (Anna)",
        "hidden-sheets": "2 (Salaries, Deep)",
        "hidden-cells": "2",
        "pivot-data": "1",
        "linked-files": "payroll database",
    }


def test_hidden_slides_notes_and_comments_are_found_in_a_presentation(tmp_path):
    number = '<a:fld type="slidenum"><a:t>1</a:t></a:fld>'
    parts = {
        "ppt/slides/slide1.xml": f'<p:sld {P} show="0"/>',
        "ppt/slides/slide2.xml": f"<p:sld {P}/>",
        "ppt/slides/_rels/slide1.xml.rels": relationships(
            ("notesSlide", "../notesSlides/n1.xml"), ("comments", "../comments/c1.xml")
        ),
        "ppt/slides/_rels/slide2.xml.rels": relationships(("notesSlide", "../notesSlides/n2.xml")),
        "ppt/notesSlides/n1.xml": f"<p:notes {P}><a:r><a:t>Do not mention it</a:t></a:r>{number}</p:notes>",
        "ppt/notesSlides/n2.xml": f"<p:notes {P}>{number}</p:notes>",
        "ppt/comments/c1.xml": f'<p:cmLst {P}><p:cm authorId="0"/></p:cmLst>',
        "ppt/commentAuthors.xml": f'<p:cmAuthorLst {P}><p:cmAuthor id="0" name="Anna"/></p:cmAuthorLst>',
    }
    links = (("slide", "slides/slide1.xml"), ("slide", "slides/slide2.xml"), ("commentAuthors", "commentAuthors.xml"))
    assert told(office(tmp_path / "a.pptx", "pptx", parts=parts, links=links)) == {
        "comments": "1 (Anna)",
        "hidden-slides": "1",
        "speaker-notes": "1",
    }


def test_the_same_is_found_in_an_opendocument_text(tmp_path):
    text = (
        "<text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>Anna</dc:creator>"
        "</office:change-info></text:deletion></text:changed-region></text:tracked-changes>"
        '<text:p>x<office:annotation><dc:creator>Vera</dc:creator></office:annotation><text:span text:style-name="T1">y'
        '</text:span></text:p><text:section text:display="none"/><text:hidden-text/>'
        '<draw:image xlink:href="file:///home/anna/a.png"/><draw:image xlink:href="Pictures/b.png"/>'
        '<text:a xlink:href="https://example.org/">z</text:a>'
    )
    styles = '<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>'
    path = odt(
        tmp_path / "a.odt",
        text,
        odt_meta("Anna", "Борис", {"Case": "17"}, "/home/anna/secret.ott"),
        styles,
        **{"Thumbnails/thumbnail.png": "x", "Object 1/content.xml": "<x/>", "Versions/1": "x"},
    )
    assert told(path) == {
        "author": "Anna, Борис",
        "custom-properties": "Case",
        "paths": "/home/anna/secret.ott",
        "thumbnail": "",
        "tracked-changes": "1 (Anna)",
        "comments": "1 (Vera)",
        "hidden-text": "3",
        "linked-files": "file:///home/anna/a.png",
        "embedded-files": "Object 1",
        "earlier-versions": "",
    }


def test_macros_are_refused_wherever_they_show(tmp_path):
    wanted = str(REASONS["macros"])
    macro_type = "application/vnd.ms-word.document.macroEnabled.main+xml"
    assert refusal(office(tmp_path / "a.docx", "docx", main_type=macro_type)) == wanted
    assert refusal(office(tmp_path / "b.docx", "docx", parts={"word/vbaProject.bin": "x"})) == wanted
    type_ = '<Override PartName="/x" ContentType="application/vnd.ms-office.vbaProject"/>'
    assert refusal(office(tmp_path / "c.xlsx", "xlsx", types=type_)) == wanted
    assert refusal(odt(tmp_path / "d.odt", **{"Basic/Standard/Module1.xml": "<x/>"})) == wanted
    assert (
        told(odt(tmp_path / "e.odt", **{"Basic/script-lc.xml": "<x/>", "Basic/Standard/script-lb.xml": "<x/>"})) == {}
    )


def test_office_formats_that_we_do_not_take_are_refused(tmp_path):
    template = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
    assert refusal(office(tmp_path / "a.docx", "docx", main_type=template)) == str(REASONS["unknown"])
    sheet = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}
    assert refusal(zipped(tmp_path / "a.odt", sheet, stored=("mimetype",))) == str(REASONS["unknown"])
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert refusal(tmp_path / "a.doc") == str(REASONS["old-office"])


def test_a_signed_file_says_so_and_is_not_offered_for_cleaning(tmp_path):
    what = with_names("docx", "Anna", "", "", {}, "")
    what["parts"]["_xmlsignatures/sig1.xml"] = "<x/>"
    what["parts"]["_xmlsignatures/_rels/origin.sigs.rels"] = relationships(
        ("http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/signature", "sig1.xml")
    )
    facts = inspect(office(tmp_path / "a.docx", "docx", **what), "a.docx")
    assert {"author", "signed"} <= {finding.code for finding in facts.findings}
    assert not documents.cleanable(facts.format, facts.findings)


# --- PDF -------------------------------------------------------------------------------------------------------


def test_authors_attachments_scripts_forms_and_remarks_are_found_in_a_pdf(tmp_path):
    writer = pdf_writer("one")
    writer.add_metadata({"/Author": "Анна", "/Company": "Acme"})
    metadata = StreamObject()
    metadata.set_data(xmp("Boris"))
    metadata.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    writer.root_object[NameObject("/Metadata")] = writer._add_object(metadata)
    writer.add_attachment("budget.xlsx", b"secret")
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('x')")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    writer.add_annotation(0, Text(text="why?", rect=(50, 550, 200, 650), title_bar="Vera"))
    field = DictionaryObject(
        {NameObject("/FT"): NameObject("/Tx"), NameObject("/T"): TextStringObject("name"),
         NameObject("/V"): TextStringObject("Anna")}
    )  # fmt: skip
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
        {NameObject("/Fields"): ArrayObject([writer._add_object(field)]),
         NameObject("/NeedAppearances"): BooleanObject(True)}
    )  # fmt: skip
    assert told(written(writer, tmp_path / "a.pdf")) == {
        "author": "Анна, Boris",
        "company": "Acme",
        "attached-files": "budget.xlsx",
        "script": "JavaScript",
        "form": "1",
        "annotations": "1 (Vera)",
    }


def test_metadata_of_a_pdf_that_nobody_can_read_is_told_too(tmp_path):
    writer = pdf_writer("one")
    metadata = StreamObject()
    metadata.set_data(b"<x:xmpmeta><creator>Anna")
    metadata.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    writer.root_object[NameObject("/Metadata")] = writer._add_object(metadata)
    path = written(writer, tmp_path / "a.pdf")
    assert told(path) == {"author": "?"}
    copy = documents.clean_copy(path, tmp_path / "b.pdf", "pdf")
    assert told(copy) == {}
    assert b"Anna" not in copy.read_bytes()


def test_a_program_that_a_pdf_starts_is_found(tmp_path):
    writer = pdf_writer("one")
    action = {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    assert told(written(writer, tmp_path / "a.pdf")) == {"script": "Launch"}


def test_layers_that_are_switched_off_are_found(tmp_path):
    writer = pdf_writer("one")
    layer = writer._add_object(DictionaryObject({NameObject("/Type"): NameObject("/OCG")}))
    writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject([layer]),
         NameObject("/D"): DictionaryObject({NameObject("/OFF"): ArrayObject([layer])})}
    )  # fmt: skip
    assert told(written(writer, tmp_path / "a.pdf")) == {"hidden-layers": "1"}


def test_earlier_versions_in_a_pdf_are_found(tmp_path):
    first = make_pdf(tmp_path / "first.pdf", "the secret")
    writer = PdfWriter(first, incremental=True)
    page_text(writer, "added")
    assert told(written(writer, tmp_path / "a.pdf")) == {"earlier-versions": "1"}
    assert told(first) == {}


def test_a_pdf_with_a_password_is_refused_even_if_it_opens_without_one(tmp_path):
    for password in ("secret", ""):
        writer = pdf_writer("one")
        writer.encrypt(password, "owner", algorithm="RC4-128")
        assert refusal(written(writer, tmp_path / f"a{password}.pdf")) == str(REASONS["password"])


# --- CSV, ZIP --------------------------------------------------------------------------------------------------


def test_cells_that_a_spreadsheet_would_run_are_found_and_numbers_are_not(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('name;sum;phone\nAnna;-5,20;"+7 (727) 12-34"\n=cmd|x;"-";@SUM(1)\n" +1+A1";-;"Hello; -x"\n')
    assert told(path) == {"formulas": "3 (=cmd|x, @SUM(1), +1+A1)"}
    assert inspect(path, "a.txt").findings == ()


def test_the_files_in_a_zip_are_listed_and_programs_among_them_are_refused(tmp_path):
    good = {"Отчёт/table.csv": "a", "speech.docx": b"PK\x03\x04", "map.png": b"\x89PNG"}
    assert told(zipped(tmp_path / "a.zip", good)) == {"contents": "3 (Отчёт/table.csv, speech.docx, map.png)"}
    for name, content in (("setup.exe", b"x"), ("x.docm", b"x"), ("data.bin", b"MZ\x90\x00"), ("a.txt", b"#!/bin/sh"),
                          ("a.lnk", b"x"), ("shell.PHP", b"x")):  # fmt: skip
        reason = refusal(zipped(tmp_path / "b.zip", {**good, name: content}))
        assert reason == f"The archive holds a program ({name}). Programs are not taken."


# --- sentences -------------------------------------------------------------------------------------------------


def test_every_finding_has_its_sentence_with_what_was_found():
    for code in FINDINGS:
        sentence = describe(Finding(code, "{x} 3 (Anna)"))
        assert sentence.endswith(".")
        assert ("{x} 3 (Anna)" in sentence) == ("{detail}" in str(FINDINGS[code]))


def test_every_code_of_the_child_has_its_sentence():
    sources = [path.read_text() for path in Path(pdf.__file__).parent.glob("*.py")]
    refused = {
        code for source in sources for code in re.findall(r'Unfit\((?:"[a-z-]+" if .*? else )?"([a-z-]+)"', source)
    }
    assert refused <= set(REASONS)
    assert {"broken", "bomb", "macros"} <= refused
    found = {code for source in sources for code in re.findall(r'yield "([a-z-]+)",', source)}
    assert found <= set(FINDINGS)
    assert {"author", "tracked-changes", "earlier-versions"} <= found


def test_the_site_and_the_child_agree_on_what_is_cleaned():
    assert documents.CLEANED["pdf"] == pdf.CLEANED
    assert {documents.CLEANED[kind] for kind in ("docx", "xlsx", "pptx", "odt")} == {cleaning.CLEANED}


def test_no_promise_is_made_about_black_boxes():
    with translation.override("en"):
        assert "does not find text hidden under black boxes" in str(documents.NO_PROMISE)


# --- the child is not believed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"format": "exe", "pages": None, "findings": []},
        {"format": ["pdf"], "pages": None, "findings": []},
        {"format": "pdf", "pages": "3", "findings": []},
        {"format": "pdf", "pages": True, "findings": []},
        {"format": "pdf", "pages": -1, "findings": []},
        {"format": "pdf", "pages": 1, "findings": {}},
        {"format": "pdf", "pages": 1, "findings": [["nonsense", ""]]},
        {"format": "pdf", "pages": 1, "findings": [["author", 3]]},
        {"format": "pdf", "pages": 1, "findings": [["author", "x"]] * 1000},
        {"unfit": {"x": 1}, "detail": []},
    ],
)
def test_an_answer_of_another_shape_refuses_the_file(tmp_path, monkeypatch, reply):
    monkeypatch.setattr(sandbox, "run", lambda *_, **__: reply)
    with pytest.raises(Refused):
        inspect(make_pdf(tmp_path / "a.pdf"), "a.pdf")


def test_the_child_needs_no_django():
    """Settings, secrets and the database are not in the process that reads strangers' files."""
    code = "import sys, cms.media.reading.documents; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0
