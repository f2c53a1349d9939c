"""Pictures on public pages: where they stand, what their elements say, and that every address on a page is answered."""

from __future__ import annotations

import re

import pytest
from lxml import html as lxml_html

from cms.editorial import actions, archive
from cms.models import Recording, Rendition, clock
from cms.public.paragraphs import linked
from cms.public.pictures import SLOTS, Photo, drawn, responsive
from tests.axe import SCHEMES, faults_of
from tests.factories import attach, make_attachment, make_draft, make_image, make_past, make_section, show, stored
from tests.public.real_pictures import take, until_loaded

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r"/media/[0-9a-f]{32}/[^\s\",]+")


def figure(image, alt="Seen", caption="Said"):
    words = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure><img data-image="{image.pk}" alt="{alt}">{words}</figure>'


def published(draft, editor):
    return archive.enter(stored(draft).kind_edition, by=editor, live_from=clock.now())


def tree(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status, path
    return lxml_html.fromstring(response.content.decode())


def words(element):
    return " ".join(element.text_content().split())


# --- The lead picture


def test_the_lead_stands_behind_the_summary_and_is_fetched_first(client, editor):
    draft = make_draft(editor)
    show(draft, make_image(editor, size=(2000, 1333), alt="Hall", caption="In the hall", credit="A. Photographer"))
    page = tree(client, published(draft, editor).get_absolute_url())
    (article,) = page.xpath("//article")
    order = [child.get("class", "").split(" ")[0] for child in article]
    assert order[:4] == ["opening", "picture", "facts", "prose"]
    (lead,) = article.xpath("./figure")
    (image,) = lead.xpath(".//img")
    assert (image.get("alt"), image.get("fetchpriority"), image.get("loading")) == ("Hall", "high", None)
    assert {"u-photo", "u-featured"} <= set(image.get("class").split())
    assert words(lead.find("figcaption")) == "In the hall A. Photographer"
    assert [source.get("type") for source in lead.xpath(".//source")] == ["image/avif", "image/webp"]


def test_sources_name_five_widths_and_the_size_is_known_before_the_picture_comes():
    photo = Photo(key="0" * 32, width=3000, height=2000)
    shown = responsive(photo, SLOTS["lead"])
    widths = [part.split()[-1] for part in shown.sources[0].srcset.split(", ")]
    assert widths == ["320w", "640w", "960w", "1280w", "1920w"]
    assert (shown.width, shown.height) == (784, 523)
    assert shown.src == f"/media/{'0' * 32}/w960.jpg"
    upright = responsive(Photo(key="0" * 32, width=2000, height=3000), SLOTS["lead"])
    assert (upright.width, upright.height) == (427, 640) and "min(427px, " in upright.sizes


def test_a_small_picture_is_offered_in_its_own_width_alone():
    shown = responsive(Photo(key="0" * 32, width=200, height=150), SLOTS["text"])
    assert shown.srcset == f"/media/{'0' * 32}/w200.jpg 200w" and (shown.width, shown.height) == (200, 150)


@pytest.mark.parametrize(("width", "height"), [(1250, 800), (700, 500), (333, 222)])
def test_a_picture_between_the_steps_has_as_many_pixels_as_it_is_shown_in(width, height):
    shown = responsive(Photo(key="0" * 32, width=width, height=height), SLOTS["photo"])
    widest = max(int(part.split()[-1].rstrip("w")) for part in shown.srcset.split(", "))
    assert widest == width and shown.width <= widest


def test_a_decorative_picture_is_silent_and_its_link_is_not(client, editor):
    draft = make_draft(editor)
    show(draft, make_image(editor, alt="", decorative=True, caption=""))
    page = tree(client, published(draft, editor).get_absolute_url())
    (image,) = page.xpath("//figure//img")
    assert image.get("alt") == ""
    assert image.xpath("ancestor::a/@aria-label") == ["Large picture and downloads"]


# --- Pictures in the text


def test_a_picture_in_the_text_has_the_texts_words_and_the_editions_credit(client, editor):
    image = make_image(editor, alt="Library", caption="Library", credit="A. Photographer", terms="Free with credit.")
    body = "<p>One.</p>" + figure(image, "From the text", 'See <a href="https://example.org/">this</a>') + "<p>Two.</p>"
    page = tree(client, published(make_draft(editor, body=body), editor).get_absolute_url())
    (shown,) = page.xpath("//div[contains(@class, 'prose')]/figure")
    (picture,) = shown.xpath(".//img")
    assert (picture.get("alt"), picture.get("loading"), picture.get("data-image")) == ("From the text", "lazy", None)
    assert words(shown.find("figcaption")) == "See this A. Photographer Free with credit."
    assert shown.find("figcaption")[-1].get("href") == f"#{shown.get('id')}", "the link of the figure ends its caption"
    assert "Library" not in words(page.find("body"))


def test_each_picture_of_a_gallery_is_a_figure_with_caption_credit_and_terms(client, editor):
    draft = make_draft(editor)
    show(draft, make_image(editor, caption="The hall", credit="A. Photographer", terms="Free with credit."), "gallery")
    show(draft, make_image(editor, caption="", credit="", terms="For the press alone."), "gallery")
    show(draft, make_image(editor, caption="", credit=""), "gallery")
    gallery = tree(client, published(draft, editor).get_absolute_url()).xpath("//section[@class='gallery']")[0]
    figures = gallery.xpath("./ul/li/figure")
    captions = [words(figure.find("figcaption")) if len(figure.xpath("figcaption")) else "" for figure in figures]
    assert captions == ["The hall A. Photographer Free with credit.", "For the press alone.", ""]
    assert all(len(figure.xpath("./a//img")) == 1 for figure in figures)


def test_a_picture_that_stands_twice_in_a_text_says_each_time_what_the_text_says_there(client, editor):
    image = make_image(editor)
    body = figure(image, "First", "One") + figure(image, "Second", "Two")
    page = tree(client, published(make_draft(editor, body=body), editor).get_absolute_url())
    assert page.xpath("//figure//img/@alt") == ["First", "Second"]


def test_a_picture_in_the_text_has_the_same_elements_as_any_other():
    photo = Photo(key="0" * 32, width=2000, height=1333, url="/page/", alt="Seen")
    html = linked('<figure id="b0001"><img alt="Seen" data-image="7"></figure>', {7: photo})
    (shown,) = lxml_html.fromstring(html).iter("picture")
    expected = lxml_html.fromstring(drawn(photo, "text"))
    assert [(e.tag, dict(e.attrib)) for e in shown.iter()] == [(e.tag, dict(e.attrib)) for e in expected.iter()]


def test_a_figure_without_a_caption_has_its_link_behind_the_picture():
    photo = Photo(key="0" * 32, width=800, height=600, url="/page/")
    shown = lxml_html.fromstring(linked('<figure id="b0001"><img alt="x" data-image="7"></figure>', {7: photo}))
    assert [child.tag for child in shown] == ["a", "a"] and shown[-1].get("href") == "#b0001"


def test_a_picture_that_the_edition_does_not_have_is_left_out_and_its_caption_stays(client, editor):
    body = '<figure><img data-image="987654" alt="x"><figcaption>Still said</figcaption></figure>'
    edition = published(make_draft(editor, body=f"<p>One.</p>{body}"), editor)
    html = client.get(edition.get_absolute_url()).content.decode()
    assert "<picture" not in html and "<figure" not in html and "Still said" in html


def test_a_section_text_shows_its_pictures(client, editor):
    section = make_section("activities")
    image = make_image(editor)
    body = f"<p>About.</p>{figure(image, 'In the section')}"
    draft = make_draft(editor, kind="page", section=section, text_of=section, body=body)
    published(draft, editor)
    page = tree(client, "/en/activities/")
    assert page.xpath("//div[@class='prose']//img/@alt") == ["In the section"]
    (link,) = page.xpath("//div[@class='prose']//a[.//img]/@href")
    assert tree(client, link).xpath("//nav[@class='back']//a/@href") == ["/en/activities/"]


# --- Lists


def test_a_list_shows_leads_without_a_word_and_links_once(client, editor):
    draft = make_draft(editor, title="With")
    show(draft, make_image(editor, alt="Said on the page alone"))
    published(draft, editor)
    make_past(editor, title="Without")
    for path in ("/en/", "/en/news/", "/en/activities/"):
        page = tree(client, path)
        entries = {words(e.xpath(".//*[contains(@class, 'p-name')]")[0]): e for e in page.xpath("//article")}
        (image,) = entries["With"].xpath(".//img")
        assert image.get("alt") == "" and "u-featured" in image.get("class"), path
        met = [a for a in entries["With"].xpath(".//a") if not (a.get("aria-hidden") and a.get("tabindex") == "-1")]
        assert len(met) == 1, path
        assert not entries["Without"].xpath(".//img") and "pictured" not in entries["Without"].get("class"), path
        assert "Said on the page alone" not in page.text_content()


def test_the_newest_item_of_the_home_page_shows_the_whole_picture_at_once(client, editor):
    for _ in range(2):
        draft = make_draft(editor)
        show(draft, make_image(editor, size=(2000, 1333)))
        published(draft, editor)
    first, second = tree(client, "/en/").xpath("//article//img")
    assert "/w" in first.get("src") and first.get("fetchpriority") == "high" and first.get("loading") is None
    assert "/t" in second.get("src") and second.get("loading") == "lazy"
    assert all("/t" in image.get("src") for image in tree(client, "/en/news/").xpath("//article//img"))


# --- Addresses


SIZES = [(2000, 1333), (1333, 2000), (200, 150), (330, 1900), (4000, 900), (3200, 2400)]


@pytest.mark.once
@pytest.mark.parametrize("size", SIZES)
def test_every_address_on_a_page_is_that_of_a_rendition_that_is_made(client, editor, size):
    focal = {"focal_x": 30, "focal_y": 70}
    images = [make_image(editor, size=size, **focal) for _ in range(3)]
    draft = make_draft(editor, body=figure(images[0]))
    for image, role in ((images[1], "lead"), (images[2], "gallery")):
        show(draft, image, role)
    edition = published(draft, editor)
    detail = client.get(edition.get_absolute_url()).content.decode()
    photos = re.findall(r'href="([^"]+/photos/[^"]+)"', detail)
    assert len(photos) == 3
    pages = [detail, *(client.get(path).content.decode() for path in ["/en/", "/en/news/", *photos])]
    addresses = {address for page in pages for address in ADDRESS.findall(page)}
    assert len(addresses) > 15
    for address in addresses:
        response = client.get(address)
        b"".join(response.streaming_content)
        assert response.status_code == 200 and "immutable" in response.headers["Cache-Control"], address


def test_no_page_asks_which_renditions_there_are(client, editor):
    draft = make_draft(editor, body="")
    image = make_image(editor)
    show(draft, image)
    edition = published(draft, editor)
    before = client.get(edition.get_absolute_url()).content
    Rendition.objects.all().delete()
    assert client.get(edition.get_absolute_url()).content == before


def test_pictures_cost_no_query(client, queries, editor):
    images = [make_image(editor) for _ in range(10)]
    make_past(editor)
    plain = make_past(editor, title="Plain")
    costs = {path: queries(client, path) for path in (plain.get_absolute_url(), "/en/", "/en/news/")}
    draft = make_draft(editor, title="Pictured", body="".join(figure(image) for image in images[:4]))
    for image in images[4:]:
        show(draft, image, "gallery")
    show(draft, images[0])
    pictured = published(draft, editor)
    assert queries(client, pictured.get_absolute_url()) == costs.pop(plain.get_absolute_url())
    assert {path: queries(client, path) for path in costs} == costs


# --- In a browser

MEASURE = """() => [...document.images].filter(image => image.closest("picture")).map(image => ({
    chosen: image.currentSrc, shown: image.getBoundingClientRect().width, expected: image.naturalWidth}))"""


@pytest.fixture
def pictured(editor, tmp_path):
    """Addresses of pages with real pictures at every place."""
    from cms.editorial.groups import give_groups_their_permissions

    give_groups_their_permissions()
    wide, upright = take(tmp_path, editor, 1), take(tmp_path, editor, 2, size=(1333, 2000), terms="Free with credit.")
    draft = make_draft(editor, body=f"<p>One.</p>{figure(wide)}<p>Two.</p>{figure(upright, caption='')}")
    for image, role in ((wide, "lead"), (upright, "gallery"), (wide, "gallery")):
        show(draft, image, role)
    for purpose in ("text", "document"):
        attach(draft, make_attachment(editor, purpose=purpose, note="The text above says the same."))
    Recording.objects.create(edition=draft, url="https://video.example.org/1", title="Film", minutes=3)
    actions.settle(draft)
    other = make_draft(editor)
    show(other, upright)
    edition, plain = published(draft, editor), published(other, editor)
    photos = [f"{edition.get_absolute_url()}photos/{image.code}/" for image in (wide, upright)]
    return ["/en/", "/en/news/", edition.get_absolute_url(), plain.get_absolute_url(), *photos]


@pytest.mark.once
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_browsers_choose_what_fits_at_every_width(pictured, styled, browser, live_server):
    """With widths in `srcset`, `naturalWidth` is the width that `sizes` promised: it must be the one of the layout."""
    seen = set()
    for width, ratio in ((360, 1), (360, 2), (768, 1), (1280, 1), (1280, 2), (1920, 1), (1920, 2)):
        viewport = {"width": width, "height": 900}
        context = browser.new_context(base_url=live_server.url, viewport=viewport, device_scale_factor=ratio)
        page = context.new_page()
        for path in pictured:
            page.goto(path)
            until_loaded(page)
            for found in page.evaluate(MEASURE):
                where = (path, width, ratio, found)
                assert found["chosen"].endswith(".avif"), where
                assert abs(found["shown"] - found["expected"]) < 3, where
                pixels = int(re.search(r"/[wt](\d+)", found["chosen"])[1])
                assert pixels >= found["shown"] * ratio * 0.7, where
                assert pixels <= 320 or pixels <= found["shown"] * ratio * 2.1, where
                seen.add(pixels)
        context.close()
    assert seen == {160, 320, 480, 640, 960, 1280, 1920}


@pytest.mark.once
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pages_with_pictures_are_accessible_and_do_not_move(pictured, styled, browser, live_server):
    faults = []
    for width in (360, 1280):
        context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": 900})
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text) if "Security Policy" in message.text else None)
        for path in pictured:
            before = _height_without_pictures(page, path)
            page.goto(path)
            until_loaded(page)
            after = page.evaluate("document.documentElement.scrollHeight")
            if abs(after - before) > 4:  # a picture's pixels are whole, so its height is rounded
                faults.append((path, width, f"{before} pixels high without its pictures, {after} with them"))
            faults.extend((path, *fault) for fault in faults_of(page, [(scheme, width) for scheme in SCHEMES]))
        context.close()
    assert not faults


def _height_without_pictures(page, path):
    """Of the page while its pictures are still on their way."""
    held = []
    page.route("**/media/**", lambda route: held.append(route))
    page.goto(path, wait_until="domcontentloaded")
    page.wait_for_timeout(300)
    height = page.evaluate("document.documentElement.scrollHeight")
    for route in held:
        route.abort()
    page.unroute("**/media/**")
    return height
