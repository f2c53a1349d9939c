"""The two shelves of the library: what each takes, and what a page or a script is told of a picture or a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..editorial import library
from ..media import documents, formats, pictures, refused, renditions
from ..media.refused import Refused as Unfit
from ..models import Attachment, Image, Picture, StoredFile


@dataclass(frozen=True)
class Shelf:
    """What a shelf takes and who puts it there.

    limit: of one file, in bytes. accept: what a browser offers to choose, as `<input accept>` has it. formats: in
    words. add, replace: of editorial.library. elsewhere: where a file that was refused belongs, "" for nowhere.
    """

    limit: int
    accept: str
    formats: Any
    add: Callable[..., library.Added]
    replace: Callable[..., Any]
    elsewhere: Callable[[Path, str], Any]

    @property
    def too_large(self) -> Any:
        return _("The file is larger than %s.") % filesizeformat(self.limit)


def _is_document(path: Path, name: str) -> Any:
    try:
        found = formats.by_content(path, name)
    except Unfit:
        return ""
    return format_lazy(
        _("This is a document: {format}. Add it to the documents, not to the pictures."), format=found.name
    )


def _nowhere(path: Path, name: str) -> Any:
    """cms.media says itself of a picture that it is no document, and where it belongs."""
    return ""


PICTURES = Shelf(
    limit=pictures.BYTES,
    accept=",".join(media_type for media_type, _extension in pictures.FORMATS.values()),
    formats="JPEG, PNG, WebP, AVIF, GIF",
    add=library.add_image,
    replace=library.replace_image,
    elsewhere=_is_document,
)
DOCUMENTS = Shelf(
    limit=documents.BYTES,
    accept=",".join(f".{kind.extension}" for kind in formats.FORMATS.values()),
    formats="PDF, DOCX, XLSX, PPTX, ODT, TXT, CSV, ZIP",
    add=library.add_attachment,
    replace=library.replace_attachment,
    elsewhere=_nowhere,
)


def thumbnail(image: Image | Picture, width: int = 320, extension: str = "jpg") -> str:
    """The address of a picture, of the library or as an edition keeps it, cut to 3:2 round its focal point.

    width: in pixels, one of renditions.THUMBNAIL_WIDTHS; what is not that large is shown at the smallest.
    """
    file = image.file
    focal = (image.focal_x, image.focal_y)
    offered = {spec.name for spec in renditions.wanted(file.width or 0, file.height or 0, focal)}
    x, y = focal
    names = [f"t{w}-{x}x{y}.{extension}" for w in (width, renditions.THUMBNAIL_WIDTHS[0])]
    return reverse("media", args=[file.key, next(name for name in names if name in offered)])


def whole(file: StoredFile) -> str:
    """The address of the smallest form of a picture with nothing cut off."""
    return reverse("media", args=[file.key, f"w{renditions.widths(file.width or 0)[0]}.jpg"])


def original(file: StoredFile) -> str:
    """The address of what was uploaded, for staff."""
    return reverse("media", args=[file.key, f"original.{file.extension}"])


def format_of(file: StoredFile) -> str:
    """What it is, as people call it: "JPG", "PDF"."""
    return file.extension.upper()


def told(file: StoredFile) -> list[str]:
    """What is hidden in a file, in sentences."""
    describe = refused.describe if file.is_picture else documents.describe
    return [describe(finding) for finding in library.findings(file)]


def is_cleanable(file: StoredFile) -> bool:
    return not file.is_picture and documents.cleanable(file.extension, library.findings(file))


# --- For scripts


def picture_as_json(image: Image, words: dict[str, Any]) -> dict[str, Any]:
    """What the chooser of pictures shows. words: as models.shown.words_for gives them; what they lack is empty."""
    taken_on = words.get("taken_on")
    texts = {name: words.get(name, "") for name in ("alt", "caption", "credit", "place", "people", "terms")}
    return {
        "id": image.pk,
        "thumb": thumbnail(image),
        "title": str(image),
        **texts,
        "decorative": words.get("decorative", False),
        "taken_on": taken_on.isoformat() if taken_on else "",
        "width": image.file.width,
        "height": image.file.height,
        "file_name": image.file_name,
    }


def document_as_json(attachment: Attachment) -> dict[str, Any]:
    """What the chooser of documents shows. size: in bytes; how it is written is decided here, for every page alike."""
    file = attachment.file
    return {
        "id": attachment.pk,
        "title": attachment.title,
        "file_name": attachment.file_name,
        "format": format_of(file),
        "size": file.size,
        "size_in_words": filesizeformat(file.size),
        "pages": file.pages,
        "language": attachment.language,
        "settled": file.is_settled,
    }
