"""Writing a translation in a real browser: paragraphs keep their ids under the translator's hands, readable by all."""

import pytest
from django.urls import reverse

from cms.editorial.translations import start_translation
from cms.text.paragraphs import blocks
from tests.admin.editor_site import type_in_editor
from tests.axe import violations_in_both_schemes
from tests.factories import make_past, make_section, stored

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("with_static_files"),
]
BODY = "<h2>Head</h2><p>First of <strong>all</strong>.</p><ul><li>One</li><li>Two</li></ul><p>Last.</p>"
SELECT = "e => { const s = getSelection(); s.removeAllRanges(); s.selectAllChildren(e); e.ownerDocument.body.focus() }"


@pytest.fixture
def draft(editor):
    section = make_section("council")
    make_section("sovet", language="ru", translation_group=section.translation_group)
    return start_translation(make_past(editor, section=section, body=BODY), by=editor, language="ru").draft


def ids(edition):
    return [block.id for block in blocks(stored(edition).body)]


def test_paragraphs_that_are_written_over_keep_their_ids(signed_in_page, editor, draft):
    page = signed_in_page(editor)
    page.goto(reverse("admin:news_newsitem_change", args=[draft.pk]))
    page.wait_for_selector(".cke_wysiwyg_frame")
    before = ids(draft)
    body = page.frame_locator(".cke_wysiwyg_frame").locator("body")
    words = {"h2": "Заголовок", "p >> nth=0": "Прежде всего.", "li >> nth=1": "Два", "p >> nth=1": "Конец."}
    for place, text in words.items():
        body.locator(place).click()
        body.locator(place).evaluate(SELECT)
        type_in_editor(page, text)
    page.click("text=Save draft")
    page.wait_for_selector("text=Stored.")
    assert ids(draft) == before
    assert [b.text for b in blocks(stored(draft).body)] == ["Заголовок", "Прежде всего.", "One", "Два", "Конец."]
    assert page.get_by_text("not translated yet").count() == 1


def test_the_form_and_the_table_can_be_read_by_all_and_fit_a_phone(signed_in_page, editor, draft):
    page = signed_in_page(editor)
    for address in (reverse("admin:news_newsitem_change", args=[draft.pk]), reverse("admin:translations")):
        page.goto(address, wait_until="networkidle")
        assert violations_in_both_schemes(page) == [], address
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
        page.set_viewport_size({"width": 1280, "height": 900})


def test_the_original_stays_in_sight_beside_a_long_text(signed_in_page, editor, draft):
    page = signed_in_page(editor)
    page.goto(reverse("admin:news_newsitem_change", args=[draft.pk]))
    page.wait_for_selector(".cke_wysiwyg_frame")
    text, original = page.locator(".edition-text").bounding_box(), page.locator(".edition-original").bounding_box()
    assert original["x"] >= text["x"] + text["width"]
    page.locator("#facts-heading").scroll_into_view_if_needed()
    assert page.locator(".original-title").bounding_box()["y"] >= 0
