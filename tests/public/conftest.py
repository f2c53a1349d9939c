"""What the tests of the public site share."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext


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


@pytest.fixture(scope="session")
def collected(tmp_path_factory):
    """The static files where the test server looks for them."""
    from django.test import override_settings

    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=str(folder)):
        call_command("collectstatic", interactive=False, verbosity=0, ignore=["ckeditor"])
    return folder


@pytest.fixture
def styled(collected, settings):
    """Browser tests see the site with its stylesheet."""
    settings.STATIC_ROOT = str(collected)
