"""Still lifes: papers on a desk, an ice core."""

from __future__ import annotations

from math import cos, pi, sin
from random import Random

from PIL import Image, ImageChops, ImageDraw

from .canvas import (
    LANDSCAPE,
    Point,
    Size,
    both,
    cast,
    ellipse,
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
    turned,
)


def papers() -> Image.Image:
    """Papers, a pen and a glass of water on a desk, from above; a window throws its light across."""
    rng, size = seeded("papers"), LANDSCAPE
    wood = noise(rng, size, 520, 6, stretch=(3.2, 0.16), gain=0.62)
    image = shade_of(gradient(size, [(0, "8a5f41"), (1, "7a5238")]), field(wood, 52, 120))
    for x, y, turn, tone in ((760, 640, -0.17, "e9e3d5"), (905, 690, 0.05, "f3eee2"), (850, 660, -0.055, "fbf8f0")):
        sheet = turned([(-330, -450), (330, -450), (330, 450), (-330, 450)], (x, y), turn)
        cast(image, sheet, (14, 18), 16, 0.55)
        fill(image, sheet, tone)
    lines: list[list[Point]] = [[(-250, -360), (40, -360), (40, -338), (-250, -338)]]
    for row in range(17):
        y = -280 + row * 36
        if row in (5, 11):
            continue
        right = 250 if row not in (4, 10, 16) else rng.uniform(-60, 140)
        lines.append([(-250, y), (right, y), (right, y + 7), (-250, y + 7)])
    for line in lines:
        fill(image, turned(line, (850, 660), -0.055), "8c8a86", 0.62)
    _pen(image)
    _glass(image, (1560, 420), 185)
    light = shape(size, _panes)
    image = ImageChops.multiply(image, gradient(size, [(0, "b9bccb"), (1, "a7a5b0")]))
    image = Image.composite(
        ImageChops.screen(image, shade_of(image, Image.new("L", size, 96))), image, soften(light, 9)
    )
    paint(image, soften(light, 9), "ffe7b8", 0.13)
    return finish(image, rng, 5, 0.4)


def _panes(pencil: ImageDraw.ImageDraw, n: int) -> None:
    """The light that falls through the six panes of a window."""
    for column in range(3):
        for row in range(2):
            x, y = -120 + column * 640 + row * 250, -160 + row * 760 + column * 20
            pane = [(x, y), (x + 590, y + 20), (x + 590 + 235, y + 720), (x + 235, y + 700)]
            pencil.polygon([(a * n, b * n) for a, b in pane], fill=255)


# How thick the pen is along its length: (where, half its thickness), in pixels.
PEN = [(-330, 3), (-322, 17), (-300, 21), (-40, 26), (-36, 28), (-20, 28), (-16, 25), (120, 24), (190, 19), (206, 16)]


def _pen(image: Image.Image) -> None:
    """A fountain pen."""
    nib: list[Point] = [(206, -16), (262, -9), (302, 0), (262, 9), (206, 16)]
    body = stroke([(x, 0) for x, _half in PEN], [half for _x, half in PEN])

    def lay(outline: list[Point], tone: str, strength: float = 1) -> None:
        fill(image, turned(outline, (1235, 900), -0.62), tone, strength)

    for part in (body, nib):
        cast(image, turned(part, (1235, 900), -0.62), (26, 30), 10, 0.7)
    lay(body, "1c2b3d")
    for aside, half, tone, strength in ((-9, 4, "c8d6e4", 0.75), (-15, 2, "ffffff", 0.5), (12, 6, "06090f", 0.6)):
        lay(stroke([(-305, aside), (190, aside * 0.75)], half), tone, strength)
    lay([(-38, -27), (-18, -27), (-18, 27), (-38, 27)], "d6b56a")
    lay([(196, -17), (207, -16), (207, 16), (196, 17)], "d6b56a")
    lay(nib, "e6cf94")
    lay([(236, -1), (300, -0.6), (300, 0.6), (236, 1)], "4a3a1c")


def _glass(image: Image.Image, centre: Point, radius: float) -> None:
    """A glass of water from above: rim, water, and the bright curve that it throws."""
    reach = round(radius * 1.5)
    corner = (round(centre[0]) - reach, round(centre[1]) - reach)
    part = image.crop((*corner, corner[0] + 2 * reach, corner[1] + 2 * reach))
    middle = (centre[0] - corner[0], centre[1] - corner[1])

    def disc(share: float, aside: float = 0) -> Image.Image:
        at = (middle[0] + aside, middle[1] + aside)
        return polygon(part.size, ellipse(at, radius * share, radius * share, 0))

    cast(part, ellipse(middle, radius, radius, 0), (48, 58), 26, 0.6)
    bright = ImageChops.subtract(disc(0.92, 76), disc(0.95, 44))
    paint(part, soften(bright, 7), "fff0cf", 0.85)
    paint(part, disc(1), "c9d4d6", 0.45)
    bent = (0.93, 0, middle[0] * 0.07 + 10, 0, 0.93, middle[1] * 0.07 + 8)  # what lies below, as water shows it
    paint(part, disc(0.93), part.transform(part.size, Image.Transform.AFFINE, bent, Image.Resampling.BILINEAR))
    paint(part, disc(0.93), "b9cdd0", 0.28)
    paint(part, ImageChops.subtract(disc(0.93), disc(0.8, -8)), "5c6f73", 0.35)
    paint(part, ImageChops.subtract(disc(0.74), disc(0.71)), "eef6f6", 0.4)
    paint(part, ImageChops.subtract(disc(1), disc(0.965)), "f4fafa", 0.75)
    for start, stop, share, wide in ((3.4, 4.6, 0.86, 9), (0.3, 1.1, 0.87, 6), (3.7, 4.1, 0.62, 5)):
        angles = [start + (stop - start) * step / 20 for step in range(21)]
        arc = [(middle[0] + radius * share * cos(a), middle[1] + radius * share * sin(a)) for a in angles]
        fill(part, stroke(arc, [max(0.5, wide * sin(pi * step / 20)) for step in range(21)]), "ffffff", 0.85, blur=1.5)
    image.paste(part, corner)


