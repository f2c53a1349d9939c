"""The page of a photo: large, with all that is known of it, for as long as an edition that shows it may be read."""

from __future__ import annotations

from datetime import date

import pytest
from lxml import html as lxml_html

from cms.editorial import actions, archive
from cms.models import Rendition, clock
from tests.factories import make_draft, make_image, make_next, make_past, make_scheduled, make_section, show, stored

pytestmark = pytest.mark.django_db


def figure(image):
    return f'<figure><img data-image="{image.pk}" alt="In the text"></figure>'


def page_of(edition, image):
    return f"{edition.get_absolute_url()}photos/{image.code}/"


def published(draft, editor):
    return archive.enter(stored(draft).kind_edition, by=editor, live_from=clock.now())


def tree(client, path):
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return lxml_html.fromstring(response.content.decode())


def words(element):
    return " ".join(element.text_content().split())


@pytest.fixture
def images(editor):
    return [make_image(editor, size=(4000, 3000), alt=f"Photo of {n}", caption=f"Caption {n}") for n in range(4)]


@pytest.fixture
def edition(editor, images):
    """A lead, two in the gallery and one in the text."""
    draft = make_draft(
        editor, title="The opening", section=make_section("council"), body=f"<p>x</p>{figure(images[3])}"
    )
    about = {"people": "A. One, B. Two", "place": "Bishkek", "terms": "Free.", "taken_on": date(2025, 5, 19)}
    for image, role in zip(images, ("lead", "gallery", "gallery"), strict=False):
        show(draft, image, role, credit="Press", **about)
    return published(draft, editor)


def after(edition, editor, moderator, change):
    """The next edition, approved, with a change."""
    draft = make_next(stored(edition), by=editor)
    change(draft)
    draft = stored(draft)
    draft = actions.save(draft.kind_edition, by=editor, version=draft.version)
    actions.settle(draft)
    waiting = actions.submit(draft, by=editor)
    return actions.approve(waiting, by=moderator, digest=waiting.compute_digest())


def without_pictures(draft):
    draft.picture_rows.all().delete()
    type(draft).objects.filter(pk=draft.pk).update(body="<p>No picture any more.</p>")


def test_it_says_all_that_is_known_and_offers_three_sizes(client, edition, images):
    page = tree(client, page_of(edition, images[1]))
    assert [words(h) for h in page.xpath("//h1")] == ["The opening"]
    assert page.xpath("//link[@rel='canonical']/@href") == ["http://testserver" + page_of(edition, images[1])]
    assert [words(x) for x in page.xpath("//main//dd")] == [
        "A. One, B. Two",
        "Bishkek",
        "19 May 2025",
        "Press",
        "Free.",
    ]
    assert words(page.xpath("//figcaption")[0]) == "Caption 1"
    (image,) = page.xpath("//main//picture//img")
    assert image.get("alt") == "Photo of 1" and image.get("loading") is None
    sizes = [words(item) for item in page.xpath("//section[@class='downloads']//li")]
    bytes_of = dict(Rendition.objects.filter(file=images[1].file).values_list("spec", "size"))
    small, medium, large = (bytes_of[f"{name}.jpg"] for name in ("small", "medium", "large"))
    assert [size.replace("\xa0", " ") for size in sizes] == [
        f"Small 1600 × 1200 pixels, {small} bytes, JPEG",
        f"Medium 3000 × 2250 pixels, {medium} bytes, JPEG",
        f"Large 4000 × 3000 pixels, {large} bytes, JPEG",
    ]
    for address in page.xpath("//section[@class='downloads']//a/@href"):
        response = client.get(address)
        assert response.headers["Content-Disposition"].startswith("attachment"), address
        b"".join(response.streaming_content)
    assert page.xpath("//nav[@class='back']//a/@href") == [edition.get_absolute_url()]
    assert edition.get_absolute_url() in page.xpath("//nav[@class='breadcrumb']//a/@href")


def test_the_sizes_are_those_of_the_photo_and_not_of_its_neighbours(client, edition, images):
    Rendition.objects.filter(file=images[1].file, spec="large.jpg").update(size=5_000_000)
    offered = [tree(client, page_of(edition, image)).xpath("//section[@class='downloads']")[0] for image in images[:3]]
    assert ["4.8 MB" in words(section).replace("\xa0", " ") for section in offered] == [False, True, False]


def test_a_size_that_is_not_made_yet_is_offered_without_its_bytes(client, edition, images):
    Rendition.objects.filter(spec="medium.jpg").delete()
    sizes = [
        words(item) for item in tree(client, page_of(edition, images[1])).xpath("//section[@class='downloads']//li")
    ]
    assert sizes[1].replace("\xa0", " ") == "Medium 3000 × 2250 pixels, JPEG"


def test_one_leafs_through_the_lead_and_the_gallery_and_no_further(client, edition, images):
    path, seen = page_of(edition, images[0]), []
    while path:
        page = tree(client, path)
        seen.append((page.xpath("//picture//img/@alt")[0], words(page.xpath("//p[@class='label']")[0])))
        path = next(iter(page.xpath("//a[@rel='next']/@href")), None)
    assert seen == [(f"Photo of {n}", f"Photo {n + 1} of 3") for n in range(3)]
    assert page.xpath("//a[@rel='prev']/@href") == [page_of(edition, images[1])]
    alone = tree(client, page_of(edition, images[3]))
    assert words(alone.xpath("//p[@class='label']")[0]) == "Photo" and not alone.xpath("//a[@rel]/@rel[.='next']")
    assert alone.xpath("//picture//img/@alt") == ["In the text"]


