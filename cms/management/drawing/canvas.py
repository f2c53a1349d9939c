"""What all scenes are painted with: gradients, noise, soft light, clean edges, grain. Places and lengths are pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import cos, pi, sin
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageMath

Colour = tuple[int, int, int]
Point = tuple[float, float]
Size = tuple[int, int]

LANDSCAPE: Size = (2000, 1333)
PORTRAIT: Size = (1333, 2000)
PANORAMA: Size = (2400, 960)


def rgb(code: str) -> Colour:
    """The colour of six hexadecimal digits."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def seeded(name: str) -> Random:
    """Chance that is the same every time: it draws pictures and keeps no secrets."""
    return Random(name)  # noqa: S311


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """A colour between two; share: of the other, 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


# --- Fields: pictures in one channel


def ramp(size: Size, stops: Sequence[tuple[float, float]], across: bool = False) -> Image.Image:
    """A mask (L) that runs from above to below, or from left to right, through (place 0-1, value 0-255)."""
    length = size[0] if across else size[1]
    values = bytes(round(_at(stops, i / (length - 1))) for i in range(length))
    strip = Image.frombytes("L", (length, 1) if across else (1, length), values)
    return strip.resize(size, Image.Resampling.NEAREST)


def _at(stops: Sequence[tuple[float, float]], place: float) -> float:
    if place <= stops[0][0]:
        return stops[0][1]
    for (left, a), (right, b) in zip(stops, stops[1:], strict=False):
        if place <= right:
            return a + (b - a) * (place - left) / max(right - left, 1e-6)
    return stops[-1][1]


def gradient(size: Size, stops: Sequence[tuple[float, str]], across: bool = False) -> Image.Image:
    """A picture that runs from above to below, or from left to right, through (place 0-1, colour)."""
    colours = [(place, rgb(code)) for place, code in stops]
    channels = [ramp(size, [(place, colour[i]) for place, colour in colours], across) for i in range(3)]
    return Image.merge("RGB", channels)


def noise(
    rng: Random, size: Size, cell: float, octaves: int = 5, stretch: Point = (1, 1), gain: float = 0.5
) -> Image.Image:
    """Clouds (F), about -1 to 1. cell: the largest forms; stretch: how much longer they are across and down."""
    half = ((size[0] + 1) // 2, (size[1] + 1) // 2)
    total = Image.new("F", half, 0)
    strength = 1.0
    for octave in range(octaves):
        wide, high = cell * stretch[0] / 2 ** (octave + 1), cell * stretch[1] / 2 ** (octave + 1)
        layer = _grid(rng, half, max(wide, 1), max(high, 1))
        total = plus(total, layer, strength)
        strength *= gain
    return total.resize(size, Image.Resampling.BILINEAR)


def plus(one: Image.Image, other: Image.Image, strength: float) -> Image.Image:
    """Two fields (F), one on the other."""
    return ImageMath.lambda_eval(lambda p: p["a"] + p["b"] * strength, a=one, b=other)


def _grid(rng: Random, size: Size, wide: float, high: float) -> Image.Image:
    across, down = size[0] / wide, size[1] / high
    cells = (int(across) + 4, int(down) + 4)
    raw = Image.frombytes("L", cells, rng.randbytes(cells[0] * cells[1])).convert("F")
    raw = raw.point(lambda value: value * (1 / 127.5) - 1)
    return raw.resize(size, Image.Resampling.BICUBIC, box=(1, 1, 1 + across, 1 + down))


def field(noise_: Image.Image, contrast: float = 90, middle: float = 128) -> Image.Image:
    """Clouds as a mask (L)."""
    return noise_.point(lambda value: value * contrast + middle).convert("L")


def relief(height: Image.Image, light: Point, gain: float, middle: float = 128) -> Image.Image:
    """Light and shade (L) on a surface. light: how far it is shifted towards the sun, in pixels."""
    moved = height.transform(height.size, Image.Transform.AFFINE, (1, 0, light[0], 0, 1, light[1]))
    shade = ImageMath.lambda_eval(lambda p: (p["a"] - p["b"]) * gain + middle, a=height, b=moved)
    return shade.convert("L")


# --- Shapes


def shape(size: Size, draw: Callable[[ImageDraw.ImageDraw, int], None]) -> Image.Image:
    """A mask (L) with clean edges. draw: gets a pencil for twice the size, and 2."""
    large = Image.new("L", (size[0] * 2, size[1] * 2))
    draw(ImageDraw.Draw(large), 2)
    return large.reduce(2)


def polygon(size: Size, points: Sequence[Point]) -> Image.Image:
    """The mask (L) of a polygon."""
    return shape(size, lambda pencil, n: pencil.polygon([(x * n, y * n) for x, y in points], fill=255))


def crest(rng: Random, points: Sequence[Point], rough: float, depth: int = 7) -> list[Point]:
    """A broken line through points, as the outline of mountains. rough: of a stretch's length."""
    line = list(points)
    for _turn in range(depth):
        finer = [line[0]]
        for (x0, y0), (x1, y1) in zip(line, line[1:], strict=False):
            length = abs(x1 - x0) + abs(y1 - y0)
            finer.append(((x0 + x1) / 2, (y0 + y1) / 2 + rng.uniform(-rough, rough) * length))
            finer.append((x1, y1))
        line = finer
    return line


