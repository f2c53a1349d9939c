"""The formats that we take as files, how one is told from its bytes, and what a file may be called.

Pictures are not here: see `pictures`. What reads a file's bytes runs apart from the site, in `reading`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from . import sandbox
from .refused import Busy, Refused

SECONDS, MEGABYTES = 10, 256
# Only files that were looked into before are cleaned. A PDF is held whole three times: 90 MB take 300 MiB.
CLEANING_SECONDS, CLEANING_MEGABYTES = 30, 512


@dataclass(frozen=True, slots=True)
class Format:
    """key: how we name it. name: for people (a lazy translation). extension: without a dot."""

    key: str
    name: Any
    media_type: str

    @property
    def extension(self) -> str:
        return self.key


FORMATS = {
    kind.key: kind
    for kind in (
        Format("pdf", _("PDF"), "application/pdf"),
        Format(
            "docx",
            _("Word document (DOCX)"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        Format(
            "xlsx",
            _("Excel spreadsheet (XLSX)"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        Format(
            "pptx",
            _("PowerPoint presentation (PPTX)"),
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
        Format("odt", _("OpenDocument text (ODT)"), "application/vnd.oasis.opendocument.text"),
        Format("txt", _("Plain text (TXT)"), "text/plain"),
        Format("csv", _("Table as text (CSV)"), "text/csv"),
        Format("zip", _("ZIP archive"), "application/zip"),
    )
}

# Why a file is not taken. The keys are the codes of `reading.unfit.Unfit`; {detail} is a name out of the file.
REASONS = {
    "archive-inside": _("The archive holds another archive ({detail}), which we cannot look into. Unpack it first."),
    "bomb": _("Unpacked, the file would be far larger than it says or than we take."),
    "broken": _("The file is damaged or incomplete. Save it anew and try again."),
    "csv": _("This is not a table: a line or a cell has no end."),
    "doctype": _("The file has a document type of its own in its XML, which no office program writes."),
    "empty": _("The file is empty."),
    "link": _("The archive holds a link to another place ({detail})."),
    "macros": _("The file has macros, which are programs. Save it in a format without macros."),
    "markup": _("The file begins as a web page or a drawing (SVG) does. A text must not begin with a tag."),
    "method": _("The archive is packed in a way that we cannot look into ({detail}). Pack it as an ordinary ZIP."),
    "not-cleaned": _("We could not make a clean copy of this file."),
    "old-office": _("This is an old Office file (DOC, XLS, PPT) or one with a password. Save it as DOCX, XLSX or PPTX, "
                    "without a password."),
    "password": _("The file is protected with a password or against changes. Save it without protection."),
    "path": _("The archive holds a file with a dangerous name ({detail})."),
    "picture": _("This is a picture ({detail}). Add it to the pictures, not to the documents."),
    "polyglot": _("The file can be read as two formats at once. Save it anew from the program that made it."),
    "program": _("This is a program. Programs are not taken."),
    "program-inside": _("The archive holds a program ({detail}). Programs are not taken."),
    "signed": _("The file is signed. A clean copy would break the signature."),
    "too-large": _("The file is too large or too complicated to look into."),
    "too-many": _("The archive holds too many files."),
    "twice": _("The archive holds two files with the same name."),
    "unknown": _("We do not take this kind of file. We take PDF, DOCX, XLSX, PPTX, ODT, TXT, CSV and ZIP."),
}  # fmt: skip


def by_content(path: Path, name: str) -> Format:
    """What a file is, by its bytes alone; its name only tells a CSV from a TXT.

    name: what it was called. Raises Refused for what we do not take, and where the name's extension says otherwise.
    """
    return agreed(str(ask("recognise", path, name).get("format")), name)


def ask(do: str, path: Path, name: str, **more: str) -> dict[str, Any]:
    """The child's answer about a document, not checked yet. See `reading.documents.answer`. Raises Refused."""
    request = {"do": do, "path": str(path.resolve()), "extension": extension_of(name), **more}
    seconds, megabytes = (CLEANING_SECONDS, CLEANING_MEGABYTES) if do == "clean" else (SECONDS, MEGABYTES)
    try:
        reply = sandbox.run("cms.media.reading.documents", request, seconds=seconds, megabytes=megabytes)
    except sandbox.Busy as busy:
        raise Busy from busy
    except sandbox.Failed as failed:
        raise Refused(REASONS["too-large" if failed.exhausted else "broken"]) from failed
    if "unfit" in reply:
        raise Refused(_reason(str(reply["unfit"]), str(reply.get("detail", ""))))
    return reply


def agreed(key: str, name: str) -> Format:
    """The format of this key, if a name does not contradict it. Raises Refused."""
    if key not in FORMATS:
        raise Refused(REASONS["broken"])
    found, said = FORMATS[key], extension_of(name)
    if said not in ("", found.extension):
        raise Refused(
            format_lazy(_("The name ends in .{said}, but the content is: {found}."), said=said, found=found.name)
        )
    return found


def extension_of(name: str) -> str:
    """What a name says that the file is: lower case, no dot; empty where no extension is recognisable ("12.05")."""
    match = _EXTENSION.search(name)
    return match[1].lower() if match else ""


def _reason(code: str, detail: str) -> Any:
    return format_lazy(REASONS.get(code, REASONS["broken"]), detail=detail)


# --- names -----------------------------------------------------------------------------------------------------

NAME_LENGTH = 120  # characters
_NAME_BYTES = 240  # file systems take 255

_EXTENSION = re.compile(r"\.(?=[0-9]*[a-z])([a-z0-9]{1,10})[\s.]*$", re.IGNORECASE)
# A dot before what a server or a desktop could take for an extension, at the end or in the middle.
_INNER_EXTENSION = re.compile(r"\.(?=(?=[0-9]*[a-z])[a-z0-9_]{2,10}\s*(?:\.|$))", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')  # on Windows
_JOINERS = "\u200c\u200d"  # letters need them in Persian and in Indian scripts
# https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def safe_name(name: str, extension: str) -> str:
    """A name that a person can read and no system can take for anything else, ending in the true extension.

    name: whatever a browser sent. extension: without a dot. At most 120 characters; letters of every script stay.
    """
    stem = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = "".join(letter for letter in stem if _visible(letter))
    stem = _FORBIDDEN.sub("-", " ".join(stem.split()))
    if (found := _EXTENSION.search(stem)) and found[1].lower() == extension:
        stem = stem[: found.start()]
    stem = _trimmed(_cut(_trimmed(stem), extension))
    stem = _INNER_EXTENSION.sub("-", stem)
    if _DEVICE.match(stem):
        stem = f"_{stem}"
    return f"{stem or 'file'}.{extension}"


def _visible(letter: str) -> bool:
    return letter in _JOINERS or letter.isspace() or unicodedata.category(letter) not in _INVISIBLE


def _trimmed(stem: str) -> str:
    return stem.strip(" .\u00a0" + _JOINERS)


def _cut(stem: str, extension: str) -> str:
    """Room is left for the extension, and for the sign before the name of a device."""
    stem = stem[: NAME_LENGTH - len(extension) - 2]
    return stem.encode()[: _NAME_BYTES - len(extension) - 2].decode(errors="ignore")
