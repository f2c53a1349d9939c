"""Scenes of smaller rooms: a long table, a corridor, windows on a lake."""

from __future__ import annotations

from random import Random

from PIL import Image

from .canvas import (
    LANDSCAPE,
    PORTRAIT,
    below,
    both,
    cast,
    crest,
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
    rgb,
    seeded,
    shade_of,
    soften,
    turned,
)
from .mountains import haze, mountain, peaks
from .space import Camera, Place, Stage, floor


def long_table() -> Image.Image:
    """A long table with chairs and microphones before a bright window."""
    rng, size = seeded("table"), LANDSCAPE
    camera = Camera((0.55, 1.72, -1.2), 1350, (960, 520), tilt=0.1, turn=-0.03)
    stage = Stage(camera, light=(0.1, 0.75, 0.65), dark=0.3, air="e9e4d6", clear=60)
    image = gradient(size, [(0, "b9ad98"), (0.4, "d8cfbd"), (0.6, "a58f74"), (1, "4b3a2c")])
    stage.face(floor((-4.2, 4.2), (-3, 16)), "8d7357")
    stage.face(floor((-4.2, 4.2), (-3, 16), 3.6), "d9d0bf", lit=False)
    for x in (-4.2, 4.2):
        stage.face([(x, 0, -3), (x, 0, 16), (x, 3.6, 16), (x, 3.6, -3)], "cfc3ae", lit=False)
        for step in range(7):
            z, wall = step * 2.7 - 2.5, x * 0.998
            panel = [(wall, 0.9, z), (wall, 0.9, z + 2.35), (wall, 3.2, z + 2.35), (wall, 3.2, z)]
            stage.face(panel, "bba98c", lit=False, lift=1)
    stage.face([(-4.2, 0, 16), (4.2, 0, 16), (4.2, 3.6, 16), (-4.2, 3.6, 16)], "b7ab98", lit=False)
    image = stage.draw(image)
    _window_at_the_end(image, camera, rng)
    shine = stage.shadow(size, [floor((-3.4, 3.4), (6, 15.8))], 40)
    paint(image, shine, "f4ead6", 0.5)
    paint(image, stage.shadow(size, [floor((-1.9, 1.9), (-1, 13.6))], 30), "2b2019", 0.62)
    for step in range(13):
        for side in (-1, 1):
            _chair(stage, side, -0.52 + step * 1.12, rng)
    stage.box((-1.15, 1.15), (0.7, 0.76), (-1, 13.6), "6f4a2f", lift=60)
    image = stage.draw(image)
    _shining(image, camera, rng)
    for step in range(12):
        for side in (-1, 1):
            _place_at_table(stage, side, 12.9 - step * 1.12, rng)
    image = stage.draw(image)
    glow(image, camera.point((0, 2.2, 16)), (1000, 720), "fff4da", 0.6)
    return finish(image, rng, 5, 0.42)


def _window_at_the_end(image: Image.Image, camera: Camera, rng: Random) -> None:
    corners = [camera.point(place) for place in ((-2.9, 3.25, 16), (2.9, 3.25, 16), (2.9, 0.55, 16), (-2.9, 0.55, 16))]
    outside = gradient(image.size, [(0.24, "eef3f2"), (0.4, "ffffff"), (0.5, "dfe5df")])
    fill(image, corners, outside)
    hills = crest(
        rng,
        [camera.point((x, y, 16)) for x, y in ((-2.9, 1.5), (-1.6, 2.1), (-0.3, 1.5), (1.2, 1.95), (2.9, 1.3))],
        0.16,
    )
    outline = [*hills, camera.point((2.9, 0.55, 16)), camera.point((-2.9, 0.55, 16))]
    paint(image, both(polygon(image.size, outline), polygon(image.size, corners)), "bccbcd", 0.8)
    for x in (-1.45, 0, 1.45):
        bar = [
            camera.point(place)
            for place in ((x - 0.04, 3.25, 16), (x + 0.04, 3.25, 16), (x + 0.04, 0.55, 16), (x - 0.04, 0.55, 16))
        ]
        fill(image, bar, "6d6353")


