"""Charts with invented figures, and a map without borders."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import cos, exp, pi, sin
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFont

from .canvas import (
    LANDSCAPE,
    Point,
    both,
    crest,
    field,
    fill,
    finish,
    gradient,
    noise,
    paint,
    polygon,
    ramp,
    relief,
    rgb,
    seeded,
    shade_of,
    stroke,
)

PAPER, INK, FAINT, WATER, DEEP, ALARM, SAND = "f3f0e6", "22313b", "c9ccc6", "4b93a6", "1f5a73", "c65a3a", "d8b26a"


@cache
def _type(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _paper(rng: Random) -> Image.Image:
    image = gradient(LANDSCAPE, [(0, "f6f3ea"), (1, "ece8dc")])
    return shade_of(image, field(noise(rng, LANDSCAPE, 5, 2), 10, 128))


def _label(image: Image.Image, at: Point, text: str, size: int, tone: str = INK, anchor: str = "mm") -> None:
    ImageDraw.Draw(image).text(
        at, text, font=_type(size), fill=rgb(tone), anchor=anchor, stroke_width=5, stroke_fill=rgb(PAPER)
    )


def _dashes(image: Image.Image, across: tuple[int, int], y: float) -> None:
    for x in range(*across, 34):
        fill(image, [(x, y - 2.5), (x + 20, y - 2.5), (x + 20, y + 2.5), (x, y + 2.5)], ALARM)


def _column(image: Image.Image, x: Point, y: Point, tone: str, radius: float = 10) -> None:
    """A column between two values along each axis, rounded above."""
    quarter = [pi / 16 * step for step in range(9)]
    left = [(x[0] + radius * (1 - cos(a)), y[0] + radius * (1 - sin(a))) for a in quarter]
    right = [(x[0] + x[1] - px, py) for px, py in reversed(left)]
    fill(image, [(x[0], y[1]), *left, *right, (x[1], y[1])], tone)


def bars() -> Image.Image:
    """Minutes between a dangerous reading and the call to the neighbours, quarter by quarter."""
    rng = seeded("bars")
    image = _paper(rng)
    left, right, top, bottom = 210, 1860, 190, 1120
    values = (52, 47, 41, 35, 29, 25, 24, 23, 22, 21, 19)
    for value in range(0, 61, 10):
        y = bottom - (bottom - top) * value / 60
        fill(image, [(left, y - 1), (right, y - 1), (right, y + 1), (left, y + 1)], INK if not value else FAINT)
        _label(image, (left - 34, y), str(value), 38, "5d686e", "rm")
    y = bottom - (bottom - top) * 30 / 60
    _dashes(image, (left, right), y)
    step = (right - left) / len(values)
    for i, value in enumerate(values):
        x = left + step * (i + 0.5)
        y = bottom - (bottom - top) * value / 60
        shadow = [(x - 46, y + 14), (x + 60, y + 14), (x + 60, bottom), (x - 46, bottom)]
        fill(image, shadow, "7d7a6d", 0.22, blur=9)
        _column(
            image, (x - 50, x + 50), (y, bottom), ALARM if value > 30 else (DEEP if i == len(values) - 1 else WATER)
        )
        _label(image, (x, y - 38), str(value), 44)
        _label(image, (x, bottom + 44), str(i % 4 + 1), 36, "5d686e")
    for i, year in enumerate(("2024", "2025", "2026")):
        first, last = left + step * i * 4, left + step * min(i * 4 + 4, len(values))
        fill(
            image,
            [(first + 20, bottom + 82), (last - 20, bottom + 82), (last - 20, bottom + 85), (first + 20, bottom + 85)],
            "8f9897",
        )
        _label(image, ((first + last) / 2, bottom + 122), year, 42)
    return finish(image, rng, 2, 0.06)


def curve() -> Image.Image:
    """The level of a river in centimetres before, during and after a flood, hour by hour."""
    rng = seeded("curve")
    image = _paper(rng)
    left, right, top, bottom = 210, 1860, 150, 1150
    for value in range(0, 301, 50):
        y = bottom - (bottom - top) * value / 300
        fill(image, [(left, y - 1), (right, y - 1), (right, y + 1), (left, y + 1)], INK if not value else FAINT)
        _label(image, (left - 34, y), str(value), 38, "5d686e", "rm")
    hours = 72
    level = [
        70 + 8 * sin(h / 24 * 2 * pi) + (178 * exp(-(((h - 39) / (5 if h < 39 else 15)) ** 2))) + rng.gauss(0, 1.6)
        for h in range(hours + 1)
    ]
    usual = [74 + 9 * sin((h - 3) / 24 * 2 * pi) for h in range(hours + 1)]

    def at(h: float, value: float) -> Point:
        return left + (right - left) * h / hours, bottom - (bottom - top) * value / 300

    for h in range(0, hours + 1, 12):
        x = at(h, 0)[0]
        fill(image, [(x - 1, bottom), (x + 1, bottom), (x + 1, bottom + 16), (x - 1, bottom + 16)], INK)
        _label(image, (x, bottom + 52), f"{h % 24:02d}:00", 36, "5d686e")
    line = [at(h, value) for h, value in enumerate(level)]
    area = polygon(image.size, [*line, (right, bottom), (left, bottom)])
    paint(image, both(area, ramp(image.size, [(top / 1333, 190), (bottom / 1333, 20)])), WATER)
    limit = at(0, 200)[1]
    paint(image, both(area, ramp(image.size, [(limit / 1333, 255), ((limit + 2) / 1333, 0)])), ALARM, 0.55)
    _dashes(image, (left, right), limit)
    fill(image, stroke([at(h, value) for h, value in enumerate(usual)], 2), "8b9494")
    fill(image, stroke(line, 5), DEEP)
    peak = max(range(hours + 1), key=lambda h: level[h])
    x, y = at(peak, level[peak])
    dot(image, (x, y), 15, "f6f3ea")
    dot(image, (x, y), 10, ALARM)
    _label(image, (x, y - 52), f"{level[peak]:.0f}", 54, ALARM)
    return finish(image, rng, 2, 0.06)


def dot(image: Image.Image, at: Point, radius: float, tone: str) -> None:
    ring = [(at[0] + radius * cos(step / 30 * pi), at[1] + radius * sin(step / 30 * pi)) for step in range(60)]
    fill(image, ring, tone)


def contours(height: Image.Image, every: int, wide: int = 2) -> Image.Image:
    """Lines of equal height (L) on a field (L)."""
    steps = height.point(lambda value: value // every * every)
    lines = ImageChops.lighter(
        *(ImageChops.difference(steps, ImageChops.offset(steps, *shift)) for shift in ((wide, 0), (0, wide)))
    )
    return lines.point(lambda value: 255 if value else 0)


def routes() -> Image.Image:
    """A schematic map: rivers, lakes and the lines of a monitoring network on relief, without borders."""
    rng, size = seeded("routes"), LANDSCAPE
    clouds = noise(rng, size, 640, 5, gain=0.42)
    height = field(clouds, 95, 128)
    image = Image.merge("RGB", [height.point(_scale(channel)) for channel in range(3)])
    image = shade_of(image, relief(clouds, (-3, -3), 1500), 0.55)
    large = height.resize((size[0] * 2, size[1] * 2), Image.Resampling.BICUBIC)
    paint(image, contours(large, 10, 2).reduce(2), "8a7b5c", 0.42)
    paint(image, contours(large, 50, 4).reduce(2), "7a6a4a", 0.5)
    for controls, wide in (
        ([(-20, 900), (300, 760), (620, 820), (900, 640), (1250, 690), (1600, 500), (2020, 560)], 9),
        ([(420, -20), (520, 240), (470, 470), (640, 640), (620, 820)], 6),
        ([(1500, 1350), (1420, 1120), (1490, 900), (1290, 780), (1250, 690)], 6),
        ([(2020, 160), (1780, 230), (1640, 380), (1600, 500)], 5),
        ([(820, 1350), (860, 1150), (720, 1010), (620, 820)], 5),
    ):
        line = crest(rng, controls, 0.13, 5)
        fill(image, stroke(line, wide + 4), "e9efe9", 0.7)
        fill(image, stroke(line, wide), "5f9fb4")
    for x, y, wide, high in ((1010, 330, 150, 60), (330, 1130, 110, 50), (1740, 900, 95, 60)):
        outline = [
            (
                x + wide * (1 + 0.13 * sin(3 * a + x) + 0.07 * sin(7 * a)) * cos(a),
                y + high * (1 + 0.16 * cos(4 * a + y)) * sin(a),
            )
            for a in (step / 60 * pi for step in range(120))
        ]
        fill(image, outline, "e9efe9", 0.8)
        fill(image, outline, "5f9fb4", blur=2)
    stations = [
        (190, 330),
        (520, 240),
        (760, 420),
        (1010, 470),
        (1290, 330),
        (1600, 500),
        (1840, 720),
        (620, 820),
        (900, 640),
        (1250, 690),
        (1490, 900),
        (330, 940),
        (860, 1150),
        (1180, 1060),
        (1780, 230),
    ]
    links = [
        (0, 1, ALARM),
        (1, 2, ALARM),
        (2, 3, ALARM),
        (3, 4, ALARM),
        (4, 5, ALARM),
        (5, 6, ALARM),
        (11, 7, DEEP),
        (7, 8, DEEP),
        (8, 9, DEEP),
        (9, 10, DEEP),
        (10, 6, DEEP),
        (2, 8, SAND),
        (12, 13, SAND),
        (7, 12, SAND),
        (13, 10, SAND),
        (4, 14, SAND),
        (9, 4, SAND),
    ]
    for a, b, tone in links:
        path = stroke([stations[a], stations[b]], 6)
        fill(image, path, "3a3428", 0.35, blur=7)
        fill(image, path, tone)
    for i, station in enumerate(stations):
        dot(image, station, 22, "22313b")
        dot(image, station, 17, "fbf8ef")
        _label(image, (station[0] + 30, station[1] - 34), str(i + 1), 36, INK, "lm")
    return finish(image, rng, 3, 0.15)


def _scale(channel: int) -> Callable[[int], int]:
    """The colour of a height: valley, slope, rock, snow."""
    stops = (
        (40, rgb("c9d2ae")),
        (110, rgb("dcdcb8")),
        (160, rgb("e3d3ad")),
        (210, rgb("d9c3a3")),
        (245, rgb("f6f3ee")),
    )

    def colour(value: int) -> int:
        for (low, one), (high, other) in zip(stops, stops[1:], strict=False):
            if value <= high:
                share = max(0.0, (value - low) / (high - low))
                return round(one[channel] + (other[channel] - one[channel]) * share)
        return stops[-1][1][channel]

    return colour
