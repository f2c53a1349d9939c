"""What a withdrawn item answers: gone with its reason, elsewhere, or kept under a notice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cms.editorial import actions
from cms.models import Publication, Withdrawal, clock
from tests.factories import make_live, make_next, make_past, stored

pytestmark = pytest.mark.django_db
REASON = "Published in error: the figures were of another year."


@pytest.fixture
def item(editor, moderator):
    """Two editions, the second live."""
    first = make_past(editor, title="Figures", body="<p>Old figures</p>")
    draft = actions.submit(make_next(first, by=editor), by=editor)
    return actions.approve(draft, by=moderator, digest=draft.compute_digest())


def addresses(item):
    code = item.publication.code
    return [
        item.get_absolute_url(),
        f"/p/{code}/",
        f"/en/old/name-{code}/",
        f"/ru/{code}",
        item.get_edition_url(),
        item.get_absolute_url() + "editions/1/",
        item.get_changes_url(1),
    ]


def test_gone_answers_410_with_the_reason_at_every_address(client, item, moderator):
    actions.withdraw(stored(item), by=moderator, mode="gone", comment=REASON)
    for path in addresses(item):
        response = client.get(path)
        html = response.content.decode()
        assert response.status_code == 410, path
        assert REASON in html and "<time" in html and 'lang="en"' in html
        assert "figures</p>" not in html and item.title + "<" not in html
    assert item.publication.code not in client.get("/en/news/").content.decode()


def test_redirected_leads_to_the_other_item_while_that_is_live(client, item, editor, moderator):
    other = make_live(editor, moderator, title="Better figures")
    actions.withdraw(stored(item), by=moderator, mode="redirect", comment=REASON, redirect_to=other.publication)
    for path in addresses(item):
        response = client.get(path)
        assert (response.status_code, response.headers.get("Location")) == (302, other.get_absolute_url()), path
    actions.withdraw(stored(other), by=moderator, mode="gone", comment="This one too.")
    for path in addresses(item):
        response = client.get(path)
        assert response.status_code == 410 and REASON in response.content.decode(), path


def test_kept_under_a_notice(client, item, moderator):
    actions.withdraw(stored(item), by=moderator, mode="notice", comment=REASON)
    html = client.get(item.get_absolute_url()).content.decode()
    assert REASON in html and "Withdrawn on" in html and "Old figures" in html
    assert html.index(REASON) < html.index("<h1")
    assert REASON in client.get(item.get_edition_url()).content.decode()
    assert client.get(f"/p/{item.publication.code}/").status_code == 301
    assert item.title in client.get("/en/news/").content.decode()


def test_a_new_edition_brings_the_page_back_and_what_was_taken_down_stays_down(client, item, editor, moderator):
    actions.withdraw(stored(item), by=moderator, mode="gone", comment=REASON)
    draft = make_next(stored(item), by=editor)
    draft.body = "<p>Right figures</p>"
    draft = actions.submit(actions.save(draft, by=editor, version=draft.version), by=editor)
    right = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    html = client.get(right.get_absolute_url()).content.decode()
    assert "Right figures" in html and "taken down" in html and REASON in html
    for path in (item.get_edition_url(), item.get_absolute_url() + "editions/1/", right.get_changes_url(2)):
        response = client.get(path)
        assert response.status_code == 410 and REASON in response.content.decode(), path
        assert path not in html
    assert client.get(right.get_edition_url()).status_code == 200


def test_a_record_that_ended_without_a_withdrawal_is_gone_and_its_edition_readable(client, editor, now):
    from datetime import timedelta

    ended = make_past(editor, at=now - timedelta(days=9), until=now - timedelta(days=2))
    assert client.get(ended.get_absolute_url()).status_code == 410
    assert client.get(ended.get_edition_url()).status_code == 200


def test_a_withdrawn_section_text_leaves_the_section(client, editor, moderator):
    from tests.factories import make_section

    section = make_section("activities")
    text = make_live(editor, moderator, kind="page", section=section, text_of=section, body="<p>Old words</p>")
    actions.withdraw(text, by=moderator, mode="gone", comment=REASON)
    html = client.get("/en/activities/").content.decode()
    assert "Old words" not in html
    assert client.get(f"/p/{text.publication.code}/").status_code == 410


def test_a_redirect_leads_on_where_its_target_was_redirected_too(client, item, editor, moderator):
    chain = [item, *(make_live(editor, moderator) for _ in range(6))]
    for here, there in zip(chain, chain[1:], strict=False):
        actions.withdraw(stored(here), by=moderator, mode="redirect", comment=REASON, redirect_to=there.publication)
    first, second, last = client.get(chain[0].get_absolute_url()), client.get(chain[1].get_absolute_url()), chain[-1]
    assert first.status_code == 410  # six steps are too many
    assert (second.status_code, second.headers["Location"]) == (302, last.get_absolute_url())
    actions.withdraw(stored(last), by=moderator, mode="gone", comment="This one too.")
    response = client.get(chain[1].get_absolute_url())
    assert response.status_code == 410 and REASON in response.content.decode()


def test_redirects_in_a_ring_end_as_gone(client, item, editor, moderator):
    other = make_live(editor, moderator)
    actions.withdraw(stored(item), by=moderator, mode="redirect", comment=REASON, redirect_to=other.publication)
    actions.withdraw(stored(other), by=moderator, mode="gone", comment=REASON)
    # No action leads to what is not live; a restored database or a script might.
    back = Withdrawal.objects.create(
        publication=other.publication,
        mode="redirect",
        public_reason=REASON,
        redirect_to=item.publication,
        from_at=clock.now(),
    )
    Publication.objects.filter(pk=other.publication_id).update(withdrawal=back)
    for edition in (item, other):
        assert client.get(edition.get_absolute_url()).status_code == 410


def test_an_old_edition_says_when_it_was_withdrawn_and_not_when_it_was_superseded(
    client, editor, moderator, monkeypatch
):
    now = clock.now()
    first = make_past(editor, at=now - timedelta(days=40))

    def on(days):
        monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=days))

    def publish(edition):
        draft = actions.submit(make_next(edition, by=editor), by=editor)
        return actions.approve(draft, by=moderator, digest=draft.compute_digest())

    on(0)
    second = publish(first)
    on(10)
    withdrawal = actions.withdraw(stored(second), by=moderator, mode="gone", comment=REASON)
    on(20)
    third = publish(stored(second))
    response = client.get(third.get_absolute_url() + "editions/1/")
    html = response.content.decode()
    assert response.status_code == 410 and REASON in html
    assert _day(withdrawal.from_at) in html and _day(stored(first).live_until) not in html


def _day(at):
    from django.utils import timezone

    return timezone.localtime(at).date().isoformat()


def test_the_page_of_changes_stands_under_the_notice_too(client, item, moderator):
    assert "Withdrawn on" not in client.get(item.get_changes_url(1)).content.decode()
    actions.withdraw(stored(item), by=moderator, mode="notice", comment=REASON)
    html = client.get(item.get_changes_url(1)).content.decode()
    assert REASON in html and "Withdrawn on" in html and html.index(REASON) < html.index("<h1")
