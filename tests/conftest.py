"""What every test may ask for: people of each group, and a database whose seals can be lifted to empty it."""

from __future__ import annotations

import fcntl
import functools
import gc
import os
import shutil
import socket
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from _pytest import runner
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase, override_settings

from cms.media import typesetting
from cms.models import User, clock
from cms.settings import STORAGES as PRODUCTION_STORAGES

from . import settings as test_settings
from .factories import make_member, make_user
from .nodes.machines import missing as machines_missing

gc.set_threshold(50_000)  # looking for garbage after every 700 objects takes a twentieth of the time
# No test can see what a disk holds after a power failure; that it is asked to, in which order, is seen where `os.fsync`
# is watched (tests/media/test_storage.py). A hundred such waits for each picture are half of what it costs to make.
os.fsync = lambda _descriptor: None
IN_CI = bool(os.environ.get("CI"))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Playwright's synchronous interface runs an event loop in the thread of the test, which Django would refuse.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def _with_room(function, *arguments):
    return function(*arguments)


# CPython keeps the frames of a thread in pieces of 16 kB, and has the system map and unmap the next one each time calls
# go over the end of one. A test stands so deep that this happens a thousand times a page, and costs a tenth of all the
# time. A frame that is said to need half a megabyte begins a piece of one, and all that it calls lie behind it.
_with_room.__code__ = _with_room.__code__.replace(co_stacksize=1 << 16)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    return _with_room(runner.pytest_runtest_protocol, item, nextitem)


