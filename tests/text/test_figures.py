"""Pictures in a text: where they end up, what names them again later, and how they are read without being seen."""

import re

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st
from lxml import etree

from cms.text.diff import compare, is_changed
from cms.text.figures import Reference, references, replace_images, with_sources
from cms.text.fragment import parse, serialise
from cms.text.paragraphs import blocks
from cms.text.plain import first_words, plain_text, word_count
from cms.text.sanitiser import Removed, clean
from cms.text.sanitiser.gate import gated

HALL = '<img data-image="17" src="/media/ab/w640.jpg" alt="The  hall ">'
MAP = '<img data-image="18" src="/media/cd/w640.jpg" alt="">'
LINE = '<img data-decorative="x" data-image="19" src="/media/ef/w640.jpg" alt=" ">'
STORED_HALL = '<img alt="The hall" data-image="17">'
STORED_MAP = '<img alt="" data-image="18">'
STORED_LINE = '<img alt="" data-decorative="" data-image="19">'


def figure(image: str, caption: str = "") -> str:
    return f"<figure>{image}{f'<figcaption>{caption}</figcaption>' if caption else ''}</figure>"


def bare(html: str) -> str:
    """Clean, without the ids, for reading in tests."""
    return without_ids(clean(html).html)


def without_ids(html: str) -> str:
    return re.sub(r' id="b[^"]{4}"', "", html)


def told(old: str, new: str) -> list[str]:
    """The changes between two stored texts in short, with -[…] and +[…]."""
    signs = {"same": "{}", "added": "+[{}]", "removed": "-[{}]"}
    return [
        f"{change.status} {change.tag} " + "".join(signs[piece.kind].format(piece.text) for piece in change.pieces)
        for change in compare(old, new)
    ]


# --- what is stored ------------------------------------------------------------------------------------------


def test_of_what_the_editor_posts_only_the_number_the_alternative_text_and_the_caption_are_stored() -> None:
    posted = (
        '<figure class="press-picture" style="float:left"><img src="/media/ab/w640.jpg" data-image="17" width="640" '
        'onload="x()" lang="fr" alt=" The\n hall "><figcaption>Delegates in <i>Bishkek</i>, see <a href="/a">A</a>.'
        "</figcaption></figure>"
    )
    stored = (
        '<figure><img alt="The hall" data-image="17"><figcaption>Delegates in <em>Bishkek</em>, see <a href="/a">A</a>.'
        "</figcaption></figure>"
    )
    assert bare(posted) == stored
    assert clean(posted).removed == ()


def test_that_a_picture_is_decorative_is_kept_where_it_has_no_words_and_never_for_them() -> None:
    assert bare(figure(LINE)) == figure(STORED_LINE)
    assert bare(STORED_LINE.replace('alt=""', 'alt="Words"')) == '<figure><img alt="Words" data-image="19"></figure>'
    assert gated('<img alt="" data-decorative="x" data-image="19">') == STORED_LINE
    assert gated('<p data-decorative="">a</p>') == "<p>a</p>"
    kept = clean(f"{figure(LINE)}{figure(MAP)}").html
    assert [(r.image, r.decorative) for r in references(kept)] == [(19, True), (18, False)]


@pytest.mark.parametrize(
    "number", ["", "0", "017", "-1", "+1", "1.0", " 1", "1e3", "x", "٣", "9223372036854775808", "99999999999999999999"]
)
def test_a_picture_without_a_number_of_the_library_is_removed_and_told(number: str) -> None:
    result = clean(
        f'<figure><img src="/x.jpg" data-image="{number}" alt="Hall"><figcaption>In it</figcaption></figure>'
    )
    assert without_ids(result.html) == "<p>In it</p>"
    assert result.removed == (Removed("image", 1, "Hall"),)


def test_the_last_gate_lets_no_address_and_no_wrong_number_pass() -> None:
    image = '<img alt="a" data-image="17" dir="rtl" lang="fr" onload="x()" src="/x.jpg" srcset="/x.jpg 2x">'
    assert gated(f'<figure class="x">{image}</figure>') == '<figure><img alt="a" data-image="17"></figure>'
    assert gated('<img alt="a" data-image="017">') == '<img alt="a">'


