"""Pictures from strangers: what is taken and what is not, and what becomes of colours, turns and hidden words."""

import hashlib
import io
import struct
import zlib

import pytest
from PIL import ExifTags, Image, ImageCms, ImageDraw, PngImagePlugin

from cms.media import pictures
from cms.media.pictures import FORMATS
from cms.media.refused import Finding, Refused, describe
from cms.media.renditions import parse, size_of, wanted

RED, GREEN, BLUE, YELLOW = (220, 20, 20), (20, 160, 20), (20, 20, 220), (230, 220, 20)
LARGE = (4000, 1000)  # so wide that it is shrunk while it is decoded; its height costs time and shows nothing more
SECRETS = [b"Secret", b"Exif", b"GPS", b"http://ns.adobe.com", b"ICC_PROFILE", b"Photoshop", b"8BIM"]
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description exif:GPSLatitude="43,15N">'
    b"<dc:creator><rdf:Seq><rdf:li>Secret Author</rdf:li></rdf:Seq></dc:creator>"
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def scene(width=400, height=300, mode="RGB"):
    """Four corners, each with a colour of its own, on a gradient."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(image)
    w, h = width // 4, height // 4
    draw.rectangle((0, 0, w, h), RED)
    draw.rectangle((width - w, 0, width, h), GREEN)
    draw.rectangle((0, height - h, w, height), BLUE)
    draw.rectangle((width - w, height - h, width, height), YELLOW)
    return image.convert(mode)


def encoded(image, name, **settings):
    out = io.BytesIO()
    image.save(out, name, **settings)
    return out.getvalue()


def exif(orientation=1):
    data = Image.Exif()
    data[ExifTags.Base.Orientation] = orientation
    data[ExifTags.Base.Make] = "Secret"
    data[ExifTags.Base.Model] = "Secret X100"
    data[ExifTags.Base.Artist] = "Secret Artist"
    data[ExifTags.Base.ImageDescription] = "Secret description"
    data.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (43.0, 15.0, 0.0)
    return data


@pytest.fixture
def inspect(tmp_path):
    """Give it the bytes of a file: what it is, and its base.jpg as an image."""

    def look(content):
        path, base = tmp_path / "upload", tmp_path / "base.jpg"
        path.write_bytes(content)
        facts = pictures.inspect(path, base)
        return facts, Image.open(io.BytesIO(base.read_bytes()))

    return look


@pytest.fixture
def draw(tmp_path):
    """Give it the bytes of a picture and names: the renditions by name, as images, and what was said of them."""

    def make(content, *names):
        path, into = tmp_path / "original", tmp_path / "made"
        path.write_bytes(content)
        into.mkdir()
        made = pictures.make(path, [parse(name) for name in names], into)
        return {item.spec.name: Image.open(io.BytesIO(item.path.read_bytes())) for item in made}, made

    return make


def colours_of_corners(image):
    image = image.convert("RGB")
    right, bottom = image.width - 4, image.height - 4
    return [image.getpixel(at) for at in ((3, 3), (right, 3), (3, bottom), (right, bottom))]


def near(colour, wanted_colour, within=30):
    return all(abs(a - b) <= within for a, b in zip(colour, wanted_colour, strict=True))


def refusal(inspect, content):
    with pytest.raises(Refused) as refused:
        inspect(content)
    return str(refused.value.reason)


# --- what is taken ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_is_known_by_its_content(inspect, name):
    facts, base = inspect(encoded(scene(1200, 900), name))
    assert (facts.format, facts.width, facts.height, facts.findings) == (name, 1200, 900, ())
    assert (facts.media_type, facts.extension) == FORMATS[name]
    assert (base.format, base.size) == ("JPEG", (960, 720))
    assert all(map(near, colours_of_corners(base), [RED, GREEN, BLUE, YELLOW]))


def test_a_small_picture_is_not_enlarged(inspect):
    facts, base = inspect(encoded(scene(40, 30), "PNG"))
    assert base.size == (facts.width, facts.height) == (40, 30)


@pytest.mark.parametrize("size", [(1, 1), (20_000, 1), (1, 20_000), (7, 3000), (330, 25_000)])
def test_pictures_of_odd_shapes_are_drawn(draw, size):
    width, height = size
    names = [spec.name for spec in wanted(width, height, (100, 0))]
    images, _made = draw(encoded(Image.new("RGB", size, RED), "PNG"), *names)
    assert {name: image.size for name, image in images.items()} == {n: size_of(parse(n), *size) for n in names}
    assert all(near(image.convert("RGB").getpixel((0, 0)), RED) for image in images.values())


def test_a_jpeg_may_have_more_pixels_than_others(inspect):
    flat = Image.new("L", (8_000, 6_500), 128)
    facts, base = inspect(encoded(flat, "JPEG"))
    assert (facts.width, facts.height) == flat.size
    assert base.size == (960, 780)
    assert "too many pixels" in refusal(inspect, encoded(flat, "PNG"))


# --- what is not -----------------------------------------------------------------------------------------------------


def bomb(width, height):
    """A PNG that says it is so large, in a few bytes."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def webp_bomb():
    size = (16_382).to_bytes(3, "little") * 2
    chunk = b"VP8X" + struct.pack("<I", 10) + bytes(4) + size
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"Dear colleagues,", "not a picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "not a picture"),
        (b"<!doctype html><script>alert(1)</script>", "not a picture"),
        (b"%PDF-1.7\n", "not a picture"),
        (b"GIF89a<script>alert(1)</script>", "damaged"),
        (b"GIF89a/*\x00\x00*/=1;alert(1)", "damaged"),
        (encoded(scene(), "BMP"), "not a picture"),
        (encoded(scene(), "TIFF"), "not a picture"),
        (encoded(scene(), "JPEG2000"), "not a picture"),
        (b"\xff\xd8\xff", "damaged"),
        (bomb(12_000, 12_000), "too many pixels"),
        (bomb(200_000, 200_000), "too many pixels"),
        (bomb(30_001, 1), "30,000 pixels"),
        (bomb(1, 30_001), "30,000 pixels"),
        (bomb(100, 100), "damaged"),
        (webp_bomb(), "too many pixels"),
    ],
    ids=lambda part: part if isinstance(part, str) else part[:12].hex(),
)
def test_what_is_no_picture_of_ours_is_refused_in_words(inspect, content, words):
    assert words in refusal(inspect, content)


