"""Every admin page: its security policy, nothing inline, stored by no cache, readable in light, dark, on a phone."""

from __future__ import annotations

import re

import pytest
from django.conf import settings as project
from django.contrib import admin
from django.urls import reverse

from cms.models import Identity, Journal, User
from tests.axe import WITHOUT_ADVICE, violations_in_both_schemes
from tests.factories import PASSWORD, make_draft, make_event, make_live, make_person, make_section, make_waiting

INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+=\"|javascript:", re.I)


def policy(answer) -> dict[str, str]:
    header = answer.headers["Content-Security-Policy"]
    return dict(directive.strip().partition(" ")[::2] for directive in header.split(";"))


def wanted(directives: dict) -> dict[str, str]:
    return {name: " ".join(str(value) for value in values) for name, values in directives.items()}


@pytest.fixture
def root(db) -> User:
    return User.objects.create_superuser("root", password=PASSWORD, first_name="Root", last_name="User")


@pytest.fixture
def pages(editor, moderator, administrator) -> list[str]:
    """Addresses of an admin page of every sort, with something on them."""
    section, person, event = make_section("council/ministers"), make_person(), make_event()
    Identity.objects.create(language="en", name="Organisation", short_name="Org")
    make_waiting(editor, section=section)
    make_draft(editor)
    make_live(editor, moderator)
    names = [
        ("index", []),
        ("translations", []),
        ("password_change", []),
        ("cms_section_changelist", []),
        ("cms_section_add", []),
        ("cms_section_change", [section.pk]),
        ("cms_section_history", [section.pk]),
        ("cms_section_delete", [make_section("unused").pk]),
        ("cms_person_changelist", []),
        ("cms_person_change", [person.pk]),
        ("cms_event_change", [event.pk]),
        ("cms_identity_change", [Identity.objects.get().pk]),
        ("cms_user_changelist", []),
        ("cms_user_add", []),
        ("cms_user_change", [editor.pk]),
        ("auth_user_password_change", [editor.pk]),
        ("cms_journal_changelist", []),
        ("cms_journal_change", [Journal.objects.first().pk]),
        ("auth_group_changelist", []),
        ("app_list", ["cms"]),
    ]
    return [reverse(f"admin:{name}", args=arguments) for name, arguments in names]


def test_every_page_has_the_admins_policy_nothing_inline_and_is_stored_nowhere(client, root, pages):
    client.force_login(root)
    for address in pages:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert policy(answer) == wanted(project.ADMIN_CONTENT_SECURITY_POLICY), address
        assert "no-store" in answer.headers["Cache-Control"], address
        assert not INLINE.search(answer.content.decode()), address


def test_the_pages_around_signing_in_have_it_too(client, editor):
    for answer in (
        client.get("/admin/login/"),
        client.post("/admin/login/", {"username": "x", "password": "y"}),
        client.post("/admin/cms/person/add/", {"name": "x"}),
        client.get("/admin/"),
        client.post("/admin/logout/"),
    ):
        assert policy(answer) == wanted(project.ADMIN_CONTENT_SECURITY_POLICY)
        assert "no-store" in answer.headers["Cache-Control"]
        assert not INLINE.search(answer.content.decode())


def test_a_page_with_the_editor_keeps_the_policy_it_chose(client, editor):
    client.force_login(editor)
    answer = client.get(reverse("admin:news_newsitem_add"))
    assert policy(answer) == wanted(project.EDITOR_CONTENT_SECURITY_POLICY)
    assert "unsafe" not in policy(answer)["script-src"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_menu_is_in_texts_lists_and_office(client, administrator, editor):
    client.force_login(administrator)
    menu = {
        app["app_label"]: [m["object_name"] for m in app["models"]] for app in client.get("/admin/").context["app_list"]
    }
    assert list(menu) == ["texts", "lists", "office"]
    assert set(menu["texts"]) == {"NewsItem", "Speech", "Page", "Translations"}
    assert {"Section", "Person", "Event"} <= set(menu["lists"])
    assert set(menu["office"]) == {"User", "Group", "Identity", "Contact", "Journal"}
    client.force_login(editor)
    assert "office" not in {app["app_label"] for app in client.get("/admin/").context["app_list"]}


def test_there_is_one_site_and_everything_is_registered_with_it():
    assert type(admin.site).__name__ == "DefaultAdminSite"
    registered = {model._meta.label for model in admin.site._registry}
    assert {"cms.Section", "cms.Person", "cms.User", "cms.Journal", "cms.Identity", "auth.Group"} <= registered


# --- In a browser


@pytest.fixture
def look(live_server, browser, client, with_static_files):
    """Give it a user and options: a browser page that collects what the console says."""
    contexts = []

    def open_for(user, **options):
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        if user is not None:
            client.force_login(user)
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: message.type in ("error", "warning") and said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("response", lambda answer: answer.status >= 400 and said.append(f"{answer.status} {answer.url}"))
        return page, said

    yield open_for
    for context in contexts:
        context.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_no_page_says_a_word_on_the_console(look, root, pages):
    page, said = look(root)
    for address in pages:
        page.goto(address, wait_until="networkidle")
        assert said == [], address


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_axe_finds_nothing_on_the_pages_of_the_frame(look, administrator, pages):
    visitor, _said = look(None)
    visitor.goto("/admin/login/")
    assert violations_in_both_schemes(visitor, WITHOUT_ADVICE) == []
    page, _said = look(administrator)
    for address in pages:
        if page.goto(address).status == 200:  # administrators delete no sections
            assert violations_in_both_schemes(page, WITHOUT_ADVICE) == [], address


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_desk_fits_a_phone(look, root, pages):
    page, _said = look(root, viewport={"width": 360, "height": 740})
    for address in pages[:2]:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
