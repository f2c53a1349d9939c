"""Whether a change is a typing slip, or more: figures, names, dates, quotations, the sense, or too many words.

Judges by the words alone, in any language; numbers, months and negations in words are known in English and Russian.
Where it cannot be sure it says so: a person has to confirm that it is a slip all the same.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext_lazy as _

from .fragment import parse
from .matching import Work, tokens
from .paragraphs import Passage, passages, within

FEW = 3  # words: more than these are no slip
SHOWN = 4  # words that a sentence names
_ALIKE = 0.75  # a first word of a sentence less like the one before it may be another name
_LONG = 4  # letters: shorter words begin sentences, and name nobody

_HAS_DIGIT = re.compile(r"\d")
_IS_WORD = re.compile(r"\w")
_SIGNS = frozenset("%‰°№$€£¥₽₸₴₺₹±−")
_OPENING = frozenset("«“„‚‘‹\"'([{「『")
_ENDING = re.compile(r"[.!?…:;。！？]")
_QUOTATION = re.compile(
    r"«([^«»]*(?:«[^«»]*»[^«»]*)*)(?:»|$)"
    r"|[“„]([^“„”]*)(?:[“”]|$)"
    r"|\"([^\"]*)(?:\"|$)"
    r"|‹([^‹›]*)(?:›|$)"
    r"|(?<!\w)[‘‚](.+?)[’‘](?!\w)"
    r"|(?<!\w)'(.+?)'(?!\w)"
    r"|「([^」]*)(?:」|$)"
    r"|『([^』]*)(?:』|$)"
)
_NUMBERS = re.compile(
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    "|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-[a-z]+)?|hundreds?|thousands?|(?:m|b|tr)illions?|dozens?|half|halves"
    "|thirds?|quarters?|twice|thrice|doubled?|tripled?|percent|first|second|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
    "|нол[ьяюе]м?|нул[ьяюе]м?|один|одн(?:а|о|у|ого|ому|им|ой|ом)|два|две|дв(?:ух|ум|умя|ое)|три|тр(?:ех|ём|ем|ёх|емя|ое)"
    "|четыр(?:е|ех|ёх|ем|ём|ьмя)|(?:пят|шест|сем|восем|девят|десят)(?:ь|и|ью)|восьми|восьмью|[а-яё]+надцат(?:ь|и|ью)"
    "|(?:два|три)дцат(?:ь|и|ью)|сорока?|(?:пять|шесть|семь|восемь)десят|девяност[оа]|сто|ста|двести|триста|четыреста"
    "|(?:пять|шесть|семь|восемь|девять)сот|тысяч[аиуе]?|тысячами?|тысячам|(?:ми|би|три)лли(?:он|ард)(?:а|у|ом|е|ы|ов|ам|ами|ах)?"
    "|полтор[аы]|половин[аыуе]|половиной|трет[ьи]|четверт[ьи]|процент(?:а|у|ом|е|ы|ов|ам|ами|ах)?|вдвое|втрое|дважды|трижды"
    "|(?:перв|втор|четверт|четвёрт|пят|шест|седьм|восьм|девят|десят)(?:ый|ая|ое|ой|ого|ому|ым|ом|ую|ые|ых|ым|ыми)"
)
_DAYS = re.compile(
    "(?:janu|febru)ary|march|april|may|june|july|august|(?:septem|octo|novem|decem)ber"
    "|(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|tomorrow"
    "|(?:январ|феврал|апрел|июн|июл|сентябр|октябр|ноябр|декабр)(?:ь|я|ю|ем|е)|(?:март|август)(?:а|у|ом|е)?|ма[йяюе]|маем"
    "|понедельник(?:а|у|ом|е|и|ам)?|вторник(?:а|у|ом|е|и|ам)?|сред[ауые]|средой|средам|четверг(?:а|у|ом|е|и|ам)?"
    "|(?:пятниц|суббот)[аыуе]?|(?:пятниц|суббот)(?:ей|ой|ам)|воскресень[еяю]|воскресеньем|сегодня|вчера|завтра"
)
_CAPITALISED_DAYS = frozenset(("may", "march"))  # which are other words when they are small
_NEGATIONS = re.compile(
    "not|no|never|nor|neither|none|nobody|nothing|without|cannot|[a-z]+n['’ʼ]t|не|ни|нет|без|никогда|никто|ничего"
)
_FUNCTION_WORDS = frozenset(
    "a an the of in on at to by for from and or as is are was were be with his her its their".split()
)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word or a sign of a figure. key: what makes two the same. starts: whether a sentence begins with it."""

    text: str
    key: str
    starts: bool

    @property
    def is_capital(self) -> bool:
        return self.text[:1].isupper() or self.text[:1].istitle()


@dataclass(slots=True)
class _Found:
    """The words that changed, by what makes them more than a slip, and how many changed at all."""

    figures: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    negations: list[str] = field(default_factory=list)
    count: int = 0


def more_than_a_slip(
    old: Mapping[str, str], new: Mapping[str, str], *, names: Iterable[str] = (), facts: Iterable[Any] = ()
) -> list[Any]:
    """Why a change is more than a typing slip, in sentences; none where it may well be one.

    old, new: texts by name (title, summary, body), as clean HTML or plain. names: of people, events and places that the
    texts are about, which count as names wherever they stand. facts: what else differs, in words (section, date …).
    """
    known = {word.key for name in names for word in _words(name)} - _FUNCTION_WORDS
    found = _Found()
    quotations = links = False
    for name in old.keys() | new.keys():
        before, after = _blocks(old.get(name, "")), _blocks(new.get(name, ""))
        quotations = quotations or _quotations(before) != _quotations(after)
        links = links or _links(old.get(name, "")) != _links(new.get(name, ""))
        _compare([text for text, _quoted in before], [text for text, _quoted in after], known, found)
    return _sentences(found, quotations, links, list(facts))


