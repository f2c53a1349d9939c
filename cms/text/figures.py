"""Pictures in a text: which it shows, and their addresses where it is edited or read.

A picture is a block, `<figure id="b1a2c"><img alt="…" data-image="17"><figcaption>…</figcaption></figure>`, with its
number in the library; `data-decorative` says that it needs no alternative text. No address is ever stored. What may
stand in a figure is decided in `sanitiser`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cms.text.fragment import Element, parse, serialise
from cms.text.paragraphs import passages


@dataclass(frozen=True, slots=True)
class Reference:
    """A picture as a text shows it.

    image: its number in the library. alt: empty where nobody wrote one. caption: its words without markup, a newline
    for a line break. block: the id of the figure. decorative: whether somebody said so.
    """

    image: int
    alt: str
    caption: str
    block: str
    decorative: bool = False


def references(html: str) -> list[Reference]:
    """The pictures of a clean text in its order; one that stands there twice comes twice."""
    if "<figure" not in html:
        return []
    return [
        Reference(
            int(passage.image),
            alternative(passage.element),
            passage.text,
            passage.element.get("id", ""),
            is_decorative(passage.element),
        )
        for passage in passages(parse(html))
        if passage.image
    ]


def with_sources(html: str, source: Callable[[int], str | None]) -> str:
    """A clean text for the editor: each picture with the address that `source` gives for its number.

    A picture for which it gives None has none. Never to be stored; cleaning it gives the stored text back.
    """
    if "<figure" not in html:
        return html
    root = parse(html)
    for image in root.iterfind(".//figure/img"):
        if address := source(int(image.get("data-image"))):
            image.set("src", address)
    return serialise(root)


def replace_images(root: Element, build: Callable[[int, str], Element | None]) -> None:
    """Put what `build` makes of number and alternative text in each picture's place, in the tree of a clean text.

    build: gives a new element (`picture`, `img`, a link round one of them), or None where the picture cannot be shown:
    of its figure the caption stays, as a paragraph with the figure's id.
    """
    for image in list(root.iterfind(".//figure/img")):
        figure = image.getparent()
        shown = build(int(image.get("data-image")), alternative(figure))
        if shown is not None:
            figure.replace(image, shown)
            continue
        caption = figure.find("figcaption")
        if caption is None:
            _remove(figure)
        else:
            caption.tag, caption.tail = "p", figure.tail
            caption.attrib.update({**figure.attrib, **caption.attrib})
            figure.getparent().replace(figure, caption)


def alternative(figure: Element) -> str:
    """The alternative text of a figure's picture; empty where it has none."""
    return str(figure.find("img").get("alt", ""))


def is_decorative(figure: Element) -> bool:
    """Whether somebody said that a figure's picture needs no alternative text."""
    return figure.find("img").get("data-decorative") is not None


def in_words(figure: Element, caption: str) -> str:
    """A figure as a line that names its picture, for a comparison, and the caption behind it."""
    image = figure.find("img")
    named = {"number": image.get("data-image"), "alt": alternative(figure)}
    # Translators: stands for a picture where only words are shown. The number is that in the library.
    line = _("[Picture %(number)s: %(alt)s]") if named["alt"] else _("[Picture %(number)s]")
    if is_decorative(figure):
        line = _("[Picture %(number)s, decorative]")
    return "\n".join(filter(None, (line % named, caption)))


def _remove(element: Element) -> None:
    """Without the text behind it, which lxml would take along."""
    parent, before = element.getparent(), element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)
