"""Permanent addresses of paragraphs: which blocks a text has, and a short id for each that survives editing.

How a text becomes a tree is in `fragment`. What may stand in a text is decided in `sanitiser`, what changed between two
texts in `diff`.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from cms.text.fragment import Element, parse, serialise
from cms.text.matching import Work

BLOCK_TAGS = frozenset("p h2 h3 h4 li table dt dd figure".split())
ID_PATTERN = re.compile(r"b[0-9a-hjkmnp-tv-z]{4}")

_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, in lower case
_ID_SPACE = len(_ID_ALPHABET) ** 4
CONTAINERS = frozenset("ul ol dl blockquote hr".split())
_SPACES = re.compile(r"[ \t\r\n\f]+")

_MANY_BLOCKS = 400  # a longer text is aligned by exact words and its close neighbours only
_NEIGHBOURS = 8
_REACH = 40  # how many blocks further a reworded one is looked for in a text of ordinary length
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Block:
    """One addressable piece of a text: `text` is its own words, without those of blocks inside it.

    The words of a figure are its caption's.

    `within` names the containers around it, outermost first (`("ul", "li", "ul")`); `depth` is how many they are.
    """

    id: str
    tag: str
    text: str
    within: tuple[str, ...] = ()

    @property
    def depth(self) -> int:
        return len(self.within)


@dataclass(slots=True)
class Passage:
    """A block or a rule with its element; words outside any block are a passage without one."""

    element: Element  # or None
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return tidy("".join(self.parts))

    @property
    def is_block(self) -> bool:
        return self.element is not None and self.element.tag in BLOCK_TAGS

    @property
    def image(self) -> str:
        """The number of a figure's picture; empty if it is no figure."""
        if self.element is None or self.element.tag != "figure":
            return ""
        image = self.element.find("img")
        return "" if image is None else str(image.get("data-image", ""))


def tidy(text: str) -> str:
    """The text with its spaces as a browser shows them; a newline is a line break that the author set.

    `passages` hands line breaks over as U+2028, so that they can be told from a newline in the markup.
    """
    if "\u2028" not in text:
        return _SPACES.sub(" ", text).strip(" \xa0")
    lines = _SPACES.sub(" ", text).split("\u2028")
    return "\n".join(filter(None, (line.strip(" \xa0") for line in lines)))


# --- blocks --------------------------------------------------------------------------------------------------


def passages(root: Element) -> list[Passage]:
    """The blocks below an element, in the order of the text. A table is one block, whatever stands in it."""
    found: list[Passage] = []
    walk = _Walk(found)
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element is root:
            walk.say(root.text if event == "start" else "")
        elif event == "start":
            walk.enter(element)
        else:
            walk.leave(element)
    return found


class _Walk:
    """Collects passages while a tree is walked."""

    def __init__(self, found: list[Passage]) -> None:
        self.found = found
        self.open: list[Passage] = []
        self.loose: Passage | None = None  # takes words outside any block
        self.tables = 0

    def enter(self, element: Element) -> None:
        if self.tables:
            self._enter_in_table(element)
        elif element.tag in BLOCK_TAGS:
            self.loose = None
            self.open.append(Passage(element))
            self.found.append(self.open[-1])
        elif element.tag in CONTAINERS:
            self.loose = None
            if element.tag == "hr":
                self.found.append(Passage(element))
        self.tables += element.tag == "table"
        if element.tag == "br":
            self.say("\u2028")
        self.say(element.text)

    def leave(self, element: Element) -> None:
        self.tables -= element.tag == "table"
        if not self.tables and element.tag in BLOCK_TAGS:
            self.open.pop()
        self.say(element.tail)

    def say(self, words: str | None) -> None:
        if not words:
            return
        if self.open:
            self.open[-1].parts.append(words)
        elif self.loose:
            self.loose.parts.append(words)
        elif not words.isspace():
            self.loose = Passage(None, [words])
            self.found.append(self.loose)

    def _enter_in_table(self, element: Element) -> None:
        said = self.open[-1].parts
        if element.tag in ("td", "th"):
            said.append(" | " if element.getprevious() is not None else "\u2028")
        elif (element.tag in BLOCK_TAGS or element.tag in ("tr", "caption")) and said and said[-1] != " | ":
            said.append("\u2028")


