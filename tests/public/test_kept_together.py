"""Pages that several processes keep together, what a CDN may keep, and what it is told of changes."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import connection

from cms.editorial import actions
from cms.models import PurgeTarget, Withdrawal, clock
from cms.models.touched import touch
from cms.public.kept import lifetime, purging
from cms.public.kept.purging import send_due
from cms.public.kept.shared import Shared, _packed, _unpacked, release
from tests.factories import make_live, make_past, make_scheduled

from .kept import Site

pytestmark = pytest.mark.django_db
CALLS = []


@pytest.fixture
def redis_server(tmp_path):
    """A Redis of the test's own, which it may stop."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    for _try in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    process.url = f"redis://127.0.0.1:{port}/0"
    yield process
    process.kill()
    process.wait()


def site_on(server, name="one"):
    return Site(shared=Shared(server.url, name))


@pytest.mark.redis
def test_what_one_process_has_made_another_sends(redis_server, editor):
    path = make_past(editor).get_absolute_url()
    one, other = site_on(redis_server), site_on(redis_server)
    first = one.get(path)
    second = other.get(path)
    assert (second.status_code, second.body, second.headers) == (200, first.body, first.headers)
    assert other.made == 0
    assert not site_on(redis_server, "other code").hit(path)


@pytest.mark.redis
def test_no_process_takes_from_the_others_what_is_out_of_date(redis_server, editor, moderator):
    item = make_past(editor)
    one, other = site_on(redis_server), site_on(redis_server)
    one.get(item.get_absolute_url())
    actions.withdraw(item, by=moderator, mode=Withdrawal.Mode.GONE, comment="Why")
    assert other.get(item.get_absolute_url()).status_code == 410


@pytest.mark.redis
def test_one_process_makes_a_page_while_the_others_wait_for_it(redis_server, editor):
    path = make_past(editor).get_absolute_url()
    one, other = site_on(redis_server), site_on(redis_server)
    key = ("http", "testserver", path, "")
    other.get(path)  # so that it knows that such a page is kept
    other.pages.store.clear()
    one.pages.shared._redis.flushall()
    assert one.pages.shared.take_turn(key)
    made = one.get("/en/")  # something else meanwhile
    assert made.status_code == 200
    packed = _packed(site_with(path).pages.store.get(key))
    redis = one.pages.shared._redis
    timer = threading.Timer(0.2, redis.set, [one.pages.shared._name(key), packed])
    timer.start()
    before = other.made
    assert other.get(path).status_code == 200
    assert other.made == before
    timer.join()


def site_with(path):
    site = Site()
    site.get(path)
    return site


@pytest.mark.redis
def test_the_site_goes_on_without_redis_and_comes_back_by_itself(redis_server, editor, monkeypatch):
    monkeypatch.setattr("cms.public.kept.shared.REST", 0.2)
    path = make_past(editor).get_absolute_url()
    site = site_on(redis_server)
    redis_server.send_signal(19)  # SIGSTOP: it takes the question and never answers
    assert site.get(path).status_code == 200
    assert site.hit(path)
    assert site.get("/en/").status_code == 200
    redis_server.send_signal(18)
    time.sleep(0.3)
    assert site.get("/en/contacts/").status_code == 200
    assert not site_on(redis_server).made
    assert site_on(redis_server).hit("/en/contacts/")
    redis_server.kill()
    redis_server.wait()
    assert site.get("/en/people/").status_code == 200


def test_what_is_no_page_is_none(editor):
    packed = _packed(site_with(make_past(editor).get_absolute_url()).pages.store._pages.popitem()[1])
    assert _unpacked(packed).status == "200 OK"
    for broken in (b"", b"x", packed[:50], packed[:-9], b"{}\n", b"[]\n" + packed, b"null\nabc"):
        assert _unpacked(broken) is None


def test_another_code_has_another_name():
    assert release() == release()
    assert len(release()) == 12


# --- What a CDN may keep


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (None, "public, max-age=0, s-maxage=60, stale-while-revalidate=10"),
        (71, "public, max-age=0, s-maxage=60, stale-while-revalidate=10"),
        (69.5, "public, max-age=0, s-maxage=60"),
        (30.9, "public, max-age=0, s-maxage=30"),
        (0.9, "no-cache"),
        (-5, "no-cache"),
    ],
)
def test_no_cache_keeps_a_page_past_the_instant_at_which_it_changes(settings, left, said):
    settings.PAGE_SHARED_SECONDS = 60
    assert lifetime.cache_control(1000.0, 1000.0 + left if left is not None else float("inf")) == said


def test_a_page_says_when_what_is_scheduled_will_change_it(settings, editor, moderator):
    other = make_past(editor).get_absolute_url()
    assert Site().get(other).headers["Cache-Control"] == "no-cache"
    settings.PAGE_SHARED_SECONDS = 3600
    site = Site()
    for path in ("/en/news/", other):
        assert "s-maxage=3600" in site.get(path).headers["Cache-Control"]
    make_scheduled(editor, moderator, at=clock.now() + timedelta(seconds=100))
    seconds = int(site.get("/en/news/").headers["Cache-Control"].rpartition("=")[2])
    assert 90 <= seconds <= 100
    assert site.hit("/en/news/")
    assert "s-maxage=3600" in site.get(other).headers["Cache-Control"]


