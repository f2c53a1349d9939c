"""Press contacts on items, on their own page and in the footer; and the accessibility statement."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from lxml import html as lxml_html

from cms.models import Contact, Identity
from cms.models.contact import dialled
from tests.factories import make_past, make_section, make_waiting

pytestmark = pytest.mark.django_db


def make_contact(name="Press desk", language="en", **columns):
    contact = Contact(language=language, name=name, **{"mail": "press@example.org", **columns})
    contact.full_clean()
    contact.save()
    return contact


def tree_of(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return lxml_html.fromstring(response.content.decode())


def shown_on(client, path):
    """Names of the contacts at the end of a page, in their order."""
    return tree_of(client, path).xpath("//section[@class='contacts']//p[@class='p-name']/text()")


@pytest.fixture
def identity(db):
    return Identity.objects.create(language="en", name="Office", short_name="Office", press_contacts="fax 12")


def test_an_item_shows_whom_to_call_and_when(client, editor):
    make_contact(
        role="Head of the press office",
        phone="+7 (727) 555-01 20",
        languages_spoken="English, Russian",
        hours="Monday to Friday, 09:00–18:00",
        time_zone="Asia/Bishkek",
    )
    tree = tree_of(client, make_past(editor).get_absolute_url())
    (block,) = tree.xpath("//section[@class='contacts']")
    assert block.findtext("h2") == "Press contacts"
    assert block.xpath(".//a/@href") == ["tel:+77275550120", "mailto:press@example.org"]
    said = " ".join(block.text_content().split())
    for words in (
        "Head of the press office",
        "+7 (727) 555-01 20",
        "Languages: English, Russian",
        "Monday to Friday, 09:00–18:00 (time zone Asia/Bishkek)",
    ):
        assert words in said


def test_without_a_zone_of_their_own_the_hours_are_the_press_offices(client, editor):
    make_contact(hours="09:00–18:00")
    assert "09:00–18:00 (time zone Asia/Almaty)" in tree_of(client, "/en/contacts/").text_content()


def test_an_item_shows_those_of_its_language_that_are_shown_in_their_order(client, editor):
    make_contact("Second", position=2)
    make_contact("First", position=1)
    make_contact("Gone", is_shown=False)
    make_contact("Пресс-служба", language="ru")
    assert shown_on(client, make_past(editor).get_absolute_url()) == ["First", "Second"]
    assert shown_on(client, make_past(editor, language="ru").get_absolute_url()) == ["Пресс-служба"]


def test_the_nearest_section_with_contacts_of_its_own_shows_those(client, editor):
    council, other = make_section("council"), make_section("other")
    make_contact("Office")
    make_contact("Council", section=council)
    make_contact("Deep", section=make_section("council/a/b"))
    for section, name in (
        (other, "Office"),
        (council, "Council"),
        (make_section("council/a"), "Council"),
        (make_section("council/a/b"), "Deep"),
        (make_section("council/a/b/c"), "Deep"),
    ):
        assert shown_on(client, make_past(editor, section=section).get_absolute_url()) == [name], section.path


def test_an_item_without_contacts_has_no_heading_for_them(client, editor):
    assert not shown_on(client, make_past(editor).get_absolute_url())
    assert "contacts" not in tree_of(client, make_past(editor).get_absolute_url()).xpath("//@id")


def test_a_preview_shows_them_too(client, editor):
    make_contact("Office")
    waiting = make_waiting(editor)
    client.force_login(editor)
    assert shown_on(client, f"/preview/{waiting.publication.code}/1/") == ["Office"]


def test_their_page_has_all_of_them_the_offices_first(client, editor, identity):
    council = make_section("council")
    make_contact("Council", section=council)
    make_contact("Office")
    make_contact("Gone", is_shown=False)
    make_contact("Пресс-служба", language="ru")
    tree = tree_of(client, "/en/contacts/")
    assert tree.xpath("//section[@class='contacts']//p[@class='p-name']/text()") == ["Office", "Council"]
    assert [" ".join(h.text_content().split()) for h in tree.xpath("//main//h2")] == ["The press office", "Council"]
    assert tree.xpath("//link[@hreflang='ru']/@href") == ["http://testserver/ru/contacts/"]
    assert shown_on(client, "/ru/contacts/") == ["Пресс-служба"]


def test_the_footer_names_the_first_of_the_office_and_falls_back_to_the_identitys_words(client, identity):
    def footer():
        (found,) = tree_of(client, "/en/").xpath("//footer")
        return " ".join(found.text_content().split()), found.xpath(".//a/@href")

    assert "fax 12" in footer()[0] and "/en/contacts/" in footer()[1]
    make_contact("Council", section=make_section("council"))
    make_contact("Gone", is_shown=False, position=0)
    make_contact("Пресс-служба", language="ru")
    assert "fax 12" in footer()[0] and "Council" not in footer()[0]
    make_contact("Office", phone="+7 727 555 01 20", position=5)
    assert "Office +7 727 555 01 20 press@example.org" in footer()[0] and "fax 12" not in footer()[0]
    assert {"tel:+77275550120", "mailto:press@example.org"} <= set(footer()[1])


def test_without_contacts_their_page_has_the_identitys_words_or_says_that_there_are_none(client, identity):
    assert "fax 12" in tree_of(client, "/en/contacts/").text_content()
    identity.delete()
    assert "No contacts have been named yet." in tree_of(client, "/en/contacts/").text_content()


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("+7 727 555 01 20", "tel:+77275550120"),
        ("+44 (20) 7946-0958", "tel:+442079460958"),
        ("+1.212.555.0100", "tel:+12125550100"),
    ],
)
def test_a_printed_number_can_be_dialled(phone, number):
    make_contact(phone=phone)
    assert dialled(phone) == number


@pytest.mark.parametrize(
    "phone", ["8 727 555 01 20", "+44 (0)20 7946 0958", "+", "+7", "+7 727 555 01 20 ext. 4", "+1" * 15]
)
def test_a_number_that_cannot_be_dialled_from_anywhere_is_refused(phone):
    with pytest.raises(ValidationError):
        make_contact(phone=phone)


@pytest.mark.parametrize(
    "columns",
    [{"mail": ""}, {"time_zone": "Almaty"}, {"section": "ru"}, {"mail": "press"}],
    ids=["no way to reach it", "no zone", "another language", "no address"],
)
def test_a_contact_that_cannot_be_used_is_refused(columns):
    if "section" in columns:
        columns = {"section": make_section("sovet", language="ru")}
    with pytest.raises(ValidationError):
        make_contact(**columns)


def test_the_accessibility_statement_comes_with_the_site_and_may_be_replaced(client, identity):
    make_contact("Office")
    html = tree_of(client, "/en/accessibility/").text_content()
    assert "WCAG) 2.2" in html and "axe-core" in html and "Office" in html
    identity.accessibility_statement = "We try & test.\n\nWrite to a@b.example <b>now</b>."
    identity.save()
    response = client.get("/en/accessibility/").content.decode()
    assert "<p>We try &amp; test.</p>" in response and 'href="mailto:a@b.example"' in response
    assert "axe-core" not in response and "<b>now</b>" not in response
    assert shown_on(client, "/en/accessibility/") == ["Office"]
    assert "axe-core" in client.get("/ru/accessibility/").content.decode()


def test_every_footer_leads_to_the_statement_and_the_contacts(client, identity):
    for path in ("/en/", "/en/nothing/"):
        links = lxml_html.fromstring(client.get(path).content.decode()).xpath("//footer//a/@href")
        assert {"/en/accessibility/", "/en/contacts/", "/en/people/", "/en/events/"} <= set(links)
