"""The application with kept pages, asked as a server asks it."""

from __future__ import annotations

from contextlib import contextmanager
from io import BytesIO

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from cms.models import clock
from cms.public.kept.application import KeptPages
from cms.public.kept.remembered import Memory, use
from cms.public.kept.store import Store
from cms.public.kept.versions import Versions


@contextmanager
def _connection_left_open():
    """Django ends each request by looking whether its connection may be closed; a test's may not."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


class Answer:
    def __init__(self, status, headers, body):
        self.status_code, self.body = int(status.split()[0]), body
        self.headers = {name.title(): value for name, value in headers}


def asked_of(application, address, method="GET", **environ):
    """What an application answers to one request. environ: of WSGI, beside what every request has."""
    path, _mark, query = address.partition("?")
    asked = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "HTTP_HOST": "testserver",
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.version": (1, 0),
        **environ,
    }
    told = []
    with _connection_left_open():
        body = b"".join(application(asked, lambda *answer: told.extend(answer)))
    return Answer(told[0], told[1], body)


class Site:
    """One process of the site. made: how often Django was asked. learns: whether it reads what has changed before each
    request; else the test does so (`versions.refresh()`)."""

    def __init__(self, most_bytes=8_000_000, shared=None):
        settings.PAGE_CACHE_SECONDS = 24 * 60 * 60
        self.made = 0
        self.learns = True
        django = WSGIHandler()

        def counted(environ, start_response):
            self.made += 1
            return django(environ, start_response)

        self.versions = Versions()
        self.versions.now = lambda: clock.now().timestamp()  # the clock that tests set
        self.versions.refresh()
        self.memory = Memory(self.versions)
        self.pages = KeptPages(counted, Store(most_bytes), self.versions, shared=shared)

    def get(self, address, method="GET", **environ):
        if self.learns:
            self.versions.refresh()
        with self._remembering():
            return asked_of(self.pages, address, method, **environ)

    @contextmanager
    def _remembering(self):
        use(self.memory)
        try:
            yield
        finally:
            use(None)

    def hit(self, address, **environ):
        """Whether an address is answered without Django."""
        before = self.made
        self.get(address, **environ)
        return self.made == before


def fresh(address):
    """The same made anew."""
    return Client().get(address)


def compare(site, address):
    """Raises AssertionError where what is kept is not, byte by byte, what would be made now."""
    kept, new = site.get(address), fresh(address)
    assert kept.status_code == new.status_code, address
    if kept.status_code == 200:
        assert kept.body.decode() == new.content.decode(), address
