"""What changed between two editions in their pictures, documents and recordings, in words for readers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Attachment, Edition
from .dates import day
from .files import Document, Media, Recording, language_name
from .pictures import Photo


@dataclass(frozen=True)
class Fact:
    """One change. name: what it is about. before, after: what stood there, and what stands there now. remark: a
    sentence, where that says it all."""

    name: str
    before: str = ""
    after: str = ""
    remark: str = ""


Row = Photo | Document | Recording
Key = Callable[[Any], Hashable]

PLACES = {"lead": gettext_lazy("Lead picture"), "gallery": gettext_lazy("Photos"), "body": gettext_lazy("In the text")}
# By what one is known again: by the first of these that finds it.
KEYS: dict[str, tuple[Key, ...]] = {
    "photo": (lambda photo: photo.image,),
    "document": (lambda document: document.key, lambda document: (document.stem, document.language)),
    "recording": (lambda recording: recording.url, lambda recording: (recording.title, recording.medium)),
}


def media_changed(old: Edition, new: Edition) -> list[Fact]:
    before, after = Media(old), Media(new)
    found: list[Fact] = []
    for role, place in PLACES.items():
        rows = [[photo for photo in media.pictures if photo.role == role] for media in (before, after)]
        found += _pictures(role, str(place), *rows)
    found += _changed(_("Documents"), before.files, after.files, KEYS["document"])
    found += _changed(_("Video and audio"), before.recordings, after.recordings, KEYS["recording"])
    return found


def _pictures(role: str, place: str, old: Sequence[Photo], new: Sequence[Photo]) -> Iterator[Fact]:
    if role == "lead" and old and new and old[0].image != new[0].image:
        yield Fact(place, _name(old[0]), _name(new[0]))
    elif role == "body":  # which there are, and with what words, stands in the comparison of the texts
        for was, now in _paired(old, new, KEYS["photo"]):
            yield from _altered(place, was, now, ("alt", "caption"))
    else:
        yield from _changed(place, old, new, KEYS["photo"])


def _changed(place: str, old: Sequence[Row], new: Sequence[Row], keys: tuple[Key, ...]) -> Iterator[Fact]:
    """What was taken out, what is new, what is another than before, and whether the order is."""
    pairs = _paired(old, new, keys)
    known = [id(row) for pair in pairs for row in pair]
    yield from (Fact(place, before=_name(row)) for row in old if id(row) not in known)
    yield from (Fact(place, after=_name(row)) for row in new if id(row) not in known)
    for was, now in pairs:
        yield from _altered(place, was, now)
    if [id(was) for was, _now in pairs] != [id(row) for row in old if id(row) in known]:
        yield Fact(place, remark=_("Put in another order."))


def _paired(old: Sequence[Any], new: Sequence[Any], keys: tuple[Key, ...]) -> list[tuple[Any, Any]]:
    """Those that are in both, in the new order."""
    found: dict[int, Any] = {}  # former by the place of the new one
    left = list(old)
    for key in keys:
        for place, row in enumerate(new):
            was = next((one for one in left if place not in found and key(one) == key(row)), None)
            if was is not None:
                found[place] = was
                left.remove(was)
    return [(found[place], new[place]) for place in sorted(found)]


def _altered(place: str, old: Row, new: Row, elsewhere: tuple[str, ...] = ()) -> Iterator[Fact]:
    """What changed in one that both have. elsewhere: names of words that are compared at another place."""
    if remark := _replaced(old, new):
        yield Fact(place, remark=remark)
    before, after = _words(old), _words(new)
    for name, (label, words) in after.items():
        if name not in elsewhere and words != before[name][1]:
            yield Fact(f"{place}: {label}", before[name][1], words)


def _replaced(old: Row, new: Row) -> str:
    if isinstance(old, Photo) and isinstance(new, Photo):
        if old.key != new.key:
            return _("Picture replaced: %s") % _name(new)
        return _("Picture cut in another way for lists: %s") % _name(new) if old.focal != new.focal else ""
    if isinstance(old, Document) and isinstance(new, Document) and old.key != new.key:
        return _("Document replaced: %s") % _name(new)
    return ""


# --- What is said of one


def _name(row: Row) -> str:
    if isinstance(row, Photo):
        return row.called or _("decorative picture")
    return row.title


def _words(row: Row) -> dict[str, tuple[str, str]]:
    """What readers are told of one: by name, what it is called and what it says."""
    if isinstance(row, Photo):
        return {
            "alt": (_("alternative text"), row.alt or (_("decorative picture") if row.decorative else "")),
            "caption": (_("caption"), row.caption),
            "credit": (_("credit"), row.credit),
            "taken_on": (_("date"), day(row.taken_on) if row.taken_on else ""),
            "place": (_("place"), row.place),
            "people": (_("people shown"), row.people),
            "terms": (_("usage terms"), row.terms),
        }
    if isinstance(row, Document):
        return {
            "title": (_("title"), row.title),
            "file_name": (_("file name"), row.file_name),
            "language": (_("language"), language_name(row.language) if row.language else ""),
            "purpose": (_("what it is"), str(dict(Attachment.Purpose.choices).get(row.purpose, ""))),
            "note": (_("accessible format"), row.note),
        }
    return {
        "title": (_("title"), row.title),
        "url": (_("address"), row.url),
        "particulars": (_("particulars"), row.particulars),
    }
