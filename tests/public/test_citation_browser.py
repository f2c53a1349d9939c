"""In a browser: links to paragraphs are seen when they are wanted, and a citation is copied in one step."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from cms.editorial import actions
from tests.axe import faults_of
from tests.factories import make_next, make_past, make_person

pytestmark = [pytest.mark.once, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BODY = "<p>Dear friends, the year was good.</p><p>Thank you all.</p>"
HIDDEN, SEEN = "0", "1"
NO_CLIPBOARD = {
    "plain http": "Object.defineProperty(navigator, 'clipboard', {value: undefined})",
    "refused": "navigator.clipboard.writeText = () => Promise.reject(new DOMException('', 'NotAllowedError'))",
}


@pytest.fixture
def groups(db):
    from cms.editorial.groups import give_groups_their_permissions

    give_groups_their_permissions()


@pytest.fixture
def spoken(groups, editor, moderator, six_languages):
    """Speeches in English and Arabic, by language, each published as prepared and then as delivered."""
    found = {}
    for language in ("en", "ar"):
        columns = {"language": language, "speakers": [make_person(language=language)], "body": BODY}
        first = make_past(editor, kind="speech", genre="prepared", place="Bishkek", **columns)
        body = BODY.replace("good", "very good")
        waiting = actions.submit(make_next(first, by=editor, genre="delivered", body=body), by=editor)
        found[language] = actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
    return found


@pytest.fixture
def open_page(styled, live_server, browser):
    """Give it an address: a page in a browser of its own. script: run before those of the page."""
    contexts = []

    def visit(path, script="", permissions=(), **options):
        context = browser.new_context(base_url=live_server.url, **options)
        context.grant_permissions(list(permissions))
        contexts.append(context)
        page = context.new_page()
        if script:
            page.add_init_script(script)
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()


def opacity(mark):
    return mark.evaluate("mark => getComputedStyle(mark).opacity")


def background(element):
    return element.evaluate("element => getComputedStyle(element).backgroundColor")


# --- Links to paragraphs


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_link_to_a_paragraph_is_seen_on_hover_and_on_focus(spoken, open_page, language):
    page = open_page(spoken[language].get_absolute_url())
    first, second = page.locator(".e-content p").all()
    mark, other = first.locator(".mark"), second.locator(".mark")
    page.mouse.move(0, 0)
    assert (opacity(mark), opacity(other)) == (HIDDEN, HIDDEN)
    first.hover()
    assert (opacity(mark), opacity(other)) == (SEEN, HIDDEN)
    page.mouse.move(0, 0)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "mark":
            break
    assert (opacity(mark), opacity(other)) == (SEEN, HIDDEN)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#{first.get_attribute('id')}")
    assert background(first) != background(second)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_by_touch_the_links_to_paragraphs_are_always_there(spoken, open_page, language):
    viewport = {"width": 390, "height": 800}
    page = open_page(spoken[language].get_absolute_url(), has_touch=True, is_mobile=True, viewport=viewport)
    first, second = page.locator(".e-content p").all()
    assert {opacity(mark) for mark in page.locator(".e-content .mark").all()} == {SEEN}
    second.locator(".mark").tap()
    page.wait_for_url(f"**#{second.get_attribute('id')}")
    assert background(second) != background(first)
    # The sign stands behind the last word, where the line ends in this language.
    box, sign = second.bounding_box(), second.locator(".mark").bounding_box()
    begins_here = sign["x"] < box["x"] + box["width"] / 2
    assert begins_here == (language == "en")


# --- Copying


def test_one_step_copies_the_citation_and_says_so(spoken, open_page):
    permissions = ["clipboard-read", "clipboard-write"]
    page = open_page(spoken["en"].get_absolute_url(), permissions=permissions)
    page.get_by_text("Cite this text").click()
    assert page.get_by_role("status").text_content() == ""
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("status").get_by_text("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_label("Citation").input_value()
    assert copied.endswith(f"/p/{spoken['en'].publication.code}/")


@pytest.mark.parametrize("case", NO_CLIPBOARD)
def test_without_a_clipboard_the_citation_is_selected(spoken, open_page, case):
    page = open_page(spoken["en"].get_absolute_url(), script=NO_CLIPBOARD[case])
    page.get_by_text("Cite this text").click()
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("status").get_by_text("selected").wait_for()
    chosen = "() => { const f = document.activeElement; return f.value.slice(f.selectionStart, f.selectionEnd) }"
    assert page.evaluate(chosen) == page.get_by_label("Citation").input_value()


def test_without_javascript_the_field_is_a_plain_one(spoken, open_page):
    page = open_page(spoken["en"].get_absolute_url(), java_script_enabled=False)
    page.get_by_text("Cite this text").click()
    field = page.get_by_label("Citation")
    assert field.is_visible() and "Edition 2 of" in field.input_value() and not field.is_editable()
    assert not page.get_by_role("button", name="Copy").is_visible()


def test_who_followed_a_link_to_a_paragraph_cites_that_paragraph(spoken, open_page):
    page = open_page(spoken["en"].get_absolute_url())
    page.get_by_text("Cite this text").click()
    field, (first, second) = page.get_by_label("Citation"), page.locator(".e-content p").all()
    whole = field.input_value()
    for paragraph in (first, second):
        paragraph.hover()
        paragraph.locator(".mark").click()
        anchor = paragraph.get_attribute("id")
        expect(field).to_have_value(f"{whole}#{anchor}")
    page.evaluate("location.hash = 'content'")
    expect(field).to_have_value(whole)
    page.goto(f"/p/{spoken['en'].publication.code}/#{second.get_attribute('id')}")
    assert page.url.endswith(f"{spoken['en'].get_absolute_url()}#{anchor}") and background(second) != background(first)


# --- For all, and on paper


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing(spoken, open_page, language):
    newer = spoken[language]
    faults = []
    for path in (newer.get_absolute_url(), f"{newer.get_absolute_url()}editions/1/", newer.get_changes_url(1)):
        page = open_page(path)
        for summary in page.locator(".cite summary").all():
            summary.click()
        faults += [(path, *fault) for fault in faults_of(page)]
    assert not faults


def test_paper_has_the_citation_once_and_no_field(spoken, open_page):
    page = open_page(spoken["en"].get_absolute_url())
    page.get_by_text("Cite this text").click()
    page.emulate_media(media="print")
    assert not page.get_by_label("Citation").is_visible()
    printed = page.locator("body").inner_text()
    assert printed.count("Edition 2 of") == 1 and "Cite this text" not in printed
    assert page.locator(".imprint").inner_text().endswith(f"/p/{spoken['en'].publication.code}/")
