"""The words of the library's rows in forms: what is checked, and what happens when two people write at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from ..media.formats import safe_name
from ..models import Attachment, Image
from .writing import DateInput

IN_THE_ROWS_LANGUAGE = {"alt", "caption", "people", "place", "terms", "title", "note"}


class KeptForm(forms.ModelForm):
    """A row of the library. Posts the version it began from; `keep` stores what is valid as the next one.

    Where somebody else has stored another version meanwhile, every field that differs says what stands there now. The
    form then carries that version: who sends it again has seen both.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.named = str(self.instance)  # as it is stored, whatever is typed
        self.initial["version"] = self.instance.version
        for name in IN_THE_ROWS_LANGUAGE & self.fields.keys():
            self.fields[name].widget.attrs["lang"] = self.instance.language  # which dictionary the browser spells by
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3
        self._offer_languages()

    def _offer_languages(self) -> None:
        if "language" not in self.fields:
            return
        if len(settings.LANGUAGES) < 2:
            del self.fields["language"]
        else:
            self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]

    def clean(self) -> Any:
        cleaned = super().clean()
        if self.cleaned_data.get("version") != self.instance.version:
            self._tell_what_is_stored()
        return cleaned

    def _tell_what_is_stored(self) -> None:
        differing = [name for name in self.changed if name not in self.errors]
        if not differing:
            return
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("version")] = str(self.instance.version)
        self.data = data
        told = _("%s stored this meanwhile. Compare what is marked, then save again.")
        self.add_error(None, told % _who_changed(self.instance))
        for name in differing:
            stored = _in_words(self.fields[name], self.initial.get(name))
            self.add_error(name, _("Stored meanwhile: “%s”. Yours stands below.") % stored)

    @property
    def changed(self) -> list[str]:
        """Names of the fields that differ from what is stored."""
        return [name for name in self.changed_data if name != "version"]

    def keep(self) -> bool:
        """Store what was typed, if anything was; whether it was. The row should be locked."""
        if not self.changed:
            return False
        self.instance.version += 1
        self.instance.save()
        return True


def _who_changed(row: Any) -> str:
    """The person who last changed a row, as far as the admin has written it down."""
    kind = ContentType.objects.get_for_model(row)
    entry = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk)).select_related("user").first()
    return entry.user.in_words if entry is not None else str(_("Somebody else"))


def _in_words(field: forms.Field, value: Any) -> str:
    """A stored value as a person reads it."""
    if isinstance(field, forms.BooleanField):
        return str(_("yes") if value else _("no"))
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    return str(field.widget.format_value(field.prepare_value(value)) or "")


class ImageForm(KeptForm):
    class Meta:
        model = Image
        fields = ("alt", "decorative", "caption", "credit", "people", "place", "taken_on", "terms", "language",
                  "focal_x", "focal_y", "put_away")  # fmt: skip
        widgets = {"taken_on": DateInput}  # noqa: RUF012


class AttachmentForm(KeptForm):
    class Meta:
        model = Attachment
        fields = ("title", "file_name", "language", "purpose", "note", "put_away")

    def clean_file_name(self) -> str:
        """A name that no system takes for anything else, ending in what the file is."""
        return safe_name(self.cleaned_data["file_name"], self.instance.file.extension)


class DescribedForm(KeptForm):
    """One of many rows that have just been uploaded: what the fields mean is said once, above them all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = ""


class DescribedImageForm(DescribedForm):
    class Meta:
        model = Image
        fields = ("alt", "decorative", "caption", "credit", "people", "place", "taken_on", "terms")
        widgets = {"taken_on": DateInput}  # noqa: RUF012


class DescribedAttachmentForm(DescribedForm):
    class Meta:
        model = Attachment
        fields = ("title", "language", "purpose", "note")


class SameForAll(forms.ModelForm):
    """What is the same for all pictures of an upload."""

    class Meta:
        model = Image
        fields = ("credit", "place", "taken_on", "terms")
        widgets = {"taken_on": DateInput}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "prefix": "all", **kwargs})