def test_the_largest_number_is_a_number() -> None:
    assert bare('<img data-image="9223372036854775807">') == (
        '<figure><img alt="" data-image="9223372036854775807"></figure>'
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<p>a {HALL} b</p>", f"<p>a</p>\n{figure(STORED_HALL)}\n<p>b</p>"),
        (f"<p>{HALL}</p>", figure(STORED_HALL)),
        (f"<p lang=ar>a {HALL}</p>", f'<p lang="ar">a</p>\n<figure lang="ar">{STORED_HALL}</figure>'),
        (f"<h2>{HALL}Day {MAP}one</h2>a", f"<h2>Day one</h2>\n{figure(STORED_HALL)}\n{figure(STORED_MAP)}\n<p>a</p>"),
        (
            f"<ul><li>a {HALL}</li><li>{figure(MAP, 'b')}</li></ul>",
            f"<ul><li><p>a</p>{figure(STORED_HALL)}</li><li>{figure(STORED_MAP, 'b')}</li></ul>",
        ),
        (
            f"<blockquote>a{figure(HALL, 'b')}</blockquote>",
            f"<blockquote><p>a</p>{figure(STORED_HALL, 'b')}</blockquote>",
        ),
        (
            f"<dl><dt>a {figure(HALL, 'b')}</dt><dd>c {MAP}</dd></dl>",
            f"<dl><dt>a</dt><dd>{figure(STORED_HALL, 'b')}</dd><dd><p>c</p>{figure(STORED_MAP)}</dd></dl>",
        ),
        (
            f"<table><caption>a {HALL}</caption><tr><td>b<ul><li>{figure(MAP, 'c')}d</ul></table>e",
            f"<table><caption>a</caption><tbody><tr><td>b<ul><li>d</li></ul></td></tr></tbody></table>\n"
            f"{figure(STORED_HALL)}\n{figure(STORED_MAP, 'c')}\n<p>e</p>",
        ),
        (f"<table><tr><td>{HALL}</table>", figure(STORED_HALL)),
        (
            f"<table><tr><td><table><tr><td>a {HALL}</table></table>",
            "<table><tbody><tr><td><table><tbody><tr><td>a</td></tr></tbody></table></td></tr></tbody></table>\n"
            + figure(STORED_HALL),
        ),
        (
            f"<p class=MsoListParagraph>1. a {HALL} b<p class=MsoListParagraph>2. c",
            f'<ol><li>a b</li></ol>\n{figure(STORED_HALL)}\n<ol start="2"><li>c</li></ol>',
        ),
    ],
)
def test_a_picture_stands_where_a_figure_may_stand(html: str, expected: str) -> None:
    assert bare(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (figure(HALL, " <br> "), figure(STORED_HALL)),
        (figure(HALL, "<p>a</p><p>b</p><ul><li>c<li>d</ul>"), figure(STORED_HALL, "a<br>b<br>c<br>d")),
        (figure("<figcaption>a</figcaption>" + HALL, "b"), figure(STORED_HALL, "a<br>b")),
        (figure("a" + HALL + "<h2>b</h2>", "c") + "d", f"{figure(STORED_HALL, 'c')}\n<p>a</p>\n<h2>b</h2>\n<p>d</p>"),
        (figure(HALL + MAP, "a"), f"{figure(STORED_HALL)}\n{figure(STORED_MAP, 'a')}"),
        (figure("", f"{HALL} a"), figure(STORED_HALL, "a")),
        (figure(HALL, f"a {MAP} b"), f"{figure(STORED_HALL, 'a<br>b')}\n{figure(STORED_MAP)}"),
        (figure(figure(HALL, "a"), "b"), f"{figure(STORED_HALL, 'a')}\n<p>b</p>"),
        (figure("<img src=/x.jpg>", "<p>a</p><p>b</p>") + "c", "<p>a</p>\n<p>b</p>\n<p>c</p>"),
        ("<figcaption>a</figcaption>" + HALL, f"<p>a</p>\n{figure(STORED_HALL)}"),
        (
            f"<figure lang=fr>{HALL}<figcaption><p lang=ar dir=rtl>a</p></figcaption><p>b</p><hr></figure>",
            f'<figure lang="fr">{STORED_HALL}<figcaption dir="rtl" lang="ar">a</figcaption></figure>\n'
            '<p lang="fr">b</p>\n<hr>',
        ),
        (
            f"<figure>{HALL}<figcaption lang=la><p>a</p><p lang=ar>b</p></figcaption></figure>",
            figure(STORED_HALL, "a<br>b"),
        ),
    ],
)
def test_a_figure_has_one_picture_and_one_caption_and_its_other_words_follow(html: str, expected: str) -> None:
    assert bare(html) == expected


