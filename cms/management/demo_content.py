"""Fills an empty site with the demonstration content of cms/management/demo/, through the same actions as people do."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from ..editorial import actions, archive
from ..models import (
    Contact,
    Edition,
    Event,
    Identity,
    Person,
    Post,
    Publication,
    Related,
    Section,
    User,
    Withdrawal,
    clock,
)
from ..models.part import part_models
from .demo_editions import Second, original_first, second_of, with_ids_of
from .demo_media import DemoMedia
from .light import to_html

FOLDER = Path(__file__).parent / "demo"
HOUSE_ZONE = ZoneInfo("Asia/Almaty")
BEGINNING = datetime(2023, 12, 1, 6, tzinfo=UTC)
CHECK_THE_NAMES = {
    "en": "Please check the names of the stations.",
    "ru": "Проверьте, пожалуйста, названия станций.",
}


def read(name: str) -> dict[str, Any]:
    with (FOLDER / name).open("rb") as file:
        return tomllib.load(file)


class DemoContent:
    """Builds everything in the languages that both the site and the texts have.

    editor, moderator: who writes and who approves.
    """

    def __init__(self, editor: User, moderator: User) -> None:
        self.editor, self.moderator = editor, moderator
        self.languages = [code for code in settings.CONTENT_LANGUAGES if code in ("en", "ru")]
        self.sections: dict[tuple[str, str], Section] = {}
        self.people: dict[tuple[str, str], Person] = {}
        self.events: dict[tuple[str, str], Event] = {}
        self.items: dict[tuple[str, str], Edition] = {}
        self.originals: dict[tuple[str, int], Edition] = {}  # by what they are called here, and their numbers
        self.frame = read("frame.toml")
        self.contacts = read("contacts.toml")["contact"]
        self.news = [read("news-1.toml"), read("news-2.toml")]
        self.speeches = read("speeches.toml")
        self.media = DemoMedia(editor)

    def build(self, renditions: bool = True) -> None:
        """renditions: of all pictures, too; else `manage.py media renditions` makes them."""
        self.media.fill_the_library()
        if renditions:
            self.media.make_renditions()
        for language in self.languages:
            self._identity(language)
        groups: dict[str, UUID] = {}
        for language in original_first(self.languages, {}):
            self._people(language, groups)
            self._events(language, groups)
            self._sections(language, groups)
            self._contacts(language)
        rows = [("news", row) for file in self.news for row in file["item"]]
        rows += [("speech", row) for row in self.speeches["speech"]]
        for kind, row in sorted(rows, key=lambda pair: _published(pair[1])):
            for language in original_first(self.languages, row):
                self._item(kind, row, language, groups)
        for position, row in enumerate(self.frame["draft"]):
            for language in original_first(self.languages, row):
                self._unfinished(row, language, groups, timezone.localdate() - timedelta(days=position))

    # --- The frame

    def _identity(self, language: str) -> None:
        words = self.frame["identity"]
        names = ("name", "short_name", "tagline", "press_contacts", "footer")
        values = {name: words[f"{name}_{language}"].strip() for name in names}
        Identity.objects.update_or_create(language=language, defaults=values)

    def _people(self, language: str, groups: dict[str, UUID]) -> None:
        for row in self.frame["person"]:
            person = Person.objects.create(
                language=language,
                translation_group=groups.setdefault(f"person {row['key']}", uuid4()),
                name=row[f"name_{language}"],
                sort_name=row["sort"] if language == "en" else _surname_first(row[f"name_{language}"]),
            )
            for post in row.get("post", []):
                Post.objects.create(
                    person=person,
                    title=post[f"title_{language}"],
                    held_from=post["from"],
                    held_until=post.get("until") or None,
                )
            self.people[language, row["key"]] = person

    def _events(self, language: str, groups: dict[str, UUID]) -> None:
        for file in (*self.news, self.speeches):
            for row in file.get("event", []):
                if (language, row["key"]) in self.events:
                    continue
                self.events[language, row["key"]] = Event.objects.create(
                    language=language,
                    translation_group=groups.setdefault(f"event {row['key']}", uuid4()),
                    title=row[f"title_{language}"],
                    place=row[f"place_{language}"],
                    starts_on=row["starts_on"],
                    ends_on=row.get("ends_on") or None,
                )

    def _sections(self, language: str, groups: dict[str, UUID]) -> None:
        for position, row in enumerate(sorted(self.frame["section"], key=lambda row: row["path"].count("/"))):
            above, _slash, slug = row["path"].rpartition("/")
            section = Section.objects.create(
                language=language,
                translation_group=groups.setdefault(f"section {row['path']}", uuid4()),
                title=row[f"title_{language}"],
                slug=slug,
                parent=self.sections.get((language, above)),
                position=(position + 1) * 10,
            )
            self.sections[language, row["path"]] = section
            content = {
                "section": section,
                "title": section.title,
                "body": to_html(row[f"about_{language}"]),
                "dated_on": BEGINNING.date(),
            }
            text = self._start("page", f"text {row['path']}", language, groups, text_of=section, **content)
            archive.enter(text, by=self.moderator, live_from=BEGINNING)

    def _contacts(self, language: str) -> None:
        for position, row in enumerate(self.contacts):
            words = {name: row.get(f"{name}_{language}", "") for name in ("name", "role", "languages_spoken", "hours")}
            reached = {name: row.get(name, "") for name in ("phone", "mail", "time_zone")}
            section = self.sections.get((language, row.get("section", "")))
            contact = Contact(language=language, section=section, position=position, **words, **reached)
            contact.full_clean()
            contact.save()

    # --- Texts

    def _item(self, kind: str, row: dict[str, Any], language: str, groups: dict[str, UUID]) -> None:
        published = _published(row)
        draft = self._draft(kind, row, language, groups, row["date"])
        second = second_of(row, language)
        if second is None or published + second.after > clock.now():
            self._publish(draft, published)
        else:
            self._changed(draft, row["key"], second, published)

    def _draft(self, kind: str, row: dict[str, Any], language: str, groups: dict[str, UUID], day: date) -> Edition:
        body = self.media.body_of(row["key"], row[f"body_{language}"], language)
        if "wrong_en" in row:
            body = body.replace(row[f"right_{language}"], row[f"wrong_{language}"])
        content = {
            "title": row[f"title_{language}"],
            "summary": row[f"summary_{language}"],
            "body": body,
            "section": self.sections[language, row["section"]],
            "genre": row.get("genre") or row.get("status"),
            "dated_on": day,
            "place": row.get(f"place_{language}", ""),
            "event": self.events.get((language, row.get("event", ""))),
        }
        if kind == "speech":
            content |= _delivery(row)
        elif row.get("takes_place_on"):
            content |= {"takes_place_on": row["takes_place_on"], "time_zone": row.get("zone", "")}
        draft = self._start(kind, row["key"], language, groups, **content)
        self._parts(draft, row, language)
        self.items[language, row["key"]] = draft
        return draft

    def _start(self, kind: str, key: str, language: str, groups: dict[str, UUID], **content: Any) -> Edition:
        """A draft: of the original, or of what was translated from that."""
        if original := self.originals.get((key, 1)):
            body = with_ids_of(original.body, content["body"])
            content |= {"body": body, "translated_from": original}
        group = groups.setdefault(key, uuid4())
        draft = actions.start(kind, by=self.editor, language=language, group=group, **content)
        self.originals.setdefault((key, 1), draft)
        return draft

    def _parts(self, draft: Edition, row: dict[str, Any], language: str) -> None:
        parts = {model.__name__.lower(): model for model in part_models()}
        for position, key in enumerate(row.get("speakers", [])):
            values: dict[str, Any] = {"person": self.people[language, key], "position": position}
            parts["speaker"]._default_manager.create(edition_id=draft.pk, **values)
        for position, key in enumerate(row.get("related", [])):
            target = self.items.get((language, key))
            if target is not None:
                Related.objects.create(
                    edition_id=draft.pk, publication=target.publication, title=target.title, position=position
                )
        self.media.show(draft, row["key"], language)
        actions.settle(draft)

    def _publish(self, draft: Edition, at: datetime) -> None:
        if at < clock.now():
            archive.enter(draft, by=self.moderator, live_from=at)
        else:
            self._approve(draft, at)

    def _approve(self, draft: Edition, at: datetime | None) -> Edition:
        waiting = actions.submit(draft, by=self.editor)
        return actions.approve(waiting, by=self.moderator, digest=waiting.compute_digest(), at=at)

    def _changed(self, draft: Edition, key: str, second: Second, published: datetime) -> None:
        changed_at = published + second.after
        first = archive.enter(draft, by=self.moderator, live_from=published, live_until=changed_at)
        edition = actions.next_edition(first, by=self.editor).kind_edition
        edition.body = second.rewrite(edition.body)
        edition.public_note, edition.change = second.note, second.change
        edition.translated_from = self.originals.get((key, 2))
        self.originals.setdefault((key, 2), edition)
        actions.save(edition, by=self.editor, version=edition.version)
        archive.enter(edition, by=self.moderator, live_from=changed_at)

    def _unfinished(self, row: dict[str, Any], language: str, groups: dict[str, UUID], day: date) -> None:
        draft = self._draft("news", row, language, groups, day)
        state = row["state"]
        if state == "in_review":
            actions.submit(draft, by=self.editor, comment=CHECK_THE_NAMES[language])
        elif state == "returned":
            waiting = actions.submit(draft, by=self.editor)
            actions.return_(waiting, by=self.moderator, comment=row[f"reason_{language}"])
        elif state == "scheduled":
            tomorrow = timezone.localdate() + timedelta(days=1)
            self._approve(draft, datetime.combine(tomorrow, time(14), tzinfo=HOUSE_ZONE))
        elif state == "withdrawn":
            live = archive.enter(draft, by=self.moderator, live_from=clock.now() - timedelta(days=4))
            reason = row[f"public_reason_{language}"]
            actions.withdraw(live, by=self.moderator, mode=Withdrawal.Mode.GONE, comment=reason)
        elif state == "discarded":
            actions.discard(draft, by=self.editor)


def _published(row: dict[str, Any]) -> datetime:
    """When a row of the files says that it was published (Almaty time there)."""
    if "published" in row:
        return datetime.fromisoformat(str(row["published"])).replace(tzinfo=HOUSE_ZONE)
    hour, minute = map(int, row["time"].split(":"))
    return datetime.combine(row["date"], time(hour, minute), tzinfo=HOUSE_ZONE)


def _delivery(row: dict[str, Any]) -> dict[str, Any]:
    if row["status"] in ("written", "joint", "article"):
        return {"time_zone": row.get("zone", "")}
    at = time.fromisoformat(row["time"]) if row.get("time") else None
    return {"delivered_on": row["date"], "delivered_at": at, "time_zone": row.get("zone", "")}


def _surname_first(name: str) -> str:
    *given, surname = name.split()
    return f"{surname}, {' '.join(given)}"


def is_empty() -> bool:
    """Whether nobody has written anything here yet."""
    return not Publication.objects.exists() and not Section.objects.exists()
