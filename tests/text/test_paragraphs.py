"""Every block has an address, and keeps it through editing, splitting and pasting the whole text again."""

import re

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from cms.text.matching import tokens
from cms.text.paragraphs import ID_PATTERN, Block, blocks, with_ids
from cms.text.plain import first_words, plain_text, word_count
from cms.text.sanitiser import clean

WORDS = "peace border treaty council members session meeting security region dialogue support history".split()


def sentence(start: int, length: int = 12) -> str:
    return " ".join(f"{WORDS[(start * 5 + i * 7) % len(WORDS)]}{start}" for i in range(length))


def page(*texts: str) -> str:
    return "\n".join(f"<p>{text}</p>" for text in texts)


def ids(html: str) -> list[str]:
    return re.findall(r'id="([^"]*)"', html)


def bare(html: str) -> str:
    return re.sub(r' id="[^"]*"', "", html)


A, B, C, D = (sentence(n) for n in range(4))

# --- which blocks --------------------------------------------------------------------------------------------

EVERYTHING = (
    "<h2>h</h2><p>p<br>q</p><blockquote><p>b</p></blockquote><ul><li>l<ul><li>m</li></ul></li></ul><hr>"
    "<dl><dt>t</dt><dd>d</dd></dl><table><caption>c</caption><tbody><tr><td><p>1</p><p>2</p></td><td>3</td></tr></tbody></table>"
)


def test_every_block_gets_a_short_id_and_nothing_else_does() -> None:
    html = with_ids(EVERYTHING)
    assert re.findall(r'<(\w+) id="', html) == ["h2", "p", "p", "li", "li", "dt", "dd", "table"]
    assert all(ID_PATTERN.fullmatch(i) for i in ids(html))
    assert len(set(ids(html))) == 8
    assert bare(html) == EVERYTHING


def test_blocks_say_their_own_words_and_where_they_stand() -> None:
    found = blocks(with_ids(EVERYTHING))
    assert [(b.tag, b.text, b.within) for b in found] == [
        ("h2", "h", ()),
        ("p", "p\nq", ()),
        ("p", "b", ("blockquote",)),
        ("li", "l", ("ul",)),
        ("li", "m", ("ul", "li", "ul")),
        ("dt", "t", ("dl",)),
        ("dd", "d", ("dl",)),
        ("table", "c\n1\n2 | 3", ()),
    ]
    assert found[4].depth == 3
    assert found[0] == Block(found[0].id, "h2", "h")


@pytest.mark.parametrize("alien", ["main", "b12", "B1234", "b12345", "bilou", "b1234 ", ""])
def test_ids_that_are_not_ours_are_replaced(alien: str) -> None:
    assert ID_PATTERN.fullmatch(ids(with_ids(f'<p id="{alien}">x</p>'))[0])


def test_ids_inside_a_table_go_because_the_table_is_one_block() -> None:
    assert ids(
        with_ids('<table id="b1111"><tbody><tr id="b2222"><td><p id="b3333">x</p></td></tr></tbody></table>')
    ) == ["b1111"]


# --- staying -------------------------------------------------------------------------------------------------


def test_ids_are_reproducible_and_stay() -> None:
    once = with_ids(page(A, B, A))
    assert with_ids(page(A, B, A)) == once
    assert with_ids(once) == once
    assert with_ids(once, once) == once
    assert len(set(ids(once))) == 3


def test_a_text_pasted_again_keeps_its_paragraph_addresses() -> None:
    old = with_ids(page(A, B, C, D))
    assert ids(with_ids(page(A, B, C, D), old)) == ids(old)
    a, b, c, d = ids(old)
    again = ids(with_ids(page("New at the top", A, C, D), old))
    assert again[1:] == [a, c, d]
    assert again[0] not in (a, b, c, d)


def test_a_reworded_paragraph_keeps_its_address() -> None:
    old = with_ids(page(A, B, C))
    assert ids(with_ids(page(A, B.replace("treaty1", "agreement"), C), old)) == ids(old)


def test_paragraphs_that_changed_places_keep_their_addresses() -> None:
    old = with_ids(page(A, B, C))
    a, b, c = ids(old)
    assert ids(with_ids(page(C, A, B), old)) == [c, a, b]


def test_a_new_paragraph_never_gets_the_address_of_a_deleted_one() -> None:
    old = with_ids(page(A, B, C)).replace(ids(with_ids(page("Quite new")))[0], "b0000")
    taken = ids(with_ids(page("Quite new")))[0]
    old = old.replace(ids(old)[1], taken)  # the very address that "Quite new" would get
    new = ids(with_ids(page(A, "Quite new", C), old))
    assert taken not in new
    assert [new[0], new[2]] == [ids(old)[0], ids(old)[2]]


