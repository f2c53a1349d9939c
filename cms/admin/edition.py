"""The base admin of every kind of text: who may write, how a draft is stored, and which pages there are.

A kind names its fields (`facts`, `kind_facts`) and rows (`inlines`), and nothing else.
"""

from __future__ import annotations

import logging
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, models
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..editorial import actions
from ..editorial.actions import Conflict
from ..editorial.rules import WRITE, Refused, may_start, refusals
from ..models import Edition, Section
from ..text.sanitiser import describe
from . import conflict, picking, reading, review, shown, signin, translating, writing
from .changelist import EditionList, Genres, Languages, PublicationPaginator, Sections, Statuses
from .media_parts import MEDIA_INLINES
from .parts import PartFormSet, RelatedInline
from .shelves import DOCUMENTS, PICTURES
from .titles import titled

READ = "cms.read_editions"
logger = logging.getLogger(__name__)


class EditionAdmin(admin.ModelAdmin):
    form = writing.EditionForm
    inlines: ClassVar[Any] = (*MEDIA_INLINES, RelatedInline)
    texts: tuple[str, ...] = ("title", "summary", "body")
    facts: tuple[str, ...] = ("section", "genre", "dated_on", "place", "event", "time_zone")
    kind_facts: tuple[str, ...] = ()
    first_genre = ""

    change_form_template = "admin/edition/change_form.html"
    change_list_template = "admin/edition/change_list.html"
    list_display = ("title", "edited_at", "dated_on")
    sortable_by = ("edited_at", "dated_on")
    list_filter: ClassVar[Any] = (Statuses, Sections, Languages, Genres)
    search_fields: ClassVar[Any] = ("title", "byline")
    search_help_text = gettext_lazy(
        "Words of a title in any form, or the name of a speaker. In what was edited lately, parts of words too."
    )
    date_hierarchy = "dated_on"
    ordering = ("-edited_at", "-pk")
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    paginator = PublicationPaginator
    actions = None
    view_on_site = False
    show_facets = admin.ShowFacets.NEVER  # each would count every row
    formfield_overrides = {  # noqa: RUF012
        models.DateField: {"widget": writing.DateInput},
        models.TimeField: {"widget": writing.TimeInput},
    }

    class Media:
        css = {"all": ["cms/admin-edition.css", "cms/admin-translating.css", "cms/admin-picker.css"]}  # noqa: RUF012
        js = [Script(f"cms/admin-{name}.js", defer=True) for name in ("edition", "picker", "rows")]

    # --- Who may

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(READ))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(READ))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_start(request.user)  # type: ignore[arg-type]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return may_start(request.user)  # type: ignore[arg-type]
        return not refusals("save", obj, request.user)  # type: ignore[arg-type]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # --- Which pages

    def get_urls(self) -> list[Any]:
        name, view = f"{self.opts.app_label}_{self.opts.model_name}", self.admin_site.admin_view
        own = [
            path("pick/<str:what>/", view(self.pick_view), name=f"{name}_pick"),
            path("<int:pk>/do/<str:action>/", view(self.action_view), name=f"{name}_do"),
            path("<int:pk>/translate/<str:language>/", view(self.translate_view), name=f"{name}_translate"),
        ]
        return [*own, *super().get_urls()]

    def pick_view(self, request: HttpRequest, what: str) -> HttpResponse:
        return picking.pick(self, request, what)

    def action_view(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        return review.act(self, request, pk, action)

    def translate_view(self, request: HttpRequest, pk: int, language: str) -> HttpResponse:
        return translating.start(self, request, pk, language)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return EditionList

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """What the list's own links ask for, and no other column."""
        filters: Any = self.get_list_filter(request)
        names = {one.parameter_name for one in filters}
        return lookup in names | {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")}

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        if not picking.IS_NUMBER.fullmatch(str(object_id)):
            return None  # no row has it, and some databases refuse to look
        known = getattr(request, "edition", None)
        if request.method == "GET" and known is not None and str(known.pk) == object_id:
            return known  # Django's own view asks for what ours has read
        return super().get_object(request, object_id, from_field)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return (queryset.filter(titled(search_term, self.model.KIND)) if search_term.split() else queryset), False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The journal says it all; it stands at the foot of the edition."""
        return HttpResponseRedirect(f"{self._address('change', object_id)}#timeline")

    def _address(self, page: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    # --- The form

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("publication__withdrawal", "section", "event")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        note = ("change", "public_note") if obj is not None and obj.number > 1 else ()
        return [(None, {"fields": self.texts}), (None, {"fields": (*self.facts, *self.kind_facts, *note)})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        given = {"language_code": writing.language_of(request, obj), "refused": getattr(request, "refused", ())}
        return type(form.__name__, (form,), given)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "body":
            return writing.body_field(db_field, request.user)
        if db_field.name == "genre":
            return writing.genre_field(self.model, self.model.GENRE_LABEL, self.first_genre)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return writing.with_add_button_alone(field, may_add=db_field.name == "event")

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        language = writing.language_of(request, getattr(request, "edition", None))
        if db_field.name == "section":
            return writing.SectionField(language)
        return writing.event_field(db_field, self.model, language)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return writing.begun_with(request, self.model)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        writing.forget_an_odd_section(request)
        return super().add_view(request, form_url, extra_context)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The form; where the database fails to store what was posted, all of it is shown, to be copied."""
        try:
            return self._form_view(request, object_id, form_url, extra_context)
        except DatabaseError:
            if request.method != "POST":
                raise
            logger.exception("A posted text could not be stored: %s", request.path)
        told = _("The database could not store your text. Copy what you wrote, and try again in a minute.")
        response = signin.form_expired(request, told=str(told))
        response.status_code = 503
        return response

    def _form_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        if "_saveasnew" in request.POST:
            raise PermissionDenied
        if object_id is None:
            writing.speak_the_language_of_the_section(request)
            return self._write(request, None, form_url, extra_context)
        edition = self.get_object(request, unquote(object_id))
        if edition is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_permission(request, edition):
            raise PermissionDenied
        request.edition = edition  # type: ignore[attr-defined]
        if request.method == "POST":
            return self._store(request, edition, form_url, extra_context)
        if self.has_change_permission(request, edition):
            return self._write(request, object_id, form_url, extra_context)
        return self.reading_view(request, edition)

    def reading_view(self, request: HttpRequest, edition: Edition) -> HttpResponse:
        user: Any = request.user
        context = {**reading.about(edition, user), **reading.changes(edition)}
        return self.page(request, edition, "admin/edition/reading.html", context)

    def page(
        self, request: HttpRequest, edition: Edition, template: str, context: dict[str, Any], status: int = 200
    ) -> TemplateResponse:
        """A page about one edition, in the admin's frame."""
        frame = {
            **self.admin_site.each_context(request),
            "title": edition.title,
            "opts": self.opts,
            "original": edition,
            "kind_edition": edition.kind_edition,
            "media": self.media,
            "has_view_permission": True,
            **translating.about(edition, request.user),  # type: ignore[arg-type]
        }
        return TemplateResponse(request, template, {**frame, **context}, status=status)

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        form, edition = context["adminform"].form, context["original"]
        if edition is not None and form.initial.get("body"):
            form.initial["body"] = shown.with_pictures(form.initial["body"], edition)
        names = form.shown
        context["text_fields"] = [form[name] for name in names if name in self.texts]
        context["fact_fields"] = [form[name] for name in names if name not in self.texts]
        context["shelves"] = {"image": PICTURES, "attachment": DOCUMENTS}
        context["comment"] = request.POST.get("comment", request.GET.get("comment", ""))
        if edition is not None:
            context.update(reading.about(edition, request.user), **translating.about(edition, request.user))
            context.update(translating.since(context.get("beside")), title=edition.title)
        else:
            context["languages"] = self._languages(form.language_code)
        response = super().render_change_form(request, context, *args, **kwargs)
        response._csp_replace = settings.EDITOR_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
        return response

    def _languages(self, chosen: str) -> list[tuple[str, str, bool]]:
        """What may be written in: address, name, whether it is chosen. Empty where there is nothing to choose."""
        if len(settings.LANGUAGES) < 2:
            return []
        return [(f"?{urlencode({'language': code})}", name, code == chosen) for code, name in settings.LANGUAGES]

    # --- Storing

    def _store(self, request: HttpRequest, edition: Edition, form_url: str, extra_context: Any) -> HttpResponse:
        """A posted draft: stored, or shown again beside what somebody else stored meanwhile."""
        if not request.user.has_perm(WRITE):
            raise PermissionDenied
        if meanwhile := conflict.page(self, request, edition):
            return meanwhile
        try:
            return self._write(request, str(edition.pk), form_url, extra_context)
        except (Conflict, PermissionDenied):  # somebody was faster, between our look and the lock
            current: Any = self.get_object(request, str(edition.pk))
            if meanwhile := conflict.page(self, request, current):
                return meanwhile
            raise

    def _write(self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any) -> HttpResponse:
        """Django's own view; what the rules refuse comes back as an error in the form, with all that was typed."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            request.refused = refused.reasons  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """A new publication begins here; a draft that is there is stored in `save_related`, once, with its rows."""
        if not change:
            actions.start_with(obj, by=request.user, text_of=self.text_of(form))

    def text_of(self, form: Any) -> Section | None:
        """The section whose text this is, for a kind that has one."""
        return None

    def save_related(self, request: Any, form: Any, formsets: list[PartFormSet], change: bool) -> None:
        edition = form.instance
        rows_changed = any(formset.has_changed() for formset in formsets)
        request.stored = not change or rows_changed or form.takes_newer or self._is_changed(edition)
        if not request.stored:
            return
        if change:
            actions.save(edition, by=request.user, version=form.cleaned_data["version"])
        for formset in formsets:
            formset.save()
        if form.takes_newer:
            shown.take_newer(edition)
        actions.settle(edition)
        if form.brought_in:
            messages.info(request, _("New paragraphs of the original stand in the text now, to be written over."))
        if removed := describe(form.removed):
            messages.warning(request, removed)

    def _is_changed(self, edition: Any) -> bool:
        stored = self.model._default_manager.get(pk=edition.pk)
        fields = [f for f in edition.content_fields() if f.editable or f.name == "translated_from"]
        return any(f.value_from_object(stored) != f.value_from_object(edition) for f in fields)

    def construct_change_message(self, *args: Any, **kwargs: Any) -> Any:
        return ""

    def log_addition(self, *args: Any) -> Any:
        """The journal has it."""

    def log_change(self, *args: Any) -> Any:
        """The journal has it."""

    # --- Afterwards

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self._afterwards(request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._afterwards(request, obj)

    def _afterwards(self, request: Any, edition: Edition) -> HttpResponse:
        """Send it on, show its preview, or go on writing."""
        comment, here = writing.storable(request.POST.get("comment", "")), self._address("change", edition.pk)
        if "_submit" in request.POST:
            try:
                actions.submit(edition, by=request.user, comment=comment)
            except Refused as refused:
                told = _("Your text is stored, but it was not sent: %s") % " ".join(refused.reasons)
                messages.error(request, told)
            else:
                messages.success(request, _("Stored and sent for approval."))
                return HttpResponseRedirect(here)
        elif "_preview" in request.POST:
            return HttpResponseRedirect(reverse("preview", args=[edition.publication.code, edition.number]))
        elif not request.stored:
            messages.info(request, _("Nothing was changed, so nothing was stored."))
        else:
            address = reverse("preview", args=[edition.publication.code, edition.number])
            link = format_html('<a href="{}" target="_blank">{}</a>', address, _("Preview"))
            messages.success(request, format_html("{} {}", _("Stored."), link))
        return HttpResponseRedirect(f"{here}?{urlencode({'comment': comment})}" if comment else here)
