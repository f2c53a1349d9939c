"""Events that texts belong to: a session, a visit, a training. An edition copies the title it shows."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ..text.slugs import new_code, slugify
from .language import LanguageField
from .named import Named
from .paths import path_to

if TYPE_CHECKING:
    from .editions import EditionQuerySet

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


def check_days(row: models.Model) -> None:
    """Refuse days that lie so far off that they can only be typing errors (and that no calendar could show)."""
    values = {f.name: f.value_from_object(row) for f in row._meta.concrete_fields if f.editable}
    days = {n: v for n, v in values.items() if isinstance(v, date) and not isinstance(v, datetime)}
    told = _("Choose a day between 1900 and 2100.")
    if far := [name for name, day in days.items() if not FIRST_DAY <= day <= LAST_DAY]:
        raise ValidationError(dict.fromkeys(far, told))


class Event(Named):
    """A meeting or other event, named in one language."""

    code = models.CharField(_("code"), max_length=12, unique=True, default=new_code, editable=False)
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

    @property
    def segment(self) -> str:
        """The last part of its page's address. Only the code counts."""
        return f"{slugify(self.title, self.language)}-{self.code}"

    @property
    def last_day(self) -> date:
        return self.ends_on or self.starts_on

    @classmethod
    def has(cls, editions: EditionQuerySet) -> Q:
        return Q(Exists(editions.filter(event=OuterRef("pk"))))

    @classmethod
    def is_named(cls) -> Q:
        return Q(event=OuterRef("pk"))

    def get_absolute_url(self) -> str:
        return self.address_as(self.title)

    def address_as(self, title: str) -> str:
        """The address of its page under a title it had, so that a page that prints it does not change with it."""
        return path_to("public:event", f"{slugify(title, self.language)}-{self.code}", language=self.language)

    def clean(self) -> None:
        check_days(self)
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("This is before the first day.")})
