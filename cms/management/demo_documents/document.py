"""What a document of the demonstration is."""

from __future__ import annotations

from typing import NamedTuple


class Document(NamedTuple):
    """A file as somebody would upload it. purpose: a value of `cms.models.Attachment.Purpose`."""

    file_name: str
    content: bytes
    title: str
    language: str
    purpose: str