# --- What it is told


class Cache(BaseHTTPRequestHandler):
    def answer(self):
        length = int(self.headers.get("Content-Length", 0))
        CALLS.append((self.command, dict(self.headers), self.rfile.read(length)))
        self.send_response(self.server.status)
        self.end_headers()

    do_POST = do_BAN = answer

    def log_message(self, *args):
        pass


@pytest.fixture
def cache():
    CALLS.clear()
    server = HTTPServer(("127.0.0.1", 0), Cache)
    server.status = 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_caches_are_told_what_has_changed_and_nothing_twice(cache, settings, editor, moderator):
    ban, post = (f"{scheme}http://127.0.0.1:{cache.server_port}/" for scheme in ("ban+", ""))
    settings.PAGE_PURGE, settings.PAGE_PURGE_TOKEN = [ban, post], "secret"
    send_due()  # from now on
    item = make_live(editor, moderator)
    group = f"group:{item.publication.translation_group}"
    assert send_due() == 2
    (banned, posted) = CALLS
    assert banned[0] == "BAN"
    assert group in banned[1]["Surrogate-Key"].split()
    assert group in banned[1]["Surrogate-Key-Pattern"]
    assert posted[0] == "POST"
    assert posted[1]["Authorization"] == "Bearer secret"
    assert {group, "list:en", "every"} <= set(json.loads(posted[2])["keys"])
    assert send_due() == 0
    assert len(CALLS) == 2


def test_a_cache_that_was_away_is_told_later_what_it_missed(cache, settings, editor, moderator):
    settings.PAGE_PURGE = [f"http://127.0.0.1:{cache.server_port}/"]
    send_due()
    cache.status = 500
    first = make_live(editor, moderator)
    assert send_due() == 0
    assert send_due() == 0  # it is left alone for a while
    assert len(CALLS) == 1
    second = make_live(editor, moderator)
    cache.status = 200
    PurgeTarget.objects.update(not_before=None)
    assert send_due() == 1
    keys = json.loads(CALLS[-1][2])["keys"]
    assert {f"group:{item.publication.translation_group}" for item in (first, second)} <= set(keys)


def test_a_cache_is_told_all_of_a_long_list_and_once_more_a_moment_later(
    cache, settings, editor, moderator, monkeypatch
):
    settings.PAGE_PURGE = [f"ban+http://127.0.0.1:{cache.server_port}/"]
    monkeypatch.setattr(purging, "MOST", 50)
    purging._again.clear()
    send_due()
    touch(f"group:{n}" for n in range(170))
    for _turn in range(6):
        send_due()
    told = [name for _method, headers, _body in CALLS for name in headers["Surrogate-Key"].split()]
    assert sorted(told) == sorted(f"group:{n}" for n in range(170))
    assert all(len(headers["Surrogate-Key-Pattern"]) < 8000 for _method, headers, _body in CALLS)
    CALLS.clear()
    monkeypatch.setattr(purging.time, "monotonic", lambda now=purging.time.monotonic: now() + 5)
    send_due()
    assert sum(len(headers["Surrogate-Key"].split()) for _method, headers, _body in CALLS) == 170


def test_a_cache_is_told_at_the_instant_of_what_is_scheduled(cache, settings, editor, moderator, monkeypatch):
    settings.PAGE_PURGE = [f"http://127.0.0.1:{cache.server_port}/"]
    send_due()
    at = clock.now() + timedelta(hours=1)
    item = make_scheduled(editor, moderator, at=at)
    send_due()
    CALLS.clear()
    monkeypatch.setattr(clock, "now", lambda: at)
    assert send_due() == 1
    assert f"group:{item.publication.translation_group}" in json.loads(CALLS[0][2])["keys"]


def test_pages_name_what_they_are_made_of_where_a_cache_is_told(settings, editor):
    item = make_past(editor)
    path = item.get_absolute_url()
    assert "Surrogate-Key" not in Site().get(path).headers
    settings.PAGE_PURGE = ["http://127.0.0.1:9/"]
    named = Site().get(path).headers["Surrogate-Key"].split()
    assert {"frame", f"group:{item.publication.translation_group}"} <= set(named)


# --- Many at once


@pytest.mark.django_db(transaction=True)
def test_one_request_makes_a_page_while_others_wait(editor):
    path = make_past(editor).get_absolute_url()
    site = Site()
    site.learns = False
    slow = site.pages.application

    def slowly(environ, start_response):
        time.sleep(0.3)
        return slow(environ, start_response)

    site.pages.application = slowly
    answers = []

    def ask():
        answers.append(site.get(path).status_code)
        connection.close()

    threads = [threading.Thread(target=ask) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 8
    assert site.made == 1
