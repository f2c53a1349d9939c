"""Old and careless forms of an address redirect once to the canonical one; nothing leads to another host."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.editorial import actions
from cms.models import Section
from tests.factories import make_live, make_next, make_past, make_section

pytestmark = pytest.mark.django_db


def goes_to(client, path, status=301):
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    return response.headers["Location"]


@pytest.fixture
def item(editor):
    return make_past(editor, title="Report on the session", section=make_section("council/parliament"))


def test_every_careless_form_of_an_item_leads_to_it_in_one_step(client, item):
    code, canonical = item.publication.code, item.get_absolute_url()
    assert canonical == f"/en/council/parliament/report-on-the-session-{code}/"
    for form in (
        f"/p/{code}/",
        f"/p/{code}",
        f"/P/{code.upper()}/",
        f"/en/council/parliament/an-older-title-{code}/",
        f"/en/council/parliament/{code}/",
        f"/en/elsewhere/{code}/",
        f"/en/{code}/",
        f"/{code}",
        canonical.rstrip("/"),
        canonical.upper(),
        canonical.replace("/council", "//council"),
        "/" + canonical,
        canonical + "/",
        canonical.removeprefix("/en"),
        canonical.replace("/en/", "/ru/"),
        canonical.replace("/en/", "/RU/").rstrip("/"),
        f"/en/p/{code}/",
    ):
        assert goes_to(client, form) == canonical, form
    assert client.get(canonical).status_code == 200


def test_a_query_goes_where_it_means_something(client, item):
    assert goes_to(client, item.get_absolute_url().rstrip("/") + "?page=2&utm=x") == item.get_absolute_url()
    place = goes_to(client, f"/EN/news?item={item.publication.code}", status=302)
    assert place == f"/en/news/#i-{item.publication.code}"


def test_the_page_of_a_list_survives_a_careless_address(client, editor):
    for _ in range(21):
        make_past(editor)
    assert goes_to(client, "/News?page=2&utm=x") == "/en/news/?page=2"
    assert goes_to(client, "/en/activities?page=2") == "/en/activities/?page=2"


def test_a_changed_title_keeps_the_old_address_working(client, item, editor, moderator):
    old = item.get_absolute_url()
    draft = make_next(item, by=editor)
    draft.title = "Report on the second session"
    draft = actions.submit(actions.save(draft, by=editor, version=draft.version), by=editor)
    approved = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    assert approved.get_absolute_url() != old
    assert goes_to(client, old) == approved.get_absolute_url()


def test_a_moved_section_takes_its_pages_along(client, item):
    council = Section.objects.get(path="council")
    council.slug = "assembly"
    council.save()
    code = item.publication.code
    assert goes_to(client, "/en/council/") == "/en/assembly/"
    assert goes_to(client, "/en/council/parliament/") == "/en/assembly/parliament/"
    assert goes_to(client, "/Council/Parliament") == "/en/assembly/parliament/"
    year = item.dated_on.year
    assert goes_to(client, f"/en/council/{year}/") == f"/en/assembly/{year}/"
    assert (
        goes_to(client, f"/en/council/parliament/x-{code}/") == f"/en/assembly/parliament/report-on-the-session-{code}/"
    )


def test_an_address_without_language_finds_the_language_that_has_the_page(client, editor):
    make_past(editor, language="ru", section=make_section("sovet", "ru"))
    assert goes_to(client, "/sovet/") == "/ru/sovet/"
    assert goes_to(client, "/news/") == "/en/news/"


def test_the_root_asks_what_the_reader_speaks(client):
    response = client.get("/", headers={"accept-language": "ru,en;q=0.5"})
    assert (response.status_code, response.headers["Location"]) == (302, "/ru/")
    assert "Accept-Language" in response.headers["Vary"]
    assert goes_to(client, "/", status=302) == "/en/"


def test_edition_and_changes_pages_have_one_address_too(client, editor, moderator, item):
    draft = actions.submit(make_next(item, by=editor), by=editor)
    newer = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    code = item.publication.code
    assert goes_to(client, f"/x/{code}/editions/1") == item.get_edition_url()
    assert goes_to(client, f"/ru/x/{code}/changes/1..2/") == newer.get_changes_url(1)
    assert client.get(newer.get_changes_url(1)).status_code == 200
    for nothing in ("editions/3/", "editions/0/", "changes/2..1/", "changes/1..1/", "changes/1..3/"):
        assert client.get(item.get_absolute_url() + nothing).status_code == 404


def test_the_admin_is_found_without_its_slash_and_nothing_else_of_it_is_tidied(client):
    assert goes_to(client, "/admin", status=302) == "/admin/"
    assert client.get("/Admin/login").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "//evil.example",
        "/\\evil.example/",
        "/%2F%2Fevil.example/",
        "/en//evil.example/..",
        "/en/../admin/",
        "/\x00",
        "/en/news/\x00/",
        "/en/" + "a" * 5000,
        "/" + "a/" * 2000,
        "/" + "a-" * 3000,
        "/\udcff\udcfe/",
        "/en/news/2025/13/",
        "/en/news/0000/",
        "/static/none.css",
        "/favicon.ico",
        "/identity/en-zzzzzz.css",
        "/identity/en-0123456789abcdef.png",
    ],
)
def test_a_strange_path_is_not_found_and_nothing_worse(client, path):
    raw = path.encode("utf-8", "surrogateescape").decode("latin-1")
    response = client.generic("GET", "/", PATH_INFO=raw)
    assert response.status_code == 404


WORDS = (
    "en ru EN fr news p 2025 05 13 editions 1 changes 1..2 activities .. . evil.example \\ %00 preview identity "
    "en-0b4f6c.css 7kq2m4x slug-7kq2m4x ADMIN é"
)
SEGMENTS = st.sampled_from([*WORDS.split(), "", "x" * 300])
QUERIES = st.sampled_from(
    ["", "page=1", "page=2", "page=", "page=x", "page=%00", "item=%00", "item=7kq2m4x", "page=" + "9" * 40]
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=60), st.lists(SEGMENTS, max_size=6).map("/".join)), QUERIES)
def test_no_path_fails_and_every_redirect_stays_here_and_arrives_in_one_step(db, path, query):
    client = Client()
    raw = ("/" + path).encode("utf-8", "surrogatepass").decode("latin-1")
    response = client.generic("GET", "/", PATH_INFO=raw, QUERY_STRING=query)
    assert response.status_code in (200, 301, 302, 404)
    if response.status_code in (301, 302):
        there = urlsplit(response.headers["Location"])
        assert not there.netloc and not there.scheme
        assert there.path.startswith("/") and not there.path.startswith("//") and "\\" not in there.path
        if response.status_code == 301:
            assert client.get(response.headers["Location"]).status_code in (200, 302)


def test_a_path_of_other_scripts_is_not_found(client):
    assert client.get(quote("/en/новости/")).status_code == 404


def test_only_reading_is_possible(client, item):
    assert client.head(item.get_absolute_url()).status_code == 200
    assert client.post(item.get_absolute_url()).status_code == 405


class TestOneLanguage:
    """With one content language there is no prefix."""

    @pytest.fixture(autouse=True)
    def _one(self, settings):
        settings.LANGUAGES = [("en", "English")]
        settings.ROOT_URLCONF = "tests.public.one_language"

    def test_addresses_have_no_prefix(self, client, editor, moderator):
        item = make_live(editor, moderator, title="Alone")
        code = item.publication.code
        assert item.get_absolute_url() == f"/activities/alone-{code}/"
        for path in ("/", "/news/", "/activities/", item.get_absolute_url()):
            assert client.get(path).status_code == 200, path
        for form in (f"/en/activities/alone-{code}/", f"/EN/x/{code}", f"/p/{code}", f"/ru/activities/alone-{code}/"):
            assert goes_to(client, form) == item.get_absolute_url()
        assert goes_to(client, "/en/news/") == "/news/"
        assert goes_to(client, "/en") == "/"
        assert client.get("/news/").headers["Vary"] == "Accept-Encoding"


def test_a_section_written_with_capitals_has_an_address_in_small_letters(client):
    section = Section(language="en", title="About us", slug="About-Us")
    section.full_clean()
    section.save()
    assert section.get_absolute_url() == "/en/about-us/"
    assert goes_to(client, "/en/About-Us/") == "/en/about-us/"
