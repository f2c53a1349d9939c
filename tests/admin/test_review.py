"""Holes that a review found, each shut: an embargoed headline, a lent chair, an address that told titles."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError

from cms.admin.picking import named_by
from cms.editorial import actions
from cms.models import Edition, Section, User, clock
from tests.factories import PASSWORD, make_draft, make_next, make_past, make_scheduled, make_section, make_user, stored


def test_a_related_item_bears_the_title_that_readers_know(editor, moderator):
    first = make_past(editor, title="Talks go on")
    second = make_next(stored(first), by=editor)
    second.title = "Embargoed headline"
    actions.save(second, by=editor, version=second.version)
    waiting = actions.submit(second, by=editor)
    tomorrow = clock.now() + timedelta(days=1)
    actions.approve(waiting, by=moderator, digest=waiting.compute_digest(), at=tomorrow)
    assert named_by(first.publication).title == "Talks go on"
    assert named_by(make_scheduled(editor, moderator).publication) is None


@pytest.mark.parametrize("model", ["newsitem", "edition"])
def test_no_address_tells_the_staff_without_a_group_what_a_draft_is_called(model, client, editor, outsider):
    draft = make_draft(editor, title="Nobody may know")
    client.force_login(outsider)
    kind = ContentType.objects.get(model=model)
    answer = client.get(f"/admin/r/{kind.pk}/{draft.pk}/")
    assert answer.status_code == 404
    assert "nobody-may-know" not in str(answer.headers)


def test_an_administrator_cannot_appoint_who_may_publish_alone(client, administrator, chief):
    client.force_login(administrator)
    ghost = make_user("Gerda Ghost")
    chiefs, editors = Group.objects.get(name="Chief editors"), Group.objects.get(name="Editors")
    fields = {"username": "gerda", "is_active": "on", "is_staff": "on", "last_login_0": "", "last_login_1": ""}
    client.post(f"/admin/cms/user/{ghost.pk}/change/", {**fields, "groups": [chiefs.pk]})
    assert not User.objects.get(pk=ghost.pk).has_perm("cms.force_editions")
    client.post(f"/admin/cms/user/{ghost.pk}/change/", {**fields, "groups": [editors.pk]})
    assert User.objects.get(pk=ghost.pk).has_perm("cms.write_editions")


def test_an_administrator_cannot_take_a_chiefs_account(client, administrator, chief):
    client.force_login(administrator)
    new = {"password1": "another horse battery", "password2": "another horse battery", "usable_password": "true"}
    assert client.post(f"/admin/cms/user/{chief.pk}/password/", new).status_code == 403
    assert User.objects.get(pk=chief.pk).check_password(PASSWORD)


@pytest.mark.parametrize("kept", ['{"path":"/admin/news/newsitem/add/","fields":[["title","\\ud800"]],"files":[]}'])
def test_half_a_character_does_not_break_the_sign_in_page(kept, client, editor):
    for password in ("wrong", PASSWORD):
        answer = client.post("/admin/login/", {"username": "edith", "password": password, "kept": kept})
        assert answer.status_code in (200, 302)


def test_a_name_as_long_as_a_letter_is_refused(client, db, settings):
    settings.AXES_ENABLED = True
    answer = client.post("/admin/login/", {"username": "x" * 5000, "password": "x"})
    assert answer.status_code == 200


@pytest.mark.parametrize("odd", ["9" * 30, "\0", "x"])
def test_what_cannot_be_a_row_is_a_form_error(odd, client, editor):
    client.force_login(editor)
    answer = client.post("/admin/news/newsitem/add/", {"title": "My long text", "event": odd, "language": "en"})
    assert answer.status_code == 200
    assert b"My long text" in answer.content
    assert not Edition.objects.exists()


def test_moving_a_section_under_too_long_an_address_is_refused_in_words(db):
    names = [letter * 55 for letter in "abcd"]
    make_section("/".join(names))
    top = Section.objects.get(path=names[0])
    top.parent = make_section("p" * 50)
    with pytest.raises(ValidationError, match="one below it"):
        top.full_clean()


def test_a_refusal_of_the_admin_is_never_stored(client, editor, outsider):
    draft = make_draft(editor)
    client.force_login(outsider)
    answer = client.get(f"/admin/news/newsitem/{draft.pk}/change/")
    assert answer.status_code == 403
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lists", ["person", "event", "section", "user"])
@pytest.mark.parametrize("odd", ["title__regex=(", "language=%00", "id=" + "9" * 30, "p=" + "9" * 30, "q=%00"])
def test_no_list_breaks_over_odd_parameters(lists, odd, client):
    client.raise_request_exception = False
    client.force_login(make_user("Sue Super", is_superuser=True))
    assert client.get(f"/admin/cms/{lists}/?{odd}").status_code in (200, 302, 400)
