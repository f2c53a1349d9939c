"""axe-core finds nothing on the page of two languages: in both schemes, from right to left, on any screen, on paper."""

from __future__ import annotations

import pytest

from cms.editorial import actions
from cms.models import Identity
from tests.axe import faults_of
from tests.factories import make_image, make_next, make_past, make_section, stored

pytestmark = [pytest.mark.once, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BODY = (
    "<h2 id='b0001'>{0} first</h2><p id='b0002'>{0} <a href='https://example.org/'>words</a>.</p>"
    "<ul><li id='b0003'>{0} one</li></ul><blockquote><p id='b0004'>{0} quoted.</p></blockquote>"
    "<table id='b0005'><caption>{0}</caption><thead><tr><th scope='col'>{0}</th><th scope='col'>"
    + "Averylongheading" * 8
    + "</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
)
ARABIC = "كلمة"


@pytest.fixture
def site(editor, moderator, db, six_languages):  # noqa: F811
    from cms.editorial.groups import give_groups_their_permissions

    give_groups_their_permissions()
    for language in ("en", "ar"):
        Identity.objects.create(language=language, name="Organisation for Rivers", short_name="OR", accent="#767676")
    section = make_section("council")
    figure = f'<figure id="b0006"><img data-image="{make_image(editor).pk}" alt="Hall"></figure>'
    first = make_past(editor, title="Original", section=section, body=BODY.format("Words") + figure)
    arabic = make_past(
        editor, language="ar", title=ARABIC, summary=ARABIC, body=BODY.format(ARABIC) + "<p>نهاية</p>",
        group=first.publication.translation_group, translated_from=first,
    )  # fmt: skip
    unlike = make_past(editor, language="fr", group=first.publication.translation_group, body="<p>Un</p><p>Deux</p>")
    waiting = actions.submit(make_next(first, by=editor), by=editor)
    second = actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
    actions.withdraw(stored(unlike), by=moderator, mode="notice", comment="Vieux.")
    return {
        "English and Arabic": second.get_beside_url("ar"),
        "Arabic and English": arabic.get_beside_url("en"),
        "unpaired, under a notice": second.get_beside_url("fr"),
        "behind": arabic.get_absolute_url(),
    }


def test_axe_finds_nothing(site, styled, live_server, browser):
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    faults = []
    page.on("console", lambda message: faults.append(message.text) if "Security Policy" in message.text else None)
    for name, path in site.items():
        page.goto(path)
        assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px", "the stylesheet is missing"
        faults += [(name, *fault) for fault in faults_of(page)]
    context.close()
    assert not faults


def test_a_pair_stands_side_by_side_where_there_is_room_and_on_paper(site, styled, live_server, browser):
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(site["English and Arabic"])
    boxes = "[...document.querySelectorAll('.pair')].at(1).querySelectorAll('.side')"
    tops = f"[...{boxes}].map(side => side.getBoundingClientRect().top)"
    assert len(set(page.evaluate(tops))) == 1
    page.emulate_media(media="print")
    assert len(set(page.evaluate(tops))) == 1 and page.locator(".imprint").count() == 2
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 360, "height": 900})
    assert len(set(page.evaluate(tops))) == 2 and page.locator(".tongue").first.is_visible()
    context.close()
