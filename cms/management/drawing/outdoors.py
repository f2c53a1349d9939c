"""Scenes of field work: a camp, a river, a forest."""

from __future__ import annotations

from functools import partial
from math import cos, pi, sin
from random import Random

from PIL import Image, ImageChops, ImageDraw

from .canvas import (
    LANDSCAPE,
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
    polygon,
    ramp,
    relief,
    seeded,
    shade_of,
    shape,
    soften,
    stroke,
)
from .mountains import haze, mountain, peaks


def camp() -> Image.Image:
    """Tents lit from within below a glacier, under stars."""
    rng, size = seeded("camp"), LANDSCAPE
    image = gradient(size, [(0, "070d20"), (0.35, "13254a"), (0.6, "35527c"), (0.75, "6f86a0")])
    _stars(image, rng)
    line = crest(
        rng,
        peaks(
            size[0],
            [
                (0, 560),
                (0.1, 640),
                (0.25, 470),
                (0.33, 520),
                (0.45, 380),
                (0.53, 500),
                (0.63, 600),
                (0.74, 520),
                (0.86, 420),
                (0.93, 480),
                (1, 430),
            ],
        ),
        0.15,
    )
    mask = mountain(image, rng, line, ("8ea6c9", "1f3358"), ("46577a", "131f3a"), 480, sun=1, bare=0.5)
    haze(image, mask, "3f5a82", 0.5, 0.8, 0.75)
    for y, tone, lift in ((860, "1b2a48", 60), (960, "131d35", 50), (1080, "0c1325", 40)):
        ridge = crest(rng, peaks(size[0], [(0, y - lift), (0.3, y + 15), (0.6, y - 10), (1, y - lift * 0.6)]), 0.06)
        paint(image, below(size, ridge), tone)
    ground = below(size, [(0, 1040), (2000, 1040)])
    stones = relief(noise(rng, size, 60, 6, stretch=(1.8, 0.6)), (3, -3), 110)
    image = Image.composite(shade_of(image, stones, 0.6), image, ground)
    for x, y, wide, tone in (
        (330, 1010, 150, "d96f34"),
        (560, 1045, 190, "e8a13c"),
        (1510, 1020, 165, "d3a24a"),
        (1760, 1000, 120, "cf6a3a"),
        (980, 1100, 300, "e2873a"),
    ):
        _tent(image, (x, y), wide, tone)
    return finish(image, rng, 6, 0.35)


def _stars(image: Image.Image, rng: Random) -> None:
    """Stars, more of them along the Milky Way."""
    wide, high = image.size
    band = field(noise(rng, image.size, 300, 6), 110, 120)
    way = soften(polygon(image.size, [(1050, -60), (1480, -60), (900, 700), (520, 700)]), 90)
    paint(image, both(way, band), "9fb2d8", 0.42)
    dots = []
    for _star in range(1500):
        y = rng.random() ** 1.3 * high * 0.62
        x = rng.random() * wide if rng.random() < 0.6 else 1270 - y * 0.76 + rng.gauss(0, 130)
        dots.append((x, y, rng.choice((0.6, 0.7, 0.8, 1.0, 1.3, 1.9)) * rng.uniform(0.7, 1), rng.randint(90, 255)))

    def draw(pencil: ImageDraw.ImageDraw, n: int) -> None:
        for x, y, radius, bright in dots:
            pencil.ellipse([(x - radius) * n, (y - radius) * n, (x + radius) * n, (y + radius) * n], fill=bright)

    mask = both(shape(image.size, draw), ramp(image.size, [(0, 255), (0.45, 200), (0.62, 0)]))
    paint(image, mask, "f4f1e6")


def _tent(image: Image.Image, foot: Point, wide: float, tone: str) -> None:
    """A dome tent with a lamp in it."""
    x, y = foot
    tall = wide * 0.62
    arch = [sin(step / 40 * pi) ** 0.72 for step in range(41)]
    dome = [(x + wide / 2 * (step / 20 - 1), y - tall * high) for step, high in enumerate(arch)]
    glow(image, (x, y - tall * 0.3), (wide * 1.5, wide * 0.9), tone, 0.5)
    glow(image, (x, y + tall * 0.1), (wide * 1.3, wide * 0.28), "ffc272", 0.6)
    high = image.height
    lit = [((y - tall) / high, tone), ((y - tall * 0.25) / high, "ffe2a0"), (y / high, tone)]
    fill(image, dome, gradient(image.size, lit))
    for reach in (-0.2, 0.2):
        seam = [(x + wide * reach * cos(step / 40 * pi), y - tall * 0.99 * sin(step / 40 * pi)) for step in range(21)]
        fill(image, stroke(seam, wide * 0.006), "8a3f1c", 0.8)
    door = [(x - wide * 0.12, y), (x - wide * 0.02, y - tall * 0.66), (x + wide * 0.02, y - tall * 0.66)]
    fill(image, [*door, (x + wide * 0.14, y)], "fff3cf", 0.55)
    ground = [(x - wide * 0.5, y), (x + wide * 0.5, y), (x + wide * 0.42, y + 5), (x - wide * 0.44, y + 5)]
    fill(image, ground, "0a0f1c", 0.8)


