"""Pages that are kept ready: who gets them, what they may never be, none is stale, early or lost for nothing."""

from __future__ import annotations

import gzip
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import brotli
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from cms.editorial import actions, archive
from cms.models import (
    Contact,
    Event,
    Identity,
    Related,
    Touched,
    Withdrawal,
    clock,
)
from cms.models.counts import KeptCounts
from cms.models.person import Post
from cms.models.touched import touch
from cms.public.kept import versions
from tests.factories import (
    make_draft,
    make_event,
    make_live,
    make_next,
    make_past,
    make_person,
    make_scheduled,
    make_section,
    stored,
)

from .kept import Site, compare, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(db):
    return Site()


@pytest.fixture
def item(editor):
    return make_past(editor, body="<p>" + "Words of a text. " * 100 + "</p>")


# --- What is kept, and for whom


def test_the_second_reader_gets_the_same_bytes_without_a_query(site, item):
    for path in ("/en/", "/en/news/", item.section.get_absolute_url(), item.get_absolute_url(), "/en/contacts/"):
        first = site.get(path)
        site.learns = False
        with CaptureQueriesContext(connection) as queries:
            second = site.get(path)
        assert (first.status_code, second.body) == (200, first.body), path
        assert second.body == fresh(path).content
        assert second.headers == first.headers
        assert len(queries) == 0
        site.learns = True
    assert site.made == 5


def test_the_menu_says_on_each_page_where_one_is_though_it_is_written_once(site, editor):
    section = make_section("activities", in_navigation=True)
    item = make_past(editor, section=section)
    here = section.get_absolute_url()
    told = {
        "/en/": [],
        "/en/news/": [("/en/news/", "page")],
        f"/en/news/{item.dated_on.year}/": [("/en/news/", "true")],
        here: [(here, "page")],
        item.get_absolute_url(): [(here, "true")],
        "/en/contacts/": [],
    }
    for _round in range(2):
        for path, marked in told.items():
            menu = html.fromstring(site.get(path).body).xpath("//nav[@class='menu']//a[@aria-current]")
            assert [(link.get("href"), link.get("aria-current")) for link in menu] == marked, path


def test_it_has_all_headers_that_django_gives(site, item):
    path = item.get_absolute_url()
    site.get(path)
    kept, new = site.get(path).headers, fresh(path).headers
    for name, value in new.items():
        if name == "Content-Security-Policy":
            assert sorted(kept[name].split("; ")) == sorted(value.split("; "))
        elif name != "Vary":
            assert kept[name] == value, name


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("", None),
        ("identity", None),
        ("*", "br"),
        ("br;q=nonsense, gzip;q=0", None),
    ],
)
def test_it_is_compressed_as_the_reader_takes_it(site, item, accepted, encoding):
    path = item.get_absolute_url()
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    for _turn in range(2):
        answer = site.get(path, HTTP_ACCEPT_ENCODING=accepted)
        assert answer.headers.get("Content-Encoding") == encoding
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert int(answer.headers["Content-Length"]) == len(answer.body)
        assert unpack(answer.body) == fresh(path).content


def test_who_has_it_is_told_that_it_has_not_changed(site, item, editor, moderator):
    path = item.get_absolute_url()
    tags = {site.get(path, HTTP_ACCEPT_ENCODING=accepted).headers["Etag"] for accepted in ("br", "gzip", "")}
    assert len(tags) == 3
    for tag in (*tags, "*", f'"other", W/{tags.pop()}'):
        answer = site.get(path, HTTP_IF_NONE_MATCH=tag)
        assert (answer.status_code, answer.body) == (304, b"")
        assert answer.headers["Etag"]
        assert answer.headers["Cache-Control"]
    assert site.get(path, HTTP_IF_NONE_MATCH='"other"').status_code == 200


def test_head_has_the_headers_alone(site, item):
    path = item.get_absolute_url()
    got = site.get(path)
    head = site.get(path, method="HEAD")
    assert Site().get(path, method="HEAD").headers == got.headers
    assert (head.status_code, head.body) == (200, b"")
    assert head.headers == got.headers


