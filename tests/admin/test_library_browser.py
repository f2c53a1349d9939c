"""The library in a real browser: many files at once, dropped or chosen with the keyboard, and pages readable by all."""

from __future__ import annotations

from base64 import b64encode

import pytest

from cms.admin import shelves
from cms.editorial import library
from cms.models import Image, StoredFile
from tests.admin.library_files import pdf, photo
from tests.axe import violations_in_both_schemes
from tests.factories import attach, make_attachment, make_draft, show

pytestmark = [
    pytest.mark.once,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("with_static_files"),
]
PICTURES = "/admin/cms/image/"
LIMIT = 300_000

DROP = """files => {
  const carried = new DataTransfer();
  for (const [name, content] of files) {
    const bytes = Uint8Array.from(atob(content), character => character.charCodeAt(0));
    carried.items.add(new File([bytes], name));
  }
  for (const type of ["dragenter", "dragover", "drop"])
    document.querySelector("#searchbar").dispatchEvent(
      new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""

COUNT = """
  window.underWay = [];
  let now = 0;
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    underWay.push(++now);
    this.addEventListener("load", () => now--);
    send.call(this, body);
  };
"""


@pytest.fixture
def small_limit(monkeypatch):
    """A file larger than the limit that need not be tens of megabytes."""
    shelf = shelves.Shelf(**{**vars(shelves.PICTURES), "limit": LIMIT})
    monkeypatch.setattr("cms.admin.image.ImageAdmin.shelf", shelf)


def five_files():
    return {
        "one.jpg": photo(1, gps=True),
        "two.png": photo(2, format="PNG"),
        "three.webp": photo(3, format="WEBP"),
        "words.jpg": b"Only words.",
        "huge.jpg": photo(4) + b"\0" * LIMIT,
    }


def payload(files):
    return [{"name": name, "mimeType": "image/jpeg", "buffer": content} for name, content in files.items()]


def picture(tmp_path, editor, serial=1, **words):
    path = tmp_path / f"{serial}.jpg"
    path.write_bytes(photo(serial, size=(1500, 1000), gps=True))
    return library.add_image(path, path.name, by=editor, language="en", **words).row


def listen(page):
    """What a browser complains about, as it comes."""
    complaints = []
    page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def refused(page):
    rows = page.locator(".upload-refused")
    return {row.locator(".upload-name").inner_text(): row.locator(".upload-state").inner_text() for row in rows.all()}


def assert_five_files_arrived(page):
    onward = page.get_by_role("link", name="Describe what you uploaded")
    onward.wait_for()
    assert page.locator(".upload-counts").inner_text() == "Uploaded: 3 of 5. Refused: 2."
    there = page.get_by_role("link", name="Show them in the library")
    assert there.is_visible() and there.get_attribute("href") == "/admin/cms/image/"
    assert page.locator(".upload-taken .upload-name").all_inner_texts() == ["one.jpg", "two.png", "three.webp"]
    assert refused(page) == {
        "words.jpg": "This is not a picture that can be published. Use JPEG, PNG, WebP, AVIF or GIF.",
        "huge.jpg": "The file is larger than 293.0\xa0KB.",
    }
    heard = page.locator("[role=log]").inner_text()
    for words in ("words.jpg: This is not", "huge.jpg: The file is larger", "Uploaded: 3 of 5. Refused: 2."):
        assert words in heard
    return onward


def test_five_files_chosen_with_the_keyboard_and_described(signed_in_page, editor, small_limit):
    page = signed_in_page(editor)
    complaints = listen(page)
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.on("filechooser", lambda chooser: None)  # from now on, and not only once the key is pressed
    page.goto(PICTURES)
    field = page.locator("#upload-files")
    field.focus()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(payload(five_files()))
    onward = assert_five_files_arrived(page)
    assert len(sent) == 4  # what is too large is not sent at all
    assert [c for c in complaints if "415" not in c] == []
    onward.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/describe/**")
    first = Image.objects.order_by("pk").first()
    page.fill(f"#id_{first.pk}-place", "Osh")
    page.fill("#id_all-place", "Bishkek")
    page.fill("#id_all-credit", "Press office")
    page.keyboard.press("Tab")
    page.fill(f"#id_{first.pk}-alt", "Delegates at a round table")
    page.fill(f"#id_{first.pk}-credit", "")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("text=Stored: 3 entries.")
    assert page.get_by_text("2 pictures have no alternative text yet.").is_visible()
    assert list(Image.objects.order_by("pk").values_list("place", "credit", "alt")) == [
        ("Osh", "", "Delegates at a round table"),
        ("Bishkek", "Press office", ""),
        ("Bishkek", "Press office", ""),
    ]


def test_five_files_dropped_anywhere_on_the_page(signed_in_page, editor, small_limit):
    page = signed_in_page(editor)
    page.goto(PICTURES)
    files = [[name, b64encode(content).decode()] for name, content in five_files().items()]
    page.evaluate(DROP, files)
    assert_five_files_arrived(page)
    assert not page.locator("body.drop-here").count()
    assert Image.objects.count() == 3


def test_what_was_there_already_is_said_and_described_once(signed_in_page, editor):
    page = signed_in_page(editor)
    page.goto(PICTURES)
    page.set_input_files("#upload-files", payload({"one.jpg": photo(1)}))
    page.get_by_text("is in the library", exact=True).wait_for()
    page.set_input_files("#upload-files", payload({"again.jpg": photo(1)}))
    page.get_by_text("was in the library already").wait_for()
    onward = page.get_by_role("link", name="Describe what you uploaded")
    assert onward.get_attribute("href").endswith(f"?ids={Image.objects.get().pk}")


def test_never_more_than_two_are_under_way(signed_in_page, editor):
    page = signed_in_page(editor)
    page.add_init_script(COUNT)
    page.goto(PICTURES)
    page.set_input_files("#upload-files", payload({f"{n}.jpg": photo(n, size=(300, 200)) for n in range(8)}))
    page.get_by_role("link", name="Describe what you uploaded").wait_for()
    assert page.evaluate("underWay.length") == 8
    assert page.evaluate("Math.max(...underWay)") == 2
    assert Image.objects.count() == 8


def test_what_broke_on_the_way_is_sent_again(signed_in_page, editor):
    page = signed_in_page(editor)
    page.goto(PICTURES)
    page.route("**/upload/", lambda route: route.abort())
    page.set_input_files("#upload-files", payload({"one.jpg": photo(1)}))
    again = page.get_by_role("button", name="Try again: one.jpg")
    again.wait_for()
    assert refused(page) == {"one.jpg": "The connection broke."}
    page.unroute("**/upload/")
    again.click()
    page.get_by_text("is in the library", exact=True).wait_for()
    assert page.locator(".upload-counts").inner_text() == "Uploaded: 1 of 1."
    assert refused(page) == {}


def test_signed_out_meanwhile(signed_in_page, editor):
    page = signed_in_page(editor)
    page.goto(PICTURES)
    page.context.clear_cookies(name="sessionid")
    page.set_input_files("#upload-files", payload({"one.jpg": photo(1)}))
    page.locator(".upload-refused").wait_for()
    assert "signed out" in refused(page)["one.jpg"]
    assert not StoredFile.objects.exists()


def test_many_files_without_a_script(with_static_files, live_server, browser, client, editor, small_limit):
    client.force_login(editor)
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{PICTURES}add/")
    files = five_files()
    page.set_input_files("#upload-files", payload(files))
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/describe/**")
    assert page.locator("section.described").count() == 3
    page.locator("text=words.jpg: This is not a picture").wait_for()
    page.locator("text=huge.jpg: The file is larger").wait_for()
    page.fill("#id_all-credit", "Press office")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("text=Stored: 3 entries.")
    assert set(Image.objects.values_list("credit", flat=True)) == {"Press office"}
    context.close()


def marked(page):
    """Where the marker's middle lies on the picture, in percent."""
    picture, marker = (page.locator(where).bounding_box() for where in ("#focal img", ".focal-marker"))
    x, y = (marker[at] + marker[size] / 2 - picture[at] for at, size in (("x", "width"), ("y", "height")))
    return round(100 * x / picture["width"]), round(100 * y / picture["height"])


