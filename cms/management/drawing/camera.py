"""What a camera writes into its pictures, so that the demonstration has something hidden to tell of."""

from __future__ import annotations

from datetime import datetime

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

MAKER, MODEL, SERIAL = "Altai Optical", "AO-7 Field", "AO7-004417"


def remembered(taken_at: datetime | None, place: tuple[float, float] | None) -> Image.Exif:
    """Exif 2.32 (CIPA DC-008) of an invented camera. place: latitude and longitude in degrees, north and east."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = MAKER, MODEL
    own = exif.get_ifd(ExifTags.IFD.Exif)
    own[ExifTags.Base.BodySerialNumber] = SERIAL
    if taken_at:
        stamp = taken_at.strftime("%Y:%m:%d %H:%M:%S")
        exif[ExifTags.Base.DateTime] = own[ExifTags.Base.DateTimeOriginal] = stamp
    if place:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", _sexagesimal(place[0])
        gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", _sexagesimal(place[1])
    return exif


def _sexagesimal(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Degrees, minutes and hundredths of seconds."""
    seconds = round(degrees * 360000)
    return IFDRational(seconds // 360000), IFDRational(seconds // 6000 % 60), IFDRational(seconds % 6000, 100)
