"""Sentences of a language, composed from its lists of phrases (words/<language>.toml): real words, the first of a
list the most frequent, as in any text."""

from __future__ import annotations

import tomllib
from bisect import bisect
from datetime import date
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from django.utils import translation
from django.utils.formats import date_format

FOLDER = Path(__file__).parent / "words"
LISTS = {
    "s": "subjects", "v": "verbs", "o": "objects", "a": "adverbials", "b": "beside", "w": "doings", "p": "persons",
    "place": "places",
}  # fmt: skip


def known() -> list[str]:
    """Languages that there are phrases in."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


NUMBERS = {"n": (20, 990), "k": (2, 60), "y": (55, 80), "year": (2012, 2036), "since": (1946, 2010)}


class Weighted:
    """A list from which the nth entry is taken about 1/n times as often as the first (Zipf, as Mandelbrot has it)."""

    def __init__(self, entries: list[str], weights: list[float] | None = None) -> None:
        self.entries = entries
        self.sums = list(accumulate(weights or [1 / (n + 2) for n in range(len(entries))]))

    def take(self, dice: Random) -> str:
        return self.entries[bisect(self.sums, dice.random() * self.sums[-1])]


class Language:
    """What can be said in one language."""

    def __init__(self, code: str) -> None:
        self.code = code
        with (FOLDER / f"{code}.toml").open("rb") as file:
            self.words: dict[str, Any] = tomllib.load(file)
        self.lists = {slot: Weighted(self.words[name]) for slot, name in LISTS.items()}
        self.patterns = {name: Weighted(self.words[name]) for name in ("sentences", "openings", "titles", "summaries")}
        self.names = [self.name(n) for n in range(60)]

    def name(self, n: int) -> str:
        """Of the nth person: the same in every language."""
        given, surnames = self.words["given"], self.words["surnames"]
        parted = "·" if self.code == "zh-hans" else " "
        return f"{given[n % len(given)]}{parted}{surnames[n % len(surnames)]}"

    @cached_property
    def space(self) -> str:
        return "" if self.code == "zh-hans" else " "

    def sentence(self, dice: Random) -> str:
        return self.say(self.patterns["sentences"].take(dice), dice)

    def paragraph(self, dice: Random) -> str:
        return self.space.join(self.sentence(dice) for _ in range(dice.randint(3, 6)))

    def title(self, dice: Random) -> str:
        return self.say(self.patterns["titles"].take(dice), dice)

    def summary(self, dice: Random, number: int) -> str:
        return self.say(self.patterns["summaries"].take(dice), dice, n=str(number))

    def say(self, pattern: str, dice: Random, **given: str) -> str:
        """A pattern with its slots filled in: what is given, else by the dice."""
        text = pattern.format_map(_Slots(self, dice, given))
        return text[0].upper() + text[1:]

    def day(self, day: date) -> str:
        """Day and month, as it stands in a sentence."""
        with translation.override(self.code):
            return date_format(day, "MONTH_DAY_FORMAT" if self.code == "zh-hans" else "j E")


class _Slots(dict[str, str]):
    def __init__(self, language: Language, dice: Random, given: dict[str, str]) -> None:
        super().__init__(given)
        self.language, self.dice = language, dice

    def __missing__(self, slot: str) -> str:
        dice, language = self.dice, self.language
        if slot in language.lists:
            text = language.lists[slot].take(dice)
            return text.format_map(self) if "{" in text else text
        if slot == "A":
            text = self["a"]
            return text[0].upper() + text[1:]
        if slot == "name":
            return language.names[int(dice.random() ** 2 * len(language.names))]
        low, high = NUMBERS[slot]
        return str(low + int(dice.random() * (high - low)))
