"""Rows that belong to an edition (speakers, related items) in its form. They have no life of their own: with each
save the edition's rows are replaced by those of the form, so that nobody can end up with half of somebody else's."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet
from django.forms.models import BaseInlineFormSet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ..editorial.rules import may_start
from ..models import Part, Related
from . import shown, writing
from .picking import PublicationField, named_by, names_of


class PartForm(forms.ModelForm):
    """One row. What is unique is looked at in the whole set: the stored rows are about to be replaced."""

    not_stored: ClassVar[frozenset[str]] = frozenset({"position"})  # fields that are none of the row's columns
    says_nothing: ClassVar[frozenset[str]] = frozenset({"position"})  # fields that alone do not make it a row
    is_gone = False  # whether it was taken out
    position = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def validate_unique(self) -> None: ...

    def validate_constraints(self) -> None: ...


class PartFormSet(BaseInlineFormSet):
    """All rows of one sort. `unique_on`: the column that no two rows share."""

    model: Any
    form: Any
    unique_on = ""
    at_least = 0
    heading: Any = ""  # what the rows are called

    def __init__(self, data: Any = None, files: Any = None, instance: Any = None, **kwargs: Any) -> None:
        self.stored: list[Part] = []
        if instance is not None and instance.pk:
            self.stored = self.read(instance)
        if data is None:
            kwargs["initial"] = [{n: self._raw(row, n) for n in self._names()} for row in self.stored]
            self.extra = self.rows_shown()
        super().__init__(data, files, instance, **kwargs)

    def get_queryset(self) -> Any:
        """Every row is a new one: none is read a second time."""
        return self.model._default_manager.none()

    def rows_of(self, edition: Any) -> Any:
        """The stored rows that this set stands for, in their order."""
        return self.model._default_manager.filter(edition_id=edition.pk).order_by("position", "pk")

    def read(self, edition: Any) -> list[Any]:
        """The same, read now."""
        return list(self.rows_of(edition))

    def rows_shown(self) -> int:
        """How many rows stand there when the form is opened."""
        return max(len(self.stored), self.at_least)

    def _names(self) -> list[str]:
        return [name for name in self.form.base_fields if name not in self.form.not_stored]

    @staticmethod
    def _raw(row: Part, name: str) -> Any:
        field: Any = row._meta.get_field(name)
        return field.value_from_object(row)

    def initial_form_count(self) -> int:
        return 0  # every row is a new one

    def add_fields(self, form: Any, index: int | None) -> None:
        BaseFormSet.add_fields(self, form, index)  # neither its id nor its edition is anything to post

    def clean(self) -> None:
        seen = set()
        for form in self.filled():
            value = form.cleaned_data.get(self.unique_on)
            if value is not None and value in seen:
                name = getattr(form.fields[self.unique_on], "label_from_instance", str)(value)
                raise ValidationError(_("“%s” stands here twice.") % name)
            seen.add(value)

    def filled(self) -> list[Any]:
        """The forms that somebody wrote in, in their order."""
        ordered = [form for _index, form in sorted(enumerate(self.forms), key=place)]
        return [form for form in ordered if form.has_changed() and hasattr(form, "cleaned_data")]

    def has_changed(self) -> bool:
        """Whether the rows differ from those that are stored."""
        mine = [[self._raw(form.instance, n) for n in self._names()] for form in self.filled()]
        return mine != [[self._raw(row, n) for n in self._names()] for row in self.stored]

    def save(self, commit: bool = True) -> list[Any]:
        """Put the rows of the form in the place of the stored ones."""
        shown.forget(self.instance)
        self.rows_of(self.instance).delete()
        rows = [form.instance for form in self.filled()]
        for position, row in enumerate(rows):
            row.edition, row.position = self.instance, position
        self.store(rows)
        return rows

    def store(self, rows: list[Any]) -> None:
        for row in rows:
            row.save()


def place(numbered: tuple[int, Any]) -> tuple[int, int]:
    """Where a row stands, by the position that was posted, else as it came."""
    index, row = numbered
    try:
        position = row.fields["position"].clean(row["position"].data) if row.is_bound else None
    except forms.ValidationError:
        position = None
    return (index if position is None else position, index)


class PartInline(admin.StackedInline):
    """How a sort of rows stands in the form. A kind names the model, the form and `unique_on`."""

    template = "admin/edition/_parts.html"
    formset = PartFormSet
    form = PartForm
    extra = 0
    can_delete = False
    unique_on = ""
    at_least = 0  # rows that stand there to be filled in
    place = "below facts"  # else "above facts", both in the side column, or "below text"

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.unique_on, formset.at_least = self.unique_on, self.at_least
        formset.heading = self.verbose_name_plural
        return formset

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return writing.with_add_button_alone(super().formfield_for_dbfield(db_field, request, **kwargs))

    def language_of(self, request: Any) -> str:
        return writing.language_of(request, getattr(request, "edition", None))

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return bool(request.user.has_perm("cms.read_editions"))

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return may_start(request.user)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return may_start(request.user)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False


class RelatedForm(PartForm):
    class Meta:
        model = Related
        fields = ("publication", "position")

    def clean(self) -> Any:
        publication = self.cleaned_data.get("publication")
        named = named_by(publication) if publication else None
        self.instance.title = named.title if named else ""
        return super().clean()


class RelatedFormSet(PartFormSet):
    @cached_property
    def names(self) -> dict[str, str]:
        """Titles of the stored rows' items, by their numbers. One query, however many they are."""
        return names_of([row.publication_id for row in self.stored])  # type: ignore[attr-defined]

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        widget = form.fields["publication"].widget
        getattr(widget, "widget", widget).known = self.names  # the admin puts its own around it


class RelatedInline(PartInline):
    model = Related
    form = RelatedForm
    formset = RelatedFormSet
    fields = ("publication", "position")
    unique_on = "publication"

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "publication":
            return PublicationField(self.parent_model, self.language_of(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
