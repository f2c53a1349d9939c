"""Documents made for the tests: small, valid, with what an editor ought to be told in them."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

OFFICE = "http://schemas.openxmlformats.org"
RELATED = f"{OFFICE}/officeDocument/2006/relationships"
PACKAGE = f"{OFFICE}/package/2006"
W = f'xmlns:w="{OFFICE}/wordprocessingml/2006/main"'
S = f'xmlns="{OFFICE}/spreadsheetml/2006/main"'
P = f'xmlns:p="{OFFICE}/presentationml/2006/main" xmlns:a="{OFFICE}/drawingml/2006/main"'
MAIN = {
    "docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
    "pptx": (
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    ),
}
TEXT = {
    "docx": f"<w:document {W}><w:body><w:p><w:r><w:t>Good morning.</w:t></w:r></w:p></w:body></w:document>",
    "xlsx": f"<workbook {S}><sheets/></workbook>",
    "pptx": f"<p:presentation {P}/>",
}


def zipped(path: Path, members: dict[str, str | bytes], stored: tuple[str, ...] = ()) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, ZIP_STORED if name in stored else ZIP_DEFLATED)
    return path


def relationships(*lines: tuple[str, str] | tuple[str, str, str]) -> str:
    """lines: the last word of a type (or the whole type), a target, and perhaps "External"."""
    written = "".join(
        f'<Relationship Id="r{number}" Type={quoteattr(line[0] if ":" in line[0] else f"{RELATED}/{line[0]}")}'
        f" Target={quoteattr(line[1])}{' TargetMode=' + quoteattr(line[2]) if len(line) > 2 else ''}/>"
        for number, line in enumerate(lines)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{written}</Relationships>'


def office_members(
    kind: str,
    text: str = "",
    parts: dict[str, str | bytes] | None = None,
    links: tuple = (),
    root_links: tuple = (),
    types: str = "",
    main_type: str = "",
) -> dict[str, str | bytes]:
    """An Office file as its members. links: relationships of the main part. root_links: of the whole."""
    main, type_ = MAIN[kind]
    folder, file = main.split("/")
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="jpeg" ContentType="image/jpeg"/>'
        f'<Override PartName="/{main}" ContentType="{main_type or type_}"/>{types}</Types>',
        "_rels/.rels": relationships(("officeDocument", main), *root_links),
        main: text or TEXT[kind],
        f"{folder}/_rels/{file}.rels": relationships(*links),
        **(parts or {}),
    }


def office(path: Path, kind: str, **what) -> Path:
    return zipped(path, office_members(kind, **what))


def with_names(kind: str, author: str, last: str, company: str, custom: dict[str, str], template: str) -> dict:
    """Arguments for `office`: everything that a clean copy must lose."""
    parts: dict[str, str | bytes] = {
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Speech</dc:title>'
        f"<dc:creator>{escape(author)}</dc:creator><cp:lastModifiedBy>{escape(last)}</cp:lastModifiedBy>"
        "</cp:coreProperties>",
        "docProps/app.xml": f'<Properties xmlns="{OFFICE}/officeDocument/2006/extended-properties">'
        f"<Template>{escape(template)}</Template><Pages>7</Pages><Slides>7</Slides><Company>{escape(company)}</Company>"
        f"<Manager>{escape(last)}</Manager></Properties>",
        "docProps/custom.xml": f'<Properties xmlns="{OFFICE}/officeDocument/2006/custom-properties" '
        f'xmlns:vt="{OFFICE}/officeDocument/2006/docPropsVTypes">'
        + "".join(
            f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name={quoteattr(name)}>'
            f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
            for number, (name, value) in enumerate(custom.items(), 2)
        )
        + "</Properties>",
        "docProps/thumbnail.jpeg": b"\xff\xd8\xff\xe0 a small picture",
    }
    root_links = (
        (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ("extended-properties", "docProps/app.xml"),
        ("custom-properties", "/docProps/custom.xml"),
        (f"{PACKAGE}/relationships/metadata/thumbnail", "docProps/thumbnail.jpeg"),
    )
    links: tuple = ()
    if kind == "docx":
        parts["word/settings.xml"] = (
            f'<w:settings {W} xmlns:r="{RELATED}"><w:attachedTemplate r:id="r0"/><w:rsids><w:rsid w:val="00AB12CD"/>'
            '</w:rsids><w:defaultTabStop w:val="720"/></w:settings>'
        )
        parts["word/_rels/settings.xml.rels"] = relationships(
            ("attachedTemplate", "file:///C:/Users/anna/Templates/secret.dotm", "External")
        )
        parts["word/people.xml"] = (
            '<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml">'
            f"<w15:person w15:author={quoteattr(author)}/></w15:people>"
        )
        links = (
            ("settings", "settings.xml"),
            ("http://schemas.microsoft.com/office/2011/relationships/people", "people.xml"),
        )
    return {"parts": parts, "root_links": root_links, "links": links}


ODF = "urn:oasis:names:tc:opendocument:xmlns"
ODF_NAMES = (
    f'xmlns:office="{ODF}:office:1.0" xmlns:text="{ODF}:text:1.0" xmlns:meta="{ODF}:meta:1.0" '
    f'xmlns:style="{ODF}:style:1.0" xmlns:draw="{ODF}:drawing:1.0" xmlns:config="{ODF}:config:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def odt(path: Path, text: str = "<text:p>Good morning.</text:p>", meta: str = "", styles: str = "", **more) -> Path:
    manifest = f'<manifest:manifest xmlns:manifest="{ODF}:manifest:1.0">'
    for name, type_ in (("/", "application/vnd.oasis.opendocument.text"), ("content.xml", "text/xml"),
                        ("Thumbnails/thumbnail.png", "image/png")):  # fmt: skip
        manifest += f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{type_}"/>'
    members: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {ODF_NAMES}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{text}</office:text></office:body>"
        "</office:document-content>",
        "styles.xml": f"<office:document-styles {ODF_NAMES}/>",
        "meta.xml": f"<office:document-meta {ODF_NAMES}><office:meta><dc:title>Speech</dc:title>"
        f'<meta:document-statistic meta:page-count="3"/>{meta}</office:meta></office:document-meta>',
        "settings.xml": f"<office:document-settings {ODF_NAMES}><office:settings><config:config-item-set>"
        '<config:config-item config:name="PrinterName">Third floor</config:config-item>'
        '<config:config-item config:name="ZoomFactor">100</config:config-item>'
        "</config:config-item-set></office:settings></office:document-settings>",
        "META-INF/manifest.xml": manifest + "</manifest:manifest>",
        **more,
    }
    return zipped(path, members, stored=("mimetype",))


def odt_meta(author: str, last: str, custom: dict[str, str], template: str) -> str:
    return (
        f"<meta:initial-creator>{escape(author)}</meta:initial-creator><dc:creator>{escape(last)}</dc:creator>"
        f"<meta:printed-by>{escape(last)}</meta:printed-by><meta:template xlink:href={quoteattr(template)}/>"
        + "".join(
            f"<meta:user-defined meta:name={quoteattr(name)}>{escape(value)}</meta:user-defined>"
            for name, value in custom.items()
        )
    )


def page_text(writer: PdfWriter, words: str) -> None:
    """Add a page with words on it that can be extracted."""
    page = writer.add_blank_page(595, 842)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    content = StreamObject()
    content.set_data(f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode())
    page[NameObject("/Contents")] = writer._add_object(content)


def pdf_writer(*pages: str) -> PdfWriter:
    writer = PdfWriter()
    for words in pages or ("Good morning.",):
        page_text(writer, words)
    return writer


def pdf(path: Path, *pages: str, author: str = "", title: str = "") -> Path:
    writer = pdf_writer(*pages)
    writer.add_metadata({key: value for key, value in (("/Author", author), ("/Title", title)) if value})
    return written(writer, path)


def written(writer: PdfWriter, path: Path) -> Path:
    with path.open("wb") as file:
        writer.write(file)
    writer.close()
    return path


def xmp(author: str) -> bytes:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" '
        f'pdfuaid:part="1"><dc:creator><rdf:Seq><rdf:li>{escape(author)}</rdf:li></rdf:Seq></dc:creator>'
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()
