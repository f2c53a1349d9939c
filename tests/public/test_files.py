"""Documents and recordings on a page, and what the page of changes says of them and of pictures."""

from __future__ import annotations

import re

import pytest
from lxml import html as lxml_html

from cms.editorial import actions, archive
from cms.models import AttachedFile, Recording, clock
from cms.public.files import Recording as Told
from tests.factories import attach, make_attachment, make_draft, make_image, make_next, make_stored, show, stored

pytestmark = pytest.mark.django_db


def published(draft, editor):
    return archive.enter(stored(draft).kind_edition, by=editor, live_from=clock.now())


def tree(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return lxml_html.fromstring(response.content.decode())


def words(element):
    return " ".join(element.text_content().replace("\xa0", " ").split())


def record(draft, **columns):
    values = {"medium": "video", "url": "https://www.video.example.org/watch?v=1", "title": "The opening", **columns}
    Recording.objects.create(edition=draft, position=Recording.objects.count(), **values)
    actions.settle(draft)


# --- On the page


def test_a_document_says_what_it_is_before_it_is_fetched(client, editor):
    draft = make_draft(editor)
    report = make_attachment(
        editor, title="Отчёт", file_name="Годовой отчёт.pdf", language="ru", note="The text above says the same."
    )
    attach(draft, report)
    page = tree(client, published(draft, editor).get_absolute_url())
    (section,) = page.xpath("//section[@aria-labelledby='documents']")
    size = report.file.size
    assert words(section) == f"Documents Отчёт PDF, {size} bytes, 3 pages, Russian The text above says the same."
    (link,) = section.xpath(".//a")
    assert (link.get("hreflang"), link.get("type")) == ("ru", "application/pdf")
    assert link.get("href") == f"/media/{report.file.key}/godovoi-otchet.pdf"
    response = client.get(link.get("href"))
    assert response.status_code == 200 and b"".join(response.streaming_content)


def test_a_document_in_the_pages_own_language_says_so_too(client, editor):
    draft = make_draft(editor)
    attach(draft, make_attachment(editor))
    (section,) = tree(client, published(draft, editor).get_absolute_url()).xpath("//section[@class='files']")
    assert "PDF" in words(section) and "English" in words(section)


def test_the_text_as_a_file_stands_apart_from_documents(client, editor):
    draft = make_draft(editor)
    attach(draft, make_attachment(editor, title="An annex"))
    attach(draft, make_attachment(editor, title="The speech", purpose="text"))
    page = tree(client, published(draft, editor).get_absolute_url())
    sections = [[words(x) for x in s.xpath(".//h2 | .//a")] for s in page.xpath("//section[@class='files']")]
    assert sections == [["The text of this page as a file", "The speech"], ["Documents", "An annex"]]


def test_a_page_without_any_has_no_empty_headings(client, editor):
    page = tree(client, published(make_draft(editor), editor).get_absolute_url())
    assert not page.xpath("//article//section") and not page.xpath("//article//figure")


def test_a_recording_is_a_link_that_says_where_it_leads(client, editor):
    draft = make_draft(editor)
    record(draft, minutes=72, seconds=20, language="Russian", captioned=True)
    record(draft, medium="audio", url="http://radio.example.org/2", title="Interview", minutes=3)
    response = client.get(published(draft, editor).get_absolute_url())
    html = response.content.decode()
    (section,) = lxml_html.fromstring(html).xpath("//section[@class='files']")
    assert [words(item) for item in section.xpath(".//li")] == [
        "The opening Video, 1 h 12 min 20 s, Russian, with captions Leads to another site: video.example.org",
        "Interview Sound recording, 3 min Leads to another site: radio.example.org",
    ]
    assert {a.get("rel") for a in section.xpath(".//a")} == {"external noopener"}
    assert not re.search(r"<(iframe|video|audio|embed|object)\b", html)
    assert not re.search(r'(src|srcset)="https?:', html), "a page asks nobody else for anything"


@pytest.mark.parametrize(
    ("minutes", "seconds", "told"),
    [(0, 0, ""), (0, 45, "45 s"), (3, 0, "3 min"), (60, 0, "1 h"), (59, 60, "1 h"), (0, 125, "2 min 5 s")],
)
def test_a_duration_in_words(minutes, seconds, told):
    assert Told(url="https://example.org/", title="x", minutes=minutes, seconds=seconds).duration == told


def test_a_video_without_captions_says_so_and_a_sound_recording_need_not():
    video, sound = (Told(url="https://example.org/", title="x", medium=medium) for medium in ("video", "audio"))
    assert video.particulars == "Video, without captions" and sound.particulars == "Sound recording"


# --- What changed


@pytest.fixture
def changes(client, editor, moderator):
    """Give it an edition and what to do with the draft of the next: what the page of changes says, by name."""

    def of(first, change):
        draft = make_next(stored(first), by=editor)
        change(draft)
        draft = stored(draft)
        draft = actions.save(draft.kind_edition, by=editor, version=draft.version)
        actions.settle(draft)
        waiting = actions.submit(draft, by=editor)
        second = actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
        html = client.get(second.get_changes_url(1)).content.decode()
        assert "{&#x27;" not in html and "&quot;key&quot;" not in html, "JSON is no language"
        rows = lxml_html.fromstring(html).xpath("//dl[@class='changed-facts']/div")
        told = {}
        for row in rows:
            before, after = (" ".join(words(x) for x in row.xpath(f".//{tag}")) for tag in ("del", "ins"))
            value = f"{before} → {after}".strip() if before or after else words(row.find("dd"))
            told.setdefault(words(row.find("dt")), []).append(value)
        return told

    return of


@pytest.fixture
def first(editor):
    draft = make_draft(editor)
    for n, role in enumerate(("lead", "gallery", "gallery")):
        show(draft, make_image(editor, alt=f"Seen {n}", caption=f"Said {n}"), role)
    attach(draft, make_attachment(editor, title="Report", file_name="Report.pdf"))
    record(draft)
    return published(draft, editor)


def test_nothing_changed_says_nothing(first, changes):
    assert changes(first, lambda draft: None) == {}


def test_what_came_and_went_is_named(first, changes, editor):
    def change(draft):
        draft.picture_rows.filter(alt="Seen 1").delete()
        draft.attachedfile_rows.all().delete()
        draft.recording_rows.all().delete()
        show(draft, make_image(editor, alt="", decorative=True, caption=""), "gallery")
        attach(draft, make_attachment(editor, title="Annex"))

    assert changes(first, change) == {
        "Photos": ["Seen 1 →", "→ decorative picture"],
        "Documents": ["Report →", "→ Annex"],
        "Video and audio": ["The opening →"],
    }


def test_another_lead_is_told_as_one_change(first, changes, editor):
    def change(draft):
        draft.picture_rows.filter(role="lead").delete()
        show(draft, make_image(editor, alt="Another"))

    assert changes(first, change) == {"Lead picture": ["Seen 0 → Another"]}


def test_words_of_a_picture_are_told_one_by_one(first, changes):
    def change(draft):
        row = draft.picture_rows.get(role="lead")
        row.caption, row.alt, row.credit = "Corrected", "", "Somebody else"
        row.decorative = True
        row.save()

    assert changes(first, change) == {
        "Lead picture: alternative text": ["Seen 0 → decorative picture"],
        "Lead picture: caption": ["Said 0 → Corrected"],
        "Lead picture: credit": ["Press office → Somebody else"],
    }


def test_a_replaced_file_is_told_though_its_words_are_the_same(first, changes):
    def change(draft):
        for row in (draft.picture_rows.get(role="lead"), draft.attachedfile_rows.get()):
            row.file = make_stored(b"newer " + row.sha256.encode(), width=800, height=600)
            row.sha256 = row.file.sha256
            row.save()

    assert changes(first, change) == {
        "Lead picture": ["Picture replaced: Seen 0"],
        "Documents": ["Document replaced: Report"],
    }


def test_another_order_and_another_cut_are_told(first, changes):
    def change(draft):
        one, two = draft.picture_rows.filter(role="gallery").order_by("position")
        one.position, two.position = two.position, one.position
        one.focal_x = 10
        one.save()
        two.save()

    assert changes(first, change)["Photos"] == ["Picture cut in another way for lists: Seen 1", "Put in another order."]


def test_a_document_that_is_renamed_is_the_same_document(first, changes):
    def change(draft):
        AttachedFile.objects.filter(edition=draft.pk).update(title="Annual report", language="ru")

    assert changes(first, change) == {
        "Documents: title": ["Report → Annual report"],
        "Documents: language": ["English → Russian"],
    }


def test_a_picture_of_the_text_tells_only_what_the_text_does_not(changes, editor):
    image = make_image(editor, credit="First")
    body = '<p>One.</p><figure><img data-image="%d" alt="%s"><figcaption>Said</figcaption></figure>'
    edition = published(make_draft(editor, body=body % (image.pk, "Seen")), editor)

    def change(draft):
        draft.picture_rows.update(credit="Second")
        type(draft).objects.filter(pk=draft.pk).update(body=body % (image.pk, "Seen anew"))

    assert changes(edition, change) == {"In the text: credit": ["First → Second"]}


def test_a_language_is_named_in_the_readers_language(client, editor):
    draft = make_draft(editor, language="ru")
    attach(draft, make_attachment(editor, language="en"))
    edition = published(draft, editor)
    (section,) = tree(client, edition.get_absolute_url()).xpath("//section[@class='files']")
    assert words(section).endswith("английский")
