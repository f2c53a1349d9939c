"""Makes things as the site makes them: through the actions, or as an archive's record where they lie in the past."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from cms.editorial import actions, archive
from cms.models import Edition, Event, Person, Post, Section, State, User, clock
from speeches.models import Speaker

_serial = count(1)
PASSWORD = "correct horse battery"


def make_user(name: str, **columns: Any) -> User:
    first, last = name.split(" ", 1)
    return User.objects.create_user(
        username=first.lower(), password=PASSWORD, first_name=first, last_name=last, is_staff=True, **columns
    )


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


def make_past(by: User, at: datetime | None = None, until: datetime | None = None, **columns: Any) -> Edition:
    """Live since some time ago (default: a day), as an archive's record; `until` another past instant if given."""
    draft = make_draft(by, **columns)
    return archive.enter(draft, by=by, live_from=at or clock.now() - timedelta(days=1), live_until=until)


def stored(edition: Edition) -> Edition:
    """As it is in the database now."""
    return Edition.objects.get(pk=edition.pk)


def states(edition: Edition) -> list[tuple[int, str]]:
    return list(edition.publication.editions.order_by("number").values_list("number", "state"))


__all__ = [name for name in dir() if name.startswith("make_")] + ["PASSWORD", "State", "content", "states", "stored"]
