"""What an editor is told: counting what is taken out while a text is cleaned, and the sentences about it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy, ngettext_lazy

from .markup import scrub


@dataclass(frozen=True, slots=True)
class Removed:
    """One kind of thing that was taken out: a stable key, how many, and the first of them in short."""

    what: str
    count: int
    example: str = ""


_SENTENCES = {
    "tracked-deletion": ngettext_lazy(
        "%(count)d passage that was marked as deleted in Word was left out: “%(example)s”.",
        "%(count)d passages that were marked as deleted in Word were left out, the first: “%(example)s”.",
        "count",
    ),
    "comment": ngettext_lazy(
        "%(count)d comment was left out: “%(example)s”.",
        "%(count)d comments were left out, the first: “%(example)s”.",
        "count",
    ),
    "hidden": ngettext_lazy(
        "%(count)d hidden passage was left out: “%(example)s”.",
        "%(count)d hidden passages were left out, the first: “%(example)s”.",
        "count",
    ),
    "image-local": ngettext_lazy(
        "%(count)d picture that lay on your computer was removed.",
        "%(count)d pictures that lay on your computer were removed.",
        "count",
    ),
    "image": ngettext_lazy(
        "%(count)d picture was removed: “%(example)s”.",
        "%(count)d pictures were removed, the first: “%(example)s”.",
        "count",
    ),
    "image-moved": ngettext_lazy(
        "%(count)d picture in a table stands behind the table now: “%(example)s”.",
        "%(count)d pictures in tables stand behind the tables now, the first: “%(example)s”.",
        "count",
    ),
    "link-picture": ngettext_lazy(
        "%(count)d picture with a link (%(example)s) is a picture without a link now.",
        "%(count)d pictures with links (%(example)s) are pictures without links now.",
        "count",
    ),
    "link-address": ngettext_lazy(
        "%(count)d link with an address we don't allow (%(example)s) became plain text.",
        "%(count)d links with addresses we don't allow (%(example)s) became plain text.",
        "count",
    ),
    "link-anchor": ngettext_lazy(
        "%(count)d link to a place that is not in this text (%(example)s) became plain text.",
        "%(count)d links to places that are not in this text (%(example)s) became plain text.",
        "count",
    ),
    "strikethrough": ngettext_lazy(
        "%(count)d passage that was struck out is ordinary text now: “%(example)s”.",
        "%(count)d passages that were struck out are ordinary text now, the first: “%(example)s”.",
        "count",
    ),
    "heading": ngettext_lazy(
        "%(count)d heading was moved to another level: “%(example)s”.",
        "%(count)d headings were moved to other levels, the first: “%(example)s”.",
        "count",
    ),
    "embedded": ngettext_lazy(
        "%(count)d embedded object (%(example)s) was removed.",
        "%(count)d embedded objects (%(example)s) were removed.",
        "count",
    ),
    "form": ngettext_lazy(
        "%(count)d form field was removed; its words stayed.",
        "%(count)d form fields were removed; their words stayed.",
        "count",
    ),
    "script": ngettext_lazy("%(count)d script was removed.", "%(count)d scripts were removed.", "count"),
    "template": ngettext_lazy("%(count)d template was removed.", "%(count)d templates were removed.", "count"),
    "title": ngettext_lazy(
        "%(count)d window title was left out: “%(example)s”.",
        "%(count)d window titles were left out, the first: “%(example)s”.",
        "count",
    ),
}
_OFFICE = gettext_lazy("Fonts, colours and other settings of the office program were left out.")
_OFFICE_KEYS = {"style", "xml"}  # every paste has them: one sentence will do


def describe(removed: Iterable[Removed]) -> str:
    """What was removed, in sentences for an editor, in the active language; empty if nothing was."""
    found = {item.what: item for item in removed}
    sentences = [
        str(sentence % {"count": found[what].count, "example": found[what].example})
        for what, sentence in _SENTENCES.items()
        if what in found
    ]
    if _OFFICE_KEYS & found.keys():
        sentences.append(str(_OFFICE))
    return " ".join(sentences)


class Report:
    """Counts what is taken out, and keeps the first example of each kind."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.examples: dict[str, str] = {}

    def note(self, what: str, example: str = "") -> None:
        self.counts[what] = self.counts.get(what, 0) + 1
        if not self.examples.get(what):
            self.examples[what] = _short(example)

    def removed(self) -> tuple[Removed, ...]:
        return tuple(Removed(what, number, self.examples[what]) for what, number in self.counts.items())


def _short(text: str) -> str:
    words = " ".join(scrub(text[:500]).split())
    return words if len(words) <= 60 else words[:59] + "…"
