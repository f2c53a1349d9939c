"""Every action, in every state, by every role, posted straight to its address past the buttons.

What is refused changes nothing, so that one edition of a state is enough for all that is refused there.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from cms.editorial import actions
from cms.models import Edition, Journal, SecondLook, State, Withdrawal, clock
from tests.factories import make_draft, make_live, make_next, make_section, stored

ACTIONS = ["submit", "discard", "take_back", "approve", "return", "force", "unschedule", "withdraw", "next_edition"]
STATES = ["draft", "in_review", "scheduled", "live", "superseded", "withdrawn", "discarded"]
# "touched" is a moderator who once saved the draft; "author" the editor who started it.
ROLES = ["author", "other", "moderator", "touched", "chief", "administrator", "outsider", "anonymous"]

WRITERS = "author other moderator touched chief"
MAY = {
    ("draft", "submit"): WRITERS,
    ("draft", "discard"): WRITERS,
    ("draft", "force"): "chief",
    ("in_review", "take_back"): "author touched",
    ("in_review", "approve"): "moderator chief",
    ("in_review", "return"): "moderator touched chief",
    ("in_review", "force"): "chief",
    ("scheduled", "unschedule"): "moderator touched chief",
    ("scheduled", "next_edition"): WRITERS,
    ("live", "withdraw"): "moderator touched chief",
    ("live", "next_edition"): WRITERS,
    ("withdrawn", "next_edition"): WRITERS,
    ("discarded", "next_edition"): WRITERS,  # the only one there is: its address can be taken up again
}
# The state afterwards, of the edition itself.
BECOMES = {
    "submit": "in_review",
    "discard": "discarded",
    "take_back": "draft",
    "approve": "approved",
    "return": "draft",
    "force": "approved",
    "unschedule": "in_review",
    "withdraw": "approved",
}


@pytest.fixture
def people(editor, other_editor, moderator, other_moderator, chief, administrator, outsider):
    return {
        "author": editor,
        "other": other_editor,
        "moderator": moderator,
        "touched": other_moderator,
        "chief": chief,
        "administrator": administrator,
        "outsider": outsider,
        "anonymous": None,
    }


def make(state, people, **columns):
    """An edition in a state, which `author` started and `touched` saved; whoever approves it is nobody of the roles."""
    draft = make_draft(people["author"], **columns).kind_edition
    draft.place = "Osh"
    actions.save(draft, by=people["touched"], version=draft.version)
    if state == "draft":
        return stored(draft)
    if state == "discarded":
        return actions.discard(draft, by=people["author"])
    waiting = actions.submit(draft, by=people["author"])
    if state == "in_review":
        return waiting
    at = clock.now() + timedelta(hours=1) if state == "scheduled" else None
    approved = actions.approve(waiting, by=people["chief"], digest=waiting.compute_digest(), at=at)
    if state == "superseded":
        second = actions.submit(make_next(approved, by=people["author"]), by=people["author"])
        actions.approve(second, by=people["chief"], digest=second.compute_digest())
    if state == "withdrawn":
        actions.withdraw(stored(approved), by=people["chief"], mode="gone", comment="By mistake.")
    return stored(approved)


def address(edition, action):
    opts = edition.kind_model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_do", args=[edition.pk, action])


def complete(edition, **fields):
    """All that any action's form asks for."""
    given = {"comment": "Because.", "digest": edition.compute_digest(), "when": "now", "mode": "gone"}
    return {**given, **fields}


def everything():
    """All rows that an action could change."""
    editions = list(Edition.objects.order_by("pk").values())
    return editions, Journal.objects.count(), Withdrawal.objects.count(), SecondLook.objects.count()


def signed_in(user):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@pytest.mark.parametrize("state", STATES)
def test_what_is_not_allowed_changes_nothing_by_whomever_it_is_posted(people, state):
    edition = make(state, people)
    given, before = complete(edition), everything()
    for role in ROLES:
        client = signed_in(people[role])
        for action in ACTIONS:
            if role not in MAY.get((state, action), "").split():
                response = client.post(address(edition, action), given)
                assert everything() == before, f"{role} could {action} what is {state}"
                assert response.status_code in (200, 302, 403, 409)


@pytest.mark.parametrize("state", STATES)
def test_what_is_allowed_is_done_and_written_down(people, state):
    for role in ROLES:
        client = signed_in(people[role])
        for action in ACTIONS:
            if role in MAY.get((state, action), "").split():
                is_done(client, action, state, role, people)


