"""The style that is written into each page: it is all of ours, it is allowed by its hash, and nothing else is."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
import tinycss2
from django.conf import settings

from cms.models import Identity
from cms.public.style import style_with, without_blanks
from tests.factories import make_live

pytestmark = pytest.mark.django_db
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def signs(sheet):
    """What a stylesheet says: its tokens, with one blank for any blanks between them and none around { } and ;."""
    text = tinycss2.serialize(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True))
    found = []

    def walk(tokens):
        for token in tokens:
            if token.type == "comment":
                continue
            if token.type == "whitespace":
                found.append(" ")
            elif token.type in ("{} block", "() block", "[] block", "function"):
                found.append(f"{getattr(token, 'name', '')}{token.type[0]}")
                walk(token.arguments if token.type == "function" else token.content)
                found.append("end")
            else:
                found.append(token.serialize())

    walk(tinycss2.parse_component_value_list(text))
    edges = ("{", "end", ";", " ")
    return [
        sign
        for n, sign in enumerate(found)
        if sign != " " or not (found[n - 1] in edges or (n + 1 < len(found) and found[n + 1] in edges))
    ]


def allowed(response):
    policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
    return policy["style-src"].split()


def source_of(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_it_says_what_the_stylesheet_says():
    sheet = (settings.BASE_DIR / "static/cms/site.css").read_text()
    written = without_blanks(sheet)
    assert "/*" not in written and "\n" not in written and len(written) < len(sheet) * 0.85
    assert [s for s in signs(written) if s != " "] == [s for s in signs(sheet) if s != " "]
    assert signs(written) == signs(sheet)


@pytest.mark.parametrize("path", ["/en/", "/ru/news/", "/en/search/?q=word", "/en/no-such-page/", "/en/?at=nonsense"])
def test_each_page_has_it_and_allows_no_other(client, editor, moderator, path):
    make_live(editor, moderator)
    for _made_and_kept in range(2):
        response = client.get(path)
        (style,) = STYLE.findall(response.content.decode())
        assert set(allowed(response)) == {"'self'", source_of(style)}, path
        assert 'rel="stylesheet"' not in response.content.decode()


def test_it_follows_the_colour_of_the_identity(client):
    identity = Identity.objects.create(language="en", name="Office", short_name="Office", accent="#7a1f2b")
    for colour in ("#7a1f2b", "#123456"):
        Identity.objects.filter(pk=identity.pk).update(accent=colour)
        identity.refresh_from_db()
        identity.save()
        response = client.get("/en/")
        (style,) = STYLE.findall(response.content.decode())
        assert style.endswith(f":root{{--accent:{colour}}}")
        assert source_of(style) in allowed(response)


@pytest.mark.parametrize("said", ["", "red", "#12345", "#123456}</style><script>", "#1234567", "#12345g"])
def test_what_is_no_colour_stays_out_of_it(said):
    assert style_with(said) == style_with()


def test_the_page_of_a_fault_has_it_without_a_database_and_without_files(client, settings, monkeypatch):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    monkeypatch.setattr("cms.public.frame.Frame.of", lambda *_args, **_more: 1 / 0)
    client.raise_request_exception = False
    response = client.get("/en/news/")
    assert response.status_code == 500
    (style,) = STYLE.findall(response.content.decode())
    assert source_of(style) in allowed(response)
