"""What the tests of the public site share."""

from __future__ import annotations

import sys
from importlib import util

import pytest
from django.conf import settings as project
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import clear_url_caches, set_urlconf


@pytest.fixture
def queries():
    """Ask for an address and count the queries: `queries(client, path)`."""

    def count(client, path, status=200):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            response = client.get(path)
        assert response.status_code == status, (path, response.status_code)
        return len(captured)

    return count


@pytest.fixture
def styled(with_static_files):
    """Browser tests see the site with its stylesheet."""


@pytest.fixture
def six_languages(settings):
    """The site with every language that its interface speaks (cms/urls.py reads the settings when it is imported)."""
    settings.LANGUAGES = list(project.KNOWN_LANGUAGES.items())
    spec = util.find_spec("cms.urls")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules["six_languages"] = module
    settings.ROOT_URLCONF = "six_languages"
    clear_url_caches()
    yield
    del sys.modules["six_languages"]
    set_urlconf(None)
    clear_url_caches()
