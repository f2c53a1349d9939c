"""An edition: one complete text of a publication, what it consists of and what it still needs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .. import kinds
from ..text.fields import BodyField
from ..text.sanitiser import clean
from ..text.slugs import slugify
from .editions import Change, EditionQuerySet, State, has_a_life
from .event import check_days
from .part import Part, part_models
from .paths import path_to

# Columns and parts that came after editions had been sealed.
ADDED_LATER = frozenset("media lead parts.picture parts.attachedfile parts.recording change translated_from".split())


def as_sealed(values: dict[str, Any]) -> dict[str, Any]:
    """Content by name without what editions could not hold when the first were sealed, where it is empty: their
    digests stand."""
    return {name: value for name, value in values.items() if value or name not in ADDED_LATER}


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 (hex) of content (`Edition.content`) as canonical JSON: keys sorted, no spaces, UTF-8."""
    text = json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Edition(models.Model):
    """One text of a publication. Only a draft can be edited; the database refuses to change an approved one.

    Columns that are not named in NOT_CONTENT are content: what the public gets, and part of the digest.
    """

    KIND: ClassVar[str] = ""
    LISTED: ClassVar[bool] = True
    NAME: ClassVar[Any] = ""
    GENRES: ClassVar[dict[str, kinds.Genre]] = {}
    GENRE_LABEL: ClassVar[Any] = _("genre")  # what the genre is called where one is chosen

    publication = models.ForeignKey(
        "cms.Publication", on_delete=models.PROTECT, related_name="editions", editable=False
    )
    number = models.PositiveIntegerField(_("edition"), editable=False)
    # What the publication says, here too, so that lists need no join to filter by it.
    kind = models.CharField(max_length=20, editable=False)
    language = models.CharField(max_length=10, editable=False)

    # --- Content
    title = models.CharField(_("title"), max_length=250)
    slug = models.CharField(max_length=60, editable=False)
    summary = models.TextField(
        _("summary"),
        max_length=600,
        blank=True,
        help_text=_("One or two sentences for lists; they open the page as its lead."),
    )
    body = BodyField(_("text"), blank=True)
    section = models.ForeignKey("cms.Section", on_delete=models.PROTECT, verbose_name=_("section"))
    genre = models.CharField(_("genre"), max_length=20, blank=True)
    dated_on = models.DateField(
        _("date"), default=timezone.localdate, help_text=_("The day it is listed and filed under.")
    )
    place = models.CharField(_("place"), max_length=150, blank=True)
    byline = models.CharField(max_length=500, blank=True, editable=False)  # names shown in lists
    event = models.ForeignKey(
        "cms.Event",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("event"),
    )
    event_title = models.CharField(max_length=200, blank=True, editable=False)
    time_zone = models.CharField(
        _("time zone"),
        max_length=50,
        default="",
        blank=True,
        help_text=_("Of the place, for the times on the page: Asia/Bishkek. Empty: the press office's own."),
    )
    # Copies of its pictures, files and recordings as its page and the lists need them (cms/models/shown.py), so that
    # neither asks for more rows.
    media = models.JSONField(null=True, editable=False)
    lead = models.JSONField(null=True, editable=False)
    # These two may be NULL, and the second has no constraint in the database, so that SQLite adds and drops them
    # without building the table anew, under triggers of tables that refer to it.
    change = models.CharField(  # noqa: DJ001
        _("kind of change"),
        max_length=14,
        choices=Change.choices,
        null=True,
        blank=True,
        help_text=_("From the second published edition on: what sort of change this is."),
    )
    # The very edition of the original that this text was translated from. Editions that were approved are never gone.
    translated_from = models.ForeignKey(
        "self",
        verbose_name=_("follows edition"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        editable=False,
        related_name="translated_rows",
    )
    public_note = models.CharField(
        _("public note"),
        max_length=300,
        blank=True,
        help_text=_("What readers are told about this edition: “Corrected: the date in paragraph 3”."),
    )

    # --- Life
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT, editable=False)
    live_from = models.DateTimeField(null=True, editable=False)
    live_until = models.DateTimeField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)  # when the first edition went or goes live
    digest = models.CharField(max_length=64, blank=True, editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)

    # --- The desk's notes. People are named by id without a constraint: accounts go, editions stay.
    version = models.PositiveIntegerField(default=1, editable=False)  # one more with every save
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("author"),
    )
    edited_at = models.DateTimeField(_("last edited"), editable=False)
    edited_by_in_words = models.CharField(_("last editor"), max_length=200, blank=True, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    returned_with = models.TextField(blank=True, editable=False)  # the reviewer's reason, until it is sent again

    NOT_CONTENT: ClassVar[frozenset[str]] = frozenset(
        "id publication number edition_ptr state live_from live_until published_at digest approved_at version "
        "created_at created_by edited_at edited_by_in_words submitted_at returned_with".split()
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        default_permissions = ()
        permissions = [
            ("read_editions", "Can read everything in the press office"),
            ("write_editions", "Can write, save, submit, take back and discard"),
            ("approve_editions", "Can approve, return, unschedule and withdraw"),
            ("force_editions", "Can publish alone, with a reason"),
            ("edit_source", "Can edit the HTML source"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["publication", "number"], name="cms_edition_number_once"),
            models.UniqueConstraint(
                fields=["publication"],
                condition=Q(state__in=["draft", "in_review"]),
                name="cms_edition_one_open",
            ),
            models.CheckConstraint(
                condition=Q(live_until__isnull=True) | Q(live_until__gte=F("live_from")),
                name="cms_edition_life_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="approved",
                    live_from__isnull=False,
                    published_at__isnull=False,
                    approved_at__isnull=False,
                )
                & ~Q(digest="")
                | ~Q(state="approved") & Q(live_from__isnull=True, live_until__isnull=True, digest=""),
                name="cms_edition_approved_is_sealed_and_alive",
            ),
            models.CheckConstraint(
                condition=Q(dated_on__gte=date(1900, 1, 1), dated_on__lte=date(2100, 12, 31)),
                name="cms_edition_dated_in_our_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_review", "approved", "discarded"]),
                name="cms_edition_known_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["language", "-dated_on", "-published_at", "-publication"],
                condition=Q(state="approved"),
                name="cms_edition_list",
            ),
            models.Index(
                fields=["section", "-dated_on", "-published_at", "-publication"],
                condition=Q(state="approved"),
                name="cms_edition_section_list",
            ),
            models.Index(
                fields=["event"],
                condition=Q(state="approved", event__isnull=False),
                name="cms_edition_of_event",
            ),
            models.Index(
                fields=["language", "place", "-dated_on"],
                condition=Q(state="approved") & ~Q(place=""),
                name="cms_edition_at_place",
            ),
            models.Index(
                fields=["translated_from"],
                condition=Q(translated_from__isnull=False),
                name="cms_edition_translated",
            ),
            models.Index(
                fields=["live_until"],
                condition=Q(state="approved", live_until__isnull=False),
                name="cms_edition_ends",
            ),
            models.Index(
                fields=["language", "-live_from"],
                condition=Q(state="approved", change__isnull=False),
                name="cms_edition_changed",
            ),
            models.Index(fields=["kind", "-edited_at", "-id"], name="cms_edition_changelist"),
            models.Index(fields=["kind", "dated_on"], name="cms_edition_dates"),
            models.Index(fields=["kind", "genre", "-edited_at", "-id"], name="cms_edition_of_genre"),
            models.Index(fields=["section", "kind", "-edited_at", "-id"], name="cms_edition_in_section"),
            models.Index(
                fields=["kind", "-edited_at", "-id"], condition=~Q(state="approved"), name="cms_edition_not_approved"
            ),
            models.Index(fields=["submitted_at"], condition=Q(state="in_review"), name="cms_edition_waiting"),
            models.Index(fields=["created_by", "-edited_at"], condition=Q(state="draft"), name="cms_edition_drafts"),
            models.Index(fields=["live_from"], condition=Q(state="approved"), name="cms_edition_begins"),
            # What the list of superseded ones reads, and nothing but these two.
            models.Index(
                fields=["kind", "publication", "number", "live_until"],
                condition=Q(state="approved", live_until__isnull=False),
                name="cms_edition_ended",
            ),
            models.Index(
                fields=["publication", "number"],
                condition=Q(number__gt=1) & ~Q(state="discarded"),
                name="cms_edition_later",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    # --- What it is

    @property
    def kind_model(self) -> type[Edition]:
        return kinds.model_of(self.kind)

    @property
    def kind_edition(self) -> Edition:
        """This edition with the columns of its kind. One query, none after `with_kind()`."""
        if type(self) is self.kind_model:
            return self
        child: Edition = getattr(self, self.kind_model._meta.model_name or "")
        return child

    @property
    def genre_words(self) -> kinds.Genre | None:
        return self.kind_model.GENRES.get(self.genre)

    @property
    def label(self) -> Any:
        """What a list calls it: its genre, else its kind."""
        genre = self.genre_words
        return self.kind_model.NAME if genre is None or not self.kind_model.LABEL_IS_GENRE else genre.label

    LABEL_IS_GENRE: ClassVar[bool] = True
    IN_FULL: ClassVar[frozenset[str]] = frozenset()  # genres whose very words are wanted: feeds carry the whole text

    @property
    def happening(self) -> kinds.Happening | None:
        """What it announces, with its day. Of the edition of its kind."""
        return None

    @property
    def plural_label(self) -> Any:
        """What heads several like it."""
        genre = self.genre_words if self.kind_model.LABEL_IS_GENRE else None
        return (genre and genre.plural) or capfirst(str(self.kind_model._meta.verbose_name_plural))

    @property
    def happens_on(self) -> date | None:
        """The day on which what it announces takes place, where it says so."""
        happening = self.happening
        return happening.day if happening else None

    @property
    def said_on(self) -> date:
        """The day that it is cited with: its date, where a kind knows none better. Of the edition of its kind."""
        return self.dated_on

    @property
    def change_in_words(self) -> str:
        """What sort of change it is, as a list of editions says it; "" where that was not asked for yet."""
        if self.live_from is not None and self.live_from == self.published_at:
            # Translators: what the first edition of a text is.
            return str(_("translation")) if self.translated_from_id else str(_("first publication"))
        return str(self.get_change_display() or "")

    def predecessor(self) -> Edition | None:
        """The newest edition before this one that readers have had, or will have before it. One query."""
        if self.number == 1:
            return None
        before = Edition.objects.filter(has_a_life(), publication=self.publication_id, number__lt=self.number)
        return before.order_by("-number").first()

    # --- Addresses

    def get_absolute_url(self) -> str:
        """The canonical address of the publication as this edition names it."""
        if self.kind == "page":
            return self.section.get_absolute_url()
        return self._reverse("public:item")

    def get_edition_url(self) -> str:
        return self._reverse("public:edition", self.number)

    def get_calendar_url(self) -> str:
        """Of what it announces, for calendars."""
        return self._reverse("public:calendar")

    def get_changes_url(self, older: int) -> str:
        return self._reverse("public:changes", older, self.number)

    def get_compare_url(self) -> str:
        return self._reverse("public:compare")

    def get_beside_url(self, language: str) -> str:
        """Of its text beside that in another language."""
        return self._reverse("public:beside", language)

    def _reverse(self, name: str, *more: object) -> str:
        return path_to(name, self.section.path, f"{self.slug}-{self.publication.code}", *more, language=self.language)

    # --- Content

    @classmethod
    def content_fields(cls) -> list[models.Field[Any, Any]]:
        """The columns that are content: all but those named as life or notes, so that a new one is content."""
        return [f for f in cls._meta.concrete_fields if f.name not in cls.NOT_CONTENT]

    def parts(self) -> Iterator[tuple[str, models.QuerySet[Part]]]:
        """Everything ordered that belongs to it: related items, speakers …, by name."""
        for model in part_models():
            yield model.__name__.lower(), model.rows_of(self.pk)

    def content(self) -> dict[str, Any]:
        """All that the public gets of this edition, by name. Reads its parts from the database."""
        own = self.kind_edition
        values = {f.name: f.value_from_object(own) for f in own.content_fields()}
        values["code"], values["number"] = self.publication.code, self.number
        for name, rows in self.parts():
            values[f"parts.{name}"] = [row.content() for row in rows]
        return as_sealed(values)

    def compute_digest(self) -> str:
        """SHA-256 (hex) of the content as canonical JSON: keys sorted, no spaces, UTF-8."""
        return digest_of(self.content())

    def gather(self) -> None:
        """Copy into this row what it shows of others (the event's title, its media; a kind adds its own)."""
        self.event_title = self.event.title if self.event else ""
        if self.pk:
            media: dict[str, Any] = {}
            for part in part_models():
                part.gather(self, media)
            self.media = media or None

    def missing(self) -> list[str]:
        """What it still needs before somebody can be asked to approve it, in sentences."""
        sentences = []
        if not self.title.strip():
            sentences.append(_("It has no title."))
        if not self.body.strip():
            sentences.append(_("It has no text."))
        if self.LISTED and not self.summary.strip():
            sentences.append(_("It has no summary: lists would show the headline alone."))
        if self.GENRES and self.genre not in self.GENRES:
            sentences.append(_("It does not say what sort of text it is."))
        if not self.change and self.predecessor() is not None:
            sentences.append(_("It does not say what kind of change it is: a correction, an update, a typing slip …"))
        for part in part_models():
            sentences += part.missing(self)
        return [str(sentence) for sentence in sentences]

    def clean(self) -> None:
        super().clean()
        self.title = " ".join(self.title.split())
        check_days(self)
        if self.time_zone and self.time_zone not in available_timezones():
            raise ValidationError({"time_zone": _("Write the zone as in Asia/Bishkek.")})
        if self.section_id and self.language and self.section.language != self.language:
            raise ValidationError({"section": _("This section belongs to another language.")})
        if self.event and self.language and self.event.language != self.language:
            raise ValidationError({"event": _("This event is named in another language.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it. A draft's text is cleaned here whatever way it came; an edition that is not one stays as it is."""
        if self.state == State.DRAFT:
            self.slug = slugify(self.title, self.language)
            self.body = clean(self.body).html
            self.gather()
        super().save(*args, **kwargs)

    # --- Its life, at an instant

    def is_live(self, at: datetime) -> bool:
        return (
            self.state == State.APPROVED
            and self.live_from is not None
            and self.live_from <= at
            and (self.live_until is None or at < self.live_until)
        )

    def is_scheduled(self, at: datetime) -> bool:
        return self.state == State.APPROVED and self.has_a_life and self.live_from is not None and self.live_from > at

    @property
    def has_a_life(self) -> bool:
        return self.live_until is None or self.live_from is None or self.live_until > self.live_from
