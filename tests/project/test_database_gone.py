"""The database may be away: readers get plain words or a kept page, editors get back what they sent, and it passes."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from html import unescape
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from cms.operations import outage
from tests.factories import make_draft
from tests.project.test_deploy import ask, free_port, wait_for
from tests.settings import POSTGRES_URL

ROOT = Path(__file__).parent.parent.parent
TEXT = "<p>Written for an hour.</p>\r\n<p>«Second» line</p>"


@pytest.fixture
def client(client):
    client.raise_request_exception = False
    return client


@pytest.fixture
def gone(monkeypatch):
    """While it is entered, nothing can be asked of the database. Gives how often it was tried."""

    @contextmanager
    def go():
        tried = []

        def fail(*args, **kwargs):
            tried.append(args)
            raise OperationalError("could not connect to server at 10.0.0.7")

        with monkeypatch.context() as patch:
            patch.setattr("django.db.backends.utils.CursorWrapper.execute", fail)
            yield tried

    return go


@pytest.mark.parametrize("path", ["/en/", "/en/news/", "/en/a-section/x-7kq2m4x/", "/sitemap.xml", "/nothing"])
def test_readers_get_plain_words(client, db, gone, path):
    with gone():
        response = client.get(path)
    page = response.content.decode()
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert response.headers["Cache-Control"] == "no-store"
    assert "Our database does not answer" in page
    assert "10.0.0.7" not in page
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_other_failures_are_not_blamed_on_the_database(client, db, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("cms.public.frame.Frame.of", fail)
    response = client.get("/en/")
    assert (response.status_code, "database" in response.content.decode()) == (500, False)


@pytest.mark.parametrize(
    ("cause", "is_away"),
    [
        (psycopg.errors.AdminShutdown, True),
        (psycopg.errors.TooManyConnections, True),
        (psycopg.errors.ConnectionFailure, True),
        (psycopg.OperationalError, True),
        (psycopg.errors.DeadlockDetected, False),
        (psycopg.errors.QueryCanceled, False),
    ],
)
def test_a_database_that_refuses_is_not_away(cause, is_away):
    error = OperationalError("x")
    error.__cause__ = cause("x")
    assert outage.is_away(error) is is_away
    assert not outage.is_away(ValueError("x"))


def test_the_admin_says_what_is_wrong(client, editor, gone):
    client.force_login(editor)
    with gone() as tried:
        response = client.get("/admin/news/newsitem/")
    page = response.content.decode()
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert "The database does not answer" in page
    assert "keep that tab open" in page
    assert len(tried) == 1  # whoever waits for a connection waits once
    assert client.get("/admin/news/newsitem/").status_code == 200  # still signed in


def typed(client, address, **more):
    """Sends a form that holds a text; csrf as the client has it."""
    page = client.get(address).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    version = re.search(r'name="version" value="(\d+)"', page)
    more = {"version": version[1], **more} if version else more
    return {"title": "My title", "body": TEXT, "_save": "Save", "csrfmiddlewaretoken": token, **more}


def test_what_an_editor_sent_comes_back_to_be_sent_again(editor, gone):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(editor)
    draft = make_draft(editor)
    address = reverse("admin:news_newsitem_change", args=[draft.pk])
    sent = typed(client, address)
    with gone():
        response = client.post(address, sent)
    page = response.content.decode()
    assert response.status_code == 503
    assert f'action="{address}"' in page
    fields = dict(re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', page, re.DOTALL))
    assert unescape(fields["body"]) == TEXT
    assert (fields["title"], fields["_save"]) == ("My title", "Save")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    again = client.post(address, {**sent, "csrfmiddlewaretoken": token})
    assert again.status_code == 200  # the form is read: what it lacks is told beside its fields
    assert "My title" in again.content.decode()


def test_what_was_sent_without_a_session_comes_back_too(client, db, gone):
    address = reverse("admin:news_newsitem_add")
    with gone():
        response = client.post(address, {"title": "My title", "body": TEXT})
    assert "My title" in response.content.decode()
    carried = client.post(address, {"title": "My title", "body": TEXT})
    kept = unescape(re.search(r'name="kept" value="([^"]+)"', carried.content.decode())[1])
    with gone():
        response = client.post("/admin/login/", {"username": "edith", "password": "a-long-secret", "kept": kept})
    page = response.content.decode()
    assert (response.status_code, f'action="{address}"' in page) == (503, True)
    assert "My title" in page
    assert "a-long-secret" not in page


def test_what_another_site_sent_cannot_be_sent_on_with_one_press(editor, gone):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(editor)
    address = reverse("admin:news_newsitem_add")
    with gone():
        response = client.post(address, {"title": "Forged"})
    page = response.content.decode()
    assert response.status_code == 503
    assert "csrfmiddlewaretoken" not in page
    assert "<form" not in page.split("</header>")[1]


def test_passwords_do_not_come_back(client, db, gone):
    with gone():
        response = client.post("/admin/login/", {"username": "edith", "password": "a-long-secret"})
    assert response.status_code == 503
    assert "a-long-secret" not in response.content.decode()
    assert "edith" not in response.content.decode()


# --- A real one


class Way:
    """The way to the database, that can be cut."""

    def __init__(self, host, port):
        self.to, self.port = (host, port), free_port()
        self._open = []
        self.mend()

    def mend(self):
        self._listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def cut(self):
        for one in [self._listening, *self._open]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def _accept(self, listening):
        with suppress(OSError):
            while True:
                near, _address = listening.accept()
                far = socket.create_connection(self.to)
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    @staticmethod
    def _pass(one, other):
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)


@contextmanager
def gunicorn(folder, **variables):
    """The site in a process of its own, as deploy/ has it served. Gives its port."""
    port = free_port()
    environ = {
        **os.environ,
        "DEBUG": "off",
        "SECURE": "off",
        "SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests-0123456789",
        "ALLOWED_HOSTS": "press.example.org",
        "DATABASE_CONNECT_SECONDS": "1",
        "PAGE_CACHE_MB": "8",
        "REDIS_URL": "",
        "WEB_BIND": f"127.0.0.1:{port}",
        "WEB_WORKERS": "1",
        "DJANGO_SETTINGS_MODULE": "served_settings",
        "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
        **variables,
    }
    (folder / "served_settings.py").write_text(
        "from cms.settings import *\n"
        'STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}\n'
        f'STATIC_ROOT = "{folder}"\n'
    )
    with open(folder / "log", "w") as log:
        command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "cms.wsgi"]
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(15)


@pytest.fixture
def served(tmp_path, transactional_db):
    """The site, with a pool, on the test's database. Gives its port, the way to the database and the log."""
    told = psycopg.conninfo.conninfo_to_dict(POSTGRES_URL)
    way = Way(told.get("host", "127.0.0.1"), int(told.get("port", 5432)))
    user = told.get("user", "postgres") + (f":{told['password']}" if told.get("password") else "")
    variables = {
        "DATABASE_URL": f"postgres://{user}@127.0.0.1:{way.port}/{connection.settings_dict['NAME']}",
        "DATABASE_POOL": "3",
        "METRICS": "on",
        "METRICS_FOLDER": str(tmp_path / "metrics"),
        "LOG_REQUESTS": "on",
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "INFO",
    }
    with gunicorn(tmp_path, **variables) as port:
        yield port, way, tmp_path / "log"
    way.cut()


