"""Scenes of public rooms: a plenary hall, a lectern, the hall of those on duty."""

from __future__ import annotations

from math import cos, pi, sin
from random import Random

from PIL import Image

from .canvas import (
    LANDSCAPE,
    Point,
    both,
    field,
    fill,
    finish,
    glow,
    gradient,
    mix,
    noise,
    paint,
    polygon,
    ramp,
    rgb,
    seeded,
    shade_of,
    soften,
    stroke,
)
from .space import Camera, Place, Stage, floor


def plenary() -> Image.Image:
    """An empty hall seen from its gallery: rows of desks in arcs round a podium."""
    rng, size = seeded("plenary"), LANDSCAPE
    camera = Camera((0, 11.5, -15.5), 1500, (1000, 610), tilt=0.58)
    stage = Stage(camera, light=(-0.25, 0.9, -0.2), dark=0.42, air="0c1214", clear=75)
    image = gradient(size, [(0, "1d2a2c"), (0.35, "2f4341"), (1, "1b2827")])
    carpet = field(noise(rng, size, 14, 3), 26, 128)
    image = shade_of(image, carpet, 0.5)
    glow(image, camera.point((0, 0, 3.2)), (900, 420), "e8d9b0", 0.6)
    _panels(stage, rng)
    rims = []
    for row in range(8):
        radius, level = 5.2 + row * 1.75, 0.0 + row * 0.34
        for step in range(-40, 41):
            if abs(step) in (13, 14) or step == 0 and row > 2:
                continue
            angle = step / 40 * pi * 0.56
            _desk(stage, rng, radius, level, angle, pi * 0.56 / 40)
        rims.append(_arc(radius - 0.9, level, pi * 0.58) + _arc(radius + 0.9, level, pi * 0.58)[::-1])
    paint(image, stage.shadow(size, rims, 26), "0a1110", 0.5)
    stage.column([(-1.9, 3.4), (1.9, 3.4), (1.5, 4.6), (-1.5, 4.6)], (0, 0.35), "6d563d")
    stage.box((-1.3, 1.3), (0.35, 1.15), (3.7, 4.2), "8a6a47", lift=0.5)
    stage.box((-0.35, 0.35), (0, 1.2), (1.6, 2.0), "a57f55", lift=0.3)
    image = stage.draw(image)
    glow(image, camera.point((0, 0.5, 3)), (620, 300), "fff0c8", 0.42)
    for x in (-9, -3, 3, 9):
        glow(image, camera.point((x, 0.4, 9.9)), (330, 260), "ffd9a0", 0.42)
    return finish(image, rng, 5, 0.5)


def _panels(stage: Stage, rng: Random) -> None:
    """The wall behind the podium, in upright boards."""
    stage.face([(-24, -0.5, 10.2), (24, -0.5, 10.2), (24, 9, 10.2), (-24, 9, 10.2)], "4a3b2a", lift=-30)
    for step in range(-60, 60):
        x, depth = step * 0.36, rng.choice((0.06, 0.12, 0.2))
        stage.box((x, x + 0.27), (0, 9), (10.15 - depth, 10.15), mixed(rng, "a07a50", "8a6742"), lift=1)


def mixed(rng: Random, one: str, other: str) -> str:
    """A colour somewhere between two."""
    return "{:02x}{:02x}{:02x}".format(*mix(rgb(one), rgb(other), rng.random()))


def _around(radius: float, level: float, angle: float) -> Place:
    return radius * sin(angle), level, 3.2 - radius * cos(angle)


def _arc(radius: float, level: float, half: float) -> list[Place]:
    return [_around(radius, level, step / 24 * half) for step in range(-24, 25)]


def _desk(stage: Stage, rng: Random, radius: float, level: float, angle: float, wide: float) -> None:
    """A piece of a row of desks with the chair behind it."""
    a, b = angle - wide / 2, angle + wide / 2
    near, far = radius + 0.28, radius - 0.28

    def edge(r: float, y: float) -> tuple[Place, Place]:
        return _around(r, level + y, a), _around(r, level + y, b)

    top = 0.78
    stage.face([*edge(far, top), *reversed(edge(near, top))], "b58a5a" if rng.random() < 0.7 else "ad8355", lift=0.3)
    stage.face([*edge(near, top), *reversed(edge(near, top - 0.1))], "7b5b3a", lift=0.25)
    if rng.random() < 0.8:
        a, b = angle - wide * 0.3, angle + wide * 0.3
        seat = radius + 0.75
        stage.face([*edge(seat - 0.2, 0.46), *reversed(edge(seat + 0.2, 0.46))], "2c4f4b", lift=-1)
        stage.face([*edge(seat + 0.22, 0.45), *reversed(edge(seat + 0.26, 1.0))], "528a83", lift=0.12)
    if rng.random() < 0.5:
        a, b = angle - wide * 0.16, angle + wide * 0.16
        stage.face([*edge(far + 0.12, top + 0.01), *reversed(edge(far + 0.36, top + 0.01))], "f1ece0", lift=0.4)


