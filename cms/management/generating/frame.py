"""What stands around the texts: sections, people with their posts, events. Made where missing, by the models' own save,
and then held in memory: every text of a run refers to it."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from ...models import Event, Person, Post, Section
from .language import Language
from .mark import FRAME

# Slugs of the sections, by the names that stand in the same order in words/*.toml; a slash: below the one before it.
SECTIONS = (
    "activities /security /economy /culture secretariat /visits /appointments council /sessions /decisions "
    "cooperation /partners /observers /projects"
).split()
LIVELY = (6, 9, 5, 4, 3, 8, 1, 4, 7, 5, 6, 3, 1, 2)  # how much is published in each
# Numbers of groups in the frame, apart by table and far from each other.
PEOPLE, A_YEAR = 60, 8


@dataclass
class Frame:
    """One language's. posts: of each person, those held, the latest first."""

    language: str
    sections: list[Section] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    posts: dict[int, list[Post]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sums = list(accumulate(LIVELY))

    def section(self, dice: Random) -> Section:
        return self.sections[bisect(self._sums, dice.random() * self._sums[-1])]

    def event_near(self, day: date) -> Event | None:
        """One that began within the month before a day, if one did."""
        n = bisect(self.events, day, key=lambda event: event.starts_on) - 1
        if n < 0 or self.events[n].starts_on < day - timedelta(days=31):
            return None
        return self.events[n]

    def post_on(self, person: Person, day: date) -> str:
        """What `Person.post_on` says, without a query."""
        held = (p for p in self.posts[person.pk] if p.held_from <= day and (not p.held_until or p.held_until >= day))
        return next((post.title for post in held), "")


def frame_of(language: Language, first: date, last: date) -> Frame:
    """The frame of a language, for texts between two days: what is there, and what was missing of it."""
    code = language.code
    if not Section.objects.filter(language=code).exists():
        _make_sections(language)
        _make_people(language, first, last)
        _make_events(language, first, last)
    people = list(Person.objects.filter(language=code).order_by("pk"))
    posts: dict[int, list[Post]] = {person.pk: [] for person in people}
    for post in Post.objects.filter(person__language=code).order_by("-held_from", "pk"):
        posts[post.person_id].append(post)
    sections = list(Section.objects.filter(language=code).order_by("translation_group"))
    return Frame(code, sections, people, posts, list(Event.objects.filter(language=code).order_by("starts_on", "pk")))


def _make_sections(language: Language) -> None:
    top: Section | None = None
    for n, (slug, title) in enumerate(zip(SECTIONS, language.words["sections"], strict=True)):
        parent = top if slug.startswith("/") else None
        section = Section.objects.create(
            language=language.code,
            translation_group=FRAME.group(n),
            title=title,
            slug=slug.lstrip("/"),
            parent=parent,
            position=(n + 1) * 10,
        )
        top = top if parent else section


def _make_people(language: Language, first: date, last: date) -> None:
    dice = Random("people")  # noqa: S311 (the same in every language)
    for n in range(PEOPLE):
        name = language.name(n)
        person = Person.objects.create(
            language=language.code,
            translation_group=FRAME.group(n),
            name=name,
            sort_name=" ".join(reversed(name.split())),
        )
        terms = _terms(dice, first, last)
        Post.objects.bulk_create(
            Post(person=person, title=dice.choice(language.words["posts"]), held_from=since, held_until=until)
            for since, until in terms
        )


def _terms(dice: Random, first: date, last: date) -> list[tuple[date, date | None]]:
    """Terms of office that follow one another, the last one not ended."""
    begin, found = first - timedelta(days=400), []
    while (end := begin + timedelta(days=dice.randint(1200, 3000))) < last:
        found.append((begin, end))
        begin = end + timedelta(days=1)
    return [*found, (begin, None)]


def _make_events(language: Language, first: date, last: date) -> None:
    dice = Random("events")  # noqa: S311
    words, n = language.words, 0
    rows = []
    for year in range(first.year, last.year + 1):
        for _ in range(A_YEAR):
            day = date(year, 1, 1) + timedelta(days=dice.randint(0, 364))
            kind, theme, place = (dice.choice(words[name]) for name in ("events", "themes", "places"))
            if day >= first:
                rows.append(
                    Event(
                        language=language.code,
                        translation_group=FRAME.group(n),
                        title=f"{kind} «{theme}»" if language.code != "zh-hans" else f"{kind}“{theme}”",
                        place=place,
                        starts_on=day,
                        ends_on=day + timedelta(days=dice.choice([0, 1, 2, 4])),
                    )
                )
                n += 1
    Event.objects.bulk_create(rows)
