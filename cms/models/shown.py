"""Pictures, files and recordings of an edition: copies of what it shows, sealed with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..text.figures import Reference, references
from .edition import Edition
from .image import WORDS, WORDS_OF_ANY_LANGUAGE, Attachment, Image
from .part import Part
from .stored_file import StoredFile


class ShownQuerySet(models.QuerySet[Any]):
    def readable(self, at: datetime) -> Self:
        """Of editions that the public may read at an instant."""
        return self.filter(edition__in=Edition.objects.readable(at))


HELD = "_rows_at_hand"  # of an edition in memory: its stored rows by sort, where a page has read them


def _stored(part: Any, edition: Edition) -> list[Any]:
    held: dict[Any, list[Any]] = edition.__dict__.get(HELD, {})
    return held[part] if part in held else list(part.of(edition))


class Picture(Part):
    """A picture of an edition with the words it has there. Once chosen it keeps its file until a newer one is taken."""

    class Role(models.TextChoices):
        LEAD = "lead", _("lead picture")
        GALLERY = "gallery", _("gallery")
        BODY = "body", _("in the text")

    role = models.CharField(max_length=8, choices=Role.choices)
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+", verbose_name=_("picture"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", editable=False)
    code = models.CharField(max_length=12, editable=False)  # of the image: the picture's page
    sha256 = models.CharField(max_length=64, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    focal_x = models.PositiveSmallIntegerField(default=50, editable=False)
    focal_y = models.PositiveSmallIntegerField(default=50, editable=False)
    alt = models.CharField(_("alternative text"), max_length=300, blank=True)
    decorative = models.BooleanField(_("decorative"), default=False)
    caption = models.TextField(_("caption"), max_length=600, blank=True)
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    taken_on = models.DateField(_("date"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=150, blank=True)
    people = models.CharField(_("people shown"), max_length=500, blank=True)
    terms = models.CharField(_("usage terms"), max_length=300, blank=True)

    objects = ShownQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "role", "image"], name="cms_picture_once_in_a_role"),
            models.UniqueConstraint(fields=["edition"], condition=Q(role="lead"), name="cms_picture_one_lead"),
            models.CheckConstraint(condition=Q(role__in=["lead", "gallery", "body"]), name="cms_picture_known_role"),
        ]

    def __str__(self) -> str:
        return self.alt or self.caption or self.code

    @classmethod
    def of(cls, edition: Edition) -> models.QuerySet[Picture]:
        """Those of an edition in their order, with what is looked at beside them."""
        rows = cls.objects.filter(edition=edition.pk).select_related("file", "image__file")
        return rows.order_by("position", "pk")

    @classmethod
    def gather(cls, edition: Edition, media: dict[str, Any]) -> None:
        cls._settle_those_of_the_text(edition)
        rows = list(cls.of(edition))
        edition.lead = next((row.as_lead() for row in rows if row.role == cls.Role.LEAD), None)
        if rows:
            media["pictures"] = [row.shown() for row in rows]

    @classmethod
    def _settle_those_of_the_text(cls, edition: Edition) -> None:
        """Make the rows of the pictures in the text those that the text refers to, in its order."""
        stored = {row.image_id: row for row in cls.of(edition).filter(role=cls.Role.BODY)}
        wanted: dict[int, Reference] = {}
        for reference in references(edition.body):
            wanted.setdefault(reference.image, reference)
        images = Image.objects.select_related("file").in_bulk(wanted.keys() - stored.keys())
        cls.objects.filter(pk__in=[row.pk for number, row in stored.items() if number not in wanted]).delete()
        for position, (number, reference) in enumerate(wanted.items()):
            row = stored.get(number)
            if row is None and number in images:
                row = cls(edition_id=edition.pk, role=cls.Role.BODY, **words_for(images[number], edition.language))
                row.take(images[number])
            if row is not None:
                row._say(reference, position)

    def _say(self, reference: Reference, position: int) -> None:
        """Store the words that a picture has in the text, where they are others than those stored."""
        words = {
            "position": position,
            "alt": reference.alt[:300],
            "caption": reference.caption[:600],
            "decorative": reference.decorative,
        }
        if self.pk and all(getattr(self, name) == value for name, value in words.items()):
            return
        for name, value in words.items():
            setattr(self, name, value)
        self.save()

    @classmethod
    def missing(cls, edition: Edition) -> list[Any]:
        rows = _stored(cls, edition)
        sentences: list[Any] = []
        for row in rows:
            if not row.alt.strip() and not row.decorative:
                told = _("A picture (%(where)s) has no alternative text: write one, or say that it is decorative.")
                sentences.append(told % {"where": row.get_role_display()})
        shown = {row.image_id for row in rows if row.role == cls.Role.BODY}
        if {reference.image for reference in references(edition.body)} - shown:
            sentences.append(_("The text shows a picture that is not in the library. Take it out, or choose another."))
        if [row.shown() for row in rows] != (edition.media or {}).get("pictures", []):
            sentences.append(_("Its pictures changed since it was saved. Save it again."))
        return sentences

    def translate_to(self, edition: Edition) -> str:
        """The picture as it stands here, in the words that it begins with in the other language (`words_for`).

        A credit stays where none is known in that language: it is owed. What a picture says in the text is copied
        with the text.
        """
        values = {f.attname: getattr(self, f.attname) for f in self._meta.concrete_fields if not f.primary_key}
        if self.role != self.Role.BODY:
            known = words_for(self.image, edition.language)
            spoken = {name: known.get(name, "") for name in WORDS if name not in WORDS_OF_ANY_LANGUAGE}
            values |= {**spoken, "credit": spoken["credit"] or self.credit}
        Picture.objects.create(**{**values, "edition_id": edition.pk})
        return ""

    def take(self, image: Image) -> None:
        """Take the file that the library has now, and where it is to be cut."""
        self.image, self.file, self.code = image, image.file, image.code
        self.sha256, self.width, self.height = image.file.sha256, image.file.width or 0, image.file.height or 0
        self.focal_x, self.focal_y = image.focal_x, image.focal_y

    def keep(self, before: Picture) -> None:
        """Keep the file that the edition has been showing."""
        for name in ("image", "file", "code", "sha256", "width", "height", "focal_x", "focal_y"):
            setattr(self, name, getattr(before, name))

    @property
    def is_behind(self) -> bool:
        """Whether the library has a newer file, or another focal point."""
        mine = (self.sha256, self.focal_x, self.focal_y)
        return mine != (self.image.file.sha256, self.image.focal_x, self.image.focal_y)

    def shown(self) -> dict[str, Any]:
        """What a page needs of it, as JSON holds it."""
        words = {name: getattr(self, name) for name in WORDS if getattr(self, name)}
        taken: date | None = words.pop("taken_on", None)
        return {
            **words,
            **({"taken_on": taken.isoformat()} if taken else {}),
            "role": self.role,
            "image": self.image_id,
            "code": self.code,
            "key": self.file.key,
            "width": self.width,
            "height": self.height,
            "focal": [self.focal_x, self.focal_y],
        }

    def as_lead(self) -> dict[str, Any]:
        """What a list needs of it."""
        names = ("key", "width", "height", "focal", "alt")
        return {name: value for name, value in self.shown().items() if name in names}


class AttachedFile(Part):
    """A document of an edition, as it was when it was attached."""

    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+", verbose_name=_("document"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    size = models.PositiveBigIntegerField(editable=False)
    media_type = models.CharField(max_length=100, editable=False)
    extension = models.CharField(max_length=8, editable=False)
    pages = models.PositiveIntegerField(null=True, editable=False)
    title = models.CharField(_("title"), max_length=250, blank=True, help_text=_("Empty: as in the library."))
    file_name = models.CharField(max_length=150, editable=False)
    language = models.CharField(max_length=10, editable=False)
    purpose = models.CharField(max_length=10, editable=False)
    note = models.CharField(max_length=300, blank=True, editable=False)

    OF_THE_LIBRARY = ("file_name", "language", "purpose", "note")  # words that are written there alone

    objects = ShownQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["edition", "attachment"], name="cms_attachedfile_once")]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def of(cls, edition: Edition) -> models.QuerySet[AttachedFile]:
        """Those of an edition in their order, with what is looked at beside them."""
        rows = cls.objects.filter(edition=edition.pk).select_related("file", "attachment__file")
        return rows.order_by("position", "pk")

    @classmethod
    def gather(cls, edition: Edition, media: dict[str, Any]) -> None:
        if rows := [row.shown() for row in cls.of(edition)]:
            media["files"] = rows

    @classmethod
    def missing(cls, edition: Edition) -> list[Any]:
        hidden = _("“%s” may hold more than is seen on its pages. Look at it in the library: clean it, or confirm it.")
        mended = _("“%s” was settled in the library, and this text still has the file from before. Take the newer one: "
                   "tick “Take them with this save”, save, and send it again.")  # fmt: skip
        rows = _stored(cls, edition)
        unsettled = [row for row in rows if not row.file.is_settled]
        sentences: list[Any] = [(mended if row.is_mended else hidden) % row.title for row in unsettled]
        if [row.shown() for row in rows] != (edition.media or {}).get("files", []):
            sentences.append(_("Its documents changed since it was saved. Save it again."))
        return sentences

    def take(self, attachment: Attachment) -> None:
        """Take the file and the words that the library has now."""
        file = attachment.file
        self.attachment, self.file, self.sha256, self.size = attachment, file, file.sha256, file.size
        self.media_type, self.extension, self.pages = file.media_type, file.extension, file.pages
        for name in self.OF_THE_LIBRARY:
            setattr(self, name, getattr(attachment, name))
        self.title = self.title or attachment.title

    def keep(self, before: AttachedFile) -> None:
        """Keep the file that the edition has been showing, and its words but for the title."""
        for field in self._meta.concrete_fields:
            if field.name not in ("id", "edition", "position", "title"):
                setattr(self, field.attname, getattr(before, field.attname))
        self.title = self.title or before.attachment.title

    @property
    def is_behind(self) -> bool:
        """Whether the library has a newer file, or says something else of it."""
        said = any(getattr(self, name) != getattr(self.attachment, name) for name in self.OF_THE_LIBRARY)
        return said or self.sha256 != self.attachment.file.sha256

    @property
    def is_mended(self) -> bool:
        """Whether the library has another file, in which nothing is hidden that nobody has looked at."""
        return self.sha256 != self.attachment.file.sha256 and self.attachment.file.is_settled

    def shown(self) -> dict[str, Any]:
        """What a page needs of it, as JSON holds it."""
        names = ("title", "file_name", "language", "purpose", "extension", "size", "pages", "note")
        return {"key": self.file.key, **{n: getattr(self, n) for n in names if getattr(self, n)}}


class Recording(Part):
    """A video or a sound recording that lies elsewhere: a link with what a reader wants to know before following it."""

    class Medium(models.TextChoices):
        VIDEO = "video", _("video")
        AUDIO = "audio", _("sound recording")

    medium = models.CharField(_("what it is"), max_length=8, choices=Medium.choices, default=Medium.VIDEO)
    url = models.URLField(_("address"), max_length=500, validators=[URLValidator(["http", "https"])])
    title = models.CharField(_("title"), max_length=250)
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    seconds = models.PositiveSmallIntegerField(_("seconds"), null=True, blank=True)
    language = models.CharField(_("language spoken"), max_length=50, blank=True)
    captioned = models.BooleanField(_("has captions"), default=False)

    class Meta:
        default_permissions = ()
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def of(cls, edition: Edition) -> models.QuerySet[Recording]:
        return cls.objects.filter(edition=edition.pk).order_by("position", "pk")

    @classmethod
    def gather(cls, edition: Edition, media: dict[str, Any]) -> None:
        if rows := [row.shown() for row in cls.of(edition)]:
            media["recordings"] = rows

    @classmethod
    def missing(cls, edition: Edition) -> list[Any]:
        if [row.shown() for row in _stored(cls, edition)] == (edition.media or {}).get("recordings", []):
            return []
        return [_("Its recordings changed since it was saved. Save it again.")]

    def shown(self) -> dict[str, Any]:
        """What a page needs of it, as JSON holds it."""
        names = ("medium", "url", "title", "minutes", "seconds", "language", "captioned")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


def words_for(image: Image, language: str) -> dict[str, Any]:
    """The words a picture begins with in an edition of a language: see `words_for_all`."""
    return words_for_all([image], language)[image.pk]


def words_for_all(images: Iterable[Image], language: str) -> dict[int, dict[str, Any]]:
    """For each picture, by its number, the words it begins with in an edition of a language: the library's where it
    speaks that language, else those of the newest edition in that language that shows it, else what reads the same in
    every language. One query, however many there are; none where the library speaks the language of all."""
    rows = list(images)
    foreign = [image.pk for image in rows if image.language != language]
    spoken = Picture.objects.filter(image__in=foreign, edition__language=language).exclude(alt="").order_by()
    newest = spoken.values("image").annotate(newest=models.Max("pk")).values("newest")
    before = {row.image_id: row for row in Picture.objects.filter(pk__in=newest)} if foreign else {}
    found = {}
    for image in rows:
        spoken_before = image.language == language or image.pk in before
        names = WORDS if spoken_before else WORDS_OF_ANY_LANGUAGE
        found[image.pk] = {name: getattr(before.get(image.pk, image), name) for name in names}
    return found


def files_used_by(edition: Edition) -> list[StoredFile]:
    """The contents that an edition shows or hands out."""
    numbers = [number for part in (Picture, AttachedFile) for number in part.of(edition).values_list("file", flat=True)]
    return list(StoredFile.objects.filter(pk__in=numbers))
