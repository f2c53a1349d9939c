"""The filters of a list in words: what is chosen, and what else could be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, Max, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .. import kinds
from ..models import EditionQuerySet, part_models
from .filters import Filters
from .pagination import with_query

LATEST = 200  # items of a list whose speakers and places are offered
OFFERED = 30  # of each, the most frequent


@dataclass(frozen=True)
class Chosen:
    """One filter that is in force. label: what it is. words: its value. without: the address of the list without it."""

    label: str
    words: str
    without: str


@dataclass(frozen=True)
class Option:
    """Something that a list can be narrowed down to. count: items; None where it is not known."""

    value: str
    words: str
    count: int | None = None
    chosen: bool = False


@dataclass(frozen=True)
class Choice:
    """One field of the form. name: of Filters. groups: options under a heading, or under none ("")."""

    name: str
    label: str
    every: str
    groups: list[tuple[str, list[Option]]]


def labels() -> dict[str, str]:
    return {
        "kind": _("Kind"),
        "genre": _("Type of text"),
        "person": pgettext("filter", "Speaker"),
        "event": _("Event"),
        "place": _("Place"),
    }


def names_in(editions: EditionQuerySet, placed: EditionQuerySet, filters: Filters) -> dict[str, str]:
    """What the person, the event and the place are called that were asked for, by the name of the filter.

    editions: that the public may read, of the whole language. placed: the same, for the index of places. What none of
    them names is not known: no address tells of a person who has spoken in drafts alone, and no page repeats what
    somebody wrote into its address. One query.
    """
    asked: list[QuerySet[Any]] = []
    if filters.event:
        asked.append(_named(editions.filter(event__code=filters.event), "event", "event_title", "dated_on"))
    if filters.place:
        asked.append(_named(placed.at_place(filters.place), "place", "place", "dated_on"))
    if filters.person:
        for rows in _rows_of_people(editions):
            mine = rows.filter(person__code=filters.person)
            asked.append(_named(mine, "person", "person__name", "edition__dated_on"))
    if not asked:
        return {}
    found = asked[0].union(*asked[1:], all=True) if len(asked) > 1 else asked[0]
    return {name: words for name, words, _latest in sorted(found, key=lambda row: row[2])}


def _named(rows: QuerySet[Any], name: str, column: str, day: str) -> QuerySet[Any]:
    grouped = rows.order_by().annotate(what=Value(name)).values("what", column)
    return grouped.annotate(latest=Max(day)).values_list("what", column, "latest")


def _rows_of_people(editions: EditionQuerySet) -> list[QuerySet[Any]]:
    naming = [model for model in part_models() if model.NAMES_A_PERSON]
    return [model._default_manager.filter(edition__in=editions.order_by().values("pk")).order_by() for model in naming]


def words_of(filters: Filters, names: Mapping[str, str]) -> dict[str, str]:
    """What each filter in force is in words. names: of `names_in`."""
    unknown = {"person": _("unknown speaker"), "event": _("unknown event"), "place": _("unknown place")}
    return {
        name: names.get(name) or unknown.get(name) or _sort(name, value, filters)
        for name, value in filters.given.items()
    }


def _sort(name: str, value: str, filters: Filters) -> str:
    if name == "kind":
        return str(kinds.model_of(value).NAME)
    models = [kinds.model_of(kind) for kind in kinds.listed()]
    mine_first = sorted(models, key=lambda model: filters.kind != model.KIND)
    return next(str(model.GENRES[value].label) for model in mine_first if value in model.GENRES)


def title_of(words: Mapping[str, str]) -> str:
    """The words of the filters in a row. A genre says its kind."""
    said = [text for name, text in words.items() if name != "kind" or "genre" not in words]
    # Translators: between what a list was narrowed down to: "Statement, Bishkek, May 2025".
    return pgettext("between filters", ", ").join(said)


def chosen(path: str, filters: Filters, words: Mapping[str, str]) -> list[Chosen]:
    named = labels()
    return [
        Chosen(named[name], text, with_query(path, replace(filters, **{name: ""}).query))
        for name, text in words.items()
    ]


# --- What could be chosen


def sorts(filters: Filters, counts: Mapping[tuple[str, str], int]) -> list[Choice]:
    """The kinds, and the genres of each or of the chosen one, that a list has, with their counts."""
    models = [kinds.model_of(kind) for kind in kinds.listed()]
    of_kinds = [_option(model.KIND, model.NAME, counts.get((model.KIND, ""), 0), filters.kind) for model in models]
    genres = []
    for model in models:
        offered = [
            _option(genre, words.label, counts.get((model.KIND, genre), 0), filters.genre)
            for genre, words in model.GENRES.items()
        ]
        if filters.kind in ("", model.KIND) and (there := _there(offered)):
            genres.append((str(model.NAME), there))
    named = labels()
    return [
        Choice("kind", named["kind"], _("every kind"), [("", _there(of_kinds))]),
        Choice("genre", named["genre"], _("every type"), genres),
    ]


def _option(value: str, words: Any, count: int, chosen: str) -> Option:
    return Option(value, str(words), count, value == chosen)


def _there(options: Iterable[Option]) -> list[Option]:
    return [option for option in options if option.count or option.chosen]


def people_and_places(
    live: EditionQuerySet, listed: EditionQuerySet, filters: Filters, words: Mapping[str, str]
) -> list[Choice]:
    """Those of the latest items of a list, the most frequent first. One query, whatever the archive holds; so how many
    items each has in all is not said.

    live: what the public sees. listed: the list's part that is shown, without what a page leaves out of it.
    """
    latest = live.filter(pk__in=listed.newest_first().values("pk")[:LATEST]).order_by()
    places = _counted(latest.exclude(place=""), "place", "place", "place")
    people = [_counted(rows, "person", "person__code", "person__name") for rows in _rows_of_people(latest)]
    found: dict[str, list[Option]] = {"person": [], "place": []}
    for name, value, called, _n in sorted(places.union(*people, all=True), key=lambda row: (-row[3], row[2])):
        found[name].append(Option(value, called, None, value == getattr(filters, name)))
    named, every = labels(), {"person": _("every speaker"), "place": _("every place")}
    choices = []
    for name, options in found.items():
        shown = options[:OFFERED]
        mine = getattr(filters, name)
        if mine and not any(option.chosen for option in shown):
            shown.insert(0, Option(mine, words[name], None, True))
        if shown:
            choices.append(Choice(name, named[name], every[name], [("", shown)]))
    return choices


def _counted(rows: QuerySet[Any], name: str, value: str, words: str) -> QuerySet[Any]:
    grouped = rows.annotate(what=Value(name), value=F(value), words=F(words)).values("what", "value", "words")
    return grouped.annotate(n=Count("pk")).values_list("what", "value", "words", "n")
