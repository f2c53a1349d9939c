"""What an edition shows of the library, in the form it is written in: lead picture, gallery, documents; recordings too.

A row names an entry of the library and has words of its own. Its file stays the one that the edition has shown, until
somebody takes the newer one (cms/models/shown.py). What such rows have in common is in `media_rows`.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..models import AttachedFile, Picture, Recording, words_for
from ..models.event import FIRST_DAY, LAST_DAY
from ..models.image import WORDS
from . import shown, writing
from .media_rows import MediaForm, MediaFormSet, ShownForm, ShownFormSet, WordsForm
from .parts import PartInline
from .picking import LibraryField
from .shelves import thumbnail

NOT_NAMED = {"required": _("Name an entry of the library, or take this row out.")}


# --- Pictures


class PictureForm(ShownForm):
    entry_name = "image"
    folded = ("taken_on", "place", "people", "terms")

    image = LibraryField(label=_("Number or code in the library"), error_messages=NOT_NAMED)

    class Meta:
        model = Picture
        fields = ("image", *WORDS, "position")
        widgets = {  # noqa: RUF012
            "caption": forms.Textarea(attrs={"rows": 2}),
            "taken_on": writing.DateInput,
        }

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language

    def clean_taken_on(self) -> Any:
        day = self.cleaned_data["taken_on"]
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(_("Choose a day between 1900 and 2100."))
        return day

    def clean(self) -> Any:
        cleaned = super().clean()
        said, image = self.cleaned_data, self.cleaned_data.get("image")
        if said.get("decorative") and said.get("alt"):
            self.add_error("alt", _("A decorative picture has no alternative text. Choose one of the two."))
        if image is not None and image.pk not in self.before and not any(said.get(name) for name in WORDS):
            said.update(words_for(image, self.language))  # chosen by its number, without a script that fills them in
        return cleaned

    @property
    def thumb(self) -> str:
        return thumbnail(self.kept) if self.kept else ""


class PictureFormSet(ShownFormSet):
    """The pictures of one role; those of the others are left alone."""

    role: ClassVar[Picture.Role]

    @classmethod
    def get_default_prefix(cls) -> str:
        return str(cls.role.value)

    def rows_of(self, edition: Any) -> Any:
        return super().rows_of(edition).filter(role=self.role)

    def read(self, edition: Any) -> list[Any]:
        return [row for row in super().read(edition) if row.role == self.role]

    def kept_rows(self) -> list[Any]:
        """Of every role: one picture looks the same wherever the edition shows it."""
        return [*self._of_other_roles, *self.stored]

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "language": self.instance.language}

    @cached_property
    def _of_other_roles(self) -> list[Picture]:
        rows: list[Picture] = shown.at_hand(self.instance, Picture) if self.instance.pk else []
        return [row for row in rows if row.role != self.role]

    def store(self, rows: list[Any]) -> None:
        for row in rows:
            row.role = self.role
        super().store(rows)


class LeadFormSet(PictureFormSet):
    role = Picture.Role.LEAD
    most = 1


class GalleryFormSet(PictureFormSet):
    role = Picture.Role.GALLERY


class MediaInline(PartInline):
    template = "admin/edition/_media.html"
    place = "below text"
    chooses = ""  # what the picker is opened for: "image", "attachment"; nothing where a row is written by hand
    unique_on = ""
    add: Any = ""  # what the button says

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return db_field.formfield(**kwargs)


class LeadInline(MediaInline):
    model = Picture
    form = PictureForm
    formset = LeadFormSet
    fields = PictureForm.Meta.fields
    unique_on = "image"
    chooses = "image"
    verbose_name = _("picture")
    verbose_name_plural = _("lead picture")
    add = _("Choose a lead picture …")


class GalleryInline(MediaInline):
    model = Picture
    form = PictureForm
    formset = GalleryFormSet
    fields = PictureForm.Meta.fields
    unique_on = "image"
    chooses = "image"
    verbose_name = _("picture")
    verbose_name_plural = _("gallery")
    add = _("Choose pictures for the gallery …")


# --- Documents


class FileForm(ShownForm):
    entry_name = "attachment"

    attachment = LibraryField(label=_("Number or code in the library"), error_messages=NOT_NAMED)

    class Meta:
        model = AttachedFile
        fields = ("attachment", "title", "position")

    @property
    def facts(self) -> str:
        kept = self.kept
        if not kept:
            return ""
        file = kept.file
        return shown.facts_of(file.extension, file.size, file.pages, kept.language)

    @property
    def is_settled(self) -> bool:
        return not self.kept or self.kept.file.is_settled

    @property
    def is_mended(self) -> bool:
        """Whether the library has a settled file where the edition still has one that is not."""
        return isinstance(self.kept, AttachedFile) and self.kept.is_mended


class FileFormSet(ShownFormSet):
    most = 30


class FileInline(MediaInline):
    model = AttachedFile
    form = FileForm
    formset = FileFormSet
    fields = FileForm.Meta.fields
    unique_on = "attachment"
    chooses = "attachment"
    add = _("Choose documents …")


# --- Recordings


class RecordingForm(WordsForm):
    says_nothing = MediaForm.says_nothing | {"medium"}

    url = forms.URLField(label=_("address"), max_length=500, assume_scheme="https")
    minutes = forms.IntegerField(label=_("minutes"), required=False, min_value=0, max_value=10_000)
    seconds = forms.IntegerField(label=_("seconds"), required=False, min_value=0, max_value=59)

    class Meta:
        model = Recording
        fields = ("url", "title", "medium", "minutes", "seconds", "language", "captioned", "position")


class RecordingFormSet(MediaFormSet):
    most = 20

    def read(self, edition: Any) -> list[Any]:
        return shown.at_hand(edition, Recording)


class RecordingInline(MediaInline):
    model = Recording
    form = RecordingForm
    formset = RecordingFormSet
    fields = RecordingForm.Meta.fields
    unique_on = "url"
    add = _("Add a recording")


MEDIA_INLINES = (LeadInline, GalleryInline, FileInline, RecordingInline)
