"""The library: pictures and documents with their words. An edition copies what it shows of them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..text.slugs import new_code
from .event import check_days
from .language import LanguageField
from .stored_file import StoredFile


class Kept(models.Model):
    """What the two shelves of the library have in common. version: one more with every change."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="%(class)ss", editable=False)
    language = LanguageField(help_text=_("What its words are written in."))
    uploaded_at = models.DateTimeField(_("uploaded"), editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_by_in_words = models.CharField(_("uploaded by"), max_length=200, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    put_away = models.BooleanField(
        _("put away"), default=False, help_text=_("No longer offered for new texts. Where it is used it stays.")
    )

    class Meta:
        abstract = True


class Image(Kept):
    """A picture in the library."""

    file_name = models.CharField(_("file name"), max_length=200, blank=True, editable=False)  # as it was uploaded
    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What is to be seen, for those who do not see it: “Delegates at a round table”."),
    )
    decorative = models.BooleanField(
        _("decorative"), default=False, help_text=_("It says nothing that the text does not say.")
    )
    caption = models.TextField(_("caption"), max_length=600, blank=True)
    credit = models.CharField(_("credit"), max_length=200, blank=True, help_text=_("Photographer and owner."))
    taken_on = models.DateField(_("date"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=150, blank=True)
    people = models.CharField(
        _("people shown"), max_length=500, blank=True, help_text=_("From left to right, separated by commas.")
    )
    terms = models.CharField(
        _("usage terms"), max_length=300, blank=True, help_text=_("“Free for editorial use with credit.”")
    )
    focal_x = models.PositiveSmallIntegerField(
        _("focal point, from the left (%)"), default=50, validators=[MaxValueValidator(100)]
    )
    focal_y = models.PositiveSmallIntegerField(
        _("focal point, from above (%)"), default=50, validators=[MaxValueValidator(100)]
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-uploaded_at", "-pk"]
        indexes = [models.Index(fields=["-uploaded_at", "-id"], name="cms_image_newest")]

    def __str__(self) -> str:
        return self.alt or self.caption or self.file_name or self.code

    def clean(self) -> None:
        check_days(self)
        if self.decorative and self.alt.strip():
            raise ValidationError({"alt": _("A decorative picture has no alternative text. Choose one of the two.")})

    def words(self) -> dict[str, Any]:
        """What it is described by, in its own language."""
        return {name: getattr(self, name) for name in WORDS}


WORDS = ("alt", "decorative", "caption", "credit", "taken_on", "place", "people", "terms")
# Of these, what reads the same in every language.
WORDS_OF_ANY_LANGUAGE = ("decorative", "taken_on")


class Attachment(Kept):
    """A document in the library."""

    class Purpose(models.TextChoices):
        TEXT = "text", _("text of this page as a file")
        DOCUMENT = "document", _("document")

    title = models.CharField(_("title"), max_length=250)
    file_name = models.CharField(_("file name"), max_length=150, help_text=_("What a reader's copy is called."))
    purpose = models.CharField(_("what it is"), max_length=10, choices=Purpose.choices, default=Purpose.DOCUMENT)
    note = models.CharField(
        _("accessible format"),
        max_length=300,
        blank=True,
        help_text=_("Where those who cannot read this format find the same: “The text above says the same.”"),
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-uploaded_at", "-pk"]
        indexes = [models.Index(fields=["-uploaded_at", "-id"], name="cms_attachment_newest")]

    def __str__(self) -> str:
        return self.title
