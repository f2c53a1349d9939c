"""The page budget: what a page weighs as it is sent, in Russian, whose letters are two bytes each.

HTML and stylesheets of a list of twenty and of a speech of 2,500 words, and all of home but its pictures: 30 kB
compressed each. Scripts: 5 kB in all. No font, nothing from elsewhere. Pictures: 250 kB of a list of twenty.
"""

from __future__ import annotations

from itertools import chain
from urllib.parse import urlsplit

import brotli
import pytest
from django.contrib.staticfiles import finders
from lxml import html

from cms.editorial import actions, archive
from cms.management.demo_content import read
from cms.management.light import to_html
from cms.models import Contact, Identity, Person, Related, clock
from tests.factories import (
    attach,
    make_attachment,
    make_draft,
    make_event,
    make_image,
    make_next,
    make_person,
    make_section,
    show,
    stored,
)
from tests.public.real_pictures import take, until_loaded

BUDGET = 30_000  # bytes of a page and its stylesheets, compressed
SCRIPTS = 5_000  # bytes of all scripts of public pages, not compressed
pytestmark = [pytest.mark.once]
LIMIT = 250_000  # bytes
DRAWN = 4  # different pictures: each stands for five of the twenty
CHOSEN = "() => [...document.images].filter(i => i.closest('picture')).map(i => i.currentSrc)"


@pytest.fixture
def twenty(editor, tmp_path):
    from cms.editorial.groups import give_groups_their_permissions

    give_groups_their_permissions()
    images = [take(tmp_path, editor, seed) for seed in range(1, DRAWN + 1)]
    for n in range(20):
        draft = make_draft(
            editor, title=f"Item {n}: a headline of an ordinary length for a press office", summary="Words " * 30
        )
        show(draft, images[n % DRAWN])
        archive.enter(stored(draft).kind_edition, by=editor, live_from=clock.now())


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_list_of_twenty_pictures_is_light(twenty, styled, browser, live_server):
    for width, ratio in ((1280, 1), (390, 3)):
        _is_light(browser, live_server, width, ratio)


def _is_light(browser, live_server, width, ratio):
    viewport = {"width": width, "height": 900}
    context = browser.new_context(base_url=live_server.url, viewport=viewport, device_scale_factor=ratio)
    page = context.new_page()
    answers = {}
    page.on("response", lambda response: answers.setdefault(response.url, response))
    page.goto("/en/news/")
    until_loaded(page)
    chosen = page.evaluate(CHOSEN)
    page.wait_for_load_state("networkidle")  # reading a body lets events in, and a late icon would come among them
    bodies = {url: len(answer.body()) for url, answer in list(answers.items())}
    context.close()
    assert len(chosen) == 20 and len(set(chosen)) == DRAWN and all(url.endswith(".avif") for url in chosen)
    pictures = sum(bodies.pop(url) for url in set(chosen)) * 20 // DRAWN
    total = pictures + sum(bodies.values())
    assert pictures > 20 * 1000, "these are no photographs"
    assert not any(url.endswith(".css") for url in bodies)
    assert total < LIMIT, (total, pictures, bodies)


# --- HTML, styles, scripts

WORDS = 2500
TEXTS = [row for name in ("news-1", "news-2") for row in read(f"{name}.toml")["item"]]
SPEECHES = read("speeches.toml")["speech"]


@pytest.fixture
def office(editor, moderator):
    """An office that writes Russian: 24 items of news with pictures, and a long speech with all that a page can show.

    Returns the speech.
    """
    Identity.objects.create(language="ru", name="Секретариат Совета", short_name="Секретариат", tagline="Тексты и даты")
    section = make_section("sekretariat/vystupleniia", language="ru", title="Выступления")
    event = make_event("Парламентская конференция", language="ru", place="Бишкек")
    for n in range(3):
        Contact.objects.create(
            language="ru", name=f"Отдел печати {n}", mail="desk@example.org", phone="+996 312 000000"
        )
    pictures = [make_image(editor, size=(2000, 1333), language="ru", alt=text["title_ru"]) for text in TEXTS[:8]]
    news = [_item(editor, section, event, text, pictures[n % 8]) for n, text in enumerate(TEXTS[:24])]
    draft = make_draft(
        editor, kind="speech", language="ru", section=section, event=event, speakers=_people(), **_long()
    )
    for picture in pictures:
        show(draft, picture, role="gallery")
    show(draft, pictures[0])
    for text in TEXTS[:3]:
        attach(draft, make_attachment(editor, language="ru", title=text["title_ru"]))
    for position, item in enumerate(news[:4]):
        Related.objects.create(edition=draft, publication=item.publication, title=item.title, position=position)
    actions.settle(draft)
    edition = archive.enter(stored(draft).kind_edition, by=editor, live_from=clock.now())
    for text in TEXTS[4:8]:
        draft = actions.submit(make_next(edition, by=editor, public_note=text["summary_ru"]), by=editor)
        edition = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    return edition


