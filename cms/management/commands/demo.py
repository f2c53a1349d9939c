"""`manage.py demo`: demonstration content and accounts for a development machine."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cms.management.demo_content import DemoContent, is_empty
from cms.models import User

ACCOUNTS = {
    "editor": ("Nadia", "Orlova", "Editors"),
    "moderator": ("Samuel", "Brandt", "Moderators"),
    "chief": ("Irina", "Vale", "Chief editors"),
    "admin": ("Marat", "Iskakov", "Administrators"),
}


class Command(BaseCommand):
    help = "Fills an empty site with demonstration content and accounts. The accounts work with DEBUG on only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do nothing where there is content already")
        parser.add_argument(
            "--no-renditions", action="store_true", help="leave the renditions of pictures to `media renditions`"
        )
        parser.add_argument("--passwords", action="store_true", help="only give the accounts new passwords")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Demonstration content is for development machines (DEBUG=on).")
        if options["passwords"]:
            self._show(_accounts())
            return
        if not is_empty():
            if not options["once"]:
                raise CommandError("There is content already; demonstration content goes into an empty site only.")
            return
        self.stdout.write("Writing demonstration content and drawing its pictures (a minute or two) …")
        with transaction.atomic():
            passwords = _accounts()
            DemoContent(User.objects.get(username="editor"), User.objects.get(username="moderator")).build(
                renditions=not options["no_renditions"]
            )
        self._show(passwords)

    def _show(self, passwords: dict[str, str]) -> None:
        self.stdout.write("\nDemonstration accounts (shown this once; `manage.py demo --passwords` makes new ones):")
        for username, password in passwords.items():
            self.stdout.write(f"  {username:<10} {password}   ({ACCOUNTS[username][2]})")


def _accounts() -> dict[str, str]:
    """The accounts, made where they are missing, each with a new random password. Returns the passwords."""
    passwords = {}
    for username, (first, last, group) in ACCOUNTS.items():
        user, _made = User.objects.get_or_create(
            username=username,
            defaults={"first_name": first, "last_name": last, "is_staff": True, "is_demo": True},
        )
        if not user.is_demo:
            raise CommandError(f"The account “{username}” belongs to somebody: it is not a demonstration account.")
        passwords[username] = secrets.token_urlsafe(12)
        user.set_password(passwords[username])
        user.save()
        user.groups.set([Group.objects.get(name=group)])
    return passwords
