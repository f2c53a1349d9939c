"""The pages about editions in a real browser: two people in one draft, rows in order, nothing lost, readable by all."""

import pytest
from django.urls import reverse

from cms.editorial import actions
from cms.models import Edition
from tests.axe import violations, violations_in_both_schemes
from tests.factories import make_draft, make_live, make_next, make_person, make_waiting, stored

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("with_static_files"),
]


def open_form(page, edition):
    opts = edition.kind_model._meta
    page.goto(reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[edition.pk]))
    page.wait_for_selector(".cke_wysiwyg_frame")


def write(page, words):
    page.frame_locator(".cke_wysiwyg_frame").locator("body").fill(words)


def test_two_browsers_in_one_draft(signed_in_page, editor, other_editor):
    draft = make_draft(editor, body="<p>First version.</p>")
    one, two = signed_in_page(editor), signed_in_page(other_editor)
    for page in (one, two):
        open_form(page, draft)
    two.fill("#id_title", "Otto was here")
    write(two, "Otto wrote this.")
    two.click("text=Save draft")
    two.wait_for_selector("text=Stored.")
    one.fill("#id_title", "Edith was here")
    write(one, "Edith wrote that.")
    one.click("text=Save draft")
    one.wait_for_selector("text=Somebody else stored this draft meanwhile")
    for words in ("Otto was here", "Edith was here", "Otto wrote this.", "Edith wrote that."):
        assert one.get_by_text(words).first.is_visible()
    one.check("input[name=choice-title][value=mine]")
    one.check("input[name=choice-body][value=both]")
    one.click("text=Save this")
    one.wait_for_selector("text=Stored.")
    now = stored(draft)
    assert (now.title, now.version) == ("Edith was here", 3)
    assert now.body.index("Otto wrote this.") < now.body.index("Edith wrote that.")


def test_speakers_are_put_in_order_and_picked_by_name(signed_in_page, editor):
    people = [make_person("Aigerim Sadykova"), make_person("Tigran Manukyan", "Deputy")]
    make_person("Zarina Rahimova", "Adviser")
    draft = make_draft(editor, kind="speech", speakers=people)
    page = signed_in_page(editor)
    open_form(page, draft)
    page.locator("#speaker_rows-1 .part-up").click()
    assert page.locator(".unsaved").is_visible()
    page.click("text=Add another Speaker")
    page.locator("#speaker_rows-2 .select2-selection").click()
    page.keyboard.type("rahimova")
    page.get_by_role("option", name="Zarina Rahimova").click()
    page.click("text=Save draft")
    page.wait_for_selector("text=Stored.")
    assert stored(draft).byline == "Tigran Manukyan, Aigerim Sadykova, Zarina Rahimova"


def test_another_person_does_not_inherit_the_name_and_the_post(signed_in_page, editor):
    draft = make_draft(editor, kind="speech", speakers=[make_person("Aigerim Sadykova")])
    make_person("Tigran Manukyan", "Deputy")
    page = signed_in_page(editor)
    open_form(page, draft)
    page.locator("#speaker_rows-0 .select2-selection").click()
    page.get_by_role("option", name="Tigran Manukyan").click()
    page.click("text=Save draft")
    page.wait_for_selector("text=Stored.")
    assert page.locator("[name=speaker_rows-0-post]").input_value() == "Deputy"
    assert stored(draft).byline == "Tigran Manukyan"


def test_back_from_the_preview_one_goes_on_writing(signed_in_page, editor):
    draft = make_draft(editor)
    page = signed_in_page(editor)
    open_form(page, draft)
    page.fill("#id_title", "Seen in the preview")
    page.click("text=Save and preview")
    page.wait_for_url("**/preview/**")
    page.go_back()
    page.wait_for_selector(".cke_wysiwyg_frame")
    page.fill("#id_place", "Osh")
    page.click("text=Save draft")
    page.wait_for_selector("text=Stored.")
    assert (stored(draft).title, stored(draft).place) == ("Seen in the preview", "Osh")


def test_leaving_with_something_typed_is_asked_about(signed_in_page, editor):
    draft = make_draft(editor)
    page = signed_in_page(editor)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    open_form(page, draft)
    page.get_by_role("link", name="Home").click()
    page.wait_for_url("**/admin/")
    assert asked == []
    open_form(page, draft)
    page.locator("#id_title").press_sequentially("More of it")
    page.get_by_role("link", name="Home").click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert "More of it" in page.locator("#id_title").input_value()


def addresses(editor, other_editor, moderator):
    """One page of each template."""
    live = make_live(editor, moderator)
    waiting = actions.submit(make_next(live, by=editor), by=editor)
    returned = actions.return_(make_waiting(editor), by=moderator, comment="Name the place.")
    speech = make_draft(editor, kind="speech")
    news, speeches = "/admin/news/newsitem", "/admin/speeches/speech"
    return [
        f"{news}/",
        f"{news}/?status=live&dated_on__year=2026",
        f"{news}/add/",
        f"{news}/{returned.pk}/change/",
        f"{speeches}/{speech.pk}/change/",
        f"{news}/{waiting.pk}/change/",
        f"{news}/{waiting.pk}/do/approve/",
        f"{news}/{waiting.pk}/do/return/",
        f"{news}/{live.pk}/do/withdraw/",
        f"{news}/{live.pk}/do/approve/",
        f"{news}/{live.pk}/do/next_edition/",
    ]


def test_axe_finds_nothing_and_the_console_is_silent(signed_in_page, editor, other_editor, moderator, chief):
    page = signed_in_page(chief)
    said = []
    page.on("console", lambda message: message.type in ("error", "warning") and said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("response", lambda answer: answer.status >= 400 and said.append(f"{answer.status} {answer.url}"))
    for address in addresses(editor, other_editor, moderator):
        page.goto(address, wait_until="networkidle")
        assert said == [], address
        # axe asks for the files that stylesheets import, relative to the page: what it then misses is not ours.
        assert violations_in_both_schemes(page) == [], address
        said.clear()


def test_the_conflict_pages_are_readable_by_all(signed_in_page, editor, other_editor):
    draft = make_draft(editor)
    page = signed_in_page(editor)
    for meanwhile in ("stored", "sent"):
        open_form(page, draft)
        if meanwhile == "stored":
            theirs = Edition.objects.get(pk=draft.pk).kind_edition
            theirs.title = "Theirs"
            actions.save(theirs, by=other_editor, version=theirs.version)
        else:
            actions.submit(draft, by=other_editor)
        page.fill("#id_title", "Mine")
        page.click("text=Save draft")
        page.wait_for_selector("role=alert")
        assert violations(page) == [], meanwhile
