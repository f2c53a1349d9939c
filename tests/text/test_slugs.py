"""Slugs can be read and typed; codes cannot be taken for words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.text.slugs import CODE_ALPHABET, CODE_PATTERN, new_code, slugify


@pytest.mark.parametrize(
    ("title", "language", "slug"),
    [
        ("Dear Chairperson, today's № 5!", "en", "dear-chairperson-todays-no-5"),
        ("Встреча в Бишкеке", "ru", "vstrecha-v-bishkeke"),
        ("Ёлка, щука, юла, объект, съезд", "ru", "elka-shchuka-iula-obekt-sezd"),
        ("Йод и чай", "ru", "iod-i-chai"),
        ("Йод", "ru", "iod"),  # и with a combining breve
        ("Згода і Київ", "uk", "zhoda-i-kyiv"),
        ("Қазақстан Үкіметі", "kk", "qazaqstan-ukimeti"),
        ("Кыргыз өлкөсү жөнүндө", "ky", "kyrgyz-olkosu-zhonundo"),
        ("Ҷумҳурии Тоҷикистон, ӯ ва ғор", "tg", "jumhurii-tojikiston-u-va-ghor"),
        ("Élections à São Paulo — Straße Łódź", "fr", "elections-a-sao-paulo-strasse-lodz"),
        ("مؤتمر", "ar", "item"),
        ("新闻", "zh", "item"),
        ("٢٠٢٥ عام", "ar", "2025"),
        ("", "en", "item"),
        ("-—!", "en", "item"),
        ("ъь", "ru", "item"),
    ],
)
def test_titles_become_slugs(title: str, language: str, slug: str) -> None:
    assert slugify(title, language) == slug


def test_slugs_are_cut_between_words() -> None:
    assert slugify("one two three", "en", max_length=9) == "one-two"
    assert slugify("one two three", "en", max_length=7) == "one-two"
    assert slugify("interoperability", "en", max_length=5) == "inter"


@given(st.text(max_size=200), st.sampled_from(["ru", "en", "uk", "ar", "tg-Latn", ""]), st.integers(4, 80))
def test_any_title_gives_a_slug(title: str, language: str, length: int) -> None:
    slug = slugify(title, language, length)
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= length
    assert slugify(slug, language, length) == slug


def test_codes_have_a_digit_and_a_letter() -> None:
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    for code in codes:
        assert len(code) == 7
        assert set(code) <= set(CODE_ALPHABET)
        assert re.search("[0-9]", code)
        assert re.search("[a-z]", code)
        assert re.fullmatch(CODE_PATTERN, code)


@pytest.mark.parametrize(
    "word", ["present", "2025051", "abc123", "abcd1234", "ABC1234", "abc123i", "abc123l", "abc-123"]
)
def test_words_and_years_are_no_codes(word: str) -> None:
    assert not re.fullmatch(CODE_PATTERN, word)
