"""Parts: rows that belong to an edition and are content, frozen with it and copied into the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .edition import Edition


class Part(models.Model):
    """A row that belongs to an edition and is content: frozen with it, copied into the next one."""

    NAMES_A_PERSON: ClassVar[bool] = False  # whether its `person` is somebody whose page lists the edition

    edition = models.ForeignKey("cms.Edition", on_delete=models.CASCADE, related_name="%(class)s_rows")
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True

    def content(self) -> dict[str, Any]:
        """Its columns by name, without those that only tie it to its edition."""
        return {
            f.name: f.value_from_object(self) for f in self._meta.concrete_fields if f.name not in ("id", "edition")
        }

    @classmethod
    def rows_of(cls, edition: int | None) -> models.QuerySet[Self]:
        """The rows of an edition, in their order."""
        return cls._default_manager.filter(edition=edition).order_by("position", "pk")

    @classmethod
    def gather(cls, edition: Edition, media: dict[str, Any]) -> None:
        """Copy into a draft, or into its `media`, what its page shows of these rows. Nothing, unless a part says so."""

    @classmethod
    def missing(cls, edition: Edition) -> list[Any]:
        """What an edition's rows of this sort still need before they can be public, in sentences."""
        return []

    def copy_to(self, edition: Edition) -> None:
        """The same row for another edition."""
        values = {f.attname: getattr(self, f.attname) for f in self._meta.concrete_fields if not f.primary_key}
        # Not by save(): a copy says what the original says, and nothing of what would be filled in today.
        type(self)._default_manager.bulk_create([type(self)(**{**values, "edition_id": edition.pk})])

    def translate_to(self, edition: Edition) -> str:
        """The same row for a draft in another language, in the words of that language where they are known.

        Returns the name of what has no counterpart in that language and was left out, else "".
        """
        self.copy_to(edition)
        return ""


def part_models() -> list[type[Part]]:
    return sorted(Part.__subclasses__(), key=lambda model: model.__name__)


class Related(Part):
    """An item recommended at the end of the article, with its title as it was when it was picked."""

    publication = models.ForeignKey(
        "cms.Publication", on_delete=models.PROTECT, related_name="+", verbose_name=_("item")
    )
    title = models.CharField(_("title"), max_length=250, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("related item")
        verbose_name_plural = _("related items")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "publication"], name="cms_related_once"),
        ]

    def __str__(self) -> str:
        return self.title

    def translate_to(self, edition: Edition) -> str:
        """The recommended item in the other language, by the title that its readers know."""
        group, publications = self.publication.translation_group, type(self.publication)._default_manager
        same = publications.filter(translation_group=group, language=edition.language).first()
        named = None if same is None else same.editions.been_live().order_by("-number").first()
        if same is None or named is None:
            return self.title
        type(self)._default_manager.create(
            edition_id=edition.pk, publication=same, title=named.title, position=self.position
        )
        return ""
