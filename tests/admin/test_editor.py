"""The editor in a real browser, served as in production: DEBUG off, hashed and compressed static files, strict policy.

Each fault of CKEditor 4.22.1 that cms/settings.py names beside `ckeditor.W001` has its test here.
"""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import pytest

from cms.text.fields import EditorWidget, editor_config
from tests.admin.editor_site import type_in_editor

ROOT = Path(__file__).parent.parent.parent
browser_test = pytest.mark.browser
pytestmark = pytest.mark.once


@browser_test
@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 24, 27)")])
def test_it_starts_in_light_and_dark_without_a_word_on_the_console(editor_form, scheme, ground):
    form = editor_form(scheme=scheme)
    form.page.wait_for_timeout(500)
    assert form.body.evaluate("body => getComputedStyle(body).backgroundColor") == ground
    assert form.page.locator(".cke_button").count() > 15
    assert form.faults == []


@browser_test
def test_it_follows_the_switch_between_light_and_dark(editor_form):
    form = editor_form(scheme="light")
    form.page.locator(".theme-toggle").first.click()
    theme = form.page.evaluate("document.documentElement.dataset.theme")
    assert form.body.evaluate("body => body.ownerDocument.documentElement.dataset.theme") == theme == "dark"


@browser_test
def test_russian_is_typed_and_undone(editor_form):
    form = editor_form()
    form.write("Заявление Генерального секретаря")
    assert form.data == "<p>Заявление Генерального секретаря</p>"
    form.press("undo")
    assert form.data != "<p>Заявление Генерального секретаря</p>"
    form.press("redo")
    assert form.data == "<p>Заявление Генерального секретаря</p>"
    assert form.faults == []


@browser_test
@pytest.mark.parametrize(
    ("button", "wanted"),
    [
        ("bold", "<p><strong>word</strong></p>"),
        ("italic", "<p><em>word</em></p>"),
        ("superscript", "<p><sup>word</sup></p>"),
        ("subscript", "<p><sub>word</sub></p>"),
        ("bulletedlist", "<ul><li>word</li></ul>"),
        ("numberedlist", "<ol><li>word</li></ol>"),
        ("blockquote", "<blockquote><p>word</p></blockquote>"),
    ],
)
def test_a_button_does_what_it_says(editor_form, button, wanted):
    form = editor_form()
    form.write("word")
    form.select_all()
    form.press(button)
    assert form.data == wanted
    assert form.faults == []


@browser_test
def test_a_line_becomes_a_heading_by_its_format(editor_form):
    form = editor_form()
    form.write("A heading")
    form.format("Heading 2")
    assert form.data == "<h2>A heading</h2>"
    assert form.faults == []


@browser_test
def test_a_link_is_made_in_its_dialog(editor_form):
    form = editor_form()
    form.write("the treaty")
    form.select_all()
    form.press("link")
    assert form.dialog().locator(".cke_dialog_tab:visible").count() <= 1
    kinds = form.dialog().get_by_label("Link Type").locator("option").all_inner_texts()
    assert "Link to anchor in the text" not in kinds
    form.dialog().get_by_role("textbox", name="URL").fill("example.org/treaty")
    form.confirm()
    assert form.data == '<p><a href="https://example.org/treaty">the treaty</a></p>'
    assert form.faults == []


@browser_test
def test_a_table_gets_a_header_row_in_its_dialog(editor_form):
    form = editor_form()
    form.body.click()
    form.press("table")
    assert form.dialog().locator(".cke_dialog_tab:visible").count() <= 1
    assert form.dialog().get_by_label("Headers").input_value() == "row"
    form.dialog().get_by_label("Columns").fill("2")
    form.confirm()
    assert "<thead><tr><th" in form.data
    assert form.faults == []


@browser_test
def test_a_passage_is_marked_as_another_language(editor_form):
    form = editor_form()
    form.write("bonjour")
    form.select_all()
    form.press("language")
    form.choose("Français")
    assert 'lang="fr"' in form.data
    assert form.faults == []


@browser_test
def test_a_special_character_and_a_search_are_found_in_their_dialogs(editor_form):
    form = editor_form()
    form.body.click()
    form.press("specialchar")
    form.dialog().locator("a[title='€'], a:has-text('€')").first.click()
    assert "€" in form.data
    form.press("find")
    form.dialog().locator(".cke_dialog_ui_button_cancel").click()
    assert form.faults == []


