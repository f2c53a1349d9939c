"""The public pages. Each takes the clock once, reads what is live at that instant, and renders it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from ..models import Edition, Section, Withdrawal
from ..models.paths import path_to
from ..models.touched import of_list
from ..text.diff import compare, compare_text, folded
from . import metadata
from .citation import citation_of
from .comparison import facts_changed
from .delivery import delivery_of, prepared_before
from .errors import gone, moved, public_page
from .files import Media
from .filters import NAMES, Filters
from .frame import Frame, answer, everywhere
from .instant import instant
from .kept.depends import depend_on
from .kept.making import keep_out
from .lists import List, latest
from .original import original_of
from .reading import Reading, closed_because, closed_since, led_to, parts_of, read, read_text_of, related_to
from .ties import Ties
from .translated import lag_of, pairs_of
from .versions import with_versions

LATEST = 8
LIST_QUERY = ("page", "item", *NAMES)


@public_page(kept=True)
def home(request: HttpRequest) -> HttpResponse:
    at = instant(request)
    frame = Frame.of(request, path=path_to("public:home"), translations=everywhere("public:home"))
    depend_on(of_list(frame.language))
    about = metadata.of_home(frame, at)
    return answer(frame, "public/home.html", latest=latest(at, frame.language, LATEST), metadata=about)


# --- Lists


@public_page(keeps=LIST_QUERY, kept=True)
def listing(request: HttpRequest, section: str = "", year: int | None = None, month: int | None = None) -> HttpResponse:
    """All news, or the archive of a year or a month, of everything or of a section."""
    frame = Frame.of(request)
    here = _section(frame, section) if section else None
    found = List(frame, instant(request), here, year, month, Filters.of(request.GET))
    if request.path != found.path:
        return moved(request, found.path, LIST_QUERY)
    if not section and year is None and not found.filters:
        frame.translations = everywhere("public:all-news")
    return _short_cut(request, found) or _list_page(request, found, "public/list.html")


@public_page(keeps=LIST_QUERY, kept=True)
def section(request: HttpRequest, section: str) -> HttpResponse:
    """A section: its text, the sections below it, and a page of the items of all of them."""
    frame = Frame.of(request)
    found = List(frame, instant(request), _section(frame, section), filters=Filters.of(request.GET))
    if request.path != found.path:
        return moved(request, found.path, LIST_QUERY)
    if found.filters:
        return _short_cut(request, found) or _list_page(request, found, "public/list.html")
    return _short_cut(request, found) or section_page(request, found)


def section_page(request: HttpRequest, found: List, reading: Reading | None = None, **more: Any) -> HttpResponse:
    """more: context, such as `text` and its `media`, where another text than the live one is to be shown. reading: of
    the section's text."""
    here = found.section
    if here is None:
        raise Http404
    frame = found.frame
    others = frame.sections.in_other_languages(here)
    frame.translations = {code: other.get_absolute_url() for code, other in others.items()}
    first = "page" not in request.GET
    reading = reading or (read_text_of(here, found.at) if first else None)
    text = reading.current if reading else None
    context = {
        "reading": reading,
        "text": text,
        "media": Media(text) if text else None,
        "lag": lag_of(reading, text) if reading and text else None,
        "below": frame.sections.with_children(frame.sections.children(here)) if first else [],
        **more,
    }
    return _list_page(request, found, "public/section.html", **context)


def _section(frame: Frame, path: str) -> Section:
    """A section by its address, or by one that it had before. Raises Http404."""
    found = frame.sections.now_or_before(frame.language, path)
    if found is None:
        raise Http404
    return found


def _short_cut(request: HttpRequest, found: List) -> HttpResponse | None:
    """`?item=code` leads to the page that holds the item; `?page=1` is the list itself, and so is the list with filters
    that mean nothing: those that a form leaves empty."""
    if "item" in request.GET:
        response = HttpResponseRedirect(found.place_of(request.GET["item"]))
        response.headers["X-Robots-Tag"] = "noindex"
        return response
    asked = [(name, value) for name in NAMES for value in request.GET.getlist(name)]  # in whatever order they came
    if request.GET.get("page") == "1" or asked != list(found.filters.given.items()):
        return moved(request, found.address)
    return None


def _list_page(request: HttpRequest, found: List, template: str, **context: Any) -> HttpResponse:
    pages, editions = found.page(request.GET.get("page"))
    frame = found.frame
    frame.path, frame.section = pages.current, found.section
    if not context.get("preview"):
        context["metadata"] = metadata.of_list(found, context.get("text"))
    return answer(frame, template, list=found, pages=pages, editions=editions, **context)


# --- One publication


