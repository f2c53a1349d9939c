"""An edition as a plain text or a Markdown file: the page's own facts, notices and body, in another form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from lxml import etree

from ..models import Edition
from ..text import as_markdown, as_plain
from ..text.fragment import Element, parse
from .dates import day
from .files import Document, Media, Recording
from .frame import Frame
from .media import address_of_rendition
from .reading import Reading, parts_of
from .translated import lag_of

BASE = "base.jpg"  # the rendition that is always made


@dataclass
class Taken:
    """An edition that somebody takes away, with what its page says of it. frame: of its page, with its address."""

    edition: Edition
    reading: Reading
    frame: Frame

    @cached_property
    def media(self) -> Media:
        return Media(self.edition)

    @cached_property
    def context(self) -> dict[str, Any]:
        """What the partial templates of its page want."""
        edition = self.edition
        return {
            "frame": self.frame,
            "edition": edition,
            "own": edition.kind_edition,
            "reading": self.reading,
            "successor": self.reading.after(edition),
            "lag": lag_of(self.reading, edition),
            "facts": [f"{edition.kind_model._meta.app_label}/_facts.html", "public/_no_facts.html"],
            "parts": parts_of(edition),
            "permanent": self.frame.origin + edition.publication.get_short_url(),
        }

    def render(self, template: str, **more: Any) -> str:
        return render_to_string(template, {**self.context, **more})

    @cached_property
    def heading(self) -> str:
        return f"{self.edition.label}, {day(self.edition.dated_on)}"

    @cached_property
    def facts(self) -> list[tuple[str, str]]:
        """(name, value) of what stands beside the text on its page."""
        root = parse(self.render("public/_facts.html"))
        entries = [entry for entry in root.iter("div") if entry.find("dt") is not None]
        return [(_words(entry.find("dt")), "; ".join(map(_value, entry.findall("dd")))) for entry in entries]

    @cached_property
    def warnings(self) -> list[str]:
        """That it is an earlier text, was withdrawn, or is behind its original: paragraphs."""
        return [self._with_addresses(p) for p in parse(self.render("public/_taken_along.html")).iter("p")]

    @cached_property
    def imprint(self) -> str:
        """By whom, at which address, which edition, of when: one line."""
        return _words(parse(self.render("public/_imprint.html")))

    def picture(self, number: int) -> tuple[str, str] | None:
        """(address, credit) of a picture by its number in the library, for cms.text."""
        photo = next((photo for photo in self.media.pictures if photo.image == number), None)
        if photo is None:
            return None
        credit = f"{photo.credit.rstrip('.')}. {photo.terms}" if photo.credit and photo.terms else ""
        credit = credit or photo.credit or photo.terms
        return self.frame.origin + address_of_rendition(photo.key, BASE), credit

    @property
    def whole(self) -> SafeString:
        """The body with its lead picture before it and lists of what belongs to it behind."""
        lead = self.media.lead
        figure: str = ""
        if lead is not None:
            form = '<figure><img alt="{}" data-image="{}"><figcaption>{}</figcaption></figure>'
            figure = format_html(form, lead.alt, lead.image, lead.caption)
        photos = [(photo.url, photo.called or photo.code, photo.credit) for photo in self.media.gallery]
        lists = [_list(_("Photos"), photos)] if photos else []
        lists += [_list(name, map(_linked, rows)) for name, rows in self._documents() if rows]
        return mark_safe(figure + self.edition.body + "".join(lists))  # noqa: S308  (cleaned when it was saved)

    def _documents(self) -> list[tuple[str, list[Any]]]:
        media = self.media
        return [
            (_("The text of this page as a file"), media.texts),
            (_("Documents"), media.documents),
            (_("Video and audio"), media.recordings),
        ]

    def _with_addresses(self, paragraph: Element) -> str:
        for link in paragraph.iter("a"):
            address = as_markdown.absolute(link.get("href", ""), self.frame.origin + "/")
            link.text = f"{link.text or ''} ({address})"
        return _words(paragraph)


# --- The two forms


def plain(taken: Taken) -> str:
    """The file's text, with lines of at most 72 columns."""
    edition = taken.edition
    title = as_plain.wrapped(edition.title, as_plain.WIDTH)
    blocks: list[Iterable[str]] = [
        [taken.frame.identity.name],
        [taken.heading],
        [*title, "=" * max(map(as_plain.columns, title), default=0)],
        as_plain.wrapped(" ".join(edition.summary.split()), as_plain.WIDTH),
        *(as_plain.wrapped(warning, as_plain.WIDTH) for warning in taken.warnings),
        [line for name, value in taken.facts for line in _indented(f"{name}: {value}")],
        [as_plain.as_plain(taken.whole, **_how(taken)).rstrip("\n")],
        as_plain.wrapped(taken.imprint, as_plain.WIDTH),
    ]
    return _blocks(blocks)


def _indented(text: str) -> list[str]:
    first, *others = as_plain.wrapped(text, as_plain.WIDTH - 2)
    return [first, *(f"  {line}" for line in others)]


def markdown(taken: Taken) -> str:
    """The file's text in CommonMark."""
    edition, escape = taken.edition, as_markdown.escape
    blocks: list[Iterable[str]] = [
        [escape(taken.frame.identity.name)],
        [escape(taken.heading)],
        [f"# {escape(edition.title)}"],
        [f"**{escape(edition.summary)}**" if edition.summary.strip() else ""],
        *([f"> {escape(warning)}"] for warning in taken.warnings),
        [f"- {escape(name)}: {escape(value)}" for name, value in taken.facts],
        [as_markdown.as_markdown(taken.whole, **_how(taken)).rstrip("\n")],
        ["___"],
        [escape(taken.imprint)],
    ]
    return _blocks(blocks)


def _how(taken: Taken) -> dict[str, Any]:
    picture: Callable[[int], tuple[str, str] | None] = taken.picture
    return {"language": taken.edition.language, "base": taken.frame.canonical, "picture": picture}


def _blocks(blocks: list[Iterable[str]]) -> str:
    return "\n\n".join(filter(None, ("\n".join(block).strip("\n") for block in blocks))) + "\n"


# --- Words of a page


def _words(element: Element) -> str:
    """What it says, on one line; a note in it behind a dash, and what runs from left to right between the signs that
    keep an address whole in an Arabic line (UAX #9)."""
    isolates = translation.get_language_bidi()
    parts: list[str] = []
    for event, part in etree.iterwalk(element, events=("start", "end")):
        isolated = isolates and part.get("dir") == "ltr"
        if event == "start":
            noted = "note" in part.get("class", "").split()
            parts += [" – " if noted else "", "\u2066" if isolated else "", part.text or ""]
        else:
            parts += ["\u2069" if isolated else "", (part.tail if part is not element else "") or ""]
    return " ".join("".join(parts).split())


def _value(entry: Element) -> str:
    """A fact; where it is an address, the whole of it."""
    link = entry.find("a") if "address" in entry.get("class", "").split() else None
    return _words(entry) if link is None else str(link.get("href"))


def _list(name: str, entries: Iterable[tuple[str, str, str]]) -> SafeString:
    form = '<li><a href="{}">{}</a> {}</li>'
    return format_html("<h2>{}</h2><ul>{}</ul>", name, format_html_join("", form, entries))


def _linked(row: Document | Recording) -> tuple[str, str, str]:
    return row.url, row.title, f"({row.particulars})"
