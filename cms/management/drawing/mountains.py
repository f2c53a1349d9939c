"""Scenes of mountains, ice and water."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageMath

from .canvas import (
    LANDSCAPE,
    PANORAMA,
    Point,
    Size,
    below,
    both,
    crest,
    field,
    finish,
    glow,
    gradient,
    noise,
    paint,
    plus,
    ramp,
    relief,
    rgb,
    seeded,
    shade_of,
    shape,
    soften,
)


def rugged(rng: Random, size: Size, cell: float, stretch: Point = (1, 1)) -> Image.Image:
    """Ridges on ridges (F): each octave is strong where the one before it was (after Musgrave's multifractal)."""
    total, weight, strength = Image.new("F", size, 0), Image.new("F", size, 1), 1.0
    for octave in range(5):
        clouds = noise(rng, size, cell / 2**octave, 1, stretch)
        ridge = ImageMath.lambda_eval(lambda p: (1 - abs(p["n"])) * (1 - abs(p["n"])) * p["w"], n=clouds, w=weight)
        total = plus(total, ridge, strength)
        weight = ImageMath.lambda_eval(lambda p: p["min"](p["r"] * 2, 1.0), r=ridge)
        strength *= 0.6
    return total


Facet = tuple[list[Point], int]  # outline, and how dark: 0 to 255


def facets(rng: Random, size: Size, line: Sequence[Point], depth: float, sun: int) -> Image.Image:
    """The sides of spurs that lie in shade (L). A spur falls from each summit of a line, the longer the greater it is.

    depth: how far the longest come down, in pixels; sun: -1 from the left, 1 from the right.
    """
    reaches = (150, 62, 26)
    found = [facet for reach in reaches for facet in _spurs(rng, line, reach, depth * (reach / 150) ** 0.55, sun)]

    def draw(pencil: ImageDraw.ImageDraw, n: int) -> None:
        for outline, tone in found:
            pencil.polygon([(x * n, y * n) for x, y in outline], fill=tone)

    return shape(size, draw)


def _spurs(rng: Random, line: Sequence[Point], reach: float, depth: float, sun: int) -> Iterator[Facet]:
    for i in _summits(line, reach):
        fall, lean = depth * rng.uniform(0.7, 1.2), sun * rng.uniform(-0.05, 0.4)
        foot = (line[i][0] + lean * fall, line[i][1] + fall)
        spur = _jagged(rng, line[i], foot)
        j = _saddle(line, i, -sun, reach * 1.7)
        along = line[i : j + 1] if j > i else line[j : i + 1][::-1]
        yield (
            [*along, *_jagged(rng, line[j], foot), *reversed(spur)],
            255 if reach > 100 else round(rng.uniform(150, 255)),
        )
        yield from _ribs(rng, spur, fall, sun)


def _ribs(rng: Random, spur: Sequence[Point], fall: float, sun: int) -> Iterator[Facet]:
    """Smaller spurs to both sides of one: shade on its bright side, light on its dark side."""
    for place in range(3, len(spur) - 6, 4):
        for side, tone in ((sun, round(rng.uniform(110, 220))), (-sun, round(rng.uniform(0, 90)))):
            start = spur[place]
            length = fall * rng.uniform(0.12, 0.34) * (1.2 - place / len(spur))
            end = (start[0] + side * length * rng.uniform(0.35, 0.8), start[1] + length)
            lower = spur[min(place + rng.randint(2, 4), len(spur) - 1)]
            yield [*_jagged(rng, start, end, 4), *_jagged(rng, end, lower, 3)], tone


def _summits(line: Sequence[Point], reach: float) -> Iterator[int]:
    for i in range(1, len(line) - 1):
        x, y = line[i]
        if y > line[i - 1][1] or y > line[i + 1][1]:
            continue
        if all(other >= y for place, other in line[max(0, i - 120) : i + 120] if abs(place - x) < reach):
            yield i


def _saddle(line: Sequence[Point], i: int, side: int, reach: float) -> int:
    """The deepest point of a line beside a summit."""
    best, j = i, i
    while 0 <= j < len(line) and abs(line[j][0] - line[i][0]) < reach:
        if line[j][1] > line[best][1]:
            best = j
        j += side
    return best


def _jagged(rng: Random, start: Point, end: Point, depth: int = 5) -> list[Point]:
    """A broken line down a flank."""
    down = end[1] - start[1]
    turned = crest(rng, [(0.0, start[0]), (down, end[0])], 0.13, depth)
    return [(x, start[1] + y) for y, x in turned]


def mountain(
    image: Image.Image,
    rng: Random,
    line: Sequence[Point],
    snow: tuple[str, str],
    rock: tuple[str, str],
    depth: float,
    sun: int = -1,
    bare: float = 0.6,
) -> Image.Image:
    """A snow mountain below a line. snow, rock: in light and in shade; bare: how much rock shows. Returns its mask."""
    size = image.size
    top, bottom = int(min(y for _x, y in line)) - 2, size[1]
    part = (size[0], bottom - top)
    line_ = [(x, y - top) for x, y in line]
    mask = below(part, line_)
    half = (part[0] // 2, part[1] // 2)
    height = rugged(rng, half, depth * 0.35, (0.8, 1.3))
    lit = relief(height, (-2 * sun, -1.5), 420, 128).resize(part, Image.Resampling.BICUBIC)
    bare_rock = relief(height, (sun, -2), 600, 255 * bare - 105).resize(part, Image.Resampling.BICUBIC)
    shade = soften(facets(rng, part, line_, depth, sun), 1.5)
    shade = ImageChops.add(shade, lit.point(lambda value: 255 - value), 1, -128)
    body = Image.composite(_flat(part, snow[1]), _flat(part, snow[0]), shade)
    paint(body, bare_rock, Image.composite(_flat(part, rock[1]), _flat(part, rock[0]), shade))
    image.paste(body, (0, top), mask)
    whole = Image.new("L", size)
    whole.paste(mask, (0, top))
    return whole


def _flat(size: Size, colour: str) -> Image.Image:
    return Image.new("RGB", size, rgb(colour))


def haze(image: Image.Image, mask: Image.Image, colour: str, top: float, bottom: float, most: float) -> None:
    """Mist that grows thicker towards the foot. top, bottom: share of the height; most: 0 to 1."""
    paint(image, both(mask, ramp(image.size, [(top, 0), (bottom, 255 * most)])), colour)


def peaks(width: int, heights: Sequence[tuple[float, float]]) -> list[Point]:
    """Control points of a ridge from (share of the width, y)."""
    return [(share * width, y) for share, y in heights]


def white_ridge() -> Image.Image:
    rng, size = seeded("white ridge"), PANORAMA
    width = size[0]
    image = gradient(size, [(0, "2c4568"), (0.3, "7f97b0"), (0.55, "e6cdb4"), (0.7, "f6dfbd")])
    streaks = noise(rng, size, 420, 5, stretch=(2.6, 0.35))
    paint(image, both(field(streaks, 120, 70), ramp(size, [(0, 160), (0.5, 255), (0.8, 0)])), "fbe6cf", 0.55)
    far = crest(
        rng,
        peaks(
            width,
            [
                (0, 470),
                (0.12, 400),
                (0.2, 440),
                (0.31, 330),
                (0.42, 430),
                (0.6, 360),
                (0.72, 300),
                (0.85, 420),
                (1, 350),
            ],
        ),
        0.17,
    )
    mask = mountain(image, rng, far, ("f4d9c4", "8ea0b6"), ("a9a9b0", "8792a5"), 230, bare=0.3)
    paint(image, mask, "d9cfc9", 0.45)
    haze(image, mask, "efdcc6", 0.35, 0.62, 0.9)
    main = crest(
        rng,
        peaks(
            width,
            [
                (0, 560),
                (0.08, 500),
                (0.16, 540),
                (0.27, 330),
                (0.335, 215),
                (0.38, 300),
                (0.45, 390),
                (0.52, 335),
                (0.57, 400),
                (0.66, 505),
                (0.78, 410),
                (0.83, 450),
                (0.93, 380),
                (1, 450),
            ],
        ),
        0.16,
    )
    mask = mountain(image, rng, main, ("ffe9d2", "5d7899"), ("9a8a80", "43506a"), 520, bare=0.45)
    haze(image, mask, "d8cdc8", 0.5, 0.85, 0.85)
    near = crest(rng, peaks(width, [(0, 720), (0.2, 780), (0.4, 725), (0.55, 800), (0.75, 735), (1, 800)]), 0.12)
    mask = mountain(image, rng, near, ("a7a6a8", "3c4a60"), ("6b6a70", "2c3648"), 230, bare=0.6)
    haze(image, mask, "b9b4b8", 0.78, 1.0, 0.75)
    foot = crest(rng, peaks(width, [(0, 850), (0.3, 900), (0.5, 870), (0.8, 905), (1, 855)]), 0.1)
    paint(image, below(size, foot), "27303f")
    glow(image, (width * 0.06, 380), (900, 520), "ffd9a3", 0.55)
    return finish(image, rng, 4, 0.22)


def mirror_lake() -> Image.Image:
    rng, size = seeded("lake"), LANDSCAPE
    width, shore = size[0], 800
    image = gradient(size, [(0, "3f6c93"), (0.35, "a9c4d3"), (0.58, "ecdfcd")])
    clouds = noise(rng, size, 520, 6, stretch=(2.2, 0.6))
    paint(image, both(field(clouds, 150, 40), ramp(size, [(0, 120), (0.35, 255), (0.6, 120)])), "fdf4e6", 0.75)
    far = crest(
        rng, peaks(width, [(0, 520), (0.15, 430), (0.3, 500), (0.5, 390), (0.7, 480), (0.86, 370), (1, 450)]), 0.16
    )
    mask = mountain(image, rng, far, ("f2e6da", "8aa3ba"), ("a9a9b0", "8797a9"), 230, bare=0.3)
    paint(image, mask, "c9d3d8", 0.4)
    haze(image, mask, "e9dfd2", 0.36, 0.58, 0.85)
    main = crest(
        rng,
        peaks(
            width,
            [
                (0, 640),
                (0.1, 585),
                (0.25, 430),
                (0.36, 265),
                (0.41, 300),
                (0.47, 225),
                (0.56, 380),
                (0.68, 560),
                (0.8, 640),
                (1, 690),
            ],
        ),
        0.15,
    )
    mask = mountain(image, rng, main, ("fff3e2", "54718f"), ("9a8a80", "414d5f"), 520, bare=0.45)
    haze(image, mask, "cfd3cf", 0.42, 0.62, 0.8)
    for y, colour, lift in ((690, "4b5f62", 70), (742, "33474a", 45), (775, "22332f", 26)):
        line = crest(rng, [(0, y - lift), (width * 0.3, y), (width * 0.62, y + 12), (width, y - lift * 1.4)], 0.1)
        paint(image, below(size, _wooded(rng, line, lift * 0.55)), colour)
    return finish(_mirrored(image, rng, shore), rng, 4, 0.25)


def _wooded(rng: Random, line: Sequence[Point], high: float) -> list[Point]:
    """A line of hills with spruces standing on it."""
    trees: list[Point] = []
    x = line[0][0]
    ground = iter(line)
    before, after = next(ground), next(ground)
    while x < line[-1][0]:
        while after[0] < x:
            before, after = after, next(ground, (x + 1, after[1]))
        y = before[1] + (after[1] - before[1]) * (x - before[0]) / max(after[0] - before[0], 1)
        tall = high * rng.uniform(0.35, 1)
        wide = tall * 0.16
        trees += [
            (x, y),
            (x + wide * 0.8, y - tall * 0.45),
            (x + wide, y - tall),
            (x + wide * 1.25, y - tall * 0.4),
            (x + 2 * wide, y),
        ]
        x += wide * rng.uniform(1.3, 2.6)
    return trees


def _mirrored(image: Image.Image, rng: Random, shore: int) -> Image.Image:
    """The picture above a line, and the same in still water below it."""
    size = image.size
    depth = size[1] - shore
    mirror = image.crop((0, shore - depth, size[0], shore)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    waves = noise(rng, (size[0], depth), 60, 3, stretch=(3.5, 0.14), gain=0.6)
    blurred = soften(mirror, 5)
    water = Image.composite(_shaken(blurred, rng), mirror, ramp(mirror.size, [(0, 60), (0.25, 255)]))
    water = shade_of(water, field(waves, 34, 124))
    tone = gradient(water.size, [(0, "dfe4e2"), (0.5, "9fb6bf"), (1, "5b7d8e")])
    water = ImageChops.multiply(water, tone)
    whole = image.copy()
    whole.paste(water, (0, shore))
    paint(whole, ramp(size, [((shore - 5) / size[1], 0), (shore / size[1], 120), ((shore + 4) / size[1], 0)]), "e8ece8")
    return whole


def _shaken(image: Image.Image, rng: Random) -> Image.Image:
    """Rows shifted against each other, more of it further down, as by small waves."""
    shaken = image.copy()
    y, drift = 0, 0.0
    while y < image.height:
        high = 2 + int(y / image.height * 7)
        drift = drift * 0.6 + rng.gauss(0, 2 + 9 * y / image.height)
        shaken.paste(image.crop((0, y, image.width, y + high)), (round(drift), y))
        y += high
    return shaken
