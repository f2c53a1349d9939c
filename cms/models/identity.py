"""What the site is called and how it is reached: the frame around every page, one row per language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from .contact import Contact
from .language import LanguageField
from .prepared import Prepared

PALE = 4.5  # WCAG 2.2 AA: contrast of text with its ground


def contrast_with_white(colour: str) -> float:
    """Contrast ratio (1 to 21) of a colour `#rrggbb` with white, by WCAG 2.2's relative luminance."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


class Identity(models.Model):
    """Name, contacts and footer of the site in one language."""

    language = LanguageField(unique=True)
    name = models.CharField(_("name"), max_length=150)
    short_name = models.CharField(_("short name"), max_length=40)
    tagline = models.CharField(_("line under the name"), max_length=200, blank=True)
    logo = models.BinaryField(_("logo"), null=True, editable=False)  # a PNG that we drew anew from the upload
    logo_digest = models.CharField(max_length=16, blank=True, editable=False)
    logo_width = models.PositiveSmallIntegerField(null=True, editable=False)
    logo_height = models.PositiveSmallIntegerField(null=True, editable=False)
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#0b4f6c",
        validators=[RegexValidator(r"\A#[0-9a-fA-F]{6}\Z", _("Write a colour as #rrggbb."))],
        help_text=_("One colour for links and marks, dark enough to be read on white."),
    )
    press_contacts = models.TextField(_("press contacts"), blank=True, help_text=_("One line each."))
    footer = models.TextField(_("footer"), blank=True)
    accessibility_statement = models.TextField(
        _("accessibility statement"),
        blank=True,
        help_text=_("Paragraphs with an empty line between them. Empty: the statement that comes with the site."),
    )
    # The first of the contacts that stand for the whole office, given by `of`: the footer of every page names it.
    desk_name: ClassVar[str | None] = None
    desk_phone: ClassVar[str | None] = None
    desk_mail: ClassVar[str | None] = None

    class Meta:
        verbose_name = _("site identity")
        verbose_name_plural = _("site identity")
        ordering = ["language"]

    def __str__(self) -> str:
        return self.short_name

    def clean_fields(self, exclude: object = None) -> None:
        super().clean_fields(exclude=exclude)  # type: ignore[arg-type]
        if contrast_with_white(self.accent) < PALE:
            raise ValidationError({"accent": _("Too pale to be read on white. Choose a darker colour.")})

    @classmethod
    def of(cls, language: str) -> Identity:
        """The identity in a language, or in the first that has one, or an unnamed one."""
        return cls.of_each([language])[language]

    @classmethod
    def of_each(cls, languages: Iterable[str]) -> dict[str, Identity]:
        """The identity in each of several languages, as `of` finds it. One query."""
        rows = {row.language: row for row in IDENTITIES.rows()}
        first = next(iter(rows.values()), None)
        return {language: rows.get(language) or first or cls._unnamed(language) for language in languages}

    @classmethod
    def _unnamed(cls, language: str) -> Identity:
        return cls(language=language, name=str(_("Press office")), short_name=str(_("Press office")))


def _with_their_desks() -> QuerySet[Identity]:
    desk = Contact.objects.shown().filter(language=OuterRef("language"), section=None)
    desks = {f"desk_{name}": Subquery(desk.values(name)[:1]) for name in ("name", "phone", "mail")}
    return Identity.objects.defer("logo").annotate(**desks)


IDENTITIES = Prepared(Identity, _with_their_desks)
