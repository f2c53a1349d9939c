"""What a translation has not translated yet, and what came into its original since."""

from __future__ import annotations

from cms.text.paragraphs import blocks
from cms.text.translating import paragraphs, with_what_is_new

BEFORE = '<p id="baaaa">One.</p>\n<ul><li id="bbbbb">Two.</li></ul>\n<p id="bcccc">Three.</p>'
DONE = '<p id="baaaa">Один.</p>\n<ul><li id="bbbbb">Два.</li></ul>\n<p id="bcccc">Три.</p>'


def ids(html):
    return " ".join(block.id for block in blocks(html))


def test_each_paragraph_is_done_the_same_or_missing():
    translation = '<p id="baaaa">Один.</p><ul><li id="bbbbb">Two.</li></ul>'
    assert [p.state for p in paragraphs(BEFORE, translation)] == ["done", "same", "missing"]
    assert [p.block.text for p in paragraphs(BEFORE, translation)] == ["One.", "Two.", "Three."]


def test_what_has_no_letters_needs_no_translation():
    for text in ("2025", "* * *", "8.1 – 9"):
        assert paragraphs(f'<p id="baaaa">{text}</p>', f'<p id="baaaa">{text}</p>')[0].state == "done"


def test_a_picture_without_a_caption_is_told_where_it_is_missing():
    figure = '<figure id="baaaa"><img data-image="7"></figure>'
    assert [p.state for p in paragraphs(figure, "")] == ["missing"]
    assert [p.state for p in paragraphs(figure, figure)] == ["done"]


def test_a_new_paragraph_stands_behind_its_neighbour_and_keeps_its_id():
    after = BEFORE.replace('<p id="bcccc">', '<p id="bnnnn">New.</p><p id="bcccc">')
    found = with_what_is_new(DONE, BEFORE, after)
    assert ids(found) == "baaaa bbbbb bnnnn bcccc"
    assert "<ul>" in found and found.index("</ul>") < found.index("New.")


def test_a_new_first_paragraph_stands_first():
    after = '<p id="bnnnn">New.</p>' + BEFORE
    assert ids(with_what_is_new(DONE, BEFORE, after)) == "bnnnn baaaa bbbbb bcccc"


def test_a_new_entry_stands_in_its_list():
    after = BEFORE.replace("</ul>", '<li id="bnnnn">New.</li></ul>')
    found = with_what_is_new(DONE, BEFORE, after)
    assert ids(found) == "baaaa bbbbb bnnnn bcccc" and found.index("New.") < found.index("</ul>")
    plain = DONE.replace("<ul><li", "<p").replace("</li></ul>", "</p>")
    assert '<p id="bnnnn">New.</p>' in with_what_is_new(plain, BEFORE, after)


def test_a_new_list_comes_whole():
    after = BEFORE + '<ol><li id="bnnnn">New.</li><li id="bmmmm">Newer.</li></ol>'
    found = with_what_is_new(DONE, BEFORE, after)
    assert ids(found) == "baaaa bbbbb bcccc bnnnn bmmmm" and found.count("<ol>") == 1


def test_what_the_translation_left_out_before_stays_out():
    shorter = DONE.replace('<p id="bcccc">Три.</p>', "")
    after = BEFORE + '<p id="bnnnn">New.</p>'
    assert ids(with_what_is_new(shorter, BEFORE, after)) == "baaaa bbbbb bnnnn"


def test_a_translation_that_shares_nothing_gets_it_at_its_end():
    found = with_what_is_new('<p id="bzzzz">Иное.</p>', BEFORE, BEFORE + '<p id="bnnnn">New.</p>')
    assert ids(found) == "bzzzz bnnnn"


def test_nothing_new_changes_nothing():
    assert with_what_is_new(DONE, BEFORE, BEFORE) == DONE