def _chair(stage: Stage, side: int, z: float, rng: Random) -> None:
    """A chair beside the table, its back to the wall."""
    x = side * (1.62 + rng.uniform(-0.04, 0.05))
    z += rng.uniform(-0.04, 0.04)
    inner, outer = sorted((x - side * 0.28, x + side * 0.22))
    leather = "3c4a4c"
    for leg in (inner + 0.03, outer - 0.05):
        for depth in (z + 0.05, z + 0.55):
            stage.box((leg, leg + 0.03), (0, 0.44), (depth, depth + 0.03), "2a2a2b")
    stage.box((inner, outer), (0.42, 0.5), (z, z + 0.6), leather, lift=0.1)
    back = sorted((x + side * 0.2, x + side * 0.29))
    stage.box((back[0], back[1]), (0.5, 1.12), (z + 0.02, z + 0.58), leather, lift=0.12)


def _shining(image: Image.Image, camera: Camera, rng: Random) -> None:
    """The window in the varnish of the table."""
    top = polygon(image.size, camera.outline(floor((-1.15, 1.15), (-1, 13.6), 0.76)))
    streak = polygon(image.size, camera.outline(floor((-0.85, 0.85), (2.5, 13.6), 0.76)))
    grainy = field(noise(rng, image.size, 90, 4, stretch=(0.5, 2.5)), 60, 150)
    paint(
        image,
        both(top, both(soften(streak, 30), ramp(image.size, [(0.42, 255), (0.62, 120), (0.85, 0)]))),
        "f6e8cd",
        0.8,
    )
    paint(image, both(top, grainy), "3d2616", 0.16)


def _place_at_table(stage: Stage, side: int, z: float, rng: Random) -> None:
    """A sheet of paper, a glass and a microphone."""
    x = side * 0.78
    level = 0.765
    if rng.random() < 0.85:
        turn = rng.uniform(-0.03, 0.03)
        sheet = [(x - 0.16, z - 0.11), (x + 0.16, z - 0.11 + turn), (x + 0.16, z + 0.12 + turn), (x - 0.16, z + 0.12)]
        stage.face([(a, level, b) for a, b in sheet], "fbf7ec", lit=False, lift=3)
    base = side * 0.47
    stage.box((base - 0.05, base + 0.05), (level, level + 0.025), (z + 0.2, z + 0.3), "262627", lift=3.05)
    bend = [
        (base, level, z + 0.25),
        (base + side * 0.03, level + 0.2, z + 0.25),
        (base + side * 0.11, level + 0.34, z + 0.24),
    ]
    for (x0, y0, _z), (x1, y1, _w) in zip(bend, bend[1:], strict=False):
        stage.face(
            [
                (x0 - 0.007, y0, z + 0.25),
                (x0 + 0.007, y0, z + 0.25),
                (x1 + 0.007, y1, z + 0.25),
                (x1 - 0.007, y1, z + 0.25),
            ],
            "1d1d1e",
            lit=False,
            lift=3.1,
        )
    stage.box(
        (base + side * 0.11 - 0.022, base + side * 0.11 + 0.022),
        (level + 0.33, level + 0.39),
        (z + 0.22, z + 0.27),
        "151516",
        lift=3.2,
    )


