"""The Nu HTML Checker over every public page and stylesheet, and the rules of feeds over every feed. By hand:

npm install --prefix var/npm vnu-jar@26
.venv/bin/python -m bench.vnu            # SITE_ORIGIN=http://127.0.0.1:8000 for a site that runs already

Needs Java. Ends with 1 where anything is an error; warnings are printed, and are for people to look at.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from lxml import html

from tests.public.feed_rules import faults_of_atom, faults_of_json, faults_of_rss

from .crawl import Page, crawl, fetch
from .site import LANGUAGES, ROOT, served

JAR = "node_modules/vnu-jar/build/dist/vnu.jar"
FEEDS = {
    "application/atom+xml": faults_of_atom,
    "application/rss+xml": faults_of_rss,
    "application/feed+json": faults_of_json,
}
SHOWN = 3  # pages that are named for each message


def main() -> int:
    jar = Path(os.environ.get("NPM_ROOT", ROOT / "var" / "npm")) / JAR
    if not shutil.which("java") or not jar.exists():
        print(f"The checker was not run: it needs Java, and `npm install --prefix var/npm vnu-jar@26` ({jar}).")
        return 2
    with served() as origin, tempfile.TemporaryDirectory() as folder:
        pages = list(crawl(origin, LANGUAGES))
        broken = [f"{page.path}: {page.status}" for page in pages if page.status >= 500]
        feeds = [f"{page.path}: {fault}" for page in pages if page.media_type in FEEDS for fault in _faults(page)]
        kept = _keep(Path(folder), origin, pages)
        messages = _check(jar, folder)
    errors = _report(messages, kept)
    print(*broken, *feeds, sep="\n")
    print(f"{len(kept)} pages and stylesheets, {sum(p.media_type in FEEDS for p in pages)} feeds: {errors} errors")
    return 1 if errors or broken or feeds else 0


def _faults(page: Page) -> list[str]:
    return FEEDS[page.media_type](page.body)


def _keep(folder: Path, origin: str, pages: Iterable[Page]) -> dict[str, str]:
    """Write pages and stylesheets into a folder. Returns their addresses by the names of their files."""
    kept = {}
    styles = {href for page in pages if page.media_type == "text/html" for href in _styles(page)}
    for page in [*pages, *(fetch(origin, href) for href in sorted(styles))]:
        if page.body and page.media_type in ("text/html", "text/css"):
            name = f"{len(kept)}.{page.media_type.removeprefix('text/')}"
            (folder / name).write_bytes(page.body)
            kept[name] = page.path
    return kept


def _styles(page: Page) -> list[str]:
    return html.fromstring(page.body.decode()).xpath("//link[@rel='stylesheet']/@href")


def _check(jar: Path, folder: str) -> list[dict[str, str]]:
    command = ["java", "-Xss8m", "-jar", str(jar), "--also-check-css", "--exit-zero-always", "--format", "json", folder]
    answer = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603
    return json.loads(answer.stderr or answer.stdout)["messages"]


def _report(messages: list[dict[str, str]], kept: dict[str, str]) -> int:
    """Print each message once, with some of its pages. Returns how many are errors."""
    found = defaultdict(list)
    for message in messages:
        sort = message.get("subType") or message["type"]
        found[f"{sort}: {message['message']}"].append(
            kept.get(message.get("url", "").rpartition("/")[2], message.get("url", ""))
        )
    for words, paths in sorted(found.items()):
        print(f"{words}\n    {len(paths)} times: {', '.join(sorted(set(paths))[:SHOWN])}")
    return sum(message["type"] in ("error", "non-document-error") for message in messages)


if __name__ == "__main__":
    sys.exit(main())