def words_in_table(part: Element) -> str:
    """What a row or a caption says, as it stands in the text of its table."""
    passage = Passage(part)
    walk = _Walk([])
    walk.open, walk.tables = [passage], 1
    for event, element in etree.iterwalk(part, events=("start", "end")):
        if element is part:
            walk.say(part.text if event == "start" else "")
        elif event == "start":
            walk.enter(element)
        else:
            walk.leave(element)
    return passage.text


def within(element: Element) -> tuple[str, ...]:
    """Tags of the containers around a block, outermost first."""
    around = [ancestor.tag for ancestor in element.iterancestors()]
    return tuple(reversed([tag for tag in around if tag in BLOCK_TAGS or tag in CONTAINERS]))


def blocks(html: str) -> list[Block]:
    """The addressable blocks of a text in their order."""
    return [
        Block(p.element.get("id", ""), p.element.tag, p.text, within(p.element))
        for p in passages(parse(html))
        if p.is_block
    ]


# --- ids -----------------------------------------------------------------------------------------------------


def with_ids(html: str, previous: str = "") -> str:
    """The text with an id on every block.

    `previous` is the text that this one follows (the stored one, or that of the last edition). An id that is there
    stays; a block that lost its id gets back the one its words had in `previous`; a new block gets an id that
    neither text has used. The same two texts always give the same ids.
    """
    root = parse(html)
    assign(root, previous)
    return serialise(root)


def assign(root: Element, previous: str = "") -> None:
    """What `with_ids` does, on a tree."""
    found = [p for p in passages(root) if p.is_block]
    _forget_foreign_ids(root, {p.element for p in found})
    now = [_said(p) for p in found]
    before = _former(previous)
    work = Work()
    _settle_duplicates(found, now, before, work)
    for key in (_likely_figure, _likely_picture, _likely_words):
        _recover_exact(found, now, before, key)
    _recover_alike(found, now, before, work)
    _make_new(found, now, taken=set(before))


class _Said(NamedTuple):
    """By what a block is known again: its words, and the number of a figure's picture."""

    tag: str
    text: str
    image: str


def _said(passage: Passage) -> _Said:
    return _Said(passage.element.tag, passage.text, passage.image)


def _former(previous: str) -> dict[str, _Said]:
    """The former blocks by their ids, in the order of the text; the first of two equal ids counts."""
    found: dict[str, _Said] = {}
    for passage in passages(parse(previous)) if previous else ():
        if passage.is_block and ID_PATTERN.fullmatch(_id(passage)):
            found.setdefault(_id(passage), _said(passage))
    return found


def _forget_foreign_ids(root: Element, holders: set[Element]) -> None:
    for element in root.iter():
        address = element.attrib.get("id")
        if address is not None and (element not in holders or not ID_PATTERN.fullmatch(address)):
            del element.attrib["id"]


def _settle_duplicates(found: Sequence[Passage], now: Sequence[_Said], before: dict[str, _Said], work: Work) -> None:
    """Of blocks with one id, the one most like its former text keeps it; without a former text, the first.

    A figure's picture counts before its words.
    """
    holders: dict[str, list[int]] = defaultdict(list)
    for i, passage in enumerate(found):
        if address := _id(passage):
            holders[address].append(i)
    for address, places in holders.items():
        if len(places) < 2:
            continue
        keeper = places[0]
        if former := before.get(address):
            keeper = max(
                places,
                key=lambda i: (now[i].image == former.image, work.likeness(now[i].text, former.text)),  # noqa: B023 (used at once)
            )
        for i in places:
            if i != keeper:
                del found[i].element.attrib["id"]


_Key = tuple[str, ...]  # an empty one finds nothing


