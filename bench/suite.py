"""The site beside what it is compared with, in one run: `make bench`, or from the project's folder

    .venv/bin/python -m bench.suite --sizes 1000,10000 --database postgres://postgres@127.0.0.1:5432/bench

Each size is generated in a database of its own (an address without its last part: `…/bench` becomes `…/bench_1000`;
without --database, SQLite files in --folder). Then ready-made pages, pages made anew, a bare Django view, a WSGI
function and nginx are asked in turn by wrk. A table of ratios is printed; numbers and a picture go to --folder.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import psycopg

from .moments import publish_to_visible, recovery
from .plot import plot
from .servers import ROOT, Server, granian, gunicorn, nginx
from .wrk import Load, Rate, in_turn

HOST = "Host: press.example.org"
ANEW = "Cookie: sessionid=none"  # whoever has a session is answered by Django
GZIP = "Accept-Encoding: gzip"
LIST = "/en/news/"


def environment(database: str, folder: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database,
        "DEBUG": "off",
        "SECURE": "off",
        "SECRET_KEY": "only-for-benchmarks-only-for-benchmarks-only-for-benchmarks",
        "ALLOWED_HOSTS": "press.example.org",
        "CONTENT_LANGUAGES": "en,ru",
        "MEDIA_ROOT": str(folder / "media"),
        "REDIS_URL": "",
        "LOG_LEVEL": "ERROR",
        "PAGE_CACHE_MB": "24",
    }


def manage(given: dict[str, str], *arguments: str) -> None:
    subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env={**os.environ, **given}, check=True
    )


def _items(given: dict[str, str]) -> int:
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command"]
    asked = "from cms.models import Publication; print(Publication.objects.count())"
    answer = subprocess.run(  # noqa: S603
        [*command, asked], cwd=ROOT, env={**os.environ, **given}, check=True, capture_output=True, text=True
    )
    return int(answer.stdout.split()[-1])


def database_for(address: str, size: int, folder: Path) -> str:
    """The address of the database for a size. On PostgreSQL it is made where it is not there."""
    if not address:
        return f"sqlite:///{folder}/bench_{size}.sqlite3"
    server, _slash, name = address.rpartition("/")
    named = f"{name}_{size}"
    with psycopg.connect(f"{server}/postgres".replace("postgres://", "postgresql://"), autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [named]).fetchone()
        if there is None:
            connection.execute(f'CREATE DATABASE "{named}"')
    return f"{server}/{named}"


def fetched(server: Server, path: str, *headers: str) -> bytes:
    given = dict(header.split(": ", 1) for header in (HOST, *headers))
    with urlopen(Request(server.origin + path, headers=given)) as answer:  # noqa: S310
        body: bytes = answer.read()
    return body


def pages_of(site: Server) -> dict[str, str]:
    """Addresses of one page of each sort."""
    page = fetched(site, LIST).decode()
    item = page.split('class="p-name u-url" href="')[1].split('"')[0]
    last = max(int(part.split('"')[0]) for part in page.split("?page=")[1:])
    return {
        "list": LIST,
        "last page": f"{LIST}?page={last}",
        "middle page": f"{LIST}?page={max(2, last // 2)}",
        "detail": item,
        "home": "/en/",
        "search": "/en/search/?q=cooperation",
    }


def run_size(size: int, database: str, folder: Path, rounds: int, seconds: int) -> dict[str, Any]:
    given = environment(database_for(database, size, folder), folder)
    manage(given, "migrate", "--verbosity", "0")
    if _items(given) < size:  # an earlier run has published something in it, which generate refuses
        manage(given, "generate", "--items", str(size), "--languages", "en,ru")
    with ExitStack() as stack:
        site = stack.enter_context(granian("cms.wsgi:application", given))
        threads = stack.enter_context(gunicorn("cms.wsgi:application", given))
        pages = pages_of(site)
        body = fetched(site, LIST)
        bytes_long = {"BENCH_BYTES": str(len(body))}
        function = stack.enter_context(granian("bench.bare:function", bytes_long))
        bare_settings = {**given, **bytes_long, "BENCH_DJANGO": "1", "DJANGO_SETTINGS_MODULE": "bench.bare_settings"}
        bare = stack.enter_context(granian("bench.bare:django", bare_settings))
        static, proxy = (stack.enter_context(each) for each in _nginx(folder, body, site))
        loads = {
            "nginx, static file": Load(static, "/page.html", (HOST,)),
            "nginx, ready-made gzip": Load(static, "/page.html", (HOST, GZIP)),
            "WSGI function (granian)": Load(function, "/", (HOST,)),
            "bare Django view (granian)": Load(bare, "/", (HOST,)),
            "kept list (granian)": Load(site, LIST, (HOST,)),
            "kept list, gzip (granian)": Load(site, LIST, (HOST, GZIP)),
            "kept list (gunicorn gthread)": Load(threads, LIST, (HOST,)),
            "kept list behind nginx": Load(proxy, LIST, (HOST,)),
            **{f"made anew: {name}": Load(site, path, (HOST, ANEW)) for name, path in pages.items()},
        }
        rates = in_turn(loads, rounds, seconds)
        found = {
            "items": size,
            "bytes": len(body),
            "megabytes": round(site.megabytes(), 1),
            "rates": rates,
            "recovery": recovery(site, given, rates["kept list (granian)"].requests),
        }
    return {**found, "publish_to_visible_ms": publish_to_visible(given)}


def _nginx(folder: Path, body: bytes, site: Server) -> list[Server]:
    """One that sends a file, and one in front of the site that keeps its pages for a second."""
    files = folder / "files"
    files.mkdir(exist_ok=True)
    (files / "page.html").write_bytes(body)
    (files / "page.html.gz").write_bytes(gzip.compress(body, 6))
    asked = f"proxy_pass {site.origin}; proxy_set_header Host press.example.org; proxy_http_version 1.1;"
    kept = "proxy_cache pages; proxy_cache_valid 200 1s; proxy_ignore_headers Cache-Control; proxy_cache_lock on;"
    return [
        nginx(folder / "static", f"root {files}; gzip_static on;"),
        nginx(folder / "proxy", f'location / {{ {asked} proxy_set_header Connection ""; {kept} }}'),
    ]


def table(result: dict[str, Any]) -> str:
    """In Markdown: requests a second, processor time, and the ratio to what each is compared with."""
    rates: dict[str, Rate] = result["rates"]
    static, bare = rates["nginx, static file"], rates["bare Django view (granian)"]
    lines = [
        f"{result['items']:,} items; a list page has {result['bytes']:,} bytes; two workers take "
        f"{result['megabytes']} MB (PSS)",
        "",
        "| | requests/s | of nginx static | ms of processor | of the bare view |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, rate in rates.items():
        against, beside = rate.requests / static.requests, rate.milliseconds / bare.milliseconds
        lines.append(f"| {name} | {rate.requests:,.0f} | {against:.2f} | {rate.milliseconds:.3f} | {beside:.2f} |")
    lines += [
        "",
        f"Published to visible on two nodes: {result['publish_to_visible_ms']:.0f} ms at the longest. "
        f"In the second after everything kept was out of date: {result['recovery']:.2f} of the steady rate.",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--database", default="", help="of PostgreSQL; without it, SQLite")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "communique-bench")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    manage(environment("sqlite://:memory:", options.folder), "collectstatic", "--noinput", "--verbosity", "0")
    results = []
    for size in map(int, options.sizes.split(",")):
        results.append(run_size(size, options.database, options.folder, options.rounds, options.seconds))
        sys.stdout.write(f"\n{table(results[-1])}\n")
    kind = options.database.partition(":")[0] or "sqlite"
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {date.today():%Y-%m-%d}, {kind}"
    written = {
        "machine": machine,
        "results": [{**r, "rates": {name: vars(rate) for name, rate in r["rates"].items()}} for r in results],
    }
    path = options.folder / f"{kind}.json"
    path.write_text(json.dumps(written, indent=1))
    plot(results, machine, options.folder / f"{kind}.png")
    sys.stdout.write(f"\n{machine}. Numbers: {path}, picture: {path.with_suffix('.png')}\n")


if __name__ == "__main__":
    main()
