"""The pieces of public pages that are written once and remembered: those of the frame and of lists for as long as what
they are made of stands, others with places for what differs (cms/public/once.py)."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby
from operator import attrgetter

from django import template
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..models import Edition
from ..public.citation import Citation
from ..public.frame import OF_FRAME, Alternate, Frame
from ..public.kept.remembered import remembered
from ..public.lists import List
from ..public.once import filled, once
from ..public.pagination import Pages
from ..public.reading import Entry
from ..public.search_filters import Choice, Choosing
from ..public.searching import Hit
from ..public.takeaway import offer
from ..public.wording import grouped
from ..search.snippets import Piece
from .press import moment, on

register = template.Library()
register.tag(once)


# --- Around every page


@register.simple_tag(takes_context=True)
def head_links(context: template.Context) -> SafeString:
    """The style and the icon."""
    return _standing(context, "head", accent=context["frame"].identity.accent)


@register.simple_tag
def script(file: str) -> SafeString:
    """A script of ours, run when the page is there. Its address names its content, and is the same for all pages."""
    written = '<script src="{}" defer></script>'
    return remembered(("script", file), OF_FRAME, lambda: format_html(written, static(file)))


@register.simple_tag(takes_context=True)
def brand(context: template.Context) -> SafeString:
    """Whose site it is, and the search box, but for the page that has a larger one."""
    return _standing(context, "brand", searching=bool(context.get("searching")))


@register.simple_tag
def to_language(alternate: Alternate) -> SafeString:
    """The same page, or the nearest that there is to it, in another language."""
    values = {
        "url": alternate.url,
        "language": alternate.language,
        "name": alternate.name,
        "exact": alternate.exact,
        "is_original": alternate.is_original,
        "to_section": alternate.leads_to == "section",
        "to_home": alternate.leads_to == "home",
    }
    return filled("public/_language.html", values)


@register.simple_tag(takes_context=True)
def menu(context: template.Context) -> SafeString:
    """The sections that lead everywhere, and which of them one is in."""
    top, here = context["frame"].top_section, context.get("list")
    at = here.section if here else None
    all_news = ("true" if here.year else "page") if here and at is None else ""
    return _standing(context, "menu", all_news=all_news, below=top and top.pk, at=at and at.pk)


@register.simple_tag(takes_context=True)
def breadcrumb(context: template.Context) -> SafeString:
    """The way from the home page to where one is: the same on all pages of a section, but for its own and its lists."""
    frame, here = context["frame"], context.get("list")
    narrowed = bool(here and (here.year or here.filters))

    def write() -> SafeString:
        return render_to_string("public/_breadcrumb.html", {"frame": frame, "list": here})

    at = frame.section and frame.section.pk
    return remembered(("breadcrumb", frame.language, get_language(), at, here is None, narrowed), OF_FRAME, write)


@register.simple_tag(takes_context=True)
def top_sections(context: template.Context) -> SafeString:
    """The sections of the first level with those below them."""
    return _standing(context, "top_sections")


@register.simple_tag(takes_context=True)
def footer(context: template.Context) -> SafeString:
    return _standing(context, "footer", past=not context["frame"].look and not context.get("preview"))


@register.simple_tag(takes_context=True)
def press_contacts(context: template.Context) -> SafeString:
    """Whom the press may call: the same on all pages of a section, and nobody on pages of another instant."""
    frame: Frame = context["frame"]
    now = not frame.look

    def write() -> SafeString:
        return render_to_string("public/_contacts.html", {"contacts": frame.contacts if now else []})

    at = frame.section and frame.section.pk
    return remembered(("press contacts", frame.language, get_language(), at, now), OF_FRAME, write)


def _standing(context: template.Context, name: str, **told: str | int | None) -> SafeString:
    """A piece of the frame, written once and remembered as long as the frame stays as it is. It knows what is around
    every page in a language and what it is told here: so two pages that tell it the same get the same."""
    frame: Frame = context["frame"]

    def write() -> SafeString:
        return render_to_string(f"public/_{name}.html", {"frame": frame.around(), **told})

    return remembered(("standing", name, frame.language, get_language(), *told.items()), OF_FRAME, write)


# --- Lists


@register.simple_tag(takes_context=True)
def entry(context: template.Context, edition: Edition) -> SafeString:
    """An edition in a list. What is sealed is written once, and remembered as long as the frame stays as it is."""
    level = context["level"]
    leading = bool(context.get("featured")) and context["forloop"]["first"]

    def write() -> SafeString:
        return render_to_string("public/_entry.html", {"edition": edition, "level": level, "leading": leading})

    if not edition.digest:
        return write()
    return remembered(("entry", edition.pk, edition.digest, level, leading, get_language()), OF_FRAME, write)


@register.simple_tag
def narrowing(found: List) -> SafeString:
    """The filters in force, and the form that narrows the list down: the same on all its pages."""
    return found.in_common(("narrowing",), lambda: render_to_string("public/_narrowing.html", {"list": found}))


@register.simple_tag
def page_numbers(pages: Pages) -> SafeString:
    """Links to the first page, the last one and those around this one."""
    word = _("Page")
    page = f'<span class="unseen">{escape(word)} </span>'
    items = []
    for place in pages.numbers:
        if place is None:
            items.append('<li class="gap" aria-hidden="true">…</li>')
        elif place[0] == pages.number:
            items.append(f'<li><span aria-current="page">{page}{place[0]}</span></li>')
        else:
            items.append(f'<li><a href="{escape(place[1])}">{page}{place[0]}</a></li>')
    return mark_safe("".join(items))  # noqa: S308  (escaped, and numbers)


@register.simple_tag
def archive(found: List, is_first: bool) -> SafeString:
    """The years and months of a list. is_first: whether it is its first page."""
    context = {"list": found, "is_first": is_first}
    return found.in_common(("archive", is_first), lambda: render_to_string("public/_archive.html", context))


# --- Texts


@register.simple_tag(takes_context=True)
def life(context: template.Context) -> SafeString:
    """When an edition was published, which one it is, and the permanent address."""
    edition: Edition = context["edition"]
    frame: Frame = context["frame"]
    changed = edition.live_from != edition.published_at
    values = {
        "published": moment(edition.published_at, "dt-published"),
        "updated": moment(edition.live_from, "dt-updated") if changed else "",
        "number": str(edition.number),
        "note": edition.public_note,
        "permanent": context["permanent"],
        "host": frame.host,
        "short": context["permanent"].removeprefix(frame.origin),
    }
    return filled("public/_life.html", values)


@register.simple_tag
def edition_line(entry: Entry) -> SafeString:
    """An edition in the list of editions."""
    edition = entry.edition
    values = {
        "when": moment(edition.live_from),
        "number": str(edition.number),
        "url": edition.get_edition_url(),
        "change": edition.change_in_words,
        "genre": entry.genre,
        "current": entry.current,
        "closed": entry.closed,
        "note": edition.public_note,
        "changes_url": entry.changes_url,
    }
    return filled("public/_edition.html", values)


@register.simple_tag(takes_context=True)
def take_away(context: template.Context) -> SafeString:
    """The forms in which an edition can be taken away: on its own page at the addresses of this very edition."""
    offered = offer(context["edition"], bool(context["is_edition_page"]))
    return filled("public/_take_away.html", {"folder": offered.folder, "forms": offered.forms})


@register.simple_tag
def cite(citation: Citation) -> SafeString:
    """How to cite a text, as a line for paper and to be copied."""
    text = citation.text
    return filled("public/_citation.html", {"text": text, "lines": linebreaksbr(text), "address": citation.address})


@register.simple_tag(takes_context=True)
def back(context: template.Context) -> SafeString:
    """The ways back from a text to its lists, where it is found again."""
    edition: Edition = context["edition"]
    values = {
        "section": edition.section.get_absolute_url(),
        "code": edition.publication.code,
        "listed": edition.kind_model.LISTED,
    }
    return filled("public/_back.html", values)


# --- The search


@register.simple_tag(takes_context=True)
def found_texts(context: template.Context, hits: Iterable[Hit]) -> SafeString:
    """Texts that were found, as items of a list."""
    language = context["frame"].language
    return _joined(_found_text(hit, language) for hit in hits)


def _found_text(hit: Hit, language: str) -> SafeString:
    """language: of the page."""
    edition = hit.edition
    values = {
        "code": edition.publication.code,
        "other_language": edition.language if edition.language != language else "",
        "when": on(edition.dated_on, "dt-published"),
        "label": edition.label,
        "byline": edition.byline,
        "place": edition.place,
        "url": edition.get_absolute_url(),
        "title": _found(hit.title),
        "snippet": _found(hit.snippet),
    }
    return filled("public/_hit.html", values)


def _found(pieces: Iterable[Piece]) -> SafeString:
    """Words of a text, with those that were searched for in <mark>."""
    words = [f"<mark>{escape(p.text)}</mark>" if p.found else escape(p.text) for p in pieces]
    return mark_safe("".join(words))  # noqa: S308  (escaped)


@register.simple_tag
def choosing_fields(choosings: Iterable[Choosing]) -> SafeString:
    """Fields with what results can be narrowed down by, in groups where one has some."""
    return _joined(_choosing_field(choosing) for choosing in choosings)


def _choosing_field(choosing: Choosing) -> SafeString:
    options = []
    for group, choices in groupby(choosing.choices, attrgetter("group")):
        written = _options(choices)
        options.append(f'<optgroup label="{escape(group)}">{written}</optgroup>' if group else written)
    values = {"name": choosing.name, "label": choosing.label, "every": choosing.every}
    return filled("public/_choosing.html", {**values, "options": mark_safe("".join(options))})  # noqa: S308  (escaped)


def _options(choices: Iterable[Choice]) -> str:
    """Choices, each with how many it leaves. There are a hundred on a page: a template takes ten times as long."""
    return "".join(
        f'<option value="{escape(choice.value)}"{" selected" if choice.chosen else ""}>'
        f"{escape(choice.label)} ({grouped(choice.n)})</option>"
        for choice in choices
    )


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308  (each is safe)
