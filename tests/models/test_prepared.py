"""Queries that are written once: what they find, and what they refuse to be."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.models import Q

from cms.models import AsOf, Publication
from cms.models import prepared as module
from cms.models.among import Numbers
from cms.models.prepared import NotPrepared, Prepared, column

pytestmark = pytest.mark.django_db
THEN = datetime(2025, 5, 1, tzinfo=UTC)
COLUMNS = {
    "code": column(Publication, "code"),
    "codes": column(Publication, "code"),
    "since": column(Publication, "created_at"),
}


def by(build):
    return Prepared(Publication, build, **COLUMNS)


def of_code(code):
    return Publication.objects.filter(code=code)


def of_codes(codes):
    return Publication.objects.filter(code__in=codes).order_by("code")


@pytest.fixture
def publications(db):
    made = [Publication(code=code, kind="news", language="en", created_at=THEN) for code in ("a", "b", "c")]
    return Publication.objects.bulk_create(made)


def test_the_values_change_and_the_sql_is_written_once(publications, monkeypatch):
    found = by(of_code)
    assert [row.code for row in found.rows(code="a")] == ["a"]
    monkeypatch.setattr(found, "build", None)
    assert [row.code for row in found.rows(code="b")] == ["b"]
    assert found.rows(code="nobody's") == []


def test_lists_of_each_length_are_a_query_of_their_own(publications):
    found = by(of_codes)
    for codes in (["a", "a"], ["c", "a"], ["b", "b"], ["a"], ["c", "b", "c"], []):
        assert [row.code for row in found.rows(codes=codes)] == sorted(set(codes))


def test_a_part_is_read_alone(publications, django_assert_num_queries):
    found = by(of_codes)
    with django_assert_num_queries(2):
        assert [row.code for row in found.rows(slice(1, 2), codes=["a", "b", "c"])] == ["b"]
        assert [row.code for row in found.rows(slice(2), codes=["a", "b", "c"])] == ["a", "b"]


def codes_and_keys(since):
    return Publication.objects.filter(created_at__gte=since).order_by("code").values_list("code", "pk")


@pytest.mark.parametrize("since", [THEN, AsOf.at(THEN, seen_from=THEN)])
def test_a_statement_becomes_a_part_of_other_ones(publications, since):
    found = by(codes_and_keys)
    for _again in range(2):
        statement = found.statement(since=since)
        assert statement.columns == 2
        with statement.connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM ({statement.sql}) part", statement.parameters)
            assert list(cursor.fetchall()) == [(row.code, row.pk) for row in publications]


def test_a_statement_that_cannot_be_written_beforehand_is_what_django_writes(publications, settings, caplog):
    settings.QUERIES_ARE_PROVEN = False
    found = by(lambda code, since: codes_and_keys(since).filter(language="en"))
    statement = found.statement(code="a", since=THEN)
    assert (statement.sql, statement.parameters) == codes_and_keys(THEN).filter(language="en").query.sql_with_params()
    assert "asked as Django writes it" in caplog.text


def test_a_tuple_of_numbers_is_one_value(publications):
    found = Prepared(Publication, lambda ids: Publication.objects.filter(pk__among=ids).order_by("pk"), ids=Numbers())
    ids = [row.pk for row in publications]
    for some in (tuple(ids), (ids[2], ids[0], ids[2]), (), tuple(range(10**6, 10**6 + 2_000))):
        assert [row.pk for row in found.rows(ids=some)] == sorted(set(some) & set(ids))
        assert list(Publication.objects.filter(pk__among=some).order_by("pk")) == found.rows(ids=some)
    assert len(found._shapes) == 1


def test_what_is_no_number_is_none():
    with pytest.raises(ValueError):
        list(Publication.objects.filter(pk__among=["1) OR (1=1"]))


def test_a_value_is_never_taken_for_a_place(publications):
    found = by(lambda code, since: Publication.objects.filter(Q(code=code) | Q(code="Place(name='code', n=None)")))
    with pytest.raises(NotPrepared):
        found.rows(code="a", since=THEN)
    plain = by(of_code)
    for written in ("%s", "Place(name='code', n=None)", "' OR 1=1 --", "%(code)s"):
        assert plain.rows(code=written) == []


def test_a_value_that_the_query_does_not_use_is_refused():
    with pytest.raises(NotPrepared):
        by(lambda code: Publication.objects.filter(language="en")).rows(code="a")


def test_a_query_that_depends_on_the_value_is_refused():
    def build(code):
        found = Publication.objects.filter(code=code)
        return found.filter(language="en") if code == "a" else found

    with pytest.raises(NotPrepared):
        by(build).rows(code="a")


def test_a_query_that_counts_on_comparing_is_refused():
    with pytest.raises(TypeError):
        by(lambda since: of_code("a") if since > THEN else of_code("b")).rows(since=THEN)


def test_a_past_instant_is_asked_plainly(publications):
    asked = []

    def build(since):
        asked.append(since)
        return Publication.objects.filter(created_at__gte=since)

    at = AsOf.at(THEN, seen_from=datetime(2026, 1, 1, tzinfo=UTC))
    assert len(by(build).rows(since=at)) == 3
    assert asked == [at]


def test_shapes_are_bounded(publications, monkeypatch):
    monkeypatch.setattr(module, "MOST_SHAPES", 3)
    found = by(of_codes)
    for n in range(1, 20):
        found.rows(codes=[str(k) for k in range(n)])
        assert len(found._shapes) <= 3


def test_a_query_keeps_no_connection_of_the_thread_that_wrote_it(publications):
    found = by(of_code)
    found.rows(code="a")
    assert [written.compiler.connection for written in found._shapes.values()] == [None]


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_by_its_own_connection():
    Publication.objects.create(code="a", kind="news", language="en", created_at=THEN)
    found, answers = by(of_code), []

    def ask():
        try:
            answers.extend(found.rows(code="a")[0].code for _n in range(20))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["a"] * 80


def test_where_readers_wait_such_a_query_is_asked_as_it_is_and_logged(publications, settings, caplog):
    settings.QUERIES_ARE_PROVEN = False
    found = by(lambda code, since: Publication.objects.filter(code=code))
    assert [row.code for row in found.rows(code="a", since=THEN)] == ["a"]
    assert "as Django writes it" in caplog.text and "NotPrepared" in caplog.text
