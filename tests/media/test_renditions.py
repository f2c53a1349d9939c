"""Names, sizes and stand-ins of renditions: what a page may ask for without asking first what there is."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cms.media.renditions import BASE, box_of, nearest, parse, size_of, wanted, widths

SIDES = st.integers(1, 30_000)
PERCENT = st.integers(0, 100)


def names(width, height, focal=(50, 50)):
    return [spec.name for spec in wanted(width, height, focal)]


def specs(*wanted_names):
    return [parse(name) for name in wanted_names]


# --- which there are -------------------------------------------------------------------------------------------------


def test_a_large_picture_has_them_all():
    assert names(6000, 4000, (30, 70)) == [
        "base.jpg",
        "w320.avif", "w320.webp", "w320.jpg",
        "w640.avif", "w640.webp", "w640.jpg",
        "w960.avif", "w960.webp", "w960.jpg",
        "w1280.avif", "w1280.webp", "w1280.jpg",
        "w1920.avif", "w1920.webp", "w1920.jpg",
        "t160-30x70.avif", "t160-30x70.webp", "t160-30x70.jpg",
        "t320-30x70.avif", "t320-30x70.webp", "t320-30x70.jpg",
        "t480-30x70.avif", "t480-30x70.webp", "t480-30x70.jpg",
        "small.jpg", "medium.jpg", "large.jpg",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("width", "offered"),
    [
        (1, [1]),
        (319, [319]),
        (320, [320]),
        (639, [320, 639]),
        (640, [320, 640]),
        (1250, [320, 640, 960, 1250]),
        (1919, [320, 640, 960, 1280, 1919]),
        (1921, [320, 640, 960, 1280, 1920]),
        (30_000, [320, 640, 960, 1280, 1920]),
    ],
)
def test_no_picture_is_enlarged_and_one_between_the_steps_keeps_its_own_width(width, offered):
    assert widths(width) == offered


@pytest.mark.parametrize(
    ("width", "height", "downloads"),
    [
        (1600, 900, ["large.jpg"]),
        (1601, 900, ["small.jpg", "large.jpg"]),
        (900, 3000, ["small.jpg", "large.jpg"]),
        (900, 3001, ["small.jpg", "medium.jpg", "large.jpg"]),
    ],
)
def test_a_download_is_offered_only_where_it_is_smaller_than_the_next(width, height, downloads):
    assert [spec.name for spec in wanted(width, height, (50, 50)) if spec.is_download] == downloads


def test_a_picture_too_small_for_a_list_still_has_one_thumbnail():
    assert [name for name in names(90, 400) if name.startswith("t")] == [
        "t160-50x50.avif",
        "t160-50x50.webp",
        "t160-50x50.jpg",
    ]
    assert size_of(parse("t160-50x50.avif"), 90, 400) == (90, 60)


# --- names -----------------------------------------------------------------------------------------------------------


@given(SIDES, SIDES, PERCENT, PERCENT)
def test_every_name_is_read_as_it_is_written(width, height, x, y):
    for spec in wanted(width, height, (x, y)):
        assert parse(spec.name) == spec


@pytest.mark.parametrize(
    "name",
    [
        "", "base", "base.png", "base.jpg ", "Base.jpg", "large.webp", "tiny.jpg", "w640", "w640.png", "w640.JPG",
        "w0640.jpg", "w0.jpg", "w-1.jpg", "w1921.jpg", "w2000.jpg", "w640.jpg\n", "w٦٤٠.jpg", "w640-50x50.jpg",
        "t320.avif", "t320-50x50", "t320-050x50.avif", "t320-50x101.avif", "t320-+5x50.avif", "t321-50x50.avif",
        "t320-50.5x50.avif", "t320-50x50.gif", "../w640.jpg", "w640.jpg/..", "t320-00x50.avif", "t320-50x50.avif?x",
    ],
)  # fmt: skip
def test_a_name_that_we_would_not_write_is_none(name):
    assert parse(name) is None


# --- sizes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("w640.avif", (640, 427)),
        ("base.jpg", (960, 640)),
        ("small.jpg", (1600, 1067)),
        ("large.jpg", (6000, 4000)),
        ("t480-0x0.webp", (480, 320)),
    ],
)
def test_a_rendition_has_the_size_that_its_name_says(name, size):
    assert size_of(parse(name), 6000, 4000) == size


def test_a_tower_is_made_narrower_than_its_name_says():
    assert size_of(parse("w640.jpg"), 1000, 30_000) == (546, 16_383)
    assert size_of(parse("large.jpg"), 1000, 30_000) == (1000, 30_000)


def test_the_longest_side_of_a_portrait_is_its_height():
    assert size_of(parse("base.jpg"), 4000, 6000) == (640, 960)
    assert size_of(parse("w640.jpg"), 4000, 6000) == (640, 960)


@given(SIDES, SIDES, PERCENT, PERCENT)
@example(1, 1, 100, 100)
@example(30_000, 1, 100, 0)
@example(1, 30_000, 0, 100)
def test_no_rendition_is_larger_than_the_picture_or_looks_beyond_its_edges(width, height, x, y):
    for spec in wanted(width, height, (x, y)):
        drawn_width, drawn_height = size_of(spec, width, height)
        assert 1 <= drawn_width <= width
        assert 1 <= drawn_height <= height
        left, top, right, bottom = box_of(spec, width, height)
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height


@given(st.integers(3, 30_000), st.integers(3, 30_000), PERCENT, PERCENT)
def test_a_crop_is_three_to_two_holds_its_point_and_is_as_large_as_can_be(width, height, x, y):
    left, top, right, bottom = box_of(parse(f"t320-{x}x{y}.jpg"), width, height)
    assert abs((right - left) - (bottom - top) * 1.5) <= 1.5
    assert right - left == width or bottom - top == height
    assert left <= width * x / 100 <= right
    assert top <= height * y / 100 <= bottom


@pytest.mark.parametrize(
    ("focal", "box"),
    [
        ((50, 50), (150, 0, 450, 200)),
        ((0, 0), (0, 0, 300, 200)),
        ((60, 10), (210, 0, 510, 200)),
        ((100, 100), (300, 0, 600, 200)),
    ],
)
def test_a_crop_lies_round_its_point(focal, box):
    assert box_of(parse(f"t160-{focal[0]}x{focal[1]}.jpg"), 600, 200) == box


# --- stand-ins -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "available", "shown"),
    [
        ("w640.avif", ["w640.avif", "w640.jpg", "base.jpg"], "w640.avif"),
        ("w640.avif", ["w320.avif", "w960.avif", "w1280.avif", "w640.jpg"], "w960.avif"),
        ("w640.avif", ["w320.avif", "w640.jpg"], "w320.avif"),
        ("w640.avif", ["w640.webp", "w320.jpg"], "w320.jpg"),
        ("w640.jpg", ["w640.avif", "w320.webp"], "w320.webp"),
        ("w640.webp", ["base.jpg"], "base.jpg"),
        ("w1280.jpg", ["base.jpg", "large.jpg"], "base.jpg"),
        ("w1280.jpg", ["large.jpg"], "large.jpg"),
        ("t320-5x5.avif", ["t160-5x5.avif", "t480-5x5.avif", "t320-5x5.jpg"], "t480-5x5.avif"),
        ("t320-5x5.avif", ["t160-5x5.jpg", "w320.avif", "base.jpg"], "t160-5x5.jpg"),
        ("t320-5x5.avif", ["t320-5x6.avif", "base.jpg"], "base.jpg"),
        ("t320-5x5.avif", ["base.jpg", "w640.avif", "w320.avif"], "w320.avif"),
        ("w320.avif", ["t320-5x5.avif"], None),
        ("medium.jpg", ["small.jpg", "large.jpg", "w1920.jpg"], "large.jpg"),
        ("large.jpg", ["small.jpg", "medium.jpg", "base.jpg"], "medium.jpg"),
        ("medium.jpg", ["base.jpg"], "base.jpg"),
        ("medium.jpg", [], None),
    ],
)
def test_what_is_not_made_yet_has_a_stand_in(asked, available, shown):
    found = nearest(parse(asked), specs(*reversed(available)))
    assert found[:1] == ([parse(shown)] if shown else [])
    assert len(found) == len(set(found)) <= len(available)


@given(SIDES, SIDES, PERCENT, PERCENT)
def test_base_stands_in_for_everything(width, height, x, y):
    assert all(nearest(spec, [BASE]) == [BASE] for spec in wanted(width, height, (x, y)))
