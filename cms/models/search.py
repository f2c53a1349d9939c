"""What the search knows of approved editions: a copy that can be made anew at any time (`manage.py search rebuild`).

The words themselves lie in a table of the database's own kind (cms/search); it and this one share their key.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from .edition import Edition

EDITION_BITS = 40
OF_EDITION = (1 << EDITION_BITS) - 1  # in a position


def position_of(edition: Edition) -> int:
    """Where an edition stands among all, as one number that grows with the date: its day, then its id."""
    return edition.dated_on.toordinal() << EDITION_BITS | edition.pk


def editions_at(positions: Iterable[int]) -> list[int]:
    """The ids of the editions at some positions. A search has a thousand of them."""
    return [position & OF_EDITION for position in positions]


class SearchEntry(models.Model):
    """An approved edition as plain words. Whether the public sees it is not known here: Edition.objects.live() says."""

    position = models.BigIntegerField(primary_key=True)
    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="search_entry")
    people = models.TextField(blank=True)  # a line each: public code, space, name as the text gives it
    text = models.TextField(blank=True)  # summary and body, a block a line

    class Meta:
        default_permissions = ()
        verbose_name = "search entry"
        verbose_name_plural = "search entries"

    def __str__(self) -> str:
        return str(self.position)


class SearchWord(models.Model):
    """A word that stands in some text, for readers who mistype one. Nobody is shown it before its first text is public.

    first_at: when that text went live.
    """

    word = models.CharField(max_length=40, primary_key=True)
    start = models.CharField(max_length=2)
    length = models.PositiveSmallIntegerField()
    first_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        verbose_name = "search word"
        verbose_name_plural = "search words"
        indexes = [models.Index(fields=["start", "length"], name="cms_searchword_near")]

    def __str__(self) -> str:
        return self.word
