"""Pictures, documents and recordings of an edition as staff see them: thumbnails, newer files, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..media import renditions
from ..models import AttachedFile, Attachment, Edition, Image, Picture, Recording
from ..models.image import WORDS
from ..models.shown import HELD
from ..text.figures import references, with_sources
from .shelves import thumbnail, told

PARTS = (Picture, AttachedFile, Recording)
IN_TEXT = 640  # pixels: the width in which the editor and the desk show a picture of the text


# --- Where they are


def with_pictures(html: str, edition: Edition) -> str:
    """A clean text in which its pictures can be seen: those that the edition keeps, else those that the library has."""
    numbers = {reference.image for reference in references(html)}
    if not numbers:
        return html
    # Where they differ, the text's own counts: it comes last.
    kept = {row.image_id: row.file for row in Picture.of(edition).filter(image__in=numbers).order_by("-role")}
    others = Image.objects.filter(pk__in=numbers - kept.keys()).select_related("file")
    files = {**{image.pk: image.file for image in others}, **kept}

    def source(number: int) -> str | None:
        file = files.get(number)
        if file is None:
            return None
        name = f"w{IN_TEXT}.jpg" if IN_TEXT in renditions.widths(file.width or 1) else renditions.BASE.name
        return reverse("media", args=[file.key, name])

    return with_sources(html, source)


# --- Rows that a page needs in several places


def at_hand(edition: Edition, part: Any) -> list[Any]:
    """The stored rows of a sort, read once for a page; `forget` them before they change."""
    held: dict[Any, list[Any]] = edition.__dict__.setdefault(HELD, {})
    if part not in held:
        held[part] = list(part.of(edition))
    return held[part]


def read_both(before: Edition, after: Edition) -> None:
    """Have the rows of two editions at hand, with one query for each sort."""
    part: Any
    for part in PARTS:
        rows = list(part.of(before) | part.of(after))
        for edition in (before, after):
            edition.__dict__.setdefault(HELD, {})[part] = [row for row in rows if row.edition_id == edition.pk]


def forget(edition: Edition) -> None:
    edition.__dict__.pop(HELD, None)


# --- Newer files


def newer(edition: Edition) -> list[Any]:
    """The rows of an edition for which the library has a newer file, or newer words that are written there alone."""
    if not edition.pk:
        return []
    rows = [row for part in (Picture, AttachedFile) for row in at_hand(edition, part)]
    return [row for row in rows if row.is_behind]


def take_newer(edition: Edition) -> None:
    """Give each of them what the library has now."""
    forget(edition)
    for row in newer(edition):
        row.take(row.image if isinstance(row, Picture) else row.attachment)
        row.save()


# --- To be read


@dataclass(frozen=True)
class ShownPicture:
    row: Picture
    thumb: str


@dataclass(frozen=True)
class ShownFile:
    """address: leads staff to the file. facts: its format, size, pages and language. hidden: what is hidden in it."""

    row: AttachedFile
    address: str
    facts: str
    hidden: list[str]


def shown(edition: Edition) -> dict[str, Any]:
    """What an edition shows beside its text. Four queries, however much it is."""
    pictures = [ShownPicture(row, thumbnail(row)) for row in at_hand(edition, Picture)]
    roles = list(Picture.Role)
    return {
        "pictures": sorted(pictures, key=lambda picture: roles.index(Picture.Role(picture.row.role))),
        "files": [_shown_file(row) for row in at_hand(edition, AttachedFile)],
        "recordings": at_hand(edition, Recording),
        "body": with_pictures(edition.body, edition),
    }


def _shown_file(row: AttachedFile) -> ShownFile:
    address = reverse("media", args=[row.file.key, f"file.{row.extension}"])  # the gate knows its name
    return ShownFile(row, address, facts_of(row.extension, row.size, row.pages, row.language), told(row.file))


def facts_of(extension: str, size: int, pages: int | None, language: str) -> str:
    """“PDF, 1.2 MB, 3 pages, English”. size: bytes."""
    counted = ngettext("%d page", "%d pages", pages) % pages if pages else ""
    known = dict(settings.LANGUAGES).get(language, language)
    return ", ".join(filter(None, (extension.upper(), filesizeformat(size), counted, known)))


# --- What changed

# The words of a row that are compared; its file is looked at beside them.
TOLD: dict[type[Any], Sequence[str]] = {
    Picture: WORDS,
    AttachedFile: ("title", "language", "purpose", "note"),
    Recording: ("title", "medium", "minutes", "seconds", "language", "captioned"),
}


@dataclass(frozen=True)
class Shift:
    """One change. where: of what sort. before, after: in words. was, now: thumbnails, where it is a picture."""

    where: str
    what: str
    before: str = ""
    after: str = ""
    was: str = ""
    now: str = ""


def shifts(before: Edition, after: Edition) -> list[Shift]:
    """What changed between two editions among their pictures, documents and recordings."""
    read_both(before, after)
    found: list[Shift] = []
    old, new = at_hand(before, Picture), at_hand(after, Picture)
    for role in (Picture.Role.LEAD, Picture.Role.GALLERY, Picture.Role.BODY):
        rows = [[row for row in side if row.role == role] for side in (old, new)]
        found += _pictures(role, *rows)
    found += _rows(AttachedFile, "attachment_id", at_hand(before, AttachedFile), at_hand(after, AttachedFile))
    found += _rows(Recording, "url", at_hand(before, Recording), at_hand(after, Recording))
    return found


def _pictures(role: Picture.Role, old: list[Picture], new: list[Picture]) -> list[Shift]:
    where = str(role.label)
    if role == Picture.Role.BODY:  # its words, and which they are, stand in the comparison of the texts
        return list(_replaced(where, "image_id", old, new))
    if role == Picture.Role.LEAD and old and new and old[0].image_id != new[0].image_id:
        return [_shift(where, _("another picture"), old[0], new[0])]
    return _rows(Picture, "image_id", old, new, where)


def _rows(model: type[Any], key: str, old: Sequence[Any], new: Sequence[Any], where: str = "") -> list[Shift]:
    where = where or str(model._meta.verbose_name_plural)
    before, after = ({getattr(row, key): row for row in rows} for rows in (old, new))
    found = [_shift(where, _("taken out"), row, None) for name, row in before.items() if name not in after]
    found += [_shift(where, _("new"), None, row) for name, row in after.items() if name not in before]
    found += _replaced(where, key, old, new)
    found += [change for name in after if name in before for change in _words(where, before[name], after[name])]
    if [name for name in before if name in after] != [name for name in after if name in before]:
        found.append(Shift(where, _("put in another order")))
    return found


def _replaced(where: str, key: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Shift]:
    """Those whose file is another one, or that are cut in another way."""
    before = {getattr(row, key): row for row in old}
    for row in new:
        was = before.get(getattr(row, key))
        if was is None or isinstance(row, Recording):
            continue
        if was.sha256 != row.sha256:
            yield replace(_shift(where, _("replaced by a newer file"), was, row), before="")
        elif isinstance(row, Picture) and (was.focal_x, was.focal_y) != (row.focal_x, row.focal_y):
            yield replace(_shift(where, _("cut in another way"), was, row), before="")


def _words(where: str, old: Any, new: Any) -> Iterator[Shift]:
    """The words of one row that changed."""
    described = Attachment if isinstance(new, AttachedFile) else type(new)
    for name in TOLD[type(new)]:
        field: Any = described._meta.get_field(name)
        before, after = (_in_words(field, getattr(row, name)) for row in (old, new))
        if before != after:
            yield Shift(f"{where}: “{new}”", str(field.verbose_name), before, after)


def _in_words(field: Any, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return str(date_format(value, "j E Y"))
    return str(dict(field.flatchoices).get(value, value))


def _shift(where: str, what: str, old: Any, new: Any) -> Shift:
    was, now = (thumbnail(row) if isinstance(row, Picture) else "" for row in (old, new))
    return Shift(where, what, str(old or ""), str(new or ""), was, now)
