"""Any public page can be read as it stood at a moment in the past; staff look ahead; nothing comes back that way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client

from cms.editorial import actions, archive
from cms.models import AsOf, Edition, clock
from cms.public import errors
from cms.public.instant import parse
from tests.factories import make_draft, make_image, make_next, make_past, make_scheduled, make_section, show

from .test_closed_world import SECRET, addresses, secret

pytestmark = pytest.mark.django_db
BEGAN = datetime(2025, 5, 19, 9, tzinfo=UTC)
CHANGED = BEGAN + timedelta(days=2)


def at(moment):
    return moment if isinstance(moment, str) else moment.astimezone(UTC).isoformat()


def ask(client, path, moment, **more):
    joint = "&" if "?" in path else "?"
    return client.get(f"{path}{joint}{urlencode({'at': at(moment)})}", **more)


def words(response):
    return response.content.decode()


def make_changed(editor, **columns):
    """A text of two editions: the second, titled New, took the first's place at CHANGED."""
    first = make_past(editor, at=BEGAN, until=CHANGED, title="Old", body="<p>Old body</p>", **columns)
    second = make_next(first, by=editor, change="correction", title="New", body="<p>New body</p>")
    return archive.enter(second, by=editor, live_from=CHANGED)


# --- The past


@pytest.mark.parametrize(
    ("moment", "title"), [(CHANGED - timedelta(microseconds=1), "Old"), (CHANGED, "New")], ids=["before", "at"]
)
def test_a_page_shows_what_was_live_to_the_microsecond(client, editor, moment, title):
    item = make_changed(editor, section=make_section("council"))
    for path in (f"/p/{item.publication.code}/", item.get_absolute_url()):
        response = ask(client, path, moment, follow=True)
        assert f"{title} body" in words(response)
    for path in ("/en/", "/en/news/", "/en/council/", "/en/news/2025/", "/en/council/2025/"):
        response = ask(client, path, moment)
        if response.status_code == 200:
            assert f">{title}</a>" in words(response), path


def test_what_came_later_is_not_there_yet(client, editor):
    item = make_changed(editor, section=make_section("council"))
    early = BEGAN - timedelta(seconds=1)
    assert ask(client, item.get_absolute_url(), early).status_code == 404
    for path in ("/en/", "/en/news/", "/en/council/"):
        assert item.publication.code not in words(ask(client, path, early)), path
    page = words(ask(client, item.get_absolute_url(), CHANGED - timedelta(seconds=1), follow=True))
    assert "editions/2/" not in page
    assert ask(client, item.get_edition_url(), BEGAN).status_code == 404


def test_such_a_page_is_marked_and_kept_out_of_indexes_and_caches(client, editor):
    item = make_changed(editor)
    response = ask(client, item.get_absolute_url(), CHANGED)
    assert "The site as it stood on" in words(response)
    assert f'<a data-present href="{item.get_absolute_url()}">' in words(response)
    assert "canonical" not in words(response) and 'rel="alternate" hreflang="en"' not in words(response)
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Memento-Datetime"] == "Wed, 21 May 2025 09:00:00 GMT"
    assert response.headers["Link"] == f'<{item.get_absolute_url()}>; rel="original"'
    assert not response.cookies
    present = client.get(item.get_absolute_url())
    assert "X-Robots-Tag" not in present.headers and "as it stood" not in words(present)


def test_its_links_its_forms_and_its_redirects_stay_at_the_moment(client, editor):
    section = make_section("council")
    item = make_changed(editor, section=section)
    page = words(ask(client, item.get_absolute_url(), "2025-05-22"))
    for path in ("/en/", "/en/news/", "/en/council/", item.get_edition_url(), item.get_changes_url(1)):
        assert f'href="{path}?at=2025-05-22"' in page, path
    assert f'href="/en/council/?item={item.publication.code}&amp;at=2025-05-22"' in page
    assert 'href="#' in page and 'href="/static/cms/mark.svg"' in page  # these have no other time
    for path in (f"/p/{item.publication.code}/", f"/en/council/old-{item.publication.code}/", "/news"):
        response = ask(client, path, "2025-05-22T10:00:00+06:00")
        assert response.status_code in (301, 302), path
        assert response.headers["Location"].endswith("?at=2025-05-22T10%3A00%3A00%2B06%3A00"), path
    response = ask(client, f"/en/news/?item={item.publication.code}", "2025-05-22")
    assert response.headers["Location"] == f"/en/news/?at=2025-05-22#i-{item.publication.code}"


def test_the_comparison_and_the_editions_are_those_of_the_moment(client, editor):
    item = make_changed(editor)
    assert ask(client, item.get_changes_url(1), CHANGED).status_code == 200
    assert ask(client, item.get_changes_url(1), BEGAN).status_code == 404
    response = ask(client, item.get_absolute_url() + "editions/1/", BEGAN, follow=True)
    assert "This is edition 1, the current one." in words(response)


