"""A page of HTML as a PDF, set by WeasyPrint. `answer` runs in a process of its own (`sandbox`).

WeasyPrint needs Pango of the system. Where that or WeasyPrint itself is missing, the site does without PDF.
"""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PICTURE = "picture:"  # before the key of a picture, as the address of an <img>
# Names under which each library is looked for, on Linux and macOS (weasyprint/text/ffi.py).
LIBRARIES = (
    ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib"),
    ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    ("libfontconfig.so.1", "libfontconfig.1.dylib"),
)


@cache
def missing() -> str:
    """What keeps this machine from making PDF: the name of a package or a library; "" where nothing is missing."""
    if find_spec("weasyprint") is None:
        return "weasyprint"
    return next((names[0] for names in LIBRARIES if not any(map(_loads, names))), "")


def _loads(name: str) -> bool:
    with suppress(OSError):
        ctypes.CDLL(name)
        return True
    return False


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Set a page. Called in the child.

    request: {"html": a whole document, "pictures": {key: absolute path of a JPEG}, "into": absolute path of the PDF}.
    The document reaches nothing else: no network, no file. Returns {"pages": how many}.
    """
    os.nice(10)  # readers of pages come first
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OurPictures(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            path = request["pictures"].get(url.removeprefix(PICTURE)) if url.startswith(PICTURE) else None
            if path is None:
                raise ValueError("Not a picture of this text")
            return URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": "image/jpeg"})

    document = HTML(string=request["html"], url_fetcher=OurPictures()).render(pdf_variant="pdf/ua-1")
    document.write_pdf(request["into"], pdf_variant="pdf/ua-1")
    return {"pages": len(document.pages)}