def _recover_exact(
    found: Sequence[Passage], now: Sequence[_Said], before: dict[str, _Said], key: Callable[[_Said], _Key]
) -> None:
    """Blocks without an id whose very words had one; equal words get theirs in the order of the text."""
    used = {_id(p) for p in found}
    free: dict[_Key, list[str]] = defaultdict(list)
    for address, former in reversed(before.items()):
        if address not in used and (known_by := key(former)):
            free[known_by].append(address)
    for passage, said in zip(found, now, strict=True):
        if free and not _id(passage) and (addresses := free.get(key(said))):
            passage.element.set("id", addresses.pop())


def _likely_figure(said: _Said) -> _Key:
    return (said.image, said.text) if said.image else ()


def _likely_picture(said: _Said) -> _Key:
    return (said.image,) if said.image else ()


def _likely_words(said: _Said) -> _Key:
    """Words are found again whatever element holds them; a block without words only by its tag, a figure not so."""
    if said.text:
        return (said.text,)
    return () if said.image else ("", said.tag)


def _recover_alike(found: Sequence[Passage], now: Sequence[_Said], before: dict[str, _Said], work: Work) -> None:
    """Reworded blocks: between two neighbours that are known, the most alike former block gives its id."""
    former = list(before.items())
    ids = [_id(p) for p in found]
    used = set(ids)
    reach = _NEIGHBOURS if max(len(found), len(former)) > _MANY_BLOCKS else _REACH
    for start, end, low, high in _gaps(ids, list(before)):
        candidates = [i for i in range(low, high) if former[i][0] not in used and _has_words(former[i][1])]
        for i in filter(lambda i: _has_words(now[i]), range(start, end)):
            best, score = -1, _ALIKE
            for position, candidate in enumerate(candidates[:reach]):
                if (ratio := work.likeness(now[i].text, former[candidate][1].text, at_least=score)) > score:
                    best, score = position, ratio
            if best >= 0:
                found[i].element.set("id", former[candidates[best]][0])
                used.add(former[candidates[best]][0])
                del candidates[: best + 1]


def _has_words(said: _Said) -> bool:
    """False for a figure without a caption: nothing but its picture tells who it is."""
    return bool(said.text or not said.image)


def _gaps(ids: Sequence[str], former: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Runs of blocks without id, each with the stretch of former blocks that lies between its neighbours.

    Yields (first, behind the last) of the run and of the stretch. A block that is new is nobody's neighbour.
    """
    place = {address: i for i, address in enumerate(former)}
    ceilings = [len(former)] * (len(ids) + 1)
    for i in range(len(ids) - 1, -1, -1):
        ceilings[i] = place.get(ids[i], ceilings[i + 1])
    low = i = 0
    while i < len(ids):
        start = i
        while i < len(ids) and not ids[i]:
            i += 1
        if start < i and low < ceilings[i]:
            yield start, i, low, ceilings[i]
        if i < len(ids):
            low = place.get(ids[i], low - 1) + 1
            i += 1


def _make_new(found: Sequence[Passage], now: Sequence[_Said], taken: set[str]) -> None:
    taken |= {_id(p) for p in found}
    seen: Counter[str] = Counter()
    for passage, said in zip(found, now, strict=True):
        if _id(passage):
            continue
        if len(taken) > _ID_SPACE // 2:
            return  # half a million blocks: nobody links into such a text, and free ids become rare
        text = f"{said.image}\0{said.text}" if said.image else said.text
        seen[text] += 1
        address = _new_id(text, seen[text], taken)
        taken.add(address)
        passage.element.set("id", address)


def _new_id(text: str, occurrence: int, taken: set[str]) -> str:
    seed = hashlib.sha256(f"{occurrence}\0{text}".encode())
    attempt = 0
    while True:
        digest = seed.copy()
        digest.update(attempt.to_bytes(4, "big"))
        number = int.from_bytes(digest.digest()[:4], "big")
        address = "b" + "".join(_ID_ALPHABET[number >> shift & 31] for shift in (15, 10, 5, 0))
        if address not in taken:
            return address
        attempt += 1


def _id(passage: Passage) -> str:
    return "" if passage.element is None else passage.element.get("id", "")
