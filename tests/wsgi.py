"""The whole WSGI application, asked as a server asks it: with request ids, kept pages and all."""

from __future__ import annotations

from io import BytesIO

from django.core.handlers.wsgi import WSGIHandler

from cms.operations.observed import timed, with_observation
from cms.public.kept.application import KeptPages
from cms.public.kept.store import Store
from cms.public.kept.versions import Versions
from tests.public.kept import Answer, _connection_left_open


class Served:
    """One process of the site as cms/wsgi.py builds it. keeps: whether it keeps pages."""

    def __init__(self, keeps=True):
        django = timed(WSGIHandler())
        self.pages = None
        if keeps:
            versions = Versions()
            versions.refresh()
            self.pages = KeptPages(django, Store(8_000_000), versions)
        self.application = with_observation(self.pages or django, self.pages)

    def get(self, address, method="GET", **environ):
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
            body = b"".join(self.application(asked, lambda *answer: told.extend(answer)))
        return Answer(told[0], told[1], body)
