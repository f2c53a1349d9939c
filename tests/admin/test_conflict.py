"""Two people in one draft: the second gets both texts with 409, and nothing that was typed is lost."""

import pytest
from django.test import Client

from cms.admin import conflict
from cms.editorial import actions
from cms.models import Edition, State
from speeches.models import Speaker
from tests.admin.test_edition_form import SPEAKERS, address, as_posted
from tests.factories import make_draft, make_live, make_person, make_waiting, stored


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def mine(editor):
    return client_of(editor)


@pytest.fixture
def theirs(other_editor):
    return client_of(other_editor)


def choose(response, **choices):
    """What the conflict page posts when somebody has chosen."""
    context = response.context
    posted = {"version": context["version"], "_merge": "1"}
    for name, value in context["typed"]:
        posted[name] = value
    return {**posted, **{f"choice-{name}": value for name, value in choices.items()}}


def both_saved(draft, mine, theirs, **fields):
    """They store first; mine comes from the same version. Gives my answer."""
    first = {name: pair[0] for name, pair in fields.items()}
    second = {name: pair[1] for name, pair in fields.items()}
    assert theirs.post(address(draft), as_posted(draft, **first)).status_code == 302
    return mine.post(address(draft), as_posted(draft, **second))


def test_the_second_save_gets_both_texts_with_409(editor, mine, theirs):
    draft = make_draft(editor)
    body = ("<p>Their paragraph.</p>", "<p>My paragraph.</p>")
    response = both_saved(draft, mine, theirs, title=("Theirs", "Mine"), body=body)
    assert response.status_code == 409
    page = response.content.decode()
    for words in ("Otto Editor", "Theirs", "Mine", "Their paragraph.", "My paragraph."):
        assert words in page
    assert [d.name for d in response.context["differences"]] == ["title", "body"]
    assert stored(draft).title == "Theirs"
    assert draft.journal.count() == 2


def test_what_was_chosen_is_stored(editor, mine, theirs):
    draft = make_draft(editor)
    body = ("<p>Their paragraph.</p>", "<p>My paragraph.</p>")
    fields = {"title": ("Theirs", "Mine"), "summary": ("Their summary.", "My summary."), "body": body}
    response = both_saved(draft, mine, theirs, **fields, place=("Osh", "Naryn"))
    posted = choose(response, title="mine", summary="both", body="both", place="theirs")
    assert mine.post(address(draft), posted).status_code == 302
    now = stored(draft)
    assert (now.title, now.summary, now.place, now.version) == ("Mine", "Their summary. My summary.", "Osh", 3)
    assert now.body.index("Their paragraph.") < now.body.index("My paragraph.")
    assert [row.actor_in_words for row in draft.journal.order_by("pk")] == [
        "Edith Editor",
        "Otto Editor",
        "Edith Editor",
    ]


def test_dates_sections_and_choices_can_be_theirs(editor, mine, theirs):
    draft = make_draft(editor)
    fields = {"dated_on": ("2025-01-02", "2025-03-04"), "genre": ("interview", "statement")}
    response = both_saved(draft, mine, theirs, **fields)
    assert [d.theirs for d in response.context["differences"]] == ["Interview", "2025-01-02"]
    mine.post(address(draft), choose(response, dated_on="theirs", genre="theirs"))
    assert (stored(draft).dated_on.isoformat(), stored(draft).genre) == ("2025-01-02", "interview")


def test_nothing_is_stored_until_everything_was_chosen(editor, mine, theirs):
    draft = make_draft(editor)
    response = both_saved(draft, mine, theirs, title=("Theirs", "Mine"), place=("Osh", "Naryn"))
    response = mine.post(address(draft), choose(response, title="mine"))
    assert response.status_code == 409
    assert "Choose for each field" in response.content.decode()
    assert dict(response.context["typed"])["title"] == "Mine"
    response = mine.post(address(draft), choose(response, title="mine", place="forged"))
    assert response.status_code == 409
    assert stored(draft).title == "Theirs"


def test_changed_again_while_choosing_is_a_conflict_again(editor, mine, theirs):
    draft = make_draft(editor)
    response = both_saved(draft, mine, theirs, title=("Theirs", "Mine"))
    assert theirs.post(address(draft), as_posted(stored(draft), title="Theirs again")).status_code == 302
    response = mine.post(address(draft), choose(response, title="mine"))
    assert response.status_code == 409
    page = response.content.decode()
    assert "changed again" in page
    assert "Theirs again" in page
    assert dict(response.context["typed"])["title"] == "Mine"
    assert mine.post(address(draft), choose(response, title="mine")).status_code == 302
    assert stored(draft).title == "Mine"


