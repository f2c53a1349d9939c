"""Whatever people do, and whenever one looks: a kept page is, byte by byte, the page that would be made now."""

from __future__ import annotations

import os
import random
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from cms.editorial import actions
from cms.editorial.rules import Refused
from cms.models import (
    Contact,
    Edition,
    Identity,
    Publication,
    Related,
    Section,
    State,
    clock,
)
from cms.models.person import Post
from tests.factories import (
    make_draft,
    make_event,
    make_next,
    make_person,
    make_section,
)

from .kept import Site, compare

pytestmark = pytest.mark.django_db
MOST_TEXTS = 9  # few, so that what happens to one meets what shows it
ACTS = int(os.environ.get("KEPT_ACTS", "40"))


@pytest.fixture
def site(db):
    return Site()


class World:
    """Some sections, people and an event, and random acts on what is written there."""

    def __init__(self, dice, editor, moderator, monkeypatch):
        self.dice, self.editor, self.moderator = dice, editor, moderator
        self.now = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self.now)
        council = make_section("council")
        self.sections = [
            council,
            make_section("council/committee"),
            make_section("council/other"),
            make_section("other"),
        ]
        self.russian = make_section("sovet", language="ru", translation_group=council.translation_group)
        self.people = [make_person("Aigerim Sadykova"), make_person("Tigran Manukyan")]
        self.event = make_event("A conference", starts_on=self.now.date(), place="Geneva")
        for language in ("en", "ru"):
            Identity.objects.get_or_create(language=language, defaults={"name": "Office", "short_name": "Office"})

    def addresses(self):
        live = Edition.objects.been_live(self.now).with_frame().order_by("?")[:12]
        found = ["/en/", "/ru/", "/en/news/", "/ru/news/", "/en/events/", "/en/people/", "/en/search/?q=word"]
        found += [
            "/en/corrections/",
            "/en/news/feed.atom",
            "/en/news/?page=2",
            "/en/contacts/",
            "/en/corrections/feed.atom",
        ]
        found += [section.get_absolute_url() for section in Section.objects.all()]
        found += [f"/en/news/{self.now.year}/", f"/en/news/{self.now:%Y/%m}/", f"/en/news/?event={self.event.code}"]
        found += [row.get_absolute_url() for row in (*self.people, self.event)]
        found += [edition.get_absolute_url() for edition in live]
        found += [edition.get_edition_url() for edition in live]
        return found

    def some(self, **which):
        return Edition.objects.filter(**which).order_by("?").first()

    # --- Acts: each may be refused

    def write(self):
        if Publication.objects.count() > MOST_TEXTS:
            return
        kind = self.dice.choice(["news", "news", "speech"])
        columns = {
            "section": self.dice.choice(self.sections),
            "event": self.dice.choice([None, self.event, self.event]),
        }
        if kind == "news":
            columns["genre"] = self.dice.choice(["report", "announcement", "statement"])
        else:
            columns["speakers"] = [self.dice.choice(self.people)]
        draft = make_draft(self.editor, kind, dated_on=self.now.date(), body="<p>word</p>", **columns)
        other = self.some(state=State.APPROVED)
        if other and self.dice.random() < 0.8:
            Related.objects.create(edition=draft, publication=other.publication, title=other.title)
        actions.submit(draft, by=self.editor)

    def translate(self):
        original = self.some(language="en", state=State.APPROVED)
        if (
            original
            and not Publication.objects.filter(
                translation_group=original.publication.translation_group, language="ru"
            ).exists()
        ):
            group, kind = original.publication.translation_group, original.kind
            columns = {"speakers": [make_person(language="ru")]} if kind == "speech" else {}
            draft = make_draft(self.editor, kind, language="ru", section=self.russian, group=group, **columns)
            actions.submit(draft, by=self.editor)

    def section_text(self):
        section = self.dice.choice(self.sections)
        if not Publication.objects.filter(text_of=section).exists():
            actions.submit(make_draft(self.editor, "page", section=section, text_of=section), by=self.editor)

    def correct(self):
        before = self.some(state=State.APPROVED)
        if before:
            change = self.dice.choice(["correction", "update"])
            after = make_next(before, by=self.editor, change=change, title=f"Title {self.dice.random()}")
            actions.submit(after, by=self.editor)

    def approve(self):
        for waiting in Edition.objects.filter(state=State.IN_REVIEW).order_by("?")[:2]:
            at = self.dice.choice([None, None, self.now + timedelta(hours=self.dice.randint(1, 30))])
            actions.approve(waiting, by=self.moderator, digest=waiting.compute_digest(), at=at)

    def unschedule(self):
        scheduled = Edition.objects.scheduled(self.now).order_by("?").first()
        if scheduled:
            actions.unschedule(scheduled, by=self.moderator)

    def withdraw(self):
        live = Edition.objects.live(self.now).order_by("?").first()
        if live:
            mode = self.dice.choice(["gone", "notice", "redirect"])
            target = Edition.objects.live(self.now).exclude(publication=live.publication_id).order_by("?").first()
            redirect = target.publication if target and mode == "redirect" else None
            actions.withdraw(live, by=self.moderator, mode=mode, comment="Why", redirect_to=redirect)

    def rename_section(self):
        section = Section.objects.order_by("?").first()
        section.title = f"Section {self.dice.random()}"
        section.slug = f"s{self.dice.randint(10, 9999)}x"
        section.save()

    def move_section(self):
        section = Section.objects.get(pk=self.sections[2].pk)
        section.parent = self.dice.choice([None, Section.objects.get(pk=self.sections[0].pk)])
        section.save()

    def rename_person(self):
        person = self.dice.choice(self.people)
        person.name = f"Name {self.dice.randint(1, 99)}"
        person.save()
        Post.objects.create(person=person, title="Minister", held_from=self.now.date() - timedelta(days=9))

    def rename_event(self):
        self.event.title = f"Event {self.dice.randint(1, 99)}"
        self.event.starts_on = self.now.date() + timedelta(days=self.dice.randint(-2, 2))
        self.event.save()

    def change_frame(self):
        Identity.objects.filter(language="en").first().save()
        Contact.objects.create(language="en", name=f"Desk {self.dice.random()}", mail="desk@example.org")

    def time_passes(self):
        self.now += timedelta(minutes=self.dice.choice([1, 30, 60, 300, 1440]))

    ACTS = (
        [write] * 4
        + [approve] * 6
        + [correct] * 3
        + [time_passes] * 4
        + [translate, section_text]
        + [unschedule, withdraw, rename_section, move_section, rename_person, rename_event, change_frame]
    )


@pytest.mark.once
@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_people_do_a_kept_page_is_what_would_be_made_now(site, editor, moderator, monkeypatch, seed):
    dice = random.Random(seed)
    world = World(dice, editor, moderator, monkeypatch)
    addresses = world.addresses()
    for _act in range(ACTS):
        act = dice.choice(world.ACTS)
        with suppress(Refused, ValidationError), transaction.atomic():
            act(world)
        if dice.random() < 0.3:
            addresses = world.addresses()
        for address in dice.sample(addresses, min(6, len(addresses))):
            compare(site, address)
            site.get(address)
    assert site.pages.hits > ACTS
