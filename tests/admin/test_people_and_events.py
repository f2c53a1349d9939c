"""What readers are told of a person or an event is not changed by an editor alone, once a published text names it."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from cms.models import Event, Person
from tests.factories import make_draft, make_event, make_past, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(editor):
    """A person and an event that a published speech names."""
    person, event = make_person("Aigerim Sadykova"), make_event("Council session")
    make_past(editor, kind="speech", speakers=[person], event=event)
    return person, event


def rename(client, row, new):
    """The form of a row, sent with another name and everything else as it is."""
    name = "name" if isinstance(row, Person) else "title"
    path = reverse(f"admin:cms_{row._meta.model_name}_change", args=[row.pk])
    answer = client.get(path)
    assert answer.status_code == 200
    fields = {name: new, "place": "", "starts_on": date(2025, 1, 1), "posts-TOTAL_FORMS": 0, "posts-INITIAL_FORMS": 0}
    return answer.content.decode(), client.post(path, fields)


def names():
    return [Person.objects.get().name, Event.objects.get().title]


def test_an_editor_reads_the_row_of_what_is_published_and_is_told_who_may_change_it(client, editor, named):
    client.force_login(editor)
    for row in named:
        page, answer = rename(client, row, "Somebody else")
        assert "A moderator has to change it." in page
        assert 'name="_save"' not in page
        assert answer.status_code == 403
    assert names() == ["Aigerim Sadykova", "Council session"]


@pytest.mark.parametrize("who", ["moderator", "chief", "administrator"])
def test_moderators_chief_editors_and_administrators_change_it(client, request, named, who):
    client.force_login(request.getfixturevalue(who))
    for row in named:
        page, answer = rename(client, row, "Renamed")
        assert "A moderator has to" not in page
        assert answer.status_code == 302
    assert names() == ["Renamed", "Renamed"]


def test_an_editor_changes_what_no_published_text_names_yet(client, editor):
    person, event = make_person("Aigerim Sadykova"), make_event("Council session")
    make_draft(editor, kind="speech", speakers=[person], event=event)
    client.force_login(editor)
    for row in (person, event):
        assert rename(client, row, "Renamed")[1].status_code == 302
    assert names() == ["Renamed", "Renamed"]