def _sentences(found: _Found, quotations: bool, links: bool, facts: list[Any]) -> list[Any]:
    named = (
        (found.figures, _("Figures changed: %s.")),
        (found.days, _("Dates changed: %s.")),
        (found.names, _("Names changed, or what may be names: %s.")),
        (found.negations, _("The sense may have changed: %s.")),
        (facts, _("Not the words alone changed: %s.")),
    )
    said = [str(sentence) % _listed(words) for words, sentence in named if words]
    if quotations:
        said.append(str(_("A quotation changed.")))
    if links:
        said.append(str(_("A link leads elsewhere.")))
    if found.count > FEW:
        said.append(str(_("%d words changed, which is more than a few.") % found.count))
    return said


def _listed(words: list[Any]) -> str:
    different = list(dict.fromkeys(str(word) for word in words))
    return ", ".join(different[:SHOWN]) + (" …" if len(different) > SHOWN else "")


# --- Words that changed


def _compare(before: list[str], after: list[str], known: set[str], found: _Found) -> None:
    """Block by block, then word by word in those that changed."""
    changed: list[tuple[list[_Word], list[_Word]]] = []
    for tag, i, end_i, j, end_j in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            old = [word for text in before[i:end_i] for word in _words(text)]
            changed.append((old, [word for text in after[j:end_j] for word in _words(text)]))
    work = Work()
    for old_words, new_words in changed:
        keys = [word.key for word in old_words], [word.key for word in new_words]
        for tag, i, end_i, j, end_j in work.matcher(*keys).get_opcodes():
            if tag != "equal":
                _weigh(old_words[i:end_i], new_words[j:end_j], known, found)


def _weigh(old: list[_Word], new: list[_Word], known: set[str], found: _Found) -> None:
    found.count += max(len(old), len(new))
    for words, others in ((old, new), (new, old)):
        for word in words:
            if _HAS_DIGIT.search(word.key) or word.key in _SIGNS or _NUMBERS.fullmatch(word.key):
                found.figures.append(word.text)
            elif _DAYS.fullmatch(word.key) and (word.key not in _CAPITALISED_DAYS or word.is_capital):
                found.days.append(word.text)
            elif _NEGATIONS.fullmatch(word.key):
                found.negations.append(word.text)
            elif word.key in known or _may_be_a_name(word, others):
                found.names.append(word.text)


def _may_be_a_name(word: _Word, others: list[_Word]) -> bool:
    """A capital within a sentence; or at its start, in the place of a word that is quite another."""
    if not word.is_capital or word.key in _FUNCTION_WORDS:
        return False
    if not word.starts:
        return True
    other = next((other for other in others if other.starts and other.is_capital), None)
    long_enough = other is not None and min(len(word.key), len(other.key)) >= _LONG
    return long_enough and other is not None and _likeness(word.key, other.key) < _ALIKE


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _words(text: str) -> list[_Word]:
    """The words of a block and the signs of its figures, each with what it is compared by.

    A capital makes no other word, but capitals throughout do: US and us.
    """
    words: list[_Word] = []
    starts, before, sign = True, "", ""
    for piece in (token.strip() for token in tokens(text)):
        if not _IS_WORD.search(piece) and piece not in _SIGNS:
            starts = starts or (bool(_ENDING.search(piece)) and not _is_shortened(before, piece))
            sign = piece if piece in "-–−+" else ""
            before = before if piece in _OPENING else piece
            continue
        is_number = piece[:1].isdigit()
        shown = f"{sign}{piece}" if is_number and sign in ("-", "−", "+") and not before[-1:].isalnum() else piece
        all_capitals = len(piece) > 1 and piece.isupper() and piece.isalpha()
        words.append(_Word(shown, shown if all_capitals else shown.casefold(), starts))
        starts, before, sign = False, piece, ""
    return words


def _is_shortened(word: str, mark: str) -> bool:
    """Mr. Smith, г. Бишкек, J. Smith: what follows such a point begins no sentence."""
    return mark == "." and 0 < len(word) <= 3 and word.isalpha()


# --- Quotations and links


def _blocks(html: str) -> list[tuple[str, bool]]:
    """The words of each block, and whether it stands in a quotation set apart."""
    return [(passage.text, _is_quoted(passage)) for passage in passages(parse(html)) if passage.text]


def _is_quoted(passage: Passage) -> bool:
    return passage.element is not None and "blockquote" in within(passage.element)


def _quotations(blocks: Iterable[tuple[str, bool]]) -> list[list[str]]:
    """The words of each quotation, whatever its marks: of some style, or a block of its own."""
    return [[word.key for word in _words(text)] for text in _quoted(blocks)]


def _quoted(blocks: Iterable[tuple[str, bool]]) -> Iterator[str]:
    for text, is_quoted in blocks:
        if is_quoted:
            yield text
        else:
            yield from ("".join(filter(None, found.groups())) for found in _QUOTATION.finditer(text))


def _links(html: str) -> list[str]:
    return [str(link.get("href", "")) for link in parse(html).iter("a")]
