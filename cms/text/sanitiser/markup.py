"""Reading: the characters we take, and what a browser would take for text, tags and attributes in them (HTML5, 13.2.5).

What the tags mean is not known here.
"""

import html as entities
import re
from collections.abc import Iterator
from typing import NamedTuple

# Control characters, lone surrogates and non-characters. Spaces among them are turned into spaces before.
NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Zero-width space, byte order mark, soft hyphen: Word's and browsers' debris, which breaks search and comparison.
# Joiners (U+200C, U+200D) and direction marks (U+200E, U+200F) stay: Persian and Arabic cannot do without.
_INVISIBLE = re.compile("[\u200b\ufeff\u00ad]")
_OTHER_SPACES = re.compile("[\x0b\u2028\u2029]")
WHITESPACE = re.compile(r"[ \t\n\r\f]+")
# int() refuses more than 4,300 digits, and html.unescape does not guard against it.
_ENDLESS_REFERENCE = re.compile(r"&#[xX]?0*[0-9a-fA-F]{8,};?")
# In an attribute "&copy=1" is part of an address and no ©: a name counts only with its semicolon (HTML5, 13.2.5.73).
_BARE_NAME = re.compile(r"&(?=[A-Za-z][A-Za-z0-9]*+(?!;))")


def scrub(text: str) -> str:
    return _INVISIBLE.sub("", NOT_TEXT.sub("", _OTHER_SPACES.sub(" ", text)))


def decode(text: str) -> str:
    if "&" in text:
        text = entities.unescape(_ENDLESS_REFERENCE.sub("\ufffd", text))
    return scrub(text)


def _decode_attribute(text: str) -> str:
    return decode(_BARE_NAME.sub("&amp;", text)) if "&" in text else scrub(text)


class Token(NamedTuple):
    """`kind` is text, start, end, or raw (an element whose inside is no markup; `data` is that inside)."""

    kind: str
    name: str = ""
    data: str = ""
    inside: str = ""


# Left to right and possessive, so that no hostile input makes it look twice. Attribute names may hold quotes, and
# a tag that never ends is no text either (HTML5, 13.2.5).
_MARKUP = re.compile(
    r"""<!--(?:-?>|.*?(?:--!?>|\Z))
    | <(?P<slash>/?)(?P<name>[a-zA-Z][^ \t\n\f/>]*+)
      (?P<attributes>(?:[ \t\n\f/]++
        | [^ \t\n\f/>][^ \t\n\f/>=]*+(?:[ \t\n\f]*+=[ \t\n\f]*+(?:"[^"]*+"?|'[^']*+'?|[^ \t\n\f>"'][^ \t\n\f>]*+|))?+
      )*+)(?P<end>>|\Z)
    | <(?:[!?]|/(?!\Z))[^>]*>?""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"""([^ \t\n\f/>][^ \t\n\f/>=]*+)(?:[ \t\n\f]*+=[ \t\n\f]*+("[^"]*+"?|'[^']*+'?|[^ \t\n\f>]*+))?+"""
)
_RAW_TAGS = frozenset("script style title textarea xmp iframe noembed noframes noscript plaintext".split())


def tokenise(source: str) -> Iterator[Token]:
    """What a browser would take for text, and what for tags. Comments and declarations are left out."""
    position = 0
    endless = {"plaintext"}  # raw elements whose end tag does not come any more
    while match := _MARKUP.search(source, position):
        if match.start() > position:
            yield Token("text", data=decode(source[position : match.start()]))
        position = match.end()
        name = (match["name"] or "").lower()
        if not name or not match["end"]:
            continue
        if match["slash"]:
            yield Token("end", name)
        elif name in _RAW_TAGS:
            inside, position = _raw_inside(source, position, name, match["attributes"], endless)
            yield Token("raw", name, match["attributes"], inside)
        else:
            yield Token("start", name, match["attributes"])
    if position < len(source):
        yield Token("text", data=decode(source[position:]))


def _raw_inside(source: str, start: int, name: str, attributes: str, endless: set[str]) -> tuple[str, int]:
    if name not in endless:
        if end := re.compile(rf"</{name}(?=[ \t\n\f/>])[^>]*>?", re.I).search(source, start):
            return source[start : end.start()], end.end()
        endless.add(name)
    if attributes.endswith("/"):
        return "", start  # <title/> of an XHTML file: a browser would swallow the whole text, and so lose it
    return source[start:], len(source)


def token_attributes(data: str) -> dict[str, str]:
    """Attributes of a start tag; of two with one name the first counts."""
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(data) if "=" in data or data.strip(" \t\n\f/") else ():
        if value[:1] in ('"', "'"):
            value = value.strip(value[0])
        found.setdefault(name.lower(), _decode_attribute(value))
    return found
