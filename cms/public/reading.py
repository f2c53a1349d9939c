"""What the public may read of one publication at an instant: its text, the editions before it, its translations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from django.db.models import Case, Exists, F, JSONField, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.http import Http404

from ..models import (
    LONG,
    AsOf,
    AttachedFile,
    Edition,
    Part,
    Picture,
    Publication,
    Recording,
    Related,
    Section,
    Withdrawal,
    known_at,
    lives_at,
    part_models,
)
from ..models.prepared import Prepared, column
from ..models.touched import of_group, of_section
from .kept.depends import depend_on

MOST_STEPS = 5  # of one redirect leading to another
# Parts that a page reads from the edition itself (Edition.media), or asks for by themselves.
ELSEWHERE = (Picture, AttachedFile, Recording, Related)


@dataclass(frozen=True)
class Entry:
    """An edition in the list of editions.

    closed: the reason, where it was taken down and cannot be read any more. genre: what sort of text it is, where
    that changed from one edition to another.
    """

    edition: Edition
    current: bool
    closed: str = ""
    changes_url: str = ""
    genre: Any = ""


class Reading:
    """One publication at an instant.

    editions: all that the public could read up to then, the oldest first. others: those of its translations.
    translations: live ones, by language.
    """

    def __init__(self, editions: list[Edition], translations: Iterable[Edition], at: datetime) -> None:
        self.others = translations = list(translations)
        self.at = at
        self.editions = editions
        self.publication: Publication = editions[-1].publication
        self.translations = {e.language: e for e in translations if _is_read(e, at)}

    @property
    def addresses(self) -> dict[str, str]:
        """Of the same publication in other languages."""
        return {language: edition.get_absolute_url() for language, edition in self.translations.items()}

    @property
    def live(self) -> dict[str, Edition]:
        """What readers get of the whole group, by language."""
        own = {self.current.language: self.current} if self.current else {}
        return {**own, **self.translations}

    @property
    def last(self) -> Edition:
        return self.editions[-1]

    @cached_property
    def current(self) -> Edition | None:
        return next((e for e in self.editions if _is_read(e, self.at)), None)

    @cached_property
    def withdrawal(self) -> Withdrawal | None:
        """The withdrawal in force."""
        return withdrawal_at(self.publication, self.at)

    @property
    def notice(self) -> Withdrawal | None:
        found = self.withdrawal
        return found if found is not None and found.mode == Withdrawal.Mode.NOTICE else None

    def edition(self, number: int) -> Edition:
        """Raises Http404 where the public never saw that edition."""
        for edition in self.editions:
            if edition.number == number:
                return edition
        raise Http404

    @property
    def comparable(self) -> list[Edition]:
        """The editions whose texts may be read, the oldest first."""
        return [edition for edition in self.editions if not closed_because(edition)]

    @property
    def compare_url(self) -> str:
        """Where a choice of two of them is taken (cms/public/choosing.py)."""
        return (self.current or self.last).get_compare_url()

    def after(self, edition: Edition) -> Edition | None:
        """The edition that took its place."""
        return next((e for e in self.editions if e.number > edition.number), None)

    @cached_property
    def entries(self) -> list[Entry]:
        """The list of editions, the newest first, each with the way to what it changed."""
        found: list[Entry] = []
        before: Edition | None = None
        has_changed = len({edition.genre for edition in self.comparable}) > 1
        for edition in self.editions:
            closed = closed_because(edition)
            changes = edition.get_changes_url(before.number) if before is not None and not closed else ""
            genre = edition.genre_words.label if has_changed and edition.genre_words and not closed else ""
            found.append(Entry(edition, edition is self.current, closed, changes, genre))
            before = None if closed else edition
        return found[::-1]


def _is_read(edition: Edition, at: datetime) -> bool:
    """Whether it is what readers get at an instant, of the rows of `read`: live, and not taken down since."""
    return edition.is_live(at) and not closed_because(edition)


def withdrawal_at(publication: Publication, at: datetime) -> Withdrawal | None:
    """The withdrawal in force at an instant. No query for the present: the publication holds the newest."""
    if isinstance(at, AsOf) and at.is_past:
        return Withdrawal.objects.in_force(at).filter(publication=publication.pk).first()
    found = publication.withdrawal
    return found if found is not None and found.in_force(at) else None


def closed_because(edition: Edition) -> str:
    """The public reason why an edition that was taken down stays down, though a later one is live; else ""."""
    return getattr(edition, "closed", None) or ""


def closed_since(edition: Edition) -> datetime | None:
    """When an edition that stays down was taken down: not when a later one took its place."""
    return getattr(edition, "closed_at", None)


def read(code: str, at: datetime, numbers: Iterable[int] = (), beside: str = "") -> Reading:
    """A publication by its code, with the text of its live edition and of these numbers.

    beside: the language of a translation whose live text is wanted too.

    One query, and another one where something of it was ever withdrawn. Raises Http404 where the public never saw
    anything of it.
    """
    found = _shown(OF_CODE.rows(at=at, code=code, numbers=list(numbers), beside=beside or None), at)
    editions = [edition for edition in found if edition.publication.code == code]
    if not editions:
        raise Http404
    depend_on(of_group(editions[0].publication.translation_group))
    return Reading(editions, [e for e in found if e.publication.code != code], at)


def _group_of(publication: QuerySet[Publication]) -> Subquery:
    """The translation group of a publication, which is one or none, as one value: of a set, PostgreSQL would join the
    whole archive first, for there are more tables here than it puts into an order of its own (join_collapse_limit)."""
    return Subquery(publication.values("translation_group")[:1])


def read_text_of(section: Section, at: datetime) -> Reading | None:
    """The text that stands above a section's list, if there is or was one. One query or two, as there."""
    depend_on(of_section(section.pk))
    found = _shown(OF_SECTION.rows(at=at, section=section.pk), at)
    editions = [edition for edition in found if edition.publication.text_of_id == section.pk]
    others = [edition for edition in found if edition.publication.text_of_id != section.pk]
    if not editions:
        return None
    depend_on(of_group(editions[0].publication.translation_group))
    return Reading(editions, others, at)