@public_page(kept=True)
def item(request: HttpRequest, code: str, section: str = "") -> HttpResponse:
    reading = read(code, instant(request))
    if other := withdrawn(request, reading):
        return other
    if reading.current is None:
        return ended(request, reading)
    address = reading.current.get_absolute_url()
    if request.path != address:
        return moved(request, address)
    return with_versions(request, detail(request, reading.current, reading, address), reading, reading.current)


@public_page()
def short(request: HttpRequest, code: str) -> HttpResponse:
    """The permanent address: one step to the canonical one."""
    reading = read(code, instant(request))
    if other := withdrawn(request, reading):
        return other
    if reading.current is None:
        return ended(request, reading)
    return moved(request, reading.current.get_absolute_url())


@public_page(kept=True)
def edition(request: HttpRequest, section: str, code: str, number: int) -> HttpResponse:
    """One edition, as long as it may be seen."""
    reading = read(code, instant(request), [number])
    shown = reading.edition(number)
    if other := withdrawn(request, reading) or closed(request, shown):
        return other
    address = shown.get_edition_url()
    if request.path != address:
        return moved(request, address)
    more = {"is_edition_page": True, "successor": reading.after(shown)}
    # The current edition at its own address says what the item says: that one is to be found.
    canonical = shown.get_absolute_url() if shown is reading.current else address
    return with_versions(request, detail(request, shown, reading, canonical, **more), reading, shown)


@public_page(kept=True)
def changes(request: HttpRequest, section: str, code: str, older: int, newer: int) -> HttpResponse:
    """What changed from one edition to a later one."""
    if older >= newer:
        raise Http404
    reading = read(code, instant(request), [older, newer])
    old, new = reading.edition(older), reading.edition(newer)
    if other := withdrawn(request, reading) or closed(request, old) or closed(request, new):
        return other
    address = new.get_changes_url(older)
    if request.path != address:
        return moved(request, address)
    frame = Frame.of(request, path=address, section=new.section, versions=reading.addresses)
    compared = compare(old.body, new.body)
    context: dict[str, Any] = {
        "old": old,
        "new": new,
        "title": compare_text(old.title, new.title),
        "summary": compare_text(old.summary, new.summary),
        "changes": folded(compared),
        "delivery": delivery_of(old, new, compared),
        "facts": facts_changed(old, new, reading.at),
        "notice": reading.notice,
    }
    return answer(frame, "public/changes.html", **context)


def detail(request: HttpRequest, edition: Edition, reading: Reading | None, path: str, **more: Any) -> HttpResponse:
    """The page of an edition, which the public, a reader of old editions and a preview get alike.

    reading: None where the public has seen nothing of the publication yet.
    """
    at: datetime = reading.at if reading else more["at"]
    original = original_of(reading) if reading else None
    frame = Frame.of(request, path=path, section=edition.section, original=original.language if original else "")
    frame.versions = reading.addresses if reading else {}
    if not more:
        frame.translations = frame.versions
    context = {
        "edition": edition,
        "own": edition.kind_edition,
        "reading": reading,
        "original": original,
        "lag": lag_of(reading, edition) if reading else None,
        "pairs": pairs_of(reading) if reading and not more else [],
        "facts": [f"{edition.kind_model._meta.app_label}/_facts.html", "public/_no_facts.html"],
        "parts": parts_of(edition),
        "media": Media(edition),
        "related": related_to(edition, at),
        "permanent": frame.origin + edition.publication.get_short_url(),
        "ties": Ties(edition, at),
        "is_edition_page": False,
        **more,
    }
    if reading and "preview" not in more:  # which may show what readers cannot have
        prepared = prepared_before(edition, reading)
        context["citation"] = citation_of(edition, reading, frame, context["parts"])
        context["prepared_url"] = edition.get_changes_url(prepared.number) if prepared else ""
    if not more:
        context["metadata"] = metadata.of_item(frame, edition, context["parts"], context["media"].lead)
    return answer(frame, "public/detail.html", **context)


def withdrawn(request: HttpRequest, reading: Reading) -> HttpResponse | None:
    """What answers in place of a publication that was taken down or leads elsewhere."""
    withdrawal = reading.withdrawal
    if withdrawal is None or withdrawal.mode == Withdrawal.Mode.NOTICE:
        return None
    if withdrawal.mode == Withdrawal.Mode.REDIRECT:
        target = led_to(withdrawal, reading.at)
        if target is not None:
            return redirect(target.get_absolute_url())
        keep_out(request)  # the item that readers were led to may come back
    return gone(request, reading.last, withdrawal)


def ended(request: HttpRequest, reading: Reading) -> HttpResponse:
    """What answers for a publication of which nothing is live: its last edition ended, or was taken down since."""
    return closed(request, reading.last) or gone(request, reading.last, None)


def closed(request: HttpRequest, edition: Edition) -> HttpResponse | None:
    reason = closed_because(edition)
    return gone(request, edition, None, reason, closed_since(edition)) if reason else None
