"""Scenes of what people build in the mountains: wind and sun, a siren."""

from __future__ import annotations

from functools import partial
from math import cos, pi, sin
from random import Random

from PIL import Image, ImageDraw

from .canvas import (
    LANDSCAPE,
    PORTRAIT,
    Point,
    below,
    both,
    crest,
    field,
    fill,
    finish,
    glow,
    gradient,
    noise,
    paint,
    ramp,
    seeded,
    shade_of,
    shape,
)
from .mountains import haze, mountain, peaks
from .space import Camera, Stage, floor


def turbines() -> Image.Image:
    """Wind turbines on hills above the mist at sunrise."""
    rng, size = seeded("turbines"), LANDSCAPE
    image = gradient(size, [(0, "47617f"), (0.25, "8ea0b0"), (0.45, "e8c3a0"), (0.56, "f7d9a8"), (0.8, "c98f72")])
    clouds = noise(rng, size, 600, 5, stretch=(3, 0.3))
    paint(image, both(field(clouds, 150, 60), ramp(size, [(0, 80), (0.35, 255), (0.55, 0)])), "fbe0c0", 0.6)
    glow(image, (620, 700), (1000, 560), "fff0c0", 0.95)
    hills = (
        (735, "c9a596", 60, [(0.1, 0.18), (0.22, 0.17), (0.33, 0.18), (0.72, 0.2), (0.81, 0.19), (0.94, 0.2)]),
        (830, "94807f", 90, [(0.57, 0.36), (0.9, 0.33)]),
        (960, "5c5a65", 120, [(0.79, 0.66), (0.2, 0.5)]),
        (1140, "2d3341", 130, [(0.43, 1.12)]),
    )
    for y, tone, lift, mills in hills:
        controls = [
            (0, y - rng.uniform(0, lift)),
            (0.28, y + lift * 0.4),
            (0.55, y - lift * 0.5),
            (0.8, y - lift * 0.2),
            (1, y + lift * 0.3),
        ]
        line = crest(rng, peaks(size[0], controls), 0.06, 8)
        for share, scale in mills:
            foot = line[round(share * (len(line) - 1))]
            turn = rng.uniform(0, 2 * pi / 3)
            top, bottom = ("f4ece4", 0.7) if scale < 0.4 else ("f7f0e8", 0.85)
            mask = shape(size, partial(_turbine, foot=foot, tall=560 * scale, turn=turn))
            paint(image, mask, gradient(size, [(0.02, top), (bottom, tone)]))
        mask = below(size, line)
        paint(image, mask, tone)
        haze(image, mask, "f3cfa6", (y - lift) / size[1], (y + 200) / size[1], 0.7)
    return finish(image, rng, 4, 0.25)


def _turbine(pencil: ImageDraw.ImageDraw, n: int, foot: Point, tall: float, turn: float) -> None:
    x, y = foot
    hub = (x, y - tall)

    def cut(outline: list[Point]) -> None:
        pencil.polygon([(a * n, b * n) for a, b in outline], fill=255)

    cut(
        [(x - tall * 0.018, y + 12), (x - tall * 0.008, hub[1]), (x + tall * 0.008, hub[1]), (x + tall * 0.018, y + 12)]
    )
    for blade in range(3):
        angle = turn + blade * 2 * pi / 3
        along, aside = (cos(angle), sin(angle)), (-sin(angle), cos(angle))
        profile = [
            (0.02, 0.01),
            (0.1, 0.026),
            (0.2, 0.022),
            (0.45, 0.014),
            (0.68, 0.003),
            (0.68, -0.002),
            (0.3, -0.006),
            (0.02, -0.01),
        ]
        cut(
            [
                (hub[0] + tall * (r * along[0] + w * aside[0]), hub[1] + tall * (r * along[1] + w * aside[1]))
                for r, w in profile
            ]
        )
    reach = tall * 0.024 * n
    pencil.ellipse([hub[0] * n - reach, hub[1] * n - reach, hub[0] * n + reach, hub[1] * n + reach], fill=255)


