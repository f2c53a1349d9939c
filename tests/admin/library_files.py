"""What the tests of the library share: files as people upload them, and its forms as a browser sends them."""

from __future__ import annotations

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Pixels
from PIL import ImageDraw
from pypdf import PdfWriter

from cms.models import Attachment, Image


def photo(serial: int = 0, size: tuple[int, int] = (900, 600), format: str = "JPEG", *, gps: bool = False) -> bytes:
    """A picture that differs with its serial number."""
    pixels = Pixels.new("RGB", size, (40 + serial * 37 % 200, 90 + serial * 61 % 150, 120 + serial * 13 % 130))
    drawing = ImageDraw.Draw(pixels)
    width, height = size
    drawing.ellipse((width // 3, height // 4, width // 2, height // 4 + width // 6), fill="#f2d7b6")
    drawing.rectangle((width // 4, height // 2, width // 2 + width // 10, height), fill="#22313f")
    drawing.line((0, serial % height, width, height - serial % height), fill="white", width=3)
    exif = Pixels.Exif()
    exif[0x010F] = "Camera & Co"
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (43.0, 15.0, 0.0), 3: "E", 4: (76.0, 57.0, 0.0)})
    out = BytesIO()
    pixels.save(out, format, **({"exif": exif} if format == "JPEG" else {}))
    return out.getvalue()


def pdf(author: str = "", pages: int = 2) -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(300, 400)
    if author:
        writer.add_metadata({"/Author": author})
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def at(row, page="change"):
    return reverse(f"admin:cms_{type(row).__name__.lower()}_{page}", args=[row.pk])


def posted(row, **changed):
    """The form of a row as a browser sends it, with some fields typed anew."""
    names = {
        Image: "alt decorative caption credit people place taken_on terms language focal_x focal_y put_away version",
        Attachment: "title file_name language purpose note put_away version",
    }[type(row)]
    values = {name: getattr(row, name) for name in names.split()} | changed
    return {name: "on" if value is True else value for name, value in values.items() if value not in (False, None)}


def fresh(row):
    return type(row).objects.select_related("file").get(pk=row.pk)


def on_disk(folder, content):
    path = folder / "upload"
    path.write_bytes(content)
    return path


def said(response):
    return [str(message) for message in response.context["messages"]]
