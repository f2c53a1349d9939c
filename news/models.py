"""News items: what they have beyond an edition."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.kinds import Genre, Happening
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

    IN_FULL: ClassVar = frozenset({"statement"})

    takes_place_on = models.DateField(
        _("takes place on"), null=True, blank=True, help_text=_("For announcements and advisories.")
    )
    takes_place_at = models.TimeField(_("at"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("news item")
        verbose_name_plural = _("news")

    @property
    def happening(self) -> Happening | None:
        if self.takes_place_on is None:
            return None
        return Happening(self.takes_place_on, self.takes_place_at, self.time_zone)