def test_a_photo_of_a_replaced_edition_is_still_seen_in_the_past(client, editor):
    draft = make_draft(editor)
    picture = show(draft, make_image(editor))
    first = archive.enter(draft, by=editor, live_from=BEGAN, live_until=CHANGED)
    second = make_next(first, by=editor)
    second.picture_rows.all().delete()
    actions.settle(second.kind_edition)
    archive.enter(second, by=editor, live_from=CHANGED)
    page = words(ask(client, first.get_absolute_url(), BEGAN))
    address = f"{first.get_absolute_url()}photos/{picture.code}/"
    assert f'href="{address}?at=' in page
    assert f"/media/{picture.file.key}/" in page and f"/media/{picture.file.key}/w640.avif?at" not in page
    assert ask(client, address, BEGAN).status_code == 200
    media = client.get(f"/media/{picture.file.key}/base.jpg")
    media.close()
    assert media.status_code == 200


# --- What was taken down


@pytest.mark.parametrize(("mode", "kind"), [("gone", "news"), ("redirect", "speech"), ("gone", "page")])
def test_what_was_taken_down_since_does_not_come_back(client, editor, moderator, mode, kind):
    section = make_section("council")
    shown = make_past(editor, **secret(kind, section, editor))
    other = make_past(editor, section=section)
    while_it_stood = clock.now() - timedelta(hours=1)
    if kind != "page":
        assert SECRET in words(ask(client, shown.get_absolute_url(), while_it_stood))
        assert SECRET in words(ask(client, "/en/news/", while_it_stood))
    target = other.publication if mode == "redirect" else None
    actions.withdraw(shown, by=moderator, mode=mode, comment="It was wrong.", redirect_to=target)
    for path in addresses(shown):
        response = ask(client, path, while_it_stood)
        assert SECRET not in words(response), path
        assert SECRET.lower() not in response.headers.get("Location", "").lower(), path
    if kind != "page":
        response = ask(client, shown.get_absolute_url(), while_it_stood)
        assert response.status_code == 410
        assert "It was wrong." in words(response)


def test_what_was_taken_down_since_is_not_counted_either(client, editor, moderator):
    section, while_it_stood = make_section("council"), clock.now() - timedelta(hours=1)
    shown, _other = (make_past(editor, section=section) for _n in range(2))
    assert "2 items" in words(ask(client, "/en/news/", while_it_stood))
    actions.withdraw(shown, by=moderator, mode="gone", comment="It was wrong.")
    for path in ("/en/news/", "/en/council/", f"/en/news/{shown.dated_on.year}/"):
        assert "1 item<" in words(ask(client, path, while_it_stood)).replace("\n", "").replace("  ", ""), path


def test_a_better_text_at_its_address_does_not_bring_it_back(client, editor, moderator):
    first = make_past(editor, title=f"{SECRET} title")
    address = first.get_absolute_url()
    withdrawal = actions.withdraw(first, by=moderator, mode="gone", comment="It was wrong.")
    waiting = actions.submit(make_next(first, by=editor, title="Better"), by=editor)
    second = actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
    for moment in (withdrawal.from_at - timedelta(seconds=1), withdrawal.from_at):
        response = ask(client, address, moment)
        assert response.status_code == 410
        assert SECRET not in words(response) and "It was wrong." in words(response)
    assert ask(client, address, second.live_from, follow=True).status_code == 200


def test_a_notice_stands_above_a_text_for_as_long_as_it_stood(client, editor, moderator):
    item = make_past(editor)
    notice = actions.withdraw(item, by=moderator, mode="notice", comment="Kept for the record.")
    assert "Kept for the record." in words(ask(client, item.get_absolute_url(), notice.from_at))
    before = ask(client, item.get_absolute_url(), notice.from_at - timedelta(seconds=1))
    assert before.status_code == 200
    assert "Kept for the record." not in words(before)
    waiting = actions.submit(make_next(item, by=editor), by=editor)
    second = actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
    assert "Kept for the record." in words(ask(client, item.get_absolute_url(), notice.from_at))
    assert "Kept for the record." not in words(ask(client, item.get_absolute_url(), second.live_from))


def test_an_instant_that_forgot_from_when_it_is_looked_at_hides_all_that_was_ever_taken_down(editor, moderator):
    item = make_past(editor)
    actions.withdraw(item, by=moderator, mode="gone", comment="It was wrong.")
    moment = AsOf.at(clock.now() - timedelta(hours=2), seen_from=clock.now()) + timedelta(hours=1)
    assert not Edition.objects.live(moment).exists()
    assert not Edition.objects.readable(moment).exists()


# --- The future


def test_nobody_else_learns_what_is_to_come(client, editor, moderator, outsider):
    section = make_section("council")
    hidden = make_scheduled(editor, moderator, **secret("news", section, editor))
    live = make_past(editor, section=section)
    draft = make_next(live, by=editor, title=f"{SECRET} next")
    waiting = actions.submit(draft, by=editor)
    actions.approve(waiting, by=moderator, digest=waiting.compute_digest(), at=clock.now() + timedelta(hours=1))
    staff_without_rights = Client()
    staff_without_rights.force_login(outsider)
    nonsense = client.get("/en/news/?at=nonsense")
    assert nonsense.status_code == 400
    for moment, reader in ((hidden.live_from, client), (hidden.live_from + timedelta(days=2), staff_without_rights)):
        for path in {*addresses(hidden), *addresses(live)}:
            response = ask(reader, path, moment)
            assert SECRET not in words(response), path
            assert SECRET.lower() not in response.headers.get("Location", "").lower(), path
            if path.startswith("/en/") and "feed." not in path:  # feeds are for programs, and have no other instants
                assert (response.status_code, response.content) == (400, nonsense.content), path


