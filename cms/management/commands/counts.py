"""`manage.py counts`: looks after the kept counts of lists. Pages are right whether or not it ever runs."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from cms.models import clock, tally, touched


class Command(BaseCommand):
    help = "Looks after the kept counts of lists: takes in what went live since, counts anew, or checks them."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("fold", help="take in the lives that began or ended since; every approval does it too")
        acts.add_parser("rebuild", help="count everything anew; approvals wait meanwhile, readers do not")
        acts.add_parser("check", help="compare with a plain count; exits 1 where they differ")

    def handle(self, *args: Any, **options: Any) -> None:
        {"fold": self._fold, "rebuild": self._rebuild, "check": self._check}[options["act"]]()

    def _fold(self) -> None:
        now = clock.now()
        total = left = tally.to_settle(now)
        with tqdm(total=total, unit="life", file=sys.stderr, disable=None) as bar:
            while not tally.settle(now):
                left, before = tally.to_settle(now), left
                bar.update(before - left)
        self.stdout.write(f"{total} beginnings and ends of lives taken in.")

    def _rebuild(self) -> None:
        total = sum(self._bar(tally.rebuild(clock.now())))
        touched.touch([touched.FRAME])  # what is kept of any page shows the counts that were
        self.stdout.write(f"{total} items counted.")

    def _check(self) -> None:
        wrong = 0
        for lines in self._bar(tally.errors()):
            wrong += len(lines)
            for line in lines:
                self.stdout.write(line)
        if wrong:
            raise CommandError(f"{wrong} counts are wrong. Mend them with: manage.py counts rebuild")
        self.stdout.write("All counts are right.")

    def _bar(self, years: Iterable[Any]) -> Iterable[Any]:
        return tqdm(years, total=len(tally.years()), unit="year", file=sys.stderr, disable=None)
