"""Taking stock of stored files: which are lost, which nobody uses, and how one goes without taking another along."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from ..media import storage
from ..models import AttachedFile, Attachment, Image, Picture, Rendition, StoredFile, media_storage

UPLOADS_TAKE = timedelta(days=1)  # a file this young may be one whose record is just being written


@dataclass(frozen=True)
class Content:
    """Bytes that a record promises. of: what they are, in words."""

    name: str
    sha256: str
    size: int
    of: str


@dataclass(frozen=True)
class Problem:
    """what: "missing" or "altered"."""

    what: str
    name: str
    of: str


def contents() -> Iterator[Content]:
    """Everything that should lie in the storage."""
    for file in StoredFile.objects.order_by("pk").iterator():
        yield Content(file.name, file.sha256, file.size, f"{file.media_type} {file.key}")
    for row in Rendition.objects.select_related("file").order_by("pk").iterator():
        yield Content(row.name, row.sha256, row.size, f"rendition {row.spec} of {row.file.key}")


def count_contents() -> int:
    return StoredFile.objects.count() + Rendition.objects.count()


def problems(found: Iterable[Content], *, quick: bool = False) -> Iterator[Problem]:
    """What is missing or is not what it was. quick: by size alone, without reading every byte."""
    where = media_storage()
    for content in found:
        try:
            altered = where.size(content.name) != content.size
            state = "altered" if altered else "ok" if quick else storage.check(where, content.name, content.sha256)
        except FileNotFoundError:
            state = "missing"
        if state != "ok":
            yield Problem(state, content.name, content.of)


def note_unused(at: datetime) -> None:
    """Note which files neither an edition in any state nor the library knows at an instant, and which are used again.

    A use can end in many ways: it is replaced, taken out of a draft, forgotten. So its end is not written down when it
    comes; a file counts as unused from the first time that it was found so, which is never too early.
    """
    nobodys = StoredFile.objects.unused()
    nobodys.filter(unused_since__isnull=True).update(unused_since=at)
    StoredFile.objects.filter(unused_since__isnull=False).exclude(pk__in=nobodys.values("pk")).update(unused_since=None)


def unused(before: datetime) -> Iterator[StoredFile]:
    """Files that nothing uses, and that were noted as such at an instant or before. See `note_unused`."""
    yield from StoredFile.objects.unused().filter(unused_since__lte=before).order_by("pk")


def strays(before: datetime) -> Iterator[str]:
    """Names of files older than an instant that no record knows, and what interrupted uploads left behind."""
    for name, _size, modified in storage.names(media_storage()):
        if modified < before and not _is_known(name):
            yield name
    yield from storage.leftovers(media_storage())


def _is_known(name: str) -> bool:
    sha256 = name.rpartition("/")[2]
    return StoredFile.objects.filter(sha256=sha256).exists() or Rendition.objects.filter(sha256=sha256).exists()


def shelved(before: datetime) -> Iterator[str]:
    """What lies in the library since before an instant and no edition uses. Only people put it away."""
    shown = Picture.objects.filter(image=OuterRef("pk"))
    attached = AttachedFile.objects.filter(attachment=OuterRef("pk"))
    for image in Image.objects.filter(~Exists(shown), uploaded_at__lt=before).order_by("pk"):
        yield f"picture {image.pk}: {image}"
    for attachment in Attachment.objects.filter(~Exists(attached), uploaded_at__lt=before).order_by("pk"):
        yield f"document {attachment.pk}: {attachment}"


def delete_unused(file: StoredFile) -> int:
    """Delete a file and its renditions where nothing uses it at this moment; how many contents went.

    The database holds whatever an edition or the library uses: its foreign keys refuse.
    """
    with transaction.atomic():
        held = StoredFile.objects.select_for_update().unused().filter(pk=file.pk).first()
        if held is None:
            return 0
        names = [held.name, *(row.name for row in held.renditions.all())]
        held.delete()
    return sum(map(delete_stray, names))


def delete_stray(name: str) -> int:
    """Delete bytes that no record knows; 1 if they went. An upload of the same content at the same moment wins."""
    where = media_storage()
    if _is_known(name):
        return 0
    if not where.exists(name):
        return 0
    with tempfile.TemporaryFile() as kept:
        with where.open(name) as source:
            shutil.copyfileobj(source, kept)
        where.delete(name)
        if not _is_known(name):
            return 1
        kept.seek(0)
        storage.put(where, kept)
    return 0
