"""Editions: one complete text of a publication, and the one place that says which of them the public sees."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, ClassVar, Self
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .. import kinds
from ..text.fields import BodyField
from ..text.sanitiser import clean
from ..text.slugs import slugify
from . import clock
from .as_of import AsOf, known_at
from .event import check_days
from .withdrawal import Withdrawal


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    APPROVED = "approved", _("approved")
    DISCARDED = "discarded", _("discarded")


OPEN = (State.DRAFT, State.IN_REVIEW)


class Change(models.TextChoices):
    """What sort of change an edition is to the text that readers had before it."""

    CORRECTION = "correction", _("correction")
    UPDATE = "update", _("update")
    CLARIFICATION = "clarification", _("clarification")
    SLIP = "slip", _("typing slip")
    TRANSLATION = "translation", _("translation brought up to date")


LONG = ("body", "media")  # columns that lists leave in the database
# Columns and parts that came after editions had been sealed.
ADDED_LATER = frozenset("media lead parts.picture parts.attachedfile parts.recording change translated_from".split())


def taken_down(at: datetime) -> models.QuerySet[Withdrawal]:
    """Withdrawals up to an instant that ended the edition of an outer query, the newest first.

    For a past instant that is looked at from a later one (`AsOf`), up to the later one: what was taken down does not
    come back by looking at a day when it still stood.
    """
    of_it = Withdrawal.objects.filter(publication=OuterRef("publication"), from_at__gte=OuterRef("live_from"))
    return of_it.filter(from_at__lte=known_at(at)).exclude(mode=Withdrawal.Mode.NOTICE).order_by("-from_at", "-pk")


def _has_a_life() -> Q:
    """Approved and not superseded before it ever went live (then live_until equals live_from)."""
    return Q(state=State.APPROVED) & (Q(live_until__isnull=True) | Q(live_until__gt=F("live_from")))


def _ids(ids: Iterable[int]) -> Any:
    """As the right side of `__in`: a query stays one, and is not run by itself."""
    return ids if isinstance(ids, models.QuerySet) else list(ids)


class EditionQuerySet(models.QuerySet["Edition"]):
    """Reads as adjectives and chains: `.live(at).listed().in_sections(ids).newest_first()`."""

    def live(self, at: datetime | None = None) -> Self:
        """What the public sees at an instant (default: now); of a past one (`AsOf`), what was not taken down since."""
        at = at or clock.now()
        there = Q(live_until__isnull=True) | Q(live_until__gt=at)
        found = self.filter(there, state=State.APPROVED, live_from__lte=at)
        return found.exclude(Exists(taken_down(at))) if known_at(at) > at else found

    def taken_down_since(self, at: AsOf) -> Self:
        """What was live at a past instant and is not shown there, because it was taken down afterwards."""
        then = datetime.combine(at.date(), at.timetz())
        since = Withdrawal.objects.filter(from_at__gt=at, from_at__lte=at.seen_from)
        gone = since.exclude(mode=Withdrawal.Mode.NOTICE).values("publication")
        return self.live(then).filter(Exists(taken_down(at)), publication__in=gone)

    def been_live(self, at: datetime | None = None) -> Self:
        """What the public could have read at some time up to an instant: live editions and those they replaced."""
        return self.filter(_has_a_life(), live_from__lte=at or clock.now())

    def readable(self, at: datetime) -> Self:
        """What the public may read at an instant, at its own address: all that has been live and was not taken down.

        What was taken down stays down with all before it, when a better text is published at its address.
        """
        return self.been_live(at).exclude(Exists(taken_down(at)))

    def changes(self, kinds_of_change: Iterable[str]) -> Self:
        """Those that changed what readers had before, of some kinds of `Change`: never a text's first edition."""
        return self.filter(change__in=list(kinds_of_change)).exclude(live_from=F("published_at"))

    def begun_within(self, first: datetime, end: datetime) -> Self:
        """Live since an instant, or a later one before `end`."""
        return self.filter(live_from__gte=first, live_from__lt=end)

    def begun_before(self, moment: datetime, code: str) -> Self:
        """Live since before an instant; of those of that very instant, those whose codes come before one."""
        earlier = Q(live_from__lt=moment) | Q(live_from=moment, publication__code__lt=code)
        return self.filter(earlier, live_from__lte=moment)

    def scheduled(self, at: datetime | None = None) -> Self:
        """Approved, and not live before a later instant."""
        return self.filter(_has_a_life(), live_from__gt=at or clock.now())

    def begun_since(self, moment: datetime) -> Self:
        """Those that went live later than a moment."""
        return self.filter(live_from__gt=moment)

    def ended(self, at: datetime) -> Self:
        """Those whose life was over at an instant, superseded or taken down: the last to end first."""
        return self.filter(live_until__lte=at).order_by("-live_until", "-pk")

    def in_language(self, language: str) -> Self:
        return self.filter(language=language)

    def listed(self) -> Self:
        """Of the kinds that stand in lists."""
        return self.filter(kind__in=kinds.listed())

    def in_sections(self, ids: list[int]) -> Self:
        return self.filter(section__in=ids)

    def by_people(self, ids: Iterable[int]) -> Self:
        """With one of these people among those they name: a speech's speakers."""
        named = Q(pk__in=[])
        for model in part_models():
            if model.NAMES_A_PERSON:
                rows: Any = model._default_manager
                named |= Q(pk__in=rows.filter(person__in=_ids(ids)).values("edition"))
        return self.filter(named)

    def of_events(self, ids: Iterable[int]) -> Self:
        return self.filter(event__in=_ids(ids))

    def announcing(self) -> Self:
        """Texts that say that something will take place."""
        return self._of_genres(kinds.announcing())

    def reporting(self) -> Self:
        """Texts that tell of what has taken place."""
        return self._of_genres(kinds.reporting())

    def _of_genres(self, pairs: list[tuple[str, str]]) -> Self:
        of_them = Q(pk__in=[])
        for kind, genre in pairs:
            of_them |= Q(kind=kind, genre=genre)
        return self.filter(of_them)

    def dated_within(self, first: date, last: date) -> Self:
        """Dated on a day between two days, both included."""
        return self.filter(dated_on__gte=first, dated_on__lte=last)

    def newest_first(self) -> Self:
        """The order of every public list: by date, then by the time it was first published."""
        return self.order_by("-dated_on", "-published_at", "-publication")

    def begun_after(self, at: datetime | None = None, code: str | None = "") -> Self:
        """Those that went live after an instant, in the order of that and of their codes; all, without one.

        code: those at the very instant count as well, where their code is a later one; None: they do not.
        """
        found = self.order_by("live_from", "publication__code")
        if at is None:
            return found
        behind = Q(live_from__gt=at)
        if code is not None:
            behind |= Q(publication__code__gt=code)
        return found.filter(behind, live_from__gte=at)

    def before_in_list(self, edition: Edition) -> Self:
        """Those that stand above an edition in `newest_first` order."""
        return self.filter(
            Q(dated_on__gt=edition.dated_on)
            | Q(dated_on=edition.dated_on, published_at__gt=edition.published_at)
            | Q(
                dated_on=edition.dated_on,
                published_at=edition.published_at,
                publication__gt=edition.publication_id,
            )
        )

    def with_frame(self) -> Self:
        """With what an address is made of, in the same query."""
        return self.select_related("publication", "section")

    def with_kind(self) -> Self:
        """With the columns of every kind, so that `kind_edition` costs no query."""
        return self.select_related(*kinds.child_names())

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def newest(self) -> Self:
        """One edition a publication: the newest that was not discarded, or the first where all were."""
        mine = Edition.objects.filter(publication=OuterRef("publication"))
        kept = mine.exclude(state=State.DISCARDED)
        return self.filter(
            (~Q(state=State.DISCARDED) & ~Exists(kept.filter(number__gt=OuterRef("number"))))
            | (Q(state=State.DISCARDED, number=1) & ~Exists(kept))
        )


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
            models.Index(fields=["submitted_at"], condition=Q(state="in_review"), name="cms_edition_waiting"),
            models.Index(fields=["created_by", "-edited_at"], condition=Q(state="draft"), name="cms_edition_drafts"),
            models.Index(fields=["live_from"], condition=Q(state="approved"), name="cms_edition_begins"),
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
    def change_in_words(self) -> str:
        """What sort of change it is, as a list of editions says it; "" where that was not asked for yet."""
        if self.live_from is not None and self.live_from == self.published_at:
            # Translators: what the first edition of a text is.
            return str(_("translation")) if self.translated_from_id else str(_("first publication"))
        return str(self.get_change_display() or "")

    def predecessor(self) -> Edition | None:
        """The newest edition before this one that readers have had, or will have before it. One query."""
        before = Edition.objects.filter(_has_a_life(), publication=self.publication_id, number__lt=self.number)
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

    def _reverse(self, name: str, *more: object) -> str:
        with translation.override(self.language):
            return reverse(name, args=[self.section.path, f"{self.slug}-{self.publication.code}", *more])

    # --- Content

    @classmethod
    def content_fields(cls) -> list[models.Field[Any, Any]]:
        """The columns that are content: all but those named as life or notes, so that a new one is content."""
        return [f for f in cls._meta.concrete_fields if f.name not in cls.NOT_CONTENT]

    def parts(self) -> Iterator[tuple[str, models.QuerySet[Part]]]:
        """Everything ordered that belongs to it: related items, speakers …, by name."""
        for model in part_models():
            yield (
                model.__name__.lower(),
                model._default_manager.filter(edition_id=self.pk).order_by("position", "pk"),
            )

    def content(self) -> dict[str, Any]:
        """All that the public gets of this edition, by name. Reads its parts from the database."""
        own = self.kind_edition
        values = {f.name: f.value_from_object(own) for f in own.content_fields()}
        values["code"], values["number"] = self.publication.code, self.number
        for name, rows in self.parts():
            values[f"parts.{name}"] = [row.content() for row in rows]
        # What editions could not hold when the first were sealed counts where they hold it: their digests stand.
        return {name: value for name, value in values.items() if value or name not in ADDED_LATER}

    def compute_digest(self) -> str:
        """SHA-256 (hex) of the content as canonical JSON: keys sorted, no spaces, UTF-8."""
        text = json.dumps(
            self.content(), cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
        return hashlib.sha256(text.encode()).hexdigest()

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


class Part(models.Model):
    """A row that belongs to an edition and is content: frozen with it, copied into the next one."""

    NAMES_A_PERSON: ClassVar[bool] = False  # whether its `person` is somebody whose page lists the edition

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="%(class)s_rows")
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True

    def content(self) -> dict[str, Any]:
        """Its columns by name, without those that only tie it to its edition."""
        return {
            f.name: f.value_from_object(self) for f in self._meta.concrete_fields if f.name not in ("id", "edition")
        }

    @classmethod
    def gather(cls, edition: Edition, media: dict[str, Any]) -> None:
        """Copy into a draft, or into its `media`, what its page shows of these rows. Nothing, unless a part says so."""

    @classmethod
    def missing(cls, edition: Edition) -> list[Any]:
        """What an edition's rows of this sort still need before they can be public, in sentences."""
        return []

    def copy_to(self, edition: Edition) -> None:
        """The same row for another edition."""
        values = {f.attname: getattr(self, f.attname) for f in self._meta.concrete_fields if not f.primary_key}
        # Not by save(): a copy says what the original says, and nothing of what would be filled in today.
        type(self)._default_manager.bulk_create([type(self)(**{**values, "edition_id": edition.pk})])


def part_models() -> list[type[Part]]:
    return sorted(Part.__subclasses__(), key=lambda model: model.__name__)


class Related(Part):
    """An item recommended at the end of the article, with its title as it was when it was picked."""

    publication = models.ForeignKey(
        "cms.Publication", on_delete=models.PROTECT, related_name="+", verbose_name=_("item")
    )
    title = models.CharField(_("title"), max_length=250, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("related item")
        verbose_name_plural = _("related items")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "publication"], name="cms_related_once"),
        ]

    def __str__(self) -> str:
        return self.title