def test_a_server_gets_it_in_one_piece(site, item):
    asked, answers = {"HTTP_ACCEPT_ENCODING": "br"}, []
    passed_on = site.pages
    site.pages = lambda *request: answers.append(passed_on(*request)) or answers[-1]
    for _ in range(2):
        site.get(item.get_absolute_url(), **asked)
    site.get(item.get_absolute_url(), method="HEAD")
    # PEP 3333 takes any iterable; granian sends a list at once, and hands anything else on through a channel.
    assert [type(answer) for answer in answers] == [list, list, list]
    assert [len(answer) for answer in answers] == [1, 1, 0]


def test_what_means_nothing_to_a_page_makes_no_other_page(site, item):
    site.get("/en/news/")
    for query in ("utm_source=x", "fbclid=1&gclid=2", "nonsense", "&&&", "a[]=1", "%00=%00"):
        assert site.hit(f"/en/news/?{query}"), query
    assert len(site.pages.store) == 1
    path = item.get_absolute_url()
    first = site.get(f"{path}?utm_source=first")
    assert b"utm_source" not in first.body
    assert site.hit(path)


def test_one_order_of_the_queries_that_count(site, editor):
    for _n in range(3):
        make_past(editor, place="Geneva")
    for _turn in range(2):  # what has a query is kept when it is asked for again
        site.get("/en/news/?kind=news&place=Geneva")
    assert site.hit("/en/news/?place=Geneva&kind=news&utm_medium=mail")


def test_queries_that_nobody_asks_for_twice_are_not_kept(site, item):
    site.get("/en/news/")
    for n in range(20):
        site.get(f"/en/search/?q=word{n}")
        site.get(f"/en/news/?place=Nowhere{n}")
    assert len(site.pages.store) == 1


def test_nothing_is_kept_of_what_is_not_public_or_not_there(site, item, editor, client):
    draft = make_draft(editor)
    for path in (
        "/en/nothing/",
        f"/preview/{draft.publication.code}/1/",
        "/admin/",
        "/admin/login/",
        f"/p/{item.publication.code}/",
        f"{item.get_absolute_url()}?at=2025-01-01",
        "/en/news/?at=nonsense",
        "/en/news/?page=99",
        item.get_absolute_url().replace(item.slug, "other"),
        "/en/quote/?q=words",
    ):
        for _turn in range(3):
            site.get(path)
    assert len(site.pages.store) == 0


def test_whoever_has_a_session_or_posts_is_answered_by_django(site, item, editor, client):
    path = item.get_absolute_url()
    site.get(path)
    assert not site.hit(path, HTTP_COOKIE="a=b; sessionid=abc")
    assert not site.hit(path, HTTP_COOKIE="messages=abc")
    assert site.hit(path, HTTP_COOKIE="theme=dark; _ga=1")
    assert site.get(path, method="POST").status_code == 403  # without a token
    assert len(site.pages.store) == 1


def test_another_host_is_another_page_and_a_strange_one_is_none(site, item):
    path = item.get_absolute_url()
    site.get(path)
    assert b"http://localhost/" in site.get(path, HTTP_HOST="LOCALHOST").body
    assert site.hit(path, HTTP_HOST="localhost")
    for strange in ("evil.example", "testserver:8080", "testserver:1", ""):
        assert not site.hit(path, HTTP_HOST=strange), strange
    assert len(site.pages.store) == 2


def test_memory_is_bounded_and_what_was_asked_for_last_stays(item, editor):
    site = Site(most_bytes=1_000_000)
    items = [make_past(editor, body=f"<p>{'Word ' * 2000}</p>") for _n in range(30)]
    for one in items:
        site.get(one.get_absolute_url())
        site.get(items[0].get_absolute_url())
        assert site.pages.store.bytes <= 1_000_000
    assert 2 < len(site.pages.store) < 30
    assert site.hit(items[0].get_absolute_url())
    assert not site.hit(items[1].get_absolute_url())


# --- Never stale, never early, never emptied for nothing


def test_a_publication_is_there_at_once_and_what_it_does_not_touch_stays(site, editor, moderator):
    council, other = make_section("council"), make_section("other")
    items = [make_past(editor, section=council if n % 2 else other) for n in range(40)]
    paths = [one.get_absolute_url() for one in items]
    lists = ["/en/", "/en/news/", "/en/council/"]
    for path in (*paths, *lists, "/en/other/"):
        site.get(path)
    new = make_live(editor, moderator, section=council)
    site.versions.refresh()
    for path in lists:
        assert new.title in site.get(path).body.decode(), path
    assert all(site.hit(path) for path in (*paths, "/en/other/"))


