"""Makes things as the site makes them: through the actions, or as an archive's record where they lie in the past."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from cms.editorial import actions, archive
from cms.media import renditions
from cms.media.storage import put
from cms.models import (
    AttachedFile,
    Attachment,
    Change,
    Edition,
    Event,
    Image,
    Person,
    Picture,
    Post,
    Publication,
    Rendition,
    Section,
    State,
    StoredFile,
    User,
    clock,
    media_storage,
)
from speeches.models import Speaker

_serial = count(1)
PASSWORD = "correct horse battery"


def make_user(name: str, **columns: Any) -> User:
    first, last = name.split(" ", 1)
    return User.objects.create_user(
        username=first.lower(), password=PASSWORD, first_name=first, last_name=last, is_staff=True, **columns
    )


def make_member(name: str, group: str) -> User:
    user = make_user(name)
    user.groups.add(Group.objects.get(name=group))
    return User.objects.get(pk=user.pk)


def make_section(path: str = "activities", language: str = "en", **columns: Any) -> Section:
    """A section by its path; those above it are made too."""
    *above, slug = path.split("/")
    parent = make_section("/".join(above), language) if above else None
    found = Section.objects.filter(language=language, path=path).first()
    columns = {"title": slug.replace("-", " ").capitalize(), **columns}
    return found or Section.objects.create(language=language, slug=slug, parent=parent, **columns)


def make_person(name: str = "Aigerim Sadykova", post: str = "Secretary General", language: str = "en") -> Person:
    person = Person.objects.create(language=language, name=name, sort_name=" ".join(reversed(name.split())))
    if post:
        Post.objects.create(person=person, title=post, held_from=date(2020, 1, 1))
    return person


def make_event(title: str = "Parliamentary Conference", language: str = "en", **columns: Any) -> Event:
    return Event.objects.create(language=language, title=title, **{"starts_on": date(2025, 5, 19), **columns})


def content(language: str = "en", section: Section | None = None, **columns: Any) -> dict[str, Any]:
    serial = next(_serial)
    return {
        "title": f"Title {serial}",
        "summary": f"Summary {serial}.",
        "body": f"<p>Body {serial}.</p>",
        "section": section or make_section(language=language),
        "language": language,
        **columns,
    }


def make_draft(by: User, kind: str = "news", **columns: Any) -> Edition:
    """A draft, started by somebody. `speakers`: people, for a speech."""
    speakers = columns.pop("speakers", None)
    group = columns.pop("group", None)
    text_of = columns.pop("text_of", None)
    columns.setdefault("genre", "report" if kind == "news" else "delivered" if kind == "speech" else "")
    if kind == "speech":
        columns.setdefault("delivered_on", date(2025, 5, 19))
    draft = actions.start(kind, by=by, group=group, text_of=text_of, **content(**columns))
    if kind == "speech":
        for position, person in enumerate([make_person()] if speakers is None else speakers):
            Speaker.objects.create(edition=draft, person=person, position=position)
        actions.settle(draft)
    return draft


def make_waiting(by: User, **columns: Any) -> Edition:
    """An edition in review."""
    return actions.submit(make_draft(by, **columns), by=by)


def make_live(by: User, approver: User, **columns: Any) -> Edition:
    """Published this moment, through the front door."""
    waiting = make_waiting(by, **columns)
    return actions.approve(waiting, by=approver, digest=waiting.compute_digest())


def make_scheduled(by: User, approver: User, at: datetime | None = None, **columns: Any) -> Edition:
    waiting = make_waiting(by, **columns)
    return actions.approve(
        waiting, by=approver, digest=waiting.compute_digest(), at=at or clock.now() + timedelta(hours=1)
    )


def make_next(edition: Edition, *, by: User, change: str = Change.UPDATE, **columns: Any) -> Edition:
    """A draft of the next edition that says what kind of change it is; columns: of its text that differ."""
    draft = actions.next_edition(stored(edition), by=by)
    if columns:
        own = draft.kind_edition
        for name, value in columns.items():
            setattr(own, name, value)
        draft = actions.save(own, by=by, version=own.version)
    Edition.objects.filter(pk=draft.pk).update(change=change)
    return stored(draft).kind_edition


def make_past(by: User, at: datetime | None = None, until: datetime | None = None, **columns: Any) -> Edition:
    """Live since some time ago (default: a day), as an archive's record; `until` another past instant if given."""
    draft = make_draft(by, **columns)
    return archive.enter(draft, by=by, live_from=at or clock.now() - timedelta(days=1), live_until=until)


