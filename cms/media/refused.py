"""Why a file was not taken, and what was found hidden in one that was, in sentences for the person who uploads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A file that we do not take. `reason`: one sentence (a lazy translation) for the person who uploads it."""

    def __init__(self, reason: Any) -> None:
        self.reason = reason
        super().__init__(reason)


class Busy(Refused):
    """Nothing is wrong with the file; there was no room to look into it. It can be sent again."""

    def __init__(self) -> None:
        super().__init__(_("The server is busy with other files. Try again in a minute."))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a file that its picture or text does not show.

    code: what it is; pictures have gps, camera, author, thumbnail, comment and frames. detail: the words found, at
    most a line; may be empty.
    """

    code: str
    detail: str = ""


# Originals stay private, and renditions are drawn anew: nothing of this is published with a picture.
_IN_PICTURES = {
    "gps": _("The photograph says where it was taken. What is published does not."),
    "camera": _("The photograph names the camera. What is published does not."),
    "author": _("The photograph names its author. What is published does not: write the name into the credit."),
    "thumbnail": _("A small copy is embedded, which may show what was cut off. It is not published."),
    "comment": _("Words are hidden in the picture. They are not published."),
    "frames": _("There is more than one picture in the file. Only the first is published, and it does not move."),
}


def describe(finding: Finding) -> str:
    """A finding in a picture as a sentence for an editor, with the words found. KeyError for any other code."""
    sentence = str(_IN_PICTURES[finding.code])
    return f"{sentence} ({finding.detail})" if finding.detail else sentence