def test_the_text_links_to_each_of_its_photos(client, edition, images):
    links = tree(client, edition.get_absolute_url()).xpath("//article//a[.//img]/@href")
    assert links == [page_of(edition, images[n]) for n in (0, 3, 1, 2)]


def test_any_slug_and_section_lead_to_the_canonical_address(client, edition, images):
    code = edition.publication.code
    for path in (f"/en/elsewhere/{code}/photos/{images[1].code}/", f"/en/council/x-{code}/photos/{images[1].code}/"):
        response = client.get(path)
        assert (response.status_code, response.headers["Location"]) == (301, page_of(edition, images[1])), path
    careless = page_of(edition, images[1]).rstrip("/").upper()
    assert client.get(careless).headers["Location"] == page_of(edition, images[1])


def test_a_photo_of_an_earlier_edition_stays_and_says_so(client, edition, images, editor, moderator):
    newer = after(edition, editor, moderator, without_pictures)
    page = tree(client, page_of(edition, images[1]))
    assert "belongs to edition 1, an earlier text" in words(page.find("body"))
    assert page.xpath("//nav[@class='back']//a/@href") == [edition.get_edition_url()]
    assert newer.get_absolute_url() in page.xpath("//aside//a/@href")
    assert f"/photos/{images[1].code}/" not in client.get(newer.get_absolute_url()).content.decode()


def test_a_photo_says_what_the_live_edition_says_of_it(client, edition, images, editor, moderator):
    newer = after(
        edition, editor, moderator, lambda d: d.picture_rows.filter(role="gallery").update(caption="Corrected")
    )
    page = tree(client, page_of(newer, images[1]))
    assert words(page.xpath("//figcaption")[0]) == "Corrected" and "earlier text" not in page.text_content()


@pytest.mark.parametrize("mode", ["gone", "redirect", "notice"])
def test_a_photo_answers_as_its_text_does_when_that_is_taken_down(client, edition, images, editor, moderator, mode):
    target = make_past(editor).publication if mode == "redirect" else None
    actions.withdraw(stored(edition), by=moderator, mode=mode, comment="Wrong people.", redirect_to=target)
    text, photo = client.get(edition.get_absolute_url()), client.get(page_of(edition, images[1]))
    assert photo.status_code == text.status_code == {"gone": 410, "redirect": 302, "notice": 200}[mode]
    assert photo.headers.get("Location") == text.headers.get("Location")
    if mode == "gone":
        assert photo.content == text.content
    if mode == "notice":
        assert "Wrong people." in photo.content.decode()


def test_what_was_taken_down_stays_down_when_a_better_text_comes(client, edition, images, editor, moderator):
    actions.withdraw(stored(edition), by=moderator, mode="gone", comment="Wrong people.")
    after(edition, editor, moderator, without_pictures)
    response = client.get(page_of(edition, images[1]))
    assert response.status_code == 410 and "Wrong people." in response.content.decode()
    assert images[1].file.key not in response.content.decode()


def test_a_photo_that_was_never_public_never_was(client, editor, moderator, images):
    hidden = make_draft(editor, body="<p>x</p>")
    show(hidden, images[0])
    live = make_past(editor)
    following = make_next(live, by=editor)
    show(following, images[1])
    scheduled = make_scheduled(editor, moderator, body=f"<p>x</p>{figure(images[2])}")
    nothing = client.get("/en/nothing/").content
    for path in (
        page_of(hidden, images[0]),
        page_of(live, images[1]),
        page_of(live, images[3]),
        page_of(scheduled, images[2]),
        f"{live.get_absolute_url()}photos/7kq2m4x/",
    ):
        response = client.get(path)
        assert (response.status_code, response.content) == (404, nothing), path


def test_previews_show_photos_to_staff_alone(client, editor, outsider, images):
    draft = make_draft(editor, title="Secret", body=f"<p>x</p>{figure(images[3])}")
    show(draft, images[0])
    preview = f"/preview/{draft.publication.code}/{draft.number}/"
    path = f"{preview}photos/{images[0].code}/"
    nothing = client.get("/preview/7kq2m4x/1/")
    assert (client.get(path).status_code, client.get(path).content) == (404, nothing.content)
    client.force_login(outsider)
    assert client.get(path).content == nothing.content
    client.force_login(editor)
    response = client.get(path)
    html = response.content.decode()
    assert response.status_code == 200 and "Only staff can see this page" in html and 'rel="canonical"' not in html
    assert response.headers["Cache-Control"] == "no-store" and "noindex" in response.headers["X-Robots-Tag"]
    assert "bytes" in html and f'href="{preview}"' in html
    links = tree(client, preview).xpath("//article//a[.//img]/@href")
    assert links == [path, f"{preview}photos/{images[3].code}/"]
    assert client.get(f"{preview}photos/7kq2m4x/").status_code == 404


def test_a_photo_page_costs_as_much_for_one_photo_as_for_many(client, queries, edition, images, editor, moderator):
    assert queries(client, page_of(edition, images[1])) == 4  # identity, sections, editions, sizes
    draft = make_draft(editor)
    for image in [make_image(editor) for _ in range(12)]:
        show(draft, image, "gallery")
    many = published(draft, editor)
    assert queries(client, page_of(many, image)) == 4
    after(edition, editor, moderator, without_pictures)
    assert queries(client, page_of(edition, images[1])) == 6  # + which edition shows it, and its text