def solar_field() -> Image.Image:
    """Rows of solar panels in a valley, the mountains behind them."""
    rng, size = seeded("solar"), LANDSCAPE
    image = gradient(size, [(0, "3d74a6"), (0.28, "a6c8da"), (0.42, "e9ece0")])
    clouds = noise(rng, size, 420, 6, stretch=(2, 0.55))
    paint(image, both(field(clouds, 190, 20), ramp(size, [(0, 200), (0.3, 255), (0.42, 60)])), "ffffff", 0.85)
    line = crest(
        rng,
        peaks(
            size[0],
            [
                (0, 430),
                (0.14, 330),
                (0.24, 400),
                (0.4, 300),
                (0.52, 410),
                (0.67, 345),
                (0.8, 420),
                (0.93, 350),
                (1, 400),
            ],
        ),
        0.15,
    )
    mask = mountain(image, rng, line, ("fbf3e6", "7793ac"), ("8f8a86", "4d596a"), 260, sun=1, bare=0.5)
    haze(image, mask, "dfe5dc", 0.29, 0.43, 0.8)
    land = gradient(size, [(0.4, "b7ad82"), (0.5, "9c9668"), (1, "5e6a44")])
    land = shade_of(land, field(noise(rng, size, 26, 4, stretch=(3, 0.6)), 40, 128))
    paint(image, below(size, crest(rng, [(0, 560), (700, 548), (1400, 556), (2000, 548)], 0.01)), land)
    camera = Camera((0, 4.6, -6), 1500, (1080, 500), tilt=0.035, turn=-0.16)
    stage = Stage(camera, light=(0.3, 0.8, -0.5), dark=0.4, air="d9dcc9", clear=300)
    rows = [(x, z) for z in range(0, 150, 7) for x in range(-96, 100, 12)]
    shadows = [floor((x - 5.6, x + 5.6), (z - 0.4, z + 3.0)) for x, z in rows if -70 < x < 80]
    paint(image, stage.shadow(size, shadows, 3), "2c3322", 0.6)
    for x, z in rows:
        _panel(stage, x, z)
    image = stage.draw(image)
    glow(image, (1750, 120), (900, 700), "fff3d2", 0.5)
    return finish(image, rng, 4, 0.28)


def _panel(stage: Stage, x: float, z: float) -> None:
    """A table of solar panels, tilted towards the viewer, with its cells."""
    low, high, deep = 0.8, 2.7, 2.6
    here = (x, 1.5, z)

    def sheet(left: float, right: float, a: float, b: float, tone: str, lift: float) -> None:
        near, far = (low + a * (high - low), z + a * deep), (low + b * (high - low), z + b * deep)
        stage.face([(left, *near), (right, *near), (right, *far), (left, *far)], tone, lit=False, lift=lift, of=here)

    for leg in (x - 4, x + 4):
        stage.face(
            [(leg, 0, z + 1.3), (leg + 0.15, 0, z + 1.3), (leg + 0.15, 1.6, z + 1.3), (leg, 1.6, z + 1.3)],
            "7f8384",
            of=here,
        )
    sheet(x - 5.6, x + 5.6, 0, 1, "d3dbe0", 0.1)
    columns = 8 if z < 80 else 1
    for column in range(columns):
        left, right = x - 5.53 + column * 11.08 / columns, x - 5.53 + (column + 1) * 11.08 / columns - 0.06
        for row in range(3):
            tone = ("24406b", "2f5083", "3d6598")[row]
            sheet(left, right, row / 3 + 0.012, (row + 1) / 3 - 0.012, tone, 0.2)


