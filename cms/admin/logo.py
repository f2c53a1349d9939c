"""The site's logo: whatever was uploaded is drawn anew as a small PNG that holds nothing but the picture."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

BYTES = 500 * 1024  # of the upload
PIXELS = 4_000_000  # of the upload, before it is decoded
SIZE = (480, 160)  # of what is stored, at most
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


@dataclass(frozen=True)
class Logo:
    """png: bytes of a PNG without metadata. digest: 16 hexadecimal digits that name it. width, height: in pixels."""

    png: bytes
    digest: str
    width: int
    height: int


def draw_logo(upload: IO[bytes], size: int) -> Logo:
    """Decode an upload by its content and draw it anew.

    size: of the upload, in bytes. Raises ValidationError, in words for the person, for anything that is no picture
    of ours or too large.
    """
    if size > BYTES:
        raise ValidationError(_("The file is larger than %s.") % filesizeformat(BYTES))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _draw(upload)
    except ValidationError:
        raise
    except Exception as error:  # noqa: BLE001  Pillow raises whatever its decoders do
        raise ValidationError(_("This file could not be read as a picture. Use PNG, JPEG, WebP or GIF.")) from error


def _draw(upload: IO[bytes]) -> Logo:
    with Image.open(upload, formats=FORMATS) as picture:
        if picture.width * picture.height > PIXELS:
            raise ValidationError(_("The picture has too many pixels. 480 × 160 is all that is shown."))
        drawn = ImageOps.exif_transpose(picture).convert("RGBA")
    drawn.thumbnail(SIZE, Image.Resampling.LANCZOS)
    bare = Image.new("RGBA", drawn.size)
    bare.paste(drawn)
    out = BytesIO()
    bare.save(out, "PNG", optimize=True)
    png = out.getvalue()
    return Logo(png, hashlib.sha256(png).hexdigest()[:16], bare.width, bare.height)
