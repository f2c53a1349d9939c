"""Scenes of roads, rails and towns."""

from __future__ import annotations

from random import Random

from PIL import Image, ImageDraw

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
    seeded,
    shade_of,
    shape,
    soften,
    stroke,
)
from .mountains import haze, mountain, peaks
from .space import Camera, Place, Stage, floor, stretched


def bridge() -> Image.Image:
    """A cable-stayed bridge over a valley full of mist."""
    rng, size = seeded("bridge"), LANDSCAPE
    image = gradient(size, [(0, "6f8a94"), (0.3, "b9c3bd"), (0.55, "f0dcc0"), (0.75, "d9d2c4"), (1, "a9b3b2")])
    glow(image, (1480, 620), (900, 700), "ffe9c4", 0.8)
    for y, tone, lift in ((640, "b7bcb6", 130), (730, "94a09d", 170), (850, "6d7f7f", 210)):
        line = crest(
            rng,
            peaks(
                size[0],
                [
                    (0, y - lift),
                    (0.2, y - lift * 0.4),
                    (0.45, y + 60),
                    (0.7, y - 10),
                    (0.88, y - lift * 0.7),
                    (1, y - lift),
                ],
            ),
            0.13,
        )
        mask = below(size, line)
        paint(image, mask, tone)
        haze(image, mask, "ecdfca", (y - lift) / size[1], (y + 190) / size[1], 0.95)
    camera = Camera((-62, 34, -150), 1620, (1000, 520), turn=0.33)
    mask = shape(size, lambda pencil, n: _bridge(pencil, camera, n))
    paint(image, both(mask, ramp(size, [(0.6, 255), (0.86, 0)])), gradient(size, [(0.2, "3b5057"), (0.6, "2c3d44")]))
    fog = field(noise(rng, size, 620, 5, stretch=(2.4, 0.5)), 150, 120)
    paint(image, both(fog, ramp(size, [(0.5, 0), (0.78, 235), (1, 255)])), "efe6d8", 0.92)
    paint(image, both(fog, ramp(size, [(0.35, 0), (0.55, 110), (0.8, 0)])), "f6e6cb", 0.8)
    slope = crest(rng, [(0, 1010), (320, 1120), (700, 1260), (1000, 1400), (2000, 1500)], 0.12)
    paint(image, below(size, slope), "22302f")
    return finish(image, rng, 4, 0.3)


def _bridge(pencil: ImageDraw.ImageDraw, camera: Camera, n: int) -> None:
    def cut(places: list[Place]) -> None:
        outline = camera.outline(places)
        if len(outline) > 2:
            pencil.polygon([(x * n, y * n) for x, y in outline], fill=255)

    def bar(one: Place, other: Place, half: float) -> None:
        outline = stroke([camera.point(one), camera.point(other)], half)
        pencil.polygon([(x * n, y * n) for x, y in outline], fill=255)

    cut([(-5, 0, -120), (-5, 0, 900), (-5, -3, 900), (-5, -3, -120)])
    cut([(-5, 0, -120), (5, 0, -120), (5, 0, 900), (-5, 0, 900)])
    for z in (20, 240, 460, 680):
        for x in (-5, 5):
            cut([(x - 1.6, -260, z), (x + 1.6, -260, z), (x * 0.35 + 0.9, 62, z), (x * 0.35 - 0.9, 62, z)])
            cut([(x, -260, z - 2.2), (x, -260, z + 2.2), (x * 0.35, 62, z + 1.1), (x * 0.35, 62, z - 1.1)])
        bar((-4.4, 14, z), (4.4, 14, z), 620 / (z + 190))
        for step in range(1, 15):
            for way in (-1, 1):
                for x in (-5, 5):
                    foot = (x, 0.0, z + way * step * 7.4)
                    if camera.seen(foot)[2] > 8:
                        bar((x * 0.38, 60 - step * 0.9, z), foot, max(0.55, 150 / (z + way * step * 7.4 + 160)))