def _of_code(at: datetime, code: str, numbers: list[int], beside: str | None) -> QuerySet[Edition]:
    ours = Q(publication__translation_group=_group_of(Publication.objects.filter(code=code)))
    mine = Q(publication__code=code)
    too = mine if beside is None else mine | ours & Q(language=beside)
    return _editions(ours, too & lives_at(at) | mine & Q(number__in=numbers), at)


def _of_section(at: datetime, section: int) -> QuerySet[Edition]:
    ours = Q(publication__translation_group=_group_of(Publication.objects.filter(text_of=section)))
    return _editions(ours, Q(publication__text_of=section) & lives_at(at), at)


def _editions(which: Q, shown: Q, at: datetime) -> QuerySet[Edition]:
    """Editions that were live, with the (long) body and the media of those alone that are to be shown."""
    found = Edition.objects.been_live(at).filter(which).order_by("publication", "number").defer(*LONG)
    found = found.with_frame().with_kind().select_related("publication__withdrawal", "event")
    text = Case(When(shown, then=F("body")), default=Value(""), output_field=TextField())
    media = Case(When(shown, then=F("media")), default=Value(None, JSONField()), output_field=JSONField())
    recommends = Exists(Related.objects.filter(edition=OuterRef("pk")))
    return found.annotate(text=text, its_media=media, recommends=recommends)


OF_CODE = Prepared(
    Edition,
    _of_code,
    at=column(Edition, "live_from"),
    code=column(Publication, "code"),
    numbers=column(Edition, "number"),
    beside=column(Edition, "language"),
)
OF_SECTION = Prepared(Edition, _of_section, at=column(Edition, "live_from"), section=column(Publication, "text_of"))


def _shown(rows: list[Any], at: datetime) -> list[Edition]:
    """The rows with what they show where it belongs. One query where something of it was ever withdrawn."""
    for row in rows:
        row.body, row.media = row.text, row.its_media
    _say_what_was_taken_down(rows, at)
    return rows


