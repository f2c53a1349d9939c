"""An edition as data: the shape that `item.json` and the export share. docs/formats.md describes it for others.

Names are never reused for something else; what is added later comes under a new name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from lxml import etree

from ..media.formats import FORMATS
from ..media.renditions import BASE
from ..models import LONG, Edition, Part, Withdrawal, behind
from ..models.part import part_models
from ..text.as_plain import as_plain
from ..text.figures import replace_images
from ..text.fragment import Element, parse, serialise
from .files import Media
from .media import address_of_rendition
from .pictures import Photo

FORMAT = "communique/item-1"
LARGEST = "large.jpg"


class Records:
    """What some editions need beside themselves, read at once: two queries, and one for each sort of people.

    editions: readable at the instant, with their frame, kind, event, body and media. origin: scheme and host, for all
    addresses.
    """

    def __init__(self, editions: Iterable[Edition], at: datetime, origin: str) -> None:
        self.editions = list(editions)
        self.at = at
        self.origin = origin
        self.people = self._people()
        groups = {edition.publication.translation_group for edition in self.editions}
        around = Edition.objects.readable(at).filter(publication__translation_group__in=groups)
        self.around: dict[Any, list[Edition]] = defaultdict(list)
        for other in around.with_frame().defer(*LONG).order_by("publication", "number"):
            self.around[other.publication.translation_group].append(other)

    def _people(self) -> dict[int, list[dict[str, str]]]:
        """Those whom each edition names, by its id."""
        found: dict[int, list[dict[str, str]]] = defaultdict(list)
        for model in filter(lambda model: model.NAMES_A_PERSON, part_models()):
            rows: Any = model._default_manager.filter(edition__in=[edition.pk for edition in self.editions])
            for row in rows.select_related("person").order_by("position", "pk"):
                found[row.edition_id].append(_person(row))
        return found

    def of(self, edition: Edition) -> dict[str, Any]:
        """All public facts of an edition, as JSON holds them. The addresses are whole."""
        with translation.override(edition.language):
            return self._of(edition)

    def _of(self, edition: Edition) -> dict[str, Any]:
        media = Media(edition)
        genre = edition.genre_words
        mine = [other for other in self._group(edition) if other.publication_id == edition.publication_id]
        return {
            "format": FORMAT,
            "id": self.origin + edition.publication.get_short_url(),
            "code": edition.publication.code,
            "edition": edition.number,
            "digest": edition.digest,
            "page": self.origin + edition.get_absolute_url(),
            "edition_page": self.origin + edition.get_edition_url(),
            "current": edition.is_live(self.at),
            "language": edition.language,
            "kind": edition.kind,
            "kind_name": str(edition.kind_model.NAME),
            "genre": edition.genre or None,
            "genre_name": str(genre.label) if genre else None,
            "title": edition.title,
            "summary": edition.summary,
            "html": self._body(edition, media),
            "text": as_plain(edition.body, language=edition.language, base=self.origin + edition.get_edition_url()),
            "dated_on": edition.dated_on.isoformat(),
            "published_at": moment(edition.published_at),
            "live_from": moment(edition.live_from),
            "live_until": moment(self._ended(edition)),
            "change": edition.change or None,
            "public_note": edition.public_note or None,
            "notice": self._notice(edition),
            "section": {
                "path": edition.section.path,
                "title": edition.section.title,
                "page": self.origin + edition.section.get_absolute_url(),
            },
            "people": self.people.get(edition.pk, []),
            "event": self._event(edition),
            "place": edition.place or None,
            "time_zone": edition.time_zone or settings.TIME_ZONE,
            **_of_kind(edition),
            "pictures": [self._picture(photo) for photo in media.pictures],
            "files": [self._file(edition, document) for document in media.files],
            "recordings": (edition.media or {}).get("recordings", []),
            "translations": self._translations(edition),
            "translated_from": self._translated_from(edition),
            "editions": [
                {
                    "edition": other.number,
                    "live_from": moment(other.live_from),
                    "page": self.origin + other.get_edition_url(),
                }
                for other in mine
            ],
        }

    def _group(self, edition: Edition) -> list[Edition]:
        return self.around[edition.publication.translation_group]

    def _body(self, edition: Edition, media: Media) -> str:
        """The body with the addresses of its pictures in place of their numbers in our library."""
        root = parse(edition.body)

        def build(number: int, alt: str) -> Element | None:
            photo = media.of_text.get(number)
            if photo is None:
                return None
            source = self.origin + address_of_rendition(photo.key, BASE.name)
            return etree.Element("img", {"alt": alt, "src": source})

        replace_images(root, build)
        return serialise(root)

    def _ended(self, edition: Edition) -> datetime | None:
        """When it ceased to be shown. When it will, is nobody's business yet."""
        until = edition.live_until
        return until if until is not None and until <= self.at else None

    def _notice(self, edition: Edition) -> dict[str, Any] | None:
        found = edition.publication.withdrawal
        if found is None or found.mode != Withdrawal.Mode.NOTICE or not found.in_force(self.at):
            return None
        return {"at": moment(found.from_at), "reason": found.public_reason}

    def _event(self, edition: Edition) -> dict[str, str] | None:
        return {"code": edition.event.code, "title": edition.event_title} if edition.event else None

    def _translations(self, edition: Edition) -> list[dict[str, str]]:
        others = [o for o in self._group(edition) if o.language != edition.language and o.is_live(self.at)]
        return [
            {
                "language": other.language,
                "id": self.origin + other.publication.get_short_url(),
                "page": self.origin + other.get_absolute_url(),
            }
            for other in others
        ]

    def _translated_from(self, edition: Edition) -> dict[str, Any] | None:
        """The edition that it was translated from, where the public may read that, and how many have followed it."""
        source = next((o for o in self._group(edition) if o.pk == edition.translated_from_id), None)
        if source is None:
            return None
        return {
            "language": source.language,
            "id": self.origin + source.publication.get_short_url(),
            "edition": source.number,
            "behind": behind(self._group(edition), source, self.at),
        }

    def _picture(self, photo: Photo) -> dict[str, Any]:
        return {
            "code": photo.code,
            "role": photo.role,
            "page": self.origin + photo.url,
            "address": self.origin + address_of_rendition(photo.key, BASE.name),
            "full_size": self.origin + address_of_rendition(photo.key, LARGEST),
            "width": photo.width,
            "height": photo.height,
            "alt": photo.alt,
            "decorative": photo.decorative,
            "caption": photo.caption,
            "credit": photo.credit,
            "taken_on": photo.taken_on.isoformat() if photo.taken_on else None,
            "place": photo.place,
            "people": photo.people,
            "terms": photo.terms,
        }

    def _file(self, edition: Edition, document: Any) -> dict[str, Any]:
        known = FORMATS.get(document.extension)
        return {
            "address": self.origin + document.url,
            "title": document.title,
            "file_name": document.file_name,
            "media_type": known.media_type if known else None,
            "size": document.size,
            "pages": document.pages or None,
            "language": document.language or edition.language,
            "is_text_of_page": document.is_text_of_page,
            "note": document.note,
        }


def moment(value: datetime | None) -> str | None:
    """An instant as ISO 8601 with the distance of the press office from UTC."""
    return value.astimezone(ZoneInfo(settings.TIME_ZONE)).isoformat() if value else None


def _person(row: Part) -> dict[str, str]:
    """Somebody as the edition names them. role: the name of the part, "speaker"."""
    values = {name: getattr(row, name, "") for name in ("name", "post")}
    return {**values, "role": row._meta.model_name or "", "code": row.person.code}  # type: ignore[attr-defined]


def _of_kind(edition: Edition) -> dict[str, str | None]:
    """What only its kind has: when it was delivered, when it takes place. Days and times as the place's clocks show."""
    own = edition.kind_edition
    common = {field.name for field in Edition._meta.concrete_fields}
    fields = [field for field in own.content_fields() if field.name not in common]
    return {field.name: _plain(field.value_from_object(own)) for field in fields}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | time) else value
