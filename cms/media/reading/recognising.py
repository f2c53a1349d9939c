"""What a file is, by its bytes alone.

A file that could pass for two kinds at once is not taken: browsers and programs guess differently (WHATWG MIME
Sniffing standard; Albertini, "Funky file formats").
"""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import is_zipfile

from . import archives, opendocument, package, texts
from .unfit import Unfit

PDF_HEAD = 1024  # bytes in which lenient readers look for a PDF's beginning (Adobe, implementation note 13)

_PICTURES = {
    b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"GIF87a": "GIF", b"GIF89a": "GIF",
    b"II*\x00": "TIFF", b"MM\x00*": "TIFF",
}  # fmt: skip
_BOXES = {b"ftypavif": "AVIF", b"ftypavis": "AVIF", b"ftypheic": "HEIC", b"ftypmif1": "HEIC"}
_PROGRAMS = (b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
             b"\xca\xfe\xba\xbe", b"#!", b"dex\n", b"L\x00\x00\x00\x01\x14\x02\x00", b"\x00asm")  # fmt: skip
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00",
             b"\x28\xb5\x2f\xfd", b"MSCF")  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2: Office 97 to 2003, and every Office file with a password
# Only long names: a PDF's own <AB> is a string of hexadecimal digits.
_HTML = re.compile(rb"<!doctype|<(?:html|head|body|script|iframe|svg|style|title|table|object|embed)[\s>/]", re.I)


def recognised(path: Path) -> tuple[str, archives.Archive | None]:
    """The key of a format in `cms.media.formats.FORMATS`, and the archive if it is one, for the caller to close.

    "txt" stands for any text. Raises Unfit for all else.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise Unfit("empty")
    if head.startswith((b"%PDF-1.", b"%PDF-2.")):
        _check_pdf(path, head)
        return "pdf", None
    if head.startswith(b"PK\x03\x04"):
        archive = archives.opened(path)
        return _kind_of_zip(archive), archive
    _refuse_others(head)
    if b"%PDF-" in head[:PDF_HEAD] or is_zipfile(path):
        raise Unfit("polyglot")
    texts.encoding_of(path)
    return "txt", None


def _check_pdf(path: Path, head: bytes) -> None:
    if _HTML.search(head[:PDF_HEAD]) or is_zipfile(path):
        raise Unfit("polyglot")


def _kind_of_zip(archive: archives.Archive) -> str:
    if package.is_package(archive):
        return package.Package(archive).kind
    if archive.names[:1] == [opendocument.MIMETYPE]:
        return opendocument.kind(archive)
    _refuse_contents(archive)
    return "zip"


def _refuse_others(head: bytes) -> None:
    picture = next((name for magic, name in _PICTURES.items() if head.startswith(magic)), None)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        picture = "WebP"
    picture = picture or _BOXES.get(head[4:12])
    if picture:
        raise Unfit("picture", picture)
    if _is_program(head):
        raise Unfit("program")
    if head.startswith(_OLE):
        raise Unfit("old-office")
    if head.startswith(_ARCHIVES):
        raise Unfit("unknown")


def _is_program(head: bytes) -> bool:
    return head.startswith(_PROGRAMS) or (head.startswith(b"MZ") and b"\x00" in head)  # a text may begin with "MZ"


# What a double click runs on some system, or a web server. Office files with macros are programs too.
_RUN = frozenset(
    "apk app appimage bash bat chm class cmd com cpl csh deb dll dmg docm dotm exe gadget hta htaccess inf iso jar js "
    "jse jsp asp aspx ksh lnk mjs msc msi msix msp mst ocx php php3 php4 php5 phtml pif pkg pl pptm potm ppam ppsm ps1 "
    "psm1 py pyc pyw rb reg rpm scf scr sct sh shb sys url vb vbe vbs ws wsc wsf wsh xlam xlsm xltm xll zsh img".split()
)
_OFFICE = ("docx", "xlsx", "pptx", "odt", "ods", "odp")  # they are ZIP files themselves


def _refuse_contents(archive: archives.Archive) -> None:
    for name, head in archive.heads.items():
        extension = name.rpartition("/")[2].rpartition(".")[2].lower().strip()
        if extension in _RUN or _is_program(head):
            raise Unfit("program-inside", name)
        if head.startswith(_ARCHIVES) and not (extension in _OFFICE and head.startswith(b"PK")):
            raise Unfit("archive-inside", name)
