"""What the tests of the public site share."""

from __future__ import annotations

import pytest
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


@pytest.fixture
def styled(with_static_files):
    """Browser tests see the site with its stylesheet."""