def test_the_focal_point_is_a_click_and_the_cut_follows(signed_in_page, editor, tmp_path):
    image = picture(tmp_path, editor)
    page = signed_in_page(editor)
    complaints = listen(page)
    page.goto(f"{PICTURES}{image.pk}/change/")
    shown = page.locator("#focal img")
    box = shown.bounding_box()
    shown.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    assert (page.input_value("#id_focal_x"), page.input_value("#id_focal_y")) == ("25", "75")
    assert marked(page) == (25, 75)
    page.fill("#id_focal_y", "100")
    assert marked(page) == (25, 100)
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("text=Stored.")
    image.refresh_from_db()
    assert (image.focal_x, image.focal_y) == (25, 100)
    assert image.file.renditions.filter(spec="t480-25x100.avif").exists()
    assert complaints == []


def test_words_are_not_left_behind_unasked(signed_in_page, editor, tmp_path):
    image = picture(tmp_path, editor)
    page = signed_in_page(editor)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto(f"{PICTURES}describe/?ids={image.pk}")
    page.locator(f"#id_{image.pk}-alt").press_sequentially("A table")
    page.get_by_role("link", name="Home").click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.input_value(f"#id_{image.pk}-alt") == "A table"


@pytest.fixture
def addresses(editor, tmp_path):
    """One page of each sort, with something on it."""
    images = [picture(tmp_path, editor, serial, alt="A table" if serial % 2 else "") for serial in (1, 2, 3)]
    hidden = make_attachment(editor, findings=[["author", "Anna"], ["comments", "3 (Anna)"]])
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf("Anna"))
    document = library.add_attachment(path, "report.pdf", by=editor, language="en").row
    library.confirm(document, by=editor)
    draft = make_draft(editor, title="The session begins")
    show(draft, images[0])
    attach(draft, hidden)
    ids = ",".join(str(image.pk) for image in images)
    documents = "/admin/cms/attachment/"
    return [
        PICTURES,
        f"{PICTURES}?q=nothing",
        f"{PICTURES}add/",
        f"{PICTURES}describe/?ids={ids}",
        f"{PICTURES}{images[0].pk}/change/",
        documents,
        f"{documents}add/",
        f"{documents}describe/?ids={hidden.pk},{document.pk}",
        f"{documents}{hidden.pk}/change/",
        f"{documents}{document.pk}/change/",
    ]


