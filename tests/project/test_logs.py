"""What a request did can be found again: its id is in every line, in the answer, and in what the proxy logged."""

from __future__ import annotations

import io
import json
import logging

import pytest

from cms.operations import logs, request_id
from tests.factories import make_live
from tests.wsgi import Served


@pytest.fixture
def lines():
    """Give it a form: what is logged from then on, in that form."""
    stream, handler = io.StringIO(), logging.StreamHandler()
    handler.setStream(stream)
    handler.addFilter(request_id.RequestIdFilter())
    root = logging.getLogger()
    django = logging.getLogger("django")
    level = root.level

    def listen(form):
        handler.setFormatter(logs.JsonFormatter() if form == "json" else logs.PlainFormatter())
        root.addHandler(handler)
        root.setLevel("INFO")
        django.setLevel("INFO")

        def told():
            found = stream.getvalue().splitlines()
            return [json.loads(line) for line in found] if form == "json" else found

        return told

    yield listen
    root.removeHandler(handler)
    root.setLevel(level)
    django.setLevel(level)


@pytest.fixture
def logged(settings):
    settings.LOG_REQUESTS = True


def test_every_answer_has_an_id_kept_pages_too(db, editor, moderator):
    address, site = make_live(editor, moderator).get_absolute_url(), Served()
    given = [site.get(address).headers["X-Request-Id"] for _ in range(3)]
    assert len(set(given)) == 3
    assert all(request_id.WELL_FORMED.fullmatch(one) for one in given)


def test_our_own_proxy_may_choose_it_and_nobody_else(db, settings):
    site, chosen = Served(), "0123456789abcdef-Proxy_1.2"
    assert site.get("/healthz", HTTP_X_REQUEST_ID=chosen).headers["X-Request-Id"] != chosen
    settings.BEHIND_PROXY = True
    assert site.get("/healthz", HTTP_X_REQUEST_ID=chosen).headers["X-Request-Id"] == chosen


@pytest.mark.parametrize(
    "forged", ["", "short", "a" * 65, "a b c d e f", "line\r\nX-Evil: 1", "абвгдежз", "a\n1234567"]
)
def test_an_id_that_is_not_well_formed_is_replaced(db, settings, forged):
    settings.BEHIND_PROXY = True
    found = Served().get("/healthz", HTTP_X_REQUEST_ID=forged).headers["X-Request-Id"]
    assert found != forged
    assert request_id.WELL_FORMED.fullmatch(found)


def test_each_line_of_a_request_has_its_id(db, lines, logged):
    told = lines("json")
    found = Served().get("/en/nothing-here/").headers["X-Request-Id"]
    assert {line["request_id"] for line in told()} == {found}
    assert {line["logger"] for line in told()} >= {"django.request", "communique.requests"}


def test_a_request_is_one_line(db, lines, logged, editor, moderator):
    address, site = make_live(editor, moderator).get_absolute_url(), Served()
    told = lines("json")
    site.get(address)
    site.get(address)
    site.get("/admin/login/")
    found = [line for line in told() if line["logger"] == "communique.requests"]
    assert [(line["method"], line["path"], line["status"], line["page"], line["view"]) for line in found] == [
        ("GET", address, 200, "miss", "public:item"),
        ("GET", address, 200, "hit", "kept"),
        ("GET", "/admin/login/", 200, "pass", "admin:login"),
    ]
    assert all(line["ms"] >= 0 for line in found)


def test_requests_are_not_logged_unless_it_is_asked_for(db, lines):
    told = lines("json")
    Served().get("/healthz")
    assert told() == []


def test_what_people_search_for_is_not_logged(db, lines, logged):
    told = lines("plain")
    Served().get("/en/search/?q=Jane+Doe&page=1&jane%40example.org=1&Jane=2&q=again")
    assert "Jane" not in "\n".join(told())
    assert "example.org" not in "\n".join(told())
    assert "/en/search/?page&q" in told()[-1]


@pytest.mark.parametrize("path", ["/en/x\nFAKE line/", "/en/\u001b[31mred/", "/en/\xd1\x8f/"])
def test_nobody_writes_lines_into_the_log_by_an_address(db, lines, logged, path):
    told = lines("plain")
    Served().get(path)
    assert not [line for line in told() if line.startswith("FAKE") or "\u001b" in line]
    assert [line for line in told() if "communique.requests" in line and " /en/" in line]


def test_a_failure_is_one_json_line_with_its_traceback(lines):
    told = lines("json")
    try:
        raise RuntimeError("Сломалось\nsecond line")
    except RuntimeError:
        logging.getLogger("cms").exception("It failed for %s", "Ж")
    (line,) = told()
    assert (line["level"], line["logger"], line["message"], line["request_id"]) == (
        "ERROR",
        "cms",
        "It failed for Ж",
        request_id.current(),
    )
    assert "RuntimeError: Сломалось" in line["exception"]
    assert line["time"].endswith("+00:00")


def test_what_cannot_be_json_is_told_in_words(lines):
    told = lines("json")
    logging.getLogger("cms").error("x", extra={"when": object, "request": object()})
    (line,) = told()
    assert line["when"] == "<class 'object'>"
    assert "request" not in line