def test_a_picture_that_was_taken_out_of_a_link_or_a_table_is_told() -> None:
    result = clean(f'<p><a href="/x">a {HALL} b</a></p><table><tr><td>c {MAP}</table>')
    assert without_ids(result.html).startswith(
        f'<p><a href="/x">a</a></p>\n{figure(STORED_HALL)}\n<p><a href="/x">b</a></p>\n<table>'
    )
    assert result.removed == (Removed("link-picture", 1, "/x"), Removed("image-moved", 1, "img"))


def test_a_caption_keeps_its_links_within_the_text() -> None:
    html = f'<figure id="b0001">{STORED_HALL}<figcaption>see <a href="#b0001">here</a></figcaption></figure>'
    assert clean(html).html == html


def test_a_picture_in_a_deleted_passage_goes_with_it_and_is_told() -> None:
    assert clean(f"<del>{HALL}</del>").removed == (Removed("tracked-deletion", 1, "The hall"),)


# --- addresses -----------------------------------------------------------------------------------------------


def addresses(html: str) -> dict[str, str]:
    """Number of the picture → id of its figure."""
    return {str(reference.image): reference.block for reference in references(html)}


def pasted(html: str, previous: str) -> str:
    """A text that lost its ids, as when it went through another program."""
    return clean(without_ids(html), previous=previous).html


def test_a_figure_is_a_block_with_an_address_and_its_words_are_its_caption() -> None:
    html = clean(f"<p>a</p><blockquote>{figure(HALL, 'b<br>c')}</blockquote>{figure(MAP)}").html
    assert [(b.tag, b.text, b.within) for b in blocks(html)] == [
        ("p", "a", ()),
        ("figure", "b\nc", ("blockquote",)),
        ("figure", "", ()),
    ]
    assert len({b.id for b in blocks(html)} - {""}) == 3
    assert clean(html, previous=html).html == html


def test_a_figure_is_known_again_by_its_picture_before_its_caption() -> None:
    old = clean(figure(HALL, "In the hall") + figure(MAP, "The way there")).html
    swapped = figure(MAP, "In the hall") + figure(HALL, "Something else")
    assert addresses(clean(swapped, previous=old).html) == addresses(old)


def test_a_figure_with_another_picture_is_known_again_by_its_caption() -> None:
    old = clean(f"<p>a</p>{figure(HALL, 'The delegates in the hall')}<p>b</p>").html
    for caption in ("The delegates in the hall", "The delegates in the great hall"):
        new = clean(f"<p>a</p>{figure(MAP, caption)}<p>b</p>", previous=old).html
        assert addresses(new)["18"] == addresses(old)["17"]


def test_a_figure_with_another_picture_and_no_caption_is_another_figure() -> None:
    old = clean(f"<p>a</p>{figure(HALL)}<p>b</p>").html
    new = clean(f"<p>a</p>{figure(MAP)}<p>b</p>", previous=old).html
    assert addresses(new)["18"] != addresses(old)["17"]
    assert addresses(clean(figure(MAP)).html)["18"] != addresses(clean(figure(HALL)).html)["17"]


def test_one_picture_shown_twice_keeps_both_addresses_with_their_captions() -> None:
    old = clean(figure(HALL, "Before") + figure(HALL, "After")).html
    new = pasted(figure(HALL, "After") + figure(HALL, "Before"), old)
    assert {r.caption: r.block for r in references(new)} == {r.caption: r.block for r in references(old)}
    assert len({r.block for r in references(new)}) == 2


