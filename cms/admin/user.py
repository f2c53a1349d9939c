"""Accounts, and the groups they are in. Accounts are closed, not deleted.

Administrators make editors and moderators. Who may publish alone (chief editors) is appointed by a superuser, and
their accounts, passwords included, are a superuser's business.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..editorial.rules import FORCE
from ..models import User
from .changelist import CarefulList


@admin.register(User)
class PressUserAdmin(UserAdmin):
    list_display = ("username", "first_name", "last_name", "email", "its_groups", "is_active", "last_login")
    list_filter = ("is_active", "is_staff", "groups")
    actions = None
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (
            _("What the account may do"),
            {
                "fields": ("is_active", "is_staff", "groups"),
                "description": _("Groups carry the rights. To close an account, take away the tick at “Active”."),
            },
        ),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    for_superusers = (_("Beyond the groups"), {"fields": ("is_superuser", "user_permissions")})
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username",
                    "first_name",
                    "last_name",
                    "email",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return CarefulList

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("groups"))
    def its_groups(self, user: User) -> str:
        if user.is_superuser:
            return str(_("everything"))
        return ", ".join(group.name for group in user.groups.all()) or "–"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        # What is not in the form cannot be posted either.
        return (*fieldsets, self.for_superusers) if obj and _is_super(request) else fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        readonly = ["last_login", "date_joined"]
        if obj is not None and obj.pk == request.user.pk and not _is_super(request):
            readonly += ["groups", "is_active", "is_staff"]
        return readonly

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A group that may publish alone is a superuser's to give."""
        if db_field.name == "groups" and not _is_super(request):
            kwargs["queryset"] = Group.objects.exclude(permissions__codename=FORCE.split(".")[1])
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.is_staff = True  # every account here is a press officer's
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Passwords are changed by the same right, so that nobody can act as somebody who may publish alone."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or _is_super(request) or not obj.has_perm(FORCE) and not obj.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody: an account is closed, so that the record can be followed to a person."""
        return False


def _is_super(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


admin.site.unregister(Group)


@admin.register(Group)
class PressGroupAdmin(GroupAdmin):
    """To be read: code owns the groups and sets them anew after every `migrate` (cms/editorial/groups.py)."""

    fields = ("name", "what_it_may")
    readonly_fields = fields

    @admin.display(description=_("rights"))
    def what_it_may(self, group: Group) -> str:
        return "\n".join(str(permission.name) for permission in group.permissions.all())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