@browser_test
def test_it_fills_the_window_and_gives_it_back(editor_form):
    form = editor_form()
    before = form.page.locator("#cke_id_body").bounding_box()
    form.press("maximize")
    assert form.page.locator("#cke_id_body .cke_maximized").count() == 1
    form.press("maximize")
    assert form.page.locator("#cke_id_body").bounding_box()["width"] == before["width"]
    assert form.faults == []


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><style>p.MsoNormal {mso-style-parent:""}</style></head>
<body lang=RU><!--StartFragment-->
<p class=MsoNormal style='mso-margin-top-alt:auto'><b>Доклад<o:p></o:p></b></p>
<p class=MsoNormal>Первый <ins cite="mailto:A" datetime="2025-05-19T10:00">вставка</ins><del cite="mailto:A"
datetime="2025-05-19T10:00">удалено<del>внутри</del></del> конец.<img src="file:///C:/secret.png"></p>
<p class=MsoNormal><span style='font-size:18.0pt;font-family:"Comic Sans MS";color:red'>Красное</span></p>
<!--EndFragment--></body></html>"""


@browser_test
def test_what_comes_from_word_comes_without_its_debris(editor_form):
    form = editor_form()
    form.paste(WORD, "Доклад")
    assert "<strong>Доклад</strong>" in form.data
    assert "вставка" in form.data and "Красное" in form.data
    for debris in ("удалено", "внутри", "<img", "Mso", "style=", "<o:p", "Comic"):
        assert debris not in form.data
    assert form.faults == []


@browser_test
def test_a_split_paragraph_keeps_its_id_once(editor_form):
    form = editor_form()
    form.data = '<p id="abc123">First half second half</p>'
    form.body.click()
    form.page.keyboard.press("Control+End")
    form.page.keyboard.press("Enter")
    type_in_editor(form.page, "A new paragraph.")
    assert form.data.count('id="abc123"') == 1
    assert "<p>A new paragraph.</p>" in form.data


@browser_test
def test_the_source_is_for_chief_editors(editor_form):
    assert editor_form("editor").page.locator(".cke_button__source").count() == 0
    form = editor_form("chief")
    form.press("source")
    form.page.locator("textarea.cke_source").fill("<h2>By hand</h2>")
    form.press("source")
    form.body.locator("h2").wait_for()
    assert form.data == "<h2>By hand</h2>"
    assert form.faults == []


@browser_test
def test_two_editors_run_on_one_page(editor_form):
    form = editor_form()
    form.page.evaluate("""() => {
        const area = document.createElement("textarea");
        area.id = "second";
        document.querySelector("form textarea").after(area);
        CKEDITOR.replace("second", JSON.parse(document.getElementById("id_body").dataset.config));
    }""")
    second = form.page.frame_locator("#cke_second iframe.cke_wysiwyg_frame").locator("body[contenteditable=true]")
    second.click()
    form.page.locator("#cke_second .cke_button__bold").click()
    type_in_editor(form.page, "second")
    assert "<strong>second</strong>" in form.page.evaluate("CKEDITOR.instances.second.getData()")
    assert form.data == ""
    assert form.faults == []


# Variants of GHSA-fq6h-4g8v-qqvm: a CDATA section, or the raw text of an element, hides a tag from CKEditor's parser.
PAYLOADS = [
    "<p>x<![CDATA[<img src=x onerror=top.broken=1>]]></p>",
    "<style><![CDATA[</style><img src=x onerror=top.broken=1>]]></style>",
    "<p>a</p><style>/*<![CDATA[*/</style><svg onload=top.broken=1>/*]]>*/</style>",
    "<textarea><![CDATA[</textarea><img src=x onerror=top.broken=1>]]></textarea>",
    "<script>top.broken=1</script><p onclick=top.broken=1 onmouseover=top.broken=1>x</p>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=top.broken=1&gt;'>",
]


@browser_test
@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("way", ["data", "paste"])
def test_cve_2024_24815_nothing_hidden_in_a_text_is_run(editor_form, payload, way):
    form = editor_form()
    if way == "data":
        form.data = payload
    else:
        form.paste(payload)
    form.page.wait_for_timeout(300)
    assert form.page.evaluate("window.broken") is None
    found = form.body.evaluate("body => body.querySelectorAll('script, style, svg, [onerror], [onload]').length")
    assert found == 0


@browser_test
def test_a_handler_in_a_text_is_never_taken_for_one_of_the_interface(editor_form):
    form = editor_form()
    form.page.evaluate("CKEDITOR.tools.mine = CKEDITOR.tools.addFunction(() => { window.broken = 1; })")
    form.body.evaluate("""body => {
        const number = top.CKEDITOR.tools.mine;
        body.innerHTML = `<p data-cke-onclick="CKEDITOR.tools.callFunction(${number})">text</p>`;
    }""")
    form.body.locator("p").click()
    assert form.page.evaluate("window.broken") is None


# --- What is not there


@browser_test
def test_cve_2024_24816_and_2023_4771_no_samples_are_collected(production):
    _address, static = production
    collected = [str(path.relative_to(static)) for path in (static / "ckeditor").rglob("*") if path.is_file()]
    assert any(name.endswith("ckeditor/ckeditor/ckeditor.js") for name in collected)
    assert [name for name in collected if "sample" in name.lower() or "/preview/" in name] == []


@browser_test
def test_cve_2024_43407_geshi_and_all_that_calls_other_hosts_is_not_collected(production):
    _address, static = production
    plugins = {path.name for path in (static / "ckeditor/ckeditor/plugins").iterdir() if path.is_dir()}
    assert plugins & {"codesnippetgeshi", "exportpdf", "wsc", "scayt", "embed", "image2", "uploadimage"} == set()
    assert not (static / "ckeditor/galleriffic").exists()


def test_cve_2024_43411_the_version_check_is_off():
    html = EditorWidget().render("body", "", {"id": "id_body"})
    assert json.loads(unescape(html.split('data-config="')[1].split('"')[0]))["versionCheck"] is False


def test_the_editor_is_given_rules_and_never_everything():
    for config in (editor_config(), editor_config(with_source=True)):
        assert config["fullPage"] is False
        assert isinstance(config["allowedContent"], str)
        assert "style" not in config["allowedContent"] and "script" in config["disallowedContent"]
    assert "sourcearea" in editor_config()["removePlugins"]


def test_only_one_module_imports_the_editor():
    users = [
        str(path.relative_to(ROOT))
        for app in ("cms", "news", "speeches")
        for path in (ROOT / app).rglob("*.py")
        if any(line.startswith(("from ckeditor", "import ckeditor")) for line in path.read_text().splitlines())
    ]
    assert users == ["cms/text/fields.py"]


def test_its_uploader_is_not_installed(settings):
    assert "ckeditor_uploader" not in settings.INSTALLED_APPS
