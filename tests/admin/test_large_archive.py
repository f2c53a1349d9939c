"""The admin over a large archive: few queries a page, none of which counts or reads all there is.

How long they take at a million is measured by hand (bench/admin.py); what must not creep in is held here.
"""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.models import Edition, Event, Journal, Person, Related, Section, State, User

pytestmark = pytest.mark.django_db
NEWS, SPEECHES, JOURNAL = "/admin/news/newsitem/", "/admin/speeches/speech/", "/admin/cms/journal/"
STATES = "draft in_review returned scheduled live superseded withdrawn discarded".split()
ARCHIVE = re.compile(r'FROM "(cms_edition|cms_journal|cms_publication|news_newsitem|speeches_speech)"')
BRACKETS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.fixture(scope="module")
def _made(module_db):
    """An archive, made once for all that look at it."""
    call_command("generate", "--items", "150", verbosity=0, stdout=StringIO())


@pytest.fixture
def chief(_made, db):
    client = Client()
    client.force_login(User.objects.get(username="generated-chief-editors-1"))
    client.get(NEWS + "add/")  # what Django looks up once in a process
    return client


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200, address
    said = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in said if not sql.startswith(BRACKETS)]


def lists():
    section = Section.objects.get(language="en", path="activities").pk
    asked = ["", "p=2", "o=-2", "q=report", "q=zanzibra", f"in={section}", "language=ru", "genre=report"]
    asked += ["dated_on__year=2020", "dated_on__year=2020&dated_on__month=5", "status=live&language=ru&q=совет"]
    asked += [f"status={state}" for state in STATES]
    own = [f"{base}?{one}" for base in (NEWS, SPEECHES) for one in asked]
    return [
        *own,
        JOURNAL,
        f"{JOURNAL}?action=withdraw",
        f"{JOURNAL}?q=Winter",
        f"{JOURNAL}?q=zanzibra",
        f"{JOURNAL}?year=2024",
    ]


def others():
    drafts = Edition.objects.filter(state=State.DRAFT).values_list("pk", flat=True)
    approved = Edition.objects.filter(state=State.APPROVED, number=1)
    recommending = approved.filter(pk__in=Related.objects.values("edition"), kind="news")
    return [
        "/admin/",
        f"{NEWS}{drafts.filter(kind='news').first()}/change/",
        f"{NEWS}{recommending.first().pk}/change/",
        f"{SPEECHES}{approved.filter(kind='speech').first().pk}/change/",
        f"{NEWS}{approved.filter(kind='news', live_until__isnull=False).first().pk}/change/",
        f"{NEWS}add/",
        f"{SPEECHES}add/",
        f"{NEWS}pick/publication/?term=report&language=en",
        "/admin/translations/",
        "/admin/cms/section/",
        "/admin/cms/person/",
        f"/admin/cms/person/{Person.objects.first().pk}/change/",
        "/admin/cms/event/",
        f"/admin/cms/event/{Event.objects.first().pk}/change/",
        "/admin/cms/image/",
        "/admin/cms/attachment/",
    ]


def counts_all(sql):
    """Whether a query counts rows of what grows, without a limit that stops it."""
    return "COUNT(" in sql and ARCHIVE.search(sql) and "LIMIT" not in sql


def reads_all(sql):
    """Whether a query lists rows of what grows, without a key that narrows them down and without a limit."""
    if not sql.startswith("SELECT") or not ARCHIVE.search(sql) or "LIMIT" in sql:
        return False
    narrow = r'"(id|edition_ptr_id|publication_id|edition_id|translation_group|code|text_of_id)" (=|IN)'
    return not re.search(narrow, sql)


def test_every_list_takes_fewer_than_twenty_queries(chief):
    assert {address: n for address in lists() if (n := len(queries(chief, address))) >= 20} == {}


def test_every_other_page_takes_fewer_than_twenty_queries(chief):
    assert {address: n for address in others() if (n := len(queries(chief, address))) >= 20} == {}


def test_nothing_counts_the_archive_or_reads_all_of_it(chief):
    wrong = [
        (address, sql[:300])
        for address in [*lists(), *others()]
        for sql in queries(chief, address)
        if counts_all(sql) or reads_all(sql) or ("OFFSET" in sql and "LIMIT" not in sql)
    ]
    assert wrong == []


def test_no_form_has_a_drop_down_of_everything(chief):
    for address in [f"{NEWS}add/", f"{SPEECHES}add/", others()[1]]:
        html = chief.get(address).content.decode()
        most = max(
            html[m.start() : html.index("</select>", m.start())].count("<option") for m in re.finditer("<select", html)
        )
        assert most <= 30, address


def test_titles_are_found_by_words_in_any_form_and_lately_by_parts_of_them(chief):
    some = Edition.objects.live().filter(kind="news", language="en", title__contains="annual report").first()

    def found(q):
        return {row.pk for row in chief.get(NEWS, {"q": q}).context["cl"].result_list}

    assert some.pk in found("reports annual") and some.pk in found("annual repo")
    assert not found("zanzibra annual")


def test_the_journal_is_searched_by_name_and_code(chief):
    act = Journal.objects.filter(action="approve").select_related("publication").first()

    def found(q):
        return list(chief.get(JOURNAL, {"q": q}).context["cl"].result_list)

    assert {row.publication_id for row in found(act.publication.code)} == {act.publication_id}
    assert {row.actor_in_words for row in found(act.actor_in_words.split()[0].lower())} == {act.actor_in_words}
    assert found("zanzibra") == []


def test_a_year_is_shown_by_date(chief):
    days = [row.dated_on for row in chief.get(NEWS, {"dated_on__year": "2020"}).context["cl"].result_list]
    assert len(days) > 2 and days == sorted(days, reverse=True)
