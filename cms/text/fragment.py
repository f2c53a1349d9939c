"""A stored text as a tree, and a tree as text again. What may stand in a text is decided in `sanitiser`."""

import re
from typing import Any

from lxml import etree

_VOID_TAGS = frozenset("area base br col embed hr img input link meta source track wbr".split())
# What XML, and so lxml, cannot hold: most control characters, lone surrogates, two non-characters.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

Element = Any  # lxml has no types of its own


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