def railway() -> Image.Image:
    """Railway lines that run towards a low sun across the steppe."""
    rng, size = seeded("railway"), LANDSCAPE
    image = gradient(size, [(0, "2e3d5c"), (0.25, "6d6b86"), (0.42, "d58f73"), (0.52, "f6c37c")])
    clouds = noise(rng, size, 700, 6, stretch=(3, 0.35))
    paint(image, both(field(clouds, 170, 40), ramp(size, [(0, 120), (0.36, 255), (0.52, 30)])), "f2a37b", 0.6)
    horizon = 715
    far = crest(
        rng, peaks(size[0], [(0, 640), (0.18, 590), (0.34, 650), (0.5, 690), (0.66, 655), (0.82, 600), (1, 640)]), 0.12
    )
    paint(image, below(size, far), "8a6878")
    glow(image, (1040, 690), (900, 520), "ffd98c", 1)
    glow(image, (1040, 690), (190, 160), "fff6dc", 1)
    land = gradient(size, [(0.53, "b98a63"), (0.62, "7c6350"), (1, "2c2a2e")])
    land = shade_of(land, field(noise(rng, size, 40, 5, stretch=(4, 0.5)), 34, 124))
    fill(image, [(0, horizon), (size[0], horizon), size, (0, size[1])], land)
    camera = Camera((0.9, 2.5, 0), 1500, (1040, horizon))
    stage = Stage(camera, light=(0, 0.3, 1), dark=0.5, air="7d5f50", clear=330)
    stage.face(floor((-4.6, 4.6), (1, 400), 0.02), "463e3a", lit=False, lift=-400)
    for track in (-2.2, 2.2):
        for step in range(190):
            z = 2 + step * 0.65 * (1 + step / 90)
            stage.face(floor((track - 1.25, track + 1.25), (z, z + 0.26), 0.1), "3b3230", lit=False, lift=1)
    image = stage.draw(image)
    corners = [camera.point(place) for place in ((-4.6, 0, 60), (4.6, 0, 60), (4.6, 0, 3), (-4.6, 0, 3))]
    gravel = stretched(field(noise(rng, (300, 2400), 4, 2), 90, 128), size, corners)
    image = Image.composite(shade_of(image, gravel, 0.28), image, polygon(size, corners))
    for track in (-2.2, 2.2):
        for rail in (track - 0.76, track + 0.76):
            steel = polygon(size, camera.outline(floor((rail - 0.04, rail + 0.04), (1.5, 400), 0.26)))
            fill(
                image,
                camera.outline(
                    [
                        (rail - 0.04, 0.1, 1.5),
                        (rail - 0.04, 0.1, 400),
                        (rail - 0.04, 0.26, 400),
                        (rail - 0.04, 0.26, 1.5),
                    ]
                ),
                "2b2526",
                0.9,
            )
            paint(image, steel, gradient(size, [(0.53, "fff0c4"), (0.65, "f0b878"), (1, "8c7a78")]))
    paint(
        image,
        shape(size, lambda pencil, n: _catenary(pencil, camera, n)),
        gradient(size, [(0, "1c2030"), (0.5, "5a3f3d")]),
    )
    glow(image, (1040, 690), (520, 330), "ffdf9c", 0.55)
    return finish(image, rng, 5, 0.35)


def _catenary(pencil: ImageDraw.ImageDraw, camera: Camera, n: int) -> None:
    """Masts on both sides and the wires between them."""
    places = [13 + 26 * step for step in range(14)]
    for side in (-1, 1):
        previous: list[Point] | None = None
        for z in places:
            half = 0.14 * camera.focal / z
            x = side * 5.2
            for one, other, share in (
                ((x, 0, z), (x, 7.6, z), 1),
                ((x, 6.9, z), (side * 2.0, 7.2, z), 0.5),
                ((x, 5.9, z), (side * 2.2, 6.8, z), 0.35),
            ):
                outline = stroke([camera.point(one), camera.point(other)], max(half * share, 0.6))
                pencil.polygon([(a * n, b * n) for a, b in outline], fill=255)
            wires = [camera.point((side * 2.2, y, z)) for y in (5.6, 6.9)]
            if previous:
                for a, b in zip(previous, wires, strict=True):
                    pencil.line([(a[0] * n, a[1] * n), (b[0] * n, b[1] * n)], fill=210, width=n)
            previous = wires


