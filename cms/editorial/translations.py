"""Starting a translation: a draft in another language that begins as a copy of the edition it follows.

Paragraphs keep their ids, so that both texts stay paired; the translator writes over the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ..models import Edition, Journal, Section, State, clock
from ..models.language import language_name
from .actions import begin, lock, record, settle
from .rules import Refused, may_start

if TYPE_CHECKING:
    from ..models import User

# A draft may still change under the translator's hands; these do not, unless somebody takes them back.
TRANSLATABLE = (State.IN_REVIEW, State.APPROVED)


@dataclass(frozen=True)
class Begun:
    """A translation that was started. left_out: names of what has no counterpart in its language."""

    draft: Edition
    left_out: list[str]


def start_translation(source: Edition, *, by: User, language: str) -> Begun:
    """Begin the translation of a publication: its first edition in another language, a draft.

    source: the edition that is translated and that the draft follows. language: a code of settings.LANGUAGES.
    Raises Refused (see `translation_refusals`).
    """
    try:
        with transaction.atomic():
            return _start(lock(source), by, language)
    except IntegrityError:  # somebody else began it a moment ago, from another text of the group
        if reasons := _taken(source, language):
            raise Refused(reasons) from None
        raise


def translation_refusals(source: Edition, by: User, language: str) -> list[str]:
    """Why this person may not start this translation now, in sentences; empty where they may."""
    if not may_start(by):
        return [str(_("Your account does not have the right to do this."))]
    if language not in dict(settings.LANGUAGES):
        return [str(_("The site is not written in this language."))]
    if language == source.language:
        return [str(_("The text is in this language already."))]
    return [*_taken(source, language), *_unfit(source), *_without_a_section(source, language)]


def _taken(source: Edition, language: str) -> list[str]:
    there = text_in(source, language)
    if there is None:
        return []
    told = _("There is a text in this language already (%(language)s): “%(title)s”, edition %(n)d.")
    return [str(told % {"language": language_name(language), "title": there.title, "n": there.number})]


def text_in(source: Edition, language: str) -> Edition | None:
    """The newest edition of the text in a language, where the group or, for a section's text, the section has one."""
    editions = Edition.objects.newest().filter(language=language)
    mine = editions.filter(publication__translation_group=source.publication.translation_group)
    if (found := mine.first()) is not None or not source.publication.text_of_id:
        return found
    section = counterpart(source.section, language)
    return None if section is None else editions.filter(publication__text_of=section).first()


def _unfit(source: Edition) -> list[str]:
    if source.state in TRANSLATABLE:
        return []
    if source.state == State.DISCARDED:
        return [str(_("The edition was discarded. Translate one that readers have or will have."))]
    return [str(_("A draft may still change. Send it for approval first; then it can be translated."))]


def _without_a_section(source: Edition, language: str) -> list[str]:
    if counterpart(source.section, language) is not None:
        return []
    told = _("The section “%(section)s” does not exist in this language yet (%(language)s). Add it first.")
    return [str(told % {"section": source.section.title, "language": language_name(language)})]


def counterpart(row: Any, language: str) -> Any:
    """A section, an event or a person in another language; None where there is none."""
    if row is None:
        return None
    return type(row)._default_manager.filter(translation_group=row.translation_group, language=language).first()


def _start(source: Edition, by: User, language: str) -> Begun:
    if reasons := translation_refusals(source, by, language):
        raise Refused(reasons)
    section: Section = counterpart(source.section, language)
    event = counterpart(source.event, language)
    draft = _copy(source, language=language, section=section, event=event)
    text_of = section if source.publication.text_of_id else None
    begin(draft, by=by, text_of=text_of, group=source.publication.translation_group)
    left_out = [source.event_title] if source.event_id and event is None else []
    for _name, rows in source.parts():
        left_out += filter(None, [row.translate_to(draft) for row in rows])
    settle(draft)
    _write_down(source, draft, by)
    return Begun(draft, left_out)


def _copy(source: Edition, **columns: Any) -> Edition:
    """The edition's content as a row of its kind that is not stored yet and follows it."""
    own = source.kind_edition
    values = {f.attname: getattr(own, f.attname) for f in own.content_fields()}
    for name in ("section_id", "event_id", "translated_from_id"):
        del values[name]
    own_words = {"public_note": "", "change": None, "media": None, "lead": None, "translated_from": source}
    return type(own)(**{**values, **own_words, **columns})


def _write_down(source: Edition, draft: Edition, by: User) -> None:
    """Both texts tell of it: the translation where it came from, the original where it went."""
    told = _("Translated from edition %(n)d of “%(title)s” (%(language)s).")
    words = {"n": source.number, "title": source.title, "language": language_name(source.language)}
    record(draft, "start", by, draft.created_at, from_state="", comment=str(told % words))
    Journal.objects.create(
        publication_id=source.publication_id,
        edition_id=source.pk,
        at=clock.now(),
        actor=by,
        actor_in_words=by.in_words,
        action="translate",
        from_state=source.state,  # it moves nowhere: `to_state` stays empty
        comment=language_name(draft.language),
    )
