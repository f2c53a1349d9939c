"""Signing in and out, being locked out, and a text whose author was signed out while writing: it is never lost."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from cms.accounts import SessionRenewal
from cms.models import Edition, Person, User
from tests.factories import PASSWORD, make_draft, make_section, make_user

ADD = "/admin/cms/person/add/"
LOGIN = "/admin/login/"
PERSON = {
    "language": "en",
    "name": 'Aigerim "A" Sadykova',
    "sort_name": "Sadykova\r\n<script>",
    "posts-TOTAL_FORMS": "0",
    "posts-INITIAL_FORMS": "0",
    "posts-MIN_NUM_FORMS": "0",
    "posts-MAX_NUM_FORMS": "1000",
}


def kept_in(answer) -> str:
    found = re.search(r'name="kept" value="([^"]*)"', answer.content.decode())
    return unescape(found[1]) if found else ""


def resent_fields(answer) -> dict[str, str]:
    """What the button of the page "your text is still here" would send."""
    html = answer.content.decode()
    return {
        unescape(name): unescape(value)
        for name, value in re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', html, re.S)
    }


def sign_in(client, answer, user="edith", password=PASSWORD):
    return client.post(LOGIN, {"username": user, "password": password, "next": ADD, "kept": kept_in(answer)})


# --- Signed out while writing


def test_a_form_sent_after_the_session_ended_is_kept_until_its_author_has_signed_in(client, editor):
    asked = client.post(ADD, PERSON)
    assert asked.status_code == 403
    assert "Nothing is lost" in asked.content.decode()
    assert not Person.objects.exists()

    back = sign_in(client, asked)
    assert back.status_code == 200
    assert "Your text is still here" in back.content.decode()
    assert f'action="{ADD}"' in back.content.decode()
    fields = resent_fields(back)
    assert fields == PERSON

    client.post(ADD, {**fields, "sort_name": "Sadykova"})
    assert Person.objects.get().name == PERSON["name"]


def test_what_was_kept_is_escaped(client, editor):
    asked = client.post(ADD, {**PERSON, "<b>name": '"><script>alert(1)</script>', "name": "</textarea><script>x"})
    back = sign_in(client, asked)
    for page in (asked, back):
        assert b"<script>alert" not in page.content
        assert b"</textarea><script>" not in page.content


def test_it_survives_a_wrong_password(client, editor):
    asked = client.post(ADD, PERSON)
    again = sign_in(client, asked, password="wrong")
    assert again.status_code == 200
    assert json.loads(kept_in(again)) == json.loads(kept_in(asked))
    assert resent_fields(sign_in(client, again)) == PERSON


def test_passwords_are_never_kept(client, editor):
    asked = client.post("/admin/cms/user/add/", {"username": "new", "password1": "secret-1", "password2": "secret-1"})
    assert "secret-1" not in asked.content.decode()
    assert json.loads(kept_in(asked))["fields"] == [["username", "new"]]
    assert client.post("/admin/password_change/", {"old_password": "secret-1"}).status_code == 302
    assert client.post(f"/admin/cms/user/{editor.pk}/password/", {"password1": "secret-1"}).status_code == 302


def test_files_cannot_be_kept_and_it_says_so(client, editor):
    from django.core.files.uploadedfile import SimpleUploadedFile

    asked = client.post("/admin/cms/identity/add/", {"name": "x", "new_logo": SimpleUploadedFile("crest.png", b"x")})
    assert "crest.png" in asked.content.decode()
    assert "crest.png" in sign_in(client, asked).content.decode()


def test_several_values_of_one_field_are_all_kept(client, editor):
    asked = client.post("/admin/cms/user/1/change/", {"groups": ["1", "2"]})
    assert json.loads(kept_in(asked))["fields"] == [["groups", "1"], ["groups", "2"]]


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/admin/cms/person/add/",
        "//evil.example/admin/cms/person/add/",
        "/admin/../news/",
        "/admin/\\evil.example",
        "/admin/nowhere/at/all/",
        "/admin/logout/",
        "/admin/login/",
        "/news/",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_text_goes_back_to_a_page_of_the_admin_and_nowhere_else(client, editor, path):
    kept = json.dumps({"path": path, "fields": [["a", "b"]], "files": []})
    answer = client.post(LOGIN, {"username": "edith", "password": PASSWORD, "kept": kept})
    assert answer.status_code == 302
    assert answer["Location"] == "/admin/"


@pytest.mark.parametrize(
    "kept", ["", "[", "[]", '{"path": 1}', '{"path": "/admin/", "fields": [1], "files": []}', "[" * 99999]
)
def test_nonsense_in_place_of_a_text_is_passed_over(client, editor, kept):
    answer = client.post(LOGIN, {"username": "edith", "password": PASSWORD, "kept": kept})
    assert answer.status_code == 302


def test_opening_a_page_without_a_session_leads_to_the_sign_in_page_as_ever(client, editor):
    answer = client.get(ADD)
    assert (answer.status_code, answer["Location"]) == (302, f"{LOGIN}?next={ADD}")


def test_a_text_too_long_to_be_carried_is_shown_to_be_copied(client, editor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 300 * 1024
    answer = client.post(ADD, {**PERSON, "name": "x" * 100_000})
    assert answer.status_code == 403
    assert "x" * 100_000 in answer.content.decode()
    assert kept_in(answer) == ""


def test_a_closed_account_loses_no_text_either(client, editor):
    client.force_login(editor)
    User.objects.filter(pk=editor.pk).update(is_active=False)
    assert "Nothing is lost" in client.post(ADD, PERSON).content.decode()


def test_it_needs_the_token_of_the_form_to_be_kept(editor):
    assert "Nothing is lost" not in Client(enforce_csrf_checks=True).post(ADD, PERSON).content.decode()


# --- A form that had expired


def test_a_form_with_an_old_token_shows_what_was_written(editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    form = {**PERSON, "new_password1": "secret-1", "body": "<p>Long text.</p>", "name": "</textarea><script>x"}
    answer = client.post(ADD, form)
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "&lt;p&gt;Long text.&lt;/p&gt;" in html
    assert f'href="{ADD}"' in html
    assert "secret-1" not in html and "</textarea><script>" not in html
    assert not Person.objects.exists()


def test_a_text_that_was_already_carried_is_shown_too(editor):
    client = Client(enforce_csrf_checks=True)
    kept = json.dumps({"path": ADD, "fields": [["name", "Aigerim"]], "files": []})
    html = client.post(LOGIN, {"username": "edith", "password": PASSWORD, "kept": kept}).content.decode()
    assert "Aigerim" in html and PASSWORD not in html


# --- Who is let in


def test_five_wrong_passwords_lock_the_name_from_one_address_for_a_while(client, editor, settings):
    settings.AXES_ENABLED = True
    asked = client.post(ADD, PERSON)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in(client, asked, password="wrong")
    assert answer.status_code == 429
    html = answer.content.decode()
    assert "15 minutes" in html
    assert json.loads(kept_in(answer))["path"] == ADD
    assert sign_in(client, asked).status_code == 429  # the right one does not help now
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post(LOGIN, {"username": "edith", "password": PASSWORD}).status_code == 302


def test_behind_a_proxy_of_ours_the_visitor_is_who_the_proxy_says(rf, settings):
    from cms.admin.signin import client_address

    request = rf.get("/", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.4"})
    settings.BEHIND_PROXY = False
    assert client_address(request) == "127.0.0.1"
    settings.BEHIND_PROXY = True
    assert client_address(request) == "198.51.100.4"


def test_a_demonstration_account_gets_in_on_a_development_machine_only(client, db, settings):
    user = make_user("Demo Account", is_demo=True)
    form = {"username": "demo", "password": PASSWORD, "next": "/admin/"}
    assert client.post(LOGIN, form).status_code == 200
    settings.DEBUG = True
    assert client.post(LOGIN, form).status_code == 302
    assert client.get("/admin/").status_code == 200
    settings.DEBUG = False  # its session ends with DEBUG
    assert client.get("/admin/").status_code == 302
    client.force_login(user)
    assert client.get("/admin/").status_code == 302


def test_signing_in_leads_to_no_other_site(client, editor):
    answer = client.post(LOGIN, {"username": "edith", "password": PASSWORD, "next": "https://evil.example/"})
    assert answer["Location"] == "/admin/"


# --- In a browser


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_author_who_was_signed_out_in_another_tab_goes_on_writing(signed_in_page, editor):
    make_section("activities")
    draft = make_draft(editor)
    page = signed_in_page(editor)
    page.goto(reverse("admin:news_newsitem_change", args=[draft.pk]))
    page.fill("[name=title]", "Written while the session ended")
    page.context.clear_cookies(name="sessionid")  # signed out in another tab
    page.locator("[name=_save], [name=_action][value=save], button:has-text('Save draft')").first.click()
    page.get_by_text("Nothing is lost").wait_for()
    page.fill("#id_username", "edith")
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.get_by_role("heading", name="Your text is still here").wait_for()
    page.get_by_role("button", name="Send it again").click()
    page.wait_for_url(f"**{reverse('admin:news_newsitem_change', args=[draft.pk])}")
    page.wait_for_load_state("networkidle")
    assert Edition.objects.get(pk=draft.pk).title == "Written while the session ended"


# --- How long a session lasts


def test_a_session_lasts_from_the_last_page_and_is_written_every_few_minutes_at_most(client, editor):
    client.force_login(editor)
    key = client.session.session_key

    def ends():
        return Session.objects.get(pk=key).expire_date

    began = ends()
    client.get("/admin/")
    assert ends() == began
    session = client.session
    session[SessionRenewal.KEY] -= SessionRenewal.EVERY
    session.save()
    saved = ends()
    assert client.get("/admin/").cookies["sessionid"].value == key
    assert ends() > saved


def test_rights_of_a_person_and_of_the_groups_are_asked_for_in_one_query(client, editor, django_assert_num_queries):
    editor.user_permissions.add(Permission.objects.get(codename="force_editions"))
    person = User.objects.get(pk=editor.pk)
    with django_assert_num_queries(1):
        assert person.has_perm("cms.force_editions")
        assert person.has_perm("cms.write_editions") and not person.has_perm("cms.approve_editions")
    person.is_active = False
    assert not person.get_all_permissions()
