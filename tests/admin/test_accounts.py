"""Accounts and groups: nobody gives what they do not have, accounts are closed and not deleted, groups are code's."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from cms.models import Journal, User
from tests.factories import PASSWORD, make_draft, make_live


def change(user: User) -> str:
    return reverse("admin:cms_user_change", args=[user.pk])


def form(user: User, **columns) -> dict:
    return {
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": "",
        "is_active": "on",
        "is_staff": "on",
        "groups": list(user.groups.values_list("pk", flat=True)),
        "date_joined_0": "2025-01-01",
        "date_joined_1": "10:00",
        **columns,
    }


@pytest.fixture
def root(db):
    return User.objects.create_superuser("root", password=PASSWORD)


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


def test_an_administrator_opens_an_account_and_puts_it_into_a_group(desk):
    moderators = Group.objects.get(name="Moderators")
    data = {"username": "new", "password1": "a long passphrase 1", "password2": "a long passphrase 1"}
    assert desk.post("/admin/cms/user/add/", {**data, "usable_password": "true"}).status_code == 302
    user = User.objects.get(username="new")
    assert user.is_staff and not user.is_superuser
    desk.post(change(user), form(user, groups=[moderators.pk]))
    assert list(user.groups.all()) == [moderators]


def test_an_administrator_makes_nobody_a_superuser_nor_gives_single_rights(desk, editor):
    right = Permission.objects.get(codename="approve_editions")
    desk.post(
        change(editor), form(editor, is_superuser="on", user_permissions=[right.pk], is_demo="on", email="e@x.org")
    )
    editor.refresh_from_db()
    assert editor.email == "e@x.org"
    assert not editor.is_superuser and not editor.is_demo and not editor.user_permissions.exists()


def test_an_administrator_is_not_born_superuser_by_the_form_for_new_accounts(desk):
    data = {"username": "new", "password1": "a long passphrase 1", "password2": "a long passphrase 1"}
    desk.post("/admin/cms/user/add/", {**data, "usable_password": "true", "is_superuser": "on"})
    assert not User.objects.get(username="new").is_superuser


def test_an_administrator_leaves_their_own_groups_alone(desk, administrator):
    moderators = Group.objects.get(name="Moderators")
    desk.post(change(administrator), form(administrator, groups=[moderators.pk], first_name="Ada"))
    administrator.refresh_from_db()
    assert administrator.first_name == "Ada"
    assert [group.name for group in administrator.groups.all()] == ["Administrators"]


def test_an_administrator_does_not_touch_a_superuser(desk, root):
    assert desk.post(change(root), form(root, email="mine@x.org")).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    assert desk.get(password).status_code == 403
    assert desk.post(password, {"password1": "x" * 20, "password2": "x" * 20}).status_code == 403
    assert "Save" not in desk.get(change(root)).content.decode().split("submit-row")[1]


def test_an_account_is_closed_and_not_deleted(client, root, editor, moderator):
    make_live(editor, moderator)
    client.force_login(root)
    assert client.post(reverse("admin:cms_user_delete", args=[editor.pk]), {"post": "yes"}).status_code == 403
    data = form(editor)
    del data["is_active"]
    client.post(change(editor), data)
    editor.refresh_from_db()
    assert not editor.is_active
    client.force_login(editor)
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("who", ["editor", "moderator", "chief"])
def test_accounts_are_for_administrators(client, request, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/admin/cms/user/").status_code == 403
    assert client.get("/admin/auth/group/").status_code == 403


def test_groups_are_shown_and_changed_by_nobody(client, root, desk):
    group = Group.objects.get(name="Editors")
    address = reverse("admin:auth_group_change", args=[group.pk])
    assert "Can write, save, submit" in desk.get(address).content.decode()
    client.force_login(root)
    assert client.post(address, {"name": "Everybody"}).status_code == 403
    assert client.get("/admin/auth/group/add/").status_code == 403


# --- The journal


def test_the_journal_is_read_and_searched_and_never_written(
    client, root, moderator, editor, django_assert_max_num_queries
):
    live = make_live(editor, moderator, title="Published")
    make_draft(editor, title="Another")
    client.force_login(moderator)
    html = client.get("/admin/cms/journal/").content.decode()
    assert "Published" in html and "sent for approval" in html and moderator.in_words in html
    html = client.get("/admin/cms/journal/", {"q": live.publication.code}).content.decode()
    assert "Published" in html and "Another" not in html
    html = client.get("/admin/cms/journal/", {"q": "Mona"}).content.decode()
    assert "approved" in html and "Another" not in html
    assert client.get("/admin/cms/journal/", {"action": "approve"}).context["cl"].result_count == 1
    with django_assert_max_num_queries(16):
        client.get("/admin/cms/journal/")

    client.force_login(root)
    entry = Journal.objects.first()
    assert client.get("/admin/cms/journal/add/").status_code == 403
    assert client.post(f"/admin/cms/journal/{entry.pk}/change/", {"comment": "x"}).status_code == 403
    assert client.post(f"/admin/cms/journal/{entry.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_long_journal_is_counted_so_far_and_no_further(editor, monkeypatch):
    from cms.admin import paginator

    monkeypatch.setattr(paginator, "FAR", 3)
    for _ in range(5):
        make_draft(editor)
    assert paginator.ShortPaginator(Journal.objects.order_by("-at"), 2).count == 3


def test_editors_have_no_journal(client, editor):
    client.force_login(editor)
    assert client.get("/admin/cms/journal/").status_code == 403