def test_of_a_figure_that_was_split_the_part_with_its_picture_keeps_the_address() -> None:
    old = clean(figure(MAP, "a")).html
    block = references(old)[0].block
    split = clean(f'<figure id="{block}">{HALL}{MAP}<figcaption>b</figcaption></figure>', previous=old).html
    assert addresses(split)["18"] == block
    assert addresses(split)["17"] != block


def test_an_empty_item_never_gives_its_address_to_a_figure() -> None:
    old = clean("<p>x</p><ul><li><p>a<p>b</ul><p>y</p>").html
    item = next(b.id for b in blocks(old) if b.tag == "li")
    assert addresses(clean(f"<p>x</p>{figure(HALL)}<p>y</p>", previous=old).html)["17"] != item


# --- comparison ----------------------------------------------------------------------------------------------

OLD = f'<figure id="b0001">{STORED_HALL}<figcaption>The talks</figcaption></figure>'


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (OLD, "same figure [Picture 17: The hall]\nThe talks"),
        (OLD.replace("The hall", "A room"), "changed figure [Picture 17:-[ The hall]+[ A room]]\nThe talks"),
        (OLD.replace("The hall", ""), "changed figure [Picture 17-[: The hall]]\nThe talks"),
        (OLD.replace("17", "18"), "changed figure [Picture-[ 17]+[ 18]: The hall]\nThe talks"),
        (OLD.replace("talks", "end"), "changed figure [Picture 17: The hall]\nThe-[ talks]+[ end]"),
        (OLD.replace("talks", "<em>talks</em>"), "restyled figure [Picture 17: The hall]\nThe talks"),
        (OLD.replace("<figure", '<figure lang="fr"'), "restyled figure [Picture 17: The hall]\nThe talks"),
        ("", "removed figure -[[Picture 17: The hall]\nThe talks]"),
    ],
)
def test_a_change_of_a_figure_is_told_in_words(new: str, expected: str) -> None:
    assert told(OLD, new) == [expected]


def test_a_new_picture_is_told() -> None:
    assert told("<p>a</p>", f"<p>a</p>{figure(STORED_MAP)}") == ["same p a", "added figure +[[Picture 18]]"]


def test_a_picture_in_a_list_is_a_line_of_its_own() -> None:
    old = clean("<ul><li>a</ul>").html
    assert told(old, clean(f"<ul><li>a{HALL}</ul>", previous=old).html)[-1] == "added figure +[[Picture 17: The hall]]"


STORED = '<img alt="(.*?)"(?: data-decorative="")? data-image="(.*?)">'
BITS = st.lists(
    st.sampled_from(
        [
            HALL,
            MAP,
            LINE,
            STORED_LINE.replace("19", "18"),
            figure(HALL, "a"),
            figure(MAP, "a b"),
            figure(MAP, "<b>a</b>"),
            '<figure id="b0001">',
            "</figure>",
        ]
        + ["<figcaption>", "</figcaption>", "<p>a b c", "<ul><li>d", "</ul>", "<h2>e", "<blockquote>", "</blockquote>"]
        + ["<table><tr><td>f", "</table>", "<i>g</i>", "<dl><dt>h", "<dd>i", '<img data-image="17" alt="hall">']
    ),
    max_size=12,
)


@given(BITS, BITS, st.integers(0, 12), st.integers(0, 12), st.booleans())
@budget(max_examples=300, deadline=None)
def test_no_change_of_a_figure_is_missed_and_none_is_invented(bits, more, start, end, lost_ids) -> None:
    old = clean("".join(bits)).html
    new = clean("".join(bits[:start] + more[:3] + bits[end:]), previous=old).html
    if lost_ids:
        new = pasted(new, old)
    assert is_changed(compare(old, new)) == (without_ids(old) != without_ids(new))
    assert not is_changed(compare(new, new))
    for text, gone in ((old, "added"), (new, "removed")):
        shown = "".join("".join(p.text for p in c.pieces if p.kind != gone) + " " for c in compare(old, new))
        pictures = [f"{n}:{alt}" if alt else n for alt, n in re.findall(STORED, text)]
        told_of = re.findall(r"\[Picture (\d+)(?:: ([^\]]*))?(?:, decorative)?\]", re.sub(r"\s+", " ", shown))
        assert sorted(f"{n}:{alt}" if alt else n for n, alt in told_of) == sorted(pictures)


