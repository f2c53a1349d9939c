"""`manage.py media`: looks after stored files. `check` finds what is wrong, `renditions` makes what is missing."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from tqdm import tqdm

from cms.editorial import renditions, stock
from cms.media.refused import Refused
from cms.models import StoredFile, clock


def days(text: str) -> int:
    if not text.isdecimal() or int(text) > 100_000:
        raise ArgumentTypeError("a number of days, 0 or more")
    return int(text)


class Command(BaseCommand):
    help = "Looks after pictures and files: missing, altered, unused ones; missing renditions."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        check = acts.add_parser(
            "check", help="find files that are missing, altered or unused; exits 1 where one is lost"
        )
        check.add_argument("--quick", action="store_true", help="ask for sizes only, and do not read every file")
        check.add_argument(
            "--unused-days",
            type=days,
            default=90,
            metavar="N",
            help="unused for N days (default 90), counted from the check that first found it so",
        )
        check.add_argument(
            "--delete", action="store_true", help="delete what neither an edition nor the library has used for so long"
        )
        again = acts.add_parser("renditions", help="make what was not made or is lost; can be stopped and run again")
        again.add_argument("--again", action="store_true", help="make all of them anew")
        again.add_argument("--after", default="", metavar="KEY", help="with --again: go on behind this file")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "check":
            self._check(options["quick"], timedelta(days=options["unused_days"]), options["delete"])
        else:
            self._renditions(options["again"], options["after"])

    # --- check

    def _check(self, quick: bool, unused_for: timedelta, delete: bool) -> None:
        lost = 0
        for problem in stock.problems(self._bar(stock.contents(), stock.count_contents()), quick=quick):
            lost += 1
            self.stdout.write(f"{problem.what:<8} {problem.name}  {problem.of}")
        now = clock.now()
        before = now - unused_for
        stock.note_unused(now)
        unused = list(stock.unused(before))
        for file in unused:
            since = f"since {file.unused_since:%Y-%m-%d}"
            self.stdout.write(f"unused   {file.name}  {file.media_type}, {file.size} bytes, {since}")
        strays = list(stock.strays(min(before, now - stock.UPLOADS_TAKE)))
        for name in strays:
            self.stdout.write(f"stray    {name}  no record knows it")
        for line in stock.shelved(before):
            self.stdout.write(f"shelved  {line}")
        if delete:
            gone = sum(stock.delete_unused(file) for file in unused) + sum(map(stock.delete_stray, strays))
            self.stdout.write(f"Deleted: {gone} files.")
        self.stdout.write(f"{lost} lost, {len(unused)} unused, {len(strays)} strays.")
        if lost:
            raise CommandError("Files are missing or altered: bring them back from a backup of the storage.")

    # --- renditions

    def _renditions(self, again: bool, after: str) -> None:
        pictures: QuerySet[StoredFile] = StoredFile.objects.filter(width__isnull=False, key__gt=after).order_by("key")
        made, failed = 0, 0
        if again:  # said at once and behind every picture: whatever ends this process may give it no time to speak
            self.stdout.write("If this is stopped, go on behind the last picture: media renditions --again --after KEY")
        try:
            for file in self._bar(pictures.iterator(), pictures.count()):
                try:
                    made += renditions.make_missing(file, again=again, looking=True)
                except (Refused, OSError) as error:
                    failed += 1
                    self.stderr.write(f"{file.key}: {getattr(error, 'reason', error)}")
                if again:
                    self._say(file.key)
        except KeyboardInterrupt:
            self.stdout.write("\nStopped." if again else "\nStopped. Go on with: manage.py media renditions")
            raise SystemExit(130) from None
        self.stdout.write(f"{made} renditions made, {failed} pictures failed.")
        if failed:
            raise CommandError("Some pictures could not be read.")

    def _say(self, line: str) -> None:
        """A line that does not run into the bar, and is there whatever happens next."""
        with tqdm.external_write_mode(sys.stderr):
            self.stdout.write(line)
        self.stdout.flush()

    def _bar(self, rows: Iterable[Any], total: int) -> Iterable[Any]:
        return tqdm(rows, total=total, unit="file", file=sys.stderr, disable=None)
