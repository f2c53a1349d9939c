"""Makes items: each with its translations, their editions, parts and journal. Asks no database."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict, deque
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, count
from random import Random
from typing import Any
from uuid import UUID

from ... import kinds
from ...text.slugs import CODE_ALPHABET
from .batch import Batch
from .days import Days
from .editions import EditionRows, Item
from .fates import OF_TODAY, begins_at, fate_of, lives
from .frame import Frame
from .mark import FRAME, Run
from .pool import Pool

SHARES = {"news": 0.75, "speech": 0.25}  # of a kind that is not named: a twentieth
GENRES = {"report": 60, "statement": 15, "announcement": 12, "advisory": 6, "interview": 7, "delivered": 40}
IN_FIRST, TRANSLATED, INTO_ALL = 0.55, 0.15, 0.1  # of originals; of translated ones
PLACED, AT_EVENT, RELATED = 0.8, 0.1, 0.15
TRANSLATABLE = frozenset({"live", "corrected", "changed twice"})  # fates


class Maker:
    """Makes the groups of a run, one after the other.

    frames, pools: by language, the first being that in which most is written first. publications: the first free key.
    """

    def __init__(
        self,
        run: Run,
        frames: dict[str, Frame],
        pools: dict[str, Pool],
        rows: EditionRows,
        publications: int,
        now: datetime,
        seed: int,
    ) -> None:
        self.run, self.frames, self.pools, self.rows, self.now, self.seed = run, frames, pools, rows, now, seed
        self.languages = list(frames)
        self.days = Days(now.date())
        self.keys = count(publications)
        self.recent: dict[str, deque[tuple[int, str]]] = defaultdict(lambda: deque(maxlen=30))
        names = kinds.listed()
        self.kinds = names, list(accumulate(SHARES.get(name, 0.05) for name in names))
        self.genres = {name: _weighted(list(kinds.model_of(name).GENRES)) for name in names}

    def texts_of_sections(self) -> Batch:
        """A text for every section, live since the beginning."""
        batch, began = Batch(), datetime.combine(self.days.first, time(6), tzinfo=UTC)
        for language, frame in self.frames.items():
            for n, section in enumerate(frame.sections):
                dice = Random(f"{self.seed} {n} section")  # noqa: S311 (made-up texts)
                item = self._item("page", "", language, FRAME.group(n), self.days.first, dice)
                section_text = {"section": section, "title": section.title, "text_of": section.pk, "related": []}
                self._write(batch, replace(item, **section_text, event=None, place=""), "live", began, dice)
        return batch

    def group(self, batch: Batch, number: int, done: int) -> None:
        """Add an item and its translations. number: of the group. done: items that there are."""
        dice = Random(self.seed << 32 ^ number)  # noqa: S311 (made-up texts)
        fate = fate_of(number, dice)
        day = self.days.at((done - self.run.start) / (self.run.goal - self.run.start))
        at = datetime.combine(day, time(3), tzinfo=UTC) + timedelta(seconds=dice.random() * 43_000)
        begins = begins_at(fate, min(at, self.now - timedelta(minutes=5)), self.now, dice)
        day = begins.date() if fate in OF_TODAY else day
        kind = _taken(self.kinds, dice)
        genre = _taken(self.genres[kind], dice)
        original: dict[int, int] = {}
        for n, language in enumerate(self._languages(fate, dice)[: self.run.goal - done]):
            item = self._item(kind, genre, language, self.run.group(number), day, dice)
            if not n:
                original = self._write(batch, item, fate, begins, dice)
            else:
                item.sources = original
                began = min(begins + timedelta(hours=dice.uniform(1, 20)), self.now - timedelta(seconds=90))
                self._write(
                    batch, item, "followed" if len(original) == 2 and dice.random() < 0.5 else "live", began, dice
                )
            batch.items += 1

    # --- What an item is

    def _languages(self, fate: str, dice: Random) -> list[str]:
        """That of the original first."""
        first, *others = self.languages
        original = first if dice.random() < IN_FIRST or not others else others[int(dice.random() * len(others))]
        if fate not in TRANSLATABLE or dice.random() >= TRANSLATED:
            return [original]
        more = [language for language in self.languages if language != original]
        dice.shuffle(more)
        return [original, *(more if dice.random() < INTO_ALL else more[:1])]

    def _item(self, kind: str, genre: str, language: str, group: UUID, day: date, dice: Random) -> Item:
        frame, pool, key = self.frames[language], self.pools[language], next(self.keys)
        opening = pool.of_day(day, pool.openings, dice)
        rests = pool.rests(kind)
        recent = self.recent[language]
        return Item(
            key=key,
            code=code_of(key),
            kind=kind,
            language=language,
            group=group,
            genre=genre,
            day=day,
            frame=frame,
            section=frame.section(dice),
            title=pool.language.title(dice)[:250],
            opening=opening,
            rest=rests[int(dice.random() * len(rests))],
            update=pool.of_day(day, pool.updates, dice),
            place=opening.right.place if dice.random() < PLACED else "",
            event=frame.event_near(day) if dice.random() < AT_EVENT else None,
            speakers=_speakers(frame, dice) if kind == "speech" else [],
            related=_related(recent, dice),
            words=pool.language.words,
            redirect_to=recent[-1][0] if recent else None,
        )

    # --- Its rows

    def _write(self, batch: Batch, item: Item, fate: str, begins: datetime, dice: Random) -> dict[int, int]:
        """Returns the keys of its editions by their numbers."""
        if fate == "redirect" and item.redirect_to is None:
            fate = "gone"
        keys = {
            life.number: self.rows.add(batch, item, life, begins, dice) for life in lives(fate, begins, self.now, dice)
        }
        self.rows.publication(batch, item)
        if fate == "live" and item.text_of is None:
            self.recent[item.language].append((item.key, item.title))
        return keys


def _related(recent: deque[tuple[int, str]], dice: Random) -> list[tuple[int, str]]:
    """One to three. The dice are thrown as often where there are none, so that a run that goes on makes the same."""
    wanted, n, place = dice.random() < RELATED, dice.randint(1, 3), dice.random()
    if not wanted:
        return []
    first = int(place * len(recent))
    return [recent[i] for i in range(first, min(first + n, len(recent)))]


def _speakers(frame: Frame, dice: Random) -> list[Any]:
    """Mostly one, and mostly one of a few."""
    first = int(dice.random() ** 2 * (len(frame.people) - 1))
    return frame.people[first : first + (1 if dice.random() < 0.9 else 2)]


def code_of(key: int) -> str:
    """A code that no other key has, scattered as the site's own are: a walk round all numbers of 35 bits, on to the
    next that makes a code."""
    number = key
    while True:
        number = (number * 25_214_903_917 + 11) & (1 << 35) - 1
        code = "".join(CODE_ALPHABET[number >> shift & 31] for shift in range(30, -1, -5))
        if not code.isdigit() and not code.isalpha():
            return code


def _weighted(genres: list[str]) -> tuple[list[str], list[float]]:
    return genres, list(accumulate(float(GENRES.get(genre, 8)) for genre in genres))


def _taken(weighted: tuple[list[str], list[float]], dice: Random) -> str:
    names, sums = weighted
    return names[bisect(sums, dice.random() * sums[-1])]
