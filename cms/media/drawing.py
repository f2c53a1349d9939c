"""Pictures drawn anew: shrunk, cut, upright, in sRGB and without metadata. Runs in the child of `decoding`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from .colours import Colours
from .renditions import Spec, box_of, size_of

ORIENTATION = 0x0112  # Exif 2.32, 4.6.4; and what sets a picture of each value upright
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = (5, 6, 7, 8)
BAND_PIXELS = 2_000_000  # converted and shrunk at a time
GAP = 2  # Lanczos starts from at least so many times the wanted size, where there is as much: sharp, and cheap
ENCODERS: dict[str, tuple[str, dict[str, Any]]] = {
    "avif": ("AVIF", {"quality": 58, "speed": 8, "max_threads": 1}),
    "webp": ("WEBP", {"quality": 80, "method": 4}),
    "jpg": ("JPEG", {"quality": 82, "progressive": True, "optimize": True}),
}
THUMBNAIL_AVIF_QUALITY = 50  # a list shows twenty of them, and no detail
DOWNLOAD_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture upright and in sRGB. zoom: pixels of `image` to one of the original's, at most 1."""

    image: Image.Image
    zoom: float


def upright_size(picture: Image.Image) -> tuple[int, int]:
    """Width and height in pixels as a reader sees it."""
    width, height = picture.size
    return (height, width) if _orientation(picture) in SIDEWAYS else (width, height)


def zoom_of(spec: Spec, width: int, height: int) -> float:
    """Pixels of this rendition to one of the original's, whose size is given."""
    left, _top, right, _bottom = box_of(spec, width, height)
    return size_of(spec, width, height)[0] / (right - left)


def draw(picture: Image.Image, zoom: float) -> Drawn:
    """Decode a picture, no larger than renditions up to `zoom` need. Raises whatever Pillow's decoders do."""
    width, height = picture.size
    orientation = _orientation(picture)
    least = (max(1, int(width * min(1, zoom * GAP))), max(1, int(height * min(1, zoom * GAP))))
    drafted = picture.draft(picture.mode, least)  # JPEG decodes an eighth, a quarter or a half by itself
    picture.load()
    decoded = drafted[1][2] / width if drafted else 1.0
    factor = max(1, int(decoded / (zoom * GAP)))
    image = _shrunk(picture, factor)
    if orientation in UPRIGHT:
        image = image.transpose(UPRIGHT[orientation])
    return Drawn(image, decoded / factor)


def shrunk(drawn: Drawn, zoom: float) -> Drawn:
    """The same, where renditions up to `zoom` need much less of it."""
    factor = int(drawn.zoom / (zoom * GAP))
    return drawn if factor < 2 else Drawn(drawn.image.reduce(factor), drawn.zoom / factor)


def render(drawn: Drawn, spec: Spec, width: int, height: int) -> Image.Image:
    """One rendition of a picture whose original has this size."""
    size = size_of(spec, width, height)
    if spec.crop is None and drawn.image.size == size:
        return drawn.image
    left, top, right, bottom = (edge * drawn.zoom for edge in box_of(spec, width, height))
    box = (left, top, min(right, drawn.image.width), min(bottom, drawn.image.height))
    return drawn.image.resize(size, Image.Resampling.LANCZOS, box, reducing_gap=GAP)


def write(image: Image.Image, spec: Spec, path: Path) -> None:
    """Encode pixels alone; all else is taken off the image too. JPEG has no transparency: it is drawn on white."""
    name, settings = ENCODERS[spec.extension]
    if spec.is_download:
        settings = {**settings, "quality": DOWNLOAD_QUALITY}
    elif spec.crop is not None and spec.extension == "avif":
        settings = {**settings, "quality": THUMBNAIL_AVIF_QUALITY}
    if spec.extension == "jpg" and image.mode == "RGBA":
        image = _on_white(image)
    image.info.clear()  # comments and profiles would be written along
    image.save(path, name, **settings)


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  broken metadata: the pixels may be whole
        return 1


def _shrunk(picture: Image.Image, factor: int) -> Image.Image:
    """In sRGB, at one over this factor (rounded up). In bands, because conversions need more memory than pictures."""
    colours = Colours(picture)
    if factor == 1:
        return _without_vain_alpha(colours.srgb(picture))
    width, height = picture.size
    rows = max(1, BAND_PIXELS // width // factor) * factor
    bands = []
    for top in range(0, height, rows):
        band = picture.crop((0, top, width, min(top + rows, height)))
        bands.append(colours.srgb(band).reduce(factor))
    whole = Image.new(bands[0].mode, (bands[0].width, sum(band.height for band in bands)))
    for number, band in enumerate(bands):
        whole.paste(band, (0, number * rows // factor))
    return _without_vain_alpha(whole)


def _without_vain_alpha(image: Image.Image) -> Image.Image:
    opaque = image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255)
    return image.convert("RGB") if opaque else image


def _on_white(image: Image.Image) -> Image.Image:
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image)
    return white