def _people():
    return [
        make_person(name, post="Генеральный секретарь", language="ru") for name in ("Айгерим Садыкова", "Болот Асанов")
    ]


def _item(editor, section, event, text, picture):
    words = {"title": text["title_ru"], "summary": text["summary_ru"], "place": "Бишкек", "event": event}
    draft = make_draft(editor, language="ru", section=section, genre="statement", **words)
    show(draft, picture)
    return archive.enter(stored(draft).kind_edition, by=editor, live_from=clock.now())


def _long():
    """A text of WORDS words, none of them twice: what repeats itself is compressed away."""
    paragraphs = chain.from_iterable(text["body_ru"].split("\n\n") for text in [*SPEECHES, *TEXTS])
    chosen, words = [], 0
    while words < WORDS:
        chosen.append(next(paragraphs))
        words += len(chosen[-1].split())
    text = {"title": SPEECHES[0]["title_ru"], "summary": SPEECHES[0]["summary_ru"], "place": "Бишкек"}
    return {**text, "body": to_html("\n\n".join(chosen))}


def weights(client, path):
    """Bytes of a page, its style within it: (gzip as it is sent, brotli as a proxy would send it)."""
    plain, sent = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})
    assert plain.status_code == 200 and sent.headers["Content-Encoding"] == "gzip", path
    assert not html.fromstring(plain.content.decode()).xpath("//link[@rel='stylesheet']"), path
    return len(sent.content), len(brotli.compress(plain.content, quality=4))


def _static(client, href):
    if not href.startswith("/static/"):
        return client.get(href).content
    with open(finders.find(href.removeprefix("/static/")), "rb") as file:
        return file.read()


@pytest.mark.django_db
def test_a_list_a_speech_and_home_keep_to_30_kB_with_their_styles(client, office):
    pages = {"list": "/ru/news/", "speech": office.get_absolute_url(), "home": "/ru/"}
    found = {name: weights(client, path) for name, path in pages.items()}
    print(*(f"{name}: gzip {gz:,}, brotli {br:,} bytes" for name, (gz, br) in found.items()), sep="\n")
    assert client.get(pages["list"]).content.count(b"<picture") == 20
    assert client.get(pages["speech"]).content.count(b"<picture") == 9
    assert max(chain.from_iterable(found.values())) <= BUDGET, found


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pages_ask_for_no_font_nothing_from_elsewhere_and_little_script(styled, browser, live_server, client, office):
    photo = office.media["pictures"][0]["code"]
    person = Person.objects.earliest("pk")
    here = office.get_absolute_url()
    paths = ["/ru/", "/ru/news/", here, f"{here}photos/{photo}/", f"{here}changes/1..2/", f"{here}editions/1/"]
    paths += [person.get_absolute_url(), office.event.get_absolute_url(), "/ru/search/?q=вода", "/ru/quote/", "/ru/no/"]
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request))
    for path in paths:
        page.goto(live_server.url + path)
    scripts = {urlsplit(request.url).path for request in asked if request.resource_type == "script"}
    sizes = {path: len(_static(client, path)) for path in scripts}
    kinds = {request.resource_type for request in asked}
    page.close()
    assert {urlsplit(request.url).netloc for request in asked} == {urlsplit(live_server.url).netloc}
    assert kinds <= {"document", "script", "image", "other"}, kinds  # other: the icon
    print(f"scripts: {sum(sizes.values()):,} bytes")
    assert sizes and sum(sizes.values()) <= SCRIPTS, sizes
