"""The site under granian, which README names for many readers: kept pages, what changes elsewhere, forms and files."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
import requests
from PIL import Image

pytestmark = pytest.mark.once
ROOT = Path(__file__).parent.parent.parent
PASSWORD = "correct horse battery staple"
OFFICE = f"""
from django.contrib.auth.models import Group
from cms.models import Section, User
user = User.objects.create_user("editor", password={PASSWORD!r}, first_name="Edith", last_name="Editor", is_staff=True)
user.groups.add(Group.objects.get(name="Editors"))
Section.objects.create(language="en", title="Activities")
"""
PUBLISH = """
from cms.editorial import actions, archive
from cms.models import Section, User, clock
by = User.objects.get()
words = {{"title": {title!r}, "body": "<p>" + "Words of a text. " * 200 + "</p>", "section": Section.objects.get()}}
draft = actions.start("news", by=by, language="en", **words)
archive.enter(draft.kind_edition, by=by, live_from=clock.now())
"""


class Site:
    def __init__(self, folder, static):
        (folder / "granian_settings.py").write_text(f"from cms.settings import *\nSTATIC_ROOT = {str(static)!r}\n")
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "granian_settings",
            "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
            "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
            "MEDIA_ROOT": str(folder / "media"),
            "DEBUG": "off",
            "SECURE": "off",
            "SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests-0123456789",
            "ALLOWED_HOSTS": "127.0.0.1",
            "CONTENT_LANGUAGES": "en,ru",
            "PAGE_CACHE_MB": "8",
            "LOG_LEVEL": "ERROR",
        }
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"

    def manage(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True)

    def publish(self, title):
        self.manage("shell", "-v0", "-c", PUBLISH.format(title=title))

    @contextmanager
    def running(self):
        options = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "2", "--no-ws"]
        command = [sys.executable, "-m", "granian", *options, "--host", "127.0.0.1", "--port", str(self.port)]
        server = subprocess.Popen([*command, "cms.wsgi:application"], cwd=ROOT, env=self.environment)
        try:
            self._wait()
            yield self
        finally:
            server.terminate()
            server.wait(20)

    def _wait(self):
        for _ in range(300):
            try:
                return requests.get(f"{self.address}/healthz", timeout=5)
            except requests.ConnectionError:
                time.sleep(0.1)
        raise AssertionError("granian does not answer")

    def ask(self, path, method="GET", **headers):
        """As it is sent, over a connection of its own: either process may answer. (status, headers, bytes)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, {name.title(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory, hashed_static):
    site = Site(tmp_path_factory.mktemp("granian"), hashed_static)
    site.manage("migrate", "-v0")
    site.manage("shell", "-v0", "-c", OFFICE)
    site.publish("The first item")
    with site.running():
        yield site


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_pages_come_whole_in_each_encoding_and_are_known_again(site, encoding):
    answers = [site.ask("/en/news/", Accept_Encoding=encoding) for _ in range(6)]
    assert {status for status, _headers, _body in answers} == {200}
    assert len({body for _status, _headers, body in answers}) == 1
    _status, headers, body = answers[-1]
    assert headers.get("Content-Encoding", "identity") == encoding
    assert int(headers["Content-Length"]) == len(body)
    assert "frame-ancestors" in headers["Content-Security-Policy"]
    status, again, nothing = site.ask("/en/news/", Accept_Encoding=encoding, If_None_Match=headers["Etag"])
    assert (status, nothing) == (304, b"") and again["Etag"] == headers["Etag"]
    status, head, nothing = site.ask("/en/news/", "HEAD", Accept_Encoding=encoding)
    assert (status, nothing, head["Content-Length"]) == (200, b"", headers["Content-Length"])


def test_what_is_published_elsewhere_is_soon_on_every_process(site):
    for _ in range(10):
        assert b"The second item" not in site.ask("/en/news/")[2]
    site.publish("The second item")
    end = time.monotonic() + 10
    while time.monotonic() < end and not all(b"The second item" in site.ask("/en/news/")[2] for _ in range(5)):
        time.sleep(0.1)
    assert all(b"The second item" in site.ask("/en/news/")[2] for _ in range(10))


def test_what_is_not_there_is_not_there(site):
    assert [site.ask("/en/news/nothing/")[0] for _ in range(3)] == [404, 404, 404]


def test_an_editor_signs_in_and_uploads_a_picture(site):
    picture = BytesIO()
    Image.effect_noise((1800, 1200), 90).save(picture, "PNG")
    with requests.Session() as editor:
        form = f"{site.address}/admin/login/?next=/admin/"
        editor.get(form, timeout=20)
        words = {"username": "editor", "password": PASSWORD, "csrfmiddlewaretoken": editor.cookies["csrftoken"]}
        assert editor.post(form, words, headers={"Referer": form}, timeout=20).url == f"{site.address}/admin/"
        upload = editor.post(
            f"{site.address}/admin/cms/image/upload/",
            {"language": "en", "csrfmiddlewaretoken": editor.cookies["csrftoken"]},
            files={"file": ("noise.png", picture.getvalue(), "image/png")},
            headers={"Referer": form},
            timeout=60,
        )
        assert len(picture.getvalue()) > 1_000_000
        assert upload.status_code == 201, upload.text
