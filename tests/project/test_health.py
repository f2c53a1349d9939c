"""A load balancer and a person on duty learn whether this process can do its work, and strangers learn nothing more."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.db import OperationalError, connection
from django_tasks_db.models import DBTaskResult, get_date_max

from cms.models import clock
from cms.operations import health
from tests.factories import make_stored

SECRET = "host=10.0.0.7 password=hunter2"


@pytest.fixture(autouse=True)
def _asked_anew():
    health.forget()
    yield
    health.forget()


@pytest.fixture
def ready(client):
    """Asks: the status, the state and the states of the parts."""

    def ask():
        health.forget()
        response = client.get("/readyz")
        told = response.json()
        return response.status_code, told["state"], {name: part["state"] for name, part in told["parts"].items()}

    return ask


@pytest.fixture
def broken(monkeypatch):
    """Give it the name of a part: it fails with an error that says too much."""

    def break_(name, instead=None):
        def fail():
            raise OperationalError(SECRET)

        parts = [replace(part, check=instead or fail) if part.name == name else part for part in health.PARTS]
        monkeypatch.setattr(health, "PARTS", tuple(parts))

    return break_


def make_task(**columns):
    now = clock.now()
    task = DBTaskResult.objects.create(
        **{
            "args_kwargs": {"args": [], "kwargs": {}},
            "task_path": "cms.editorial.renditions.draw",
            "backend_name": "default",
            "run_after": get_date_max(),
            **columns,
        }
    )
    DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=columns.get("enqueued_at", now))


def test_it_is_alive_without_a_database_or_a_session(client, db, django_assert_num_queries, editor):
    client.force_login(editor)
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies


def test_a_site_that_is_well_is_ready(ready, db):
    assert ready() == (200, "ok", dict.fromkeys(["database", "cache", "storage", "tasks", "clock"], "ok"))


def test_readiness_is_not_kept_by_anybody(client, db):
    response = client.get("/readyz")
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies


def test_readiness_costs_a_few_queries(client, db, django_assert_num_queries):
    health.database()  # reads from the disk what this code needs, once in the life of a process
    # That it answers, its migrations, the newest file; PostgreSQL's clock.
    with django_assert_num_queries(4 if connection.vendor == "postgresql" else 3):
        client.get("/readyz")


def test_who_asks_often_costs_nothing(client, db, django_assert_num_queries):
    client.get("/readyz")
    with django_assert_num_queries(0):
        client.get("/readyz")


def test_without_its_database_it_is_not_ready_and_strangers_are_not_told_why(client, db, broken):
    broken("database")
    response = client.get("/readyz")
    told = response.json()
    assert (response.status_code, told["state"], told["parts"]["database"]["state"]) == (503, "failed", "failed")
    assert set(told["parts"]["database"]) == {"state", "ms"}
    assert "hunter2" not in response.content.decode()
    # What is not known without it is not asked for, so that nobody waits for a connection again and again.
    assert {name for name, part in told["parts"].items() if part["state"] == "unknown"} == {"storage", "tasks", "clock"}


def test_with_older_tables_than_its_code_it_is_not_ready(ready, db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'cms' AND name = %s", [_newest_of_cms()])
    assert ready()[:2] == (503, "failed")


def _newest_of_cms():
    return next(name for app, name in health._newest_migrations() if app == "cms")


def test_tables_of_newer_code_do_no_harm(ready, db):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('cms', '9999_later', %s)", [clock.now()]
        )
    assert ready()[0] == 200


@pytest.mark.parametrize("name", ["cache", "storage", "tasks", "clock"])
def test_what_the_site_can_do_without_does_not_take_it_out(ready, db, broken, name):
    broken(name)
    status, state, parts = ready()
    assert (status, state, parts[name]) == (200, "degraded", "failed")


def test_a_storage_that_lost_the_newest_file_is_told(ready, db):
    stored = make_stored(b"bytes")
    assert ready()[2]["storage"] == "ok"
    storages["media"].delete(stored.name)
    assert ready()[2]["storage"] == "failed"


def test_a_folder_that_takes_no_files_is_told(ready, db, settings, tmp_path):
    """As in a container whose volume belongs to somebody else: nobody could upload anything."""
    (tmp_path / "file").touch()
    for root, state in ((tmp_path / "new" / "media", "ok"), (tmp_path / "file" / "media", "failed")):
        own = {**settings.STORAGES["media"], "OPTIONS": {"location": str(root)}}
        settings.STORAGES = {**settings.STORAGES, "media": own}
        assert ready()[2]["storage"] == state


def test_a_folder_of_somebody_else_s_is_told(ready, db, monkeypatch):
    assert ready()[2]["storage"] == "ok"
    monkeypatch.setattr("os.access", lambda path, mode: False)  # the super-user may everything
    assert ready()[2]["storage"] == "failed"


def test_a_storage_that_hangs_is_waited_for_once(ready, db, monkeypatch):
    goes_on = threading.Event()
    asked = []

    def hang(name):
        asked.append(name)
        goes_on.wait(10)
        return False

    monkeypatch.setattr(health, "STORAGE_PATIENCE", 0.05)
    monkeypatch.setattr(storages["media"], "exists", hang)
    try:
        assert ready()[2]["storage"] == "failed"
        assert ready()[2]["storage"] == "failed"
        assert len(asked) == 1
    finally:
        goes_on.set()
        health._asked.result(5)
    monkeypatch.undo()
    assert ready()[2]["storage"] == "ok"


def test_tasks_that_nobody_does_are_told(ready, db, settings):
    settings.WORKER = True
    now = clock.now()
    make_task(enqueued_at=now - timedelta(minutes=9))
    make_task(run_after=now + timedelta(days=1), enqueued_at=now - timedelta(days=1))
    assert ready()[2]["tasks"] == "ok"
    make_task(enqueued_at=now - timedelta(minutes=11))
    assert ready()[:2] == (200, "degraded")


def test_a_task_for_later_is_overdue_from_then_on(ready, db, settings):
    settings.WORKER = True
    now = clock.now()
    make_task(run_after=now - timedelta(minutes=5), enqueued_at=now - timedelta(days=1))
    assert ready()[2]["tasks"] == "ok"
    make_task(run_after=now - timedelta(minutes=15), enqueued_at=now - timedelta(days=1))
    assert ready()[2]["tasks"] == "failed"


def test_a_task_that_was_begun_and_never_ended_is_told(ready, db, settings):
    settings.WORKER = True
    make_task(status="RUNNING", started_at=clock.now() - timedelta(minutes=59))
    assert ready()[2]["tasks"] == "ok"
    make_task(status="RUNNING", started_at=clock.now() - timedelta(minutes=61))
    assert ready()[2]["tasks"] == "failed"


def test_without_a_worker_no_task_is_overdue(ready, db):
    make_task(enqueued_at=clock.now() - timedelta(days=1))
    assert ready()[1] == "ok"


@pytest.mark.parametrize(("ahead", "state"), [(-1.5, "ok"), (2.5, "failed"), (-2.5, "failed")])
def test_a_clock_that_is_wrong_is_told(ready, db, monkeypatch, ahead, state):
    monkeypatch.setattr(clock, "measure", lambda: timedelta(seconds=ahead))
    assert ready()[2]["clock"] == state


def test_a_part_that_takes_long_is_slow(ready, db, broken, monkeypatch):
    monkeypatch.setattr(health, "SLOW_AFTER", 0.0)
    assert ready()[1:] == ("degraded", dict.fromkeys(["database", "cache", "storage", "tasks", "clock"], "slow"))


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_probes_come_without_tls_and_with_a_name_of_ours(client, db, settings, address):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(address).status_code == 200
    assert client.get("/en/").status_code == 301
    assert client.get(address, headers={"host": "10.0.0.7"}).status_code == 400


def test_nothing_can_be_posted(client, db):
    assert client.post("/readyz").status_code == 405
