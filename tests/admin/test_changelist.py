"""The list of a kind: one row a publication, its status in words, a fixed number of queries however many there are."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.admin import changelist
from cms.editorial import actions
from cms.models import Edition, clock
from tests.factories import (
    make_draft,
    make_live,
    make_past,
    make_person,
    make_scheduled,
    make_section,
    make_waiting,
    stored,
)

LIST = "/admin/news/newsitem/"


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


def rows(response):
    return response.context["cl"].result_list


def words(response):
    return {row.title: str(row.shown.words) for row in rows(response)}


@pytest.fixture
def one_of_each(editor, moderator):
    """A publication in every status, titled by it."""
    make_draft(editor, title="draft")
    make_waiting(editor, title="in review")
    actions.return_(make_waiting(editor, title="changes requested"), by=moderator, comment="Why?")
    make_scheduled(editor, moderator, title="scheduled")
    make_live(editor, moderator, title="live")
    both = make_live(editor, moderator, title="live with a draft")
    actions.next_edition(both, by=editor)
    gone = make_live(editor, moderator, title="withdrawn")
    actions.withdraw(gone, by=moderator, mode="gone", comment="Why?")
    actions.discard(make_draft(editor, title="discarded"), by=editor)
    make_past(
        editor,
        title="superseded",
        at=clock.now() - timedelta(days=3),
        until=clock.now() - timedelta(days=1),
    )


def test_status_in_words(as_editor, one_of_each):
    found = words(as_editor.get(LIST))
    assert found.pop("scheduled").startswith("scheduled for ")
    assert found == {
        "draft": "draft",
        "in review": "in review",
        "changes requested": "changes requested",
        "live": "live",
        "live with a draft": "live, with edition 2: draft",
        "withdrawn": "withdrawn",
        "discarded": "discarded",
        "superseded": "superseded",
    }


def test_filter_by_status(as_editor, one_of_each):
    for key, expected in {
        "draft": {"draft", "live with a draft"},
        "in_review": {"in review"},
        "returned": {"changes requested"},
        "scheduled": {"scheduled"},
        "live": {"live", "live with a draft"},
        "superseded": {"superseded"},
        "withdrawn": {"withdrawn"},
        "discarded": {"discarded"},
        "forged": set(),
    }.items():
        assert set(words(as_editor.get(LIST, {"status": key}))) == expected, key


def test_what_was_withdrawn_takes_no_place_of_what_was_superseded(as_editor, editor, moderator, monkeypatch):
    monkeypatch.setattr(changelist, "FAR", 1)
    yesterday = clock.now() - timedelta(days=1)
    make_past(editor, title="superseded", at=yesterday - timedelta(days=2), until=yesterday)
    for n in range(3):
        gone = make_live(editor, moderator, title=f"withdrawn {n}")
        actions.withdraw(gone, by=moderator, mode="gone", comment="Why?")
    assert set(words(as_editor.get(LIST, {"status": "superseded"}))) == {"superseded"}


def test_one_row_a_publication_of_this_kind_alone(as_editor, editor, moderator):
    live = make_live(editor, moderator)
    actions.next_edition(live, by=editor)
    make_draft(editor, kind="speech")
    assert [(row.publication_id, row.number) for row in rows(as_editor.get(LIST))] == [(live.publication_id, 2)]


def test_what_is_looked_up_by_number_is_of_this_kind_alone(as_editor, editor, moderator, monkeypatch):
    """Searches and some filters find numbers first, and leave the kind out of what the list asks for then."""
    monkeypatch.setattr(changelist, "FAR", 1)  # so that there are more than are looked up
    yesterday, speaker = clock.now() - timedelta(days=1), make_person("Ada Lovelace")
    for kind in ("speech", "news", "speech"):
        named = {"speakers": [speaker]} if kind == "speech" else {"byline": "Ada Lovelace"}
        make_past(editor, kind=kind, title="superseded, as told", at=yesterday - timedelta(days=2), until=yesterday)
        gone = make_live(editor, moderator, kind=kind, title="withdrawn, as told", **named)
        actions.withdraw(gone, by=moderator, mode="gone", comment="Why?")
        make_draft(editor, kind=kind, title="told to nobody", **named)
        for _ in range(3):
            make_scheduled(editor, moderator, kind=kind, title="to be told")
    for asked in ({"q": "told"}, {"q": "Ada"}, *({"status": s} for s in changelist.BY_NUMBER)):
        found = rows(as_editor.get(LIST, asked))
        assert found and {row.kind for row in found} == {"news"}, asked


def test_filters_search_and_dates(as_editor, editor):
    conferences = make_section("activities/conferences")
    make_draft(editor, title="A", section=conferences, dated_on=date(2024, 3, 5))
    make_draft(editor, title="B", section=make_section("other"), genre="interview", dated_on=date(2024, 4, 5))
    make_draft(
        editor, title="Москва и Бишкек", language="ru", section=make_section("d", "ru"), dated_on=date(2023, 1, 1)
    )

    def titles(**asked):
        return [row.title for row in rows(as_editor.get(LIST, asked))]

    assert titles(**{"in": conferences.parent_id}) == ["A"]
    assert titles(genre="interview") == ["B"]
    assert titles(language="ru") == ["Москва и Бишкек"]
    assert titles(q="москва") == titles(q="БИШКЕК москва") == ["Москва и Бишкек"]
    assert titles(q="nothing of the kind") == []
    assert titles(dated_on__year="2024", dated_on__month="4") == ["B"]
    assert titles(o="-2") == ["B", "A", "Москва и Бишкек"]
    assert titles(**{"in": "forged"}) == titles()


def test_speeches_are_found_by_who_spoke(as_editor, editor):
    make_draft(editor, kind="speech", title="One", speakers=[make_person("Tigran Manukyan")])
    make_draft(editor, kind="speech", title="Two")
    found = as_editor.get("/admin/speeches/speech/", {"q": "manukyan"})
    assert [row.title for row in rows(found)] == ["One"]
    assert "Tigran Manukyan" in found.content.decode()


def test_years_and_months_are_links(as_editor, editor):
    for day in (date(2022, 1, 1), date(2024, 12, 31)):
        make_draft(editor, dated_on=day)
    cl = as_editor.get(LIST, {"dated_on__year": "2024", "status": "draft"}).context["cl"]
    assert cl.years == [2024, 2023, 2022]
    assert [link["words"] for link in cl.dates() if link["chosen"]] == [2024]
    assert len(cl.months()) == 12
    assert "status=draft" in cl.months()[0]["query"]


def test_the_next_edition_is_one_click_from_a_live_item(as_editor, editor, moderator):
    live = make_live(editor, moderator)
    page = as_editor.get(LIST).content.decode()
    where = reverse("admin:news_newsitem_do", args=[live.pk, "next_edition"])
    assert f'formaction="{where}"' in page
    response = as_editor.post(where, follow=True)
    assert response.context["adminform"].form.instance.number == 2
    assert "formaction" not in as_editor.get(LIST).content.decode()


def test_those_who_only_read_are_offered_nothing_to_press(client, editor, moderator, administrator, outsider):
    make_live(editor, moderator)
    client.force_login(administrator)
    page = client.get(LIST).content.decode()
    assert "formaction" not in page
    assert "New news item" not in page
    client.force_login(outsider)
    assert client.get(LIST).status_code == 403


def test_a_post_to_the_list_changes_nothing(as_editor, editor):
    draft = make_draft(editor)
    response = as_editor.post(LIST, {"action": "delete_selected", "_selected_action": draft.pk, "post": "yes"})
    assert response.status_code in (200, 302, 403)
    assert stored(draft).state == "draft"


def queries(client, **asked):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(LIST, asked).status_code == 200
    return len(captured)


def test_as_many_queries_for_300_rows_as_for_30(as_editor, editor):
    section = make_section("activities")
    for _ in range(30):
        make_past(editor, section=section)
    asked = [{}, {"status": "live"}, {"q": "title"}, {"in": section.pk}, {"dated_on__year": "2026"}]
    few = [queries(as_editor, **a) for a in asked]
    for _ in range(270):
        make_draft(editor, section=section)
    assert [queries(as_editor, **a) for a in asked] == few
    assert max(few) < 20
    assert max(few[:2] + few[3:]) <= 14  # the search for a title looks in four places


def test_nothing_is_counted_in_full(as_editor, editor, monkeypatch):
    monkeypatch.setattr("cms.admin.paginator.FAR", 60)
    monkeypatch.setattr("cms.admin.changelist.FAR", 60)
    for _ in range(61):
        make_draft(editor)
    with CaptureQueriesContext(connection) as captured:
        response = as_editor.get(LIST)
    counts = [q["sql"] for q in captured if "COUNT(" in q["sql"]]
    assert counts
    assert all("LIMIT" in sql for sql in counts)
    assert response.context["cl"].result_count == 60
    assert "There are more than" in response.content.decode()
    assert Edition.objects.count() == 61
