"""Accounts of the press office."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A member of staff. What they did stays in the journal in words, whatever becomes of the account."""

    is_demo = models.BooleanField(_("demonstration account"), default=False, editable=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    @property
    def in_words(self) -> str:
        """How the journal names this person."""
        return self.get_full_name() or self.get_username()