def test_a_correction_replaces_the_page_and_no_other(site, editor, moderator, item):
    other = make_past(editor)
    for path in (item.get_absolute_url(), other.get_absolute_url()):
        site.get(path)
    waiting = actions.submit(make_next(item, by=editor, change="correction", body="<p>Corrected</p>"), by=editor)
    actions.approve(waiting, by=moderator, digest=stored(waiting).compute_digest())
    site.versions.refresh()
    assert b"Corrected" in site.get(item.get_absolute_url()).body
    assert site.hit(other.get_absolute_url())


def test_drafts_and_their_approval_for_later_move_nothing(site, editor, moderator, item):
    paths = ["/en/", "/en/news/", item.get_absolute_url(), item.section.get_absolute_url()]
    for path in paths:
        site.get(path)
    draft = make_next(item, by=editor, body="<p>Other</p>")
    waiting = actions.submit(draft, by=editor)
    actions.approve(waiting, by=moderator, digest=waiting.compute_digest(), at=clock.now() + timedelta(hours=2))
    make_scheduled(editor, moderator)
    site.versions.refresh()
    assert all(site.hit(path) for path in paths)


def test_what_is_embargoed_is_there_at_its_instant_and_not_a_microsecond_before(
    site, editor, moderator, item, monkeypatch
):
    at = clock.now() + timedelta(hours=1)
    new = make_scheduled(editor, moderator, at=at, title="Embargoed")
    waiting = actions.submit(make_next(item, by=editor, title="Later title"), by=editor)
    actions.approve(waiting, by=moderator, digest=stored(waiting).compute_digest(), at=at)
    site.versions.refresh()
    lists = ["/en/", "/en/news/", item.section.get_absolute_url()]
    moment = [at - timedelta(microseconds=1)]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    site.versions.refresh()
    for path in (*lists, item.get_absolute_url()):
        for _turn in range(2):
            answer = site.get(path)
            assert answer.status_code == 200
            assert "Embargoed" not in answer.body.decode()
            assert "Later title" not in answer.body.decode()
    assert site.get(new.get_absolute_url()).status_code == 404
    moment[0] = at
    for path in lists:
        assert "Embargoed" in site.get(path).body.decode(), path
        assert "Later title" in site.get(path).body.decode(), path
    assert site.get(new.get_absolute_url()).status_code == 200
    assert site.get(item.get_absolute_url()).status_code == 301


def test_a_process_that_learns_of_an_instant_too_late_still_keeps_to_it(site, editor, moderator, monkeypatch):
    """Scheduled elsewhere, and read here when it has passed already."""
    at = clock.now() + timedelta(minutes=1)
    site.get("/en/news/")
    site.learns = False
    make_scheduled(editor, moderator, at=at, title="Embargoed")
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(seconds=1))
    site.versions.refresh()
    assert b"Embargoed" in site.get("/en/news/").body


def test_a_withdrawal_is_seen_at_once_and_the_farewell_is_kept_at_the_address_alone(site, moderator, item):
    path = item.get_absolute_url()
    site.get(path)
    actions.withdraw(item, by=moderator, mode=Withdrawal.Mode.GONE, comment="It was wrong.")
    site.versions.refresh()
    assert site.get(path).status_code == 410
    assert site.hit(path)
    assert not site.hit(path.replace(item.slug, "another"))
    assert not site.hit(path.replace(item.slug, "another"))


def test_a_page_that_was_made_while_something_changed_is_not_kept(site, editor, moderator, item):
    """It is made of what stood before, and the change becomes known before it is stored."""
    path, django = "/en/news/", site.pages.application

    def meanwhile(environ, start_response):
        answer = django(environ, start_response)
        make_live(editor, moderator, title="Meanwhile")
        site.versions.refresh()
        return answer

    site.pages.application = meanwhile
    assert b"Meanwhile" not in site.get(path).body
    site.pages.application = django
    assert b"Meanwhile" in site.get(path).body


def test_a_database_that_was_set_back_makes_everything_anew(site, item):
    site.get("/en/news/")
    assert site.hit("/en/news/")
    Touched.objects.filter(pk__gte=site.versions.n).delete()
    assert not site.hit("/en/news/")


