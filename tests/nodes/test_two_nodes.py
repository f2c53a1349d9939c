"""Two machines, a worker, one PostgreSQL, one Redis, nginx in front: what one publishes the other shows; parts fail."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPException

import pytest

from tests.factories import PASSWORD

from .machines import HOST, PATIENCE, ROOT, Nginx, Node, PostgreSQL, Process, Redis, Staff, get

pytestmark = [pytest.mark.nodes, pytest.mark.once]
NOTICED = 0.5  # seconds after which every node knows


class Site:
    """All machines together."""

    def __init__(self, folder, static):
        (folder / "node_settings.py").write_text(f"from cms.settings import *\nSTATIC_ROOT = {str(static)!r}\n")
        self.database, self.redis = PostgreSQL(folder / "postgresql"), Redis(folder)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "TEST_"))},
            "DEBUG": "off",
            "SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests-0123456789",
            "ALLOWED_HOSTS": HOST,
            "SECURE": "off",
            "DATABASE_URL": self.database.url,
            "REDIS_URL": self.redis.url,
            "CONTENT_LANGUAGES": "en",
            "TIME_ZONE": "UTC",
            "WORKER": "on",
            "MEDIA_ROOT": str(folder / "media"),
            "EMAIL_URL": "dummymail://",
            "PAGE_CACHE_MB": "16",
            "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "node_settings",
        }
        self.run("manage.py", "migrate", "--noinput", "--verbosity", "0")
        self.waiting = [int(pk) for pk in self.run("-m", "tests.nodes.content").split()]
        self.one = Node("127.0.0.2", self.environment, folder, "one")
        self.two = Node("127.0.0.3", self.environment, folder, "two")
        worker = [sys.executable, "manage.py", "db_worker"]
        self.worker = Process(worker, "", 0, self.environment, str(folder / "worker.log"))
        self.nginx = Nginx(folder, [self.one, self.two])

    def run(self, *arguments):
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def stop(self):
        for process in (self.nginx, self.one, self.two, self.worker, self.redis):
            process.kill()
        self.database.stop()


@pytest.fixture(scope="module")
def site(tmp_path_factory, hashed_static):
    found = Site(tmp_path_factory.mktemp("nodes"), hashed_static)
    yield found
    found.stop()


@pytest.fixture(scope="module")
def moderator(site):
    return Staff(site.one, "mona", PASSWORD)


def seconds_until(true, patience=PATIENCE):
    """How long it takes until something holds."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < patience
        time.sleep(0.01)
    return time.monotonic() - began


def warm(node):
    for _turn in range(2):
        for path in ("/", "/news/", "/council/"):
            assert get(node, path).status == 200


def test_what_is_published_on_one_node_is_on_the_other_within_half_a_second(site, moderator):
    for node in (site.one, site.two):
        warm(node)
    assert "Waiting 0" not in get(site.two, "/news/")
    moderator.approve(site.waiting[0])
    assert "Waiting 0" in get(site.one, "/news/")  # at once where it was done
    assert seconds_until(lambda: "Waiting 0" in get(site.two, "/news/")) < NOTICED


def test_at_its_instant_it_is_on_every_node_and_not_a_byte_of_it_before(site, moderator):
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=5)
    moderator.approve(site.waiting[1], f"{at:%Y-%m-%dT%H:%M:%S}")
    seen = {}

    def watch(node):
        while True:
            asked = datetime.now(UTC)
            shown = "Waiting 1" in get(node, "/news/")
            if shown:
                seen[node.host] = asked, datetime.now(UTC)
                return
            assert asked < at + timedelta(seconds=PATIENCE)

    threads = [threading.Thread(target=watch, args=[node]) for node in (site.one, site.two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for asked, answered in seen.values():
        assert answered >= at, "before its instant"
        assert asked - at < timedelta(seconds=NOTICED), "long after its instant"
    assert len(seen) == 2


def test_both_nodes_and_the_proxy_say_the_same_of_every_page(site):
    paths = {"/", "/news/", "/news/?page=2", "/council/", "/people/", "/contacts/", "/news/feed.atom", "/sitemap.xml"}
    paths |= set(re.findall(r'href="(/council/[^"?#]+/)"', get(site.one, "/news/").text))
    assert len(paths) > 20
    for path in paths:
        one, two, through = (get(node, path) for node in (site.one, site.two, site.nginx))
        assert (one.status, two.status, through.status) == (200, 200, 200), path
        assert one.text == two.text == through.text, path


@contextmanager
def load(site, paths=("/news/", "/council/", "/")):
    """Readers who ask the proxy all the while. Gives the list of all that was answered."""
    answers, over = [], threading.Event()

    def read():
        while not over.is_set():
            for path in paths:
                try:
                    answers.append(get(site.nginx, path).status)
                except (OSError, HTTPException) as error:
                    answers.append(repr(error))

    threads = [threading.Thread(target=read) for _n in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_no_reader_notices_that_a_node_died(site):
    with load(site) as answers:
        time.sleep(0.3)
        site.one.kill()
        time.sleep(0.7)
        site.one.start()
        time.sleep(0.5)
    assert len(answers) > 50
    assert set(answers) == {200}


def test_without_redis_the_site_goes_on_and_still_shows_what_is_new(site, moderator):
    site.redis.kill()
    try:
        with load(site) as answers:
            moderator = Staff(site.one, "mona", PASSWORD)
            moderator.approve(site.waiting[2])
            assert "Waiting 2" in get(site.one, "/news/")
            assert seconds_until(lambda: "Waiting 2" in get(site.two, "/news/")) < NOTICED + 0.5
        assert set(answers) == {200}
    finally:
        site.redis.start()


def test_without_the_database_kept_pages_are_sent_and_say_that_they_may_be_old(site):
    for node in (site.one, site.two):
        warm(node)
    site.database.stop()
    try:
        time.sleep(NOTICED + 0.5)
        for node in (site.one, site.two):
            page = get(node, "/news/")
            assert page.status == 200
            assert "Waiting 0" in page
            assert page.headers["Warning"].startswith("110")
        assert get(site.one, "/quote/?q=some+words+of+a+text").status in (500, 503)
        admin = get(site.one, "/admin/login/")
        assert admin.status in (200, 500, 503)
    finally:
        site.database.start()
    seconds_until(lambda: get(site.two, "/quote/?q=some+words+of+a+text").status == 200)
    moderator = Staff(site.two, "mona", PASSWORD)
    moderator.approve(site.waiting[3])
    assert seconds_until(lambda: "Waiting 3" in get(site.one, "/news/")) < NOTICED + 0.5
    assert "Warning" not in get(site.one, "/news/").headers