@pytest.mark.parametrize("part", [0.2, 0.6, 0.95])
@pytest.mark.parametrize("name", FORMATS)
def test_half_a_picture_is_refused(inspect, name, part):
    content = encoded(scene(1200, 900).effect_spread(9), name)
    assert "damaged" in refusal(inspect, content[: int(len(content) * part)])


def test_a_file_that_is_too_large_is_not_even_opened(inspect, monkeypatch):
    monkeypatch.setattr(pictures, "BYTES", 1000)
    assert "larger than 1000" in refusal(inspect, encoded(scene(), "PNG") + bytes(1000))


@pytest.mark.parametrize(("limit", "value"), [("INSPECT_SECONDS", 0.02), ("INSPECT_MEGABYTES", 130)])
def test_a_picture_that_takes_too_much_is_refused_in_words(inspect, monkeypatch, limit, value):
    content = encoded(Image.new("RGB", (6000, 6000)), "PNG")
    inspect(content)
    monkeypatch.setattr(pictures, limit, value)
    assert "too long or too much memory" in refusal(inspect, content)


def test_renditions_of_a_broken_file_are_refused_too(draw):
    with pytest.raises(Refused, match="damaged"):
        draw(encoded(scene(), "PNG")[:900], "large.jpg", "w320.avif")


# --- turned, coloured, transparent, moving ---------------------------------------------------------------------------

# What a camera stores, for each value of the orientation, of a scene that is seen upright.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize(("orientation", "turn"), STORED.items())
def test_a_turned_photograph_is_set_upright(inspect, draw, orientation, turn):
    upright = scene(1200, 800)
    stored = upright if turn is None else upright.transpose(turn)
    content = encoded(stored, "JPEG", exif=exif(orientation), quality=95)
    facts, base = inspect(content)
    images, made = draw(content, "large.jpg", "w640.webp", "t160-0x0.jpg")
    assert (facts.width, facts.height) == (1200, 800)
    assert [(item.width, item.height) for item in made] == [(1200, 800), (640, 427), (160, 107)]
    for image in (base, *images.values()):
        assert all(map(near, colours_of_corners(image), [RED, GREEN, BLUE, YELLOW]))


def test_an_orientation_that_makes_no_sense_is_passed_over(inspect):
    facts, _base = inspect(encoded(scene(), "JPEG", exif=exif(77)))
    assert (facts.width, facts.height) == (400, 300)


