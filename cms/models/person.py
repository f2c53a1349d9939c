"""People who speak for the organisation, and the posts they held. An edition copies what it shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ..text.slugs import new_code, slugify
from .editions import EditionQuerySet
from .language import LanguageField
from .named import Named
from .part import part_models
from .paths import path_to


@dataclass(frozen=True)
class Held:
    """A post and the days on which it was held, both included. until: None while it is held."""

    title: str
    since: date
    until: date | None


class Person(Named):
    """A person, named in one language; the same person in another language has the same translation group."""

    code = models.CharField(_("code"), max_length=12, unique=True, default=new_code, editable=False)
    language = LanguageField()
    translation_group = models.UUIDField(_("translation group"), default=uuid4, db_index=True, editable=False)
    name = models.CharField(_("name"), max_length=150, help_text=_("As it is printed: given name, then surname."))
    sort_name = models.CharField(
        _("sorted as"),
        max_length=150,
        blank=True,
        help_text=_("Surname first. Empty: the last word of the name first."),
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["sort_name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["translation_group", "language"], name="cms_person_language_once")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        *given, surname = self.name.split() or [""]
        self.sort_name = self.sort_name.strip() or " ".join([surname, *given]).strip()

    @property
    def segment(self) -> str:
        """The last part of their page's address. Only the code counts."""
        return f"{slugify(self.name, self.language)}-{self.code}"

    @classmethod
    def has(cls, editions: EditionQuerySet) -> Q:
        this = Exists(editions.filter(pk=OuterRef("edition")))
        named = Q(pk__in=[])
        for model in part_models():
            if model.NAMES_A_PERSON:
                rows: Any = model._default_manager
                named |= Q(Exists(rows.filter(this, person=OuterRef("pk"))))
        return named

    @classmethod
    def is_named(cls) -> Q:
        named = Q(pk__in=[])
        for model in part_models():
            if model.NAMES_A_PERSON:
                rows: Any = model._default_manager
                named |= Q(pk__in=rows.filter(person=OuterRef(OuterRef("pk"))).values("edition"))
        return named

    def get_absolute_url(self) -> str:
        return self.address_as(self.name)

    def address_as(self, name: str) -> str:
        """The address of their page under a name they had, so that a page that prints it does not change with them."""
        return path_to("public:person", f"{slugify(name, self.language)}-{self.code}", language=self.language)

    def held_up_to(self, day: date) -> list[Held]:
        """Posts begun by a day, the latest first. What is still to come is not said: no later post, no later end.

        Reads all posts, so that several people cost one query (`prefetch_related("posts")`).
        """
        begun = sorted((post for post in self.posts.all() if post.held_from <= day), key=lambda post: post.held_from)
        return [
            Held(p.title, p.held_from, p.held_until if p.held_until and p.held_until < day else None)
            for p in begun[::-1]
        ]

    def post_on(self, day: date) -> str:
        """Title of the post held on a day, the latest begun if there were several; "" if none is recorded."""
        held = self.posts.filter(held_from__lte=day).filter(Q(held_until__isnull=True) | Q(held_until__gte=day))
        return held.order_by("-held_from").values_list("title", flat=True).first() or ""


class Post(models.Model):
    """A post somebody held, for a time (both days included)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="posts", verbose_name=_("person"))
    title = models.CharField(_("post"), max_length=200)
    held_from = models.DateField(_("from"))
    held_until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-held_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(held_until__isnull=True) | Q(held_until__gte=models.F("held_from")),
                name="cms_post_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.held_from and self.held_until and self.held_until < self.held_from:
            raise ValidationError({"held_until": _("This is before the first day.")})
