"""The child's answers about one document: what it is, what is in it, a clean copy of it."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from . import cleaning, office, opendocument, pdf, texts
from .archives import Archive
from .package import Package
from .recognising import recognised
from .unfit import Unfit, counted

Finding = tuple[str, str]


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """What the site asked for.

    request: {"do": "recognise" | "inspect" | "clean", "path": absolute, "extension": of the name it came with,
    "into": absolute, for a clean copy}. Returns {"format", "pages", "findings"}, or {"unfit": code, "detail": words}.
    Anything but Unfit and a want of memory comes out of a damaged file, whichever library stumbled over it.
    """
    try:
        return _answer(request)
    except Unfit as unfit:
        return {"unfit": unfit.code, "detail": unfit.detail}
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001
        return {"unfit": "broken", "detail": ""}


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    path = Path(request["path"])
    kind, archive = recognised(path)
    if kind == "txt" and request["extension"] == "csv":
        kind = "csv"
    with archive.file if archive else nullcontext():
        if request["do"] == "clean":
            _clean(path, archive, Path(request["into"]), kind)
        if request["do"] != "inspect":
            return {"format": kind}
        pages, findings = _inside(path, archive, kind)
        return {"format": kind, "pages": pages, "findings": findings}


def _inside(path: Path, archive: Archive | None, kind: str) -> tuple[int | None, list[Finding]]:
    if kind == "pdf":
        return pdf.findings(path)
    if archive is None:
        return None, texts.formulas(path) if kind == "csv" else []
    if kind == "zip":
        return None, [("contents", counted(len(archive.names), archive.names))]
    pages = opendocument.pages(archive) if kind == "odt" else office.pages(Package(archive))
    return pages, cleaning.findings(archive, kind)


def _clean(path: Path, archive: Archive | None, into: Path, kind: str) -> None:
    if kind == "pdf":
        pdf.cleaned(path, into)
    elif archive is None or kind == "zip":
        raise Unfit("not-cleaned")
    else:
        cleaning.cleaned(archive, into, kind)
