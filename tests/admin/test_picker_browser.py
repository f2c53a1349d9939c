"""Choosing pictures and documents in a real browser: the window of the library, the rows of the form, the text."""

from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image as Drawing
from playwright.sync_api import expect

from cms.editorial import actions
from cms.models import AttachedFile, Image, Picture, Recording
from tests.admin.editor_site import type_in_editor
from tests.admin.test_edition_browser import open_form
from tests.admin.test_media_parts import figure
from tests.axe import violations_in_both_schemes
from tests.factories import attach, make_attachment, make_draft, make_image, show, stored

pytestmark = [
    pytest.mark.once,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("with_static_files"),
]
BODY = ".cke_wysiwyg_frame"


def jpeg(colour="teal"):
    out = BytesIO()
    Drawing.new("RGB", (400, 300), colour).save(out, "JPEG")
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def open_picker(page, button):
    page.get_by_role("button", name=button).click()
    page.locator("#picker .picker-grid li").first.wait_for()


def choose(page, *titles):
    for title in titles:
        page.locator("#picker").get_by_label(title).check()
    take(page)


def take(page):
    page.get_by_role("button", name="Take what is chosen").click()
    page.locator("#picker").wait_for(state="hidden")


def text(page):
    return page.frame_locator(BODY).locator("body[contenteditable=true]")


def put_in_text(page, title):
    page.locator(".cke_button__picture").click()
    page.locator("#picker .picker-grid li").first.wait_for()
    choose(page, title)
    text(page).locator("figure").last.wait_for()


def html(page):
    return page.evaluate("CKEDITOR.instances.id_body.getData()")


def loaded(image):
    """Its own width in pixels, once it is there."""
    return image.evaluate("async image => { await image.decode(); return image.naturalWidth; }")


def save(page):
    page.click("text=Save draft")
    page.wait_for_selector("text=Stored.")
    page.wait_for_selector(BODY)


def names(page, group="gallery"):
    return page.locator(f"#{group}-group .media-row:not(.is-gone) .media-name").all_inner_texts()


def shown(draft, role):
    return list(Picture.of(draft).filter(role=role).values_list("alt", flat=True))


def drag(page, handle, row):
    """To the upper edge of a row above it."""
    row.evaluate("row => row.scrollIntoView({block: 'start'})")
    start, end = handle.bounding_box(), row.bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, start["y"] - 20, steps=3)
    page.mouse.move(end["x"] + 20, end["y"] + 10, steps=5)
    page.mouse.up()


@pytest.fixture
def faults():
    return []


