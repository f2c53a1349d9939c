"""A text in Markdown: what a Markdown program shows of it is the text, word for word, and nothing became markup."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import settings as budget
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from cms.text.as_markdown import as_markdown, escape
from cms.text.fragment import parse
from cms.text.sanitiser import clean
from tests.text.test_sanitiser import soup

INLINE = frozenset("strong em sub sup abbr cite q a span bdi bdo".split())
MARKS = (
    "* ** _ __ ` ``` ~~~ # ## > - + 1. 2) = === --- ![ [ ] ]( ) ]: \\ | |--| <b> </b> <!-- & &amp; &#42; &lt; ! "
    ":-: a б 7 « » — . \u00a0 *** *a* http://e.org/a_b_"
).split(" ")


def shown(html):
    """The words that a reader sees, parted where blocks end."""
    parts = []
    for event, element in etree.iterwalk(parse(html), events=("start", "end")):
        if element.tag not in INLINE:
            parts.append(" ")
        parts.append((element.text if event == "start" else element.tail) or "")
    return unicodedata.normalize("NFKC", "".join(parts)).replace("−", "-").split()


def rendered(markdown):
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)


def same_words(html):
    html = re.sub(r" (type|start)=\"[^\"]*\"|</?q\b[^>]*>", "", html)
    markdown = as_markdown(html, base="https://press.example/en/x/")
    back = rendered(markdown)
    assert shown(back) == shown(html), markdown
    return back


def text_element(words):
    spans = st.lists(st.tuples(st.sampled_from(["", "strong", "em", "a"]), words), max_size=5)
    return spans.map(lambda pairs: "".join(_span(tag, text) for tag, text in pairs))


def _span(tag, text):
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    attributes = ' href="https://e.org/x"' if tag == "a" else ""
    return f"<{tag}{attributes}>{text}</{tag}>" if tag else text


words = st.lists(st.sampled_from(MARKS), max_size=4).map(" ".join) | st.text(st.sampled_from("*_a .!<[]#1&\\|-`~"))
blocks = st.tuples(
    st.sampled_from(["p", "h2", "li", "blockquote", "td", "dt", "dd", "br"]), st.lists(text_element(words), max_size=3)
)
WRAPPED = {"li": "<ul><li>{}</li></ul>", "td": "<table><tr><td>{}</td></tr></table>", "br": "<p>{}</p>"}
WRAPPED |= {"dt": "<dl><dt>{}</dt></dl>", "dd": "<dl><dd>{}</dd></dl>"}


@budget(max_examples=150, deadline=None)
@given(st.lists(blocks, max_size=4))
def test_signs_of_markdown_stay_signs(found):
    html = "".join(
        WRAPPED.get(tag, f"<{tag}>{{}}</{tag}>").format(("<br>" if tag == "br" else " ").join(texts))
        for tag, texts in found
    )
    same_words(clean(html).html)


@pytest.mark.parametrize("mark", MARKS)
def test_every_sign_stays_at_the_start_of_a_line_in_it_and_at_its_end(mark):
    sign = mark.replace("&", "&amp;").replace("<", "&lt;")
    span = f"<strong>{sign}</strong>{sign}<a href='https://e.org/?a=1&amp;copy=2'>{sign} l</a>"
    for tag in ("p", "h2", "blockquote"):
        same_words(clean(f"<{tag}>{sign} x {sign} y{sign}z {sign}</{tag}>").html)
    same_words(clean(f"<p>a<br>{sign}<br>b<br>{sign} {sign}</p><ul><li>{sign}</li><li>{sign} x</li></ul>").html)
    same_words(clean(f"<p>{span} {span}</p><table><tr><td>{sign}</td><td>{span}</td></tr></table>").html)


@budget(max_examples=100, deadline=None)
@given(soup())
@example("<ul><li>a</ul><ul><li>b</ul><ol><li>c</ol><ol start=7><li>d</ol>")
@example("<table><tr><td rowspan=2 colspan=2>a<td>b<tr><td>c</table>")
def test_any_clean_text_keeps_its_words_and_gets_no_html(html):
    back = same_words(clean(html).html)
    assert not re.search(r"<(?:script|svg|iframe|input|math|style)", back)


@budget(max_examples=60, deadline=None)
@given(soup())
def test_it_never_fails_whatever_it_is_given(html):
    as_markdown(html)


def test_a_text_is_written_as_people_write_markdown():
    html = (
        '<h2 id="b0001">Results</h2><p>We met <strong>«today»</strong> and <em>agreed</em>, see '
        '<a href="/en/x/">the text</a><a href="#b0001">above</a>.<br>Thank you.</p>'
        '<ol start="3"><li>One</li><li>Two<ul><li>deep</li></ul></li></ol><ul><li>x</li></ul><hr>'
        "<blockquote><p>Said.</p></blockquote>"
    )
    assert as_markdown(html, base="https://press.example/en/y/") == (
        "## Results\n\n"
        "We met «**today**» and *agreed*, see [the text](https://press.example/en/x/)"
        "[above](https://press.example/en/y/#b0001).\\\nThank you.\n\n"
        "3. One\n\n4. Two\n\n   - deep\n\n- x\n\n___\n\n> Said.\n"
    )


def test_a_table_with_spans_keeps_its_columns():
    html = (
        '<table><caption>Seats</caption><thead><tr><th>Party</th><th colspan="2">Seats|won</th></tr></thead><tbody>'
        '<tr><td rowspan="2">A</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></tbody></table>'
    )
    assert as_markdown(html) == (
        "Seats\n\n| Party | Seats\\|won |  |\n| --- | --- | --- |\n| A | 1 | 2 |\n|  | 3 | 4 |\n"
    )


def test_a_picture_is_shown_with_its_caption_and_credit_or_its_caption_alone():
    html = '<figure id="b0001"><img alt="A [hall]" data-image="17"><figcaption>The hall</figcaption></figure>'
    shown_as = as_markdown(html, picture=lambda number: (f"https://e.org/{number}.jpg", "Photo: A. B."))
    assert shown_as == "![A \\[hall\\]](https://e.org/17.jpg)\n\nThe hall\n\nPhoto: A. B.\n"
    assert as_markdown(html) == "The hall\n"


@pytest.mark.parametrize("label", ["a", "i", "A"])
def test_the_letters_of_a_list_stay(label):
    html = f'<ol type="{label}" start="2"><li>x</li><li>y</li></ol>'
    second = {"a": "b", "i": "ii", "A": "B"}[label]
    assert as_markdown(html).startswith(f"- {second}) x\n")


def test_a_line_of_its_own_is_escaped_too():
    assert escape("# 1. *x* <b>") == "\\# 1. \\*x\\* \\<b\\>"


@pytest.mark.parametrize(
    "part",
    ["<p>word <strong>b</strong> слово <a href='/x'>l</a>.</p>", "<strong>b</strong><a href='/x'>l</a>", "x - ",
     "<blockquote>", "<ul><li>", "<table><tr><td rowspan=100 colspan=100>x", "<tr><td>x</td></tr>", "*", "<br>", "!["],
)  # fmt: skip
def test_ten_times_the_text_is_about_ten_times_the_output(part):
    """Work follows the output and the input; neither may grow with the square."""
    short, long = (len(as_markdown(f"<p>{part * n}")) for n in (300, 3000))
    assert long <= 12 * short + 2000
