"""The texts of a language, written and cleaned once, of which every body is put together.

A body is an opening (the first paragraph, with the summary that goes with it), a rest, and sometimes an update at the
end. Every opening has two earlier versions: with another number, and with a typing slip.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from random import Random
from typing import TypeVar

from ...search.bulk import Pieces
from ...text.plain import plain_text
from ...text.sanitiser import clean
from .language import Language

_ID = re.compile(r' id="(b\w{4})"')
LONGEST = 2_400  # words of a rest


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a body, as it is stored. n: its number among the pieces of the search. summary, place: of an
    opening."""

    n: int
    html: str
    plain: str
    summary: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    right: Piece
    wrong: Piece
    slip: Piece


_P = TypeVar("_P", Opening, Piece)


class Pool:
    """openings: by the day of the year. rests: by kind. updates: by the day of the year."""

    def __init__(self, language: Language, pieces: Pieces, items: int, dice: Random) -> None:
        self.language, self.pieces, self.dice = language, pieces, dice
        self._taken: set[str] = set()
        self._headings = [self._block(f"<h2>{escape(words)}</h2>") for words in language.words["headings"]]
        self._headings = [heading for heading in self._headings if heading]
        self.openings = [self._opening(day) for day in _days(_between(items // 20, 24, 1464))]
        self.updates = [self._update(day) for day in _days(_between(items // 200, 12, 366))]
        self._paragraphs = self._many(_between(items // 20, 60, 2000))
        short, long = _between(items // 40, 12, 600), _between(items // 80, 8, 250)
        self.short = [self._rest(self._words(4.9, 0.5, 110, 700)) for _ in range(short)]
        self.long = [self._rest(self._words(6.6, 0.55, 300, LONGEST)) for _ in range(long)]

    def rests(self, kind: str) -> list[Piece]:
        return self.long if kind == "speech" else self.short

    @staticmethod
    def of_day(day: date, pieces: list[_P], dice: Random) -> _P:
        """A piece of that day of a year, or of one shortly before."""
        n = day.timetuple().tm_yday * len(pieces) // 367
        return pieces[n - int(dice.random() * min(8, len(pieces)))]

    # --- Making them

    def _words(self, mean: float, spread: float, least: int, most: int) -> int:
        return int(min(max(self.dice.lognormvariate(mean, spread), least), most))

    def _opening(self, day: date) -> Opening:
        language, dice = self.language, self.dice
        place, number = language.lists["place"].take(dice), dice.randint(21, 880)
        pattern = language.patterns["openings"].take(dice)
        said = {"place": place, "day": language.day(day)}
        first, other = self._both(lambda n: language.say(pattern, dice, n=str(n), **said), number)
        first, other = escape(first, quote=False), escape(other, quote=False)
        html = self._block(f"<p>{first}</p>") or clean(f"<p>{first}</p>").html
        right, wrong = self._both(lambda n: language.summary(dice, n), number)
        return Opening(
            self._piece(html, right, place),
            self._piece(html.replace(first, other), wrong, place),
            self._piece(_slipped(html), right, place),
        )

    def _both(self, say: Callable[[int], str], number: int) -> tuple[str, str]:
        """The same words with a number and with another one."""
        before = self.dice.getstate()
        right = say(number)
        self.dice.setstate(before)
        return right, say(number + 7)

    def _update(self, day: date) -> Piece:
        pattern = self.language.words["updates"][0]
        text = self.language.say(pattern, self.dice, day=self.language.day(day))
        html = f"<p>{escape(text, quote=False)}</p>"
        return self._piece(self._block(html) or clean(html).html)

    def _many(self, wanted: int) -> list[str]:
        found: list[str] = []
        while len(found) < wanted:
            if block := self._block(self._paragraph()):
                found.append(block)
        return found

    def _paragraph(self) -> str:
        if self.dice.random() < 0.06:
            items = (escape(self.language.sentence(self.dice), quote=False) for _ in range(4))
            return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
        return f"<p>{escape(self.language.paragraph(self.dice), quote=False)}</p>"

    def _block(self, html: str) -> str:
        """Cleaned, with the ids that the site gives it; "" where the pool has a paragraph of one of them."""
        block = clean(html).html
        ids = set(_ID.findall(block))
        if ids & self._taken:
            return ""
        self._taken |= ids
        return block

    def _rest(self, words: int) -> Piece:
        """Paragraphs of about so many words, with a heading every six."""
        blocks: list[str] = []
        headings = self.dice.sample(self._headings, len(self._headings))
        paragraphs = self.dice.sample(self._paragraphs, min(len(self._paragraphs), 60))
        said = 0
        while paragraphs and said < words:
            if headings and len(blocks) % 7 == 5:
                blocks.append(headings.pop())
            blocks.append(paragraphs.pop())
            said += self._length(blocks[-1])
        return self._piece("\n".join(blocks))

    def _length(self, html: str) -> int:
        return len(html) // 2 if self.language.code == "zh-hans" else html.count(" ")

    def _piece(self, html: str, summary: str = "", place: str = "") -> Piece:
        plain = plain_text(html)
        said = [summary, *plain.split("\n")] if summary else plain.split("\n")
        n = self.pieces.add(said, self.language.code, opens=bool(summary))
        return Piece(n, html, plain, summary, place)


def _between(wanted: int, least: int, most: int) -> int:
    return max(least, min(wanted, most))


def _days(n: int) -> list[date]:
    """So many days of a (leap) year, in their order."""
    return [date(2024, 1, 1) + timedelta(days=i * 366 // n) for i in range(n)]


def _slipped(html: str) -> str:
    """With two letters of a word exchanged, near the end."""
    place = len(html) - 9
    one, other = html[place], html[place + 1]
    return html[:place] + other + one + html[place + 2 :] if one.isalpha() and other.isalpha() else html
