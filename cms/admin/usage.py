"""Where something of the library is used: in which editions, and what they are to the public at this moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, IntegerField, Max, OuterRef, Value, When
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..editorial.status import Status, status
from ..models import AttachedFile, Attachment, Edition, Image, Picture, clock
from ..models.editions import LONG as LONG_COLUMNS
from ..models.editions import OPEN
from .reading import change_address

MOST = 50  # editions named on a page
PARTS: dict[type, tuple[Any, str]] = {Image: (Picture, "image"), Attachment: (AttachedFile, "attachment")}
HEADINGS = (_("Published now"), _("Being written, in review or scheduled"), _("Earlier editions"))


@dataclass(frozen=True)
class Use:
    """An edition that shows it. roles: where, in words. is_behind: it shows a file that the library had before."""

    edition: Edition
    status: Status
    address: str
    roles: list[str]
    is_behind: bool


@dataclass(frozen=True)
class Usage:
    """groups: heading and uses, the newest first. more: how many editions are not named."""

    groups: list[tuple[Any, list[Use]]]
    more: int

    @property
    def shown(self) -> int:
        return sum(len(uses) for _heading, uses in self.groups)


@dataclass(frozen=True)
class Summary:
    """texts: how many publications use it. title: of the one whose edition was begun last."""

    texts: int = 0
    title: str = ""
    language: str = ""

    @property
    def others(self) -> int:
        return self.texts - 1


def is_used(model: type) -> Exists:
    """Whether any edition, in whatever state, uses a row of the library."""
    part, link = PARTS[model]
    return Exists(part.objects.filter(**{link: OuterRef("pk")}))


def where_used(row: Any) -> Usage:
    """The editions that use a row of the library: what the public sees first, then the newest. Three queries."""
    part, link = PARTS[type(row)]
    rows, now = part.objects.filter(**{link: row}), clock.now()
    using = Edition.objects.filter(pk__in=rows.values("edition"))
    editions = list(_ranked(using, now)[:MOST])
    parts: dict[int, list[Any]] = {edition.pk: [] for edition in editions}
    for found in rows.filter(edition__in=parts).select_related("file").order_by("position", "pk"):
        parts[found.edition_id].append(found)
    uses: list[list[Use]] = [[], [], []]
    for edition in editions:
        uses[edition.rank].append(_use(edition, parts[edition.pk], row, now))
    groups = [(heading, group) for heading, group in zip(HEADINGS, uses, strict=True) if group]
    return Usage(groups, using.count() - len(editions))


def _ranked(editions: Any, now: datetime) -> Any:
    live, scheduled = (rows.values("pk") for rows in (Edition.objects.live(now), Edition.objects.scheduled(now)))
    coming = When(pk__in=scheduled, then=Value(1)), When(state__in=OPEN, then=Value(1))
    rank = Case(When(pk__in=live, then=Value(0)), *coming, default=Value(2), output_field=IntegerField())
    rows = editions.annotate(rank=rank).order_by("rank", "-edited_at", "-pk")
    return rows.select_related("publication__withdrawal").defer(*LONG_COLUMNS)


def _use(edition: Edition, parts: list[Any], row: Any, now: datetime) -> Use:
    roles = [str(capfirst(part.get_role_display())) for part in parts if hasattr(part, "get_role_display")]
    is_behind = any(part.sha256 != row.file.sha256 for part in parts)
    return Use(edition, status(edition, now), change_address(edition), roles, is_behind)


def summaries(model: type, keys: Iterable[int]) -> dict[int, Summary]:
    """In how many texts each of these rows is used, and in which one. Two queries, however many there are."""
    part, link = PARTS[model]
    counted = part.objects.filter(**{f"{link}__in": list(keys)}).order_by()
    pairs = counted.values_list(link, "edition__publication").annotate(newest=Max("edition"))
    newest: dict[int, list[int]] = {}
    for key, _publication, edition in pairs:
        newest.setdefault(key, []).append(edition)
    last = {key: max(editions) for key, editions in newest.items()}
    named = Edition.objects.only("title", "language").in_bulk(last.values())
    return {
        key: Summary(len(newest[key]), named[edition].title, named[edition].language) for key, edition in last.items()
    }