def swapped_profile():
    """sRGB with the primaries of red and blue exchanged: what it calls red is blue."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * profile[131], 12)}
    red, blue = tags[b"rXYZ"], tags[b"bXYZ"]
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile)


@pytest.mark.parametrize("size", [(300, 200), LARGE], ids=["small", "large"])
@pytest.mark.parametrize(
    ("name", "mode"), [("JPEG", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGB"), ("AVIF", "RGB")]
)
def test_colours_follow_the_embedded_profile(inspect, draw, name, mode, size):
    content = encoded(Image.new(mode, size, (255, 0, 0)), name, icc_profile=swapped_profile())
    _facts, base = inspect(content)
    images, _made = draw(content, "large.jpg", "w320.avif" if size[0] > 320 else "w300.avif")
    for image in (base, *images.values()):
        assert near(image.convert("RGB").getpixel((50, 50)), (0, 0, 255))


def test_a_profile_that_cannot_be_read_is_passed_over(inspect):
    _facts, base = inspect(encoded(Image.new("RGB", (90, 60), RED), "JPEG", icc_profile=b"no profile" * 50))
    assert near(base.getpixel((50, 50)), RED)


def test_printers_colours_become_screen_colours(inspect):
    _facts, base = inspect(encoded(Image.new("CMYK", (90, 60), (255, 0, 0, 0)), "JPEG"))
    assert base.mode == "RGB"
    assert near(base.getpixel((50, 50)), (0, 255, 255))


def test_sixteen_bits_become_eight_without_being_cut_off(inspect):
    _facts, base = inspect(encoded(Image.new("I;16", (3000, 1000), 30_000), "PNG"))
    assert near(base.getpixel((50, 50)), (117, 117, 117), within=3)


@pytest.mark.parametrize("size", [(600, 400), LARGE], ids=["small", "large"])
@pytest.mark.parametrize(
    ("name", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("GIF", "RGBA"), ("PNG", "LA"), ("WEBP", "RGBA")]
)
def test_what_is_transparent_stays_so_and_is_white_in_jpeg(inspect, draw, name, mode, size):
    image = Image.new("RGBA", size, (0, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, size[0] // 2, size[1]))
    content = encoded(image.quantize() if mode == "P" else image.convert(mode), name)
    _facts, base = inspect(content)
    assert near(base.getpixel((20, 20)), (255, 255, 255), within=5)
    assert near(base.getpixel((base.width - 20, 20)), (0, 0, 0), within=5)
    images, _made = draw(content, "w320.avif", "w320.webp", "w320.jpg")
    assert [image.mode for image in images.values()] == ["RGBA", "RGBA", "RGB"]
    for drawn in (images["w320.avif"], images["w320.webp"]):
        assert drawn.convert("RGBA").getpixel((20, 20))[3] < 10
        assert drawn.convert("RGBA").getpixel((300, 20))[3] > 245
    assert near(images["w320.jpg"].getpixel((20, 20)), (255, 255, 255), within=5)


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_a_moving_picture_the_first_moment_is_shown(inspect, draw, name):
    frames = [Image.new("RGB", (400, 300), colour) for colour in (RED, BLUE, GREEN)]
    content = encoded(frames[0], name, save_all=True, append_images=frames[1:], duration=100)
    facts, base = inspect(content)
    images, _made = draw(content, "w320.webp")
    assert facts.findings == (Finding("frames"),)
    assert near(base.getpixel((50, 50)), RED)
    assert near(images["w320.webp"].getpixel((50, 50)), RED)
    assert getattr(images["w320.webp"], "n_frames", 1) == 1


# --- what is hidden --------------------------------------------------------------------------------------------------


def test_an_editor_is_told_what_a_photograph_says(inspect):
    content = encoded(scene(), "JPEG", exif=exif(), comment=b"Secret comment", xmp=XMP)
    facts, _base = inspect(content)
    assert facts.findings == (
        Finding("gps"),
        Finding("camera", "Secret X100"),
        Finding("author", "Secret Artist, Secret Author"),
        Finding("comment", "Secret comment, Secret description"),
    )
    sentences = [describe(finding) for finding in facts.findings]
    assert "says where it was taken" in sentences[0]
    assert sentences[1].endswith("(Secret X100)")


@pytest.mark.parametrize("name", ["PNG", "WEBP", "AVIF"])
def test_the_place_is_found_in_every_format(inspect, name):
    facts, _base = inspect(encoded(scene(), name, exif=exif()))
    assert [finding.code for finding in facts.findings] == ["gps", "camera", "author", "comment"]


def test_a_place_that_only_xmp_names_is_found(inspect):
    facts, _base = inspect(encoded(scene(), "WEBP", xmp=XMP))
    assert facts.findings == (Finding("gps"), Finding("author", "Secret Author"))


def test_an_embedded_thumbnail_is_found(inspect):
    tiff = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<HI", 0, 14)  # nothing in the first directory
    tiff += (
        struct.pack("<H", 2) + struct.pack("<HHII", 0x0201, 4, 1, 44) + struct.pack("<HHII", 0x0202, 4, 1, 4) + bytes(4)
    )
    facts, _base = inspect(encoded(scene(), "JPEG", exif=tiff + b"\xff\xd8\xff\xd9"))
    assert facts.findings == (Finding("thumbnail"),)


def test_words_in_a_png_are_found_on_one_line(inspect):
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Secret Author")
    texts.add_itxt("Comment", "Secret\x00 line\nСлова\x1b " + "x" * 500)
    texts.add_text("Software", "GIMP")
    facts, _base = inspect(encoded(scene(), "PNG", pnginfo=texts))
    author, comment = facts.findings
    assert author == Finding("author", "Secret Author")
    assert comment.detail.startswith("Secret")
    assert len(comment.detail) <= 200
    assert comment.detail.isprintable()


def test_broken_metadata_does_not_matter(inspect):
    facts, _base = inspect(encoded(scene(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff", xmp=b"\xff<dc:creator>"))
    assert facts.findings == ()


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_nothing_hidden_is_published(inspect, draw, tmp_path, name):
    settings = {"exif": exif(), "xmp": XMP, "icc_profile": swapped_profile()}
    if name == "PNG":
        settings["pnginfo"] = PngImagePlugin.PngInfo()
        settings["pnginfo"].add_text("Comment", "Secret comment")
    if name == "JPEG":
        settings["comment"] = b"Secret comment"
    content = encoded(scene(1800, 1200), name, **settings)
    assert b"Secret" in content
    inspect(content)
    _images, made = draw(content, *[spec.name for spec in wanted(1800, 1200, (50, 50))])
    for path in [tmp_path / "base.jpg", *(item.path for item in made)]:
        written = path.read_bytes()
        assert [secret for secret in SECRETS if secret in written] == []
        image = Image.open(io.BytesIO(written))
        assert not dict(image.getexif())
        assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & set(image.info)


# --- renditions ------------------------------------------------------------------------------------------------------


def test_all_renditions_are_made_and_described_truly(draw):
    specs = wanted(3600, 1200, (20, 80))
    images, made = draw(encoded(scene(3600, 1200), "JPEG"), *[spec.name for spec in specs])
    assert [item.spec for item in made] == specs
    for item in made:
        content = item.path.read_bytes()
        assert (item.size, item.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        image = images[item.spec.name]
        assert image.size == (item.width, item.height) == size_of(item.spec, 3600, 1200)
        assert Image.MIME[image.format] == item.spec.media_type
        if item.spec.crop is None:
            assert all(map(near, colours_of_corners(image), [RED, GREEN, BLUE, YELLOW]))


@pytest.mark.parametrize("size", [(3000, 900), (900, 3000)])
@pytest.mark.parametrize("extension", ["avif", "webp", "jpg"])
def test_what_matters_in_a_picture_is_in_its_crop(draw, size, extension):
    image = Image.new("RGB", size, "white")
    x, y = size[0] * 90 // 100, size[1] * 90 // 100
    ImageDraw.Draw(image).ellipse((x - 40, y - 40, x + 40, y + 40), RED)
    images, _made = draw(encoded(image, "JPEG"), f"t320-90x90.{extension}", f"t320-10x10.{extension}")
    there, elsewhere = (picture.convert("RGB") for picture in images.values())
    assert there.size == (320, 213)
    assert any(near(colour, RED) for _count, colour in there.getcolors(100_000))
    assert not any(near(colour, RED) for _count, colour in elsewhere.getcolors(100_000))


def test_fine_detail_survives_being_shrunk(draw):
    """Single dark lines become an even grey, not a coarse pattern of some kept and some lost."""
    lines = Image.new("L", (3200, 1000), 255)
    for x in range(0, 3200, 4):
        lines.paste(0, (x, 0, x + 1, 1000))
    images, _made = draw(encoded(lines, "PNG"), "w320.jpg")
    darkest, brightest = images["w320.jpg"].convert("L").crop((20, 20, 300, 90)).getextrema()
    assert 180 < darkest <= brightest < 205


def test_nothing_to_make_starts_nothing(draw):
    assert draw(b"no picture") == ({}, [])
