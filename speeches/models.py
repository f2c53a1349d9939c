"""Speeches: who spoke, in what post, when, and what sort of text this is."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.kinds import Genre
from cms.models import Edition, Part


class Speech(Edition):
    """A speech. Its genre is the status of its text, each explained to the reader on the page."""

    KIND = "speech"
    NAME: ClassVar = _("Speech")
    LABEL_IS_GENRE = False
    GENRE_LABEL: ClassVar = _("text status")
    GENRES: ClassVar = {
        "prepared": Genre(
            _("Prepared for delivery"),
            _("The text as it was prepared beforehand. What is said may differ: the spoken word prevails."),
            prepared=True,
        ),
        "delivered": Genre(
            _("As delivered"),
            _("Checked against the recording: this is what was said, word for word."),
            reports=True,
            spoken=_(
                "Edition %(older)d is the text as prepared for delivery, edition %(newer)d the text as delivered. "
                "What the speaker added is marked as added, what was left out as removed."
            ),
        ),
        "transcript": Genre(
            _("Edited transcript"),
            _("Written down from the recording; slips of the tongue and repetitions have been smoothed out."),
            reports=True,
            spoken=_(
                "Edition %(older)d is the text as prepared for delivery, edition %(newer)d an edited transcript of "
                "what was said. What was added is marked as added, what was left out as removed."
            ),
        ),
        "theses": Genre(
            _("Theses"),
            _("The main points, published in place of the full text. Not a record of the words used."),
            reports=True,
            verbatim=False,
        ),
        "summary": Genre(
            _("Summary"),
            _("A short account by the press office. Not a record of the words used."),
            reports=True,
            verbatim=False,
        ),
        "written": Genre(_("Written statement"), _("Issued in writing. It was not read out.")),
        "joint": Genre(_("Joint statement"), _("Agreed and issued together by all those named.")),
        "article": Genre(_("Signed article"), _("Written for publication under the author's name.")),
    }

    IN_FULL: ClassVar = frozenset(GENRES)

    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    delivered_at = models.TimeField(_("at"), null=True, blank=True, help_text=_("Local time of the place."))

    class Meta:
        default_permissions = ()
        verbose_name = _("speech")
        verbose_name_plural = _("speeches")

    @property
    def text_status(self) -> str:
        """The genre of a speech, by its own name."""
        return self.genre

    @property
    def said_on(self) -> date:
        return self.delivered_on or self.dated_on

    def gather(self) -> None:
        super().gather()
        if self.pk:
            names = Speaker.objects.filter(edition_id=self.pk).order_by("position", "pk")
            self.byline = ", ".join(names.values_list("name", flat=True))[:500]

    def missing(self) -> list[str]:
        sentences = super().missing()
        if not Speaker.objects.filter(edition_id=self.pk).exists():
            sentences.append(str(_("It has no speaker.")))
        if self.genre in ("delivered", "transcript") and not self.delivered_on:
            sentences.append(str(_("It says that it was delivered, and not when.")))
        return sentences


class Speaker(Part):
    """Who spoke: name and post as they stood then, copied, with a link to the person they were copied from."""

    NAMES_A_PERSON = True

    person = models.ForeignKey("cms.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=150, blank=True)
    post = models.CharField(
        _("post"),
        max_length=200,
        blank=True,
        help_text=_("Empty: the post held on the day, from the list of people."),
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["edition", "person"], name="speeches_speaker_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Of the person's page, under the name that stands here."""
        return self.person.address_as(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Fill in what was left empty from the person, as of the day of the speech."""
        self.name = self.name or self.person.name
        if not self.post:
            speech = self.edition.kind_edition
            self.post = self.person.post_on(getattr(speech, "delivered_on", None) or speech.dated_on)
        super().save(*args, **kwargs)

    def translate_to(self, edition: Edition) -> str:
        """The same person as the other language names them, in the post that they held on the day."""
        people = type(self.person)._default_manager
        same = people.filter(translation_group=self.person.translation_group, language=edition.language).first()
        if same is None:
            return self.name
        Speaker.objects.create(edition=edition, person=same, position=self.position)
        return ""
