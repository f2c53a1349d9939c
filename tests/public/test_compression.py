"""Pages and feeds are sent compressed to those who can read that; nothing else is, and nothing secret."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from cms.models import clock
from tests.factories import make_past, make_waiting

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CAN = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("path", ["/en/", "/en/news/", "/en/nothing/", "/en/news/feed.atom", "/sitemap.xml"])
def test_a_page_comes_compressed_to_whom_can_read_it_and_is_the_same(client, editor, path):
    make_past(editor)
    plain, packed = client.get(path), client.get(path, headers=CAN)
    assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content and len(packed.content) < len(plain.content)
    assert "Accept-Encoding" in packed.headers["Vary"] and "Accept-Encoding" in plain.headers["Vary"]


def test_a_compressed_feed_is_sent_once(client, editor):
    make_past(editor)
    etag = client.get("/en/news/feed.atom", headers=CAN).headers["ETag"]
    assert client.get("/en/news/feed.atom", headers={**CAN, "If-None-Match": etag}).status_code == 304


def test_what_holds_secrets_is_never_compressed(client, editor):
    waiting = make_waiting(editor)
    client.force_login(editor)
    ahead = f"{clock.now() + timedelta(days=2):%Y-%m-%d}"
    for path in ("/admin/", f"/preview/{waiting.publication.code}/1/", f"/en/news/?at={ahead}"):
        response = client.get(path, headers=CAN)
        assert response.status_code == 200 and "Content-Encoding" not in response.headers, path
