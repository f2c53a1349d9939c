"""Withdrawals: a publication taken down, redirected or kept under a notice, with the reason the public reads."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class WithdrawalQuerySet(models.QuerySet["Withdrawal"]):
    def in_force(self, at: datetime) -> Self:
        """Those that hold at an instant, the newest first: one, or none, of a publication."""
        holds = Q(until_at__isnull=True) | Q(until_at__gt=at)
        return self.filter(holds, from_at__lte=at).order_by("-from_at", "-pk")


class Withdrawal(models.Model):
    """One withdrawal. It is in force from `from_at` until a later edition goes live (`until_at`)."""

    class Mode(models.TextChoices):
        GONE = "gone", _("take the page down (its address says why)")
        REDIRECT = "redirect", _("lead readers to another item")
        NOTICE = "notice", _("keep the text under a notice")

    publication = models.ForeignKey("cms.Publication", on_delete=models.PROTECT, related_name="withdrawals")
    mode = models.CharField(max_length=10, choices=Mode.choices)
    public_reason = models.TextField(_("public reason"))
    redirect_to = models.ForeignKey(
        "cms.Publication", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        constraints = [
            models.CheckConstraint(
                condition=~Q(mode="redirect") | Q(redirect_to__isnull=False),
                name="cms_withdrawal_redirect_leads_somewhere",
            ),
            models.CheckConstraint(condition=~Q(public_reason=""), name="cms_withdrawal_has_a_reason"),
        ]
        indexes = [models.Index(fields=["-from_at"], name="cms_withdrawal_newest")]

    def __str__(self) -> str:
        return f"{self.publication_id} {self.mode}"

    def in_force(self, at: datetime) -> bool:
        """Whether it holds at an instant."""
        return self.from_at <= at and (self.until_at is None or at < self.until_at)
