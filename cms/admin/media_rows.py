"""Rows of what an edition shows: they can be taken out and put back, name an entry of the library, and keep its file.

Which sorts there are, and what their fields are, is in `media_parts`.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from . import shown
from .parts import PartForm, PartFormSet, place
from .picking import Entries


class MediaForm(PartForm):
    """A row that can be taken out and put back before the form is stored. Rows without anything in them are ignored."""

    not_stored = PartForm.not_stored | {"gone"}
    says_nothing = PartForm.says_nothing | {"gone"}

    folded: ClassVar[tuple[str, ...]] = ()  # fields that few rows need

    gone = forms.BooleanField(label=_("Take out"), required=False)

    @property
    def is_gone(self) -> bool:  # type: ignore[override]
        return bool(self.is_bound and self["gone"].data)

    @property
    def has_folded_errors(self) -> bool:
        return not self.errors.keys().isdisjoint(self.folded)

    def has_changed(self) -> bool:
        return not self.is_gone and not self.says_nothing.issuperset(self.changed_data)


class MediaFormSet(PartFormSet):
    most = 60  # rows: together they stay below DATA_UPLOAD_MAX_NUMBER_FIELDS

    def rows_shown(self) -> int:
        return len(self.stored) + 1  # one to be filled in where no script runs

    @property
    def shown_forms(self) -> list[Any]:
        """The rows in the order in which they were left, and one blank one at most."""
        forms: list[Any] = list(self.forms)
        if not self.is_bound:
            return forms
        rows = [form for _index, form in sorted(enumerate(forms), key=place)]
        blank = [form for form in rows if not form.is_gone and not form.has_changed()]
        return [form for form in rows if form not in blank] + blank[:1]

    def clean(self) -> None:
        super().clean()
        if len(self.filled()) > self.most:
            raise ValidationError(_("At most %(n)d can stand here. Take some out.") % {"n": self.most})

    @staticmethod
    def _raw(row: Any, name: str) -> Any:
        value = PartFormSet._raw(row, name)
        return " ".join(value.split()) if isinstance(value, str) else value

    def store(self, rows: list[Any]) -> None:
        self.model._default_manager.bulk_create(rows)


class WordsForm(MediaForm):
    """A row whose words are one line each, however they were pasted."""

    def clean(self) -> Any:
        cleaned: Any = super().clean()
        for name, value in self.cleaned_data.items():
            if isinstance(value, str):
                self.cleaned_data[name] = " ".join(value.split())
        return cleaned


class ShownForm(WordsForm):
    """A row that shows an entry of the library. entries: where it finds that. before: the edition's rows by entry."""

    entry_name: ClassVar[str] = ""  # the column that names the entry

    def __init__(self, *args: Any, entries: Entries, before: dict[int, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = before
        self.fields[self.entry_name].entries = self.entries = entries  # type: ignore[attr-defined]

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), self.entry_name}  # type: ignore[misc]  # it was found already

    @property
    def entry(self) -> Any:
        """What the row shows of the library; None where it names nothing that is there."""
        named = self[self.entry_name].value()
        return self.entries.find(named) if named else None

    @property
    def kept(self) -> Any:
        """The row that the edition has of it, whose file stays; else the entry itself."""
        return self.entry and self.before.get(self.entry.pk, self.entry)

    def clean(self) -> Any:
        cleaned = super().clean()
        entry = self.cleaned_data.get(self.entry_name)
        if entry is not None and entry.put_away and entry.pk not in self.before:
            told = _("“%s” was put away and is not offered for new texts. Choose another one.")
            self.add_error(self.entry_name, told % entry)
        return cleaned


class ShownFormSet(MediaFormSet):
    def rows_of(self, edition: Any) -> Any:
        return self.model.of(edition)

    def read(self, edition: Any) -> list[Any]:
        return shown.at_hand(edition, self.model)

    @cached_property
    def entries(self) -> Entries:
        name = self.form.entry_name
        keys = [f"{self.prefix}-{index}-{name}" for index in range(self.total_form_count())] if self.is_bound else []
        library: Any = self.model._meta.get_field(name).related_model
        return Entries(library, [self.data.get(key, "") for key in keys], [getattr(row, name) for row in self.stored])

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "entries": self.entries, "before": self.before}

    @cached_property
    def before(self) -> dict[int, Any]:
        """The edition's rows, whose files stay, by the number of their entry."""
        return {getattr(row, f"{self.form.entry_name}_id"): row for row in self.kept_rows()}

    def kept_rows(self) -> list[Any]:
        return self.stored

    def store(self, rows: list[Any]) -> None:
        for row, form in zip(rows, self.filled(), strict=True):
            entry = form.cleaned_data[form.entry_name]
            if before := form.before.get(entry.pk):
                row.keep(before)
            else:
                row.take(entry)
        super().store(rows)
