"""How a text stands in each language, in the words that staff read: original, missing, draft, current, behind …

Everything is told from rows that are at hand, so that a table of many texts costs what one text costs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..models import LONG, Edition, State, Withdrawal, behind
from ..models.editions import OPEN
from .status import Status, status
from .translations import TRANSLATABLE


@dataclass(frozen=True)
class Standing:
    """How a text stands in one language.

    key: for styling and tests. words: for people. edition: the newest one there; None where the language is missing.
    also: what else is to be known: a later edition that is under way, or by how much that is behind.
    """

    language: str
    key: str
    words: Any
    edition: Edition | None = None
    also: Any = ""


def texts_of(groups: Iterable[Any]) -> QuerySet[Edition]:
    """All editions of some translation groups, in their order, without their long texts. One query."""
    found = Edition.objects.filter(publication__translation_group__in=list(groups)).order_by("publication", "number")
    return found.select_related("publication__withdrawal", "section").defer(*LONG, "summary")


def texts_around(edition: Edition) -> list[Edition]:
    """Those of its own group, read once for a page that asks in several places. An edition that is read anew after an
    act knows them anew."""
    found: list[Edition] | None = getattr(edition, "_texts_around", None)
    if found is None:
        found = list(texts_of([edition.publication.translation_group]))
        edition._texts_around = found  # type: ignore[attr-defined]
    return found


class Texts:
    """The texts of one translation group at an instant, by language."""

    def __init__(self, editions: Iterable[Edition], at: datetime) -> None:
        """editions: all of the group's, in the order of their publications and numbers (`texts_of`)."""
        self.editions, self.at = list(editions), at
        self.by_pk = {edition.pk: edition for edition in self.editions}
        self.by_publication: dict[int, list[Edition]] = {}
        for edition in self.editions:
            self.by_publication.setdefault(edition.publication_id, []).append(edition)
        self.by_language = {mine[0].language: mine for mine in self.by_publication.values()}

    @cached_property
    def original(self) -> list[Edition]:
        """The editions of the text that the others were made from: it follows none, and the others follow it.

        Where none says so, the one that was begun first.
        """
        rooted = [mine for mine in self.by_publication.values() if newest(mine).translated_from_id is None]
        followed = {self.by_pk[pk].publication_id for pk in self._followed if pk in self.by_pk}
        named = [mine for mine in rooted if mine[0].publication_id in followed]
        return next(iter([*named, *rooted, *self.by_publication.values()]))

    @property
    def _followed(self) -> set[int]:
        return {e.translated_from_id for e in self.editions if e.translated_from_id and e.state != State.DISCARDED}

    @property
    def source(self) -> Edition | None:
        """The edition that a new translation is started from: the newest of the original that no longer changes."""
        return next((edition for edition in reversed(self.original) if edition.state in TRANSLATABLE), None)

    def standing(self, language: str) -> Standing:
        """How it stands in a language."""
        mine = self.by_language.get(language)
        if mine is None:
            return Standing(language, "missing", _("missing"))
        if mine is self.original:
            return self._of_the_original(mine)
        last, live = newest(mine), self._live(mine)
        if _is_taken_down(last, self.at):
            return Standing(language, "withdrawn", _("withdrawn"), last, self._under_way(mine))
        if live is None:
            own = status(last, self.at)
            return Standing(language, own.key, own.words, last, self._how_far_behind(last))
        told = self._against_the_original(live)
        return Standing(language, told.key, told.words, last, self._under_way(mine))

    def _of_the_original(self, mine: list[Edition]) -> Standing:
        last = newest(mine)
        live = self._live(mine)
        also = self._under_way(mine) if live is not None else status(last, self.at).words
        return Standing(last.language, "original", _("original"), last, also)

    def _live(self, mine: list[Edition]) -> Edition | None:
        return next((edition for edition in mine if edition.is_live(self.at)), None)

    def followed_by(self, edition: Edition) -> Edition | None:
        """The edition of the original that a translation follows, where it says so."""
        return self.by_pk.get(edition.translated_from_id or 0)

    def behind(self, edition: Edition) -> int:
        """By how many editions a translation is behind; 0 where it follows none."""
        followed = self.followed_by(edition)
        return behind(self.editions, followed, self.at) if followed is not None else 0

    def _against_the_original(self, edition: Edition) -> Status:
        if self.followed_by(edition) is None:
            return Status("unlinked", _("follows no edition"))
        told = self._how_far_behind(edition)
        return Status("behind", told) if told else Status("current", _("current"))

    def _how_far_behind(self, edition: Edition) -> str:
        count = self.behind(edition)
        return ngettext("behind by %d edition", "behind by %d editions", count) % count if count else ""

    def _under_way(self, mine: list[Edition]) -> Any:
        """A later edition than the one that readers get."""
        last = newest(mine)
        if last.state not in OPEN and not last.is_scheduled(self.at):
            return ""
        return _("edition %(n)d: %(status)s") % {"n": last.number, "status": status(last, self.at).words}


def newest(editions: list[Edition]) -> Edition:
    """The last edition of a publication that was not discarded; the last one where all were."""
    return next((edition for edition in reversed(editions) if edition.state != State.DISCARDED), editions[-1])


def _is_taken_down(edition: Edition, at: datetime) -> bool:
    withdrawal = edition.publication.withdrawal
    return withdrawal is not None and withdrawal.in_force(at) and withdrawal.mode != Withdrawal.Mode.NOTICE