def is_done(client, action, state, role, people):
    edition = make(state, people)
    rows, editions = Journal.objects.count(), Edition.objects.count()
    response = client.post(address(edition, action), complete(edition))
    assert response.status_code == 302, f"{role} could not {action} what is {state}"
    assert stored(edition).state == (edition.state if action == "next_edition" else BECOMES[action])
    assert Journal.objects.count() == rows + 1
    last = Journal.objects.latest("pk")
    assert (last.action, last.actor_in_words) == (action, people[role].in_words)
    assert Edition.objects.count() == editions + (action == "next_edition")


@pytest.mark.parametrize("state", STATES)
def test_reading_a_page_changes_nothing(people, state):
    edition = make(state, people)
    before = everything()
    for role, expected in (("moderator", 200), ("administrator", 200), ("outsider", 403), ("anonymous", 302)):
        client = signed_in(people[role])
        for action in ACTIONS:
            response = client.get(address(edition, action), {"comment": "Because.", "_save": "1"})
            assert response.status_code == expected
    assert everything() == before


def test_an_unknown_action_or_edition_is_404(client, people, moderator):
    client.force_login(moderator)
    draft = make("draft", people)
    for action in ("save", "look", "publish", "_publish"):
        assert client.get(address(draft, action)).status_code == 404
        assert client.post(address(draft, action)).status_code == 404
    assert client.post(reverse("admin:news_newsitem_do", args=[0, "submit"])).status_code == 404
    speech = make("draft", people, kind="speech")
    assert client.post(reverse("admin:news_newsitem_do", args=[speech.pk, "submit"])).status_code == 404


def test_a_post_needs_the_token_of_our_own_form(people):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["author"])
    draft = make("draft", people)
    assert client.post(address(draft, "submit"), complete(draft)).status_code == 403
    assert stored(draft).state == State.DRAFT


def test_forged_columns_have_no_effect(people):
    edition = make("in_review", people)
    forged = {
        "state": "approved",
        "live_from": "2020-01-01T00:00",
        "live_until": "2030-01-01T00:00",
        "published_at": "2020-01-01",
        "approved_at": "2020-01-01",
        "version": "99",
        "number": "99",
        "title": "Forged",
        "body": "Forged",
        "by": people["chief"].pk,
        "actor": people["chief"].pk,
        "redirect_to": "1",
    }
    before = {k: v for k, v in Edition.objects.filter(pk=edition.pk).values().get().items() if k != "state"}
    signed_in(people["moderator"]).post(address(edition, "return"), complete(edition, **forged))
    after = Edition.objects.filter(pk=edition.pk).values().get()
    moved = {"state", "submitted_at", "returned_with"}
    assert {k: v for k, v in after.items() if k not in moved} == {k: v for k, v in before.items() if k not in moved}
    assert (after["state"], after["returned_with"]) == ("draft", "Because.")

    edition = make("in_review", people)
    signed_in(people["moderator"]).post(address(edition, "approve"), complete(edition, **forged))
    now = stored(edition)
    assert now.digest == now.compute_digest() == edition.compute_digest()
    assert (now.version, now.number, now.title) == (edition.version, edition.number, edition.title)
    assert abs(now.live_from - clock.now()) < timedelta(seconds=10)
    assert now.live_until is None
    assert now.journal.first().actor_in_words == "Mona Moderator"


@pytest.mark.parametrize("digest", ["", "0" * 64])
@pytest.mark.parametrize(("action", "role"), [("approve", "moderator"), ("force", "chief")])
def test_approving_anything_but_what_was_shown_is_refused_with_409(people, action, role, digest):
    edition = make("in_review", people)
    before = everything()
    response = signed_in(people[role]).post(address(edition, action), complete(edition, digest=digest))
    assert response.status_code == 409
    page = response.content.decode()
    assert "not the one you read" in page
    assert "Because." in page
    assert f'name="digest" value="{edition.compute_digest()}"' in page
    assert everything() == before


def test_the_page_carries_the_digest_of_what_it_shows(people):
    edition = make("in_review", people)
    page = signed_in(people["moderator"]).get(address(edition, "approve")).content.decode()
    assert f'name="digest" value="{edition.compute_digest()}"' in page
    assert edition.body in page