def test_what_is_counted_or_indexed_anew_shows_at_once(site, item):
    site.get("/en/news/")
    for path in ("/en/news/", "/en/search/?q=words", "/en/search/?q=words", "/en/search/?q=words"):
        site.get(path)
    assert site.hit("/en/search/?q=words")
    call_command("search", "rebuild", verbosity=0)
    assert not site.hit("/en/search/?q=words")
    assert site.hit("/en/news/")
    call_command("counts", "rebuild", verbosity=0)
    assert not site.hit("/en/news/")


def test_what_lists_have_in_common_is_as_old_as_the_page_it_was_read_for(site, editor, moderator, monkeypatch):
    """The page was begun a moment before an item came, and its counts were read a moment after."""
    section = make_section("council")
    make_past(editor, section=section)
    counts = KeptCounts.counts

    def meanwhile(self, *period):
        found = counts(self, *period)
        make_live(editor, moderator, section=section, title="Meanwhile")
        site.versions.refresh()
        return found

    site.get("/en/contacts/")
    monkeypatch.setattr(KeptCounts, "counts", meanwhile)
    site.get("/en/council/")
    monkeypatch.setattr(KeptCounts, "counts", counts)
    assert b"Meanwhile" in site.get("/en/council/").body


def test_a_process_that_starts_late_knows_which_instants_have_passed(editor, moderator, monkeypatch):
    monkeypatch.setattr(versions, "RECENT", 3)
    at = clock.now() + timedelta(hours=1)
    make_scheduled(editor, moderator, at=at, title="Embargoed")
    site = Site()
    site.get("/en/news/")
    page = site.pages.store.get(("http", "testserver", "/en/news/", ""))
    touch(f"other:{n}" for n in range(9))
    page.n = Touched.objects.latest("pk").pk
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(minutes=5))
    late = Site()
    page.checked = -1
    assert not late.versions.stand(page, late.versions.now())


def test_what_an_event_is_called_in_a_section_is_told_by_texts_of_all(site, editor, moderator):
    event, here = make_event("Secret summit"), make_section("council")
    make_past(editor, section=here)
    other = make_past(editor, section=make_section("other"), event=event)
    path = f"/en/council/?event={event.code}"
    for _turn in range(3):
        assert b"Secret summit" in site.get(path).body
    actions.withdraw(other, by=moderator, mode=Withdrawal.Mode.GONE, comment="Why")
    assert b"Secret summit" not in site.get(path).body


def test_words_that_were_not_escaped_are_read_as_django_reads_them(site, item):
    raw = "Ж".encode().decode("latin-1")
    assert site.get(f"/en/search/?q={raw}").body == fresh("/en/search/?q=%D0%96").content


# --- What a page shows of others


def recommending(editor, other):
    draft = make_draft(editor)
    Related.objects.create(edition=draft, publication=other.publication)
    return archive.enter(draft, by=editor, live_from=clock.now() - timedelta(hours=1))


def test_a_recommended_item_that_is_taken_down_goes_from_the_pages_that_recommend_it(site, editor, moderator, item):
    path = recommending(editor, item).get_absolute_url()
    assert item.title in site.get(path).body.decode()
    actions.withdraw(item, by=moderator, mode=Withdrawal.Mode.GONE, comment="Why")
    assert item.title not in site.get(path).body.decode()


def test_a_recommended_item_appears_when_it_goes_live(site, editor, moderator, monkeypatch):
    at = clock.now() + timedelta(hours=1)
    path = recommending(editor, make_scheduled(editor, moderator, at=at, title="To come")).get_absolute_url()
    assert "To come" not in site.get(path).body.decode()
    monkeypatch.setattr(clock, "now", lambda: at)
    assert "To come" in site.get(path).body.decode()


@pytest.fixture
def announcement(editor):
    event = make_event(starts_on=clock.now().date() - timedelta(days=2))
    return make_past(editor, genre="announcement", event=event, section=make_section("council"))


def test_an_announcement_leads_to_the_report_as_soon_as_there_is_one(site, editor, moderator, announcement):
    path = announcement.get_absolute_url()
    site.get(path)
    report = make_live(editor, moderator, genre="report", event=announcement.event, title="It took place")
    assert "It took place" in site.get(path).body.decode()
    actions.withdraw(report, by=moderator, mode=Withdrawal.Mode.GONE, comment="Why")
    compare(site, path)


