"""What an edition offers beside its text: its pictures, its documents, its recordings elsewhere, read from its JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from django.template.defaultfilters import filesizeformat
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..media.formats import FORMATS
from ..models import Attachment, Edition
from ..models import Recording as Row
from ..models.language import language_name
from ..models.paths import path_to
from .media import address_of_file
from .pictures import Photo
from .wording import enumerated


@dataclass(frozen=True, slots=True)
class Document:
    """A document of an edition, as cms.models.AttachedFile.shown gives it. size: bytes."""

    key: str
    title: str
    file_name: str
    language: str = ""
    purpose: str = ""
    extension: str = ""
    size: int = 0
    pages: int = 0
    note: str = ""

    @property
    def url(self) -> str:
        return address_of_file({"key": self.key, "file_name": self.file_name, "language": self.language})

    @property
    def stem(self) -> str:
        """Its name without the extension, which stays when another file takes its place."""
        return PurePath(self.file_name).stem

    @property
    def media_type(self) -> str:
        return FORMATS[self.extension].media_type if self.extension in FORMATS else ""

    @property
    def is_text_of_page(self) -> bool:
        return self.purpose == Attachment.Purpose.TEXT

    @property
    def particulars(self) -> str:
        """“PDF, 1.2 MB, 3 pages, Russian”."""
        form = str(FORMATS[self.extension].name) if self.extension in FORMATS else self.extension.upper()
        pages = ngettext("%(number)d page", "%(number)d pages", self.pages) % {"number": self.pages}
        language = language_name(self.language) if self.language else ""
        return enumerated((form, filesizeformat(self.size), pages if self.pages else "", language))


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that lies elsewhere, as cms.models.Recording.shown gives it."""

    url: str
    title: str
    medium: str = ""
    minutes: int = 0
    seconds: int = 0
    language: str = ""
    captioned: bool = False

    @property
    def host(self) -> str:
        """Where the link leads."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")

    @property
    def duration(self) -> str:
        """“1 h 12 min”, “3 min 20 s”."""
        hours, minutes = divmod(self.minutes + self.seconds // 60, 60)
        forms = ((hours, _("%d h")), (minutes, _("%d min")), (self.seconds % 60, _("%d s")))
        return " ".join(form % number for number, form in forms if number)

    @property
    def particulars(self) -> str:
        """“Video, 3 min 20 s, Russian, without captions”."""
        medium = str(dict(Row.Medium.choices).get(self.medium, ""))
        captions = _("with captions") if self.captioned else _("without captions")
        without_words = self.medium == Row.Medium.AUDIO and not self.captioned
        told = (medium, self.duration, self.language, "" if without_words else captions)
        return capfirst(enumerated(told))


def address_of_photo(edition: Edition, photo: str) -> str:
    """The canonical address of the page of a photo as this edition names the publication. photo: its code."""
    where = edition.section.path, f"{edition.slug}-{edition.publication.code}"
    return path_to("public:photo", *where, photo, language=edition.language)


class Media:
    """All of an edition's. page: gives the address of a photo's page for the edition and the photo's code."""

    def __init__(self, edition: Edition, page: Callable[[Edition, str], str] = address_of_photo) -> None:
        shown: dict[str, list[dict[str, Any]]] = edition.media or {}
        self.pictures = [Photo.of(row, page(edition, row["code"])) for row in shown.get("pictures", [])]
        self.files = [Document(**_known(Document, row)) for row in shown.get("files", [])]
        self.recordings = [Recording(**_known(Recording, row)) for row in shown.get("recordings", [])]

    @cached_property
    def lead(self) -> Photo | None:
        return next((photo for photo in self.pictures if photo.role == "lead"), None)

    @cached_property
    def gallery(self) -> list[Photo]:
        return [photo for photo in self.pictures if photo.role == "gallery"]

    @cached_property
    def of_text(self) -> dict[int, Photo]:
        """Those in the text, by their numbers in the library."""
        return {photo.image: photo for photo in self.pictures if photo.role == "body"}

    @property
    def texts(self) -> list[Document]:
        return [document for document in self.files if document.is_text_of_page]

    @property
    def documents(self) -> list[Document]:
        return [document for document in self.files if not document.is_text_of_page]

    @cached_property
    def series(self) -> list[Photo]:
        """What is leafed through: the lead and the gallery, each picture once."""
        found: dict[str, Photo] = {}
        for photo in [*filter(None, [self.lead]), *self.gallery]:
            found.setdefault(photo.code, photo)
        return list(found.values())

    def photo(self, code: str) -> Photo | None:
        """The picture of this code, as the series shows it where it is in it."""
        return next((photo for photo in [*self.series, *self.pictures] if photo.code == code), None)


def _known(model: type[Any], row: dict[str, Any]) -> dict[str, Any]:
    return {field.name: row[field.name] for field in fields(model) if field.name in row}
