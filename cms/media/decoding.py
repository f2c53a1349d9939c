"""One picture looked at or drawn, in the child that `pictures` starts. Only there do strangers' pictures meet Pillow.

No Django here, and no words for people: a refusal is a code.
"""

from __future__ import annotations

import warnings
from itertools import groupby
from pathlib import Path
from typing import IO, Any

# All plug-ins by name: Pillow would otherwise load those of every other format too.
from PIL import AvifImagePlugin, GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from PIL.ImageFile import ImageFile

from . import drawing, hidden
from .renditions import BASE, Spec, parse, size_of

READERS = (
    JpegImagePlugin.JpegImageFile,
    PngImagePlugin.PngImageFile,
    WebPImagePlugin.WebPImageFile,
    AvifImagePlugin.AvifImageFile,
    GifImagePlugin.GifImageFile,
)
FORMATS = [reader.format for reader in READERS]

Point = tuple[int, int]


class _Refusal(Exception):
    """Its only argument is a code: format, pixels, side or broken."""


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Look at a picture, or draw renditions of it.

    request: path; pixels (at most, by format), side (at most); and then either
    base (a path): base.jpg is written there; returns format, width, height (upright) and findings (code, detail); or
    specs (names) and into (a folder): they are written there; returns made (name, width, height).
    Where the picture is not taken, returns refused (a code).
    """
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each thread would reserve memory that the limit counts
    Image.MAX_IMAGE_PIXELS = max(request["pixels"].values())
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    act = _inspected if "base" in request else _made
    try:
        with open(request["path"], "rb") as file, _opened(file, request) as picture:
            return act(picture, request)
    except _Refusal as refusal:
        return {"refused": refusal.args[0]}


def _opened(file: IO[bytes], request: dict[str, Any]) -> ImageFile:
    try:
        picture = Image.open(file, formats=FORMATS)
    except MemoryError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _Refusal("pixels")
    except Exception:  # noqa: BLE001  Pillow raises whatever its decoders do
        raise _Refusal("broken" if _looks_like_one(file) else "format")
    if picture.width * picture.height > request["pixels"][_format(picture)]:
        raise _Refusal("pixels")
    if max(picture.size) > request["side"]:
        raise _Refusal("side")
    return picture


def _looks_like_one(file: IO[bytes]) -> bool:
    file.seek(0)
    beginning = file.read(16)
    accepting = (Image.OPEN[name][1] for name in FORMATS)
    return any(accepts(beginning) for accepts in accepting if accepts)


def _format(picture: ImageFile) -> str:
    """MPO is a JPEG with more of them behind it; for everybody else it is a JPEG."""
    return "JPEG" if picture.format == "MPO" else str(picture.format)


def _inspected(picture: ImageFile, request: dict[str, Any]) -> dict[str, Any]:
    width, height = drawing.upright_size(picture)
    drawn = _drawn(picture, drawing.zoom_of(BASE, width, height))
    found = hidden.findings(picture)  # before writing, which takes it off what may be this very picture
    drawing.write(drawing.render(drawn, BASE, width, height), BASE, Path(request["base"]))
    return {"format": _format(picture), "width": width, "height": height, "findings": found}


def _made(picture: ImageFile, request: dict[str, Any]) -> dict[str, Any]:
    width, height = drawing.upright_size(picture)

    def order(spec: Spec) -> tuple[float, Point, Point]:
        return drawing.zoom_of(spec, width, height), spec.crop or (-1, -1), size_of(spec, width, height)

    # Largest first: what has been shrunk for one is enough for those that follow.
    specs = sorted((spec for name in request["specs"] if (spec := parse(name))), key=order, reverse=True)
    drawn = _drawn(picture, order(specs[0])[0])
    made = []
    for (zoom, _crop, _size), group in groupby(specs, key=order):
        alike = list(group)
        drawn = drawing.shrunk(drawn, zoom)
        image = drawing.render(drawn, alike[0], width, height)
        for spec in alike:
            drawing.write(image, spec, Path(request["into"], spec.name))
            made.append((spec.name, *image.size))
    return {"made": made}


def _drawn(picture: ImageFile, zoom: float) -> drawing.Drawn:
    try:
        return drawing.draw(picture, zoom)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  as above
        raise _Refusal("broken")
