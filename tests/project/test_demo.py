"""The demonstration content: all that was promised is there, its accounts work in DEBUG only, its pictures are ours."""

import tomllib
from datetime import datetime
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from PIL import ExifTags, Image, ImageStat

from cms.management.demo_media import SOURCE
from cms.management.drawing import draw, scenes
from cms.media import pictures
from cms.models import Contact, Edition, Event, Person, Section, State, User, Withdrawal, behind, clock
from cms.text.paragraphs import blocks
from cms.text.plain import word_count

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(scope="module")
def _written(module_db):
    """The demonstration, written once for all that look at it."""
    out = StringIO()
    with override_settings(DEBUG=True):
        call_command("demo", "--no-renditions", stdout=out)
    return out.getvalue()


@pytest.fixture
def demo(_written, db):
    return _written


def count(language, kind, **columns):
    return Edition.objects.live().in_language(language).filter(kind=kind, **columns).count()


def test_it_holds_what_a_newcomer_needs_to_see(demo):
    for language in ("en", "ru"):
        assert count(language, "news") >= 60
        assert count(language, "speech") == 12
        assert count(language, "page") == 8
        assert Section.objects.filter(language=language).count() == 8
        years = {e.dated_on.year for e in Edition.objects.live().in_language(language).listed()}
        assert {2024, 2025} <= years
        states = set(Edition.objects.filter(language=language).values_list("state", flat=True))
        assert states == set(State.values)
        assert Edition.objects.scheduled().filter(language=language).count() >= 1
        assert Edition.objects.filter(language=language).exclude(returned_with="").count() == 1
        assert Edition.objects.filter(language=language, live_until__isnull=False, number=1).count() >= 2
    assert Withdrawal.objects.count() == 2
    assert max(word_count(e.body) for e in Edition.objects.live().filter(kind="speech")) >= 2400
    assert any(person.posts.count() == 2 for person in Person.objects.all())


def test_events_tie_texts_together_and_somebody_can_be_called(demo):
    for language in ("en", "ru"):
        live = Edition.objects.live().in_language(language).listed()
        tied = Event.objects.in_language(language).that_have(live.announcing()).that_have(live.filter(genre="report"))
        assert tied.that_have(live.filter(kind="speech")).count() >= 2
        assert all(e.kind_edition.happens_on for e in live.filter(genre="announcement", event__isnull=False))
        contacts = Contact.objects.shown().filter(language=language)
        assert contacts.filter(section=None).count() == 2 and contacts.exclude(section=None).count() == 1


def test_a_correction_replaced_what_was_wrong(demo):
    corrected = Edition.objects.live().filter(number=2)
    assert corrected.count() >= 4
    for edition in corrected:
        assert edition.public_note
        first = edition.publication.editions.get(number=1)
        assert first.body != edition.body
        assert first.live_until == edition.live_from
        assert edition.published_at == first.live_from


def test_translations_follow_their_originals_paragraph_by_paragraph(demo):
    live = {(e.publication.translation_group, e.language): e for e in Edition.objects.live().with_frame()}
    made = [edition for edition in live.values() if edition.translated_from_id]
    assert len(made) * 2 == len(live)
    assert {edition.language for edition in made} == {"en", "ru"}
    lagging = []
    for edition in made:
        source = edition.translated_from
        assert [b.id for b in blocks(edition.body)] == [b.id for b in blocks(source.body)]
        if behind(source.publication.editions.all(), source, clock.now()):
            lagging.append(edition)
    assert [edition.kind for edition in lagging] == ["speech"]


def test_it_is_written_once(demo, settings):
    settings.DEBUG = True
    before = Edition.objects.count()
    call_command("demo", "--once", stdout=StringIO())
    with pytest.raises(CommandError, match="content already"):
        call_command("demo", stdout=StringIO())
    assert Edition.objects.count() == before


def test_passwords_are_shown_once_and_work_in_debug_only(demo, settings, client):
    password = next(line.split()[1] for line in demo.splitlines() if line.strip().startswith("editor "))
    assert not client.login(username="editor", password=password)
    settings.DEBUG = True
    assert client.login(username="editor", password=password)
    assert client.get("/admin/").status_code == 200
    settings.DEBUG = False
    assert client.get("/admin/").status_code == 302


def test_an_account_of_somebody_is_never_taken_over(db, settings):
    settings.DEBUG = True
    User.objects.filter(username="moderator").delete()
    User.objects.create_user("moderator", password="theirs")
    with pytest.raises(CommandError, match="belongs to somebody"):
        call_command("demo", "--passwords", stdout=StringIO())
    assert User.objects.get(username="moderator").check_password("theirs")


# --- The scenes


@pytest.fixture(scope="module")
def rows():
    return {row["name"]: row for row in tomllib.loads(SOURCE.read_text(encoding="utf-8"))["picture"]}


def asked(row):
    return row["name"], row["taken_at"], tuple(row["position"]) if "position" in row else None


def drawn(row):
    """As the demonstration asks for it, which had it drawn for all that look at it here."""
    return draw(*asked(row))


@pytest.mark.parametrize("name", scenes())
def test_a_scene_is_a_large_picture_with_something_on_it(rows, name):
    picture = Image.open(BytesIO(drawn(rows[name])))
    assert picture.format == "JPEG"
    assert picture.mode == "RGB"
    assert max(picture.size) >= 2000
    assert min(picture.size) >= 900
    halves = [picture.crop(box) for box in _halves(picture.size)]
    assert all(max(ImageStat.Stat(half).stddev) > 12 for half in halves)  # nowhere one flat colour
    assert len(set(picture.resize((50, 50)).convert("P", palette=Image.Palette.ADAPTIVE).tobytes())) > 60


def _halves(size):
    wide, high = size
    return (0, 0, wide, high // 2), (0, high // 2, wide, high)


def test_no_two_scenes_are_alike_and_some_stand_upright(rows):
    opened = {name: Image.open(BytesIO(drawn(rows[name]))) for name in scenes()}
    sizes = {name: picture.size for name, picture in opened.items()}
    assert len(sizes) >= 14
    assert len({picture.tobytes() for picture in opened.values()}) == len(sizes)
    assert sum(wide < high for wide, high in sizes.values()) in (1, 2)
    assert sum(wide > 2 * high for wide, high in sizes.values()) == 1


@pytest.mark.parametrize("name", ["mirror_lake", "plenary", "ice_core", "routes"])
def test_a_scene_is_the_same_every_time(rows, name):
    assert draw.__wrapped__(*asked(rows[name])) == drawn(rows[name])


def test_an_editor_is_told_where_the_camp_was_photographed(rows, tmp_path):
    row = next(row for row in rows.values() if "position" in row)
    content = drawn(row)
    (tmp_path / row["file_name"]).write_bytes(content)
    facts = pictures.inspect(tmp_path / row["file_name"], tmp_path / "base.jpg")
    assert {finding.code for finding in facts.findings} == {"gps", "camera"}
    exif = Image.open(BytesIO(content)).getexif()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    for named, degrees in zip((ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLongitude), row["position"], strict=True):
        d, m, s = gps[named]
        assert float(d + m / 60 + s / 3600) == pytest.approx(degrees, abs=1e-4)
    taken = exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal]
    assert datetime.strptime(taken, "%Y:%m:%d %H:%M:%S") == row["taken_at"]


def test_other_pictures_do_not_say_where_they_were_taken(rows):
    assert sum("position" in row for row in rows.values()) == 1
    assert not Image.open(BytesIO(drawn(rows["city"]))).getexif().get_ifd(ExifTags.IFD.GPSInfo)
