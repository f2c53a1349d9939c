"""Picking a person, an event, a publication or something of the library out of many: a search field, or a window with
thumbnails (static/cms/admin-picker.js), instead of a list of everything."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..editorial.rules import may_start
from ..models import LONG, Attachment, Edition, Event, Image, Person, Publication, Related, clock
from ..text.slugs import CODE_PATTERN
from .titles import live_titled, matching

if TYPE_CHECKING:
    from .edition import EditionAdmin

A_PAGE = 20  # results at a time
IS_NUMBER = re.compile(r"[0-9]{1,18}")  # what every database takes for a key


def named_by(publication: Publication) -> Edition | None:
    """The edition whose title stands for a publication: what the public has or last had, never what is scheduled."""
    editions = Edition.objects.filter(publication=publication)
    return editions.live().first() or editions.been_live().order_by("-number").first()


def names_of(publications: Iterable[int]) -> dict[str, str]:
    """The titles of those of `named_by`, by the publications' numbers as text. One query."""
    keys, now = list(publications), clock.now()
    if not keys:
        return {}
    rows = Edition.objects.been_live(now).filter(publication__in=keys).defer(*LONG)
    ordered = sorted(rows, key=lambda edition: (edition.is_live(now), edition.number))
    return {str(edition.publication_id): edition.title for edition in ordered}


def _people(words: str, language: str) -> QuerySet[Person]:
    return Person.objects.filter(matching(words, "name", "sort_name"), language=language)


def _events(words: str, language: str) -> QuerySet[Event]:
    return Event.objects.filter(matching(words, "title", "place"), language=language)


def _publications(words: str, language: str) -> QuerySet[Edition]:
    """Live items by their title, or the one whose address or code was pasted."""
    live = Edition.objects.live().listed().select_related("publication").newest_first()
    if codes := re.findall(rf"(?<![0-9a-z]){CODE_PATTERN}(?![0-9a-z])", words.lower()):
        pasted = live.filter(publication__code__in=codes)
        if pasted.exists():
            return pasted
    return live.filter(Q(pk__among=live_titled(words, live.filter(language=language), language)))


def _name(row: Any) -> dict[str, str]:
    if isinstance(row, Edition):
        return {"id": str(row.publication_id), "text": f"{row.title} ({row.dated_on:%d.%m.%Y})"}
    return {"id": str(row.pk), "text": str(row)}


SEARCHES = {"person": _people, "event": _events, "publication": _publications}


def pick(kind_admin: EditionAdmin, request: HttpRequest, what: str) -> JsonResponse:
    """What matches, as the admin's own search fields expect it: `?term=`, `?language=`, `?page=`."""
    if what not in SEARCHES:
        raise Http404
    if not may_start(request.user):  # type: ignore[arg-type]
        raise PermissionDenied
    page = request.GET.get("page", "1")
    start = (max(int(page), 1) - 1) * A_PAGE if page.isdecimal() and len(page) < 5 else 0
    rows = SEARCHES[what](request.GET.get("term", ""), request.GET.get("language", ""))
    found = list(rows[start : start + A_PAGE + 1])
    return JsonResponse({"results": [_name(r) for r in found[:A_PAGE]], "pagination": {"more": len(found) > A_PAGE}})


class Pick(AutocompleteSelect):
    """The admin's search field, asking `pick` with a language."""

    def __init__(self, field: Any, model: type[Edition], what: str, language: str, **kwargs: Any) -> None:
        super().__init__(field, admin.site, **kwargs)
        self.model, self.what, self.language = model, what, language
        self.known: dict[str, str] = {}  # names of rows that need not be looked up

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        """Nothing is chosen where what was posted cannot be the number of a row."""
        chosen = [str(v) for v in value if IS_NUMBER.fullmatch(str(v))]
        if not chosen or not all(v in self.known for v in chosen):
            return super().optgroups(name, chosen, attrs)
        options = [self.create_option(name, v, self.known[v], True, n, attrs=attrs) for n, v in enumerate(chosen)]
        blank = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        return [(None, [*blank, *options], 0)]

    def get_url(self) -> str:
        name = f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_pick"
        return f"{reverse(name, args=[self.what])}?{urlencode({'language': self.language})}"


class PublicationField(forms.ModelChoiceField):
    """A publication, shown by the title that readers know, and refused where they know none."""

    default_error_messages = {"unnamed": _("This item was never public, so that it has no title to show.")}  # noqa: RUF012

    def __init__(self, model: type[Edition], language: str, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("item"))
        kwargs.setdefault("help_text", _("Search by title, or paste an address or a code."))
        widget = Pick(Related._meta.get_field("publication"), model, "publication", language)
        super().__init__(Publication.objects.all(), widget=widget, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        named = named_by(obj)
        return named.title if named else str(obj)

    def clean(self, value: Any) -> Any:
        publication = super().clean(value)
        if publication is not None and named_by(publication) is None:
            raise forms.ValidationError(self.error_messages["unnamed"], code="unnamed")
        return publication


# --- The library


class Entries:
    """What the rows of a form name of the library, by number or by code: all of it read in one query at most."""

    def __init__(self, model: type[Image | Attachment], named: Iterable[str], known: Iterable[Any] = ()) -> None:
        """known: entries that were read already, each with its file."""
        self.model, self.known = model, list(known)
        self.named = {self._key(name) for name in named}

    @staticmethod
    def _key(name: str) -> str:
        name = name.strip().lower()
        return name.lstrip("0") if IS_NUMBER.fullmatch(name) else name

    @cached_property
    def _entries(self) -> dict[str, Image | Attachment]:
        found = {key: entry for entry in self.known for key in (str(entry.pk), entry.code)}
        wanted = self.named - found.keys()
        numbers = [int(name) for name in wanted if IS_NUMBER.fullmatch(name)]
        codes = [name for name in wanted if re.fullmatch(CODE_PATTERN, name)]
        if numbers or codes:
            rows = self.model._default_manager.filter(Q(pk__in=numbers) | Q(code__in=codes)).select_related("file")
            found.update((key, entry) for entry in rows for key in (str(entry.pk), entry.code))
        return found

    def find(self, name: Any) -> Any:
        """The entry of this number or code, of those that were named; None where there is none."""
        return self._entries.get(self._key(str(name)))


class LibraryField(forms.Field):
    """An entry of the library, by its number or its code. Its form gives it those that it names."""

    widget = forms.TextInput(attrs={"autocomplete": "off"})
    default_error_messages = {"invalid_choice": _("“%(value)s” is not in the library (any more).")}  # noqa: RUF012
    entries: Entries

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        entry = self.entries.find(text)
        if entry is None:
            told = self.error_messages["invalid_choice"]
            raise forms.ValidationError(told, code="invalid_choice", params={"value": text[:40]})
        return entry

    def label_from_instance(self, entry: Any) -> str:
        return str(entry)
