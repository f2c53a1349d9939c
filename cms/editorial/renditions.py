"""Renditions: made after the upload by a worker, or at once where none is set up, never while a reader waits."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from django_tasks import task

from ..media import pictures, renditions
from ..media.refused import Refused
from ..media.storage import Stored, put
from ..models import Image, Picture, Rendition, StoredFile, media_storage

Drawn = tuple[pictures.Made, Stored]
logger = logging.getLogger(__name__)


def wanted(file: StoredFile) -> list[renditions.Spec]:
    """What should exist of a picture: cut round each focal point that the library or an edition names."""
    if file.width is None or file.height is None:
        return []
    points = {(50, 50)}
    for model in (Image, Picture):
        points |= set(model._default_manager.filter(file=file).values_list("focal_x", "focal_y"))
    specs = {s.name: s for point in sorted(points) for s in renditions.wanted(file.width, file.height, point)}
    return list(specs.values())


def missing(file: StoredFile, *, looking: bool = False) -> list[renditions.Spec]:
    """What should exist of a picture and does not.

    looking: whether the storage is asked for each, because it may have lost what was made. Raises OSError then.
    """
    made = {row.spec for row in file.renditions.all() if not looking or _is_there(row)}
    return [spec for spec in wanted(file) if spec.name not in made]


def _is_there(row: Rendition) -> bool:
    try:
        return media_storage().size(row.name) == row.size
    except FileNotFoundError:
        return False


def make_missing(file: StoredFile, *, again: bool = False, looking: bool = False) -> int:
    """Make what is missing of a picture, or all of it again; how many were made. looking: as for `missing`.

    Raises Refused where the picture cannot be read, OSError where the storage fails.
    """
    specs = wanted(file) if again else missing(file, looking=looking)
    record(file, draw(file, specs))
    return len(specs)


def draw(file: StoredFile, specs: list[renditions.Spec]) -> list[Drawn]:
    """Draw renditions of a picture and store them. Asks nothing of the database. Raises as `make_missing` does."""
    if not specs:
        return []
    with tempfile.TemporaryDirectory() as folder:
        original = Path(folder) / "original"
        file.copy_to(original)
        return [(made, put(media_storage(), made.path)) for made in pictures.make(original, specs, Path(folder))]


def record(file: StoredFile, drawn: list[Drawn]) -> None:
    """Note what was drawn and stored, so that it can be found."""
    for made, stored in drawn:
        columns = {"width": made.width, "height": made.height, "media_type": made.spec.media_type}
        columns |= {"size": stored.size, "sha256": stored.sha256}
        Rendition.objects.update_or_create(file=file, spec=made.spec.name, defaults=columns)


@task()
def make_renditions(file_id: int) -> int:
    """Make what is missing of a picture. May run twice, or again after it was killed: nothing is made a second time."""
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None:
        return 0
    try:
        return make_missing(file)
    except Refused as refused:
        logger.error("No renditions of file %s: %s", file.key, refused.reason)
        return 0
