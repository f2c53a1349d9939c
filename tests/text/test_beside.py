"""Two texts stand beside each other by the ids of their paragraphs; nothing is lost, repeated or put elsewhere."""

import re

from hypothesis import given
from hypothesis import strategies as st

from cms.text.beside import Beside, beside
from cms.text.sanitiser import clean

TEXT = "<h2 id='b0001'>Head</h2><p id='b0002'>One</p><ul><li id='b0003'>Two</li><li id='b0004'>Three</li></ul>"
OTHER = "<h2 id='b0001'>Titre</h2><p id='b0002'>Un</p><ul><li id='b0003'>Deux</li><li id='b0004'>Trois</li></ul>"


def words(found: Beside) -> list[tuple[str, str]]:
    """Each row in the words of its two sides."""
    return [tuple(" ".join(re.sub("<[^>]*>", " ", p.html).strip() for p in side) for side in (row.left, row.right))
            for row in found.rows]  # fmt: skip


def test_blocks_with_one_id_stand_beside_each_other() -> None:
    found = beside(TEXT, OTHER)
    assert found.paired
    assert words(found) == [("Head", "Titre"), ("One", "Un"), ("Two  Three", "Deux  Trois")]


def test_a_page_of_both_has_every_id_once() -> None:
    found = beside(TEXT, OTHER)
    both = "".join(part.html for row in found.rows for part in (*row.left, *row.right))
    assert re.findall(r'id="([^"]*)"', both) == ["b0001", "b0002", "b0003", "b0004"]


def test_what_one_text_alone_has_stands_alone_in_its_place() -> None:
    left = "<p id='b0001'>a</p><p id='b0002'>b</p><p id='b0003'>c</p>"
    right = "<p id='b0001'>A</p><p id='b0008'>X</p><p id='b0009'>Y</p><p id='b0003'>C</p>"
    assert words(beside(left, right)) == [("a", "A"), ("b", ""), ("", "X Y"), ("c", "C")]


def test_a_list_that_became_paragraphs_stands_beside_all_of_them() -> None:
    right = "<h2 id='b0001'>H</h2><p id='b0002'>U</p><p id='b0003'>D</p><p id='b0009'>N</p><p id='b0004'>T</p>"
    assert words(beside(TEXT, right)) == [("Head", "H"), ("One", "U"), ("Two  Three", "D N T")]


def test_a_block_that_was_moved_breaks_nobodys_order() -> None:
    left = "<p id='b0001'>a</p><p id='b0002'>b</p><p id='b0003'>c</p>"
    right = "<p id='b0002'>B</p><p id='b0003'>C</p><p id='b0001'>A</p>"
    assert words(beside(left, right)) == [("a", ""), ("b", "B"), ("c", "C"), ("", "A")]


def test_rules_have_no_ids_and_stand_beside_each_other_all_the_same() -> None:
    left = "<p id='b0001'>a</p><hr><p id='b0002'>b</p>"
    right = "<p id='b0001'>A</p><p id='b0009'>X</p><hr><p id='b0002'>B</p>"
    rows = beside(left, right).rows
    assert [(len(row.left), len(row.right)) for row in rows] == [(1, 1), (0, 1), (1, 1), (1, 1)]
    assert rows[2].left[0].tag == rows[2].right[0].tag == "hr"


def test_texts_that_share_nothing_stand_beside_each_other_as_wholes() -> None:
    found = beside("<p id='b0001'>a</p><p id='b0002'>b</p>", "<p id='b0003'>c</p>")
    assert not found.paired and words(found) == [("a b", "c")]


def test_one_line_that_is_the_same_in_both_languages_pairs_no_texts() -> None:
    """An address has the same id in every text, because it has the same words."""
    left = "".join(f"<p id='b000{n}'>a</p>" for n in range(6)) + "<p id='bmmmm'>example.org</p>"
    right = "".join(f"<p id='b111{n}'>b</p>" for n in range(6)) + "<p id='bmmmm'>example.org</p>"
    assert not beside(left, right).paired


def test_empty_texts_and_loose_words_do_no_harm() -> None:
    assert words(beside("", "")) == [("", "")]
    assert words(beside("loose & <b>bold</b><p id='b0001'>a</p>tail", "")) == [("loose &amp;  bold a tail", "")]


TAGS = st.sampled_from(["p", "h2", "blockquote", "ul", "hr", "table", "dl"])
FORMS = {
    "p": "<p id='{0}'>{1}</p>",
    "h2": "<h2 id='{0}'>{1}</h2>",
    "blockquote": "<blockquote><p id='{0}'>{1}</p></blockquote>",
    "ul": "<ul><li id='{0}'>{1}</li></ul>",
    "hr": "<hr>",
    "table": "<table id='{0}'><tbody><tr><td>{1}</td></tr></tbody></table>",
    "dl": "<dl><dt id='{0}'>{1}</dt></dl>",
}
TEXTS = st.lists(st.tuples(TAGS, st.integers(0, 9), st.booleans()), max_size=14)


def text_of(blocks: list[tuple[str, int, bool]], side: str) -> tuple[str, list[str]]:
    """HTML of blocks, some of them without ids, and what each is to be found by."""
    html = []
    for place, (tag, number, named) in enumerate(blocks):
        form = FORMS[tag].format(f"b000{number}", f"{side}{place}")
        html.append(form if named else re.sub(r" id='[^']*'", "", form))
    marks = ["hr" if tag == "hr" else f"{side}{place}" for place, (tag, _n, _i) in enumerate(blocks)]
    return "".join(html), marks


@given(TEXTS, TEXTS)
def test_every_block_of_both_is_there_once_and_in_order(left: list, right: list) -> None:
    (a, in_a), (b, in_b) = text_of(left, "l"), text_of(right, "r")
    found = beside(a, b)
    for side, marks in ((lambda row: row.left, in_a), (lambda row: row.right, in_b)):
        parts = [part for row in found.rows for part in side(row)]
        shown = ["hr" if part.tag == "hr" else re.search(r"[lr]\d+(?=<)", part.html)[0] for part in parts]
        assert shown == marks
    assert all(row.left or row.right for row in found.rows) or not (left or right)


@given(TEXTS)
def test_a_text_stands_beside_itself_block_by_block(blocks: list) -> None:
    html = clean(text_of([(tag, number, False) for tag, number, _named in blocks if tag != "hr"], "x")[0]).html
    found = beside(html, html)
    assert all([p.ids for p in row.left] == [p.ids for p in row.right] for row in found.rows)
    assert all(len(row.left) == 1 for row in found.rows) or not blocks or not html
