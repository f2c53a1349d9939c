"""Any picture's colours as sRGB: profiles, CMYK, palettes, 16 bits, transparency. Runs in the child of `decoding`."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageCms

# What a profile's colour space (ICC.1:2022, table 19) describes, as Pillow's mode.
SPACES = {"RGB": "RGB", "CMYK": "CMYK", "GRAY": "L"}
DEEP = ("I;16", "I")  # 0 to 65535; Pillow would cut off what is above 255


class Colours:
    """How the colours of one picture, and of parts cut out of it, become sRGB."""

    def __init__(self, picture: Image.Image) -> None:
        self.mode = _plain_mode(picture)
        self.transform = _transform(picture.info.get("icc_profile"), self.mode)

    def srgb(self, image: Image.Image) -> Image.Image:
        """The same as RGB, or RGBA where it has transparency. What was plain RGB may be changed in place."""
        if image.mode in DEEP:
            image = _eight_bits(image)
        if not image.has_transparency_data:
            return self._opaque(image)
        image = image if image.mode == "RGBA" else image.convert("RGBA")
        if self.transform is None:
            return image
        colours = self._opaque(image.convert("RGB"))
        colours.putalpha(image.getchannel("A"))
        return colours

    def _opaque(self, image: Image.Image) -> Image.Image:
        if self.transform is None:
            return image if image.mode == "RGB" else image.convert("RGB")
        if image.mode != self.mode:
            image = image.convert(self.mode)
        if self.mode == "RGB":
            self.transform.apply_in_place(image)
            return image
        return self.transform.apply(image)


def _plain_mode(picture: Image.Image) -> str:
    """RGB, L or CMYK: what its colours are once palettes and transparency are out of the way."""
    if picture.mode == "CMYK":
        return "CMYK"
    grey = picture.mode in ("1", "L", *DEEP) and not picture.has_transparency_data
    return "L" if grey else "RGB"


def _transform(profile: bytes | None, mode: str) -> ImageCms.ImageCmsTransform | None:
    """None where there is no profile, or none that can be used: the colours are then taken for sRGB's."""
    if not profile:
        return None
    try:
        described = ImageCms.ImageCmsProfile(BytesIO(profile))
        if SPACES.get(described.profile.xcolor_space.strip()) != mode:
            return None
        return ImageCms.buildTransform(
            described,
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _eight_bits(image: Image.Image) -> Image.Image:
    image.info.pop("transparency", None)  # a value of 16 bits, which no longer means anything
    return image.point(lambda value: value * (1 / 257)).convert("L")
