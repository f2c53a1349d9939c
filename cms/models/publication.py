"""A publication: an identity with a language and a permanent public code, and no text of its own."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..text.slugs import new_code
from .language import LanguageField
from .paths import path_to


class Publication(models.Model):
    """What keeps its address while its text goes through editions."""

    code = models.CharField(_("code"), max_length=12, unique=True, default=new_code, editable=False)
    kind = models.CharField(max_length=20, editable=False)
    language = LanguageField()
    translation_group = models.UUIDField(_("translation group"), default=uuid4, db_index=True, editable=False)
    created_at = models.DateTimeField(_("started"), editable=False)
    text_of = models.OneToOneField(
        "cms.Section",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="text",
        help_text="For a page: the section whose text it is.",
    )
    withdrawal = models.ForeignKey(
        "cms.Withdrawal", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [
            models.UniqueConstraint(fields=["translation_group", "language"], name="cms_publication_language_once")
        ]

    def __str__(self) -> str:
        return self.code

    def get_short_url(self) -> str:
        """The permanent address: it outlives every title, section and language prefix."""
        return path_to("short", self.code)
