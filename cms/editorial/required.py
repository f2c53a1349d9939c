"""Which languages a text of a section needs before it goes before the public, and which of them it still lacks."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..models import Change, Edition, State, clock
from ..models.language import language_name


def lacking(edition: Edition) -> list[str]:
    """Codes of the languages in which an edition of an original has no translation yet that may be published.

    A translation counts from the moment it waits for approval, where it follows this very edition or a later one.
    Translations wait for nothing themselves, and a typing slip needs no new translation.
    """
    if edition.translated_from_id or _is_a_slip(edition):
        return []
    needed = edition.section.languages_needed()
    there = _there(edition) if needed else set()
    return [code for code in needed if code not in there]


def _is_a_slip(edition: Edition) -> bool:
    return edition.change == Change.SLIP and edition.predecessor() is not None


def _there(edition: Edition) -> set[str]:
    group = edition.publication.translation_group
    goes_on = Q(live_until__isnull=True) | Q(live_until__gt=clock.now())
    ready = Edition.objects.filter(Q(state=State.IN_REVIEW) | Q(goes_on, state=State.APPROVED))
    following = ready.filter(
        publication__translation_group=group,
        translated_from__publication=edition.publication_id,
        translated_from__number__gte=edition.number,
    )
    return set(following.values_list("language", flat=True))


def lacks_languages(edition: Edition) -> list[Any]:
    """The same as a sentence; none where nothing is lacking."""
    if not (codes := lacking(edition)):
        return []
    told = _("The section “%(section)s” needs a translation into %(languages)s that follows this edition.")
    return [told % {"section": edition.section.title, "languages": in_words(codes)}]


def in_words(codes: list[str]) -> str:
    """“French, Arabic”."""
    return ", ".join(language_name(code) for code in codes)