@pytest.fixture
def office(signed_in_page, editor, faults):
    """A browser page of an editor; what its console says and what fails is noted."""
    page = signed_in_page(editor)
    page.on("console", lambda message: message.type in ("error", "warning") and faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    return page


def test_everything_that_was_chosen_written_and_ordered_is_there_again(office, editor, faults):
    for alt in ("The hall", "The signing", "The handshake", "The arrival"):
        make_image(editor, alt=alt, caption=f"{alt}, in May")
    make_attachment(editor, title="The report")
    draft = make_draft(editor, body="<p>The delegates met.</p>")
    open_form(office, draft)

    open_picker(office, "Choose a lead picture")
    choose(office, "The hall")
    open_picker(office, "Choose pictures for the gallery")
    office.get_by_label("The signing").check()
    office.get_by_label("The handshake").check()
    office.set_input_files("#picker-files", [jpeg()])
    office.get_by_label("Alternative text: what is to be seen").fill("A teal wall")
    take(office)
    assert names(office) == ["The signing", "The handshake", "teal.jpg"]
    open_picker(office, "Choose documents")
    choose(office, "The report")
    office.get_by_role("button", name="Add a recording").click()
    office.get_by_role("textbox", name="Address").fill("https://video.example/1")
    office.locator("#recording_rows-group").get_by_label("Title").fill("The session")

    put_in_text(office, "The arrival")
    caption = text(office).locator("figcaption")
    assert caption.inner_text() == "The arrival, in May"
    caption.click()
    office.keyboard.press("End")
    type_in_editor(office, " 2025")

    last = office.locator("#gallery-group .media-row").last
    last.get_by_role("button", name="Move up").focus()
    office.keyboard.press("Enter")
    office.keyboard.press("Enter")
    assert office.locator("#gallery-group > [role=status]").inner_text() == "Moved to place 1 of 3"
    save(office)

    assert faults == []
    draft = stored(draft)
    assert shown(draft, "lead") == ["The hall"]
    assert shown(draft, "gallery") == ["A teal wall", "The signing", "The handshake"]
    assert Picture.of(draft).get(role="body").caption == "The arrival, in May 2025"
    assert AttachedFile.of(draft).get().title == "The report"
    assert Recording.of(draft).get().title == "The session"
    assert "src" not in draft.body
    assert draft.missing() == []

    office.reload()
    office.wait_for_selector(BODY)
    assert names(office) == ["teal.jpg", "The signing", "The handshake"]
    assert office.locator("[name=gallery-0-alt]").input_value() == "A teal wall"
    assert text(office).locator("figure img").get_attribute("alt") == "The arrival"
    office.click("text=Save draft")
    office.wait_for_selector("text=Nothing was changed")


def test_a_picture_of_the_text_is_shown_where_it_is_edited(office, editor):
    draft = make_draft(editor)
    open_form(office, draft)
    office.locator(".cke_button__picture").click()
    office.set_input_files("#picker-files", [jpeg("navy")])
    office.get_by_label("Alternative text: what is to be seen").fill("A navy wall")
    take(office)
    image = text(office).get_by_alt_text("A navy wall")
    image.wait_for()
    assert loaded(image) == 400
    save(office)
    image.wait_for()
    assert loaded(image) == 400
    assert Image.objects.get().file_name == "navy.jpg"


def test_rows_are_taken_out_put_back_and_dragged(office, editor):
    draft = make_draft(editor)
    for alt in ("First", "Second", "Third"):
        show(draft, make_image(editor, alt=alt), "gallery")
    open_form(office, draft)
    rows = office.locator("#gallery-group .media-row")
    rows.nth(0).get_by_role("button", name="Take out").click()
    rows.nth(1).get_by_role("button", name="Take out").click()
    assert office.locator(".unsaved").is_visible()
    assert names(office) == ["Third"]
    rows.nth(1).get_by_role("button", name="Put it back").click()
    drag(office, rows.nth(2).locator(".media-handle"), rows.nth(1))
    assert names(office) == ["Third", "Second"]
    save(office)
    assert shown(draft, "gallery") == ["Third", "Second"]


def test_a_lead_picture_is_replaced_and_brings_its_own_words(office, editor):
    draft = make_draft(editor)
    show(draft, make_image(editor, alt="Old"), caption="Written for the old one")
    make_image(editor, alt="New", caption="Of the new one")
    open_form(office, draft)
    open_picker(office, "Choose a lead picture")
    choose(office, "New")
    save(office)
    row = Picture.of(draft).get()
    assert (row.alt, row.caption) == ("New", "Of the new one")


def test_what_stands_in_the_gallery_is_not_added_again_but_put_back(office, editor):
    draft = make_draft(editor)
    show(draft, make_image(editor, alt="Here already"), "gallery", caption="Written here")
    open_form(office, draft)
    office.locator("#gallery-group").get_by_role("button", name="Take out").click()
    open_picker(office, "Choose pictures for the gallery")
    choose(office, "Here already")
    assert names(office) == ["Here already"]
    assert office.locator("[name=gallery-0-caption]").input_value() == "Written here"


def test_the_window_is_used_by_keyboard_alone_and_gives_the_focus_back(office, editor):
    make_image(editor, alt="The hall")
    make_image(editor, alt="The signing")
    draft = make_draft(editor)
    open_form(office, draft)
    button = office.get_by_role("button", name="Choose pictures for the gallery")
    button.focus()
    office.keyboard.press("Enter")
    office.locator("#picker .picker-grid li").first.wait_for()
    office.keyboard.press("Escape")
    assert button.evaluate("button => button === document.activeElement")
    office.keyboard.press("Enter")
    office.keyboard.type("signing")
    office.get_by_text("1 found").wait_for()
    office.locator("#picker .picker-grid input").focus()
    office.keyboard.press("Space")
    office.keyboard.press("Tab")
    office.keyboard.press("Enter")
    assert names(office) == ["The signing"]


def test_more_pictures_than_a_page_are_found(office, editor):
    for number in range(30):
        make_image(editor, size=(300, 200), alt=f"Number {number:02}", caption="")
    open_form(office, make_draft(editor))
    open_picker(office, "Choose pictures for the gallery")
    office.get_by_label("Number 29").check()
    office.get_by_role("button", name="More", exact=True).click()
    office.get_by_text("30 found").wait_for()
    office.get_by_label("Number 00").check()
    office.get_by_label("Search").fill("Number 15")
    office.get_by_text("1 found").wait_for()
    office.get_by_label("Number 15").check()
    take(office)
    assert names(office) == ["Number 29", "Number 00", "Number 15"]


def test_what_is_refused_is_said_beside_its_name(office, editor):
    open_form(office, make_draft(editor))
    office.get_by_role("button", name="Choose pictures for the gallery").click()
    page = {"name": "page.html", "mimeType": "text/html", "buffer": b"<h1>no picture</h1>"}
    office.set_input_files("#picker-files", [page, jpeg("olive")])
    office.locator(".picker-alt:visible").wait_for()
    refused = office.locator(".picker-uploads .is-refused")
    assert "page.html" in refused.inner_text()
    assert "picture" in refused.locator(".picker-outcome").inner_text()
    take(office)
    assert names(office) == ["olive.jpg"]


def test_a_library_that_does_not_answer_is_said_so_and_the_form_stays(office, editor):
    open_form(office, make_draft(editor))
    office.fill("#id_title", "Typed for an hour")
    office.context.clear_cookies()
    office.get_by_role("button", name="Choose pictures for the gallery").click()
    office.get_by_text("The library does not answer").wait_for()
    office.set_input_files("#picker-files", [jpeg()])
    office.locator(".picker-uploads .is-refused").wait_for()
    office.keyboard.press("Escape")
    assert office.locator("#id_title").input_value() == "Typed for an hour"


# --- In the text


def test_the_alternative_text_of_a_picture_in_the_text_is_written_in_its_dialog(office, editor, faults):
    image = make_image(editor, alt="The hall")
    draft = make_draft(editor, body=f"<p>Before.</p>{figure(image, alt='The hall')}<p>After.</p>")
    open_form(office, draft)
    text(office).locator("figure img").dblclick()
    dialog = office.locator(".cke_dialog:visible")
    dialog.get_by_label("Alternative text").fill("The hall, empty")
    dialog.locator(".cke_dialog_ui_button_ok").click()
    assert 'alt="The hall, empty"' in html(office)
    text(office).locator("figure img").dblclick()
    dialog.get_by_label("Decorative").check()
    dialog.locator(".cke_dialog_ui_button_ok").click()
    save(office)
    row = Picture.of(draft).get()
    assert (row.alt, row.decorative) == ("", True)
    text(office).locator("figure img").dblclick()
    assert dialog.get_by_label("Decorative").is_checked()
    assert faults == []


def test_pictures_that_nobody_described_are_asked_about_one_after_the_other(office, editor, faults):
    for name, words in (("a.jpg", {}), ("b.jpg", {"decorative": True}), ("c.jpg", {})):
        make_image(editor, alt="", caption="", file_name=name, **words)
    draft = make_draft(editor, body="<p>Text.</p>")
    open_form(office, draft)
    office.locator(".cke_button__picture").click()
    office.locator("#picker .picker-grid li").first.wait_for()
    choose(office, "a.jpg", "b.jpg", "c.jpg")
    dialog = office.locator(".cke_dialog:visible")
    dialog.locator(".cke_dialog_ui_button_ok").wait_for()
    assert not dialog.get_by_label("Decorative").is_checked()
    dialog.get_by_label("Alternative text").fill("The hall")
    dialog.locator(".cke_dialog_ui_button_ok").click()
    expect(dialog.get_by_label("Alternative text")).to_have_value("")  # the next one's
    dialog.get_by_label("Decorative").check()
    dialog.locator(".cke_dialog_ui_button_ok").click()
    dialog.wait_for(state="hidden")
    save(office)
    rows = Picture.of(draft).filter(role="body").values_list("image__file_name", "alt", "decorative")
    assert list(rows) == [("a.jpg", "The hall", False), ("b.jpg", "", True), ("c.jpg", "", True)]
    assert faults == []


def test_another_picture_takes_the_place_of_one_in_the_text(office, editor):
    old, new = make_image(editor, alt="Old"), make_image(editor, alt="New")
    draft = make_draft(editor, body=figure(old, alt="Old", caption="The caption stays"))
    open_form(office, draft)
    text(office).locator("figure img").dblclick()
    office.get_by_role("button", name="Choose another picture").click()
    office.locator("#picker .picker-grid li").first.wait_for()
    choose(office, "New")
    save(office)
    row = Picture.of(draft).get()
    assert (row.image, row.alt, row.caption) == (new, "New", "The caption stays")


def test_a_picture_is_copied_deleted_and_brought_back_in_the_text(office, editor, faults):
    image = make_image(editor, alt="The hall")
    draft = make_draft(editor, body=f"<p>Before.</p>{figure(image, alt='The hall', caption='Words')}<p>After.</p>")
    open_form(office, draft)
    area = text(office)
    area.locator("figure img").click()
    office.keyboard.press("Control+c")
    office.wait_for_timeout(300)  # CKEditor copies from a place of its own, and comes back
    area.locator("p").last.click()
    office.keyboard.press("End")
    office.keyboard.press("Control+v")
    area.locator("figure").nth(1).wait_for()
    assert html(office).count(f'data-image="{image.pk}"') == 2
    area.locator("figure img").first.click()
    office.keyboard.press("Delete")
    assert html(office).count("data-image") == 1
    office.locator(".cke_button__undo").click()
    assert html(office).count("data-image") == 2
    save(office)
    assert stored(draft).body.count(f'data-image="{image.pk}"') == 2
    assert stored(draft).body.count("Words") == 2
    assert faults == []


def test_a_picture_is_dragged_to_another_place_in_the_text(office, editor):
    image = make_image(editor, alt="The hall")
    draft = make_draft(editor, body=f"{figure(image, caption='Words')}<p>Before.</p><p>After.</p>")
    open_form(office, draft)
    area = text(office)
    area.locator("figure img").hover()
    handle = area.locator(".cke_widget_drag_handler").bounding_box()
    after = area.locator("p").last.bounding_box()
    office.mouse.move(handle["x"] + 5, handle["y"] + 5)
    office.mouse.down()
    office.mouse.move(after["x"] + 30, after["y"] + after["height"] - 2, steps=12)
    office.wait_for_timeout(300)  # CKEditor looks for a place ten times a second
    office.mouse.up()
    order = "body => [...body.querySelectorAll('figure, p')].map(one => one.textContent)"
    assert area.evaluate(order) == ["Before.", "After.", "Words"]
    save(office)
    assert stored(draft).body.index("After.") < stored(draft).body.index(f'data-image="{image.pk}"')


def test_a_picture_of_another_site_is_not_pasted(office, editor):
    draft = make_draft(editor, body="<p>Text.</p>")
    asked = []
    office.on("request", lambda request: asked.append(request.url))
    open_form(office, draft)
    text(office).click()
    text(office).evaluate("""body => {
        const { DataTransfer, ClipboardEvent } = body.ownerDocument.defaultView;
        const clipboard = new DataTransfer();
        clipboard.setData("text/html", `<p>Words<img src="https://other.example/a.png"></p>
            <figure><img data-image="1" alt="x" src="https://other.example/b.png"></figure>`);
        body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clipboard, bubbles: true, cancelable: true}));
    }""")
    text(office).get_by_text("Words").wait_for()
    assert "other.example" not in html(office)
    assert not [url for url in asked if "other.example" in url]


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_file_that_comes_into_the_text_goes_to_the_library_first(office, editor, way):
    draft = make_draft(editor, body="<p>Text.</p>")
    open_form(office, draft)
    text(office).locator("p").click()
    text(office).locator("p").evaluate(
        """(paragraph, [way, bytes]) => {
            const { DataTransfer, ClipboardEvent, DragEvent, File } = paragraph.ownerDocument.defaultView;
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "dropped.jpg", {type: "image/jpeg"}));
            const common = {bubbles: true, cancelable: true};
            const { left, top } = paragraph.getBoundingClientRect();
            paragraph.dispatchEvent(way === "paste"
                ? new ClipboardEvent("paste", {...common, clipboardData: data})
                : new DragEvent("drop", {...common, dataTransfer: data, clientX: left + 5, clientY: top + 5}));
        }""",
        [way, list(jpeg()["buffer"])],
    )
    office.get_by_label("Alternative text: what is to be seen").fill("It was dropped")
    take(office)
    text(office).get_by_alt_text("It was dropped").wait_for()
    save(office)
    assert shown(draft, "body") == ["It was dropped"]


def test_as_in_production_the_window_opens_from_the_text_without_a_word_on_the_console(editor_form):
    form = editor_form()
    form.body.click()
    form.press("picture")
    form.page.get_by_text("Nothing was found").wait_for()
    form.page.keyboard.press("Escape")
    form.page.wait_for_function("CKEDITOR.instances.id_body.focusManager.hasFocus")
    type_in_editor(form.page, "Here one goes on writing")
    assert form.data == "<p>Here one goes on writing</p>"
    assert form.faults == []


# --- Two people, no script, everybody


def test_two_browsers_in_one_gallery(signed_in_page, editor, other_editor):
    draft = make_draft(editor)
    for alt in ("First", "Second"):
        show(draft, make_image(editor, alt=alt), "gallery")
    make_image(editor, alt="Third")
    one, two = signed_in_page(editor), signed_in_page(other_editor)
    for page in (one, two):
        open_form(page, draft)
    two.locator("#gallery-group .media-row").first.get_by_role("button", name="Take out").click()
    save(two)
    open_picker(one, "Choose pictures for the gallery")
    choose(one, "Third")
    one.click("text=Save draft")
    one.wait_for_selector("text=Somebody else stored this draft meanwhile")
    theirs, mine = (one.locator(f"#difference-gallery .{side}").inner_text() for side in ("theirs", "mine"))
    assert "Second" in theirs and "First" not in theirs
    assert "First" in mine and "Third" in mine
    one.check("input[name=choice-gallery][value=mine]")
    one.click("text=Save this")
    one.wait_for_selector("text=Stored.")
    assert shown(draft, "gallery") == ["First", "Second", "Third"]


def test_without_script_a_picture_is_named_by_its_number_and_taken_out_by_a_box(browser, client, live_server, editor):
    draft = make_draft(editor)
    old, new = make_image(editor, alt="Old"), make_image(editor, alt="New")
    show(draft, old, "gallery")
    client.force_login(editor)
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(reverse("admin:news_newsitem_change", args=[draft.pk]))
    page.get_by_label("Take out").locator("visible=true").nth(1).check()
    page.locator("#id_gallery-1-image").fill(new.code)
    page.click("text=Save draft")
    page.wait_for_selector("text=Stored.")
    context.close()
    assert shown(draft, "gallery") == ["New"]


def test_axe_finds_nothing_in_rows_and_window(office, editor):
    draft = make_draft(editor, body=f"<p>Text.</p>{figure(make_image(editor))}")
    show(draft, make_image(editor))
    for _ in range(2):
        show(draft, make_image(editor), "gallery")
    attach(draft, make_attachment(editor))
    Recording.objects.create(edition=draft, url="https://video.example/1", title="The session")
    actions.settle(draft)

    open_form(office, draft)
    office.locator("#gallery-group").get_by_role("button", name="Take out").first.click()
    assert violations_in_both_schemes(office) == [], "form"
    open_picker(office, "Choose pictures for the gallery")
    office.set_input_files("#picker-files", [jpeg()])
    office.get_by_label("Alternative text: what is to be seen").wait_for()
    assert violations_in_both_schemes(office) == [], "window"
    waiting = actions.submit(stored(draft), by=editor)
    office.goto(reverse("admin:news_newsitem_change", args=[waiting.pk]))
    assert violations_in_both_schemes(office) == [], "reading"