def corridor() -> Image.Image:
    """A long corridor; tall windows on the left throw light across the floor."""
    rng, size = seeded("corridor"), PORTRAIT
    camera = Camera((0.35, 1.6, 0), 1500, (600, 1010))
    stage = Stage(camera, light=(-0.7, 0.6, -0.2), dark=0.35, air="dcd6c8", clear=62)
    image = Image.new("RGB", size, rgb("c9c2b2"))
    stage.face(floor((-1.9, 1.9), (0.2, 44)), "7f7565", lit=False)
    stage.face(floor((-1.9, 1.9), (0.2, 44), 4.6), "b3ab9b", lit=False)
    stage.face([(1.9, 0, 0.2), (1.9, 0, 44), (1.9, 4.6, 44), (1.9, 4.6, 0.2)], "9f9584", lit=False)
    stage.face([(-1.9, 0, 0.2), (-1.9, 0, 44), (-1.9, 4.6, 44), (-1.9, 4.6, 0.2)], "6b6459", lit=False)
    stage.face([(-1.9, 0, 44), (1.9, 0, 44), (1.9, 4.6, 44), (-1.9, 4.6, 44)], "efe9da", lit=False)
    image = stage.draw(image)
    gaps = [1.2 + 4.1 * step for step in range(11)]
    patches: list[list[Place]] = []
    for z in gaps:
        window = [(-1.9, 0.75, z), (-1.9, 0.75, z + 2.1), (-1.9, 3.9, z + 2.1), (-1.9, 3.9, z)]
        fill(image, camera.outline(window), "fff6e0")
        for share in (1 / 3, 2 / 3):
            y = 0.75 + 3.15 * share
            stage.face(
                [(-1.88, y - 0.03, z), (-1.88, y - 0.03, z + 2.1), (-1.88, y + 0.03, z + 2.1), (-1.88, y + 0.03, z)],
                "6b6459",
                lit=False,
            )
        stage.face(
            [(-1.88, 0.75, z + 1.0), (-1.88, 0.75, z + 1.1), (-1.88, 3.9, z + 1.1), (-1.88, 3.9, z + 1.0)],
            "6b6459",
            lit=False,
        )
        patches.append([(-1.35, 0, z + 0.9), (-1.35, 0, z + 3.0), (1.9, 0, z + 4.4), (1.9, 0, z + 2.3)])
        patches.append([(1.9, 0, z + 2.3), (1.9, 0, z + 4.4), (1.9, 1.7, z + 5.0), (1.9, 1.7, z + 2.9)])
    image = stage.draw(image)
    for reach, strength in ((2.5, 0.55), (16, 0.3)):
        paint(image, stage.shadow(size, patches, reach), "ffe9bd", strength)
    for z in reversed(gaps):
        for x, tone in ((-1.9, "7d7466"), (1.9, "a99e8c")):
            side = 1 if x < 0 else -1
            stage.box(tuple(sorted((x, x + side * 0.22))), (0, 4.6), (z + 2.9, z + 3.35), tone)  # type: ignore[arg-type]
        stage.box((-1.9, 1.9), (4.3, 4.6), (z + 2.9, z + 3.35), "958b7a")
    image = stage.draw(image)
    _polish(image, camera, rng)
    glow(image, camera.point((0, 2, 44)), (430, 520), "fffaf0", 0.8)
    glow(image, (-150, 800), (900, 1200), "fff0cc", 0.35)
    return finish(image, rng, 5, 0.4)


