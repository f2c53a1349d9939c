"""The preview: the public page of any edition, marked, for those who may read it and for nobody else."""

from __future__ import annotations

import pytest

from cms.editorial import actions
from tests.factories import make_draft, make_live, make_next, make_past, make_scheduled, make_section, make_waiting

pytestmark = pytest.mark.django_db


def preview(edition):
    return f"/preview/{edition.publication.code}/{edition.number}/"


@pytest.fixture(params=["draft", "waiting", "scheduled", "discarded", "live"])
def edition(request, editor, moderator):
    columns = {"title": "Secret title", "body": "<p>Secret body</p>"}
    if request.param == "discarded":
        return actions.discard(make_draft(editor, **columns), by=editor)
    if request.param in ("draft", "waiting"):
        return {"draft": make_draft, "waiting": make_waiting}[request.param](editor, **columns)
    return {"scheduled": make_scheduled, "live": make_live}[request.param](editor, moderator, **columns)


def test_staff_see_the_public_page_marked(client, edition, editor):
    client.force_login(editor)
    response = client.get(preview(edition))
    html = response.content.decode()
    assert response.status_code == 200
    assert "Secret title</h1>" in html and "Secret body" in html and "Only staff can see this page" in html
    assert f"/admin/news/newsitem/{edition.pk}/change/" in html
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in html and 'rel="canonical"' not in html
    assert response.headers["Content-Language"] == "en"


def test_the_state_is_said_in_words(client, editor, moderator):
    client.force_login(editor)
    live = make_past(editor, title="Live")
    draft = make_next(live, by=editor)
    assert "in review" in client.get(preview(make_waiting(editor))).content.decode()
    assert "live, with edition 2: draft" in client.get(preview(draft)).content.decode()
    assert "scheduled for" in client.get(preview(make_scheduled(editor, moderator))).content.decode()


def test_nobody_else_learns_that_it_is_there(client, edition, outsider):
    nothing = client.get("/preview/7kq2m4x/1/")
    assert nothing.status_code == 404
    assert client.get(preview(edition)).content == nothing.content
    client.force_login(outsider)
    response = client.get(preview(edition))
    assert (response.status_code, response.content) == (404, nothing.content)


def test_a_section_text_is_previewed_in_its_section(client, editor):
    client.force_login(editor)
    section = make_section("activities")
    draft = make_draft(editor, kind="page", section=section, text_of=section, body="<p>New words</p>")
    make_past(editor, title="An item")
    html = client.get(preview(draft)).content.decode()
    assert "New words" in html and "An item" in html and "Only staff" in html


def test_a_preview_speaks_the_language_of_its_text(client, editor):
    client.force_login(editor)
    response = client.get(preview(make_draft(editor, language="ru")), headers={"accept-language": "en"})
    assert '<html lang="ru"' in response.content.decode() and response.headers["Content-Language"] == "ru"


def test_unknown_editions_are_not_found_for_staff_either(client, editor):
    client.force_login(editor)
    assert client.get(f"/preview/{make_draft(editor).publication.code}/2/").status_code == 404