def make_archive(days: Iterable[date], section: Section | None = None, **columns: Any) -> list[Edition]:
    """Approved editions, one for each day, live since long ago: base rows alone, which is all that lists read.

    Quick, and past the actions: the kept counts know of them after `manage.py counts rebuild`.
    """
    section = section or make_section()
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    language = section.language
    known = {"kind": columns.pop("kind", "news"), "language": language}
    dates = list(days)
    publications = Publication.objects.bulk_create(Publication(**known, created_at=long_ago) for _day in dates)
    sealed = {"state": State.APPROVED, "live_from": long_ago, "approved_at": long_ago, "digest": "0" * 64}
    made = {"number": 1, "created_at": long_ago, "edited_at": long_ago, "slug": "item", "genre": "report"}
    return Edition.objects.bulk_create(
        Edition(
            **{**known, **sealed, **made, "section": section, "title": f"Item {n}", **columns},
            publication=publication,
            dated_on=day,
            published_at=long_ago + timedelta(seconds=n),
        )
        for n, (day, publication) in enumerate(zip(dates, publications, strict=True))
    )


def make_stored(content: bytes, **columns: Any) -> StoredFile:
    """A content in the storage, without looking into it."""
    kept = put(media_storage(), BytesIO(content))
    columns = {"media_type": "application/pdf", "extension": "pdf", "stored_at": clock.now(), **columns}
    values = {"key": kept.sha256[:32], "size": kept.size, **columns}
    return StoredFile.objects.get_or_create(sha256=kept.sha256, defaults=values)[0]


def make_image(by: User, *, size: tuple[int, int] = (800, 600), language: str = "en", **words: Any) -> Image:
    """A picture in the library whose file and renditions are words, not pixels: nothing here decodes them."""
    serial = next(_serial)
    columns = {"media_type": "image/jpeg", "extension": "jpg", "width": size[0], "height": size[1]}
    file = make_stored(b"picture %d" % serial, **columns)
    words = {"alt": f"Picture {serial}", "caption": f"Caption {serial}", "credit": "Press office", **words}
    image = Image.objects.create(
        file=file, language=language, uploaded_at=clock.now(), uploaded_by=by, uploaded_by_in_words=by.in_words, **words
    )
    make_renditions_of(image)
    return image


def make_renditions_of(image: Image) -> None:
    """Every rendition that the picture should have, in one query: there are about twenty."""
    file = image.file
    known = set(file.renditions.values_list("spec", flat=True))
    specs = renditions.wanted(file.width, file.height, (image.focal_x, image.focal_y))
    Rendition.objects.bulk_create(_rendition(file, spec) for spec in specs if spec.name not in known)


def _rendition(file: StoredFile, spec: renditions.Spec) -> Rendition:
    kept = put(media_storage(), BytesIO(f"{file.key} {spec.name}".encode()))
    width, height = renditions.size_of(spec, file.width, file.height)
    columns = {"media_type": spec.media_type, "size": kept.size, "sha256": kept.sha256}
    return Rendition(file=file, spec=spec.name, width=width, height=height, **columns)


def make_attachment(by: User, *, content: bytes = b"", language: str = "en", **columns: Any) -> Attachment:
    """A document in the library. content: its bytes, which nobody looks into."""
    serial = next(_serial)
    file = make_stored(content or b"document %d" % serial, pages=3, findings=columns.pop("findings", []))
    columns = {"title": f"Document {serial}", "file_name": f"Document {serial}.pdf", **columns}
    signed = {"uploaded_at": clock.now(), "uploaded_by": by, "uploaded_by_in_words": by.in_words}
    return Attachment.objects.create(file=file, language=language, **signed, **columns)


def show(edition: Edition, image: Image, role: str = "lead", **words: Any) -> Picture:
    """Put a picture of the library into a draft."""
    row = Picture(edition=edition, role=role, position=next(_serial) % 30_000, **{**image.words(), **words})
    row.take(image)
    row.save()
    actions.settle(edition)
    return row


def attach(edition: Edition, attachment: Attachment) -> AttachedFile:
    """Attach a document of the library to a draft."""
    row = AttachedFile(edition=edition, position=next(_serial) % 30_000)
    row.take(attachment)
    row.save()
    actions.settle(edition)
    return row


def stored(edition: Edition) -> Edition:
    """As it is in the database now."""
    return Edition.objects.get(pk=edition.pk)


def states(edition: Edition) -> list[tuple[int, str]]:
    return list(edition.publication.editions.order_by("number").values_list("number", "state"))


__all__ = [name for name in dir() if name.startswith("make_")] + [
    "PASSWORD",
    "State",
    "attach",
    "content",
    "show",
    "states",
    "stored",
]