def city() -> Image.Image:
    """A city at dusk below snow mountains."""
    rng, size = seeded("city"), LANDSCAPE
    image = gradient(size, [(0, "1d2a4a"), (0.25, "46567e"), (0.45, "b58a95"), (0.58, "f0b88f")])
    clouds = noise(rng, size, 500, 5, stretch=(2.6, 0.4))
    paint(image, both(field(clouds, 150, 40), ramp(size, [(0, 100), (0.4, 255), (0.6, 0)])), "e7a79a", 0.55)
    line = crest(
        rng,
        peaks(
            size[0],
            [
                (0, 600),
                (0.1, 500),
                (0.2, 560),
                (0.32, 400),
                (0.41, 480),
                (0.52, 345),
                (0.6, 440),
                (0.72, 390),
                (0.84, 520),
                (1, 470),
            ],
        ),
        0.15,
    )
    mask = mountain(image, rng, line, ("f3c2b4", "566b97"), ("8a6f80", "37446a"), 430, bare=0.4)
    haze(image, mask, "d39f96", 0.36, 0.62, 0.75)
    tones = ("8b7589", "66617f", "454b6b", "2b3350", "181f36")
    for depth, tone in enumerate(tones):
        base = 800 + depth * 105
        _blocks(image, rng, base, tone, depth)
        if depth < 4:
            fog = ramp(
                size, [((base - 110) / size[1], 0), ((base + 90) / size[1], 140 - depth * 22), (1, 150 - depth * 22)]
            )
            paint(image, fog, "d0938c", 0.7)
    glow(image, (1000, 760), (1300, 300), "ffc08a", 0.35)
    return finish(image, rng, 4, 0.3)


def _blocks(image: Image.Image, rng: Random, base: float, tone: str, depth: int) -> None:
    """One row of houses, some windows lit."""
    scale = 0.42 + depth * 0.3
    houses, lights, x = [], [], -20.0
    while x < image.width + 20:
        wide, tall = rng.uniform(50, 150) * scale, rng.choice((70, 95, 110, 150, 210)) * scale * rng.uniform(0.8, 1.15)
        top = base - tall
        houses.append([(x, image.height + 5), (x, top), (x + wide, top), (x + wide, image.height + 5)])
        if rng.random() < 0.4:
            houses.append(
                [
                    (x + wide * 0.2, top),
                    (x + wide * 0.2, top - 12 * scale),
                    (x + wide * 0.5, top - 12 * scale),
                    (x + wide * 0.5, top),
                ]
            )
        if rng.random() < 0.2:
            houses.append(stroke([(x + wide * 0.7, top), (x + wide * 0.7, top - 40 * scale)], 1.2 * scale))
        step_x, step_y = 11 * scale, 14 * scale
        share = rng.uniform(0.05, 0.45)
        for row in range(int((tall + 120) / step_y) - 1):
            for column in range(int(wide / step_x) - 1):
                if rng.random() < share:
                    left, upper = x + (column + 0.75) * step_x, top + (row + 0.8) * step_y
                    lights.append(
                        (left, upper, left + step_x * 0.5, upper + step_y * 0.48, rng.choice((120, 180, 255)))
                    )
        x += wide + rng.choice((0, 2, 14, 30)) * scale

    def windows(pencil: ImageDraw.ImageDraw, n: int) -> None:
        for left, upper, right, lower, bright in lights:
            pencil.rectangle([left * n, upper * n, right * n, lower * n], fill=bright)

    def walls(pencil: ImageDraw.ImageDraw, n: int) -> None:
        for outline in houses:
            pencil.polygon([(a * n, b * n) for a, b in outline], fill=255)

    paint(image, shape(image.size, walls), tone)
    lit = shape(image.size, windows)
    paint(image, soften(lit, 9), "ffb35c", 0.5)
    paint(image, lit, "ffdf9e", 0.5 + depth * 0.1)
