"""Pictures from strangers: what one is, and its renditions. Decoding happens in a child (`sandbox`, `decoding`).

What else than JPEG comes is decoded whole, at four bytes to a pixel and sometimes four times over, while a JPEG decodes
an eighth of its width by itself: hence the two limits of pixels.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from . import sandbox
from .refused import Busy, Finding, Refused
from .renditions import Spec

BYTES = 40 * 1024 * 1024
PIXELS = 50_000_000
JPEG_PIXELS = 100_000_000
SIDE = 30_000
FORMATS = {  # media type and extension
    "JPEG": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
    "WEBP": ("image/webp", "webp"),
    "AVIF": ("image/avif", "avif"),
    "GIF": ("image/gif", "gif"),
}
# Hard stops, for the largest that the limits above let pass, on a slow and busy machine. The usual is far below:
# a JPEG of 24 megapixels takes half a second and 80 MiB to look at, 7 seconds and 380 MiB to draw in all renditions.
# The largest (50 megapixels of WebP, 100 of JPEG) need 760 MiB to look at and 1,150 to draw.
INSPECT_SECONDS, INSPECT_MEGABYTES = 10, 1024
MAKE_SECONDS, MAKE_MEGABYTES = 120, 1536
MAKE_PATIENCE = 120  # seconds for a place among the others: nobody waits for renditions, and nobody asks a second time

_DECODING = "cms.media.decoding"
_LIMITS = {"pixels": {name: JPEG_PIXELS if name == "JPEG" else PIXELS for name in FORMATS}, "side": SIDE}
_REFUSALS: dict[str, Any] = {
    "format": _("This is not a picture that can be published. Use JPEG, PNG, WebP, AVIF or GIF."),
    "pixels": _("The picture has too many pixels: more than 50 million, or in a JPEG more than 100 million."),
    "side": _("The picture is wider or higher than 30,000 pixels."),
    "broken": _("The picture is damaged: it cannot be read to its end. Save it anew and try again."),
    "exhausted": _("Reading this picture takes too long or too much memory. Save it smaller and try again."),
    "empty": _("The file is empty."),
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a picture is, by its content.

    format: a key of FORMATS. width, height: in pixels, upright as a reader sees it. findings: what is hidden in it.
    """

    format: str
    media_type: str
    extension: str
    width: int
    height: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A rendition that lies at `path`. width, height: in pixels. size: in bytes. sha256: 64 hexadecimal digits."""

    spec: Spec
    path: Path
    width: int
    height: int
    size: int
    sha256: str


def inspect(path: Path, base: Path) -> Facts:
    """Say what a picture is, after decoding it once, and write its base.jpg to `base`.

    Raises Refused for whatever is not a whole picture in one of FORMATS within the limits of this module.
    """
    size = path.stat().st_size
    if size > BYTES:
        raise Refused(_("The file is larger than %s.") % filesizeformat(BYTES))
    if not size:
        raise Refused(_REFUSALS["empty"])
    request = {"path": str(path.resolve()), "base": str(base.resolve())}
    found = _decode(request, INSPECT_SECONDS, INSPECT_MEGABYTES)
    media_type, extension = FORMATS[found["format"]]
    findings = tuple(Finding(code, detail) for code, detail in found["findings"])
    return Facts(found["format"], media_type, extension, found["width"], found["height"], findings)


def make(path: Path, specs: Sequence[Spec], into: Path) -> list[Made]:
    """Draw these renditions of a picture that `inspect` has taken, from one decoding, into a folder that is there.

    Each file bears its spec's name. Raises Refused, as `inspect` does.
    """
    if not specs:
        return []
    request = {"path": str(path.resolve()), "into": str(into.resolve()), "specs": [spec.name for spec in specs]}
    sizes = {name: size for name, *size in _decode(request, MAKE_SECONDS, MAKE_MEGABYTES, MAKE_PATIENCE)["made"]}
    return [_made(spec, into / spec.name, *sizes[spec.name]) for spec in specs]


def _made(spec: Spec, path: Path, width: int, height: int) -> Made:
    content = path.read_bytes()
    return Made(spec, path, width, height, len(content), hashlib.sha256(content).hexdigest())


def _decode(request: dict[str, Any], seconds: float, megabytes: int, patience: float | None = None) -> dict[str, Any]:
    asked = {**request, **_LIMITS}
    try:
        answer = sandbox.run(_DECODING, asked, seconds=seconds, megabytes=megabytes, patience=patience)
    except sandbox.Busy as busy:
        raise Busy from busy
    except sandbox.Failed as error:
        logger.warning("A picture could not be decoded: %s", error)
        raise Refused(_REFUSALS["exhausted" if error.exhausted else "broken"]) from error
    if "refused" in answer:
        raise Refused(_REFUSALS[answer["refused"]])
    return answer
