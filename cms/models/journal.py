"""The journal: who did what to which edition, when and why. Rows are added, never changed: the database sees to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Journal(models.Model):
    """One act. The person is named in words, so that the row can be read when the account is gone."""

    publication = models.ForeignKey("cms.Publication", on_delete=models.PROTECT, related_name="journal")
    edition = models.ForeignKey("cms.Edition", on_delete=models.DO_NOTHING, related_name="journal")
    at = models.DateTimeField(_("when"))
    # No constraint and no cascade: a deleted account must not touch this row.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    actor_in_words = models.CharField(_("who"), max_length=200)
    action = models.CharField(_("what"), max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, blank=True)
    comment = models.TextField(_("why"), blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["edition", "at"], name="cms_journal_of_edition"),
            models.Index(fields=["-at"], name="cms_journal_newest"),
            models.Index(fields=["action", "-at"], name="cms_journal_of_action"),
            models.Index(fields=["actor_in_words", "-at"], name="cms_journal_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_in_words}: {self.action}"