def _say_what_was_taken_down(rows: Iterable[Edition], at: datetime) -> None:
    """Why an edition was taken down and since when (`closed_because`, `closed_since`), on those that were: by the
    newest withdrawal from its beginning on. A publication that was never withdrawn has none."""
    ever = {row.publication_id for row in rows if row.publication.withdrawal_id is not None}
    if not ever:
        return
    known = Withdrawal.objects.filter(publication__in=ever, from_at__lte=known_at(at))
    newest_first = list(known.exclude(mode=Withdrawal.Mode.NOTICE).order_by("-from_at", "-pk"))
    for row in rows:
        for withdrawal in newest_first:
            begins = row.live_from
            if withdrawal.publication_id == row.publication_id and begins and withdrawal.from_at >= begins:
                vars(row).update(closed=withdrawal.public_reason, closed_at=withdrawal.from_at)
                break


def parts_of(edition: Edition) -> dict[str, list[Any]]:
    """The rows that belong to an edition, by name: but for those of ELSEWHERE."""
    mine = {"cms", edition.kind_model._meta.app_label}
    models = [model for model in part_models() if model._meta.app_label in mine and model not in ELSEWHERE]
    return {model.__name__.lower(): _part_of(model).rows(edition=edition.pk) for model in models}


@cache
def _part_of(model: type[Part]) -> Prepared[Any]:
    """The rows of one sort."""

    def rows(edition: int) -> QuerySet[Any]:
        found: QuerySet[Any] = model.rows_of(edition)
        return found.select_related("person") if model.NAMES_A_PERSON else found

    return Prepared(model, rows, edition=column(model, "edition"))


def related_to(edition: Edition, at: datetime) -> list[tuple[str, str]]:
    """(title as it was when it was picked, address) of the recommended items that are live.

    A title that the public has never read, of a draft or of what is still to come, gives way to the live one. One
    query; none for an edition that was read here and recommends nothing.
    """
    if not getattr(edition, "recommends", True):
        return []
    picked = Related.objects.filter(edition=edition.pk)
    this = picked.filter(publication=OuterRef("publication"))
    found = Edition.objects.live(at).filter(publication__in=picked.values("publication")).with_frame().defer(*LONG)
    picked_as = Subquery(this.filter(_title_was_read(at)).values("title")[:1])
    rows = found.annotate(picked_as=picked_as, rank=Subquery(this.values("position")[:1]))
    return [(getattr(row, "picked_as", "") or row.title, row.get_absolute_url()) for row in rows.order_by("rank", "pk")]


def _title_was_read(at: datetime) -> Exists:
    """Whether the title copied into a row of `Related` is one that the public could read at its item."""
    same = Edition.objects.readable(at).filter(publication=OuterRef("publication"), title=OuterRef("title"))
    return Exists(same)


def related_titles(editions: Iterable[Edition], at: datetime) -> Iterable[tuple[int, str]]:
    """(edition's id, title) of the recommended items of several editions, as `related_to` names them. One query."""
    live = Edition.objects.live(at).filter(publication=OuterRef("publication")).values("title")[:1]
    rows = Related.objects.filter(edition__in=[edition.pk for edition in editions]).order_by("position", "pk")
    title = Case(When(_title_was_read(at) & ~Q(title=""), then=F("title")), default=F("live_title"))
    named = rows.annotate(live_title=Subquery(live)).filter(live_title__isnull=False).annotate(shown_as=title)
    return named.values_list("edition", "shown_as")


def live_edition_of(publication_id: int | None, at: datetime) -> Edition | None:
    """Where readers are led to, while there is something."""
    return Edition.objects.live(at).with_frame().defer(*LONG).filter(publication=publication_id).first()


def led_to(withdrawal: Withdrawal, at: datetime) -> Edition | None:
    """Where a redirect leads, over items that lead further themselves; None where it goes in a ring, far or nowhere."""
    seen = {withdrawal.publication_id}
    following: Withdrawal | None = withdrawal
    for _step in range(MOST_STEPS):
        if following is None or following.mode != Withdrawal.Mode.REDIRECT:
            return None
        publication = following.redirect_to_id
        if publication is None or publication in seen:
            return None
        seen.add(publication)
        if target := live_edition_of(publication, at):
            return target
        following = Withdrawal.objects.in_force(at).filter(publication=publication).first()
    return None
