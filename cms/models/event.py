"""Events that texts belong to: a session, a visit, a training. An edition copies the title it shows."""

from __future__ import annotations

from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from .language import LanguageField


class Event(models.Model):
    """A meeting or other event, named in one language."""

    language = LanguageField()
    translation_group = models.UUIDField(_("translation group"), default=uuid4, db_index=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    place = models.CharField(_("place"), max_length=150, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["translation_group", "language"], name="cms_event_language_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.starts_on:%Y})"

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("This is before the first day.")})
