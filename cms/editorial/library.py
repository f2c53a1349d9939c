"""The library: pictures and documents are received, looked into, stored durably, described, replaced and confirmed.

A file is stored before anything is said about it, and its bytes are never changed afterwards. What an edition shows is
copied into the edition (cms/models/shown.py): nothing that is done here changes what the public sees.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ..media import documents, pictures, renditions
from ..media.formats import safe_name
from ..media.refused import Finding
from ..media.refused import Refused as Unfit
from ..media.storage import put
from ..models import Attachment, Image, Rendition, StoredFile, clock, media_storage
from .renditions import make_renditions
from .rules import WRITE, Refused

if TYPE_CHECKING:
    from ..models import User

Shelf = TypeVar("Shelf", Image, Attachment)


@dataclass(frozen=True)
class Added:
    """What became of an upload. known: whether the library had this content already, and `row` is what it has."""

    row: Any
    known: bool = False


def add_image(path: Path, name: str, *, by: User, language: str, **words: Any) -> Added:
    """Take a picture into the library.

    path: of the upload, a file that stays until this returns. name: its own, of no authority. words: columns of Image.
    Raises Unfit (cms.media.refused.Refused) with a sentence where it is no picture of ours, Refused where the person
    may not.
    """
    _demand(by)
    file = receive_picture(path)
    with transaction.atomic():
        if known := _known(Image, file):
            return Added(known, known=True)
        row = Image(file=file, language=language, file_name=_plain(name), **words)
        _sign(row, by)
        row.save()
    return Added(row)


def add_attachment(path: Path, name: str, *, by: User, language: str, **words: Any) -> Added:
    """Take a document into the library. As `add_image`; `title` is its name without words to the contrary."""
    _demand(by)
    file = receive_document(path, name)
    file_name = safe_name(name, file.extension)
    with transaction.atomic():
        if known := _known(Attachment, file):
            return Added(known, known=True)
        words.setdefault("title", Path(file_name).stem.replace("_", " "))
        row = Attachment(file=file, language=language, file_name=file_name, **words)
        _sign(row, by)
        row.save()
    return Added(row)


def _known(shelf: type[Shelf], file: StoredFile) -> Shelf | None:
    """The entry that has this content; offered again if it had been put away."""
    known = shelf._default_manager.select_for_update().filter(file=file).first()
    if known is not None and known.put_away:
        known.put_away = False
        known.save(update_fields=["put_away"])
    return known


class Outdated(Refused):
    """Somebody else changed the entry since it was read."""

    def __init__(self) -> None:
        told = _("Somebody else changed this meanwhile. Look at what stands here now, then try again.")
        super().__init__([str(told)])


def _held(shelf: type[Shelf], seen: Shelf) -> Shelf:
    """The entry as it is stored, locked. Raises Outdated where it is not the one that was read: looking into a file
    takes seconds, in which another may have been put there."""
    held = shelf._default_manager.select_for_update().get(pk=seen.pk)
    if held.version != seen.version:
        raise Outdated
    return held


def replace_image(image: Image, path: Path, name: str, *, by: User) -> Image:
    """Give an entry another file. Editions go on showing the one they had until somebody takes the newer one.

    image: as the person has seen it. Raises Unfit, Refused, Outdated. Nothing is locked while the file is looked into:
    that takes seconds, in which others save.
    """
    _demand(by)
    file = receive_picture(path)
    with transaction.atomic():
        held = _held(Image, image)
        held.file, held.file_name = file, _plain(name)
        held.version += 1
        held.save()
    return held


def replace_attachment(attachment: Attachment, path: Path, name: str, *, by: User) -> Attachment:
    """Give an entry another file, under the name that readers know. As `replace_image`."""
    _demand(by)
    file = receive_document(path, name)
    with transaction.atomic():
        held = _held(Attachment, attachment)
        held.file = file
        held.file_name = safe_name(Path(held.file_name).stem, file.extension)
        held.version += 1
        held.save()
    return held


def clean_attachment(attachment: Attachment, *, by: User) -> Attachment:
    """Put a copy without the metadata of its file in its place. Raises Refused where nothing can be cleaned."""
    _demand(by)
    file = attachment.file
    if not documents.cleanable(file.extension, findings(file)):
        raise Refused([str(_("There is nothing in this file that can be taken out here."))])
    with tempfile.TemporaryDirectory() as folder:
        original = Path(folder) / f"original.{file.extension}"
        file.copy_to(original)
        try:
            cleaned = documents.clean_copy(original, Path(folder) / f"clean.{file.extension}", file.extension)
        except Unfit as unfit:
            raise Refused([str(unfit.reason)]) from unfit
        return replace_attachment(attachment, cleaned, attachment.file_name, by=by)


@transaction.atomic
def confirm(attachment: Attachment, *, by: User) -> StoredFile:
    """Say that what is hidden in a document's file may go out. It is said of this content, whoever uses it."""
    _demand(by)
    file = StoredFile.objects.select_for_update().get(pk=attachment.file_id)
    if file.is_settled:
        raise Refused([str(_("There is nothing to confirm."))])
    file.confirmed_at, file.confirmed_by_in_words = clock.now(), by.in_words
    file.save(update_fields=["confirmed_at", "confirmed_by_in_words"])
    return file