# --- plain text ----------------------------------------------------------------------------------------------


def test_in_plain_text_a_picture_is_its_caption_and_without_one_what_it_shows() -> None:
    html = clean(f"<p>a</p>{figure(HALL, 'b <i>c</i>')}{figure(HALL)}{figure(MAP)}<ul><li>d{HALL}</ul>").html
    assert plain_text(html) == "a\nb c\n[The hall]\n– d\n– [The hall]"
    assert word_count(html) == 4
    assert first_words(html, 2) == "a b…"


# --- for the editor and the page -----------------------------------------------------------------------------

TEXT = clean(
    f"<p>a &amp; b\xa0c</p>{figure(HALL, 'd <b>e</b><br>f')}<ul><li>g{figure(MAP)}</ul>"
    f"<table><tr><td>h</table>{figure(HALL)}<p><b> i</b></p>"
).html


def test_the_pictures_of_a_text_are_named_in_its_order() -> None:
    ids = [b.id for b in blocks(TEXT) if b.tag == "figure"]
    assert references(TEXT) == [
        Reference(17, "The hall", "d e\nf", ids[0]),
        Reference(18, "", "", ids[1]),
        Reference(17, "The hall", "", ids[2]),
    ]
    assert references("<p>a</p>") == []


def test_the_editor_gets_addresses_and_the_text_that_comes_back_is_the_stored_one() -> None:
    shown = with_sources(TEXT, {17: '/media/a"b?x=1&y=<2>'}.get)
    assert re.findall('<img [^>]*data-image="18"[^>]*>', shown) == [STORED_MAP]
    sources = [image.get("src") for image in parse(shown).iter("img")]
    assert sources == ['/media/a"b?x=1&y=<2>', None, '/media/a"b?x=1&y=<2>']
    assert clean(shown).html == TEXT
    assert clean(shown, previous=TEXT) == clean(TEXT)


@given(BITS)
@budget(max_examples=150, deadline=None)
def test_whatever_the_editor_is_given_comes_back_as_it_was_stored(bits) -> None:
    stored = clean("".join(bits)).html
    assert clean(with_sources(stored, lambda number: f"/media/{number}.jpg" if number > 17 else None)).html == stored


def test_the_page_puts_its_own_elements_in_the_place_of_pictures() -> None:
    def build(number: int, alt: str):
        element = etree.Element("picture")
        etree.SubElement(element, "source", {"srcset": f"/{number}.avif", "type": "image/avif"})
        etree.SubElement(element, "img", {"src": f"/{number}.jpg", "alt": alt})
        return element

    root = parse(f'<figure id="b0001">{STORED_HALL}<figcaption>a</figcaption></figure>\n<p id="b0002">b</p>')
    replace_images(root, build)
    assert serialise(root) == (
        '<figure id="b0001"><picture><source srcset="/17.avif" type="image/avif"><img alt="The hall" src="/17.jpg">'
        '</picture><figcaption>a</figcaption></figure>\n<p id="b0002">b</p>'
    )


def test_of_a_picture_that_cannot_be_shown_the_caption_stays_with_its_address() -> None:
    root = parse(
        f'<p>x</p>\n<figure id="b0001" lang="fr">{STORED_HALL}<figcaption>a <em>b</em></figcaption></figure>\n'
        f'<p>y</p>\n<ul><li><figure id="b0002">{STORED_MAP}</figure>z</li></ul>'
    )
    replace_images(root, lambda number, alt: None)
    assert serialise(root) == '<p>x</p>\n<p id="b0001" lang="fr">a <em>b</em></p>\n<p>y</p>\n<ul><li>z</li></ul>'
