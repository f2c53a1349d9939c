"""Files by their content: what lies in the storage, what is in it, and the renditions made of it.

A row and its bytes never change. Replacing a picture makes another row; an edition that shows the old one keeps it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Self

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from ..media.storage import name_for
from .edition import Edition

KEY_LENGTH = 32  # hexadecimal digits of the SHA-256 in an address: 128 bits


def media_storage() -> Storage:
    """Where the bytes lie: a folder, or an S3-compatible store."""
    return storages["media"]


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def readable(self, at: datetime) -> Self:
        """Those that an edition uses which the public may read at an instant."""
        editions = Edition.objects.readable(at)
        shown = editions.filter(picture_rows__file=OuterRef("pk"))
        attached = editions.filter(attachedfile_rows__file=OuterRef("pk"))
        return self.filter(Exists(shown) | Exists(attached))

    def unused(self) -> Self:
        """Those that neither an edition in any state nor the library knows."""
        found = self
        for user in StoredFile._meta.get_fields(include_hidden=True):
            if isinstance(user, models.ManyToOneRel) and user.related_model is not Rendition:
                rows = user.related_model._default_manager.filter(**{user.field.name: OuterRef("pk")})
                found = found.exclude(Exists(rows))
        return found


class StoredFile(models.Model):
    """One content. findings: what is hidden in it, as [code, detail] pairs (cms.media)."""

    key = models.CharField(max_length=KEY_LENGTH, unique=True)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()  # bytes
    media_type = models.CharField(max_length=100)
    extension = models.CharField(max_length=8)
    width = models.PositiveIntegerField(null=True)  # of a picture, in pixels
    height = models.PositiveIntegerField(null=True)
    pages = models.PositiveIntegerField(null=True)  # of a document
    findings = models.JSONField(default=list)
    stored_at = models.DateTimeField()
    # Somebody said that what is hidden in it may go out.
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by_in_words = models.CharField(max_length=200, blank=True)
    unused_since = models.DateTimeField(null=True)  # when taking stock first found that nothing uses it

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return f"{self.key}.{self.extension}"

    @property
    def name(self) -> str:
        """Its name in the storage."""
        return name_for(self.sha256)

    def copy_to(self, path: Path) -> None:
        """Write its bytes to a file of this machine, to be worked on. Raises OSError."""
        with media_storage().open(self.name) as source, path.open("wb") as target:
            for chunk in source.chunks():
                target.write(chunk)

    @property
    def is_picture(self) -> bool:
        return self.width is not None

    @property
    def is_settled(self) -> bool:
        """Whether nothing is hidden in it, or somebody said that it may go out all the same. (Pictures are drawn anew
        for readers: what is hidden in them never goes out.)"""
        return self.is_picture or not self.findings or self.confirmed_at is not None


class Rendition(models.Model):
    """One form of a picture, made of it without anything that came with it but the pixels."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="renditions")
    spec = models.CharField(max_length=40)  # cms.media.renditions
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["file", "spec"], name="cms_rendition_once")]

    def __str__(self) -> str:
        return self.spec

    @property
    def name(self) -> str:
        return name_for(self.sha256)
