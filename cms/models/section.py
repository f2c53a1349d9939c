"""Sections: the tree a site is arranged in, one tree per language, and every address a section ever had."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from tree_queries.models import OrderableTreeNode

from ..text.slugs import CODE_PATTERN, slugify
from .language import LanguageField
from .paths import path_to

# First words of addresses that are not sections.
RESERVED = set(
    "news p admin static media preview identity healthz readyz metrics editions changes photos search people events "
    "places quote verify corrections contacts accessibility sitemaps feeds compare export".split()
)


class Section(OrderableTreeNode):
    """A section in one language. `path` is its whole address, kept right for the sections below it too."""

    language = LanguageField()
    translation_group = models.UUIDField(_("translation group"), default=uuid4, db_index=True, editable=False)
    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("address"), max_length=60, blank=True, help_text=_("Made from the title if empty."))
    path = models.CharField(max_length=255, editable=False)
    in_navigation = models.BooleanField(_("in the navigation"), default=True)
    # It may be NULL, so that SQLite adds the column without building the table anew. NULL: what the section above says.
    required_languages = models.JSONField(
        _("required languages"),
        null=True,
        blank=True,
        help_text=_("A text of this section is approved when it has translations into these languages."),
    )

    class Meta(OrderableTreeNode.Meta):
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        constraints = [
            models.UniqueConstraint(fields=["language", "path"], name="cms_section_path_once"),
            models.UniqueConstraint(fields=["translation_group", "language"], name="cms_section_language_once"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        self._settle_required_languages()
        self.slug = self.slug.lower() or slugify(self.title, self.language)
        if self.slug.isdigit():
            raise ValidationError({"slug": _("An address of digits only would be read as a year.")})
        if re.fullmatch(rf"(.*-)?{CODE_PATTERN}", self.slug):
            raise ValidationError({"slug": _("This would be read as the address of an item. Add a word.")})
        if self.parent is None and (self.slug in RESERVED or self.slug in settings.KNOWN_LANGUAGES):
            raise ValidationError({"slug": _("“%s” is taken by the site itself.") % self.slug})
        if self.parent is not None and self.parent.language != self.language:
            raise ValidationError({"parent": _("A section stands under a section of its own language.")})
        if self.parent is not None and self.pk and self.parent.path.startswith(f"{self._stored_path()}/"):
            raise ValidationError({"parent": _("A section cannot stand under itself.")})
        if self._longest_path() > 255:
            raise ValidationError(
                {"slug": _("The whole address, or one below it, would be longer than 255 characters.")}
            )
        same = Section.objects.filter(language=self.language, path=self._full_path()).exclude(pk=self.pk)
        if same.exists():
            raise ValidationError({"slug": _("Another section has this address.")})
        held = SectionAddress.objects.filter(language=self.language, path=self._full_path())
        if held.exclude(section=self.pk).exists():
            raise ValidationError({"slug": _("Another section had this address, and readers still follow it there.")})

    def _settle_required_languages(self) -> None:
        """Those of the site, each once and in its order, without its own; none is stored as NULL."""
        asked = self.required_languages or []
        if not isinstance(asked, list) or any(code not in settings.CONTENT_LANGUAGES for code in asked):
            raise ValidationError({"required_languages": _("Choose languages that the site is written in.")})
        self.required_languages = [c for c in settings.CONTENT_LANGUAGES if c in asked and c != self.language] or None

    def languages_needed(self) -> list[str]:
        """Codes of the languages that its texts must have: its own list, else that of the nearest section above."""
        if self.required_languages:
            return self._still_written(self.required_languages)
        steps = self.path.split("/")
        above = Section.objects.filter(
            language=self.language, path__in=["/".join(steps[:n]) for n in range(1, len(steps))]
        )
        lists = above.filter(required_languages__isnull=False).values_list("path", "required_languages")
        nearest: Any = max(lists, key=lambda row: len(row[0]), default=("", []))
        return self._still_written(nearest[1])

    def _still_written(self, codes: list[str]) -> list[str]:
        """Without what the site is no longer written in: nobody could translate into that."""
        return [code for code in settings.CONTENT_LANGUAGES if code in codes and code != self.language]

    def _full_path(self) -> str:
        return f"{self.parent.path}/{self.slug}" if self.parent else self.slug

    def _longest_path(self) -> int:
        """Characters of the longest address there would be: its own, or one of a section below it."""
        before, mine = self._stored_path() if self.pk else "", len(self._full_path())
        below = Section.objects.filter(language=self.language, path__startswith=f"{before}/") if before else []
        return max([mine, *(mine + len(section.path) - len(before) for section in below)])

    def _stored_path(self) -> str:
        return Section.objects.filter(pk=self.pk).values_list("path", flat=True).first() or ""

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it; where its address changed, the old one and those below it go on as redirects."""
        self.clean()  # whatever way it came: an address that is read as something else would be lost
        with transaction.atomic():
            before = self._stored_path() if self.pk else ""
            self.path = self._full_path()
            super().save(*args, **kwargs)
            if before and before != self.path:
                self._remember(before)
                for child in Section.objects.filter(parent=self):
                    child.save()

    def _remember(self, path: str) -> None:
        SectionAddress.objects.update_or_create(language=self.language, path=path, defaults={"section": self})

    def get_absolute_url(self) -> str:
        return path_to("public:section", self.path, language=self.language)


class SectionAddress(models.Model):
    """An address that a section had before."""

    language = models.CharField(max_length=10)
    path = models.CharField(max_length=255)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="old_addresses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "path"], name="cms_sectionaddress_once")]

    def __str__(self) -> str:
        return self.path


def sections_below(section: Section, sections: list[Section]) -> list[int]:
    """Ids of a section and of all below it, from a list of sections that is at hand."""
    return [s.pk for s in sections if s.language == section.language and f"{s.path}/".startswith(f"{section.path}/")]