def below(size: Size, line: Sequence[Point]) -> Image.Image:
    """The mask (L) of all that lies below a line from the left edge to the right."""
    return polygon(
        size, [(-5, size[1] + 5), (-5, line[0][1]), *line, (size[0] + 5, line[-1][1]), (size[0] + 5, size[1] + 5)]
    )


def stroke(curve: Sequence[Point], half: float | Sequence[float]) -> list[Point]:
    """The outline of a line. half: half its thickness, everywhere or at each of its points."""
    halves = [half] * len(curve) if isinstance(half, int | float) else half
    left, right = [], []
    for i, ((x, y), reach) in enumerate(zip(curve, halves, strict=True)):
        (x0, y0), (x1, y1) = curve[max(i - 1, 0)], curve[min(i + 1, len(curve) - 1)]
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 or 1
        aside, down = (y0 - y1) / length * reach, (x1 - x0) / length * reach
        left.append((x + aside, y + down))
        right.append((x - aside, y - down))
    return left + right[::-1]


# --- Painting


def paint(image: Image.Image, mask: Image.Image, colour: str | Colour | Image.Image, strength: float = 1) -> None:
    """Lay a colour, or another picture of the size, through a mask."""
    if strength < 1:
        mask = mask.point(lambda value: value * strength)
    if isinstance(colour, Image.Image):
        image.paste(colour, (0, 0), mask)
    else:
        image.paste(rgb(colour) if isinstance(colour, str) else colour, (0, 0, *image.size), mask)


def fill(
    image: Image.Image,
    outline: Sequence[Point],
    colour: str | Colour | Image.Image,
    strength: float = 1,
    blur: float = 0,
) -> None:
    """Paint a polygon; as `paint`, but no more work than the polygon is large. blur: of its edge, in pixels."""
    margin = 2 + round(blur * 3)
    left, top = (max(0, int(min(place[i] for place in outline)) - margin) for i in (0, 1))
    right, bottom = (min(image.size[i], int(max(place[i] for place in outline)) + margin) for i in (0, 1))
    if left >= right or top >= bottom:
        return
    mask = polygon((right - left, bottom - top), [(x - left, y - top) for x, y in outline])
    if blur:
        mask = soften(mask, blur)
    if strength < 1:
        mask = mask.point(lambda value: value * strength)
    if isinstance(colour, Image.Image):
        image.paste(colour.crop((left, top, right, bottom)), (left, top), mask)
    else:
        image.paste(rgb(colour) if isinstance(colour, str) else colour, (left, top, right, bottom), mask)


