"""The catalogues are whole: every word of a reader's page is in each, with its placeholders and plural forms."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation import to_locale

TRANSLATING = {"_", *(f"{p}gettext{lazy}" for p in ("", "n", "p", "np") for lazy in ("", "_lazy"))}
ROOT = Path(__file__).parent.parent.parent
LOCALES = [to_locale(code) for code in settings.KNOWN_LANGUAGES if code != "en"]  # English is the source
FORMS = {"ru": 4, "fr": 2, "es": 3, "ar": 6, "zh_Hans": 1}
FOR_ONE_NUMBER = {"ar": 3}  # the first forms, each of one number alone: Arabic words say it without a figure
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}")


def catalogue(locale: str) -> polib.POFile:
    return polib.pofile(str(Path(settings.LOCALE_PATHS[0], locale, "LC_MESSAGES", "django.po")))


def compiled(locale: str) -> polib.MOFile:
    return polib.mofile(str(Path(settings.LOCALE_PATHS[0], locale, "LC_MESSAGES", "django.mo")))


def key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def forms(entry: polib.POEntry) -> list[str]:
    """What stands in the place of an entry: one text, or as many as the language has plural forms."""
    return [entry.msgstr_plural[n] for n in sorted(entry.msgstr_plural)] if entry.msgid_plural else [entry.msgstr]


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_word_is_translated_with_the_placeholders_of_its_source(locale):
    for entry in catalogue(locale):
        assert entry.translated() and not entry.fuzzy, key(entry)
        for number, form in enumerate(forms(entry)):
            if entry.msgid_plural and number < FOR_ONE_NUMBER.get(locale, 0) and not placeholders(form):
                continue
            assert placeholders(form) == placeholders(entry.msgid_plural or entry.msgid), key(entry)


@pytest.mark.parametrize("locale", LOCALES)
def test_plural_forms_are_as_many_as_the_language_has(locale):
    plurals = [entry for entry in catalogue(locale) if entry.msgid_plural]
    assert plurals
    for entry in plurals:
        assert len(forms(entry)) == FORMS[locale] and all(forms(entry)), key(entry)


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_compiled_is_what_is_written(locale):
    written, found = catalogue(locale), compiled(locale)
    assert {key(entry): forms(entry) for entry in written} == {key(entry): forms(entry) for entry in found}


def test_all_languages_of_readers_have_the_same_words_and_russian_has_those_of_staff_too():
    words = {locale: {key(entry) for entry in catalogue(locale)} for locale in LOCALES}
    readers = words["fr"]
    assert len(readers) > 100
    assert all(words[locale] == readers for locale in ("es", "ar", "zh_Hans"))
    assert readers < words["ru"]
    assert (None, "Preview") in readers and (None, "Upload documents") not in readers


def _in_f_strings(tree):
    """Lines in which a word is to be translated within an f-string, where xgettext does not see it."""
    for whole in ast.walk(tree):
        if isinstance(whole, ast.JoinedStr):
            for part in ast.walk(whole):
                if isinstance(part, ast.Call) and _name(part.func) in TRANSLATING:
                    yield part.lineno


def _name(called):
    return getattr(called, "id", None) or getattr(called, "attr", None)


def test_no_word_is_where_it_is_not_collected():
    files = [path for app in ("cms", "news", "speeches") for path in (ROOT / app).rglob("*.py")]
    assert len(files) > 200
    assert [(path.name, line) for path in files for line in _in_f_strings(ast.parse(path.read_text()))] == []
    assert list(_in_f_strings(ast.parse("f'{escape(_(\"Page\"))}'"))) == [1]
