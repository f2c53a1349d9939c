"""`manage.py export`: all public editions as JSON Lines with hashes, for the nightly copy and for mirrors."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from cms.models import clock
from cms.public import exporting
from cms.public.since import Position


def position(text: str) -> Position:
    try:
        return Position.of(text)
    except ValueError:
        raise ArgumentTypeError("the “next” of an earlier manifest, or a time such as 2025-05-19T10:00:00Z")


def origin(text: str) -> str:
    if not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+", text):
        raise ArgumentTypeError("scheme and host, such as https://press.example.org")
    return text


class Command(BaseCommand):
    help = "Writes every public edition to a folder, as JSON Lines with hashes and a manifest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", required=True, type=Path, metavar="FOLDER", help="where the files go")
        parser.add_argument("--since", type=position, help="only what went live behind this cursor or time")
        parser.add_argument("--origin", type=origin, help="scheme and host of the site (default: the first host)")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, since = options["to"], options["since"]
        at = clock.now()
        site = options["origin"] or self._first_host()
        total = exporting.count(at, since)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tqdm(total=total, unit="edition", file=sys.stderr, disable=None) as bar:
                made = exporting.export(folder, at=at, origin=site, since=since, tell=bar.update)
        except OSError as error:
            raise CommandError(f"The export could not be written: {error}") from error
        self.stdout.write(f"{made['editions']} editions in {folder / made['file']}")
        self.stdout.write(f"Go on with: --since {made['next']}")

    def _first_host(self) -> str:
        hosts = [host for host in settings.ALLOWED_HOSTS if host != "*" and not host.startswith(".")]
        if not hosts:
            raise CommandError("Say where the site is: --origin https://press.example.org")
        return f"{'https' if settings.SECURE else 'http'}://{hosts[0]}"
