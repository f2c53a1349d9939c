"""The renditions of a picture: their names, their sizes, and which may stand in for which. Arithmetic only.

A name says everything: `w640.avif` is 640 pixels wide and whole; `t320-30x70.webp` is 320 wide, cut to 3:2 round the
point that lies 30 percent from the left and 70 from the top; `small.jpg`, `medium.jpg` and `large.jpg` are for
downloading; `base.jpg` is made with the upload, so that there is always something to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

WIDTHS = (320, 640, 960, 1280, 1920)
THUMBNAIL_WIDTHS = (160, 320, 480)
THUMBNAIL_SHAPE = (3, 2)
BASE_SIDE = 960
HIGHEST = 16_383  # WebP writes it in 14 bits (RFC 6386, 9.1): on pages a tower of a picture is made narrower
DOWNLOAD_SIDES = {"small": 1600, "medium": 3000, "large": None}  # longest side; None: all pixels
MEDIA_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}

_PERCENT = "(0|[1-9][0-9]?|100)"
_PAGE = re.compile(r"w([1-9][0-9]{0,3})\.(avif|webp|jpg)")
_THUMBNAIL = re.compile(rf"t([1-9][0-9]{{0,3}})-{_PERCENT}x{_PERCENT}\.(avif|webp|jpg)")


@dataclass(frozen=True, slots=True)
class Spec:
    """One rendition of any picture.

    name: as in its address. extension: avif, webp or jpg. width: in pixels; None where the longest side counts.
    crop: the focal point in percent from the left and from the top, None for the whole picture. longest: at most so
    many pixels on the longer side; None where `width` counts or nothing limits it.
    """

    name: str
    extension: str
    width: int | None = None
    crop: tuple[int, int] | None = None
    longest: int | None = None

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.extension]

    @property
    def is_download(self) -> bool:
        return self.name.removesuffix(".jpg") in DOWNLOAD_SIDES


BASE = Spec("base.jpg", "jpg", longest=BASE_SIDE)
_DOWNLOADS = {f"{name}.jpg": Spec(f"{name}.jpg", "jpg", longest=side) for name, side in DOWNLOAD_SIDES.items()}


def wanted(width: int, height: int, focal: tuple[int, int]) -> list[Spec]:
    """Every rendition that a picture of this size (pixels, upright) should have. focal: percent, 0 to 100."""
    pages = [_page(w, extension) for w in widths(width) for extension in MEDIA_TYPES]
    box_width = _box_size(width, height)[0]
    first, *wider = THUMBNAIL_WIDTHS
    thumbnails = [_thumbnail(w, focal, extension) for w in [first, *wider] if w == first or w <= box_width
                  for extension in MEDIA_TYPES]  # fmt: skip
    longest = max(width, height)
    downloads = [spec for spec in _DOWNLOADS.values() if spec.longest is None or spec.longest < longest]
    return [BASE, *pages, *thumbnails, *downloads]


def widths(width: int) -> list[int]:
    """The widths in which a picture of this width is offered, narrowest first: the steps that it reaches, and its own
    where that lies before the last step, so that it is never enlarged."""
    own = [width] if width < WIDTHS[-1] else []
    return sorted({*(offered for offered in WIDTHS if offered <= width), *own})


def parse(name: str) -> Spec | None:
    """The rendition of this name, or None where it is not a name exactly as `wanted` writes them."""
    if name == BASE.name:
        return BASE
    if name in _DOWNLOADS:
        return _DOWNLOADS[name]
    if match := _PAGE.fullmatch(name):
        width = int(match[1])
        return _page(width, match[2]) if width <= WIDTHS[-1] else None
    if match := _THUMBNAIL.fullmatch(name):
        width = int(match[1])
        focal = (int(match[2]), int(match[3]))
        return _thumbnail(width, focal, match[4]) if width in THUMBNAIL_WIDTHS else None
    return None


def size_of(spec: Spec, width: int, height: int) -> tuple[int, int]:
    """Width and height in pixels of this rendition of a picture of that size (pixels, upright)."""
    if spec.crop is not None:
        width, height = _box_size(width, height)
    if spec.width is not None:
        return _scaled(width, height, min(spec.width / width, HIGHEST / height))
    if spec.longest is not None:
        return _scaled(width, height, spec.longest / max(width, height))
    return width, height


def box_of(spec: Spec, width: int, height: int) -> tuple[int, int, int, int]:
    """What part of the picture is shown: left, top, right, bottom in pixels. The focal point is in its middle, or as
    near to it as the picture's edges allow."""
    if spec.crop is None:
        return 0, 0, width, height
    box_width, box_height = _box_size(width, height)
    left = _start(spec.crop[0], width, box_width)
    top = _start(spec.crop[1], height, box_height)
    return left, top, left + box_width, top + box_height


def nearest(spec: Spec, available: Iterable[Spec]) -> list[Spec]:
    """What may be shown for this rendition, the best first: itself, and what stands in where it is not made or lost.

    First the same crop in the same format, then in another (JPEG, which everybody can show, before the others), then
    the whole picture in the same order. Of these the next larger, else the next smaller. Downloads are heavy: on a
    page they come last. A crop never stands in for the whole picture, nor for another crop.
    """
    candidates = [other for other in available if other.crop in (spec.crop, None)]
    return sorted(candidates, key=lambda other: _distance(spec, other))


def _distance(spec: Spec, other: Spec) -> tuple[bool, bool, bool, int, bool, int]:
    mine, its = _extent(spec), _extent(other)
    formats = [spec.extension, "jpg", "webp", "avif"]
    return (
        other != spec,
        other.crop != spec.crop,
        other.is_download and not spec.is_download,
        formats.index(other.extension),
        its < mine,
        abs(its - mine),
    )


def _extent(spec: Spec) -> int:
    """For comparing: the width or the longest side, whichever the name gives; all pixels are more than any number."""
    return spec.width or spec.longest or 1_000_000


def _page(width: int, extension: str) -> Spec:
    return Spec(f"w{width}.{extension}", extension, width)


def _thumbnail(width: int, focal: tuple[int, int], extension: str) -> Spec:
    return Spec(f"t{width}-{focal[0]}x{focal[1]}.{extension}", extension, width, focal)


def _box_size(width: int, height: int) -> tuple[int, int]:
    """The largest box of the thumbnails' shape that lies within the picture."""
    across, down = THUMBNAIL_SHAPE
    if width * down > height * across:
        return max(1, round(height * across / down)), height
    return width, max(1, round(width * down / across))


def _start(percent: int, whole: int, part: int) -> int:
    return min(max(round(whole * percent / 100 - part / 2), 0), whole - part)


def _scaled(width: int, height: int, scale: float) -> tuple[int, int]:
    if scale >= 1:
        return width, height
    return max(1, round(width * scale)), max(1, round(height * scale))
