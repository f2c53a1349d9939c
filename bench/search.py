"""What a search and a check of a quotation cost beside a page of a list. Run by hand, from the project's folder:

    DATABASE_URL=sqlite:////tmp/bench.sqlite3 SECRET_KEY=bench ALLOWED_HOSTS=testserver \\
        .venv/bin/python -m bench.search --speeches 100000

The database is a scratch one: it is migrated, and filled where it has fewer speeches than are asked for. Both pages are
asked for in turn, in one process, and the middle of their times is compared.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
os.environ.setdefault("SECURE", "off")
os.environ.setdefault("LOG_LEVEL", "ERROR")
django.setup()  # models can be imported from here on: hence E402 below

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils.http import urlencode  # noqa: E402
from tqdm import tqdm  # noqa: E402

from cms.models import Edition, Person, Publication, Section  # noqa: E402
from cms.text.plain import plain_text  # noqa: E402
from speeches.models import Speaker, Speech  # noqa: E402

BATCH = 500
COMMON = "cooperation"  # stands in every speech
SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi zo ka".split()
PAGES = {
    "a page of the list": "/en/news/",
    "common word, newest first": f"/en/search/?q={COMMON}",
    "common word, best first": f"/en/search/?q={COMMON}&order=best",
    "two common words": f"/en/search/?q={COMMON}+states",
    "common phrase": f"/en/search/?q=%22international+{COMMON}%22",
    "common word of one year": f"/en/search/?q={COMMON}&year=2015",
    "rare word": "/en/search/?q=zanzibar",
    "rare word, best first": "/en/search/?q=zanzibar&order=best",
    "common and rare word": f"/en/search/?q={COMMON}+zanzibar&order=best",
    "nothing found": "/en/search/?q=zanzibra",
    "last page": f"/en/search/?q={COMMON}&page=100",
}


def vocabulary(size: int = 20_000) -> list[str]:
    dice = random.Random(1)  # noqa: S311
    return ["".join(dice.choices(SYLLABLES, k=dice.randint(2, 5))) for _ in range(size)]


def paragraphs(words: list[str], size: int = 5_000) -> list[str]:
    """Of some 80 words each, the frequent ones as frequent as in a language (Zipf), and the common ones."""
    dice = random.Random(2)  # noqa: S311
    found = []
    for _ in range(size):
        said = [words[min(int(dice.paretovariate(0.6)), len(words) - 1)] for _ in range(75)]
        said[30:30] = ["international", COMMON, "of", "states"]
        found.append("<p>" + " ".join(said) + ".</p>")
    return found


def fill(wanted: int) -> None:
    section = Section.objects.filter(path="speeches").first() or Section.objects.create(
        language="en", slug="speeches", title="Speeches"
    )
    people = list(Person.objects.all()) or Person.objects.bulk_create(
        [Person(language="en", name=f"Person {n}", sort_name=f"Person {n}") for n in range(40)]
    )
    words, there = vocabulary(), Speech.objects.count()
    said = paragraphs(words)
    for start in tqdm(range(there, wanted, BATCH), desc="speeches", unit_scale=BATCH, file=sys.stderr):
        with transaction.atomic():
            insert(list(range(start, min(start + BATCH, wanted))), section, people, words, said)


def insert(numbers: list[int], section: Section, people: list[Person], words: list[str], said: list[str]) -> None:
    dice = random.Random(numbers[0])  # noqa: S311
    began = datetime(2000, 1, 1, tzinfo=UTC)
    dates = [date(2000, 1, 1) + timedelta(days=n * 9_000 // 100_000) for n in numbers]
    made = Publication.objects.bulk_create(
        [Publication(kind="speech", language="en", created_at=began) for _ in numbers]
    )
    speeches = [
        Speech(
            publication=publication,
            number=1,
            kind="speech",
            language="en",
            title=f"Address {n} on {dice.choice(words)} {COMMON if n % 10 == 0 else ''}",
            slug=f"address-{n}",
            summary=f"Summary of {n}.",
            body="".join(dice.sample(said, 5)) + ("<p>They met in Zanzibar.</p>" if n % 2_000 == 0 else ""),
            section=section,
            genre=dice.choice(list(Speech.GENRES)),
            dated_on=day,
            place=dice.choice(["Geneva", "New York", "Moscow", "Vienna"]),
            created_at=began,
            edited_at=began,
        )
        for n, publication, day in zip(numbers, made, dates, strict=True)
    ]
    insert_both(speeches)
    Speaker.objects.bulk_create(
        [
            Speaker(edition_id=s.pk, person=(who := dice.choice(people)), name=who.name, post="Minister")
            for s in speeches
        ]
    )
    approve(speeches)


def insert_both(speeches: list[Speech]) -> None:
    """bulk_create() does not know models of several tables: the base rows first, then those of their kind."""
    columns = [f for f in Edition._meta.concrete_fields if not f.primary_key]
    rows = Edition.objects.bulk_create(
        [Edition(**{f.attname: getattr(speech, f.attname) for f in columns}) for speech in speeches]
    )
    table = Speech._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} (edition_ptr_id) VALUES (%s)", [(row.pk,) for row in rows])  # noqa: S608
    for speech, row in zip(speeches, rows, strict=True):
        speech.pk = row.pk


def approve(speeches: list[Speech]) -> None:
    """Give drafts that have all their parts a life that began on their day."""
    adapt = connection.ops.adapt_datetimefield_value
    days = [datetime(s.dated_on.year, s.dated_on.month, s.dated_on.day, tzinfo=UTC) for s in speeches]
    sql = f"""UPDATE {Edition._meta.db_table} SET state = 'approved', digest = %s,
              live_from = %s, published_at = %s, approved_at = %s WHERE id = %s"""  # noqa: S608
    rows = [("0" * 64, *[adapt(day)] * 3, speech.pk) for speech, day in zip(speeches, days, strict=True)]
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def quotations() -> dict[str, str]:
    """Pages of the quotation check: words of the middle of a speech, as they are, altered, and of no speech."""
    said = plain_text(Speech.objects.order_by("pk")[Speech.objects.count() // 2].body).split()[60:100]
    altered = [*said[:20], "never", *said[22:]]
    strange = vocabulary(40)
    asked = {"verbatim": said, "altered": altered, "of nobody": strange}
    return {f"quotation, {name}": f"/en/quote/?{urlencode({'q': ' '.join(words)})}" for name, words in asked.items()}


def times(client: Client, rounds: int) -> Iterator[tuple[str, float]]:
    """The median of each page, in milliseconds. In turn, so that a busy moment hits all alike."""
    pages = {**PAGES, **quotations()}
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(rounds + 2):
        for name, path in pages.items():
            began = time.perf_counter()
            response = client.get(path)
            spent = time.perf_counter() - began
            if response.status_code != 200:
                sys.exit(f"{path}: {response.status_code}")
            if turn > 1:
                taken[name].append(spent * 1000)
    for name, spent_all in taken.items():
        yield name, statistics.median(spent_all)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speeches", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    fill(options.speeches)
    call_command("search", "rebuild")
    call_command("counts", "rebuild", verbosity=0)
    if connection.vendor == "postgresql":  # which does so by itself, a minute later
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    measured = list(times(Client(), options.rounds))
    base = measured[0][1]
    print(f"{connection.vendor}, {Speech.objects.count()} speeches")
    for name, spent in measured:
        print(f"{name:<28}{spent:8.1f} ms {spent / base:6.2f} × a page of the list")


if __name__ == "__main__":
    main()
