"""Files other than pictures: what one is, what is hidden in it, and a clean copy of it.

Names, comments, earlier versions and the like are found where the formats keep them. Nobody can find every secret:
words under a black bar, behind a picture or in white letters are not looked for, and we never say that a file is safe
(`NO_PROMISE`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .formats import REASONS, agreed, ask
from .refused import Finding, Refused

BYTES = 100 * 1024 * 1024

_MOST_PAGES = 20_000_000
_MOST_FINDINGS = 30
_DETAIL = 300  # characters

NO_PROMISE = _(
    "This does not find text hidden under black boxes, behind pictures or in white letters, nor what photographs in "
    "the file say about where they were taken. Look at the file yourself before you publish it."
)

# What an editor is told. {detail} holds names or numbers from the file.
FINDINGS = {
    "annotations": _("There are comments in the margin or marks on the pages: {detail}."),
    "attached-files": _("Other files are attached inside it: {detail}."),
    "author": _("It names who wrote or saved it: {detail}."),
    "comments": _("It has comments: {detail}."),
    "company": _("It names a company or a manager: {detail}."),
    "contents": _("The archive holds files, into which we have not looked: {detail}."),
    "custom-data": _("It carries data that the text does not show: {detail}."),
    "custom-properties": _("It has properties of its own, often from a filing system: {detail}."),
    "earlier-versions": _("Earlier versions are still in it; text that was deleted may be read in them."),
    "embedded-files": _("Whole files are embedded in it, with everything that they hold: {detail}."),
    "form": _("Fields of a form are filled in: {detail}."),
    "formulas": _("Cells that a spreadsheet program would run as formulas: {detail}."),
    "hidden-cells": _("Rows or columns are hidden: {detail}."),
    "hidden-layers": _("Layers are switched off; anyone can switch them on: {detail}."),
    "hidden-sheets": _("Sheets are hidden: {detail}."),
    "hidden-slides": _("Slides are hidden: {detail}."),
    "hidden-text": _("Passages are hidden: {detail}."),
    "linked-files": _("It fetches other files, or tells where they lie: {detail}."),
    "paths": _("It tells in which folder somebody worked: {detail}."),
    "pivot-data": _("Pivot tables carry all the data that they were made from: {detail}."),
    "script": _("Something runs when it is opened: {detail}."),
    "signed": _("It is signed. A clean copy would break the signature, so none can be made."),
    "speaker-notes": _("Slides have notes for the speaker: {detail}."),
    "thumbnail": _("It carries a small picture of its first page, perhaps of an earlier version."),
    "tracked-changes": _("Changes were tracked; what was deleted can be read: {detail}."),
}

# What a clean copy no longer has; the same as in `reading.cleaning` and `reading.pdf`.
_IN_OFFICE = frozenset({"author", "company", "custom-properties", "paths", "thumbnail"})
CLEANED = dict.fromkeys(("docx", "xlsx", "pptx", "odt"), _IN_OFFICE) | {
    "pdf": frozenset({"author", "company", "earlier-versions"})
}


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What is known of a file.

    format: a key of `formats.FORMATS`. extension: without a dot. pages: of a PDF counted; of an office text or slides
    as its program counted them; None where nobody did. findings: what it holds that its pages do not show.
    """

    format: str
    media_type: str
    extension: str
    pages: int | None
    findings: tuple[Finding, ...]


def inspect(path: Path, name: str) -> DocumentFacts:
    """What a file is and what is in it. name: what it was called. Raises Refused for whatever we do not take."""
    if path.stat().st_size > BYTES:
        raise Refused(format_lazy(_("The file is larger than {most} MB."), most=BYTES // 1024**2))
    reply = ask("inspect", path, name)
    found = agreed(str(reply.get("format")), name)
    return DocumentFacts(
        format=found.key,
        media_type=found.media_type,
        extension=found.extension,
        pages=_checked_pages(reply.get("pages")),
        findings=_checked_findings(reply.get("findings")),
    )


def describe(finding: Finding) -> str:
    """A finding as a sentence for an editor, in the active language. KeyError for codes that documents don't have."""
    return str(FINDINGS[finding.code]).format(detail=finding.detail)


def cleanable(format: str, findings: Iterable[Finding]) -> bool:
    """Whether a clean copy would hold less than the file does. format: a key of `formats.FORMATS`."""
    codes = {finding.code for finding in findings}
    return "signed" not in codes and not codes.isdisjoint(CLEANED.get(format, ()))


def clean_copy(path: Path, into: Path, format: str) -> Path:
    """Write a copy without what `CLEANED` lists; everything that its pages show stays.

    into: a file that is not there yet. format: a key of `formats.FORMATS`. Returns `into`. Raises Refused, and leaves
    nothing there, where it cannot be done; FileExistsError.
    """
    if into.exists():
        raise FileExistsError(into)
    if format not in CLEANED:
        raise Refused(REASONS["not-cleaned"])
    try:
        ask("clean", path, f".{format}", into=str(into.resolve()))
    except Refused:
        into.unlink(missing_ok=True)
        raise
    os.chmod(into, 0o600)
    return into


# --- what the child says: it read a stranger's file, and may be in his hands ----------------------------------------


def _checked_pages(pages: Any) -> int | None:
    if pages is None or (type(pages) is int and 0 < pages <= _MOST_PAGES):
        return pages
    raise Refused(REASONS["broken"])


def _checked_findings(findings: Any) -> tuple[Finding, ...]:
    if not isinstance(findings, list) or len(findings) > _MOST_FINDINGS:
        raise Refused(REASONS["broken"])
    return tuple(map(_checked_finding, findings))


def _checked_finding(finding: Any) -> Finding:
    match finding:
        case [str(code), str(detail)] if code in FINDINGS:
            return Finding(code, detail[:_DETAIL])
    raise Refused(REASONS["broken"])
