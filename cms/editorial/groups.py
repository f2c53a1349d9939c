"""The four groups of a press office and exactly what each may do. They are set anew after every `migrate`."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

READ = ["cms.read_editions"]
WRITE = [*READ, "cms.write_editions"]
APPROVE = [*WRITE, "cms.approve_editions"]
LISTS = [f"cms.{verb}_{model}" for model in ("person", "post", "event") for verb in ("add", "change", "view")]
SECTIONS = [f"cms.{verb}_section" for verb in ("add", "change", "view")]
IDENTITY = [f"cms.{verb}_identity" for verb in ("add", "change", "view")]
CONTACTS = [f"cms.{verb}_contact" for verb in ("add", "change", "view")]
ACCOUNTS = [
    "cms.add_user",
    "cms.change_user",
    "cms.view_user",
    "auth.view_group",
    "axes.view_accessattempt",
    "axes.delete_accessattempt",
]

PLAN: dict[str, list[str]] = {
    "Editors": [*WRITE, *LISTS],
    "Moderators": [*APPROVE, *LISTS, "cms.view_journal"],
    "Chief editors": [
        *APPROVE,
        *LISTS,
        *SECTIONS,
        *CONTACTS,
        "cms.view_identity",
        "cms.view_journal",
        "cms.force_editions",
        "cms.edit_source",
    ],
    "Administrators": [*READ, *LISTS, *SECTIONS, *IDENTITY, *CONTACTS, *ACCOUNTS, "cms.view_journal"],
}


def give_groups_their_permissions(sender: Any = None, using: str = "default", **kwargs: Any) -> None:
    """Make the groups and give each the permissions of the plan, no more and no fewer.

    Runs after each app's migrations; a permission whose app has not got its own yet follows in a later round.
    """
    permissions = Permission.objects.using(using)
    ContentType.objects.clear_cache()
    for name, wanted in PLAN.items():
        group, _made = Group.objects.using(using).get_or_create(name=name)
        match = Q(pk__in=[])
        for permission in wanted:
            app, codename = permission.split(".")
            match |= Q(content_type__app_label=app, codename=codename)
        group.permissions.set(permissions.filter(match))
