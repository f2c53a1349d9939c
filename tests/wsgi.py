"""The whole WSGI application, asked as a server asks it: with request ids, kept pages and all."""

from __future__ import annotations

from django.core.handlers.wsgi import WSGIHandler

from cms.operations.observed import timed, with_observation
from cms.public.kept.application import KeptPages
from cms.public.kept.store import Store
from cms.public.kept.versions import Versions
from tests.public.kept import asked_of


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
        return asked_of(self.application, address, method, **environ)
