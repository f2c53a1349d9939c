"""The same page in other languages, what there is in place of it, and how each language writes days and numbers."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as project
from django.utils import translation
from lxml import html as lxml_html

from cms.public.dates import day, month, month_name
from cms.public.wording import enumerated, grouped
from cms.templatetags.press import moment
from tests.factories import make_live, make_past, make_person, make_section

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ARABIC = "ar"


def twins(*languages, path="activities", **columns):
    """A section in several languages."""
    first, *others = languages
    section = make_section(path, language=first, **columns)
    for language in others:
        make_section(path, language=language, translation_group=section.translation_group, **columns)
    return section


def page(client, path):
    response = client.get(path)
    return lxml_html.fromstring(response.content.decode())


def switcher(tree):
    """Where each language leads, and what is said of it."""
    links = tree.xpath("//nav[@class='languages']//a")
    return {a.get("hreflang"): (a.get("href"), " ".join(a.text_content().split()), a.get("rel")) for a in links}


def test_an_item_leads_to_its_versions_else_to_its_section_else_home(client, editor, six_languages):
    section = twins("en", "fr")
    item = make_past(editor, section=section)
    russian = make_past(editor, language="ru", group=item.publication.translation_group)
    found = switcher(page(client, item.get_absolute_url()))
    assert found["ru"] == (russian.get_absolute_url(), "Русский", "alternate")
    assert found["fr"] == ("/fr/activities/", "Français (section)", None)
    assert found["es"] == ("/es/", "Español (home page)", None)
    assert set(found) == set(project.KNOWN_LANGUAGES) - {"en"}


def test_a_section_without_a_version_leads_to_the_one_above_it(client, six_languages):
    twins("en", "fr")
    make_section("activities/field")
    assert switcher(page(client, "/en/activities/field/"))["fr"] == ("/fr/activities/", "Français (section)", None)


def test_what_is_said_is_in_the_language_of_the_page(client, editor, six_languages):
    section = twins("ar", "fr")
    item = make_past(editor, language=ARABIC, section=section)
    found = switcher(page(client, item.get_absolute_url()))
    assert found["fr"][1] == "Français (القسم)" and found["es"][1] == "Español (الصفحة الرئيسية)"


def test_old_editions_lead_to_the_item_but_are_not_its_versions(client, editor):
    item = make_past(editor)
    russian = make_past(editor, language="ru", group=item.publication.translation_group)
    tree = page(client, item.get_edition_url())
    assert switcher(tree)["ru"] == (russian.get_absolute_url(), "Русский", None)
    assert not tree.xpath("//link[@hreflang='ru']")


def test_a_page_that_was_taken_down_leads_to_its_section(client, editor, moderator):
    from cms.editorial import actions

    item = make_past(editor, section=twins("en", "ru"))
    actions.withdraw(item, by=moderator, mode="gone", comment="Wrong.")
    assert switcher(page(client, item.get_absolute_url()))["ru"][:2] == ("/ru/activities/", "Русский (section)")


# --- The original


def facts(tree):
    rows = tree.xpath("//div[@class='facts']//div[dt]")
    return {row.findtext("dt"): " ".join(row.find("dd").text_content().split()) for row in rows}


def test_the_original_is_marked_and_linked(client, editor, moderator):
    original = make_past(editor, language="ru")
    english = make_live(editor, moderator, group=original.publication.translation_group, translated_from=original)
    tree = page(client, english.get_absolute_url())
    assert switcher(tree)["ru"][1] == "Русский (original)"
    assert facts(tree)["Original language"] == "Russian"
    assert tree.xpath("//div[@class='facts']//a[@hreflang='ru']/@href") == [original.get_absolute_url()]
    tree = page(client, original.get_absolute_url())
    assert facts(tree)["Язык оригинала"] == "русский" and switcher(tree)["en"][1] == "English"
    assert not tree.xpath("//div[@class='facts']//a[@hreflang]")


def test_nothing_is_said_of_an_original_that_nobody_named(client, editor):
    first = make_past(editor, language="ru")
    english = make_past(editor, group=first.publication.translation_group)
    tree = page(client, english.get_absolute_url())
    assert "Original language" not in facts(tree) and switcher(tree)["ru"][1] == "Русский"


def test_an_original_that_was_never_public_stays_unknown(client, editor, moderator):
    from tests.factories import make_draft

    draft = make_draft(editor, language="ru")
    english = make_live(editor, moderator, group=draft.publication.translation_group, translated_from=draft)
    assert "Original language" not in facts(page(client, english.get_absolute_url()))


def test_a_translation_of_a_translation_names_the_first(client, editor, moderator, six_languages):
    original = make_past(editor, language="ru")
    group = original.publication.translation_group
    english = make_live(editor, moderator, group=group, translated_from=original)
    french = make_live(editor, moderator, language="fr", group=group, translated_from=english)
    tree = page(client, french.get_absolute_url())
    assert facts(tree)["Langue originale"] == "russe"
    assert switcher(tree)["ru"][1] == "Русский (original)" and switcher(tree)["en"][1] == "English"


# --- Days and numbers


@pytest.mark.parametrize(
    ("language", "days", "months", "name", "instant", "numbers"),
    [
        ("en", "1 May 2025", "May 2025", "May", "1 May 2025, 15:20", "999 1,234 12,345"),
        ("ru", "1 мая 2025 г.", "май 2025 г.", "Май", "1 мая 2025 г., 15:20", "999 1234 12\u00a0345"),
        ("fr", "1er mai 2025", "mai 2025", "Mai", "1er mai 2025 à 15:20", "999 1\u202f234 12\u202f345"),
        ("es", "1 de mayo de 2025", "mayo de 2025", "Mayo", "1 de mayo de 2025, 15:20", "999 1234 12\u00a0345"),
        ("ar", "1 مايو 2025", "مايو 2025", "مايو", "1 مايو 2025، 15:20", "999 1\u00a0234 12\u00a0345"),
        ("zh-hans", "2025年5月1日", "2025年5月", "5月", "2025年5月1日 15:20", "999 1,234 12,345"),
    ],
)
def test_each_language_writes_days_and_numbers_in_its_way(language, days, months, name, instant, numbers):
    first = date(2025, 5, 1)
    with translation.override(language):
        assert (day(first), month(first), month_name(first)) == (days, months, name)
        assert instant in moment(datetime(2025, 5, 1, 15, 20, tzinfo=ZoneInfo("Asia/Almaty")))
        assert " ".join(map(grouped, (999, 1234, 12345))) == numbers


def test_arabic_counts_in_six_forms(client, editor, six_languages):
    section = make_section("akhbar", language=ARABIC)
    words = {}
    for number in range(1, 12):
        make_past(editor, language=ARABIC, section=section)
        words[number] = page(client, "/ar/news/").findtext(".//p[@class='count']").strip()
    assert words[1] == "مادة واحدة" and words[2] == "مادتان"
    assert words[3] == "3 مواد" and words[10] == "10 مواد" and words[11] == "11 مادة"


def test_enumerations_have_the_comma_of_their_language():
    found = []
    for language in ("fr", "ar", "zh-hans"):
        with translation.override(language):
            found.append(enumerated(["PDF", "", "HTML"]))
    assert found == ["PDF, HTML", "PDF، HTML", "PDF，HTML"]


# --- Whole pages


@pytest.mark.parametrize("language", ["fr", "es", "ar", "zh-hans"])
def test_no_word_of_a_page_is_left_in_english(client, editor, moderator, six_languages, monkeypatch, language):
    """Every text that a page asks the catalogues for is in them; what has none would come in English."""
    from django.utils.translation.trans_real import DjangoTranslation

    missing = set()
    for name in ("gettext", "ngettext"):
        ask = getattr(DjangoTranslation, name)

        def asked(self, *args, ask=ask, plural=name == "ngettext"):
            known = (args[0], self.plural(args[2])) in self._catalog if plural else args[0] in self._catalog
            known = known or any((args[0], n) in self._catalog for n in (None, 0, 1))
            if self.language() == language and args[0] and not known:
                missing.add(args[0])
            return ask(self, *args)

        monkeypatch.setattr(DjangoTranslation, name, asked)
    section = make_section("news-section", language=language)
    make_past(editor, language=language, kind="page", section=section, text_of=section)
    speakers = [make_person(language=language)]
    speech = make_past(editor, language=language, kind="speech", section=section, genre="theses", speakers=speakers)
    make_past(editor, language=language, section=section, genre="advisory")
    for path in (f"/{language}/", f"/{language}/news/", section.get_absolute_url(), speech.get_absolute_url(),
                 speech.get_edition_url(), f"/{language}/nothing/"):  # fmt: skip
        client.get(path)
    assert not missing
    with translation.override(language):
        translation.gettext("Nobody has translated this")
    assert missing == {"Nobody has translated this"}


def test_arabic_pages_run_from_right_to_left(client, editor, six_languages):
    item = make_past(editor, language=ARABIC)
    tree = page(client, item.get_absolute_url())
    assert tree.get("lang") == ARABIC and tree.get("dir") == "rtl"
    assert tree.xpath("//a[contains(@class, 'u-uid')]/@dir") == ["ltr"]
    assert {span.get("lang") for span in tree.xpath("//nav[@class='languages']//span[@lang]")} == set(
        project.KNOWN_LANGUAGES
    ) - {ARABIC}