def test_axe_finds_nothing_and_the_console_is_silent(signed_in_page, chief, addresses):
    page = signed_in_page(chief)
    complaints = listen(page)
    page.on("response", lambda answer: answer.status >= 400 and complaints.append(f"{answer.status} {answer.url}"))
    for address in addresses:
        page.goto(address, wait_until="networkidle")
        assert complaints == [], address
        assert violations_in_both_schemes(page) == [], address
        complaints.clear()  # axe asks for the files that stylesheets import, relative to the page


def test_axe_finds_nothing_after_an_upload_and_in_a_form_with_errors(signed_in_page, editor, small_limit):
    page = signed_in_page(editor)
    page.goto(PICTURES)
    page.set_input_files("#upload-files", payload(five_files()))
    assert_five_files_arrived(page)
    assert violations_in_both_schemes(page) == []
    page.get_by_role("link", name="Describe what you uploaded").click()
    first = Image.objects.order_by("pk").first()
    page.fill(f"#id_{first.pk}-alt", "Both")
    page.check(f"#id_{first.pk}-decorative")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").wait_for()
    assert violations_in_both_schemes(page) == []


def test_pages_do_not_scroll_sideways_on_a_phone(signed_in_page, editor, addresses):
    page = signed_in_page(editor)
    page.set_viewport_size({"width": 320, "height": 640})
    for address in addresses:
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, address
