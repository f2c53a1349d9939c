"""axe-core finds nothing on any public template, light and dark, wide and narrow; and what browsers do with them."""

from __future__ import annotations

import pytest

from cms.editorial import actions
from cms.models import Identity, Related
from tests.axe import faults_of, violations
from tests.factories import make_draft, make_event, make_next, make_past, make_person, make_section, stored

pytestmark = [pytest.mark.once, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BODY = (
    "<h2>First</h2><p>Dear friends, see <a href='https://example.org/'>this</a>.</p><ul><li>one<ul><li>two</li></ul></li>"
    "</ul><blockquote><p>Quoted.</p></blockquote><table><caption>Figures</caption><thead><tr><th scope='col'>Year</th>"
    "<th scope='col'>"
    + "Averylongheading" * 12
    + "</th></tr></thead><tbody><tr><td>2024</td><td>1</td></tr></tbody></table>"
)


@pytest.fixture
def site(editor, moderator, db):
    from cms.editorial.groups import give_groups_their_permissions

    give_groups_their_permissions()
    for language in ("en", "ru"):
        Identity.objects.create(
            language=language, name="Organisation for Rivers", short_name="OR", tagline="Six states",
            press_contacts="press@rivers.example", footer="Footer", accent="#767676",
        )  # fmt: skip
    section = make_section("council/parliament")
    make_past(editor, kind="page", section=section.parent, text_of=section.parent, body=BODY)
    others = [make_past(editor, section=section) for _ in range(22)]
    draft = make_draft(
        editor, kind="speech", title="Address to the Council", section=section, body=BODY, place="Bishkek",
        speakers=[make_person()], event=make_event(), genre="theses",
    )  # fmt: skip
    Related.objects.create(edition=draft, publication=others[0].publication, title="Picked")
    draft = actions.submit(draft, by=editor)
    first = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    draft = make_next(first, by=editor).kind_edition
    draft.body, draft.public_note, draft.place = (
        BODY.replace("friends", "colleagues") + "<p>New.</p>",
        "Corrected.",
        "Osh",
    )
    draft = actions.submit(actions.save(draft, by=editor, version=draft.version), by=editor)
    second = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    gone, notice = others[1], others[2]
    actions.withdraw(stored(gone), by=moderator, mode="gone", comment="Wrong figures.")
    actions.withdraw(stored(notice), by=moderator, mode="notice", comment="Outdated.")
    waiting = make_next(second, by=editor)
    code = others[3].publication.code
    return {
        "home": "/en/",
        "list": "/en/news/?page=2",
        "at an item": f"/en/news/?item={code}",
        "archive": f"/en/news/{second.dated_on.year}/",
        "section": "/en/council/",
        "detail": second.get_absolute_url(),
        "edition": first.get_edition_url(),
        "changes": second.get_changes_url(1),
        "notice": notice.get_absolute_url(),
        "gone": gone.get_absolute_url(),
        "not found": "/en/nothing/",
        "preview": f"/preview/{waiting.publication.code}/{waiting.number}/",
    }


@pytest.fixture
def page(live_server, styled, browser):
    context = browser.new_context(base_url=live_server.url)
    yield context.new_page()
    context.close()


def test_axe_finds_nothing(site, styled, signed_in_page, editor, live_server):
    page = signed_in_page(editor)
    faults = []
    page.on("console", lambda message: faults.append(message.text) if "Security Policy" in message.text else None)
    for name, path in site.items():
        page.goto(path)
        assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px", "the stylesheet is missing"
        faults += [(name, *fault) for fault in faults_of(page)]
    assert not faults


def test_an_error_of_ours_has_a_page_without_the_database(page, rf):
    from cms.public.errors import failed

    html = failed(rf.get("/en/")).content.decode()
    page.set_content(html)
    assert violations(page) == []


def test_go_back_works_with_and_without_javascript(site, styled, browser, live_server):
    for javascript in (True, False):
        context = browser.new_context(base_url=live_server.url, java_script_enabled=javascript)
        page = context.new_page()
        page.goto("/en/news/?page=2")
        page.locator(".headline a").first.click()
        section = page.get_by_role("link", name="Go back").get_attribute("href")
        page.get_by_role("link", name="Go back").click()
        page.wait_for_url("**/en/news/?page=2" if javascript else f"**{section}")
        page.goto(site["detail"])  # by a link from nowhere
        page.get_by_role("link", name="Go back").click()
        page.wait_for_url(f"**{section}")
        context.close()


def test_go_back_leads_over_the_paragraphs_that_were_linked_to(site, page):
    page.goto("/en/council/parliament/")
    page.get_by_role("link", name="Address to the Council").first.click()
    page.wait_for_url("**/address-to-the-council-*/")  # and for its script, which nobody is quicker than
    for number in (0, 1, 2):
        page.locator(".e-content a.mark").nth(number).click(force=True)
        page.wait_for_function("steps => history.state && history.state.steps === steps", arg=number + 2)
    page.go_back()  # from the third paragraph to the second
    assert page.url.partition("#")[2]
    page.get_by_role("link", name="Go back").click()
    page.wait_for_url("**/en/council/parliament/")


def test_the_first_tab_leads_to_the_content(site, page):
    page.goto(site["detail"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_paper_has_the_address_and_no_navigation(site, page):
    page.goto(site["detail"])
    page.emulate_media(media="print")
    assert page.locator(".imprint").is_visible() and "/p/" in page.locator(".imprint").inner_text()
    assert "Edition 2" in page.locator(".imprint").inner_text()
    for name in (".menu", ".languages", ".breadcrumb", ".back", ".footer", ".mark >> nth=0"):
        assert not page.locator(name).first.is_visible(), name