def _polish(image: Image.Image, camera: Camera, rng: Random) -> None:
    """A floor that mirrors what stands on it, the more the farther it is."""
    line = round(camera.centre[1]) + 36
    depth = image.height - line
    mirror = image.crop((0, line - depth, image.width, line)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    whole = Image.new("RGB", image.size)
    whole.paste(soften(mirror, 9), (0, line))
    ground = polygon(image.size, camera.outline(floor((-1.9, 1.9), (0.2, 44))))
    smooth = field(noise(rng, image.size, 120, 3, stretch=(2, 0.5)), 40, 170)
    fading = ramp(image.size, [(line / image.height, 150), ((line + depth * 0.6) / image.height, 60), (1, 20)])
    paint(image, both(ground, both(smooth, fading)), whole)


def window_lake() -> Image.Image:
    """Mountains and a lake behind the tall windows of a dark room with two armchairs."""
    rng, size = seeded("window"), LANDSCAPE
    image = gradient(size, [(0, "6fa0bf"), (0.25, "bcd5dc"), (0.42, "f0e6d2")])
    clouds = noise(rng, size, 460, 6, stretch=(2.2, 0.55))
    paint(image, both(field(clouds, 160, 30), ramp(size, [(0, 180), (0.3, 255), (0.45, 90)])), "fffaf0", 0.8)
    line = crest(
        rng,
        peaks(
            size[0],
            [
                (0, 430),
                (0.12, 350),
                (0.22, 410),
                (0.36, 235),
                (0.44, 330),
                (0.52, 260),
                (0.63, 400),
                (0.75, 330),
                (0.87, 420),
                (1, 360),
            ],
        ),
        0.15,
    )
    mask = mountain(image, rng, line, ("fff2df", "6886a3"), ("968b85", "48566a"), 380, bare=0.45)
    haze(image, mask, "e3ddcf", 0.28, 0.48, 0.75)
    for y, tone, lift in ((585, "6f8884", 90), (640, "4c6660", 50)):
        paint(
            image,
            below(size, crest(rng, peaks(size[0], [(0, y - lift), (0.35, y), (0.6, y + 10), (1, y - lift)]), 0.1)),
            tone,
        )
    lake = polygon(size, [(0, 665), (2000, 665), (2000, 1333), (0, 1333)])
    paint(image, lake, gradient(size, [(0.5, "dfe6e0"), (0.56, "a9c4c9"), (0.8, "6f9aa8")]))
    ripples = field(noise(rng, size, 90, 4, stretch=(5, 0.16)), 60, 128)
    image = Image.composite(shade_of(image, ripples, 0.6), image, lake)
    glow(image, (760, 690), (420, 60), "fff6e0", 0.6)
    _inside(image)
    return finish(image, rng, 5, 0.3)


def _inside(image: Image.Image) -> None:
    size = image.size
    panes = [(150, 620), (670, 1330), (1380, 1850)]
    room = Image.new("L", size, 255)
    for a, b in panes:
        room.paste(0, (a, 95, b + 1, 906))
    walls = gradient(size, [(0, "15191c"), (0.68, "22272a"), (0.7, "2c2a27"), (1, "191715")])
    paint(image, room, walls)
    for a, b in panes:
        reveal = [(a, 95), (a + 16, 111), (a + 16, 905), (a, 905)]
        fill(image, reveal, "4a4c4a", 0.9)
        fill(image, [(a, 890), (b, 890), (b + 14, 915), (a - 14, 915)], "8d8678")
        middle = (a + b) / 2
        fill(image, [(middle - 6, 95), (middle + 6, 95), (middle + 6, 892), (middle - 6, 892)], "1b1f22")
        spread = [(a - 40, 985), (b - 40, 985), (b + (b - 1000) * 0.35 - 40, 1333), (a + (a - 1000) * 0.35 - 40, 1333)]
        light = soften(polygon(size, spread), 14)
        paint(image, both(light, ramp(size, [(0.72, 255), (1, 110)])), "d8cbb0", 0.5)
    for side in (-1, 1):
        _armchair(image, 1000 + side * 300, side)
    _round_table(image)


# An armchair seen from the side, from its back leg over the back to its front.
ARMCHAIR = [
    (-150, 0),
    (-165, -250),
    (-140, -330),
    (-80, -352),
    (-40, -330),
    (-30, -150),
    (120, -140),
    (150, -120),
    (152, 0),
]
ARM = [(-60, -150), (150, -150), (165, -128), (160, -100), (-60, -100)]


def _armchair(image: Image.Image, x: float, side: int) -> None:
    """An armchair turned towards the middle, against the light."""
    body = [(x - side * a, 1190.0 + b) for a, b in ARMCHAIR]
    cast(image, body, (0, 34), 20, 0.7)
    for leg in (x - side * 125, x + side * 130):
        fill(image, [(leg - 8, 1180), (leg + 8, 1180), (leg + 5, 1245), (leg - 5, 1245)], "0c0d0d")
    fill(image, body, "c9d2c8")
    fill(image, [(a, b + 6) for a, b in body], gradient(image.size, [(0.6, "2f4546"), (0.9, "141d1e")]))
    fill(image, [(x - side * a, 1190 + b) for a, b in ARM], "3d5656")


def _round_table(image: Image.Image) -> None:
    fill(image, ellipse((1000, 1262), 130, 24, 0), "050505", 0.7, blur=12)
    fill(image, [(992, 1090), (1008, 1090), (1010, 1255), (990, 1255)], "101211")
    fill(image, ellipse((1000, 1256), 62, 12, 0), "101211")
    fill(image, ellipse((1000, 1094), 118, 25, 0), "2b1d13")
    fill(image, ellipse((1000, 1088), 118, 25, 0), gradient(image.size, [(0.795, "d3c3a6"), (0.84, "7c5d40")]))
    fill(image, turned([(-52, -9), (30, -12), (46, 9), (-40, 12)], (985, 1086), 0), "fbf7ec")