def glow(image: Image.Image, centre: Point, radius: float | Point, colour: str, strength: float = 1) -> None:
    """Light that fades all round; it makes brighter and never darker."""
    wide, high = radius if isinstance(radius, tuple) else (radius, radius)
    box = (int(centre[0] - wide), int(centre[1] - high), int(centre[0] + wide), int(centre[1] + high))
    # The centre of Pillow's radial gradient is black; the square makes it fade like light.
    fading = Image.radial_gradient("L").point(lambda value: round((1 - min(value, 181) / 181) ** 2 * 255 * strength))
    spot = fading.resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.BICUBIC)
    held = (max(box[0], 0), max(box[1], 0), min(box[2], image.width), min(box[3], image.height))
    if held[0] >= held[2] or held[1] >= held[3]:
        return
    spot = spot.crop((held[0] - box[0], held[1] - box[1], held[2] - box[0], held[3] - box[1]))
    under = image.crop(held)
    light = Image.composite(Image.new("RGB", under.size, rgb(colour)), Image.new("RGB", under.size), spot)
    image.paste(ImageChops.screen(under, light), held[:2])


def soften(image: Image.Image, radius: float) -> Image.Image:
    """Blur; a wide one on a smaller copy, where nobody sees the difference."""
    part = 1 if radius < 3 else 2 if radius < 8 else 4 if radius < 24 else 8
    if part == 1:
        return image.filter(ImageFilter.GaussianBlur(radius))
    small = image.reduce(part).filter(ImageFilter.GaussianBlur(radius / part))
    return small.resize(image.size, Image.Resampling.BICUBIC if part > 2 else Image.Resampling.BILINEAR)


def both(one: Image.Image, other: Image.Image) -> Image.Image:
    """Where two masks agree."""
    return ImageChops.multiply(one, other)


def shade_of(image: Image.Image, light: Image.Image, strength: float = 1) -> Image.Image:
    """A picture with light and shade (L, 128 leaves it as it is) on it."""
    if strength < 1:
        light = light.point(lambda value: round(128 + (value - 128) * strength))
    return ImageChops.overlay(image, Image.merge("RGB", (light, light, light)))


def finish(image: Image.Image, rng: Random, grain: float = 5, corners: float = 0.3) -> Image.Image:
    """Darken the corners and lay grain over all. grain: of 255; corners: 0 to 1."""
    if corners:
        dark = Image.radial_gradient("L").point(lambda value: round(255 * (1 - corners * (value / 255) ** 2.4)))
        dark = dark.resize(image.size, Image.Resampling.BILINEAR)
        image = ImageChops.multiply(image, Image.merge("RGB", (dark, dark, dark)))
    coarse = (image.width * 3 // 4, image.height * 3 // 4)
    dust = Image.frombytes("L", coarse, rng.randbytes(coarse[0] * coarse[1])).resize(
        image.size, Image.Resampling.BILINEAR
    )
    dust = dust.point(lambda value: max(0, round(grain + (value - 128) * grain / 55)))
    return ImageChops.add(image, Image.merge("RGB", (dust, dust, dust)), 1, -round(grain))


def turned(outline: list[Point], centre: Point, angle: float) -> list[Point]:
    return [
        (centre[0] + x * cos(angle) - y * sin(angle), centre[1] + x * sin(angle) + y * cos(angle)) for x, y in outline
    ]


def ellipse(centre: Point, wide: float, high: float, turn: float) -> list[Point]:
    return turned([(wide * cos(step / 60 * pi), high * sin(step / 60 * pi)) for step in range(120)], centre, turn)


def cast(image: Image.Image, outline: Sequence[Point], shift: Point, blur: float, strength: float) -> None:
    """The shadow of something flat that lies on something else."""
    fill(image, [(x + shift[0], y + shift[1]) for x, y in outline], "20140e", strength, blur)