def test_the_same_text_twice_is_no_conflict(editor, mine, theirs):
    draft = make_draft(editor)
    response = both_saved(draft, mine, theirs, title=("The same", "The same"))
    assert response.status_code == 302
    assert stored(draft).version == 2


def test_speakers_are_kept_as_a_whole(editor, mine, theirs):
    first, second, third = make_person("A Person"), make_person("B Person"), make_person("C Person")
    for choice, expected in (("theirs", "B Person"), ("mine", "C Person, A Person")):
        draft = make_draft(editor, kind="speech", speakers=[first])
        common = {**SPEAKERS, "delivered_on": "2025-05-19"}
        their_rows = {"speaker_rows-TOTAL_FORMS": "1", "speaker_rows-0-person": second.pk}
        my_rows = {
            "speaker_rows-TOTAL_FORMS": "2",
            "speaker_rows-0-person": third.pk,
            "speaker_rows-1-person": first.pk,
        }
        assert theirs.post(address(draft), as_posted(draft, **{**common, **their_rows})).status_code == 302
        response = mine.post(address(draft), as_posted(draft, **{**common, **my_rows}))
        assert response.status_code == 409
        assert [d.name for d in response.context["differences"]] == ["speaker_rows"]
        assert mine.post(address(draft), choose(response, speaker_rows=choice)).status_code == 302
        assert stored(draft).byline == expected
        Speaker.objects.filter(edition=draft).delete()


@pytest.mark.parametrize("meanwhile", ["stored", "sent"])
def test_who_is_faster_between_our_look_and_the_lock_causes_a_conflict_too(
    editor, other_editor, mine, theirs, monkeypatch, meanwhile
):
    draft = make_draft(editor)
    if meanwhile == "stored":
        theirs.post(address(draft), as_posted(draft, title="Theirs"))
    else:
        actions.submit(draft, by=other_editor)
    looks, look = [], conflict.page

    def blind_at_first(*args):
        looks.append(args)
        return look(*args) if len(looks) > 1 else None

    monkeypatch.setattr(conflict, "page", blind_at_first)
    response = mine.post(address(draft), as_posted(draft, title="Mine"))
    assert (response.status_code, len(looks)) == (409, 2)
    assert "Mine" in response.content.decode()
    assert stored(draft).title != "Mine"


@pytest.mark.parametrize("state", ["submitted", "approved", "discarded"])
def test_a_draft_that_moved_on_shows_who_moved_it_and_my_text_in_full(editor, other_editor, moderator, mine, state):
    draft = make_draft(editor)
    posted = as_posted(
        draft, title="My title", summary="Typed for an hour", body="<p>Long <b>text</b>.</p>", comment="c!"
    )
    if state == "discarded":
        actions.discard(draft, by=other_editor)
    else:
        waiting = actions.submit(draft, by=other_editor)
        if state == "approved":
            actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
    before = Edition.objects.filter(pk=draft.pk).values().get()
    response = mine.post(address(draft), posted)
    assert response.status_code == 409
    page = response.content.decode()
    for words in ("My title", "Typed for an hour", "Long <strong>text</strong>", "&lt;b&gt;text&lt;/b&gt;", "c!"):
        assert words in page
    assert ("Mona Moderator" if state == "approved" else "Otto Editor") in page
    assert Edition.objects.filter(pk=draft.pk).values().get() == before


@pytest.mark.parametrize("make", [make_waiting, lambda by: make_live(by, by.__class__.objects.get(username="mona"))])
def test_what_is_no_draft_cannot_be_changed_by_a_forged_post(editor, moderator, mine, make):
    edition = make(editor)
    before = Edition.objects.filter(pk=edition.pk).values().get()
    for forged in ({"state": "draft"}, {"_merge": "1", "choice-title": "mine"}, {"version": ""}):
        assert mine.post(address(edition), as_posted(edition, title="Forged", **forged)).status_code == 409
    assert Edition.objects.filter(pk=edition.pk).values().get() == before


def test_a_post_without_a_version_is_a_conflict(editor, mine):
    draft = make_draft(editor)
    for version in ("", "0", "99", "x"):
        response = mine.post(address(draft), as_posted(draft, title="Mine", version=version))
        assert response.status_code == 409
    assert stored(draft).version == 1
    assert stored(draft).state == State.DRAFT


def test_a_draft_that_was_sent_and_came_back_unchanged_can_be_stored(editor, moderator, mine):
    draft = make_draft(editor)
    posted = as_posted(draft, title="Mine")
    actions.return_(actions.submit(draft, by=editor), by=moderator, comment="Name the place.")
    assert mine.post(address(draft), posted).status_code == 302
    assert (stored(draft).title, stored(draft).returned_with) == ("Mine", "Name the place.")
