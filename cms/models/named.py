"""Rows of people and events: each is named in one language, and has a page only where a text that is public has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, Q, Subquery

if TYPE_CHECKING:
    from datetime import datetime

    from .editions import EditionQuerySet


class NamedQuerySet(models.QuerySet[Any]):
    """Reads as adjectives and chains: `.same_as(code).with_texts(editions)`."""

    def same_as(self, code: str) -> Self:
        """The one of this code, and the same in other languages."""
        group = self.model._default_manager.filter(code=code).values("translation_group")
        return self.filter(translation_group__in=group)

    def in_language(self, language: str) -> Self:
        return self.filter(language=language)

    def that_have(self, editions: EditionQuerySet) -> Self:
        """Those that at least one of these editions names."""
        return self.filter(self.model.has(editions))

    def with_texts(self, editions: EditionQuerySet) -> Self:
        """`has_texts`: whether one of these editions names it."""
        return self.annotate(has_texts=ExpressionWrapper(self.model.has(editions), output_field=BooleanField()))

    def with_newest(self, editions: EditionQuerySet) -> Self:
        """`newest_at`: when the newest of these editions that name it went live; None where none does."""
        naming = editions.filter(self.model.is_named()).order_by("-live_from")
        return self.annotate(newest_at=Subquery(naming.values("live_from")[:1]))


class Named(models.Model):
    """What people and events have in common in code; the columns are their own."""

    objects: ClassVar[Any] = NamedQuerySet.as_manager()
    has_texts: bool  # given by `with_texts`
    newest_at: datetime | None  # given by `with_newest`

    class Meta:
        abstract = True

    @classmethod
    def has(cls, editions: EditionQuerySet) -> Q:
        """Whether one of these editions names the row of an outer query."""
        raise NotImplementedError

    @classmethod
    def is_named(cls) -> Q:
        """Whether an edition names the row of an outer query: for one person or event, which an index finds."""
        raise NotImplementedError