def ice_core() -> Image.Image:
    """A core of glacier ice with its layers, lit from behind."""
    rng, size = seeded("ice core"), LANDSCAPE
    image = gradient(size, [(0, "0c1a26"), (0.45, "17344a"), (0.8, "0e2231"), (1, "08141d")])
    glow(image, (900, 560), (1300, 620), "3f86a8", 0.65)
    for _light in range(16):
        at, radius = (rng.uniform(0, 2000), rng.uniform(0, 420)), rng.uniform(30, 110)
        fill(image, ellipse(at, radius, radius, 0), "a8d4e2", rng.uniform(0.05, 0.16), blur=4)
    ground = gradient(size, [(0.62, "2d4a5c"), (0.72, "1d3342"), (1, "0c1720")])
    fill(image, [(-5, 850), (2005, 850), (2005, 1340), (-5, 1340)], ground)
    left, top, wide, high = 90, 505, 1930, 350
    core = _core(rng, (wide, high))
    depth = 300
    mirror = soften(core.transpose(Image.Transpose.FLIP_TOP_BOTTOM).crop((0, 0, wide, depth)), 12)
    image.paste(
        mirror,
        (left + BULGE // 2, top + high + 52),
        both(ramp(mirror.size, [(0, 120), (1, 0)]), ramp(mirror.size, [(0, 0), (0.07, 255)], across=True)),
    )
    cast(
        image,
        [(left, top + high - 40), (2100, top + high - 40), (2100, top + high + 34), (left, top + high + 34)],
        (0, 20),
        22,
        0.8,
    )
    metal = gradient(size, [(0.6, "93a5ae"), (0.68, "39464e"), (0.72, "1d262c")])
    for x in (470, 1610):
        fill(image, [(x - 100, 815), (x + 100, 815), (x + 135, 925), (x - 135, 925)], metal)
    outline = [(wide + 10.0, -1.0), *_bulge(0, high), (wide + 10.0, high + 1.0)]
    image.paste(core, (left, top), polygon(core.size, outline))
    middle = (left + BULGE, top + high / 2)
    frost = shade_of(
        gradient(size, [(0.35, "e8f6f8"), (0.55, "b4dbe4"), (0.7, "7fb4c6")]), field(noise(rng, size, 24, 4), 55, 128)
    )
    fill(image, ellipse(middle, BULGE, high / 2, 0), "ffffff", 0.9)
    fill(image, ellipse(middle, BULGE - 5, high / 2 - 6, 0), frost)
    glow(image, (640, 560), (900, 240), "c9f0f7", 0.3)
    return finish(image, rng, 5, 0.45)


BULGE = 74  # pixels by which the round of the ice is seen at its end


def _bulge(x: float, high: float) -> list[Point]:
    """A line across the core, as it goes round it."""
    return [(x + BULGE * (1 - sin(step / 30 * pi)), high * step / 30) for step in range(31)]


def _core(rng: Random, size: Size) -> Image.Image:
    """The ice along the core: yearly layers, bubbles, dust."""
    wide, high = size
    tones = [(0, "5d93a8"), (0.12, "d3eef2"), (0.3, "a5d3de"), (0.6, "5fa3b8"), (0.86, "2f6c86"), (0.95, "7fb9c9")]
    image = gradient(size, [*tones, (1, "2a566b")])
    bands = field(noise(rng, (wide, 8), 75, 5, stretch=(1, 40), gain=0.7), 62, 128)
    bands = bands.resize(size, Image.Resampling.BICUBIC)
    bent = bands.copy()
    for y in range(0, high, 2):
        row = bands.crop((0, y, wide, y + 2))
        bent.paste(ImageChops.offset(row, round(BULGE * (1 - sin(y / high * pi))), 0), (0, y))
    image = shade_of(image, bent, 0.75)
    image = shade_of(image, relief(noise(rng, size, 60, 5), (2, 2), 150), 0.55)
    paint(image, shape(size, lambda pencil, n: _bubbles(pencil, rng, size, n)), "f2fdff", 0.75)
    for x in (410, 980, 1075, 1730):
        line = _bulge(x, high)
        fill(image, line + [(at + 9, y) for at, y in reversed(line)], "5b5146", 0.4, blur=2.5)
    paint(image, ramp(size, [(0.12, 0), (0.19, 210), (0.25, 0)]), "ffffff", 0.75)
    return image


def _bubbles(pencil: ImageDraw.ImageDraw, rng: Random, size: Size, n: int) -> None:
    for _bubble in range(900):
        x, y = rng.uniform(0, size[0]), size[1] * (0.5 + 0.46 * sin(rng.uniform(-pi / 2, pi / 2)))
        radius = rng.choice((0.8, 1.1, 1.6, 2.6))
        spot = [(x - radius) * n, (y - radius) * n, (x + radius) * n, (y + radius) * n]
        pencil.ellipse(spot, fill=rng.randint(60, 230))