def test_equal_paragraphs_get_their_addresses_in_order() -> None:
    old = with_ids(page(A, B, A))
    assert ids(with_ids(page(A, B, A), old)) == ids(old)


def test_of_a_paragraph_that_was_split_the_part_most_like_it_keeps_the_address() -> None:
    old = f'<p id="b0001">{A} {B}</p>'
    split = f'<p id="b0001">{A[:10]}</p>\n<p id="b0001">{A[10:]} {B}</p>'
    first, second = ids(with_ids(split, old))
    assert second == "b0001"
    assert first != "b0001"
    assert ids(with_ids(split))[0] == "b0001"  # without a former text, the first


def test_a_paragraph_split_by_two_line_breaks_keeps_one_address() -> None:
    result = clean(f'<p id="b0001">x<br><br>{A}</p>', previous=f'<p id="b0001">{A}</p>').html
    assert ids(result)[1] == "b0001"
    assert len(set(ids(result))) == 2


def test_long_texts_cost_seconds_at_most() -> None:
    old = with_ids(page(*(sentence(n, 40) for n in range(1000))))
    new = with_ids(page(*(sentence(n, 40).replace("treaty", "pact") for n in range(1000))), old)
    assert len(set(ids(new))) == 1000
    assert sum(a == b for a, b in zip(ids(old), ids(new), strict=True)) > 300  # as far as the budget goes
    same = page(*["a"] * 5000)
    assert len(set(ids(with_ids(same, with_ids(same + page(*["b"] * 5000)))))) == 5000


TEXTS = st.lists(st.sampled_from([A, B, C, D, "x", "y", A.replace("peace0", "war")]), max_size=8)
MARKS = st.lists(st.sampled_from(["", ' id="b0001"', ' id="b0002"', ' id="b0003"', ' id="x"']), min_size=8, max_size=8)


@given(TEXTS, MARKS, TEXTS, MARKS)
@budget(max_examples=150, deadline=None)
def test_whatever_was_edited_ids_are_unique_stable_and_never_reused(new_texts, new_ids, old_texts, old_ids) -> None:
    def marked(texts, marks):
        return "\n".join(f"<p{m}>{t}</p>" for t, m in zip(texts, marks, strict=False))

    old, new = with_ids(marked(old_texts, old_ids)), marked(new_texts, new_ids)
    result = with_ids(new, old)
    assert bare(result) == bare(new)
    assert len(ids(result)) == len(set(ids(result))) == len(new_texts)
    assert with_ids(result, old) == with_ids(result) == result
    assert {i for i in ids(new) if i != "x"} <= set(ids(result))
    former = {b.id: b.text for b in blocks(old)}
    for block in blocks(result):
        if block.id in former and block.id not in ids(new):
            assert block.text[-1] == former[block.id][-1]  # the same words, or nearly


# --- words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't stop, e-mail 3,5%", ["Don't", "stop", ",", "e-mail", "3,5", "%"]),
        ("Военно-политический блок.", ["Военно-политический", "блок", "."]),
        ("مُحَمَّد می‌خواهم", ["مُحَمَّد", "می‌خواهم"]),
        ("你好 world世界", ["你", "好", "world", "世", "界"]),
    ],
)
def test_words_of_many_languages(text: str, expected: list[str]) -> None:
    assert [token.strip() for token in tokens(text)] == expected
    assert "".join(tokens(text)) == text


@given(st.text(max_size=80))
def test_tokens_lose_nothing(text: str) -> None:
    assert "".join(tokens(text)).rstrip() == text.rstrip()


def test_plain_text_has_a_line_a_block() -> None:
    assert plain_text(EVERYTHING) == "h\np\nq\nb\n– l\n– m\nt\nd\nc\n1\n2 | 3"
    assert plain_text("") == ""
    assert plain_text("loose <b>words</b><p>x</p>tail") == "loose words\nx\ntail"


def test_words_are_counted_and_cut() -> None:
    html = "<h2>Dear members,</h2><p>I am <b>grate</b>ful – to you.</p>"
    assert word_count(html) == 7
    assert first_words(html, 2) == "Dear members…"
    assert first_words(html, 5) == "Dear members, I am grateful…"
    assert first_words(html, 7) == "Dear members, I am grateful – to you."
    assert first_words("<p>你好世界</p>", 2) == "你好…"
    assert first_words("", 3) == ""
