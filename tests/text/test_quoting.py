"""A quotation is held against a text: verbatim, but for punctuation and case, near with what was changed, or not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.text.paragraphs import blocks, with_ids
from cms.text.quoting import Agreement, Quotation, Record

SPEECHES = Path(__file__).parents[2] / "cms" / "management" / "demo" / "speeches.toml"
VERBATIM, WORDS, NEAR, NONE = Agreement.VERBATIM, Agreement.WORDS, Agreement.NEAR, Agreement.NONE


def _html(markdown):
    paragraphs = markdown.strip().split("\n\n")
    return with_ids("".join(f"<h2>{p[3:]}</h2>" if p.startswith("## ") else f"<p>{p}</p>" for p in paragraphs))


def _long_speech():
    speeches = tomllib.loads(SPEECHES.read_text(encoding="utf-8"))["speech"]
    return max(speeches, key=lambda speech: len(speech["body_en"]))


LONG = _long_speech()
ENGLISH, RUSSIAN = Record(_html(LONG["body_en"])), Record(_html(LONG["body_ru"]))

# What was made of the long speech, and what it is.
ALTERED = {
    "as it stands": (
        "Old ones are kept alive by a technician with a rucksack, and technicians are in short supply.",
        VERBATIM,
    ),
    "from the middle of a sentence": ("it shows neither the depth of the water nor what the dam is made of", VERBATIM),
    "in quotation marks": ("“New stations are opened with ribbons.”", VERBATIM),
    "other quotation marks within": ("the expedition «White Ridge» will leave Osh for the Alay Range", VERBATIM),
    "straight quotation marks": ('the expedition "White Ridge" will leave Osh for the Alay Range', VERBATIM),
    "spaces, line breaks and soft hyphens": (
        "Mountain lakes are\n growing\u00a0 more quick\u00adly than\u200b our knowledge of them.",
        VERBATIM,
    ),
    "two paragraphs joined": (
        "Today I will try to answer the second question first. I was asked to report on how the decisions taken",
        VERBATIM,
    ),
    "an ellipsis between parts": (
        "New stations are opened with ribbons … More people live in the path of mudflows than ten years ago.",
        VERBATIM,
    ),
    "an ellipsis of dots in brackets": (
        "New stations are opened with ribbons. [...] technicians are in short supply",
        VERBATIM,
    ),
    "lower case": ("ministries ask us what we intend to do.", WORDS),
    "capitals": ("MINISTRIES ASK US WHAT WE INTEND TO DO", WORDS),
    "other commas": ("New stations, are opened, with ribbons.", WORDS),
    "a full stop taken away": ("Most of them are harmless, the difficulty is that an image does not tell us", WORDS),
    "a question made of it": ("New stations are opened with ribbons?", WORDS),
    "an omitted word": ("Deputies ask what became of our last set of intentions.", NEAR),
    "a changed figure": ("Fourteen have been added: six in Mongolia, three in the Kyrgyz Republic", NEAR),
    "another number": ("The common network now consists of 221 automatic stations", NEAR),
    "a negation added": ("In eleven of them new houses have not appeared on ground", NEAR),
    "a negation taken away": ("The families who build there have usually been told.", NEAR),
    "swapped words": ("Satellite images taken autumn last show more than nine hundred lakes", NEAR),
    "a name exchanged": ("In the eastern Tien Shan the snow cover on 1 April stood at 84 per cent", NEAR),
    "an added beginning": ("I am proud that mountain lakes are growing more quickly than our knowledge", NEAR),
    "left out without saying so": ("Most of them are harmless. It shows neither the depth of the water", NEAR),
    "a part changed behind an ellipsis": (
        "New stations are opened with ribbons … More people live in the path of avalanches than ten years ago.",
        NEAR,
    ),
    "invented": ("We shall abolish every border in the mountains by next spring and share the gold.", NONE),
    "retold": ("Because families are hardly ever informed, they settle on dangerous land.", NONE),
    "parts in the other order": (
        "technicians are in short supply … New stations are opened with ribbons … Ministries ask us what we intend",
        NONE,
    ),
}
IN_RUSSIAN = {
    "as it stands": ("Горные озёра растут быстрее, чем наши знания о них.", VERBATIM),
    "е for ё": ("Горные озера растут быстрее, чем наши знания о них", VERBATIM),
    "stress marks": ("Горные озёра расту́т быстрее, чем наши зна́ния о них", VERBATIM),
    "a hyphen for a dash": ("Выступать в этом зале - честь, а кроме того, полезная дисциплина", VERBATIM),
    "without punctuation": ("выступать в этом зале честь а кроме того полезная дисциплина", WORDS),
    "a negation added": ("Горные озёра не растут быстрее, чем наши знания о них", NEAR),
    "another case": ("Поэтому среднее по всем регионам ввело бы нас в заблуждение", NEAR),
    "invented": ("Завтра мы закроем все посты и распустим наши службы по домам", NONE),
}


@pytest.mark.parametrize("name", ALTERED)
def test_an_altered_quotation_is_told_for_what_it_is(name):
    quotation, agreement = ALTERED[name]
    assert ENGLISH.find(Quotation(quotation)).agreement is agreement


@pytest.mark.parametrize("name", IN_RUSSIAN)
def test_and_so_in_russian(name):
    quotation, agreement = IN_RUSSIAN[name]
    assert RUSSIAN.find(Quotation(quotation)).agreement is agreement


@pytest.mark.parametrize(
    ("quotation", "gone", "come"),
    [
        ("Deputies ask what became of our last set of intentions.", ["usually"], []),
        ("In eleven of them new houses have not appeared on ground", [], ["not"]),
        ("The common network now consists of 221 automatic stations.", ["212"], ["221"]),
        ("An average for the whole nation would therefore mislead us.", ["region"], ["nation"]),
    ],
)
def test_what_was_changed_is_marked_and_nothing_else(quotation, gone, come):
    (passage,) = ENGLISH.find(Quotation(quotation)).passages
    assert [piece.text.strip() for piece in passage.pieces if piece.kind == "removed"] == gone
    assert [piece.text.strip() for piece in passage.pieces if piece.kind == "added"] == come


def test_it_is_found_in_its_paragraph_with_the_words_as_published():
    found = ENGLISH.find(Quotation('the expedition "white ridge" will leave Osh')).passages[0]
    block = next(block for block in blocks(_html(LONG["body_en"])) if "White Ridge" in block.text)
    assert (found.id, found.text) == (block.id, "the expedition “White Ridge” will leave Osh")


def test_a_place_to_the_letter_comes_before_one_that_only_has_the_words():
    record = Record("<p id='b0001'>So, it is done now.</p><p id='b0002'>So it is done now.</p>")
    match = record.find(Quotation("So it is done now"))
    assert (match.agreement, match.passages[0].id) == (VERBATIM, "b0002")


@pytest.mark.parametrize(
    ("said", "quoted", "agreement"),
    [
        ("It fell to −5 degrees at night", "It fell to -5 degrees at night", VERBATIM),
        ("It fell to −5 degrees at night", "It fell to 5 degrees at night", NEAR),
        ("In 2020–2025 we built forty posts", "In 2020-2025 we built forty posts", VERBATIM),
        ("We lost 1.5 million a year there", "We lost 15 million a year there", NEAR),
        ("Shall we ever go there again? No.", "Shall we ever go there again.", WORDS),
        ("Shall we ever go there again? No.", "Shall we ever go there", VERBATIM),
    ],
)
def test_signs_that_change_the_meaning_count(said, quoted, agreement):
    assert Record(f"<p>{said}</p>").find(Quotation(quoted)).agreement is agreement


@pytest.mark.parametrize("text", ["", "…", "?!", "Today I will", "a … b … c", "\u200b\u00ad"])
def test_a_few_words_are_too_short_to_decide(text):
    assert Quotation(text).is_too_short


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200), st.text(alphabet="ab …?-−.'\"\u200b1\n", max_size=200))
def test_whatever_is_quoted_is_answered(anything, hostile):
    for quoted in (anything, hostile, anything + hostile):
        match = Record(f"<p>a b a b. 1 -1 a… b?</p><p>{hostile.replace('<', '')}</p>").find(Quotation(quoted))
        assert (match.agreement is NONE) == (not match.passages)


def test_repetitions_take_no_time_to_speak_of():
    """Where comparing would take long, it ends: then the words count as not found."""
    record = Record("<p>" + "a b " * 10_000 + "</p>")
    assert record.find(Quotation("a b " * 200 + "c")).agreement is NEAR
    assert record.find(Quotation("a b " * 500 + "c")).agreement in (NEAR, NONE)
