"""How soon two nodes show what was published, and how quickly pages are there again when all of them are stale."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from os import environ
from urllib.request import Request, urlopen

from .servers import ROOT, Server, granian
from .wrk import Load, measure

HOST = {"Host": "press.example.org"}
LIST = "/en/news/"
PATIENCE = 30  # seconds
BEGIN = "import django; django.setup()\n"
# Takes the newest draft of an item that is listed, dates it to today, and publishes it; prints when, and its title.
PUBLISH = (
    BEGIN
    + """
import time
from django.contrib.auth.models import Group
from cms.editorial import actions
from cms.models import Edition, Section, User, clock
def account(name, group):
    user, made = User.objects.get_or_create(username=name, defaults={"is_staff": True})
    user.groups.add(Group.objects.get(name=group))
    return User.objects.get(pk=user.pk)
writer, moderator = account("bench-writer", "Editors"), account("bench-moderator", "Moderators")
section = Section.objects.filter(language="en").order_by("pk").first()
title = f"Published at {time.time():.3f}"
draft = actions.start("news", by=writer, language="en", title=title, summary="A summary.", body="<p>Text.</p>",
                      section=section, genre="report", dated_on=clock.now().date())
waiting = actions.submit(draft, by=writer)
actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
print(time.time(), title, sep="|")
"""
)
EMPTY = BEGIN + "from cms.models import touched\ntouched.touch([touched.FRAME])"


def _run(code: str, given: dict[str, str]) -> str:
    settings = {**environ, **given, "DJANGO_SETTINGS_MODULE": "cms.settings"}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=True).stdout  # noqa: S603


def _seen_at(node: Server, words: str) -> float:
    """When a node first showed some words in its list, in seconds since the epoch."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with urlopen(Request(node.origin + LIST, headers=HOST)) as answer:  # noqa: S310
            if words in answer.read().decode():
                return time.time()
        time.sleep(0.005)
    raise RuntimeError("it never came")


def publish_to_visible(given: dict[str, str], times: int = 3) -> float:
    """The longest that a node took to show what another process had published, in milliseconds."""
    longest = 0.0
    with ExitStack() as stack:
        nodes = [
            stack.enter_context(granian("cms.wsgi:application", given, host, workers=1))
            for host in ("127.0.0.2", "127.0.0.3")
        ]
        for _time in range(times):
            with ThreadPoolExecutor(len(nodes)) as pool:
                for node in nodes:
                    _seen_at(node, "<html")  # it has its page
                told = pool.submit(_run, PUBLISH, given)
                published, title = told.result().strip().split("|")
                seen = [pool.submit(_seen_at, node, title) for node in nodes]
                longest = max(longest, *(when.result() - float(published) for when in seen))
    return 1000 * longest


def recovery(site: Server, given: dict[str, str], steady: float) -> float:
    """Requests a second in the second after everything that was kept is out of date, as a part of the steady rate."""
    _run(EMPTY, given)
    return measure(Load(site, LIST, ("Host: press.example.org",)), 1).requests / steady
