"""What belongs to an edition beside its text: recommended items, and what the page of changes says of parts."""

from __future__ import annotations

import pytest

from cms.editorial import actions
from cms.models import Related
from speeches.models import Speaker
from tests.factories import make_draft, make_live, make_next, make_past, make_person, stored

pytestmark = pytest.mark.django_db
SECRET = "Secretary General resigns"


def published(draft, editor, moderator):
    actions.settle(draft)
    draft = actions.submit(draft, by=editor)
    return actions.approve(draft, by=moderator, digest=draft.compute_digest())


def with_related(editor, moderator, item, title, edition=None):
    draft = make_next(edition, by=editor) if edition else make_draft(editor)
    Related.objects.create(edition=draft, publication=item.publication, title=title)
    return published(draft, editor, moderator)


def test_a_related_title_that_was_never_public_gives_way_to_the_live_one(client, editor, moderator):
    item = make_live(editor, moderator, title="Harmless")
    draft = make_next(item, by=editor)
    draft.title = SECRET
    actions.save(draft, by=editor, version=draft.version)
    first = make_past(editor)
    article = with_related(editor, moderator, item, SECRET, first)
    for path in (article.get_absolute_url(), article.get_edition_url(), article.get_changes_url(1)):
        html = client.get(path).content.decode()
        assert SECRET not in html and "Harmless" in html, path


def test_a_related_title_stays_as_it_was_picked_when_it_was_public(client, editor, moderator):
    item = make_past(editor, title="As it was")
    article = with_related(editor, moderator, item, "As it was")
    draft = make_next(stored(item), by=editor)
    draft.title = "As it is"
    draft = actions.save(draft, by=editor, version=draft.version)
    published(draft, editor, moderator)
    html = client.get(article.get_absolute_url()).content.decode()
    assert ">As it was<" in html and ">As it is<" not in html


def test_changes_name_no_related_item_that_is_not_live(client, editor, moderator):
    item = make_past(editor, title="Taken away")
    article = with_related(editor, moderator, item, "Taken away", make_past(editor))
    assert "Taken away" in client.get(article.get_changes_url(1)).content.decode()
    actions.withdraw(stored(item), by=moderator, mode="gone", comment="Wrong.")
    assert "Taken away" not in client.get(article.get_changes_url(1)).content.decode()


def test_a_changed_post_is_a_change(client, editor, moderator):
    person = make_person("Aigerim Sadykova", "Secretary General")
    first = make_past(editor, kind="speech", speakers=[person])
    draft = make_next(first, by=editor)
    Speaker.objects.filter(edition=draft.pk).update(post="Acting Secretary General")
    second = published(draft, editor, moderator)
    html = client.get(second.get_changes_url(1)).content.decode()
    assert "<dt>Speakers</dt>" in html
    assert "<del>Aigerim Sadykova, Secretary General</del>" in html
    assert "<ins>Aigerim Sadykova, Acting Secretary General</ins>" in html


def test_a_changed_name_is_said_once_and_the_same_speakers_not_at_all(client, editor, moderator):
    first = make_past(editor, kind="speech")
    draft = make_next(first, by=editor)
    Speaker.objects.filter(edition=draft.pk).update(name="Aigerim Sadykova-Li")
    second = published(draft, editor, moderator)
    assert client.get(second.get_changes_url(1)).content.decode().count("<dt>Speakers</dt>") == 1
    third = published(make_next(second, by=editor), editor, moderator)
    assert "<dt>Speakers</dt>" not in client.get(third.get_changes_url(2)).content.decode()
