"""A text and its languages, on the pages about one edition: where it is translated, and what the original says."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from ..editorial.languages import Standing, Texts, texts_around
from ..editorial.required import in_words, lacking
from ..editorial.rules import Refused, may_start
from ..editorial.status import status
from ..editorial.translations import TRANSLATABLE, counterpart, start_translation
from ..models import Edition, Publication, State, User, clock
from ..models.language import language_name
from ..text.translating import Paragraph, paragraphs
from . import reading

if TYPE_CHECKING:
    from .edition import EditionAdmin


# --- The box of languages


@dataclass(frozen=True)
class Place:
    """One language of a text.

    address: of its newest edition. start: where a translation is begun; "" where that cannot be, and then why_not may
    say why.
    """

    name: str
    standing: Standing
    address: str = ""
    start: str = ""
    why_not: str = ""
    is_here: bool = False


def places(
    texts: Texts, user: User, here: Edition | None = None, sections: Collection[tuple[Any, str]] | None = None
) -> list[Place]:
    """Every language of the site.

    here: the edition whose page shows them. sections: (group, language) of all there are, where they are at hand.
    """
    return [_place(texts, code, name, user, here, sections) for code, name in settings.LANGUAGES]


def _place(
    texts: Texts,
    code: str,
    name: str,
    user: User,
    here: Edition | None,
    sections: Collection[tuple[Any, str]] | None,
) -> Place:
    standing, source = texts.standing(code), texts.source
    if standing.edition is not None:
        is_here = here is not None and here.language == code
        return Place(name, standing, reading.change_address(standing.edition), is_here=is_here)
    if source is None or not may_start(user):
        return Place(name, standing)
    if sections is not None and (source.section.translation_group, code) not in sections:
        return Place(name, standing, why_not=_("its section does not exist in this language"))
    return Place(name, standing, start=start_address(source, code))


def start_address(source: Edition, language: str) -> str:
    opts = source.kind_model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_translate", args=[source.pk, language])


# --- A translation beside its original


@dataclass(frozen=True)
class Beside:
    """What a translation follows.

    original: that edition, with its text. newest: a later one that no longer changes, if there is any. behind: by how
    many editions that readers have got. paragraphs: of the original, each with its state here. doubts: sentences.
    """

    original: Edition
    newest: Edition | None
    behind: int
    paragraphs: list[Paragraph]
    doubts: list[str]

    @property
    def address(self) -> str:
        return reading.change_address(self.original)

    @property
    def direction(self) -> str:
        return direction_of(self.original.language)

    @property
    def state(self) -> str:
        """Of the followed edition, where that is not what readers get or got."""
        return str(self.original.get_state_display()) if self.original.state != State.APPROVED else ""

    @property
    def undone(self) -> list[Paragraph]:
        return [each for each in self.paragraphs if each.state == "same"]

    @property
    def missing(self) -> list[Paragraph]:
        return [each for each in self.paragraphs if each.state == "missing"]

    @property
    def warnings(self) -> list[str]:
        """What somebody who approves it should know, in sentences."""
        undone, missing = len(self.undone), len(self.missing)
        told = list(self.doubts)
        if undone:
            told.append(
                ngettext(
                    "%d paragraph reads as in the original: it may not be translated yet.",
                    "%d paragraphs read as in the original: they may not be translated yet.",
                    undone,
                )
                % undone
            )
        if missing:
            told.append(
                ngettext(
                    "%d paragraph of the original is not here.", "%d paragraphs of the original are not here.", missing
                )
                % missing
            )
        return told


def direction_of(language: str) -> str:
    return "rtl" if get_language_info(language)["bidi"] else "ltr"


def beside(edition: Edition, texts: Texts) -> Beside | None:
    """What an edition was translated from; None where it follows nothing. One query, for the original's text."""
    followed = texts.followed_by(edition)
    if followed is None:
        return None
    later = [e for e in texts.editions if e.publication_id == followed.publication_id and e.number > followed.number]
    ready = [e for e in later if e.state in TRANSLATABLE]
    original = Edition.objects.with_kind().select_related("section").get(pk=followed.pk)
    return Beside(
        original,
        ready[-1] if ready else None,
        texts.behind(edition),
        paragraphs(original.body, edition.body),
        _doubts(edition, original),
    )


