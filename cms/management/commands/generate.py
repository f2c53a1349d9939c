"""`manage.py generate`: fills a scratch database with a large, made-up archive, to try out how the site behaves."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from cms.management.generating import language, mark, run
from cms.models import Edition, aside

MOST = 20_000_000


class Command(BaseCommand):
    help = (
        "Fills an empty database with a made-up archive of fifteen years, or goes on with one. Never touches a site "
        "that holds anything else."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--items", type=int, required=True, help="how many there shall be in all")
        parser.add_argument("--seed", type=int, default=1, help="another seed, another archive")
        parser.add_argument("--languages", help="of the site's, with commas; the first gets the most (default: all)")
        parser.add_argument(
            "--yes",
            action="store_true",
            help="also where there are accounts or the site has a name, but no content",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wanted, languages = options["items"], _languages(options["languages"])
        if not 1 <= wanted <= MOST:
            raise CommandError(f"--items must be between 1 and {MOST}.")
        if options["seed"] < 0:
            raise CommandError("--seed must not be negative.")
        try:
            _refuse_a_real_site(options["yes"])
        except CommandError:
            self._restore()
            raise
        self._fill(wanted, languages, options)

    def _restore(self) -> None:
        """What a killed run has left out comes back also where somebody has written something since."""
        if names := aside.restore():
            self.stdout.write(f"{len(names)} indexes and references that a killed run had left out are there again.")

    def _fill(self, wanted: int, languages: list[str], options: dict[str, Any]) -> None:
        began, there = time.monotonic(), mark.items()
        quietly = not options["verbosity"]
        with tqdm(
            total=wanted, initial=min(there, wanted), unit="item", file=sys.stderr, disable=quietly or None
        ) as bar:
            try:
                with closing(run.generate(wanted, languages, options["seed"], bar.set_description)) as batches:
                    for n in batches:
                        bar.update(n)
            except KeyboardInterrupt:
                self.stdout.write(f"\nStopped at {mark.items()} items. Go on with the same command.")
                raise SystemExit(130) from None
        if quietly:
            return
        made, taken = mark.items() - there, time.monotonic() - began
        self.stdout.write(
            f"{made} items made in {taken:.0f} s; {mark.items()} items with {Edition.objects.count()} editions in all, "
            "counted and searchable."
        )


def _languages(asked: str | None) -> list[str]:
    """Those of the site, or those of them that were asked for. Raises CommandError."""
    site = [code for code, _name in settings.LANGUAGES]
    languages = list(dict.fromkeys(asked.split(","))) if asked else site
    if foreign := [code for code in languages if code not in site]:
        raise CommandError(f"{', '.join(foreign)}: not a language of this site (CONTENT_LANGUAGES={','.join(site)}).")
    if mute := [code for code in languages if code not in language.known()]:
        raise CommandError(f"{', '.join(mute)}: there are no phrases in this language to make texts of.")
    return languages


def _refuse_a_real_site(yes: bool) -> None:
    """Raises CommandError where this database holds anything that was not generated."""
    if found := mark.not_ours():
        raise CommandError(f"This is no scratch database. {found} Nothing was changed.")
    if not yes and not mark.is_generated() and (found := mark.somebodys()):
        raise CommandError(f"{found} If it may be filled with made-up texts all the same, say --yes.")