def test_staff_see_what_is_scheduled_then(client, editor, moderator):
    section = make_section("council")
    hidden = make_scheduled(editor, moderator, **secret("news", section, editor))
    client.force_login(moderator)
    for path in ("/en/", "/en/news/", "/en/council/", hidden.get_absolute_url()):
        response = ask(client, path, hidden.live_from)
        assert response.status_code == 200, path
        assert SECRET in words(response), path
        assert "as it will stand on" in words(response)
        assert "no-store" in response.headers["Cache-Control"] and response.headers["X-Robots-Tag"] == "noindex"
        assert "Memento-Datetime" not in response.headers
    just_before = ask(client, "/en/news/", hidden.live_from - timedelta(microseconds=1))
    assert SECRET not in words(just_before)
    assert SECRET not in words(client.get("/en/news/"))


def test_staff_see_neither_drafts_nor_what_waits_in_the_future(client, editor, moderator):
    make_draft(editor, **secret("news", make_section("council"), editor))
    client.force_login(moderator)
    assert SECRET not in words(ask(client, "/en/news/", clock.now() + timedelta(days=400)))


# --- What is no instant

BAD = [
    "x",
    "2025",
    "2025-13-01",
    "2025-02-30",
    "2025-05-19T25:00",
    "2025-05-19T10:00+99:00",
    "9999-12-31",
    "0001-01-01",
]
BAD += ["2025-05-19\0", "2025-05-19T10:00:00.1234567", "-1", "2" * 100_000, "%", "٢٠٢٥-٠٥-١٩", "2025-05-19&at=x", " "]


@pytest.mark.parametrize("value", BAD, ids=range(len(BAD)))
def test_what_is_no_instant_gets_a_clear_answer(client, value):
    response = client.get(f"/en/news/?at={value}")
    assert response.status_code == 400
    assert '<input type="datetime-local"' in words(response)
    assert "no-store" in response.headers["Cache-Control"]


def test_no_value_is_the_present(client):
    assert client.get("/en/news/?at=").status_code == 200


NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025-05-19", datetime(2025, 5, 19, 17, 59, 59, 999_999, tzinfo=UTC)),
        ("2025-06-01", NOW),
        ("2025-05-19T15:20", datetime(2025, 5, 19, 9, 20, tzinfo=UTC)),
        ("2025-05-19 15:20:30", datetime(2025, 5, 19, 9, 20, 30, tzinfo=UTC)),
        ("2025-05-19T15:20Z", datetime(2025, 5, 19, 15, 20, tzinfo=UTC)),
        ("2025-05-19t15:20z", datetime(2025, 5, 19, 15, 20, tzinfo=UTC)),
        ("2025-05-19T15:20:00.5-03:30", datetime(2025, 5, 19, 18, 50, 0, 500_000, tzinfo=UTC)),
        ("2025-05-19T15:20 05:00", datetime(2025, 5, 19, 10, 20, tzinfo=UTC)),
        ("2025-05-19T15", None),
        ("19.05.2025", None),
    ],
)
def test_days_and_times_are_read_as_people_write_them(settings, written, meant):
    settings.TIME_ZONE = "Asia/Bishkek"
    assert parse(written, NOW) == meant


# --- The cost


def test_the_past_costs_no_more_than_six_queries(client, queries, editor):
    item = make_changed(editor, kind="speech", section=make_section("council"))
    for path in (item.get_absolute_url(), item.get_edition_url(), item.get_changes_url(1), "/en/", "/en/news/"):
        assert queries(client, f"{path}?at=2025-05-30") <= 6, path


def test_the_form_at_the_foot_of_a_page_leads_to_its_past(client, editor):
    make_past(editor)
    page = words(client.get("/en/news/"))
    assert '<input type="date" id="past-day" name="at" required>' in page
    day = (clock.now() - timedelta(days=3)).date()
    assert "The site as it stood on" in words(client.get(f"/en/news/?at={day}"))


def test_few_pages_of_the_past_are_made_at_once_and_the_present_never_waits(client, editor, monkeypatch):
    path = make_changed(editor).get_absolute_url()
    monkeypatch.setattr(errors, "PATIENCE", 0.01)
    held = [errors._looks.acquire(blocking=False) for _ in range(errors.LOOKS_AT_ONCE)]
    try:
        assert all(held)
        refused = ask(client, path, BEGAN)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert "no-store" in refused.headers["Cache-Control"]
        assert client.get(path).status_code == 200
    finally:
        for _ in held:
            errors._looks.release()
    assert ask(client, path, BEGAN, follow=True).status_code == 200
