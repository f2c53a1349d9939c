"""A reader of a comparison sees exactly what changed: no more, and nothing is left out."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from cms.text.diff import Change, Piece, Skipped, compare, compare_text, folded, is_changed
from cms.text.matching import tokens
from cms.text.plain import plain_text
from cms.text.sanitiser import clean


def edited(old: str, new: str) -> list[Change]:
    """Compare two texts as an editor leaves them: cleaned, the second with the first's addresses."""
    before = clean(old).html
    return compare(before, clean(new, previous=before).html)


def told(changes: list[Change]) -> list[str]:
    """A comparison in short: status, tag, and words with -[…] and +[…]."""
    signs = {"same": "{}", "added": "+[{}]", "removed": "-[{}]"}
    return [f"{c.status} {c.tag} " + "".join(signs[p.kind].format(p.text) for p in c.pieces) for c in changes]


def words(text: str) -> list[str]:
    return [token.strip() for token in tokens(text)]


def lines(html: str) -> str:
    return re.sub("(?m)^– ", "", plain_text(html))


# --- blocks --------------------------------------------------------------------------------------------------


def test_words_are_marked_inside_their_block() -> None:
    assert told(edited("<h2>T</h2><p>The talks ended today.</p>", "<h2>T</h2><p>The long talks ended.</p>")) == [
        "same h2 T",
        "changed p The+[ long] talks ended-[ today].",
    ]


def test_a_new_and_a_deleted_block() -> None:
    old = "<p>One of us.</p><p>Two of them.</p><p>Three.</p>"
    assert told(edited(old, "<p>One of us.</p><p>Three.</p><p>Four.</p>")) == [
        "same p One of us.",
        "removed p -[Two of them.]",
        "same p Three.",
        "added p +[Four.]",
    ]


def test_an_address_finds_its_paragraph_when_the_words_do_not() -> None:
    old = '<p id="b0001">a b c d e f</p>'
    assert told(compare(old, '<p id="b0001">a b x y z w</p>')) == ["changed p a b-[ c d e f]+[ x y z w]"]
    assert told(compare(old, '<p id="b0002">k l x y z w</p>')) == [
        "removed p -[a b c d e f]",
        "added p +[k l x y z w]",
    ]


def test_without_addresses_words_find_each_other() -> None:
    assert told(compare("<p>a b c d</p><p>x</p>", "<p>new</p><p>a b c e</p><p>x</p>")) == [
        "added p +[new]",
        "changed p a b c-[ d]+[ e]",
        "same p x",
    ]


def test_a_moved_block_is_gone_here_and_new_there() -> None:
    changes = edited("<p>aa</p><p>bb</p><p>cc</p>", "<p>cc</p><p>aa</p><p>bb</p>")
    assert told(changes) == ["added p +[cc]", "same p aa", "same p bb", "removed p -[cc]"]


def test_other_emphasis_or_another_place_is_restyled() -> None:
    assert told(edited("<p>a b</p>", "<p>a <b>b</b></p>")) == ["restyled p a b"]
    assert told(edited("<p>a b</p>", "<h2>a b</h2>")) == ["restyled h2 a b"]
    assert told(edited("<ul><li>a</ul>", "<ol><li>a</ol>")) == ["restyled li a"]
    assert told(edited("<p>a b", "<p>a<br>b")) == ["restyled p a\nb"]
    assert told(edited("<ul><li>a<li>b</ul>", "<ul><li>a</ul><ul><li>b</ul>")) == [
        "same li a",
        "restyled li b",
    ]


def test_a_link_that_leads_elsewhere_shows_both_addresses() -> None:
    (change,) = edited('<p>see <a href="https://a.org/">it</a>', '<p>see <a href="https://b.org/">it</a>')
    assert change.status == "restyled"
    assert change.links == (Piece("removed", "https://a.org/"), Piece("added", "https://b.org/"))


def test_tables_are_compared_row_by_row() -> None:
    row = "<tr><td>{}<td>{}"
    old = "<table>" + row.format("Year", "Sum") + row.format(2024, 10) + "</table>"
    new = "<table>" + row.format("Year", "Sum") + row.format(2024, 11) + row.format(2025, 12) + "</table>"
    assert told(edited(old, new)) == [
        "same tr Year | Sum",
        "changed tr 2024 |-[ 10]+[ 11]",
        "added tr +[2025 | 12]",
    ]


def test_rules_are_seen_and_empty_items_are_not() -> None:
    assert told(edited("<p>a</p><hr><p>b</p>", "<p>a</p><p>b</p>")) == ["same p a", "removed hr ", "same p b"]
    assert told(edited("<ul><li><p>a<p>b</ul>", "<ul><li><p>a<p>b</ul>")) == ["same p a", "same p b"]


def test_nothing_hostile_passes_as_markup() -> None:
    changes = edited("<p>a c</p>", "<p>a <script>x</script>&lt;b&gt; c</p>")
    assert told(changes) == ["changed p a+[ <b>] c"]  # text, which a template escapes


