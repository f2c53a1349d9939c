"""Photographs of a kind, drawn here and taken into the library as an editor's are: decoded, shrunk and encoded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image as Drawing
from PIL import ImageChops
from playwright.sync_api import Page

from cms.editorial import library
from cms.models import Image, User


def draw(path: Path, seed: int, size: tuple[int, int] = (2000, 1333)) -> Path:
    """Light that falls off across rough shapes with small ones among them, and a camera's grain: as hard to encode as a
    photo."""
    width, height = size
    turned = Drawing.linear_gradient("L").rotate(37 * seed, expand=True).resize(size)
    fall = Drawing.radial_gradient("L").resize(size)
    shapes = Drawing.effect_noise((width // 40, height // 40), 120).resize(size, Drawing.Resampling.BICUBIC)
    leaves = Drawing.effect_noise((width // 7, height // 7), 60).resize(size, Drawing.Resampling.BICUBIC)
    grain = Drawing.effect_noise(size, 12)
    scene = Drawing.blend(Drawing.blend(Drawing.blend(turned, fall, 0.5), shapes, 0.4), leaves, 0.25)
    bands = [ImageChops.add(scene, grain, 1, shift - 128) for shift in (seed * 9 % 60, 10, -seed * 7 % 50)]
    Drawing.merge("RGB", bands).save(path, quality=90)
    return path


def take(folder: Path, by: User, seed: int, size: tuple[int, int] = (2000, 1333), **words: Any) -> Image:
    """One of them in the library, with all its renditions."""
    path = draw(folder / f"{seed}.jpg", seed, size)
    words = {"alt": f"Scene {seed}", "caption": f"Caption {seed}", "credit": "Press office", **words}
    return library.add_image(path, path.name, by=by, language="en", **words).row


def until_loaded(page: Page) -> None:
    """Wait for every picture of a page, whether it is seen or not."""
    page.evaluate("document.querySelectorAll('img').forEach(image => { image.loading = 'eager' })")
    for _ in range(200):
        if page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth)"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("a picture does not load")
