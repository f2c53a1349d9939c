"""What the tests of the admin share: browsers see its pages with their scripts and styles."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import override_settings


@pytest.fixture(scope="session")
def collected_for_the_admin(tmp_path_factory):
    """The static files, the editor's among them, where the test server can be told to look."""
    folder = tmp_path_factory.mktemp("admin-static")
    with override_settings(STATIC_ROOT=str(folder)):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture
def with_static_files(collected_for_the_admin, settings):
    settings.STATIC_ROOT = str(collected_for_the_admin)


@pytest.fixture
def signed_in_page(with_static_files, signed_in_page):
    return signed_in_page
