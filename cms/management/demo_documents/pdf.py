"""A plain PDF of one text (ISO 32000-1): A4, standard fonts, tagged. For Western European letters only."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

# How an element is set: font, size and leading in points, space above it.
_SETTING = {"H1": ("F2", 22, 28, 0), "H2": ("F2", 13, 18, 14), "P": ("F1", 11.5, 16.5, 6)}
_PAGE = (595, 842)  # A4 in points
_MARGIN, _TOP, _BOTTOM = 85, 745, 95
# Widths of Times-Roman from the space to the tilde, in thousandths of the size (Adobe Font Metrics).
_TIMES = (
    "250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 500 500 500 500 500 500 500 500 500 500 278 278 "
    "564 564 564 444 921 722 667 667 722 611 556 722 722 333 389 722 611 889 722 722 556 722 667 556 611 722 722 944 "
    "722 722 611 333 278 333 469 500 333 444 500 444 500 444 333 500 500 278 278 500 278 778 500 500 500 500 333 389 "
    "278 500 500 722 500 500 444 480 200 480 541"
)
_WIDTHS = [int(width) for width in _TIMES.split()]

Text = list[tuple[str, str]]  # elements: the tag of the structure (H1, H2 or P), words
Page = list[tuple[int, list[tuple[float, str]]]]  # the number of an element, its lines there: height in points, words


def written(title: str, text: Text) -> bytes:
    """The file of a text in British English. Raises UnicodeEncodeError for letters that the fonts don't have."""
    pages = _paged(text)
    # Numbers of objects: 1 catalogue, 2 pages, 3 structure, 4 the document in it, 5 and 6 fonts, 7 title, 8 parents,
    # then two for each page and one for each element of the text.
    first = 9 + 2 * len(pages)
    kids = [9 + 2 * number for number in range(len(pages))]
    holders: list[list[tuple[int, int]]] = [[] for _element in text]  # of each element: (page, its mark there)
    for number, page in enumerate(pages):
        for mark, (element, _lines) in enumerate(page):
            holders[element].append((number, mark))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) /MarkInfo << /Marked true >> /StructTreeRoot 3 0 R "
        "/ViewerPreferences << /DisplayDocTitle true >> >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{_references(kids)}] >>",
        "<< /Type /StructTreeRoot /K 4 0 R /ParentTree 8 0 R >>",
        f"<< /S /Document /P 3 0 R /K [{_references(range(first, first + len(text)))}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        f"<< /Title {_string(title)} /CreationDate (D:20241128180000+06'00') >>",
        "<< /Nums ["
        + " ".join(f"{n} [{_references(first + element for element, _ in page)}]" for n, page in enumerate(pages))
        + "] >>",
    ]
    for number, page in enumerate(pages):
        stream = _content(text, page, f"{number + 1}/{len(pages)}")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_PAGE[0]} {_PAGE[1]}] /Contents {kids[number] + 1} 0 R "
            f"/StructParents {number} /Tabs /S /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
    for (kind, _words), places in zip(text, holders, strict=True):
        marks = " ".join(f"<< /Type /MCR /Pg {kids[number]} 0 R /MCID {mark} >>" for number, mark in places)
        objects.append(f"<< /S /{kind} /P 4 0 R /K [{marks}] >>")
    return _file(objects)


def _paged(text: Text) -> list[Page]:
    """The pages of a text."""
    pages: list[Page] = [[]]
    y: float = _TOP
    for element, (kind, words) in enumerate(text):
        _font, size, leading, above = _SETTING[kind]
        lines = _wrapped(words, size) if kind == "P" else [words]
        y -= above
        if kind == "H2" and y - 3 * leading < _BOTTOM:  # no heading at the foot of a page
            y = 0
        here: list[tuple[float, str]] = []
        for line in lines:
            if y - leading < _BOTTOM:
                if here:
                    pages[-1].append((element, here))
                pages, here, y = [*pages, []], [], _TOP
            y -= leading
            here.append((y, line))
        pages[-1].append((element, here))
    return pages


def _wrapped(words: str, size: float) -> list[str]:
    room = (_PAGE[0] - 2 * _MARGIN) / size * 1000
    lines, line = [], ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        if line and sum(_width(c) for c in longer) > room:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]


def _width(character: str) -> int:
    place = ord(character) - 32
    return _WIDTHS[place] if place < len(_WIDTHS) else 444  # quotation marks and é


def _content(text: Text, page: Page, folio: str) -> str:
    parts = []
    for mark, (element, lines) in enumerate(page):
        kind = text[element][0]
        font, size, _leading, _above = _SETTING[kind]
        parts.append(f"/{kind} << /MCID {mark} >> BDC BT /{font} {size} Tf")
        for y, line in lines:
            # The space keeps the words of two lines apart when they are copied.
            parts.append(f"1 0 0 1 {_MARGIN} {y:.2f} Tm {_string(line + ' ')} Tj")
        parts.append("ET EMC")
    parts.append(f"/Artifact BMC BT /F1 10 Tf 1 0 0 1 {_PAGE[0] / 2 - 7} 55 Tm {_string(folio)} Tj ET EMC")
    return "\n".join(parts)


def _string(words: str) -> str:
    return "(" + words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") + ")"


def _references(numbers: Iterable[int]) -> str:
    return " ".join(f"{number} 0 R" for number in numbers)


def _file(objects: list[str]) -> bytes:
    """Objects numbered from 1 as a file: header, bodies, cross-reference table (ISO 32000-1, 7.5)."""
    out = BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252"))
    table = out.tell()
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}".encode())
    out.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 7 0 R >>\nstartxref\n{table}\n%%EOF\n".encode())
    return out.getvalue()
