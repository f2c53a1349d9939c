"""A list page of twenty items with pictures stays under 250 kB in all: page, stylesheet and what a browser chooses."""

from __future__ import annotations

import pytest

from cms.editorial import archive
from cms.models import clock
from tests.factories import make_draft, show, stored
from tests.public.real_pictures import take, until_loaded

pytestmark = [pytest.mark.once, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
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


@pytest.mark.parametrize(("width", "ratio"), [(1280, 1), (390, 3)])
def test_a_list_of_twenty_pictures_is_light(twenty, styled, browser, live_server, width, ratio):
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
    assert any("site" in url and url.endswith(".css") for url in bodies)
    assert total < LIMIT, (total, pictures, bodies)
