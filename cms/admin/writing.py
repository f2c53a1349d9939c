"""The form an edition is written in: its fields, their widgets and what it checks before anything is stored."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..models import Edition, Event, Image, Section, User
from ..text.fields import EditorWidget
from ..text.figures import references
from ..text.paragraphs import blocks
from ..text.sanitiser import clean
from ..text.translating import with_what_is_new
from . import shown, translating
from .picking import IS_NUMBER, Pick

ELSEWHERE = ("take_newer", "follows", "bring_in")  # fields that stand neither among the texts nor among the facts


def language_of(request: Any, edition: Edition | None) -> str:
    """What an edition is written in: its own language, else the one chosen for a new one, else the reader's."""
    if edition is not None:
        return edition.language
    chosen = request.POST.get("language") or request.GET.get("language") or get_language() or ""
    return chosen if chosen in settings.CONTENT_LANGUAGES else settings.CONTENT_LANGUAGES[0]


def storable(text: str) -> str:
    """A text that no form has looked at, without what a database cannot store: NUL and halves of characters."""
    return text.replace("\0", "").encode(errors="ignore").decode().strip()


def forget_an_odd_section(request: Any) -> None:
    """A form that is opened from what cannot be a section (`?section=`) is opened from none."""
    if not IS_NUMBER.fullmatch(request.GET.get("section", "0")):
        request.GET = request.GET.copy()
        del request.GET["section"]


def begun_with(request: Any, model: type[Edition]) -> dict[str, Any]:
    """What a form is opened with: `?section=`, `?event=`, `?genre=`, `?place=`. What is odd is left out."""
    given = {name: request.GET.get(name, "") for name in ("section", "event", "genre")}
    begun = {name: value for name, value in given.items() if name != "genre" and IS_NUMBER.fullmatch(value)}
    if given["genre"] in model.GENRES:
        begun["genre"] = given["genre"]
    if place := storable(request.GET.get("place", "")):
        begun["place"] = place[: model._meta.get_field("place").max_length]
    return begun


def speak_the_language_of_the_section(request: Any) -> None:
    """A form that is opened from a section (`?section=`) is in that section's language."""
    section = request.GET.get("section", "")
    if section.isdecimal() and "language" not in request.GET:
        language = Section.objects.filter(pk=section).values_list("language", flat=True).first()
        request.GET = request.GET.copy()
        request.GET["language"] = language or ""


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%H:%M")


class MomentInput(forms.DateTimeInput):
    """A day and a time in one labelled field."""

    input_type = "datetime-local"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class SectionField(forms.ModelChoiceField):
    """The sections of one language as a tree."""

    def __init__(self, language: str, **kwargs: Any) -> None:
        messages = {"invalid_choice": _("Choose a section of this language.")}
        sections = Section.objects.filter(language=language).order_by("path")
        super().__init__(sections, label=_("section"), empty_label=_("Choose …"), error_messages=messages, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return "\u2003" * obj.path.count("/") + obj.title


def event_field(db_field: Any, model: type[Edition], language: str) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Event.objects.filter(language=language),
        required=False,
        label=db_field.verbose_name,
        widget=Pick(db_field, model, "event", language),
        error_messages={"invalid_choice": _("This event is named in another language.")},
    )


def with_add_button_alone(field: Any, may_add: bool = True) -> Any:
    """A field that picks a row: the admin's buttons to change or to see that row would lead away from the text."""
    if isinstance(field.widget, RelatedFieldWidgetWrapper):
        field.widget.can_add_related = field.widget.can_add_related and may_add
        field.widget.can_change_related = field.widget.can_view_related = field.widget.can_delete_related = False
    return field


def genre_field(model: type[Edition], label: Any, initial: str) -> forms.ChoiceField:
    choices = [(key, genre.label) for key, genre in model.GENRES.items()]
    offered = choices if initial else [("", _("Choose …")), *choices]
    return forms.ChoiceField(choices=offered, label=label, initial=initial)


def body_field(db_field: Any, user: User) -> forms.Field:
    editor = EditorWidget(with_source=user.has_perm("cms.edit_source"))
    return db_field.formfield(widget=editor)


def check_pictures(html: str, before: str) -> None:
    """Refuse a clean text with pictures that the library has not got, or no longer offers for new texts.

    before: the text that it replaces, whose pictures may stay.
    """
    numbers = {reference.image for reference in references(html)}
    if not numbers:
        return
    put_away = dict(Image.objects.filter(pk__in=numbers).values_list("pk", "put_away"))
    gone = _("Picture %(n)d is not in the library any more. Take it out of the text, or choose another one.")
    old = _("Picture %(n)d was put away and is not offered for new texts. Take it out of the text, or choose another.")
    known = {reference.image for reference in references(before)}
    errors = [gone % {"n": n} for n in sorted(numbers - put_away.keys())]
    errors += [old % {"n": n} for n in sorted(numbers - known) if put_away.get(n)]
    if errors:
        raise forms.ValidationError(errors)


