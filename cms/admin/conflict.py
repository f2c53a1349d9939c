"""Two people wrote in one draft, or it was sent on meanwhile: both texts side by side, and nothing that was typed lost.

A form posts the version it began from. Where that is not the stored one, this page answers with 409 until the
person has chosen, field by field, what shall stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.forms.models import modelform_factory
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from ..editorial.rules import TABLE
from ..editorial.status import status
from ..models import Edition, State, clock
from ..text.sanitiser import clean
from . import reading, shown
from .parts import place
from .picking import LibraryField

if TYPE_CHECKING:
    from .edition import EditionAdmin

BOTH = ("summary", "body")  # fields in which both texts can stand one after the other
CHOICE = "choice-"
NOT_TYPED = ("csrfmiddlewaretoken", "version", "language")
NOT_COMPARED = ("take_newer", "bring_in")  # ask for something, and say nothing of the text


@dataclass
class Difference:
    """A field (or all rows of a sort) that differs: what is stored, what was typed, and what may be chosen.

    seen: both texts as they are shown, where that is not how they are stored (pictures have addresses).
    """

    name: str
    label: Any
    theirs: str
    mine: str
    is_html: bool = False
    rows: bool = False
    chosen: str = ""
    seen: tuple[str, str] = ("", "")
    choices: list[tuple[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.choices = [("theirs", _("Keep what is stored")), ("mine", _("Keep mine"))]
        if self.name in BOTH:
            self.choices.append(("both", _("Keep both, one after the other")))

    @property
    def changes(self) -> Any:
        return reading.changed_blocks(self.theirs, self.mine) if self.is_html else ()


class Posted:
    """What a person typed, beside what is stored."""

    def __init__(self, kind_admin: EditionAdmin, request: HttpRequest, edition: Edition) -> None:
        self.edition: Edition = edition.kind_edition
        self.data: QueryDict = request.POST
        self.form = self._form_class(kind_admin, request)(self.data, instance=self.edition)
        inlines = kind_admin.get_inline_instances(request, self.edition)
        self.formsets: list[Any] = [inline.get_formset(request, self.edition) for inline in inlines]

    def _form_class(self, kind_admin: EditionAdmin, request: HttpRequest) -> Any:
        """The form of a draft, whatever may be done to the edition by now."""
        names = flatten_fieldsets(kind_admin.get_fieldsets(request, self.edition))

        def widget(db_field: Any, **kwargs: Any) -> Any:
            return kind_admin.formfield_for_dbfield(db_field, request, **kwargs)

        return modelform_factory(kind_admin.model, form=kind_admin.form, fields=names, formfield_callback=widget)

    def differences(self) -> list[Difference]:
        fields = [b for b in self.form.visible_fields() if b.html_name in self.data and b.name not in NOT_COMPARED]
        found = [self._difference(bound) for bound in fields]
        found += [self._rows(formset_class) for formset_class in self.formsets]
        return [difference for difference in found if difference is not None]

    def _difference(self, bound: Any) -> Difference | None:
        theirs, mine = self.form.initial.get(bound.name), bound.data
        if bound.name == "body":
            typed, theirs = clean(mine or "", previous=theirs or "").html, theirs or ""
            if typed == theirs:
                return None
            seen = (shown.with_pictures(theirs, self.edition), shown.with_pictures(typed, self.edition))
            return Difference("body", bound.label, theirs, typed, is_html=True, seen=seen)
        before, after = _in_words(bound.field, theirs), _in_words(bound.field, mine)
        if " ".join(before.split()) == " ".join(after.split()):
            return None
        return Difference(bound.name, bound.label, before, after, chosen=self.data.get(CHOICE + bound.name, ""))

    def _rows(self, formset_class: Any) -> Difference | None:
        prefix = formset_class.get_default_prefix()
        if f"{prefix}-TOTAL_FORMS" not in self.data:
            return None
        mine, theirs = (
            _rows(formset_class(self.data, instance=self.edition)),
            _rows(formset_class(instance=self.edition)),
        )
        if [row.values for row in mine] == [row.values for row in theirs]:
            return None
        before, after = ("\n".join(row.words for row in rows) for rows in (theirs, mine))
        return Difference(prefix, formset_class.heading, before, after, rows=True)

    # --- Choosing

    def merged(self, differences: list[Difference]) -> QueryDict | None:
        """The form as it was chosen; None where something that differs was not chosen."""
        data = self.data.copy()
        for difference in differences:
            choice = self.data.get(CHOICE + difference.name)
            if choice not in dict(difference.choices):
                return None
            if choice == "theirs":
                self._take_theirs(data, difference)
            elif choice == "both":
                space = "\n" if difference.is_html else " "
                data[difference.name] = f"{difference.theirs}{space}{difference.mine}"
            if difference.is_html and choice != "mine":  # should the form have to be shown again
                data[difference.name] = shown.with_pictures(str(data[difference.name]), self.edition)
        return data

    def _take_theirs(self, data: QueryDict, difference: Difference) -> None:
        if not difference.rows:
            data[difference.name] = _raw(self.form.fields[difference.name], self.form.initial.get(difference.name))
            return
        for key in [key for key in data if key.startswith(f"{difference.name}-")]:
            del data[key]
        formset_class = next(f for f in self.formsets if f.get_default_prefix() == difference.name)
        stored = formset_class(instance=self.edition)
        data[f"{difference.name}-TOTAL_FORMS"] = str(len(stored.forms))
        data[f"{difference.name}-INITIAL_FORMS"] = "0"
        for row in stored.forms:
            for name, form_field in row.fields.items():
                data[row.add_prefix(name)] = _raw(form_field, row.initial.get(name))

    def typed(self) -> list[tuple[str, str]]:
        """Everything that was posted, to be posted again."""
        pairs = [(key, value) for key, values in self.data.lists() for value in values]
        return [(k, v) for k, v in pairs if k not in NOT_TYPED and not k.startswith(("_", CHOICE))]


def _raw(form_field: forms.Field, value: Any) -> str:
    """A stored value as its field would post it."""
    widget: Any = getattr(form_field.widget, "widget", form_field.widget)
    prepared = form_field.prepare_value(value)
    if isinstance(widget, forms.CheckboxInput):
        return "on" if value in (True, "on") else ""
    if isinstance(widget, forms.Select):
        return "" if prepared is None else str(prepared)
    return widget.format_value(prepared) or ""


def _in_words(form_field: forms.Field, value: Any) -> str:
    """A stored or posted value as a person reads it."""
    if value in (None, ""):
        return ""
    if isinstance(form_field, LibraryField):
        return str(form_field.entries.find(value) or value)
    if isinstance(form_field, forms.BooleanField):
        return str(form_field.label) if value in (True, "on") else ""
    if isinstance(form_field, forms.ModelChoiceField):
        try:
            row = form_field.to_python(value)
        except forms.ValidationError:
            return str(value)
        return form_field.label_from_instance(row).strip()
    if isinstance(form_field, forms.ChoiceField):
        return str(dict(form_field.choices).get(value, value))  # type: ignore[arg-type]
    return _raw(form_field, value)


@dataclass(frozen=True)
class Row:
    """A row that holds something. values: as its fields would post them. words: as a person reads it."""

    values: tuple[str, ...]
    words: str


def _rows(formset: Any) -> list[Row]:
    """In the order in which they would be stored."""
    ordered = [row for _index, row in sorted(enumerate(formset.forms), key=place)]
    return [row for row in map(_row, ordered) if row.words]


def _row(row: Any) -> Row:
    cells = [bound for bound in row.visible_fields() if bound.name not in row.not_stored]
    says = [_in_words(bound.field, _value(bound)) for bound in cells if bound.name not in row.says_nothing]
    if row.is_gone or not any(says):
        return Row((), "")
    words = [_in_words(bound.field, _value(bound)) for bound in cells]
    return Row(tuple(_typed(bound) for bound in cells), ", ".join(dict.fromkeys(filter(None, words))))


def _typed(bound: Any) -> str:
    entry = bound.field.entries.find(_value(bound)) if isinstance(bound.field, LibraryField) else None
    return str(entry.pk) if entry else " ".join(_raw(bound.field, _value(bound)).split())


def _value(bound: Any) -> Any:
    return bound.data if bound.form.is_bound else bound.form.initial.get(bound.name)


def page(kind_admin: EditionAdmin, request: HttpRequest, edition: Edition) -> HttpResponse | None:
    """The conflict page with 409, or None where the posted form may be stored.

    Where the person has chosen, the request goes on with what they chose.
    """
    posted = Posted(kind_admin, request, edition)
    if edition.state != State.DRAFT:
        return _answer(kind_admin, request, edition, "admin/edition/moved_on.html", _moved_on(posted))
    fresh = request.POST.get("version") == str(edition.version)
    if fresh and "_merge" not in request.POST:
        return None
    differences = posted.differences()
    merged = posted.merged(differences) if fresh or not differences else None
    if merged is not None:
        merged["version"] = str(edition.version)  # where nothing differs, nothing can be lost
        request.POST = merged  # type: ignore[assignment]
        return None
    context = {
        "differences": differences,
        "typed": posted.typed(),
        "version": edition.version,
        "again": "_merge" in request.POST,
        "unchosen": fresh,
    }
    return _answer(kind_admin, request, edition, "admin/edition/conflict.html", context)


def _moved_on(posted: Posted) -> dict[str, Any]:
    """The edition is no draft any more: who did what, and the whole text to copy."""
    last = posted.edition.journal.filter(to_state=posted.edition.state).exclude(action="save").first()
    words = TABLE[last.action].words if last is not None and last.action in TABLE else ""
    fields = [b for b in posted.form.visible_fields() if b.name not in ("body", *NOT_COMPARED)]
    told = [(b.label, _in_words(b.field, b.data)) for b in fields]
    for formset_class in posted.formsets:
        if f"{formset_class.get_default_prefix()}-TOTAL_FORMS" in posted.data:
            rows = _rows(formset_class(posted.data, instance=posted.edition))
            told.append((formset_class.heading, "\n".join(row.words for row in rows)))
    body = posted.data.get("body", "")
    return {
        "own_status": status(posted.edition, clock.now()),
        "last": last,
        "last_words": words,
        "shown": [(label, value) for label, value in told if value],
        "body": shown.with_pictures(clean(body, previous=posted.edition.body).html, posted.edition),
        "raw": body,
        "comment": posted.data.get("comment", ""),
    }


def _answer(
    kind_admin: EditionAdmin, request: HttpRequest, edition: Edition, template: str, context: dict[str, Any]
) -> HttpResponse:
    about = reading.about(edition, request.user)  # type: ignore[arg-type]
    last_save = next((entry for entry in about["timeline"] if entry.action in ("save", "start", "next_edition")), None)
    return kind_admin.page(request, edition, template, {**about, "last_save": last_save, **context}, status=409)
