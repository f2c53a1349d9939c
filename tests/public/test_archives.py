"""Archives by year and month, of everything and of a section."""

from __future__ import annotations

from datetime import date

import pytest

from cms.public.lists import List
from tests.factories import make_member, make_past, make_section
from tests.public.test_lists import titles

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _items(module_db):
    editor = make_member("Edith Editor", "Editors")
    for day, title in ((date(2024, 12, 31), "Last"), (date(2025, 1, 1), "First"), (date(2025, 5, 31), "May")):
        make_past(editor, title=title, dated_on=day)
    make_past(editor, title="Elsewhere", dated_on=date(2023, 2, 28), section=make_section("partners"))
    make_past(editor, title="Leap", dated_on=date(2024, 2, 29), section=make_section("activities/below"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/en/news/2025/", ["May", "First"]),
        ("/en/news/2025/05/", ["May"]),
        ("/en/news/2024/", ["Last", "Leap"]),
        ("/en/news/2024/02/", ["Leap"]),
        ("/en/news/2024/12/", ["Last"]),
        ("/en/activities/2024/", ["Last", "Leap"]),
        ("/en/activities/below/2024/02/", ["Leap"]),
        ("/en/partners/2023/02/", ["Elsewhere"]),
    ],
)
def test_an_archive_holds_its_days_and_no_others(client, path, expected):
    assert titles(client, path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "/en/news/2022/",
        "/en/news/2025/02/",
        "/en/partners/2025/",
        "/ru/news/2025/",
        "/en/news/9999/",
        "/en/news/2025/00/",
    ],
)
def test_a_year_or_month_without_items_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_lists_link_to_the_years_and_months_that_have_items(client):
    html = client.get("/en/news/").content.decode()
    assert all(f'"/en/news/{year}/"' in html for year in (2023, 2024, 2025)) and "/en/news/2022/" not in html
    html = client.get("/en/activities/2024/").content.decode()
    assert '"/en/activities/2024/02/"' in html and '"/en/activities/2024/12/"' in html
    assert "/en/activities/2024/03/" not in html and "/en/activities/2023/" not in html


def test_a_careless_form_of_an_archive_redirects(client):
    assert client.get("/EN/News/2025").headers["Location"] == "/en/news/2025/"


@pytest.mark.parametrize("year", [25, 3025, 9999])
def test_a_mistyped_year_breaks_no_list(client, monkeypatch, year):
    """The database refuses such a date today; lists do not rely on it."""
    months = {date(year, 3, 1): 1, date(2025, 5, 1): 1}
    monkeypatch.setattr(List, "months", property(lambda self: dict(sorted(months.items()))))
    for path in ("/en/news/", "/en/activities/", "/en/news/2025/"):
        response = client.get(path)
        assert response.status_code == 200
        assert "/2025/" in response.content.decode() and f"/{year:04d}/" not in response.content.decode()
    assert List(frame=None, at=None, year=year).months_of_year == []