def _doubts(edition: Edition, original: Edition) -> list[str]:
    """What became of the followed edition while it was translated, and texts outside the body that are the same."""
    told = []
    if original.state == State.DISCARDED:
        told.append(_("The edition that it follows was discarded."))
    elif original.state == State.DRAFT:
        told.append(_("The edition that it follows is being written again."))
    elif original.edited_at > edition.edited_at and edition.state != State.APPROVED:
        told.append(_("The edition that it follows was edited after this translation was last saved."))
    names = {"title": _("The title reads as in the original."), "summary": _("The summary reads as in the original.")}
    same = [name for name in names if getattr(edition, name) and getattr(edition, name) == getattr(original, name)]
    return [*told, *(names[name] for name in same)]


def about(edition: Edition, user: User) -> dict[str, Any]:
    """For every page about one edition: the box of languages, and the original of a translation."""
    if len(settings.LANGUAGES) < 2:
        return {}
    texts = Texts(texts_around(edition), clock.now())
    wanting = lacking(edition) if edition.state in (State.DRAFT, State.IN_REVIEW) else []
    return {
        "places": places(texts, user, edition),
        "languages_wanting": in_words(wanting) if wanting else "",
        "beside": beside(edition, texts),
    }


def since(found: Beside | None) -> dict[str, Any]:
    """What changed in the original after the followed edition; nothing where that is the newest. For a template."""
    if found is None or found.newest is None:
        return {}
    newest = Edition.objects.with_kind().select_related("section").get(pk=found.newest.pk)
    return {"since": {**reading.between(found.original, newest), "newest": newest}}


# --- What it follows


def to_follow(edition: Edition) -> QuerySet[Edition]:
    """The editions that a text may be said to follow: of the original that it follows already, else of any original in
    its group, as far as they no longer change. The newest first; none for a text that others follow, the original.
    """
    mine, follows = edition.publication_id, edition.translated_from
    ready = Q(state__in=TRANSLATABLE)
    if follows is not None:
        found = Edition.objects.filter(ready | Q(pk=follows.pk), publication=follows.publication_id)
    else:
        group = Publication.objects.filter(translation_group=edition.publication.translation_group).exclude(pk=mine)
        followers = Edition.objects.filter(translated_from__publication=mine).exclude(state=State.DISCARDED)
        found = Edition.objects.filter(ready, ~Exists(followers), publication__in=group, translated_from=None)
    return found.select_related("publication__withdrawal").defer("media", "summary").order_by("-number", "-pk")


def in_a_choice(edition: Edition) -> str:
    """“Edition 2 (English), live”."""
    words = {"n": edition.number, "language": language_name(edition.language)}
    own = status(edition, clock.now()).words
    return _("Edition %(n)d (%(language)s), %(status)s") % {**words, "status": own}


# --- Starting one


def start(kind_admin: EditionAdmin, request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """The button “Translate into …”: opens the draft, or says why there is none."""
    source: Any = kind_admin.get_object(request, str(pk))
    if source is None or language not in dict(settings.LANGUAGES):
        raise Http404
    if request.method != "POST":
        return HttpResponseRedirect(reading.change_address(source))
    user: Any = request.user
    try:
        begun = start_translation(source, by=user, language=language)
    except Refused as refused:
        return _refusal(kind_admin, request, source, language, refused.reasons)
    told = _("The translation is begun: the original’s text stands in it, to be written over.")
    messages.success(request, told)
    if begun.left_out:
        words = _("Left out, because there is no counterpart in this language: %s.")
        messages.warning(request, words % _quoted(begun.left_out))
    return HttpResponseRedirect(reading.change_address(begun.draft))


def _quoted(names: Iterable[str]) -> str:
    # Translators: a name in quotation marks.
    return ", ".join(_("“%s”") % name for name in names)


def _refusal(
    kind_admin: EditionAdmin, request: HttpRequest, source: Edition, language: str, reasons: list[str]
) -> HttpResponse:
    user: Any = request.user
    words = _("Translate into: %s") % language_name(language)
    context = {
        **reading.about(source, user),
        "reasons": reasons,
        "words": words,
        "title": words,
        "remedy": _section_form(source, language, user),
    }
    status_code = 409 if may_start(user) else 403
    return kind_admin.page(request, source, "admin/edition/action.html", context, status_code)


def _section_form(source: Edition, language: str, user: User) -> str:
    """Where the section that is missing in a language is added; "" for who may not, or where it is there."""
    if counterpart(source.section, language) is not None or not user.has_perm("cms.add_section"):
        return ""
    group = source.section.translation_group
    return f"{reverse('admin:cms_section_add')}?language={language}&translation_of={group}"
