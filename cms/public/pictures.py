"""Pictures on public pages: what an edition's JSON says of each, and how large which page shows it.

Nothing here asks the database. The addresses of renditions follow from a picture's key, size and focal point
(cms/media/renditions.py), and the gate finds the nearest one where one is not made yet.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ..media import renditions
from .media import address_of_rendition

UPRIGHT = 0.85  # width to height: what is narrower has room for its caption beside it
WIDEST_ELSEWHERE = 1280  # pixels: nobody tells us how much room there is
FORMATS = ("avif", "webp", "jpg")  # the best first: a browser takes the first that it knows


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of an edition, as cms.models.Picture.shown or .as_lead gives it.

    width, height: in pixels. focal: percent from the left and from the top. image: its number in the library, to which
    the text refers. code: names its page. url: the address of that page; empty where it has none.
    """

    key: str
    width: int
    height: int
    focal: tuple[int, int] = (50, 50)
    role: str = ""
    image: int = 0
    code: str = ""
    alt: str = ""
    decorative: bool = False
    caption: str = ""
    credit: str = ""
    taken_on: date | None = None
    place: str = ""
    people: str = ""
    terms: str = ""
    url: str = ""

    @classmethod
    def of(cls, shown: dict[str, Any], url: str = "") -> Photo:
        values = {field.name: shown[field.name] for field in fields(cls) if field.name in shown}
        values["focal"] = tuple(values.get("focal", (50, 50)))
        if taken := values.get("taken_on"):
            values["taken_on"] = date.fromisoformat(taken)
        return cls(**{**values, "url": url})

    @property
    def is_upright(self) -> bool:
        return self.width < self.height * UPRIGHT

    @property
    def called(self) -> str:
        """What it is called where it is not seen; empty for a decorative picture without a caption."""
        return self.alt or self.caption

    def fit(self, width: int, height: int) -> tuple[int, int]:
        """Its width and height in CSS pixels within a box; it is never enlarged."""
        scale = min(1, width / self.width, height / self.height)
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))


# --- Places on pages. The lengths are those of static/cms/site.css: who changes one changes the other.

_GUTTERS = "clamp(2.25rem, 8vw, 5rem)"  # both
_AXIS = "14rem"  # with its gap
_WIDE = "(min-width: 56rem)"
_PAGE = f"100vw - {_GUTTERS}"
_COLUMN = f"100vw - {_AXIS} - {_GUTTERS}"


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a picture.

    width, height: the most that it is shown in, in CSS pixels. rooms: (media condition, width in CSS) of the room that
    there is, the first that is true counts. cropped: whether it shows the 3:2 crop, which fills the room.
    """

    width: int
    height: int
    rooms: tuple[tuple[str, str], ...]
    cropped: bool = False

    def sizes(self, width: int) -> str:
        """The attribute `sizes` of a picture that is shown at most `width` CSS pixels wide."""
        if self.cropped:
            return ", ".join(f"{condition} {room}".strip() for condition, room in self.rooms)
        return ", ".join(f"{condition} min({width}px, {room})".strip() for condition, room in self.rooms)


SLOTS = {
    "lead": Slot(784, 640, ((_WIDE, _COLUMN), ("", _PAGE))),
    "text": Slot(542, 640, ((_WIDE, _COLUMN), ("", _PAGE))),
    "photo": Slot(1008, 720, (("", _PAGE),)),
    "feature": Slot(784, 460, ((_WIDE, "23rem"), ("", _PAGE))),
    "list": Slot(160, 107, ((_WIDE, "10rem"), ("(min-width: 40rem)", "9rem"), ("", "5.5rem")), cropped=True),
    "gallery": Slot(
        250,
        167,
        (
            (_WIDE, f"min(15.7rem, ({_COLUMN}) / 3 - 0.7rem)"),
            ("(min-width: 40rem)", f"calc(({_PAGE}) / 3 - 0.7rem)"),
            ("", f"calc(({_PAGE}) / 2 - 0.5rem)"),
        ),
        cropped=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Source:
    """All widths of a picture in one format."""

    media_type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class Responsive:
    """What the elements of a picture in a slot say. width, height: the largest it is shown, in CSS pixels."""

    sources: tuple[Source, ...]
    srcset: str
    src: str
    sizes: str
    width: int
    height: int


def responsive(photo: Photo, slot: Slot) -> Responsive:
    folder = address_of_rendition(photo.key, renditions.BASE.name).removesuffix(renditions.BASE.name)
    names = _names(photo, slot)
    sets = {kind: ", ".join(f"{folder}{name}.{kind} {width}w" for width, name in names) for kind in FORMATS}
    width, height = (slot.width, slot.height) if slot.cropped else photo.fit(slot.width, slot.height)
    *better, fallback = FORMATS
    enough = next((name for offered, name in names if offered >= width), names[-1][1])
    return Responsive(
        sources=tuple(Source(renditions.MEDIA_TYPES[kind], sets[kind]) for kind in better),
        srcset=sets[fallback],
        src=f"{folder}{enough}.{fallback}",
        sizes=slot.sizes(width),
        width=width,
        height=height,
    )


def _names(photo: Photo, slot: Slot) -> list[tuple[int, str]]:
    """(width in pixels, name without extension) of the renditions that a slot offers, the narrowest first."""
    found = renditions.wanted(photo.width, photo.height, photo.focal)
    offered = [spec for spec in found if spec.extension == FORMATS[0] and bool(spec.crop) == slot.cropped]
    return [(spec.width or 0, spec.name.removesuffix(f".{FORMATS[0]}")) for spec in offered]


def drawn(photo: Photo, slot: str, *, alt: str | None = None, classes: str = "", first: bool = False) -> SafeString:
    """The markup of a picture in a slot. alt: in place of its own. first: whether it is seen before one scrolls."""
    context = {
        "shown": responsive(photo, SLOTS[slot]),
        "alt": photo.alt if alt is None else alt,
        "classes": classes,
        "first": first,
    }
    return render_to_string("public/_picture.html", context)


# --- Downloads


@dataclass(frozen=True, slots=True)
class Download:
    """A size for the press. name: of the rendition. width, height: in pixels. size: in bytes; None until it is made."""

    name: str
    url: str
    width: int
    height: int
    size: int | None = None


def downloads(photo: Photo, sizes: dict[str, int]) -> list[Download]:
    """The sizes for the press, the smallest first. sizes: bytes of the renditions that are made, by name."""
    specs = [spec for spec in renditions.wanted(photo.width, photo.height, photo.focal) if spec.is_download]
    return [
        Download(
            spec.name,
            address_of_rendition(photo.key, spec.name),
            *renditions.size_of(spec, photo.width, photo.height),
            sizes.get(spec.name),
        )
        for spec in specs
    ]


# --- Elsewhere


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A picture for those who show it elsewhere: a JPEG, which everything can read. width, height: in pixels of the
    file. url: with host."""

    url: str
    width: int
    height: int
    alt: str = ""
    media_type: str = "image/jpeg"

    @classmethod
    def of(cls, photo: Photo, origin: str) -> Jpeg:
        offered = renditions.widths(photo.width)
        widest = max([width for width in offered if width <= WIDEST_ELSEWHERE] or offered)
        spec = renditions.parse(f"w{widest}.jpg") or renditions.BASE
        width, height = renditions.size_of(spec, photo.width, photo.height)
        return cls(origin + address_of_rendition(photo.key, spec.name), width, height, photo.alt)
