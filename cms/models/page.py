"""The text of a section: a kind of publication that stands above the section's list and in no list itself."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from .edition import Edition


class Page(Edition):
    KIND = "page"
    LISTED = False
    NAME: ClassVar = _("Section text")

    class Meta:
        default_permissions = ()
        verbose_name = _("section text")
        verbose_name_plural = _("section texts")

    def get_absolute_url(self) -> str:
        return self.section.get_absolute_url()