def siren() -> Image.Image:
    """A warning siren with its solar panel above a valley at dusk."""
    rng, size = seeded("siren"), PORTRAIT
    image = gradient(size, [(0, "1f2f4f"), (0.3, "51678a"), (0.52, "c99c8f"), (0.64, "f3c89b")])
    clouds = noise(rng, size, 420, 6, stretch=(2.2, 0.5))
    paint(image, both(field(clouds, 170, 30), ramp(size, [(0, 150), (0.45, 255), (0.65, 0)])), "efb398", 0.6)
    glow(image, (250, 1270), (900, 420), "ffd9a0", 0.8)
    line = crest(
        rng,
        peaks(size[0], [(0, 1230), (0.2, 1110), (0.34, 1180), (0.5, 1060), (0.62, 1150), (0.8, 1090), (1, 1180)]),
        0.15,
    )
    mask = mountain(image, rng, line, ("f1c3ae", "60739a"), ("8e7582", "3f4c6e"), 340, bare=0.4)
    haze(image, mask, "dfae9a", 0.56, 0.72, 0.85)
    for y, tone, lift in ((1400, "7d7385", 90), (1530, "51526c", 90), (1700, "2b3148", 60)):
        ridge = crest(rng, peaks(size[0], [(0, y - lift), (0.35, y + 40), (0.65, y + 10), (1, y - lift)]), 0.1)
        mask = below(size, ridge)
        paint(image, mask, tone)
        haze(image, mask, "d9a894", (y - lift) / size[1], (y + 170) / size[1], 0.45)
    _lights(image, rng)
    ground = crest(rng, [(0, 1850), (500, 1800), (900, 1790), (1333, 1870)], 0.06)
    paint(image, below(size, ground), "121827")
    _mast(image)
    return finish(image, rng, 5, 0.35)


def _lights(image: Image.Image, rng: Random) -> None:
    """The windows of a village in the valley."""
    for _house in range(46):
        x, y = rng.gauss(420, 150), rng.gauss(1610, 22)
        glow(image, (x, y), rng.uniform(7, 20), "ffcf86", rng.uniform(0.5, 1))


def _mast(image: Image.Image) -> None:
    x = 820.0
    dark = gradient(image.size, [(0.1, "27304a"), (0.6, "1b2236"), (0.9, "0e1320")])

    def draw(pencil: ImageDraw.ImageDraw, n: int) -> None:
        def cut(outline: list[Point]) -> None:
            pencil.polygon([(a * n, b * n) for a, b in outline], fill=255)

        cut([(x - 17, 1840), (x - 11, 380), (x + 11, 380), (x + 17, 1840)])
        for y, half in ((420, 210), (560, 190)):
            cut([(x - half, y - 9), (x + half, y - 9), (x + half, y + 9), (x - half, y + 9)])
            for side in (-1, 1):
                for reach in (0.42, 1.0):
                    cut(_horn((x + side * half * reach, y), side, 62))
        cut([(x - 3, 380), (x - 3, 215), (x + 3, 215), (x + 3, 380)])
        cut([(x - 150, 1010), (x + 40, 950), (x + 62, 1090), (x - 128, 1150)])
        cut([(x - 46, 1230), (x + 46, 1230), (x + 46, 1390), (x - 46, 1390)])
        for step in range(24):
            y = 1420 + step * 17
            cut([(x - 30, y), (x + 30, y), (x + 30, y + 4), (x - 30, y + 4)])

    paint(image, shape(image.size, draw), dark)
    cells = [
        [
            (x - 139 + c * 46, 1017 - c * 14.5 + r * 66),
            (x - 98 + c * 46, 1004 - c * 14.5 + r * 66),
            (x - 89 + c * 46, 1062 - c * 14.5 + r * 66),
            (x - 130 + c * 46, 1075 - c * 14.5 + r * 66),
        ]
        for c in range(4)
        for r in range(2)
    ]
    for cell in cells:
        fill(image, cell, "4a638f", 0.9)
    for upper, lower in ((380, 955), (1140, 1230), (1390, 1840)):
        fill(image, [(x - 14, lower), (x - 10, upper), (x - 7, upper), (x - 10, lower)], "d7a08c", 0.55)
    glow(image, (x, 212), 46, "ff5a3c", 1)
    glow(image, (x, 212), 12, "ffd0b0", 1)


def _horn(at: Point, side: int, reach: float) -> list[Point]:
    """The outline of a loudspeaker's horn."""
    x, y = at
    upper = [(-0.5, -10), (0.1, -16), (0.75, -46), (0.82, -46)]
    half = [(x + side * reach * share, y + aside) for share, aside in upper]
    return half + [(px, 2 * y - py) for px, py in reversed(half)]