# --- words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ""),
        ("", "New", "+[New]"),
        ("Old", "", "-[Old]"),
        ("Talks in  Bishkek", "Talks in Bishkek", "Talks in Bishkek"),
        ("Переговоры в Бишкеке", "Переговоры в Душанбе", "Переговоры в-[ Бишкеке]+[ Душанбе]"),
        ("北京会议", "北京会谈", "北京会-[议]+[谈]"),
        ("انتهى الاجتماع اليوم", "انتهى الاجتماع أمس", "انتهى الاجتماع-[ اليوم]+[ أمس]"),
        ("The old way", "Way", "-[The old way]+[Way]"),
        ("Yes we can", "we can", "-[Yes ]we can"),
    ],
)
def test_titles_word_by_word(old: str, new: str, expected: str) -> None:
    signs = {"same": "{}", "added": "+[{}]", "removed": "-[{}]"}
    assert "".join(signs[p.kind].format(p.text) for p in compare_text(old, new)) == expected


@given(st.text(alphabet="ab .,é中\n", max_size=40), st.text(alphabet="ab .,é中\n", max_size=40))
def test_pieces_give_both_texts_back(old: str, new: str) -> None:
    pieces = compare_text(old, new)
    assert words("".join(p.text for p in pieces if p.kind != "removed")) == words(new)
    assert words(" ".join(p.text for p in pieces if p.kind != "added").replace("\n", " ")) or not words(old)
    assert [w for p in pieces if p.kind != "added" for w in words(p.text)] == words(old)


# --- whole texts ---------------------------------------------------------------------------------------------

BITS = st.lists(
    st.sampled_from(
        "<p>a b c|<p>d e f g|<h2>t|<h3>u|<ul><li>x<li>y</ul>|<ol><li>x|<li>z|</ol>|<b>q</b>|<i>r</i>|<br>|<br><br>"
        "|<table><tr><td>1<td>2|<tr><th>3|</table>|<blockquote>|</blockquote>|<a href='/1'>l</a>|<a href='/2'>l</a>"
        "|<hr>|</p>| |w |<dl><dt>m<dd>n</dl>|<p lang=la>o|<td>|<caption>c|</li>|</ul>".split("|")
    ),
    max_size=14,
)


@given(BITS, BITS, st.integers(0, 14), st.integers(0, 14), st.booleans())
@budget(max_examples=200, deadline=None)
def test_no_change_is_missed_and_none_is_invented(bits, more, start, end, pasted) -> None:
    old = clean("".join(bits)).html
    draft = "".join(bits[:start] + more[:3] + bits[end:])
    new = clean(draft, previous=old).html
    if pasted:
        new = clean(re.sub(r' id="[^"]*"', "", new), previous=old).html
    changes = compare(old, new)
    same = re.sub(r' id="[^"]*"', "", old) == re.sub(r' id="[^"]*"', "", new)
    assert is_changed(changes) != same
    assert not is_changed(compare(new, new))
    assert [w for c in changes for p in c.pieces if p.kind != "removed" for w in words(p.text)] == words(lines(new))
    assert [w for c in changes for p in c.pieces if p.kind != "added" for w in words(p.text)] == words(lines(old))


def test_unchanged_blocks_are_folded() -> None:
    old = "".join(f"<p>Paragraph number {n}.</p>" for n in range(12))
    changes = edited(old, old.replace("number 5", "no 5"))
    assert [f.count if isinstance(f, Skipped) else f.status for f in folded(changes)] == [
        4,
        "same",
        "changed",
        "same",
        5,
    ]
    assert [f.count if isinstance(f, Skipped) else f.status for f in folded(changes, context=0)] == [
        5,
        "changed",
        6,
    ]
    assert folded(changes, context=20) == changes
    assert folded(edited(old, old)) == [Skipped(12)]
    assert folded([]) == []
    single = edited("<p>a</p><p>b b</p><p>c</p>", "<p>a</p><p>b d</p><p>c</p>")
    assert folded(single, context=0) == single  # one block is not longer than a remark about it


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>" + "a " * 10_000, "<p>" + "b a " * 10_000),
        ("<p>a" * 2_000, "<p>b" * 2_000),
        (
            "".join(f"<p>{n} {'word ' * 60}" for n in range(500)),
            "".join(f"<p>{n} {'other word ' * 60}" for n in range(500)),
        ),
        ("".join(f"<tr><td>{n % 7}" for n in range(1000)), "".join(f"<tr><td>{n % 5}" for n in range(1000))),
    ],
    ids=["one long", "many short", "many long", "many outside a table"],
)
def test_large_texts_take_seconds_at_most(old: str, new: str) -> None:
    before, after = clean(old).html, clean(new).html
    began = time.process_time()
    changes = compare(before, after)
    assert time.process_time() - began < 6
    assert is_changed(changes)
