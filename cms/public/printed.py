"""An edition as PDF: its sheet, the pictures on it, and the care that making it never slows the site down.

The making itself is in cms.media.typesetting, in a process of its own.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.cache import caches
from django.utils.safestring import mark_safe
from lxml import etree

from ..media import sandbox, typesetting
from ..media.storage import name_for
from ..models import StoredFile, media_storage
from ..text.as_markdown import absolute
from ..text.figures import replace_images
from ..text.fragment import Element, parse, serialise
from ..text.paragraphs import BLOCK_TAGS
from .written import BASE, Taken

LONGEST = 400_000  # characters of HTML: some 50,000 words
MOST_BLOCKS = 3000
MOST_PICTURES = 40  # the first ones; the page has them all
SECONDS, MEGABYTES = 40, 1500  # of address space: fonts are mapped whole
WAITING = 1  # second that a reader waits for another one's PDF to be made
KEPT = 7 * 24 * 60 * 60  # seconds
logger = logging.getLogger(__name__)
_making = threading.Lock()  # one at a time in each process


class Busy(Exception):
    """Another PDF is being made; it is worth asking again."""


class TooLong(Exception):
    """The text is too long for a PDF to be made while somebody waits."""


def is_offered() -> bool:
    """Whether this machine can make PDF."""
    return not typesetting.missing()


def is_too_long(html: str) -> bool:
    if len(html) > LONGEST:
        return True
    # Most texts have fewer elements of any sort: then nothing is looked for.
    return html.count("<") > MOST_BLOCKS and sum(html.count(f"<{tag}") for tag in BLOCK_TAGS) > MOST_BLOCKS


class Sheet:
    """What a PDF is made of. Its `digest` changes with anything that the PDF shows: with the edition and its frame."""

    def __init__(self, taken: Taken) -> None:
        self.taken = taken
        self.keys: list[str] = []
        if is_too_long(taken.edition.body):
            raise TooLong
        body = mark_safe(self._body())  # noqa: S308  (the body was cleaned when it was saved)
        imprint = taken.imprint
        margin = imprint.removeprefix(f"{taken.frame.identity.name}. ")  # the name stands at the top of each page
        self.html = taken.render("public/printed.html", body=body, imprint=imprint, margin=margin)
        self.digest = hashlib.sha256(f"{taken.edition.digest}\0{self.html}".encode()).hexdigest()

    def _body(self) -> str:
        """The lead picture and the body, with addresses that lead somewhere from paper too."""
        taken = self.taken
        lead = taken.media.lead
        root = parse(taken.edition.body)
        if lead is not None:
            figure = etree.Element("figure")
            etree.SubElement(figure, "img", {"alt": lead.alt, "data-image": str(lead.image)})
            etree.SubElement(figure, "figcaption").text = lead.caption
            root.insert(0, figure)
            figure.tail, root.text = root.text, None
        for figure in root.iter("figure"):
            self._credit(figure)
        replace_images(root, self._picture)
        for link in root.iter("a"):
            if href := link.get("href"):
                link.set("href", href if href.startswith("#") else absolute(href, taken.frame.canonical))
        return serialise(root)

    def _credit(self, figure: Element) -> None:
        shown = self.taken.picture(int(figure.find("img").get("data-image")))
        if shown is None or not shown[1]:
            return
        caption = figure.find("figcaption")
        caption = etree.SubElement(figure, "figcaption") if caption is None else caption
        etree.SubElement(caption, "span", {"class": "credit"}).text = f" {shown[1]}"

    def _picture(self, number: int, alt: str) -> Element | None:
        photo = next((photo for photo in self.taken.media.pictures if photo.image == number), None)
        if photo is None or len(self.keys) >= MOST_PICTURES and photo.key not in self.keys:
            return None
        self.keys.append(photo.key)
        return etree.Element("img", {"alt": alt, "src": typesetting.PICTURE + photo.key})

    # --- The PDF

    def pdf(self) -> bytes:
        """The PDF, from the store of those that were made where it is there.

        Raises Busy, and sandbox.Failed where it could not be made.
        """
        kept = caches["documents"]
        name = f"pdf-{self.digest}"
        if found := kept.get(name):
            return bytes(found)
        if not _making.acquire(timeout=WAITING):
            raise Busy
        try:
            if found := kept.get(name):
                return bytes(found)
            made, is_whole = self._make()
        finally:
            _making.release()
        try:
            if is_whole:
                kept.set(name, made, KEPT)
        except OSError:
            logger.exception("A PDF could not be kept: it will be made again for the next reader")
        return made

    def _make(self) -> tuple[bytes, bool]:
        """The PDF, and whether all its pictures were there."""
        with TemporaryDirectory(prefix="pdf-") as folder:
            into = Path(folder) / "made.pdf"
            pictures = self._fetch(Path(folder))
            request = {"html": self.html, "pictures": pictures, "into": str(into)}
            sandbox.run("cms.media.typesetting", request, seconds=SECONDS, megabytes=MEGABYTES, patience=WAITING)
            return into.read_bytes(), len(pictures) == len(set(self.keys))

    def _fetch(self, folder: Path) -> dict[str, str]:
        """Paths of the pictures by key: through the gate, as everything that leaves. What is not there is left out."""
        files = StoredFile.objects.readable(self.taken.reading.at).filter(key__in=self.keys, renditions__spec=BASE)
        found: dict[str, str] = {}
        for key, sha256 in files.values_list("key", "renditions__sha256"):
            path = folder / f"{key}.jpg"
            try:
                with media_storage().open(name_for(sha256)) as source:
                    path.write_bytes(source.read())
            except OSError:
                logger.exception("A picture is missing in a PDF: %s", key)
                continue
            found[key] = str(path)
        return found
