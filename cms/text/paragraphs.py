"""Permanent addresses of paragraphs: which blocks a text has, and a short id for each that survives editing.

Also the one place where a stored text becomes a tree and a tree becomes text again. What may stand in a text is
decided in `sanitiser`, what changed between two texts in `diff`.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lxml import etree

from cms.text.matching import Work

BLOCK_TAGS = frozenset("p h2 h3 h4 li table dt dd".split())
ID_PATTERN = re.compile(r"b[0-9a-hjkmnp-tv-z]{4}")

_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, in lower case
_ID_SPACE = len(_ID_ALPHABET) ** 4
CONTAINERS = frozenset("ul ol dl blockquote hr".split())
_VOID_TAGS = frozenset("area base br col embed hr img input link meta source track wbr".split())
# What XML, and so lxml, cannot hold: most control characters, lone surrogates, two non-characters.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"[ \t\r\n\f]+")

_MANY_BLOCKS = 400  # a longer text is aligned by exact words and its close neighbours only
_NEIGHBOURS = 8
_REACH = 40  # how many blocks further a reworded one is looked for in a text of ordinary length
_ALIKE = 0.6

Element = Any  # lxml has no types of its own


@dataclass(frozen=True, slots=True)
class Block:
    """One addressable piece of a text: `text` is its own words, without those of blocks inside it.

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


def tidy(text: str) -> str:
    """The text with its spaces as a browser shows them; a newline is a line break that the author set.

    `passages` hands line breaks over as U+2028, so that they can be told from a newline in the markup.
    """
    if "\u2028" not in text:
        return _SPACES.sub(" ", text).strip(" \xa0")
    lines = _SPACES.sub(" ", text).split("\u2028")
    return "\n".join(filter(None, (line.strip(" \xa0") for line in lines)))


def parse(html: str) -> Element:
    """A `div` that holds the fragment. Any string will do; comments are left out."""
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True, encoding="utf-8")
    source = "<html><body><div>" + _NOT_XML.sub("", html) + "</div></body></html>"
    body = etree.fromstring(source.encode(), parser=parser).find("body")
    if body is None:
        return etree.Element("div")
    if len(body) == 1 and body[0].tag == "div" and not body.text:
        return body[0]
    body.tag = "div"  # the fragment closed our own div: what follows it counts as well
    return body


def serialise(root: Element) -> str:
    """The inside of an element as HTML, written as HTML5 and nh3 write it."""
    out: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            if element is not root:
                out.append(_start_tag(element))
            out.append(escape(element.text or ""))
            continue
        if element is not root:
            if element.tag not in _VOID_TAGS:
                out.append(f"</{element.tag}>")
            out.append(escape(element.tail or ""))
    return "".join(out)


def escape(text: str) -> str:
    """Text as HTML5 serialises it."""
    return text.replace("&", "&amp;").replace("\xa0", "&nbsp;").replace("<", "&lt;").replace(">", "&gt;")


def _start_tag(element: Element) -> str:
    attributes = "".join(
        f' {name}="{escape(value).replace(chr(34), "&quot;")}"' for name, value in sorted(element.attrib.items())
    )
    return f"<{element.tag}{attributes}>"


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
    texts = [p.text for p in found]
    before = _former(previous)
    work = Work()
    _settle_duplicates(found, texts, before, work)
    _recover_exact(found, texts, before)
    _recover_alike(found, texts, before, work)
    _make_new(found, texts, taken=set(before))


class _Former(NamedTuple):
    """What `previous` had at an id."""

    tag: str
    text: str


def _former(previous: str) -> dict[str, _Former]:
    """The former blocks by their ids, in the order of the text; the first of two equal ids counts."""
    found: dict[str, _Former] = {}
    for passage in passages(parse(previous)) if previous else ():
        if passage.is_block and ID_PATTERN.fullmatch(_id(passage)):
            found.setdefault(_id(passage), _Former(passage.element.tag, passage.text))
    return found


def _forget_foreign_ids(root: Element, holders: set[Element]) -> None:
    for element in root.iter():
        address = element.attrib.get("id")
        if address is not None and (element not in holders or not ID_PATTERN.fullmatch(address)):
            del element.attrib["id"]


def _settle_duplicates(found: Sequence[Passage], texts: Sequence[str], before: dict[str, _Former], work: Work) -> None:
    """Of blocks with one id, the one most like its former text keeps it; without a former text, the first."""
    holders: dict[str, list[int]] = defaultdict(list)
    for i, passage in enumerate(found):
        if address := _id(passage):
            holders[address].append(i)
    for address, places in holders.items():
        if len(places) < 2:
            continue
        keeper = places[0]
        if former := before.get(address):
            keeper = max(places, key=lambda i: work.likeness(texts[i], former.text))  # noqa: B023 (used at once)
        for i in places:
            if i != keeper:
                del found[i].element.attrib["id"]


def _recover_exact(found: Sequence[Passage], texts: Sequence[str], before: dict[str, _Former]) -> None:
    """Blocks without an id whose very words had one; equal words get theirs in the order of the text."""
    used = {_id(p) for p in found}
    free: dict[tuple[str, str], list[str]] = defaultdict(list)
    for address, former in reversed(before.items()):
        if address not in used:
            free[_likely_key(former.text, former.tag)].append(address)
    for passage, text in zip(found, texts, strict=True):
        if not _id(passage) and (addresses := free.get(_likely_key(text, passage.element.tag))):
            passage.element.set("id", addresses.pop())


def _likely_key(text: str, tag: str) -> tuple[str, str]:
    """Words are found again whatever element holds them; a block without words only by its tag."""
    return (text, "") if text else ("", tag)


def _recover_alike(found: Sequence[Passage], texts: Sequence[str], before: dict[str, _Former], work: Work) -> None:
    """Reworded blocks: between two neighbours that are known, the most alike former block gives its id."""
    former = list(before.items())
    ids = [_id(p) for p in found]
    used = set(ids)
    reach = _NEIGHBOURS if max(len(found), len(former)) > _MANY_BLOCKS else _REACH
    for start, end, low, high in _gaps(ids, list(before)):
        candidates = [i for i in range(low, high) if former[i][0] not in used]
        for i in range(start, end):
            best, score = -1, _ALIKE
            for position, candidate in enumerate(candidates[:reach]):
                if (ratio := work.likeness(texts[i], former[candidate][1].text, at_least=score)) > score:
                    best, score = position, ratio
            if best >= 0:
                found[i].element.set("id", former[candidates[best]][0])
                used.add(former[candidates[best]][0])
                del candidates[: best + 1]


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


def _make_new(found: Sequence[Passage], texts: Sequence[str], taken: set[str]) -> None:
    taken |= {_id(p) for p in found}
    seen: Counter[str] = Counter()
    for passage, text in zip(found, texts, strict=True):
        if _id(passage):
            continue
        if len(taken) > _ID_SPACE // 2:
            return  # half a million blocks: nobody links into such a text, and free ids become rare
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
