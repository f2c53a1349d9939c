"""News items: what they have beyond an edition."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.kinds import Genre
from cms.models import Edition


class NewsItem(Edition):
    KIND = "news"
    NAME: ClassVar = _("News")
    GENRES: ClassVar = {
        "report": Genre(_("Report"), plural=_("Reports"), reports=True),
        "announcement": Genre(_("Announcement"), plural=_("Announcements"), announces=True),
        "statement": Genre(_("Statement"), plural=_("Statements")),
        "interview": Genre(_("Interview"), plural=_("Interviews")),
        "advisory": Genre(_("Media advisory"), plural=_("Media advisories"), announces=True),
    }

    takes_place_on = models.DateField(
        _("takes place on"), null=True, blank=True, help_text=_("For announcements and advisories.")
    )
    takes_place_at = models.TimeField(_("at"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("news item")
        verbose_name_plural = _("news")

    @property
    def happens_on(self) -> date | None:
        return self.takes_place_on
