"""Who may see and change the press contacts, and what their form refuses."""

from __future__ import annotations

import pytest

from cms.models import Contact, Identity
from tests.factories import make_section

LIST = "/admin/cms/contact/"
FORM = {
    "language": "en",
    "section": "",
    "name": "Press desk",
    "role": "Head",
    "phone": "+7 727 555 01 20",
    "mail": "press@example.org",
    "languages_spoken": "English",
    "hours": "09:00–18:00",
    "time_zone": "Asia/Almaty",
    "position": "1",
    "is_shown": "on",
}
MAY = {"chief": True, "administrator": True}


@pytest.fixture
def people(editor, moderator, chief, administrator, outsider):
    return {
        "editor": editor,
        "moderator": moderator,
        "chief": chief,
        "administrator": administrator,
        "outsider": outsider,
        "anonymous": None,
    }


@pytest.mark.parametrize("role", ["editor", "moderator", "chief", "administrator", "outsider", "anonymous"])
def test_chief_editors_and_administrators_alone_see_and_change_them_and_nobody_deletes(client, people, role):
    if people[role]:
        client.force_login(people[role])
    there = Contact.objects.create(language="en", name="There", mail="there@example.org")
    change, may, no = f"{LIST}{there.pk}/change/", MAY.get(role, False), 302 if role == "anonymous" else 403
    for path in (LIST, f"{LIST}add/", change):
        assert client.get(path).status_code == (200 if may else no), path
    assert client.post(f"{LIST}add/", FORM).status_code == (302 if may else no if people[role] else 403)
    assert Contact.objects.filter(name="Press desk").exists() is may
    client.post(change, {**FORM, "name": "Changed"})
    there.refresh_from_db()
    assert there.name == ("Changed" if may else "There")
    assert client.post(f"{LIST}{there.pk}/delete/", {"post": "yes"}).status_code in (302, 403)
    assert Contact.objects.filter(pk=there.pk).exists()
    index = client.get("/admin/", follow=True).content.decode()
    assert (f'href="{LIST}"' in index) is may


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("phone", "8 727 555 01 20", "Write it with the country’s code"),
        ("time_zone", "Almaty", "Write the zone as in Asia/Bishkek."),
        ("section", "ru", "This section belongs to another language."),
        ("name", "x\0y", "Null characters are not allowed."),
        ("name", "", "This field is required."),
        ("hours", "x" * 201, "at most 200 characters"),
        ("position", "9" * 30, "less than or equal to"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words(client, chief, field, value, told):
    client.force_login(chief)
    value = str(make_section("sovet", language="ru").pk) if value == "ru" else value
    response = client.post(f"{LIST}add/", {**FORM, field: value})
    html = response.content.decode().replace("&#x27;", "’").replace("&#39;", "’").replace("'", "’")
    assert response.status_code == 200 and told in html
    assert not Contact.objects.exists()


def test_one_needs_a_number_or_an_address(client, chief):
    client.force_login(chief)
    html = client.post(f"{LIST}add/", {**FORM, "phone": "", "mail": ""}).content.decode()
    assert "Give a telephone number or an e-mail address." in html


def test_odd_parameters_lead_to_the_plain_list(client, chief):
    client.force_login(chief)
    for odd in ("language__exact=%00", "section__title=x", "p=x%00"):
        assert client.get(f"{LIST}?{odd}").status_code == 302


def test_administrators_write_the_accessibility_statement(client, administrator):
    identity = Identity.objects.create(language="en", name="Office", short_name="Office")
    client.force_login(administrator)
    fields = {"name": "Office", "short_name": "Office", "accent": "#0b4f6c", "press_contacts": "", "footer": ""}
    client.post(f"/admin/cms/identity/{identity.pk}/change/", {**fields, "accessibility_statement": "We try."})
    assert "<p>We try.</p>" in client.get("/en/accessibility/").content.decode()
