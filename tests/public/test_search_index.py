"""How the search asks its index: no more is read than it takes, and both ways of PostgreSQL find the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.db import connection

from cms.search.engine import Bounds
from cms.search.in_use import engine
from cms.search.postgresql import PostgreSQL
from cms.search.query import Query
from tests.factories import make_past
from tests.public.test_search import found

pytestmark = pytest.mark.django_db


def plan_of(sql, values):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        return "\n".join(str(row) for row in cursor.fetchall())


@pytest.mark.once
def test_for_a_common_word_the_newest_are_read_and_not_all_sorted(db):
    """A word that stands in every text: SQLite reads on from the newest, however many there are."""
    plan = plan_of(*engine().finding(Query.of("grain"), Bounds(), 10))
    assert "TEMP B-TREE" not in plan
    assert "cms_search_index" in plan


@pytest.mark.once  # PostgreSQL plans by how many rows there are; bench.search shows what it makes of many
@pytest.mark.parametrize("more", [{}, {"order": "best"}, {"at": "2025-06-01T12:00Z"}])
def test_what_is_found_is_looked_up_by_its_keys(client, editor, more):
    """SQLite begins with no other index, and reads not all texts, to see which of those that were found are live."""
    make_past(editor, title="Grain", at=datetime(2025, 1, 1, tzinfo=UTC))
    sent = []

    def note(run, sql, values, many, context):
        sent.append((sql, values))
        return run(sql, values, many, context)

    with connection.execute_wrapper(note):
        assert found(client, "grain", **more) == ["Grain"]
    plan = plan_of(*next(pair for pair in sent if "cms_search_index" in pair[0]))
    assert plan.count("cms_search_index") == (2 if more.get("order") else 1)
    assert re.search(r"SEARCH (TABLE )?cms_searchentry USING \w+ sqlite_autoindex_cms_searchentry_1 \(position=", plan)
    assert re.search(r"SEARCH (TABLE )?cms_edition USING INTEGER PRIMARY KEY", plan)


@pytest.mark.postgresql
@pytest.mark.parametrize("taken_for", [0, 1, 10**9])
@pytest.mark.parametrize("shortest", [2, 3_000])
def test_the_same_is_found_whether_the_index_is_asked_or_the_newest_are_read(
    client, editor, monkeypatch, taken_for, shortest
):
    """PostgreSQL is asked in one of two ways, by how many texts it takes the table to hold, and in the other one too
    where a stretch of the newest texts does not hold enough."""
    monkeypatch.setattr("cms.search.postgresql.REACH", 0)
    monkeypatch.setattr("cms.search.postgresql.HALF_MORE", 0)
    monkeypatch.setattr("cms.search.postgresql.SHORTEST", shortest)
    for n in range(12):
        make_past(editor, title=f"Grain {n}", body="<p>of the harvest</p>" if n % 3 else "<p>of last year</p>")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = %s WHERE relname = 'cms_search_index'", [taken_for])
    assert found(client, "grain") == [f"Grain {n}" for n in range(11, 1, -1)]
    assert found(client, "harvest") == [f"Grain {n}" for n in range(11, -1, -1) if n % 3]
    assert found(client, '"last year"') == ["Grain 9", "Grain 6", "Grain 3", "Grain 0"]
    assert set(found(client, "harvest", order="best")) == {f"Grain {n}" for n in range(12) if n % 3}
    assert found(client, "zanzibar") == []
    assert (
        PostgreSQL().find(Query.of("harvest"), Bounds(), 3) == PostgreSQL().find(Query.of("harvest"), Bounds(), 99)[:3]
    )