def podium() -> Image.Image:
    """A lectern with two microphones in a cone of light before a curtain."""
    rng, size = seeded("podium"), LANDSCAPE
    folds = field(noise(rng, (size[0], 4), 90, 4, stretch=(0.8, 50), gain=0.6), 70, 118).resize(
        size, Image.Resampling.BICUBIC
    )
    image = shade_of(gradient(size, [(0, "14343d"), (0.6, "1c4a52"), (0.8, "133740"), (1, "0c2229")]), folds)
    camera = Camera((0.55, 1.5, -4.0), 2050, (1120, 480), tilt=0.05)
    stage = Stage(camera, light=(-0.55, 0.7, -0.55), dark=0.25)
    ground = polygon(size, camera.outline(floor((-9, 9), (-2, 1.6))))
    paint(image, ground, gradient(size, [(0.7, "2a1d15"), (1, "5a4230")]))
    boards = field(noise(rng, size, 60, 4, stretch=(8, 0.4)), 30, 128)
    image = Image.composite(shade_of(image, boards), image, ground)
    cone = polygon(size, [(520, -60), (700, -60), (1420, 1240), (620, 1240)])
    paint(image, both(soften(cone, 70), ramp(size, [(0, 190), (0.6, 110), (1, 60)])), "f7e3b4", 0.42)
    glow(image, camera.point((0, 0, 0.2)), (620, 170), "ffe9bd", 0.6)
    paint(
        image,
        stage.shadow(size, [[(-0.3, 0, -0.2), (0.45, 0, -0.3), (1.9, 0, 0.7), (1.1, 0, 0.9)]], 18),
        "0b0705",
        0.75,
    )
    stage.box((-0.42, 0.42), (0, 0.08), (-0.32, 0.32), "5d3f28")
    stage.box((-0.3, 0.3), (0.08, 1.02), (-0.2, 0.2), "8a5f3b")
    stage.box((-0.22, 0.22), (0.2, 0.9), (-0.215, -0.2), "9c6e46", lift=0.1)
    top = [(-0.42, 1.02, -0.36), (0.42, 1.02, -0.36), (0.42, 1.2, 0.3), (-0.42, 1.2, 0.3)]
    stage.face([(-0.42, 0.98, -0.36), (0.42, 0.98, -0.36), *reversed(top[:2])], "6e4a2d", lift=0.4)
    stage.face([(-0.42, 0.98, -0.36), (-0.42, 1.16, 0.3), top[3], top[0]], "5f3f27", lift=0.4)
    stage.face([(0.42, 0.98, -0.36), (0.42, 1.16, 0.3), top[2], top[1]], "5f3f27", lift=0.4)
    stage.face(top, "a87a50", lift=0.45)
    for step in range(14):  # the grain of the wood
        x = -0.29 + step * 0.043 + rng.uniform(-0.01, 0.01)
        stage.face(
            [
                (x, 0.1, -0.216),
                (x + rng.uniform(0.004, 0.02), 0.1, -0.216),
                (x + 0.01, 0.98, -0.216),
                (x, 0.98, -0.216),
            ],
            "7c5434",
            lift=0.2,
        )
    stage.face(
        [(-0.17, 1.065, -0.2), (0.14, 1.06, -0.22), (0.16, 1.165, 0.15), (-0.15, 1.17, 0.17)],
        "fffaf0",
        lit=False,
        lift=0.6,
    )
    image = stage.draw(image)
    for side in (-1, 1):
        _gooseneck(image, camera, side)
    glow(image, (610, -120), (760, 620), "fff3d0", 0.55)
    return finish(image, rng, 6, 0.55)


def _gooseneck(image: Image.Image, camera: Camera, side: int) -> None:
    """A microphone on a bent stalk."""
    curve: list[Point] = []
    for step in range(25):
        share = step / 24
        curve.append(
            camera.point(
                (side * (0.34 - 0.17 * share**2.2), 1.18 + 0.46 * share - 0.1 * share**3, 0.26 - 0.42 * share**2)
            )
        )
    fill(image, stroke(curve, 6), "0f1214")
    fill(image, stroke([(x - 2, y) for x, y in curve], 1.4), "8e9496", 0.6)
    (x0, y0), (x1, y1) = curve[-2], curve[-1]
    head = [(x1 + (x1 - x0) * step / 2, y1 + (y1 - y0) * step / 2) for step in range(10)]
    swelling = [6, 14, 18, 20, 21, 21, 20, 17, 12, 4]
    fill(image, stroke(head, swelling), "14181a")
    fill(image, stroke([(x - 6, y - 4) for x, y in head], [half / 6 for half in swelling]), "8b9395", 0.7)
