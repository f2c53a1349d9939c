"""What a picture's file says and its pixels don't: place, camera, author, comments. Runs in the child of `decoding`.

Broken metadata is no reason to refuse a picture whose pixels can be read, so whatever cannot be understood is passed
over: none of it is ever published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from PIL import ExifTags, IptcImagePlugin
from PIL.ImageFile import ImageFile

DETAIL = 200  # characters
CAMERA = (ExifTags.Base.Make, ExifTags.Base.Model)
AUTHOR = (ExifTags.Base.Artist, ExifTags.Base.Copyright, ExifTags.Base.XPAuthor)
COMMENT = (
    ExifTags.Base.ImageDescription,
    ExifTags.Base.XPTitle,
    ExifTags.Base.XPSubject,
    ExifTags.Base.XPComment,
    ExifTags.Base.XPKeywords,
)
BY_LINE, CAPTION = (2, 80), (2, 120)  # IPTC-IIM 4.2, record 2
PHOTOSHOP_THUMBNAILS = {0x0409, 0x040C}  # Adobe Photoshop File Formats Specification, image resource IDs
AUTHORS_IN_PNG = {"author", "copyright"}
NO_WORDS_IN_PNG = ("xml:", "raw profile", "software", "date:", "creation time")


def findings(picture: ImageFile) -> list[tuple[str, str]]:
    """Pairs of code and detail (at most 200 characters on one line), each code once, in the order of `READERS`."""
    found = []
    for code, read in READERS.items():
        try:
            detail = read(picture)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001, S112  metadata of any shape
            continue
        if detail is not None:
            found.append((code, detail))
    return found


def _gps(picture: ImageFile) -> str | None:
    """Where it is, is not repeated here: what is found is kept with the file for good."""
    position = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    return "" if ExifTags.GPS.GPSLatitude in position or "GPSLatitude" in _xmp(picture) else None


def _camera(picture: ImageFile) -> str | None:
    exif = picture.getexif()
    maker, model = (_line(exif.get(tag, "")) for tag in CAMERA)
    return _detail([model if model.startswith(maker) else f"{maker} {model}"])


def _author(picture: ImageFile) -> str | None:
    exif = picture.getexif()
    owner = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.CameraOwnerName, "")
    in_png = [value for key, value in _texts(picture) if key.lower() in AUTHORS_IN_PNG]
    named = [*(exif.get(tag, "") for tag in AUTHOR), owner, _iptc(picture, BY_LINE), *in_png]
    return _detail([*named, _in_xmp(picture, "dc:creator")])


def _thumbnail(picture: ImageFile) -> str | None:
    in_exif = ExifTags.Base.JpegIFOffset in picture.getexif().get_ifd(ExifTags.IFD.IFD1)
    in_photoshop = not PHOTOSHOP_THUMBNAILS.isdisjoint(picture.info.get("photoshop", {}))
    return "" if in_exif or in_photoshop or "<xmpGImg:image>" in _xmp(picture) else None


def _comment(picture: ImageFile) -> str | None:
    exif = picture.getexif()
    user_comment = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment, b"")
    in_png = [v for k, v in _texts(picture) if not k.lower().startswith((*AUTHORS_IN_PNG, *NO_WORDS_IN_PNG))]
    written = [picture.info.get("comment", ""), *(exif.get(tag, "") for tag in COMMENT), _coded(user_comment)]
    return _detail([*written, *in_png, _iptc(picture, CAPTION), _in_xmp(picture, "dc:description")])


def _frames(picture: ImageFile) -> str | None:
    return "" if getattr(picture, "is_animated", False) else None


READERS: dict[str, Callable[[ImageFile], str | None]] = {
    "gps": _gps,
    "camera": _camera,
    "author": _author,
    "thumbnail": _thumbnail,
    "comment": _comment,
    "frames": _frames,
}


# --- where words stand -------------------------------------------------------------------------------------------


def _texts(picture: ImageFile) -> Iterator[tuple[str, str]]:
    """Keys and values of a PNG's text chunks."""
    return ((key, str(value)) for key, value in getattr(picture, "text", {}).items())


def _iptc(picture: ImageFile, dataset: tuple[int, int]) -> bytes:
    value = (IptcImagePlugin.getiptcinfo(picture) or {}).get(dataset, b"")
    return b", ".join(value) if isinstance(value, list) else value


def _xmp(picture: ImageFile) -> str:
    value = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _in_xmp(picture: ImageFile, element: str) -> str:
    """The words in an XMP property, without its markup: a look for the editor, no parser's work."""
    inside = _xmp(picture).partition(f"<{element}>")[2].partition(f"</{element}>")[0]
    return re.sub("<[^<>]*>", " ", inside)


def _coded(comment: Any) -> str:
    """Exif 2.32, 4.6.5: a UserComment begins with eight bytes that name its character code."""
    if not isinstance(comment, bytes):
        return str(comment)
    code, words = comment[:8], comment[8:]
    return words.decode("utf-16", "replace") if code.startswith(b"UNICODE") else _line(words)


def _line(value: Any) -> str:
    """Any value as one line without control characters."""
    text = _decoded(value) if isinstance(value, bytes) else str(value)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _decoded(value: bytes) -> str:
    """Hardly any field says how it is written: Windows writes UTF-16, new programs UTF-8, old ones Latin-1."""
    if value[1:2] == b"\0":
        return value.decode("utf-16-le", "replace")
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _detail(values: Iterable[Any]) -> str | None:
    lines = dict.fromkeys(line for value in values if (line := _line(value)))
    return ", ".join(lines)[:DETAIL] or None
