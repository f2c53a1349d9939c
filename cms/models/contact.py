"""Whom the press may call: part of the frame around the texts, so that a change shows on every page at once."""

from __future__ import annotations

import re
from typing import Self
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .language import LanguageField
from .section import Section

# As people print it, for every country: +7 727 555 01 20, +44 (20) 7946-0958. RFC 3966 wants the plus sign; the zero of
# "+44 (0)20" is not dialled from abroad.
PHONE = r"\A(?!.*\(0\))\+[0-9](?:[ ().-]{0,2}[0-9]){5,14}\Z"


class ContactQuerySet(models.QuerySet["Contact"]):
    """Reads as adjectives and chains."""

    def shown(self) -> Self:
        """Those that readers see, in the order in which they stand."""
        return self.filter(is_shown=True).order_by("position", "pk")

    def for_section(self, language: str, trail: list[Section]) -> list[Contact]:
        """The contacts of the nearest section that has its own, else those of the whole office. One query.

        trail: the section and those above it, the topmost first; empty for what stands in none.
        """
        mine = models.Q(section=None) | models.Q(section__in=[section.pk for section in trail])
        rows: list[Contact] = list(self.shown().filter(mine, language=language))
        for section in reversed(trail):
            if own := [row for row in rows if row.section_id == section.pk]:
                return own
        return [row for row in rows if row.section_id is None]


class Contact(models.Model):
    """Somebody, or a desk, that answers the press in one language of the site."""

    language = LanguageField()
    section = models.ForeignKey(
        Section,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("section"),
        help_text=_("Empty: for the whole press office. The texts of a section with contacts of its own show those."),
    )
    name = models.CharField(_("name"), max_length=150, help_text=_("Of a person or of a desk."))
    role = models.CharField(_("role"), max_length=200, blank=True)
    phone = models.CharField(
        _("telephone"),
        max_length=40,
        blank=True,
        validators=[RegexValidator(PHONE, _("Write it with the country's code: +7 727 555 01 20."))],
    )
    mail = models.EmailField(_("e-mail"), blank=True)
    languages_spoken = models.CharField(
        _("languages spoken"), max_length=200, blank=True, help_text=_("English, Russian")
    )
    hours = models.CharField(_("hours"), max_length=200, blank=True, help_text=_("Monday to Friday, 09:00–18:00"))
    time_zone = models.CharField(
        _("time zone"),
        max_length=50,
        blank=True,
        help_text=_("Of the hours: Asia/Bishkek. Empty: the press office's own."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_shown = models.BooleanField(_("shown to readers"), default=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("press contact")
        verbose_name_plural = _("press contacts")
        ordering = ["language", "position", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not self.phone and not self.mail:
            raise ValidationError(_("Give a telephone number or an e-mail address."))
        if self.time_zone and self.time_zone not in available_timezones():
            raise ValidationError({"time_zone": _("Write the zone as in Asia/Bishkek.")})
        if self.section and self.language and self.section.language != self.language:
            raise ValidationError({"section": _("This section belongs to another language.")})

    @property
    def zone(self) -> str:
        """The time zone of the hours by its name, which is right in summer and in winter."""
        return self.time_zone or settings.TIME_ZONE


def dialled(phone: str) -> str:
    """The `tel:` address of a printed number (RFC 3966, section 3): the plus sign and the digits alone; "" for none."""
    digits = re.sub(r"[^0-9]", "", phone)
    return f"tel:+{digits}" if digits else ""