def test_approving_for_a_moment_in_the_sites_time_zone(people):
    edition, at = make("in_review", people), (clock.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    client = signed_in(people["moderator"])
    assert "Asia/Almaty" in client.get(address(edition, "approve")).content.decode()
    given = complete(edition, when="at", at=localtime(at).strftime("%Y-%m-%dT%H:%M"))
    response = client.post(address(edition, "approve"), given, follow=True)
    assert stored(edition).live_from == at
    assert localtime(at).strftime("%H:%M") in str(list(response.context["messages"])[0])


def test_a_moment_that_is_missing_wrong_or_past_is_refused_and_nothing_typed_is_lost(people):
    edition = make("in_review", people)
    for at in ("", "tomorrow", "2020-01-01T10:00"):
        response = signed_in(people["moderator"]).post(
            address(edition, "approve"), complete(edition, when="at", at=at, comment="My comment")
        )
        assert response.status_code == 200
        assert "My comment" in response.content.decode()
        assert stored(edition).state == State.IN_REVIEW


def test_the_second_of_two_moderators_is_told_who_was_faster(people, moderator, chief):
    edition = make("in_review", people)
    given = complete(edition, comment="My own comment")
    signed_in(chief).post(address(edition, "approve"), given)
    response = signed_in(moderator).post(address(edition, "approve"), given)
    assert response.status_code == 409
    page = response.content.decode()
    assert "Chloe Chief was faster" in page
    assert "My own comment" in page
    assert edition.journal.filter(action="approve").count() == 1


@pytest.mark.parametrize(("state", "action"), [("in_review", "return"), ("draft", "force"), ("live", "withdraw")])
def test_a_reason_is_demanded(people, state, action):
    edition = make(state, people)
    response = signed_in(people["chief"]).post(address(edition, action), complete(edition, comment="  "))
    assert response.status_code == 200
    assert "needs a reason" in response.content.decode()
    assert stored(edition).state == edition.state


def test_leading_readers_elsewhere_needs_a_public_item(people, editor, moderator):
    edition, target, hidden = make("live", people), make_live(editor, moderator), make("draft", people)
    client = signed_in(people["moderator"])
    for redirect_to, words in (
        ("", "Choose the item"),
        (hidden.publication_id, "never public"),
        (edition.publication_id, "cannot lead to itself"),
    ):
        given = complete(edition, mode="redirect", redirect_to=redirect_to)
        assert words in client.post(address(edition, "withdraw"), given).content.decode()
    given = complete(edition, mode="redirect", redirect_to=target.publication_id)
    assert client.post(address(edition, "withdraw"), given).status_code == 302
    assert Withdrawal.objects.get().redirect_to == target.publication


def test_the_next_edition_opens_its_form(people):
    edition = make("live", people)
    response = signed_in(people["other"]).post(address(edition, "next_edition"), follow=True)
    draft = Edition.objects.open().get()
    assert response.redirect_chain[0][0] == reverse("admin:news_newsitem_change", args=[draft.pk])
    assert response.context["adminform"].form["title"].value() == edition.title


def test_what_was_done_alone_can_be_looked_at_by_another(people):
    edition = make("in_review", people)
    signed_in(people["chief"]).post(address(edition, "force"), complete(edition))
    where = reverse("admin:news_newsitem_change", args=[edition.pk])
    assert "I have looked at it" not in signed_in(people["chief"]).get(where).content.decode()
    page = signed_in(people["moderator"]).get(where)
    assert "I have looked at it" in page.content.decode()
    signed_in(people["moderator"]).post(page.context["flags"][0]["address"])
    assert "Needs a second look" not in signed_in(people["moderator"]).get(where).content.decode()


@pytest.mark.parametrize("state", STATES)
def test_a_translation_is_started_by_writers_from_what_no_longer_changes(people, state):
    section = make_section("council")
    make_section("sovet", language="ru", translation_group=section.translation_group)
    for role in ROLES:
        edition = make(state, people, section=section)
        before = everything()
        where = reverse("admin:news_newsitem_translate", args=[edition.pk, "ru"])
        response = signed_in(people[role]).post(where)
        if role in WRITERS.split() and state not in ("draft", "discarded"):
            assert response.status_code == 302, f"{role} could not translate what is {state}"
            draft = Edition.objects.get(translated_from=edition)
            assert draft.journal.get().actor_in_words == people[role].in_words
            assert stored(edition).state == edition.state
        else:
            assert everything() == before, f"{role} could translate what is {state}"
            assert response.status_code in (302, 403, 409)