# --- Receiving


def receive_picture(path: Path) -> StoredFile:
    """Look into a picture, store it durably with a small rendition to fall back to, and have the others made.

    Raises Unfit.
    """
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base.jpg"
        facts = pictures.inspect(path, base)
        small = put(media_storage(), base)
        file = _stored(path, facts, width=facts.width, height=facts.height)
    with transaction.atomic():
        width, height = renditions.size_of(renditions.BASE, facts.width, facts.height)
        columns = {"width": width, "height": height, "size": small.size, "sha256": small.sha256}
        defaults = {**columns, "media_type": renditions.BASE.media_type}
        Rendition.objects.get_or_create(file=file, spec=renditions.BASE.name, defaults=defaults)
        transaction.on_commit(lambda: make_renditions.enqueue(file.pk))
    return file


def receive_document(path: Path, name: str) -> StoredFile:
    """Look into a document and store it durably. Raises Unfit."""
    facts = documents.inspect(path, name)
    return _stored(path, facts, pages=facts.pages)


def _stored(path: Path, facts: Any, **more: Any) -> StoredFile:
    stored = put(media_storage(), path)
    found = {
        "key": stored.sha256[:32],
        "size": stored.size,
        "media_type": facts.media_type,
        "extension": facts.extension,
        "findings": [[finding.code, finding.detail] for finding in facts.findings],
        "stored_at": clock.now(),
        **more,
    }
    kept = StoredFile.objects.filter(sha256=stored.sha256)
    kept.unused().exclude(extension=facts.extension).delete()  # taken for something else once, and for nobody
    file = kept.get_or_create(sha256=stored.sha256, defaults=found)[0]
    if file.extension != facts.extension:
        raise Unfit(_known_as(file))
    kept.filter(unused_since__isnull=False).update(unused_since=None)
    if not media_storage().exists(file.name):  # deleted as unused in the moment before its record was there
        put(media_storage(), path)
    return file


def _known_as(file: StoredFile) -> str:
    """Why a content is not taken in a second format: what is hidden in it was looked for in the first."""
    entry = Attachment.objects.filter(file=file).first()
    format = file.extension.upper()
    if entry is None:
        told = _("The site has this content already, as %(format)s. It cannot be there in two formats.")
        return str(told % {"format": format})
    told = _("The library has this content already, as %(format)s: “%(title)s”. It cannot be there in two formats.")
    return str(told % {"format": format, "title": entry})


def findings(file: StoredFile) -> list[Finding]:
    """What is hidden in a file, as it was found when it was received."""
    return [Finding(code, detail) for code, detail in file.findings]


def _demand(by: User) -> None:
    if not by.has_perm(WRITE):
        raise Refused([str(_("Your account does not have the right to do this."))])


def _sign(row: Image | Attachment, by: User) -> None:
    row.uploaded_at, row.uploaded_by, row.uploaded_by_in_words = clock.now(), by, by.in_words


def _plain(name: str) -> str:
    """A name as it can be shown and searched."""
    return "".join(c for c in Path(name.replace("\\", "/")).name if c.isprintable())[:200]
