"""What deep pages of a long archive cost, as multiples of page 1 in the same run. By hand, on an empty database
(or again on the same):

DATABASE_URL=sqlite:////tmp/bench.sqlite3 .venv/bin/python -m bench.lists 200000
"""

from __future__ import annotations

import os
import random
import sys
import time
from datetime import UTC, date, datetime, timedelta

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
os.environ["ALLOWED_HOSTS"] = "testserver"
os.environ["DEBUG"] = os.environ["SECURE"] = "off"
os.environ.setdefault("SECRET_KEY", "only-for-this-measurement-0123456789-0123456789-0123456789")
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
django.setup()  # models can be imported from here on: hence E402 below

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from cms.models import Edition, Publication, Section, State  # noqa: E402

NEWEST = date(2026, 10, 31)
A_DAY = 140  # items: a million in twenty years
RUNS = 7
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BATCH = 5000
GENRES = (
    [("news", "report")] * 60 + [("news", "statement")] * 20 + [("speech", "delivered")] * 19 + [("news", "interview")]
)


def fill(size: int) -> None:
    """An archive of `size` items, dated A_DAY a day, in eleven sections, one item in a thousand an advisory."""
    chance = random.Random(4)  # noqa: S311
    top = Section.objects.create(language="en", slug="activities", title="Activities")
    below = [Section.objects.create(language="en", slug=f"part-{n}", title=f"Part {n}", parent=top) for n in range(10)]
    for start in range(0, size, BATCH):
        sorts = [("news", "advisory") if chance.random() < 0.001 else chance.choice(GENRES) for _ in range(BATCH)]
        sorts = sorts[: size - start]
        publications = Publication.objects.bulk_create(
            Publication(kind=kind, language="en", created_at=LONG_AGO) for kind, _genre in sorts
        )
        Edition.objects.bulk_create(
            Edition(
                publication=publication,
                number=1,
                kind=kind,
                genre=genre,
                language="en",
                title=f"An item of an ordinary length of headline, number {start + n}",
                slug="an-item",
                summary="What it says in a sentence or two, as lists show it. " * 3,
                body="<p>Some words.</p>" * 20,
                section=chance.choice([top, *below]),
                place=chance.choice(["", "Osh", "Bishkek", "Geneva"]),
                dated_on=NEWEST - timedelta(days=(start + n) // A_DAY),
                state=State.APPROVED,
                live_from=LONG_AGO + timedelta(seconds=start + n),
                published_at=LONG_AGO + timedelta(seconds=start + n),
                approved_at=LONG_AGO,
                digest="0" * 64,
                created_at=LONG_AGO,
                edited_at=LONG_AGO,
            )
            for n, (publication, (kind, genre)) in enumerate(zip(publications, sorts, strict=True))
        )


def cost(path: str) -> float:
    """Milliseconds of an address, the least of several runs: what others do on the machine only adds."""
    client, times = Client(), []
    for _run in range(RUNS):
        began = time.perf_counter()
        response = client.get(path)
        times.append((time.perf_counter() - began) * 1000)
        if response.status_code not in (200, 302):
            sys.exit(f"{path}: {response.status_code}")
    return min(times)


def main(size: int) -> None:
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    if not Publication.objects.exists():
        fill(size)
    filled = time.perf_counter()
    call_command("counts", "rebuild")
    print(f"{size} items: made in {filled - began:.0f} s, counted in {time.perf_counter() - filled:.0f} s")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    pages = size // 20
    deep = Edition.objects.order_by("dated_on").values_list("publication__code", flat=True)[size // 10]
    middle = NEWEST - timedelta(days=size // A_DAY // 2)
    addresses = {
        "page 1": "/en/news/",
        "the middle page": f"/en/news/?page={pages // 2}",
        "the last page": f"/en/news/?page={pages}",
        "a year": f"/en/news/{middle:%Y}/",
        "a month": f"/en/news/{middle:%Y/%m}/",
        "a section": "/en/activities/",
        "deep in a section": f"/en/activities/?page={pages - 1}",
        "deep in a small one": f"/en/activities/part-3/?page={pages // 13}",
        "statements": "/en/news/?genre=statement",
        "deep in statements": f"/en/news/?genre=statement&page={pages // 6}",
        "advisories (rare)": "/en/news/?genre=advisory",
        "a place": "/en/news/?place=Osh",
        "deep in a place": f"/en/news/?place=Osh&page={pages // 5}",
        "the way back": f"/en/news/?item={deep}",
    }
    home = reverse("public:home")
    addresses = {name: path.replace("/en/", home, 1) for name, path in addresses.items()}
    for path in addresses.values():
        Client().get(path)
    first = cost(addresses["page 1"])
    for name, path in addresses.items():
        taken = cost(path)
        print(f"{name:<20} {taken / first:5.2f} x   ({taken:.0f} ms)  {path}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
