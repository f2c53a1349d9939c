"""Pages in the depth of an archive cost what the first page costs: no long OFFSET, no count over the editions."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.models import Edition
from cms.public import lists
from tests.factories import make_archive, make_past, make_person, make_section
from tests.public.test_lists import titles

pytestmark = pytest.mark.django_db
NEWEST = date(2024, 3, 30)
A_DAY = 7
OFFSET = re.compile(r"OFFSET (\d+)")
COUNTS = re.compile(r"\b(COUNT|SUM|MIN|MAX)\(", re.I)


@pytest.fixture
def archive(db):
    """700 items of 100 days, seven a day: half of them statements, and half of those in a section of their own."""
    days = [NEWEST - timedelta(days=n // A_DAY) for n in range(700)]
    make_archive(days[1::4] + days[3::4], make_section("activities"))
    make_archive(days[2::4], make_section("activities"), genre="statement")
    make_archive(days[::4], make_section("activities/field"), genre="statement")
    call_command("counts", "rebuild", stdout=StringIO(), stderr=StringIO())


def asked(client, path, status=200):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == status, path
    return response, [query["sql"] for query in captured]


def in_order(**chosen):
    rows = Edition.objects.filter(**chosen).newest_first()
    return [edition.publication.code for edition in rows.select_related("publication")]


def codes(response):
    return re.findall(r'id="i-([0-9a-z]+)"', response.content.decode())


LISTS = {
    "/en/news/": {},
    "/en/news/2024/": {"dated_on__year": 2024},
    "/en/news/2023/12/": {"dated_on__year": 2023, "dated_on__month": 12},
    "/en/activities/": {},
    "/en/activities/field/": {"section__path": "activities/field"},
    "/en/news/?genre=statement": {"genre": "statement"},
    "/en/activities/field/2024/02/?genre=statement": {
        "section__path": "activities/field",
        "genre": "statement",
        "dated_on__range": (date(2024, 2, 1), date(2024, 2, 29)),
    },
    "/en/news/?place=Osh": {"place": "Osh"},
}


def deepest(path, n):
    last = -(-n // 20)
    return f"{path}{'&' if '?' in path else '?'}page={last}" if last > 1 else path


@pytest.mark.parametrize("path", LISTS)
def test_pages_hold_every_item_once_and_in_order(client, archive, path):
    make_archive([NEWEST - timedelta(days=n) for n in range(30)], place="Osh")
    call_command("counts", "rebuild", stdout=StringIO(), stderr=StringIO())
    expected = in_order(**LISTS[path])
    last = -(-len(expected) // 20)
    mark = "&" if "?" in path else "?"
    for number in sorted({2, 3, 9, last // 2, last - 1, last}):
        if 1 < number <= last:
            response = client.get(f"{path}{mark}page={number}")
            assert codes(response) == expected[(number - 1) * 20 : number * 20], (path, number)
    assert codes(client.get(path)) == expected[:20]
    assert client.get(f"{path}{mark}page={last + 1}").status_code == 404


@pytest.mark.parametrize("path", [path for path in LISTS if "Osh" not in path])
def test_a_deep_page_skips_less_than_a_day_and_counts_nothing(client, archive, path, monkeypatch):
    monkeypatch.setattr(lists, "NEAR", 10)
    response, queries = asked(client, deepest(path, len(in_order(**LISTS[path]))))
    assert codes(response)
    assert len(queries) <= 6
    for sql in queries:
        assert all(int(offset) <= max(A_DAY, lists.NEAR) for offset in OFFSET.findall(sql)), sql
        if "cms_edition" in sql and COUNTS.search(sql):
            assert is_bounded(sql), sql


def is_bounded(sql):
    """Of the aggregates over editions: those begun and ended since the counts were settled; speakers and places of the
    latest 200."""
    return '"live_from" > ' in sql and "cms_tally" in sql or "LIMIT 200" in sql


@pytest.mark.parametrize("path", [path for path in LISTS if "Osh" not in path])
def test_the_way_back_to_a_deep_page_counts_one_day(client, archive, path):
    expected = in_order(**LISTS[path])
    at = len(expected) - 3
    mark = "&" if "?" in path else "?"
    response, queries = asked(client, f"{path}{mark}item={expected[at]}", 302)
    counted = [sql for sql in queries if "COUNT(" in sql and "cms_tally" not in sql]
    day = f"{Edition.objects.get(publication__code=expected[at]).dated_on}"
    assert len(counted) == 1 and counted[0].count(day) >= 2, counted  # from that day, to that day
    target = response.headers["Location"].split("#")[0]
    assert expected[at] in codes(client.get(target))


PLANNED = {
    "/en/news/?page=34": "cms_edition_list",
    "/en/activities/field/?page=7": "cms_edition_section_list",
    "/en/news/?genre=statement&page=17": "cms_edition_list",
}


@pytest.mark.once  # the plans are SQLite's
@pytest.mark.parametrize("path", PLANNED)
def test_indexes_find_the_items_and_the_lives(client, archive, path):
    _response, queries = asked(client, path)
    items = [sql for sql in queries if 'FROM "cms_edition"' in sql and "title" in sql and "LIMIT 20" in sql]
    moved = [sql for sql in queries if "cms_tally" in sql and "cms_edition" in sql]
    assert len(items) == 1 and moved
    assert PLANNED[path] in plan(items[0])
    for sql in moved:
        found = plan(sql)
        assert "cms_edition_begins (live_from>? AND live_from<?)" in found
        assert "cms_edition_ends (live_until>? AND live_until<?)" in found
        assert "SCAN cms_edition" not in found and "SCAN cms_tally" not in found


def plan(sql):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[3] for row in cursor.fetchall())


def test_what_is_published_now_moves_the_deep_pages_on(client, archive, editor):
    before = titles(client, "/en/news/?page=30")
    make_past(editor, kind="speech", speakers=[make_person()], dated_on=NEWEST, section=make_section("activities"))
    assert titles(client, "/en/news/?page=30")[1:] == before[:-1]
