"""The pictures of the demonstration: scenes of our own, drawn by Pillow. No faces, no flags, no text but in charts.

Nothing is taken from anywhere; each scene is the same every time. `scenes` gives them by name, `draw` one as a file.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from io import BytesIO

from PIL import Image

from . import charts, duty, halls, mountains, outdoors, rooms, still, ways, works
from .camera import remembered

_SCENES: tuple[Callable[[], Image.Image], ...] = (
    charts.bars,
    charts.curve,
    charts.routes,
    duty.duty_hall,
    halls.plenary,
    halls.podium,
    mountains.mirror_lake,
    mountains.white_ridge,
    outdoors.braided_river,
    outdoors.camp,
    outdoors.forest,
    rooms.corridor,
    rooms.long_table,
    rooms.window_lake,
    still.ice_core,
    still.papers,
    ways.bridge,
    ways.city,
    ways.railway,
    works.siren,
    works.solar_field,
    works.turbines,
)


def scenes() -> dict[str, Callable[[], Image.Image]]:
    """What draws each scene (RGB, 2000×1333 pixels or near it), by its name."""
    return {scene.__name__: scene for scene in _SCENES}


@cache
def draw(name: str, taken_at: datetime | None = None, place: tuple[float, float] | None = None) -> bytes:
    """A scene as a JPEG file (quality 90) with what a camera would note in it.

    taken_at: when the camera says that it was taken. place: latitude and longitude in degrees, north and east, where
    the camera noted them. Raises KeyError where there is no such scene. Kept for the next who asks in this process.
    """
    file = BytesIO()
    scenes()[name]().save(file, "JPEG", quality=90, exif=remembered(taken_at, place))
    return file.getvalue()
