"""The form asks for the kind of change; a moderator confirms what is more than the typing slip it is called."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cms.editorial import actions
from tests.factories import make_draft, make_next, make_past, stored

pytestmark = pytest.mark.django_db


def address(edition, action=None):
    name = f"admin:news_newsitem_{'do' if action else 'change'}"
    return reverse(name, args=[edition.pk, action] if action else [edition.pk])


def make_waiting_slip(editor):
    live = make_past(editor, body="<p>It lost 8.1 metres.</p>")
    draft = make_next(live, by=editor, change="slip", body="<p>It lost 0.81 metres.</p>")
    return actions.submit(draft, by=editor, comment="The point.")


def test_the_form_of_a_second_edition_offers_the_kinds(client, editor):
    client.force_login(editor)
    assert b'name="change"' not in client.get(address(make_draft(editor))).content
    page = client.get(address(actions.next_edition(make_past(editor), by=editor))).content.decode()
    for kind in ("correction", "update", "clarification", "slip", "translation"):
        assert f'<option value="{kind}">' in page


def test_the_moderator_is_told_what_speaks_against_a_slip_and_may_confirm_it(client, editor, moderator):
    waiting = make_waiting_slip(editor)
    client.force_login(moderator)
    page = client.get(address(waiting, "approve")).content.decode()
    assert "Figures changed: 8.1, 0.81." in page and 'name="insists"' in page
    posted = {"when": "now", "digest": stored(waiting).compute_digest()}
    for more in ({}, {"insists": "on"}, {"comment": "Yes."}):
        page = client.post(address(waiting, "approve"), {**posted, **more})
        assert page.status_code == 200 and "errorlist" in page.content.decode()
        assert stored(waiting).state == "in_review"
    client.post(address(waiting, "approve"), {**posted, "insists": "on", "comment": "The table says so."})
    assert stored(waiting).state == "approved"
    assert "The table says so." in waiting.journal.get(action="approve").comment


def test_nothing_has_to_be_confirmed_of_any_other_text(client, editor, moderator):
    waiting = actions.submit(make_next(make_past(editor), by=editor, change="correction"), by=editor)
    client.force_login(moderator)
    page = client.get(address(waiting, "approve")).content.decode()
    assert 'name="insists"' not in page
    assert "Kind of change" in page and "correction" in page
