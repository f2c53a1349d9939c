"""What the pages of the admin cost over a large archive: queries and milliseconds, and how many times a small one's.

export SECRET_KEY=bench ALLOWED_HOSTS=testserver
DATABASE_URL=postgres:///small .venv/bin/python manage.py generate --items 1000
DATABASE_URL=postgres:///small .venv/bin/python -m bench.admin --keep small.json
DATABASE_URL=postgres:///large .venv/bin/python -m bench.admin --against small.json
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
os.environ["DEBUG"] = os.environ["SECURE"] = "off"
os.environ.setdefault("LOG_LEVEL", "CRITICAL")
os.environ.setdefault("ALLOWED_HOSTS", "testserver")
os.environ.setdefault("SECRET_KEY", "only-for-this-measurement-0123456789-0123456789-0123456789")
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
django.setup()  # models can be imported from here on: hence E402 below

from django.db import connection  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from cms.models import Edition, Section, State, User  # noqa: E402

LISTS = {"news": "/admin/news/newsitem/", "speech": "/admin/speeches/speech/"}
STATES = "draft in_review returned scheduled live superseded withdrawn discarded".split()


def addresses() -> dict[str, str]:
    """Pages by what they are. Rows are chosen that any generated archive has."""
    found = {"desk": "/admin/"}
    for kind, base in LISTS.items():
        editions = Edition.objects.filter(kind=kind)
        middle = editions.filter(state=State.APPROVED).order_by("pk").values_list("pk", flat=True)
        draft = editions.filter(state=State.DRAFT).values_list("pk", flat=True).first()
        genre = {"news": "advisory", "speech": "joint"}[kind]
        found |= {
            f"{kind}": base,
            f"{kind}, page 2": f"{base}?p=2",
            f"{kind}, by date": f"{base}?o=-2",
            f"{kind}, common word": f"{base}?q=report",
            f"{kind}, rare words": f"{base}?q=manuscripts+Lima",
            f"{kind}, no such word": f"{base}?q=zanzibra",
            f"{kind}, three words": f"{base}?q=council+budget+geneva",
            f"{kind}, Russian word": f"{base}?q=рукописей",
            **{f"{kind}, {state}": f"{base}?status={state}" for state in STATES},
            **{f"{kind}, {state} by date": f"{base}?status={state}&o=-2" for state in ("live", "withdrawn")},
            f"{kind}, a section": f"{base}?in={Section.objects.filter(path='activities').first().pk}",
            f"{kind}, a small section": f"{base}?in={Section.objects.filter(path='cooperation/observers').first().pk}",
            f"{kind}, a language": f"{base}?language=ru",
            f"{kind}, a genre": f"{base}?genre={genre}",
            f"{kind}, a year": f"{base}?dated_on__year=2015",
            f"{kind}, a month": f"{base}?dated_on__year=2015&dated_on__month=5",
            f"{kind}, all at once": f"{base}?status=live&language=ru&genre={genre}&q=рукописей",
            f"{kind}, an edition": f"{base}{middle.first()}/change/",
            **({f"{kind}, the form": f"{base}{draft}/change/"} if draft else {}),
            f"{kind}, a new one": f"{base}add/",
            f"{kind}, picking": f"{base}pick/publication/?term=report&language=en",
            f"{kind}, picking nothing": f"{base}pick/publication/?term=zanzibra&language=en",
        }
    journal = "/admin/cms/journal/"
    return found | {
        "journal": journal,
        "journal, an act": f"{journal}?action=withdraw",
        "journal, a common act": f"{journal}?action=approve",
        "journal, a person": f"{journal}?q=Winter",
        "journal, nobody": f"{journal}?q=zanzibra",
        "journal, a year": f"{journal}?year={Edition.objects.latest('pk').created_at.year}",
        "people": "/admin/cms/person/",
        "people, a name": "/admin/cms/person/?q=Orlov",
        "events": "/admin/cms/event/",
        "pictures": "/admin/cms/image/",
        "documents": "/admin/cms/attachment/",
        "sections": "/admin/cms/section/",
        "a person": f"/admin/cms/person/{_first('person')}/change/",
        "an event": f"/admin/cms/event/{_first('event')}/change/",
        "translations": "/admin/translations/",
    }


def _first(model: str) -> int:
    return int(django.apps.apps.get_model("cms", model).objects.order_by("pk").values_list("pk", flat=True)[0])


def cost(client: Client, path: str, runs: int) -> tuple[int, int, float, str]:
    """Queries; rows of a list; milliseconds of the best run, since what others do on the machine only adds; the slowest
    query. A list that has one row in a small archive and fifty in a large one takes longer for its rows alone."""
    times: list[float] = []
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    if response.status_code in (403, 404):
        return 0, 0, 0.0, ""
    if response.status_code != 200:
        sys.exit(f"{path}: {response.status_code}")
    listed = (getattr(response, "context_data", None) or {}).get("cl")
    rows = len(listed.result_list) if listed else 0
    queries = list(captured.captured_queries)
    for _run in range(runs):
        began = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - began) * 1000)
        if sum(times) > 8000:
            break
    slowest = max(queries, key=lambda query: float(query["time"]), default={"time": "", "sql": ""})
    return len(queries), rows, min(times), f"{slowest['time']} s {slowest['sql']}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="a file for the figures, to compare others with")
    parser.add_argument("--against", type=Path, help="such a file")
    parser.add_argument("--only", default="", help="pages whose names have this in them")
    parser.add_argument("--sql", action="store_true", help="show the slowest query of what is more than three times")
    options = parser.parse_args()
    before = json.loads(options.against.read_text()) if options.against else {}
    client, figures = Client(), {}
    client.force_login(User.objects.filter(Q(username__startswith="generated-chief")).first())
    client.get("/admin/")
    for name, path in addresses().items():
        if options.only not in name:
            continue
        queries, rows, taken, slowest = cost(client, path, options.runs)
        if not queries:
            continue
        figures[name] = taken
        times = taken / before[name] if name in before else 0
        told = f"{name:<28}{queries:4} queries {rows:4} rows {taken:9.1f} ms"
        print(told + (f" {times:7.2f} x" if times else ""), flush=True)
        if options.sql and times > 3:
            print(f"    {slowest[:1500]}", flush=True)
    if options.keep:
        options.keep.write_text(json.dumps(figures))


if __name__ == "__main__":
    main()
