"""Acts that one person did alone in an emergency, until a second person has looked at them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SecondLook(models.Model):
    """A flag. `journal` is the act; it is open until somebody else than its actor has looked."""

    journal = models.OneToOneField("cms.Journal", on_delete=models.PROTECT, related_name="second_look")
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    looked_by_in_words = models.CharField(max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("second look")
        verbose_name_plural = _("second looks")
        indexes = [models.Index(fields=["id"], condition=Q(looked_at__isnull=True), name="cms_secondlook_open")]

    def __str__(self) -> str:
        return str(self.journal)
