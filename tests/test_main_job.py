"""The main job, end to end, in a real browser, as three people: written, sent, read, approved, found."""

import re
import tomllib
from datetime import date
from html import escape
from pathlib import Path

import pytest
from lxml.html import fragment_fromstring
from playwright.sync_api import expect

from cms.models import Edition
from tests.factories import make_event, make_past, make_person, make_section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SPEECHES = Path(__file__).parent.parent / "cms" / "management" / "demo" / "speeches.toml"
# A speech of some 2,700 words, each line a paragraph as a word processor would have it.
LONG = max((speech["body_en"] for speech in tomllib.loads(SPEECHES.read_text())["speech"]), key=len)
PARAGRAPHS = [re.sub(r"^(#+|-|\*|\d+\.)\s+", "", line) for line in LONG.splitlines() if line.strip()]
WORDS = " ".join(PARAGRAPHS).split()
WORD_HTML = (
    "<html xmlns:o='urn:schemas-microsoft-com:office:office'><head><style>p.MsoNormal{margin:0}</style></head><body>"
    + "".join(
        f"<p class=MsoNormal style='margin:0cm'><span lang=EN-GB>{escape(p)}<o:p></o:p></span></p>" for p in PARAGRAPHS
    )
    + "</body></html>"
)
PASTE = """html => {
    const editor = Object.values(CKEDITOR.instances)[0];
    editor.focus();
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", "plain");
    const target = editor.editable().$;
    target.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture(autouse=True)
def _groups(transactional_db):
    from cms.editorial.groups import give_groups_their_permissions

    give_groups_their_permissions()


def paste(page, html):
    """A real paste event into the editor, once it is ready."""
    expect(page.locator(".cke_wysiwyg_frame").first).to_be_visible(timeout=20_000)
    page.wait_for_timeout(500)
    page.evaluate(PASTE, html)
    page.wait_for_timeout(500)


def test_three_people_do_the_whole_job(signed_in_page, browser, live_server, editor, moderator):
    section = make_section("council/parliament")
    person, event = make_person("Aigerim Sadykova", "Secretary General"), make_event()
    for _ in range(25):
        make_past(editor, section=section)

    # The editor writes a speech, looks at it and sends it.
    theirs = signed_in_page(editor)
    theirs.goto("/admin/speeches/speech/add/")
    theirs.get_by_label("Title", exact=False).first.fill("Address to the Council in Bishkek")
    theirs.get_by_label("Summary", exact=False).first.fill("The Secretary General reported on a year of work.")
    paste(theirs, WORD_HTML)
    theirs.locator("[name=section]").select_option(str(section.pk))
    theirs.locator("[name=genre]").select_option("theses")
    theirs.locator("[name=delivered_on]").fill("2025-05-19")
    theirs.locator("[name=dated_on]").fill(str(date.today()))
    theirs.locator("[name=place]").fill("Bishkek")
    fill_autocomplete(theirs, "event", event)
    fill_autocomplete(theirs, "speaker_rows-0-person", person)
    theirs.get_by_role("button", name="Save draft").click()
    draft = Edition.objects.get(title="Address to the Council in Bishkek")
    assert draft.byline == "Aigerim Sadykova"
    assert "MsoNormal" not in draft.body and draft.body.count("<p ") == len(PARAGRAPHS)
    assert len(WORDS) > 2_500 and fragment_fromstring(draft.body, create_parent="div").text_content().split() == WORDS
    preview = theirs.context.new_page()
    preview.goto(f"/preview/{draft.publication.code}/1/")
    expect(preview.get_by_role("heading", level=1)).to_have_text("Address to the Council in Bishkek")
    theirs.locator("[name=comment]").fill("Ready from our side.")
    theirs.get_by_role("button", name="Save and send for approval").click()
    assert Edition.objects.get(pk=draft.pk).state == "in_review"

    # A reader sees nothing of it yet.
    readers = browser.new_context(base_url=live_server.url).new_page()
    readers.goto("/en/news/")
    expect(readers.get_by_text("Address to the Council in Bishkek")).to_have_count(0)
    assert readers.goto(f"/p/{draft.publication.code}/").status == 404

    # The moderator finds it on the desk, reads and approves it.
    approving = signed_in_page(moderator)
    approving.goto("/admin/")
    approving.get_by_role("link", name="Address to the Council in Bishkek").first.click()
    expect(approving.get_by_text("Ready from our side.").first).to_be_visible()
    approving.get_by_role("link", name=re.compile("^Approve")).first.click()
    approving.get_by_role("button", name=re.compile("^Approve")).click()
    assert Edition.objects.live().filter(pk=draft.pk).exists()

    # The reader finds it, reads it, and finds the way back.
    readers.goto("/en/")
    expect(readers.get_by_role("link", name="Address to the Council in Bishkek").first).to_be_visible()
    readers.goto("/en/council/parliament/")
    readers.get_by_role("link", name="Address to the Council in Bishkek").click()
    expect(readers.locator(".e-content p")).to_have_count(len(PARAGRAPHS))
    assert readers.locator(".e-content").inner_text().replace("¶", "").split() == WORDS
    expect(readers.get_by_text("Secretary General").first).to_be_visible()
    readers.get_by_role("link", name="Back to the section").first.click()
    assert "/en/council/parliament/" in readers.url and readers.url.endswith(f"#i-{draft.publication.code}")
    assert readers.locator(f"#i-{draft.publication.code}").is_visible()
    readers.context.close()


def fill_autocomplete(page, name, thing):
    """Choose something in an autocomplete field as a person does: open, type, pick."""
    page.locator(f"[name='{name}'] + .select2").click()
    page.locator(".select2-search__field").fill(str(thing)[:12])
    page.locator(".select2-results__option", has_text=str(thing)[:12]).first.click()
