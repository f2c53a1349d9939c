"""`manage.py search`: looks after what the search knows. `rebuild` indexes what is missing, `check` counts it."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from cms.models import SearchEntry, touched
from cms.search import index


class Command(BaseCommand):
    help = "Looks after what the search knows of approved texts."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        rebuild = acts.add_parser("rebuild", help="index what is missing; can be stopped and run again")
        rebuild.add_argument(
            "--fresh", action="store_true", help="forget everything first: until it is done, less is found"
        )
        acts.add_parser("check", help="say whether anything is missing; exits 1 where it is")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "check":
            self._check()
        else:
            self._rebuild(options["fresh"], quietly=not options["verbosity"])

    def _check(self) -> None:
        missing = index.unindexed().count()
        self.stdout.write(f"{SearchEntry.objects.count()} editions indexed, {missing} missing.")
        if missing:
            raise CommandError("Bring them in with: manage.py search rebuild")

    def _rebuild(self, fresh: bool, quietly: bool) -> None:
        if fresh:
            index.clear()
        done = 0
        with tqdm(total=index.unindexed().count(), unit="edition", file=sys.stderr, disable=quietly or None) as bar:
            try:
                for n in index.rebuild():
                    done += n
                    bar.update(n)
            except KeyboardInterrupt:
                self.stdout.write(f"\n{done} editions indexed. Stopped. Go on with: manage.py search rebuild")
                raise SystemExit(130) from None
        touched.touch([touched.EVERY])  # pages that are kept of searches found less
        if not quietly:
            self.stdout.write(f"{done} editions indexed, {SearchEntry.objects.count()} in all.")
