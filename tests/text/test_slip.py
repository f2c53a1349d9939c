"""What is a typing slip and what is more: a table of cases in English and Russian, and what holds for any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.text.slip import FEW, more_than_a_slip

SLIPS = [
    ("the Ministery met on Monday; the meetting was short", "the Ministery met on Monday; the meeting was short"),
    ("the council aproved it", "the council approved it"),
    ("they agreed the the text", "they agreed the text"),
    ("it was signed yeserday, they said.", "it was signed yeserday — they said."),
    ("a long , slow thaw", "a long, slow thaw"),
    ("the president spoke", "the President spoke"),
    ("The meeting is over. Teh end.", "The meeting is over. The end."),
    ('He called it "good" again', "He called it “good” again"),
    ("It's late", "It’s late"),
    ("Он скозал это вслух", "Он сказал это вслух"),
    ("в течении дня", "в течение дня"),
    ("президент выступил", "Президент выступил"),
    ("Стороны обсудили вопосы торговли", "Стороны обсудили вопросы торговли"),
    ('слово "мир" звучало', "слово «мир» звучало"),
    ("也门 会议 结束 了", "也门 会议 结束"),
    ("قال الوزير هذا امس", "قال الوزير هذا أمس"),
]
MORE = [
    ("it grew by 5 per cent", "it grew by 6 per cent", "Figures"),
    ("it grew by 5 per cent", "it grew by -5 per cent", "Figures"),
    ("1.5 million", "15 million", "Figures"),
    ("two ministers came", "three ministers came", "Figures"),
    ("worth €5", "worth $5", "Figures"),
    ("rose 5% then", "rose 5‰ then", "Figures"),
    ("рост составил 2,5 процента", "рост составил 25 процентов", "Figures"),
    ("пять стран", "шесть стран", "Figures"),
    ("тысячи людей", "миллионы людей", "Figures"),
    ("will begin on 4 September", "will begin on 14 September", "Figures"),
    ("on the 4th of June they met", "on the 4th of July they met", "Dates"),
    ("they met on Monday", "they met on Tuesday", "Dates"),
    ("встреча 4 мая прошла", "встреча 4 июня прошла", "Dates"),
    ("в среду утром", "в пятницу утром", "Dates"),
    ("they met Mr. Smith there", "they met Mr. Smyth there", "Names"),
    ("the talks in Osh ended", "the talks in Naryn ended", "Names"),
    ("Japarov spoke first", "Sadyrov spoke first", "Names"),
    ("встреча с Ивановым прошла", "встреча с Петровым прошла", "Names"),
    ("прибыл в г. Ош вчера", "прибыл в г. Нарын вчера", "Names"),
    ("he told us so", "he told US so", "Names"),
    ("He said “we shall go” there", "He said “we should go” there", "quotation"),
    ("He said “we shall” go there", "He said “we shall go” there", "quotation"),
    ("the so called plan", "the “so called” plan", "quotation"),
    ("he said 'we shall go' there", "he said 'we should go' there", "quotation"),
    ("«Мы пойдём», — сказал он", "«Мы пошли», — сказал он", "quotation"),
    ("„wir gehen“ sagte er", "„wir gingen“ sagte er", "quotation"),
    ("‚wir gehen‘ sagte er", "‚wir gingen‘ sagte er", "quotation"),
    ("we shall sign it", "we shall not sign it", "sense"),
    ("we can't sign it", "we can sign it", "sense"),
    ("он не подписал", "он подписал", "sense"),
    ("one fine day they all went home", "one cold night few of them left", "words changed"),
    ("они долго обсуждали общие планы", "мы кратко изучили частные меры", "words changed"),
]


def judged(old, new, **more):
    return more_than_a_slip({"body": f"<p>{old}</p>"}, {"body": f"<p>{new}</p>"}, **more)


@pytest.mark.parametrize(("old", "new"), SLIPS)
def test_a_slip_is_a_slip(old, new):
    assert judged(old, new) == []


@pytest.mark.parametrize(("old", "new", "why"), MORE)
def test_more_than_a_slip_is_said_to_be_more(old, new, why):
    assert any(why in sentence for sentence in judged(old, new)), judged(old, new)
    assert any(why in sentence for sentence in judged(new, old)), judged(new, old)


def test_known_names_are_names_where_a_sentence_begins_and_in_languages_without_capitals():
    assert judged("Rose said so", "Rosa said so") == []
    assert "Names" in judged("Rose said so", "Rosa said so", names=["Rosa Lee"])[0]
    assert "Names" in judged("قال محمد هذا", "قال أحمد هذا", names=["أحمد علي"])[0]


def test_a_quotation_set_apart_is_one_without_marks():
    old, new = ({"body": f"<blockquote><p>we {word} go</p></blockquote>"} for word in ("shall", "should"))
    assert any("quotation" in sentence for sentence in more_than_a_slip(old, new))


def test_links_titles_summaries_and_facts_count():
    link = '<p><a href="https://example.org/{}">here</a></p>'
    assert "link" in more_than_a_slip({"body": link.format(1)}, {"body": link.format(2)})[0]
    assert "Figures" in more_than_a_slip({"title": "5 ways"}, {"title": "6 ways"})[0]
    assert "place" in more_than_a_slip({}, {}, facts=["place"])[0]


def test_words_that_move_have_changed():
    assert more_than_a_slip({"body": "<p>5 of the 8</p>"}, {"body": "<p>8 of the 5</p>"})


def test_a_paragraph_taken_out_of_a_long_text_is_more():
    paragraphs = [f"<p>so it went on and on {'again ' * n}</p>" for n in range(60)]
    assert "words changed" in more_than_a_slip({"body": "".join(paragraphs)}, {"body": "".join(paragraphs[1:])})[0]


WORDS = st.sampled_from("ледник вода гора снег ice snow river hill".split())
TEXT = st.text(alphabet="abcабв АБAB.,!«»“”\"'‘’-–0123456789%", max_size=80)


@given(TEXT)
def test_the_same_text_is_no_change(text):
    assert judged(text, text) == []


@given(TEXT, TEXT)
def test_the_judgement_is_the_same_both_ways_and_never_fails(one, other):
    assert bool(judged(one, other)) == bool(judged(other, one))


@given(st.lists(WORDS, min_size=4, max_size=30), st.data())
def test_a_changed_figure_is_always_seen(words, data):
    place = data.draw(st.integers(0, len(words)))
    figure, other = data.draw(st.lists(st.integers(0, 10**6), min_size=2, max_size=2, unique=True))
    old, new = (" ".join([*words[:place], str(n), *words[place:]]) for n in (figure, other))
    assert any("Figures" in sentence for sentence in judged(old, new))


@given(st.lists(WORDS, min_size=8, max_size=20), st.integers(FEW + 1, 8))
def test_more_than_a_few_new_words_are_always_seen(words, n):
    old, new = " ".join(words), " ".join([*words, *(["дерево"] * n)])
    assert any("words changed" in sentence for sentence in judged(old, new))
