"""An application form in DOCX (ECMA-376), with the least that a word processor needs."""

from __future__ import annotations

from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from .document import Document

TITLE = "Заявка на курсы инструкторов по спасению на бурной воде, Варзоб, 7–11 апреля 2025 года"

_ABOVE = [
    ("Heading1", "Заявка на курсы инструкторов по спасению на бурной воде"),
    ("Normal", "Река Варзоб, Таджикистан, 7–11 апреля 2025 года"),
    ("Normal", "Заполните все строки, дайте подписать руководителю службы и передайте национальному координатору."),
    ("Normal", "Последний день приёма — 20 марта 2025 года. О решении сообщат 25 марта."),
    ("Heading2", "1. О кандидате"),
]
_FIELDS = (
    "Фамилия, имя",
    "Служба и должность",
    "Стаж спасателя, лет (не менее трёх)",
    "Результат на 400 метров вплавь, минут и секунд",
    "Удостоверение по первой помощи: номер и срок действия",
    "Языки, на которых вы можете вести занятия",
    "Размер гидрокостюма и обуви",
    "Кому позвонить, если с вами что-то случится",
)
_BELOW = [
    ("Heading2", "2. Опыт"),
    ("Normal", "Опишите один выезд на воду: что получилось и что вы сделали бы иначе. До десяти строк."),
    ("Heading2", "3. Согласие службы"),
    ("Normal", "Служба согласна, чтобы кандидат до конца 2026 года провёл дома не менее двух курсов."),
    ("Normal", "Подпись и печать: ____________________   Дата: ____________"),
    ("Heading2", "Что оплачивает Организация"),
    ("Normal", "Дорогу, проживание, страховку и гидрокостюм на время занятий."),
]

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def application() -> Document:
    """A form of one page in Russian. Its properties name an author and a department."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships(
            (f"{_OFFICE}/relationships/officeDocument", "word/document.xml"),
            (
                f"{_PACKAGE}/relationships/metadata/core-properties",
                "docProps/core.xml",
            ),
            (f"{_OFFICE}/relationships/extended-properties", "docProps/app.xml"),
        ),
        "word/_rels/document.xml.rels": _relationships((f"{_OFFICE}/relationships/styles", "styles.xml")),
        "word/document.xml": _body(),
        "word/styles.xml": _styles(),
        "docProps/core.xml": _core_properties(),
        "docProps/app.xml": (
            f'<Properties xmlns="{_OFFICE}/extended-properties"><Application>Microsoft Office Word</Application>'
            "<Pages>1</Pages><Company>ОСГР, отдел учений</Company></Properties>"
        ),
    }
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            archive.writestr(ZipInfo(name, (2025, 2, 24, 12, 0, 0)), _HEAD + xml, ZIP_DEFLATED)
    return Document("zayavka-varzob-2025.docx", file.getvalue(), TITLE, "ru", "document")


def _content_types() -> str:
    overrides = {
        "word/document.xml": f"{_TYPES}.wordprocessingml.document.main+xml",
        "word/styles.xml": f"{_TYPES}.wordprocessingml.styles+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "docProps/app.xml": f"{_TYPES}.extended-properties+xml",
    }
    rows = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{rows}</Types>'
    )


def _relationships(*targets: tuple[str, str]) -> str:
    rows = [f'<Relationship Id="rId{n}" Type="{kind}" Target="{to}"/>' for n, (kind, to) in enumerate(targets, 1)]
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(rows)}</Relationships>'


def _body() -> str:
    above, below = ("".join(_paragraph(*row) for row in rows) for rows in (_ABOVE, _BELOW))
    line = '<w:{} w:val="single" w:sz="4" w:color="808080"/>'
    borders = "".join(line.format(side) for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    rows = "".join(
        '<w:tr><w:trPr><w:trHeight w:val="480"/></w:trPr>'
        f'<w:tc><w:tcPr><w:tcW w:w="4500" w:type="dxa"/></w:tcPr>{_paragraph("Normal", label)}</w:tc>'
        '<w:tc><w:tcPr><w:tcW w:w="4900" w:type="dxa"/></w:tcPr><w:p/></w:tc></w:tr>'
        for label in _FIELDS
    )
    table = (
        f'<w:tbl><w:tblPr><w:tblW w:w="9400" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="4500"/><w:gridCol w:w="4900"/></w:tblGrid>{rows}</w:tbl>'
    )
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" '
        'w:left="1304" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
    )
    return f"<w:document {_W}><w:body>{above}{table}{below}{page}</w:body></w:document>"


def _paragraph(style: str, words: str) -> str:
    text = f'<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{text}</w:p>'


def _styles() -> str:
    headings = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        '<w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/>'
        f'<w:pPr><w:keepNext/><w:spacing w:before="{before}" w:after="100"/><w:outlineLvl w:val="{level - 1}"/></w:pPr>'
        f'<w:rPr><w:b/><w:color w:val="1F5A73"/><w:sz w:val="{size}"/></w:rPr></w:style>'
        for level, before, size in ((1, 0, 36), (2, 260, 26))
    )
    return (
        f'<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" '
        'w:cs="Calibri"/><w:sz w:val="22"/><w:lang w:val="ru-RU"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f'<w:pPr><w:spacing w:after="100"/></w:pPr></w:style>{headings}</w:styles>'
    )


def _core_properties() -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(TITLE)}</dc:title><dc:creator>Алия Нурмагамбетова</dc:creator>"
        "<dc:language>ru-RU</dc:language><cp:lastModifiedBy>Отдел учений</cp:lastModifiedBy>"
        '<dcterms:created xsi:type="dcterms:W3CDTF">2025-02-21T09:14:00Z</dcterms:created>'
        '<dcterms:modified xsi:type="dcterms:W3CDTF">2025-02-24T06:02:00Z</dcterms:modified></cp:coreProperties>'
    )
