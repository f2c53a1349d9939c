"""A text as plain text: every word, in lines that fit, with lists, quotes, tables and links that can be read."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import settings as budget

from cms.text.as_plain import as_plain, columns, wrapped
from cms.text.sanitiser import clean
from tests.text.test_as_markdown import shown
from tests.text.test_sanitiser import soup


def letters(words):
    """Letters alone: layout adds signs, and numbers of lists and links."""
    return [
        letter for letter in unicodedata.normalize("NFKC", "".join(words)) if letter.isalpha() and letter not in "–—"
    ]


@budget(max_examples=150, deadline=None)
@given(soup())
def test_any_clean_text_keeps_its_words(html):
    html = re.sub(r' (?:type|href)="[^"]*"', "", clean(html).html)
    # The head of a column stands before each of its cells where a table does not fit.
    assert letters(as_plain(html).split()) == letters(shown(html))


@budget(max_examples=60, deadline=None)
@given(soup())
def test_it_never_fails_whatever_it_is_given(html):
    as_plain(html)


def test_a_text_is_laid_out():
    html = (
        '<h2>Results</h2><p>We met, see <a href="/en/x/">the text</a> and <a href="https://e.org/">e.org</a>.<br>'
        'Again: <a href="/en/x/">the text</a>; <a href="https://e.org/">https://e.org/</a></p>'
        '<ol start="3" type="i"><li>One</li><li>Two</li></ol><ul><li>x</li></ul><hr>'
        "<blockquote><p>Said.</p></blockquote><p>10<sup>6</sup> t CO<sub>2</sub>, <q>so</q></p>"
    )
    assert as_plain(html, base="https://press.example/en/y/", language="ru") == (
        "Results\n-------\n\n"
        "We met, see the text [1] and e.org [2].\nAgain: the text [1]; https://e.org/\n\n"
        "iii. One\niv. Two\n\n– x\n\n* * *\n\n> Said.\n\n10⁶ t CO₂, «so»\n\n"
        "[1] https://press.example/en/x/\n[2] https://e.org/\n"
    )


def test_lines_fit_and_russian_ones_end_where_they_may():
    text = "Мы встретились в Бишкеке — и договорились о том, что и в будущем году будет так же. " * 6
    lines = wrapped(text.strip(), 30)
    assert " ".join(lines) == text.strip()
    assert max(map(len, lines)) <= 30
    assert not any(line.startswith("—") or re.search(r"(^| )[вио]$", line) for line in lines)


def test_chinese_breaks_between_signs_and_counts_two_columns():
    lines = wrapped("中文字，很好。" * 8, 20)
    assert "".join(lines) == "中文字，很好。" * 8
    assert max(map(columns, lines)) <= 22 and not any(line[0] in "，。" for line in lines)


def test_a_word_that_does_not_fit_stays_whole():
    assert wrapped("a https://e.org/" + "x" * 90, 40) == ["a", "https://e.org/" + "x" * 90]


def test_a_small_table_stands_in_columns_and_a_wide_one_row_by_row():
    html = "<table><tr><th>Party</th><th>Votes</th></tr><tr><td>Алые</td><td>12</td></tr></table>"
    assert as_plain(html) == "Party | Votes\n------+------\nАлые  | 12\n"
    wide = html.replace("Алые", "A long name " * 6)
    assert as_plain(wide).splitlines() == [
        f"Party: {'A long name ' * 5}A",
        "  long name",
        "Votes: 12",
    ]


@pytest.mark.parametrize("picture", [None, ("https://e.org/1.jpg", "A. B.")])
def test_a_picture_is_its_caption_and_credit(picture):
    html = '<figure id="b0001"><img alt="Hall" data-image="17"><figcaption>The hall.</figcaption></figure>'
    expected = "[Photo: The hall. A. B.]\n" if picture else "The hall.\n"
    assert as_plain(html, picture=lambda number: picture) == expected