def test_an_announcement_is_past_as_soon_as_its_day_is_over(site, announcement, monkeypatch):
    path, day = announcement.get_absolute_url(), clock.now().date() + timedelta(days=1)
    event = Event.objects.get()
    event.starts_on = day
    event.save()
    midnight = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(settings.TIME_ZONE))
    monkeypatch.setattr(clock, "now", lambda: midnight - timedelta(seconds=1))
    before = site.get(path).body
    compare(site, path)
    assert site.hit(path)
    monkeypatch.setattr(clock, "now", lambda: midnight)
    assert site.get(path).body != before
    compare(site, path)


def test_a_farewell_gives_way_when_the_item_it_led_to_comes_back(site, editor, moderator, item):
    target = make_past(editor)
    actions.withdraw(item, by=moderator, mode="redirect", comment="Why", redirect_to=target.publication)
    actions.withdraw(target, by=moderator, mode=Withdrawal.Mode.GONE, comment="Why")
    path = item.get_absolute_url()
    assert [site.get(path).status_code for _turn in range(2)] == [410, 410]
    waiting = actions.submit(make_next(target, by=editor, change="correction"), by=editor)
    actions.approve(waiting, by=moderator, digest=stored(waiting).compute_digest())
    assert site.get(path).status_code == fresh(path).status_code == 302


def test_a_new_language_is_offered_on_the_pages_of_the_others(site, editor, moderator, item):
    path = item.get_absolute_url()
    site.get(path)
    russian = make_live(editor, moderator, language="ru", group=item.publication.translation_group)
    assert russian.get_absolute_url() in site.get(path).body.decode()


def test_what_stands_around_a_page_is_never_old(site, item):
    path = item.get_absolute_url()
    identity, _made = Identity.objects.get_or_create(language="en", defaults={"name": "Old", "short_name": "Old"})
    for change in (
        lambda: Identity.objects.filter(pk=identity.pk).first().save(),
        lambda: Contact.objects.create(language="en", name="New desk", mail="desk@example.org"),
        lambda: Contact.objects.all().delete(),
        lambda: make_section("brand-new"),
    ):
        site.get(path)
        assert site.hit(path)
        change()
        assert not site.hit(path)
        compare(site, path)


def test_people_and_events_are_called_on_their_pages_as_they_are_now(site, editor):
    person, event = make_person("Aigerim Sadykova"), make_event("A conference")
    make_past(editor, kind="speech", speakers=[person], event=event)
    paths = [person.get_absolute_url(), event.get_absolute_url(), "/en/people/", "/en/events/"]
    for path in paths:
        site.get(path)
    Post.objects.create(person=person, title="Minister of everything", held_from=clock.now().date())
    Event.objects.filter(pk=event.pk).first().save()
    assert "Minister of everything" in site.get(paths[0]).body.decode()
    for path in paths:
        compare(site, path)


# --- What a page that is made anew asks the database


def test_a_page_that_is_made_anew_asks_for_little_more_than_its_own_content(site, editor, monkeypatch):
    monkeypatch.setattr(versions, "LATE", 60.0)  # a page may take long on a machine that runs other tests
    section = make_section("council")
    items = [make_past(editor, section=section) for _n in range(45)]
    event = make_event(starts_on=clock.now().date())
    speech = make_past(editor, kind="speech", section=section, event=event)
    site.get("/en/contacts/")  # the frame is known, as after any page
    site.get(items[1].get_absolute_url())
    costs = {}
    for name, path in {
        "home": "/en/",
        "list": "/en/news/",
        "its second page": "/en/news/?page=2",
        "section": "/en/council/",
        "text": items[0].get_absolute_url(),
        "speech": speech.get_absolute_url(),
    }.items():
        site.versions.refresh()
        site.learns = False
        with CaptureQueriesContext(connection) as queries:
            assert site.get(path).status_code == 200
        site.learns = True
        costs[name] = len(queries)
    # A section reads its own text as well.
    assert costs == {"home": 1, "list": 3, "its second page": 1, "section": 4, "text": 1, "speech": 2}
