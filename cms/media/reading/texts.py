"""Plain text and CSV: how they are encoded, whether they are text at all, and formulas that a spreadsheet would run."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from .unfit import Unfit, counted

_CHUNK = 1024 * 1024
_LINE = 8 * 1024 * 1024  # characters
_CELL = 1024 * 1024  # characters
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

# "Binary data bytes" of the WHATWG MIME Sniffing standard, section 3; and escape, which commands a terminal.
_BINARY = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
# Wider than the standard's table of tags (section 7.1): no text that we take begins with a tag of any kind.
_MARKUP = re.compile(r"<[a-z!?/%]", re.IGNORECASE)
_FOREIGN = ("{\\rtf", "%!ps", "%pdf", "mime-version:")

# Cells that a spreadsheet runs (OWASP, "CSV Injection"). A negative number, a telephone number or a dash is none.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
_FIRST = frozenset("=+-@＝＋－＠ \t\r\n\f\v\u00a0\u3000")  # quicker than a pattern for millions of cells
_NOT_FORMULA = re.compile(r"\s*[+\-][\s\d.,:()/%+\-]*|\s*-\s*\D{0,3}")


def encoding_of(path: Path) -> str:
    """How a text is encoded: a codec's name. Raises Unfit if it is no text, or one that browsers would run."""
    with path.open("rb") as file:
        head = file.read(4)
    marked = next((name for bom, name in _BOMS if head.startswith(bom)), None)
    for name in [marked] if marked else ["utf-8", "cp1251"]:
        try:
            beginning = _decoded(path, name)
        except UnicodeDecodeError:
            continue
        _refuse_disguises(beginning)
        return name
    raise Unfit("unknown")


def _decoded(path: Path, encoding: str) -> str:
    """The beginning of a text that was decoded to its end. Raises UnicodeDecodeError, or Unfit for binary data."""
    decoder = codecs.getincrementaldecoder(encoding)()
    beginning = ""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            text = decoder.decode(chunk)
            if _BINARY.search(text):
                raise Unfit("unknown")
            beginning = beginning or text.lstrip("\ufeff \t\r\n\f")[:_CHUNK]
    decoder.decode(b"", final=True)
    return beginning


def _refuse_disguises(beginning: str) -> None:
    if _MARKUP.match(beginning):
        raise Unfit("markup")
    if beginning.startswith("#!"):
        raise Unfit("program")
    if beginning[:20].lower().startswith(_FOREIGN):
        raise Unfit("unknown")


def formulas(path: Path) -> list[tuple[str, str]]:
    """The finding "formulas" of a CSV, if it has any. Raises Unfit for lines and cells that no table has."""
    csv.field_size_limit(_CELL)
    with path.open(encoding=encoding_of(path), newline="") as file:
        delimiter = _delimiter(file)
        try:
            cells = [cell for row in csv.reader(_lines(file), delimiter=delimiter) for cell in row if _runs(cell)]
        except csv.Error:
            raise Unfit("csv")
    return [("formulas", counted(len(cells), cells[:3]))] if cells else []


def _delimiter(file: TextIO) -> str:
    first = file.readline(_LINE)
    file.seek(0)
    return max(",;\t", key=first.count)


def _lines(file: TextIO) -> Iterator[str]:
    while line := file.readline(_LINE):
        if len(line) == _LINE:
            raise Unfit("csv")
        yield line


def _runs(cell: str) -> bool:
    return cell[:1] in _FIRST and bool(_FORMULA.match(cell)) and not _NOT_FORMULA.fullmatch(cell)
