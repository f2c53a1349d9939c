"""Things in space, seen in perspective: flat faces with light on them, painted from far to near. Lengths are metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import cos, sin, sqrt

from PIL import Image, ImageDraw

from .canvas import Colour, Point, Size, mix, rgb, shape, soften

Place = tuple[float, float, float]  # x to the right, y up, z away

NEAR = 0.15


@dataclass(frozen=True, slots=True)
class Camera:
    """An eye that looks along z, tilted downwards and turned to the right (radians). focal, centre: pixels."""

    eye: Place
    focal: float
    centre: Point
    tilt: float = 0
    turn: float = 0

    def seen(self, place: Place) -> Place:
        """A place as the eye has it: to the right, up, away."""
        x, y, z = (a - b for a, b in zip(place, self.eye, strict=True))
        x, z = x * cos(self.turn) - z * sin(self.turn), x * sin(self.turn) + z * cos(self.turn)
        return x, y * cos(self.tilt) + z * sin(self.tilt), z * cos(self.tilt) - y * sin(self.tilt)

    def point(self, place: Place) -> Point:
        """Where a place is in the picture."""
        return self._flat(self.seen(place))

    def outline(self, places: Sequence[Place]) -> list[Point]:
        """Where a face is in the picture; what lies behind the eye is cut off."""
        seen = [self.seen(place) for place in places]
        kept: list[Place] = []
        for before, after in zip(seen[-1:] + seen[:-1], seen, strict=True):
            if (before[2] < NEAR) != (after[2] < NEAR):
                share = (NEAR - before[2]) / (after[2] - before[2])
                x, y = (a + (b - a) * share for a, b in zip(before[:2], after[:2], strict=True))
                kept.append((x, y, NEAR))
            if after[2] >= NEAR:
                kept.append(after)
        return [self._flat(place) for place in kept]

    def _flat(self, seen: Place) -> Point:
        z = max(seen[2], NEAR)
        return self.centre[0] + self.focal * seen[0] / z, self.centre[1] - self.focal * seen[1] / z


@dataclass
class Stage:
    """Faces under one light. light: the way to it; dark: what a face in shade keeps of its colour (0-1);
    air: the colour of the distance, which is reached after `clear` metres.
    """

    camera: Camera
    light: Place = (-0.4, 0.8, -0.4)
    dark: float = 0.35
    air: str = "000000"
    clear: float = 1e9
    faces: list[tuple[float, list[Point], Colour]] = field(default_factory=list)

    def face(
        self, places: Sequence[Place], colour: str, lit: bool = True, lift: float = 0, of: Place | None = None
    ) -> None:
        """A flat face, seen from both sides. lift: metres by which it is painted later than its distance says;
        of: the place of the thing that it belongs to, by which that is measured.
        """
        outline = self.camera.outline(places)
        if len(outline) < 3:
            return
        tone = rgb(colour)
        middle = tuple(sum(place[i] for place in places) / len(places) for i in range(3))
        away = self._away((middle[0], middle[1], middle[2]))
        if lit:
            tone = mix((0, 0, 0), tone, self._brightness(places))
        tone = mix(tone, rgb(self.air), min(away / self.clear, 1) ** 1.3)
        self.faces.append(((self._away(of) if of else away) - lift, outline, tone))

    def box(self, x: Point, y: Point, z: Point, colour: str, lift: float = 0) -> None:
        """A block between two values along each axis."""
        (x0, x1), (y0, y1), (z0, z1) = x, y, z
        eye = self.camera.eye
        if eye[2] < z0:
            self.face([(x0, y0, z0), (x1, y0, z0), (x1, y1, z0), (x0, y1, z0)], colour, lift=lift)
        if eye[0] < x0:
            self.face([(x0, y0, z0), (x0, y0, z1), (x0, y1, z1), (x0, y1, z0)], colour, lift=lift)
        if eye[0] > x1:
            self.face([(x1, y0, z0), (x1, y1, z0), (x1, y1, z1), (x1, y0, z1)], colour, lift=lift)
        if eye[1] > y1:
            self.face([(x0, y1, z0), (x1, y1, z0), (x1, y1, z1), (x0, y1, z1)], colour, lift=lift)

    def column(self, outline: Sequence[Point], y: Point, colour: str, lift: float = 0) -> None:
        """A block on an outline of (x, z)."""
        turned = [*outline[1:], outline[0]]
        for (x0, z0), (x1, z1) in zip(outline, turned, strict=True):
            self.face([(x0, y[0], z0), (x1, y[0], z1), (x1, y[1], z1), (x0, y[1], z0)], colour, lift=lift)
        self.face([(x, y[1], z) for x, z in outline], colour, lift=lift + 0.05)

    def draw(self, image: Image.Image) -> Image.Image:
        """The picture with all faces on it, the farthest first."""
        large = image.resize((image.width * 2, image.height * 2), Image.Resampling.BILINEAR)
        pencil = ImageDraw.Draw(large)
        for _away, outline, colour in sorted(self.faces, key=lambda face: -face[0]):
            pencil.polygon([(x * 2, y * 2) for x, y in outline], fill=colour)
        self.faces.clear()
        return large.reduce(2)

    def shadow(self, size: Size, floors: Sequence[Sequence[Place]], blur: float) -> Image.Image:
        """The mask (L) of shadows that lie on flat places."""
        outlines = [self.camera.outline(places) for places in floors]

        def draw(pencil: ImageDraw.ImageDraw, n: int) -> None:
            for outline in outlines:
                if len(outline) > 2:
                    pencil.polygon([(x * n, y * n) for x, y in outline], fill=255)

        return soften(shape(size, draw), blur)

    def _away(self, place: Place) -> float:
        return sqrt(sum((a - b) ** 2 for a, b in zip(place, self.camera.eye, strict=True)))

    def _brightness(self, places: Sequence[Place]) -> float:
        a, b, c = places[0], places[1], places[2]
        u = [b[i] - a[i] for i in range(3)]
        v = [c[i] - a[i] for i in range(3)]
        normal = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
        if sum(normal[i] * (self.camera.eye[i] - a[i]) for i in range(3)) < 0:
            normal = [-part for part in normal]
        lengths = sqrt(sum(part * part for part in normal) * sum(part * part for part in self.light)) or 1
        facing = sum(part * way for part, way in zip(normal, self.light, strict=True)) / lengths
        return self.dark + (1 - self.dark) * max(facing, 0)


def floor(x: Point, z: Point, y: float = 0) -> list[Place]:
    """A flat rectangle on a level."""
    return [(x[0], y, z[0]), (x[1], y, z[0]), (x[1], y, z[1]), (x[0], y, z[1])]


def stretched(texture: Image.Image, size: Size, corners: Sequence[Point]) -> Image.Image:
    """A texture in perspective, its four corners (from the upper left, clockwise) where they are seen."""
    wide, high = texture.size
    rows = []
    for (x, y), (u, v) in zip(corners, [(0, 0), (wide, 0), (wide, high), (0, high)], strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    return texture.transform(size, Image.Transform.PERSPECTIVE, _solved(rows), Image.Resampling.BILINEAR)


def _solved(rows: list[list[float]]) -> list[float]:
    """The solution of linear equations (Gauss and Jordan)."""
    count = len(rows)
    for i in range(count):
        pivot = max(range(i, count), key=lambda j: abs(rows[j][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for j in range(count):
            if j != i:
                rows[j] = [a - rows[j][i] * b for a, b in zip(rows[j], rows[i], strict=True)]
    return [row[-1] for row in rows]