def braided_river() -> Image.Image:
    """The strands of a glacier river on its gravel, seen from above."""
    rng, size = seeded("river"), LANDSCAPE
    stony = noise(rng, size, 360, 8, gain=0.6)
    image = shade_of(gradient(size, [(0, "b6ac9c"), (0.5, "a89f92"), (1, "8f897f")]), field(stony, 40, 128))
    image = shade_of(image, relief(stony, (2, -2), 160), 0.6)
    grass = field(noise(rng, size, 420, 6), 420, -40)
    banks = ImageChops.lighter(ramp(size, [(0, 255), (0.16, 0), (1, 0)]), ramp(size, [(0, 0), (0.86, 0), (1, 255)]))
    paint(
        image,
        both(ImageChops.lighter(banks, grass.point(lambda value: value // 3)), field(stony, 300, 140)),
        "6d7350",
        0.85,
    )
    channels = [_strand(rng, size) for _n in range(23)]

    def draw(pencil: ImageDraw.ImageDraw, n: int) -> None:
        for line, halves in channels:
            pencil.polygon([(x * n, y * n) for x, y in stroke(line, halves)], fill=255)

    flow = shape(size, draw)
    # Blurred, disturbed and cut again: strands run together as water does, and bars of gravel stay between them.
    bars = noise(rng, size, 70, 4, stretch=(2, 0.8))
    spread = ImageChops.add(soften(flow, 8), field(bars, 85, 128), 1, -128)
    water = spread.point(lambda value: max(0, min(255, (value - 92) * 9)))
    paint(image, soften(ImageChops.lighter(water, flow), 16), "756f66", 0.6)
    depth = soften(water, 11)
    paint(image, ImageChops.subtract(soften(water, 2), water), "4a4640", 0.8)
    paint(image, water, "9dbcb4")
    paint(image, both(water, depth.point(lambda value: max(0, min(255, (value - 105) * 2)))), "4a8f99", 0.9)
    sheen = field(noise(rng, size, 70, 4, stretch=(2.5, 0.6)), 150, 20)
    paint(image, both(water, sheen), "dcebe4", 0.5)
    return finish(image, rng, 5, 0.32)


def _strand(rng: Random, size: tuple[int, int]) -> tuple[list[Point], list[float]]:
    """One channel from left to right and how wide it is along its way."""
    y = rng.gauss(size[1] * 0.5, size[1] * 0.16)
    wide = rng.choice((5, 7, 9, 14, 24))
    bends = crest(rng, [(x, y + rng.gauss(0, 95)) for x in range(-60, 2101, 216)], 0.2, 2)
    line, halves = [], []
    for (x0, y0), (x1, y1), (x2, y2) in zip(bends, bends[1:], bends[2:], strict=False):
        for step in range(6):  # a parabola from the middle of one stretch to the middle of the next
            t = step / 6
            a, b, c = (1 - t) ** 2 / 2, 0.5 + t - t * t, t * t / 2
            line.append((a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2))
            halves.append(wide * (0.8 + 0.4 * sin(line[-1][0] / 230 + y)))
    return line, halves


def forest() -> Image.Image:
    """Spruces on ridges, one behind another in the fog."""
    rng, size = seeded("forest"), LANDSCAPE
    image = gradient(size, [(0, "c9d3d2"), (0.3, "e4e4da"), (1, "aebbb8")])
    glow(image, (1350, 180), (1000, 700), "fff4dc", 0.8)
    tones = ("bfcac7", "a3b3b0", "80968f", "587368", "34504a", "182d2b")
    for depth, tone in enumerate(tones):
        y = 330 + depth * 165
        controls = [
            (0, y - rng.uniform(-20, 100)),
            (0.25, y + rng.uniform(-50, 60)),
            (0.5, y + rng.uniform(-70, 70)),
            (0.75, y + rng.uniform(-80, 50)),
            (1, y - rng.uniform(-60, 110)),
        ]
        line = crest(rng, peaks(size[0], controls), 0.1)
        tall = 46 * 1.52**depth
        mask = shape(size, partial(_spruces, rng=rng, line=line, tall=tall))
        paint(image, mask, tone)
        haze(
            image,
            mask,
            "dfe2da" if depth < 5 else "5b726d",
            (y - 40) / size[1],
            (y + 240) / size[1],
            0.85 if depth < 5 else 0.35,
        )
    fog = field(noise(rng, size, 700, 5, stretch=(2.6, 0.5)), 130, 60)
    paint(image, both(fog, ramp(size, [(0.2, 60), (0.6, 200), (1, 90)])), "f0efe6", 0.5)
    return finish(image, rng, 4, 0.25)


def _spruces(pencil: ImageDraw.ImageDraw, n: int, rng: Random, line: list[Point], tall: float) -> None:
    pencil.polygon([(0, 5000), *((x * n, y * n) for x, y in line), (5000, 5000)], fill=255)
    x, i = -20.0, 0
    while x < line[-1][0] + 20:
        while i < len(line) - 1 and line[i][0] < x:
            i += 1
        high = tall * rng.uniform(0.45, 1.15)
        _spruce(pencil, rng, (x, line[i][1] + high * 0.12), high, n)
        x += high * rng.uniform(0.1, 0.3)


def _spruce(pencil: ImageDraw.ImageDraw, rng: Random, foot: Point, tall: float, n: int) -> None:
    """A narrow tree, its branches hanging."""
    x, y = foot
    tiers = max(5, min(15, int(tall / 16)))
    left: list[Point] = []
    right: list[Point] = []
    for tier in range(tiers):
        share = (tier + 1) / tiers
        level = y - tall * (1 - share * 0.95)
        reach = tall * 0.125 * share**0.8
        for side, outline in ((-1, left), (1, right)):
            out = reach * rng.uniform(0.75, 1.15)
            outline += [
                (x + side * out * 0.45, level - tall / tiers * 0.55),
                (x + side * out, level + tall / tiers * 0.12),
            ]
    outline = [(x, y - tall * 1.03), *right, *reversed(left)]
    pencil.polygon([(a * n, b * n) for a, b in outline], fill=255)
