"""The hall where those on duty watch the rivers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sin
from random import Random

from PIL import Image

from .canvas import (
    LANDSCAPE,
    Size,
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
    rgb,
    seeded,
    shade_of,
    soften,
    stroke,
)
from .charts import contours, dot


def duty_hall() -> Image.Image:
    """A dark hall with a wall of screens and rows of desks before it."""
    rng, size = seeded("duty hall"), LANDSCAPE
    image = gradient(size, [(0, "0b1218"), (0.55, "121d25"), (0.6, "0c1319"), (1, "05080b")])
    screens = [
        (110, 120, 610, 430),
        (110, 450, 610, 690),
        (640, 120, 1360, 690),
        (1390, 120, 1890, 360),
        (1390, 380, 1890, 690),
    ]
    faces: list[Callable[[Random, Size], Image.Image]] = [_trace, _columns, _relief_map, _grid_of_lamps, _trace]
    for (left, top, right, bottom), face in zip(screens, faces, strict=True):
        image.paste(face(rng, (right - left, bottom - top)), (left, top))
        glow(
            image,
            ((left + right) / 2, (top + bottom) / 2),
            ((right - left) * 0.95, (bottom - top) * 1.0),
            "2f7f95",
            0.22,
        )
    line = 760
    depth = size[1] - line
    mirror = soften(image.crop((0, line - depth, size[0], line)).transpose(Image.Transpose.FLIP_TOP_BOTTOM), 22)
    whole = Image.new("RGB", size)
    whole.paste(mirror, (0, line))
    paint(image, ramp(size, [(line / size[1], 0), ((line + 3) / size[1], 120), (1, 10)]), whole)
    for row, (y, scale, tone) in enumerate(((835, 0.62, "16222b"), (965, 0.9, "101a22"), (1165, 1.35, "0a1117"))):
        _desks(image, rng, y, scale, tone, row)
    glow(image, (1000, 400), (1300, 640), "3d95aa", 0.16)
    return finish(image, rng, 5, 0.4)


def _screen(size: Size) -> Image.Image:
    return gradient(size, [(0, "0f2b38"), (1, "0a1e29")])


def _trace(rng: Random, size: Size) -> Image.Image:
    image = _screen(size)
    for i in range(1, 6):
        y = size[1] * i / 6
        fill(image, [(0, y), (size[0], y), (size[0], y + 1), (0, y + 1)], "2b5566")
    for tone, base, swing in (("5ec3d6", 0.62, 0.2), ("e6b45a", 0.4, 0.12), ("d9694a", 0.75, 0.1)):
        line = crest(rng, [(size[0] * i / 8, size[1] * (base + rng.uniform(-swing, swing))) for i in range(9)], 0.14, 4)
        fill(image, stroke(line, 4), tone, 0.6, blur=5)
        fill(image, stroke(line, 2), tone)
    return image


def _columns(rng: Random, size: Size) -> Image.Image:
    image = _screen(size)
    for i in range(24):
        high = size[1] * (0.15 + 0.6 * abs(sin(i * 0.29)) * rng.uniform(0.7, 1))
        x = size[0] * (i + 0.6) / 25
        box = [
            (x, size[1] * 0.92),
            (x, size[1] * 0.92 - high),
            (x + size[0] / 38, size[1] * 0.92 - high),
            (x + size[0] / 38, size[1] * 0.92),
        ]
        fill(image, box, "4fb0c4" if i < 19 else "e6b45a", 0.9)
    return image


def _relief_map(rng: Random, size: Size) -> Image.Image:
    image = _screen(size)
    clouds = noise(rng, size, 300, 5, gain=0.42)
    image = shade_of(image, relief(clouds, (-2, -2), 700), 0.9)
    paint(image, contours(field(clouds, 95, 128), 12, 1), "3f8ba0", 0.55)
    river = crest(
        rng,
        [(0, size[1] * 0.7), (size[0] * 0.4, size[1] * 0.5), (size[0] * 0.7, size[1] * 0.6), (size[0], size[1] * 0.3)],
        0.16,
        5,
    )
    fill(image, stroke(river, 3), "8fe0ee", 0.9)
    for _station in range(26):
        at = (rng.uniform(30, size[0] - 30), rng.uniform(30, size[1] - 30))
        tone = rng.choice(("7ff0c0", "7ff0c0", "7ff0c0", "ffd070", "ff7a5c"))
        glow(image, at, 22, tone, 0.7)
        dot(image, at, 4, tone)
    return image


def _grid_of_lamps(rng: Random, size: Size) -> Image.Image:
    image = _screen(size)
    for column in range(16):
        for row in range(7):
            tone = rng.choice(("3fae8f", "3fae8f", "2d8c7a", "2d8c7a", "225e5c", "d9a548"))
            x, y = size[0] * (column + 0.7) / 17, size[1] * (row + 0.75) / 8
            paint_box(image, (x, y, x + size[0] / 26, y + size[1] / 13), tone)
    return image


def paint_box(image: Image.Image, box: tuple[float, float, float, float], tone: str) -> None:
    """A rectangle whose edges lie on pixels."""
    image.paste(rgb(tone), (round(box[0]), round(box[1]), round(box[2]), round(box[3])))


def _desks(image: Image.Image, rng: Random, y: float, scale: float, tone: str, row: int) -> None:
    """A row of desks seen from behind: monitors and chairs against the light."""
    size = image.size
    width = 330 * scale
    shift = 0.5 if row % 2 else 0
    desks: Sequence[float] = [1000 + (i + shift) * width * 1.12 for i in range(-4, 5)]
    for x in desks:
        for side in (-0.52, 0.52):
            centre = x + side * width * 0.62
            box = [
                (centre - 78 * scale, y - 108 * scale),
                (centre + 78 * scale, y - 108 * scale),
                (centre + 78 * scale, y - 18 * scale),
                (centre - 78 * scale, y - 18 * scale),
            ]
            glow(image, (centre, y - 60 * scale), (150 * scale, 110 * scale), "59b6c8", 0.3)
            fill(image, box, "1b2c36")
            inner = [
                (a + (5 * scale if a < centre else -5 * scale), b + (5 * scale if b < y - 60 * scale else -5 * scale))
                for a, b in box
            ]
            fill(image, inner, rng.choice(("2d7387", "296678", "347f8c", "245a6c")))
            for _line in range(4):
                level = y - (94 - _line * 18) * scale
                reach = rng.uniform(20, 110) * scale
                paint_box(image, (centre - 62 * scale, level, centre - 62 * scale + reach, level + 5 * scale), "8fd0dc")
            fill(
                image,
                [
                    (centre - 7 * scale, y - 20 * scale),
                    (centre + 7 * scale, y - 20 * scale),
                    (centre + 10 * scale, y),
                    (centre - 10 * scale, y),
                ],
                tone,
            )
        fill(
            image,
            [
                (x - width * 0.54, y - 4),
                (x + width * 0.54, y - 4),
                (x + width * 0.56, y + 12 * scale),
                (x - width * 0.56, y + 12 * scale),
            ],
            "2b3a43",
        )
        fill(
            image,
            [
                (x - width * 0.54, y + 12 * scale),
                (x + width * 0.54, y + 12 * scale),
                (x + width * 0.52, y + 120 * scale),
                (x - width * 0.52, y + 120 * scale),
            ],
            tone,
        )
        back = [
            (x - 52 * scale, y + 150 * scale),
            (x - 56 * scale, y + 10 * scale),
            (x - 40 * scale, y - 22 * scale),
            (x + 40 * scale, y - 22 * scale),
            (x + 56 * scale, y + 10 * scale),
            (x + 52 * scale, y + 150 * scale),
        ]
        mask = polygon(size, back)
        paint(image, mask, "070c10")
        fill(image, stroke(back[1:5], 1.6 * scale), "4a7f8e", 0.8)
