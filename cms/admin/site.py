"""The admin site: its pages' security policy, its name, its menu, and the desk as its first page."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from ..models import Edition
from . import desk, signin, translations

# What only those who run the office need; everything that is neither this nor a kind of text is a list.
OFFICE = {"cms.user", "auth.group", "cms.identity", "cms.contact", "cms.journal"}


def under_admin_policy(response: HttpResponseBase) -> HttpResponseBase:
    """Give an answer the admin's content security policy, unless its view chose another one."""
    if not hasattr(response, "_csp_replace"):
        response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
    return response


class PressAdminSite(AdminSite):
    site_title = _("Press office")
    index_title = _("Desk")
    empty_value_display = "–"
    login_form = signin.SignInForm
    enable_nav_sidebar = False  # the desk leads everywhere; a text and its facts need the width

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Django's wrapper of every admin page; ours adds the policy, and keeps what somebody signed out has posted."""
        # Django would let two pages about passwords be stored. Only the catalogue of words is the same for everybody.
        guarded = super().admin_view(view, cacheable and getattr(view, "__name__", "") == "i18n_javascript")

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_permission(request) and signin.should_be_kept(request):
                return under_admin_policy(self.keep(request))
            return under_admin_policy(guarded(request, *args, **kwargs))

        if not getattr(view, "csrf_exempt", False):
            inner = csrf_protect(inner)
        return update_wrapper(inner, view)

    def keep(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a form that came without a session: sign in, and your text is still here."""
        kept = signin.Kept.from_post(request)
        if kept.is_too_long:
            return signin.form_expired(request)
        context = {"kept": kept, "next": kept.path, "app_path": reverse("admin:login")}
        request.method = "GET"  # the sign-in form is shown, not judged
        response = super().login(request, context)
        response.status_code = 403
        return response

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign in. A text that came along is carried through failures and offered once somebody is in."""
        kept = signin.Kept.carried_by(request)
        response: Any = super().login(request, {**(extra_context or {}), "kept": kept})
        if kept and response.status_code == 302 and self.has_permission(request):
            response = signin.still_here(request, kept, self.each_context(request))
        return under_admin_policy(response)  # type: ignore[return-value]

    def get_urls(self) -> list[Any]:
        look = path("desk/look/<int:pk>/", self.admin_view(desk.look), name="desk_look")
        table = path("translations/", self.admin_view(self.translations_view), name="translations")
        # Django's "view on site" tells anybody on the staff the address, and so the title, of any draft.
        return [look, table, *(url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site")]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The desk: what waits for whom."""
        return super().index(request, {**desk.context(request, self), **(extra_context or {})})

    def translations_view(self, request: HttpRequest) -> HttpResponse:
        """The table of all texts and languages."""
        return translations.page(request, self)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "site_header": signin.name_of_the_site()}

    def get_log_entries(self, request: HttpRequest) -> Any:
        """None: the journal says who did what, and the desk shows it."""
        return ()

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The menu: texts, lists, office. (Django would sort it by the apps that the models happen to live in.)"""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        groups: dict[str, Any] = {
            "texts": _heading(_("Texts")),
            "lists": _heading(_("Lists")),
            "office": _heading(_("Office")),
        }
        for app in apps:
            for entry in app["models"]:
                groups[_group_of(entry["model"])]["models"].append(entry)
        if len(settings.LANGUAGES) > 1 and request.user.has_perm(translations.READ):
            address = reverse("admin:translations")
            groups["texts"]["models"].append(_entry(_("translations"), "Translations", address))
        return [{**group, "app_label": key} for key, group in groups.items() if group["models"]]


def _heading(name: Any) -> dict[str, Any]:
    return {"name": name, "app_url": "", "has_module_perms": True, "models": []}


def _entry(name: Any, key: str, address: str) -> dict[str, Any]:
    """A page of our own in the menu, as Django describes those of models."""
    return {"name": name, "object_name": key, "admin_url": address, "add_url": None, "model": None, "perms": {}}


def _group_of(model: Any) -> str:
    if issubclass(model, Edition):
        return "texts"
    return "office" if model._meta.label_lower in OFFICE else "lists"