def _postgresql_is_here() -> bool:
    try:
        psycopg.connect(test_settings.POSTGRES_URL.rsplit("/", 1)[0] + "/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _redis_is_here() -> bool:
    url = urlsplit(os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379"))
    try:
        socket.create_connection((url.hostname, url.port or 6379), timeout=2).close()
    except OSError:
        return False
    return True


NEEDS = {
    "nodes": (lambda: not machines_missing(), "PostgreSQL's programs, Redis or nginx were not found"),
    "browser": (lambda: CHROMIUM, "Chromium was not found"),
    "pango": (lambda: not typesetting.missing(), "Pango was not found"),
    "nginx": (lambda: shutil.which("nginx"), "nginx was not found"),
    "varnish": (lambda: shutil.which("varnishd"), "Varnish was not found"),
    "systemd": (lambda: shutil.which("systemd-analyze"), "systemd was not found"),
    "redis": (_redis_is_here, "Redis was not found"),
}


def pytest_collection_modifyitems(config, items):
    """A test whose component is missing is reported as skipped; in CI it runs and fails.

    Tests for PostgreSQL alone belong to the second pass, so the first leaves them out where there will be one.
    """
    if not test_settings.ON_POSTGRESQL and (needing := [i for i in items if i.get_closest_marker("postgresql")]):
        if _postgresql_is_here():
            config.hook.pytest_deselected(items=needing)
            items[:] = [item for item in items if item not in needing]
        else:
            _skip(needing, "PostgreSQL was not found")
    if test_settings.ON_POSTGRESQL and (done := [item for item in items if _is_done_once(item)]):
        config.hook.pytest_deselected(items=done)
        items[:] = [item for item in items if item not in done]
    # Files that take long begin first, so that no process is left alone with one at the end.
    slow = {item.path for item in items if any(item.get_closest_marker(mark) for mark in NEEDS)}
    items.sort(key=lambda item: item.path not in slow)
    for mark, (is_here, reason) in NEEDS.items():
        needing = [item for item in items if item.get_closest_marker(mark)]
        if needing and not is_here():
            _skip(needing, reason)


def _is_done_once(item):
    """Whether a test is left out of the second pass: what a browser shows is the same, but for the main job."""
    in_browser = item.get_closest_marker("browser") and item.path.name not in (
        "test_main_job.py",
        "test_edition_browser.py",
    )
    return item.get_closest_marker("once") or in_browser


def _skip(items, reason):
    if not IN_CI:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session", autouse=True)
def _media_folder():
    """Made when the first file comes, and gone with the tests."""
    os.environ["TEST_MEDIA"] = test_settings.MEDIA
    yield
    shutil.rmtree(test_settings.MEDIA, ignore_errors=True)


@pytest.fixture(autouse=True)
def _fresh(request):
    cache.clear()
    yield


@pytest.fixture(scope="session", autouse=True)
def _tables_emptied_for_the_next():
    """Transactional tests end by emptying every table, which is just what the seals forbid.

    What `migrate` had made is put back as it was: to have it made anew by each application takes ten times as long.
    """
    originals = {name: vars(TransactionTestCase)[name] for name in ("_fixture_setup", "_fixture_teardown")}

    @classmethod
    def setup(cls):
        _made_by_migrate()
        originals["_fixture_setup"].__get__(None, cls)()

    def teardown(_self):
        with transaction.atomic(), _seals_lifted():  # one wait for the disk, not one for each trigger
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=True)
            for model, rows in _made_by_migrate():
                model.objects.bulk_create(rows)

    TransactionTestCase._fixture_setup, TransactionTestCase._fixture_teardown = setup, teardown
    yield
    for name, original in originals.items():
        setattr(TransactionTestCase, name, original)


@functools.cache
def _made_by_migrate():
    """Rows of each model, read before the first test that could change them for good."""
    return [(model, list(model.objects.all())) for model in (ContentType, Permission, Group, Group.permissions.through)]


@contextmanager
def _seals_lifted():
    with connection.cursor() as cursor:
        triggers = []
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger' AND name LIKE 'seal_%'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("SET session_replication_role = replica")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM cms_search_index")  # no model's table, so that nobody else empties it
            for _name, sql in triggers:
                cursor.execute(sql)
            if connection.vendor != "sqlite":
                cursor.execute("SET session_replication_role = origin")


@pytest.fixture(scope="module")
def module_db(django_db_setup, django_db_blocker):
    """The database for what is made once for a file's tests, in a transaction that is taken back at their end. What a
    test changes is taken back after it as ever."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def editor(db) -> User:
    return make_member("Edith Editor", "Editors")


@pytest.fixture
def other_editor(db) -> User:
    return make_member("Otto Editor", "Editors")


@pytest.fixture
def moderator(db) -> User:
    return make_member("Mona Moderator", "Moderators")


@pytest.fixture
def other_moderator(db) -> User:
    return make_member("Milo Moderator", "Moderators")


@pytest.fixture
def chief(db) -> User:
    return make_member("Chloe Chief", "Chief editors")


@pytest.fixture
def administrator(db) -> User:
    return make_member("Adam Administrator", "Administrators")


@pytest.fixture
def outsider(db) -> User:
    """Staff without a group."""
    return make_user("Nobody Inparticular")


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """The machine's own Chromium: a browser test fails, and is not skipped, where CI has none."""
    assert CHROMIUM, "Chromium was not found"
    flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    return {"executable_path": CHROMIUM, "args": [*flags.split(), "--disable-component-update", "--disable-sync"]}


@pytest.fixture(scope="session")
def collected_static(tmp_path_factory):
    """The static files, the editor's among them, collected as an operator does."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=str(folder)):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture(scope="session")
def hashed_static(tmp_path_factory):
    """The static files as production has them, hashed and compressed: made by the first process of a run that asks."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    folder = shared / "hashed-static"
    with (shared / "hashed-static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "staticfiles.json").exists():
            with override_settings(STATIC_ROOT=str(folder), STORAGES=PRODUCTION_STORAGES):
                call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture
def with_static_files(collected_static, settings):
    settings.STATIC_ROOT = str(collected_static)


@pytest.fixture
def signed_in_page(with_static_files, live_server, browser, client):
    """Give it a user: a browser page of their own, signed in to the admin."""
    contexts = []

    def open_for(user):
        client.force_login(user)
        context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        client.cookies.clear()
        contexts.append(context)
        return context.new_page()

    yield open_for
    for context in contexts:
        context.close()


@pytest.fixture(scope="session", autouse=True)
def _no_session_left_on_the_test_database(django_db_setup, django_db_blocker):
    """Playwright's event loop gives the main thread a second connection, which nobody closes before the drop."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
