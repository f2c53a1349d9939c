"""The light markup in which the demonstration texts are written, to HTML: paragraphs, headings, lists, quotations."""

from __future__ import annotations

import re
from html import escape

_INLINE = (
    (re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)"), r'<a href="\2">\1</a>'),
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\*([^*]+)\*"), r"<em>\1</em>"),
)


def _inline(text: str) -> str:
    html = escape(" ".join(text.split()), quote=False)
    for pattern, replacement in _INLINE:
        html = pattern.sub(replacement, html)
    return html


def _items(lines: list[str], tag: str, mark: str) -> str:
    items: list[str] = []
    for line in lines:
        if re.match(mark, line):
            items.append(re.sub(mark, "", line, count=1))
        else:
            items[-1] += " " + line
    return f"<{tag}>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + f"</{tag}>"


def _block(block: str) -> str:
    lines = block.strip().splitlines()
    if lines[0].startswith("## "):
        return f"<h2>{_inline(block.strip()[3:])}</h2>"
    if lines[0].startswith("- "):
        return _items(lines, "ul", r"- ")
    if re.match(r"\d+\. ", lines[0]):
        return _items(lines, "ol", r"\d+\. ")
    if lines[0].startswith("> "):
        return f"<blockquote><p>{_inline(' '.join(line.removeprefix('> ') for line in lines))}</p></blockquote>"
    return f"<p>{_inline(block)}</p>"


def to_html(text: str) -> str:
    """HTML of a text whose blocks are separated by empty lines."""
    return "".join(_block(block) for block in re.split(r"\n\s*\n", text.strip()) if block.strip())