class FollowField(forms.ModelChoiceField):
    """The edition of the original that a translation follows. Once it follows one, it always follows one."""

    def __init__(self, editions: Any, edition: Edition) -> None:
        follows = edition.translated_from_id
        messages = {"invalid_choice": _("Choose an edition of the original.")}
        super().__init__(
            editions,
            label=_("follows edition"),
            required=bool(follows),
            initial=follows,
            empty_label=_("– none: it is an original –"),
            error_messages=messages,
        )

    def label_from_instance(self, obj: Any) -> str:
        return translating.in_a_choice(obj)


class EditionForm(forms.ModelForm):
    """`language` and `refused` are given by the admin for each request."""

    language_code: ClassVar[str] = ""
    refused: ClassVar[tuple[str, ...]] = ()

    take_newer = forms.BooleanField(required=False, label=_("Take them with this save."))
    bring_in = forms.BooleanField(
        required=False,
        label=_("Put its new paragraphs into the text, in the original’s words, to be written over."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    language = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.removed: Any = ()
        self.newer = shown.newer(self.instance)
        if not self.newer:
            del self.fields["take_newer"]
        if not self.instance.pk:
            self.instance.language = self.language_code
        self._let_it_follow()
        self.initial["version"] = self.instance.version
        self.initial["language"] = self.instance.language
        for name in {"title", "summary", "place", "public_note"} & self.fields.keys():
            self.fields[name].widget.attrs["lang"] = self.instance.language  # which dictionary the browser spells by
            self.fields[name].widget.attrs.pop("maxlength", None)  # it cuts what is pasted, and says nothing
        if "summary" in self.fields:
            self.fields["summary"].widget.attrs["rows"] = 3

    def _let_it_follow(self) -> None:
        """A field for what it follows, where there is an original or a choice of one."""
        self.brought_in, follows = 0, self.instance.translated_from
        editions = translating.to_follow(self.instance) if self.instance.pk else Edition.objects.none()
        if follows is not None or editions.exists():
            self.fields["follows"] = FollowField(editions, self.instance)
            self.initial["follows"] = self.instance.translated_from_id
        if follows is None or not editions.filter(number__gt=follows.number).exists():
            del self.fields["bring_in"]

    def clean_language(self) -> str:
        if self.cleaned_data["language"] not in ("", self.instance.language):
            raise forms.ValidationError(_("Choose a language that the site is written in."))
        return self.instance.language

    def clean_summary(self) -> str:
        return " ".join(self.cleaned_data["summary"].split())

    def clean_body(self) -> str:
        html = self.cleaned_data["body"]
        if len(html) > settings.BODY_LIMIT:
            told = _("The text has %(length)d characters of HTML; %(limit)d is the most. Nothing was stored yet.")
            raise forms.ValidationError(told % {"length": len(html), "limit": settings.BODY_LIMIT})
        before = self.initial.get("body") or ""
        cleaned = clean(html, previous=before)
        check_pictures(cleaned.html, before)
        self.removed = cleaned.removed
        return cleaned.html

    def clean(self) -> Any:
        for reason in self.refused:
            self.add_error(None, reason)
        if "follows" in self.cleaned_data:
            self._follow(self.cleaned_data["follows"])
        return super().clean()

    def _follow(self, chosen: Edition | None) -> None:
        """Follow an edition from now on; where that was asked for, with the paragraphs that are new in it."""
        before = self.instance.translated_from
        self.instance.translated_from = chosen
        asked = self.cleaned_data.get("bring_in") and "body" in self.cleaned_data
        if not asked or chosen is None or before is None or chosen.publication_id != before.publication_id:
            return
        body = self.cleaned_data["body"]
        self.cleaned_data["body"] = with_what_is_new(body, before.body, chosen.body)
        self.brought_in = len(blocks(self.cleaned_data["body"])) - len(blocks(body))

    @property
    def takes_newer(self) -> bool:
        """Whether the newer files of the library were asked for, and there are any."""
        return bool(self.cleaned_data.get("take_newer"))

    @property
    def shown(self) -> list[str]:
        """Names of the fields that a person sees among texts and facts."""
        return [field.name for field in self.visible_fields() if field.name not in ELSEWHERE]
