"""Attributes that stay: language and direction, ids, what lists and cells have, and the addresses of links."""

import re

from cms.text.paragraphs import ID_PATTERN

from .gate import ADDRESS, LANGUAGE, gate_keeps, is_image
from .markup import WHITESPACE
from .tree import CELLS

_UNSAFE_IN_ADDRESS = str.maketrans({" ": "%20", '"': "%22", "<": "%3C", ">": "%3E", "`": "%60"})


def speech_of(attributes: dict[str, str]) -> dict[str, str]:
    """Language and direction. Word writes its proofing language on every word, in capitals: that says nothing."""
    found = {}
    language = attributes.get("lang") or attributes.get("xml:lang", "")
    if LANGUAGE.fullmatch(language):
        found["lang"] = language
    direction = attributes.get("dir", "").lower()
    if direction in ("ltr", "rtl", "auto"):
        found["dir"] = direction
    return found


def block_attributes(attributes: dict[str, str]) -> dict[str, str]:
    found = speech_of(attributes)
    if ID_PATTERN.fullmatch(attributes.get("id", "")):
        found["id"] = attributes["id"]
    return found


def container_attributes(tag: str, attributes: dict[str, str]) -> dict[str, str]:
    if tag == "table":
        return block_attributes(attributes)
    found = speech_of(attributes)
    if tag == "ol":
        if re.fullmatch(r"-?[0-9]{1,6}", attributes.get("start", "")):
            found["start"] = str(int(attributes["start"]))
        if attributes.get("type") in ("1", "a", "A", "i", "I"):
            found["type"] = attributes["type"]
    return found


def cell_attributes(tag: str, attributes: dict[str, str]) -> dict[str, str]:
    found = speech_of(attributes)
    if tag in CELLS:
        for name in ("colspan", "rowspan"):
            if re.fullmatch(r"[0-9]{1,3}", attributes.get(name, "")) and 1 < int(attributes[name]) <= 100:
                found[name] = str(int(attributes[name]))
    if tag == "th" and attributes.get("scope", "").lower() in ("row", "col", "rowgroup", "colgroup"):
        found["scope"] = attributes["scope"].lower()
    return found


def image_attributes(attributes: dict[str, str]) -> dict[str, str]:
    """The alternative text of a picture of the library and its number there; empty if it is no such picture.

    Where it has no such text, whether somebody said that it is decorative. Words are never dropped for that.
    """
    number = attributes.get("data-image", "")
    if not is_image(number):
        return {}
    alt = WHITESPACE.sub(" ", attributes.get("alt", "")).strip()
    said = {"data-decorative": ""} if "data-decorative" in attributes and not alt else {}
    return {"alt": alt, **said, "data-image": number}


def address(href: str) -> str:
    """The address of a link if we allow it, else an empty string.

    Browsers read tabs and newlines in an address as nothing and a backslash as a slash (WHATWG URL), so that
    "/\\evil.example" is another site: the first are removed, an address with the second is refused.
    """
    href = re.sub(r"[\t\n\r\f]", "", href).strip().translate(_UNSAFE_IN_ADDRESS)
    if "\\" in href or not ADDRESS.fullmatch(href) or not gate_keeps(href):
        return ""
    return href


def forbidden_example(href: str) -> str:
    href = re.sub(r"[\t\n\r\f]", "", href).strip()
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", href)
    if scheme and scheme[0].lower() not in ("http:", "https:"):
        return scheme[0].lower() + "…"
    return href[:60]
