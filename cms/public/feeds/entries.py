"""One text as a feed tells it, and one that was taken down: the same for every form of feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from django.template.loader import render_to_string
from django.urls import reverse
from lxml import etree

from ...models import Edition, Withdrawal
from ...text.figures import replace_images
from ...text.fragment import Element, parse, serialise
from ..authors import Author
from ..files import Media
from ..pictures import Jpeg, Photo
from ..tags import tag


@dataclass(frozen=True)
class Entry:
    """A text that is live.

    url: its page. permanent: its short address. html: the whole text, "" where the summary is all that is told.
    notice: what stands above it. translations: permanent addresses by language.
    """

    id: str
    url: str
    permanent: str
    title: str
    summary: str
    html: str
    notice: Withdrawal | None
    language: str
    published: datetime
    updated: datetime
    authors: list[Author]
    categories: list[tuple[str, str]]  # (key, words)
    translations: Mapping[str, str]
    image: Jpeg | None

    @classmethod
    def of(
        cls, edition: Edition, body: str, origin: str, at: datetime, authors: list[Author], translations: dict[str, str]
    ) -> Entry:
        """edition: with frame. body: the text where it is to be told whole. translations: codes by language."""
        url = origin + edition.get_absolute_url()
        notice = _notice(edition, at)
        begun = edition.live_from or at
        section = edition.section
        label = (edition.genre or edition.kind, str(edition.label))
        return cls(
            id=id_of(edition),
            url=url,
            permanent=origin + edition.publication.get_short_url(),
            title=edition.title,
            summary=edition.summary,
            html=whole_text(edition, body, origin, url) if body else "",
            notice=notice,
            language=edition.language,
            published=edition.published_at or begun,
            updated=max(begun, notice.from_at) if notice else begun,
            authors=authors,
            categories=[label, (section.path, section.title)],
            translations={code: origin + reverse("short", args=[other]) for code, other in translations.items()},
            image=Jpeg.of(Photo.of(edition.lead), origin) if edition.lead else None,
        )

    @property
    def content(self) -> str:
        """What is told of it, as HTML: a notice comes first."""
        context = {"entry": self}
        return render_to_string("public/_feed_entry.html", context).strip()


@dataclass(frozen=True)
class Gone:
    """A text that was taken down: its id, its address, why, and since when. Nothing of what it said."""

    id: str
    url: str
    reason: str
    at: datetime

    @classmethod
    def of(cls, edition: Edition, withdrawal: Withdrawal, origin: str) -> Gone:
        url = origin + edition.publication.get_short_url()
        return cls(id_of(edition), url, withdrawal.public_reason, withdrawal.from_at)


def id_of(edition: Edition) -> str:
    """The id of a publication in every feed, whatever becomes of its text, its address and its host."""
    return tag(edition.publication.code)


def _notice(edition: Edition, at: datetime) -> Withdrawal | None:
    found = edition.publication.withdrawal
    noticed = found is not None and found.mode == Withdrawal.Mode.NOTICE and found.in_force(at)
    return found if noticed else None


def whole_text(edition: Edition, body: str, origin: str, url: str) -> str:
    """A clean body for readers elsewhere: pictures as JPEG, every address with host. url: of its page."""
    root = parse(body)
    photos = Media(edition).of_text

    def build(number: int, alt: str) -> Element | None:
        photo = photos.get(number)
        if photo is None:
            return None
        image = Jpeg.of(photo, origin)
        size = {"width": str(image.width), "height": str(image.height)}
        return etree.Element("img", {"src": image.url, "alt": alt, **size})

    replace_images(root, build)
    for element in root.iter():
        for name in ("href", "src"):
            if element.get(name) is not None:
                element.set(name, urljoin(url, element.get(name)))
    return serialise(root)
