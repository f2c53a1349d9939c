"""Caches in front of the site, and up to where each was told what has changed."""

from __future__ import annotations

from django.db import models


class PurgeTarget(models.Model):
    """address: as the setting PAGE_PURGE has it. n: the last change that it was told. told_at: up to which instant."""

    address = models.CharField(max_length=500, unique=True)
    n = models.BigIntegerField()
    told_at = models.DateTimeField()
    failed = models.PositiveIntegerField(default=0)  # times in a row
    not_before = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.address