def until(right, *question):
    """The answer, asked again for a while until it is right."""
    for _ in range(60):
        answer = ask(*question)
        if right(answer):
            break
        time.sleep(0.1)
    return answer


@pytest.mark.postgresql
def test_kept_pages_outlive_the_database_and_all_comes_back_by_itself(served):
    port, way, log = served
    home = ask(port, "/en/")
    assert home[0] == 200
    assert ask(port, "/readyz")[0] == 200
    way.cut()
    stale = until(lambda answer: answer[1]["Warning"], port, "/en/")
    assert (stale[0], stale[2]) == (200, home[2])
    assert "stale" in stale[1]["Warning"].lower()
    began = time.perf_counter()
    assert [ask(port, "/en/")[0] for _ in range(5)] == [200] * 5
    assert time.perf_counter() - began < 1, "Readers of kept pages wait for the database."
    assert ask(port, "/healthz")[0] == 200
    assert until(lambda answer: answer[0] == 503, port, "/readyz")[0] == 503
    told = ask(port, "/en/people/")
    assert (told[0], b"Our database does not answer" in told[2]) == (503, True)
    told = ask(port, "/admin/login/")
    assert (told[0], b"The database does not answer" in told[2]) == (503, True)
    assert b"communique_database_up 0.0" in ask(port, "/metrics")[2]
    way.mend()
    assert until(lambda answer: answer[0] == 200, port, "/en/people/")[0] == 200
    assert until(lambda answer: not answer[1]["Warning"], port, "/en/")[2] == home[2]
    assert until(lambda answer: answer[0] == 200, port, "/readyz")[0] == 200
    assert f'"request_id": "{told[1]["X-Request-ID"]}"' in log.read_text()
