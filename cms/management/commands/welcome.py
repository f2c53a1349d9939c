"""`manage.py welcome`: where the site is served and who can sign in, printed before a server starts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cms.models import User


class Command(BaseCommand):
    help = "Prints the addresses of the site that is about to be served."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default="http://127.0.0.1:8000")

    def handle(self, *args: Any, **options: Any) -> None:
        address = options["address"]
        demo = User.objects.filter(is_demo=True).order_by("pk").values_list("username", flat=True)
        self.stdout.write(f"\n  The site:      {address}/")
        self.stdout.write(f"  The admin:     {address}/admin/")
        if names := ", ".join(demo):
            self.stdout.write(f"  Sign in as:    {names}  (new passwords: .venv/bin/python manage.py demo --passwords)")
        self.stdout.write("  Ctrl-C ends it.\n")
