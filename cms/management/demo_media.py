"""The pictures, documents and recordings of the demonstration content: into the library, and into the texts."""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ..editorial import library, renditions
from ..models import AttachedFile, Attachment, Edition, Image, Picture, Recording, User
from .demo_documents import documents
from .drawing import draw
from .light import to_html

SOURCE = Path(__file__).parent / "demo" / "media.toml"
Row = dict[str, Any]


class DemoMedia:
    """editor: who uploads and describes."""

    def __init__(self, editor: User) -> None:
        self.editor = editor
        with SOURCE.open("rb") as file:
            self.source = tomllib.load(file)
        self.rows: dict[str, Row] = {row["name"]: row for row in self.source["picture"]}
        self.images: dict[str, Image] = {}
        self.attachments: dict[str, Attachment] = {}

    def fill_the_library(self) -> None:
        with ThreadPoolExecutor(os.cpu_count()) as pool, tempfile.TemporaryDirectory() as folder:
            drawn = pool.map(_drawn, self.rows.values())
            for name, content in zip(self.rows, drawn, strict=True):
                path = Path(folder) / name
                path.write_bytes(content)
                self.images[name] = self._image(path, self.rows[name])
            for name, make in documents().items():
                document = make()
                path = Path(folder) / name
                path.write_bytes(document.content)
                words = {"title": document.title, "purpose": document.purpose, "language": document.language}
                added = library.add_attachment(path, document.file_name, by=self.editor, **words)
                self.attachments[name] = self._without_secrets(added.row)

    def make_renditions(self) -> None:
        """All pictures at once, as many together as there are processors: one after another they take a minute."""
        files = [image.file for image in self.images.values()]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for file, drawn in zip(
                files, pool.map(renditions.draw, files, map(renditions.missing, files)), strict=True
            ):
                renditions.record(file, drawn)

    def _image(self, path: Path, row: Row) -> Image:
        words = {**self._words(row, "en"), "taken_on": row["taken_at"].date()}
        x, y = row["focal"]
        image: Image = library.add_image(
            path, row["file_name"], by=self.editor, language="en", focal_x=x, focal_y=y, **words
        ).row
        return image

    def _words(self, row: Row, language: str) -> Row:
        words = {name: row[f"{name}_{language}"] for name in ("alt", "caption", "credit", "place")}
        return {**words, "terms": self.source["terms"][language]}

    def _without_secrets(self, attachment: Attachment) -> Attachment:
        return library.clean_attachment(attachment, by=self.editor) if attachment.file.findings else attachment

    # --- In the texts

    def body_of(self, key: str, text: str, language: str) -> str:
        """The HTML of a text in our light markup, with the pictures that stand in it."""
        shown = [row for row in self.source["body"] if row["item"] == key]
        if not shown:
            return to_html(text)
        blocks = [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]
        html = [to_html(block) for block in blocks]
        for row in sorted(shown, key=lambda row: int(row["after"]), reverse=True):
            words = self._words(self.rows[row["picture"]], language)
            image = f'<img alt="{words["alt"]}" data-image="{self.images[row["picture"]].pk}">'
            html.insert(row["after"], f"<figure>{image}<figcaption>{words['caption']}</figcaption></figure>")
        return "".join(html)

    def show(self, edition: Edition, key: str, language: str) -> None:
        """Give a draft its pictures, documents and recordings; `settle` comes after."""
        lead = self.source["lead"].get(key)
        for role, names in (("lead", [lead] if lead else []), ("gallery", self.source["gallery"].get(key, []))):
            for position, name in enumerate(names):
                self._picture(edition, name, role, position, language)
        for position, row in enumerate(self._of(key, "attached")):
            attached = AttachedFile(edition_id=edition.pk, position=position)
            attached.take(self.attachments[row["document"]])
            attached.save()
        for position, row in enumerate(self._of(key, "recording")):
            words = {name: row[f"{name}_{language}"] for name in ("url", "title", "language")}
            plain = {name: row[name] for name in ("medium", "minutes", "seconds", "captioned")}
            Recording.objects.create(edition_id=edition.pk, position=position, **plain, **words)

    def _of(self, key: str, sort: str) -> list[Row]:
        return [row for row in self.source[sort] if row["item"] == key]

    def _picture(self, edition: Edition, name: str, role: str, position: int, language: str) -> None:
        image, row = self.images[name], self.rows[name]
        words = {**self._words(row, language), "taken_on": row["taken_at"].date()}
        picture = Picture(edition_id=edition.pk, role=role, position=position, **words)
        picture.take(image)
        picture.save()


def _drawn(row: Row) -> bytes:
    position = tuple(row["position"]) if "position" in row else None
    return draw(row["name"], row["taken_at"], position)
