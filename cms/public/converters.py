"""The segments of a public address: which look like a section, which like an item, a year, a month."""

from __future__ import annotations

from django.conf import settings

from ..text.slugs import CODE_PATTERN

WORD = "[a-z0-9_-]+"


class SectionPath:
    """`activities/field`: everything that is nothing else."""

    regex = rf"{WORD}(?:/{WORD})*"

    def to_python(self, value: str) -> str:
        """A language is no section: ValueError leaves its address to `finding`, where prefixes are not in use."""
        if [value.split("/")[0]] == [code for code, _name in settings.LANGUAGES]:
            raise ValueError
        return value

    def to_url(self, value: str) -> str:
        return value


class ItemSegment:
    """`a-slug-7kq2m4x`: what it is called, and its code. Only the code counts, so Python gets nothing else."""

    regex = rf"(?:[a-z0-9-]+-)?{CODE_PATTERN}"

    def to_python(self, value: str) -> str:
        return value[-7:]

    def to_url(self, value: str) -> str:
        return value


class Code:
    regex = CODE_PATTERN

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Key:
    """Names a content (cms.StoredFile)."""

    regex = "[0-9a-f]{32}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class FileName:
    regex = r"[a-z0-9_-]{1,100}\.[a-z0-9]{2,5}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class TakeAway:
    """The file that a form of a text is (cms.public.takeaway)."""

    regex = r"text\.txt|text\.md|text\.pdf|item\.json|ninjs\.json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Language:
    """A language that the site has content in; any other word is no address."""

    regex = "[a-z]{2,3}(?:-[a-z]{2,8})?"

    def to_python(self, value: str) -> str:
        if value not in dict(settings.LANGUAGES):
            raise ValueError
        return value

    def to_url(self, value: str) -> str:
        return value


class EditionNumber:
    regex = "[1-9][0-9]{0,5}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class Year:
    regex = "[12][0-9]{3}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


class Month:
    regex = "0[1-9]|1[0-2]"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02d}"


class FeedForm:
    """How a feed is written: the ending of its address."""

    regex = "atom|rss|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
