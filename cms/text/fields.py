"""The body field and its editor. This is the only module that knows CKEditor (design.md, section 7)."""

from __future__ import annotations

from typing import Any

from ckeditor.widgets import CKEditorWidget
from django import forms
from django.db import models
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

ALLOWED = (
    "p h2 h3 h4 blockquote[id,dir,lang]; strong em sub sup cite q; abbr[title]; ul[id]; li[id]; dl; dt dd[id]; "
    "ol[id,start,type]; a[!href,title,hreflang]; table[id,dir,lang]; caption thead tbody tfoot tr; "
    "th td[colspan,rowspan,scope,dir,lang]; span[!lang]; span[!dir]; "
    # A picture of the library, by its number. Its address is only ever for the eyes of whoever edits (figures.py).
    "figure[id,dir,lang]; figcaption[dir,lang]; img[!data-image,alt,data-decorative,src]"
)
TOOLS = [
    ["Format"],
    ["Bold", "Italic", "Superscript", "Subscript", "RemoveFormat"],
    ["BulletedList", "NumberedList", "Blockquote"],
    ["Link", "Unlink", "Picture", "Table", "SpecialChar"],
    ["PasteText", "PasteFromWord"],
    ["Undo", "Redo", "Find", "Maximize"],
    ["Language", "BidiLtr", "BidiRtl"],
]
REMOVED = (
    "about,flash,image,iframe,iframedialog,forms,smiley,scayt,wsc,print,preview,save,newpage,exportpdf,templates,div,"
    "colorbutton,colordialog,font,copyformatting,uploadimage,codesnippet,codesnippetgeshi,stylescombo,elementspath,"
    "pagebreak,horizontalrule,image2,embed,embedbase,autoembed,cloudservices,easyimage"
)
PASSAGE_LANGUAGES = ["en:English", "ru:Русский", "fr:Français", "es:Español", "ar:العربية:rtl", "zh:中文", "hy:Հայերեն",
                     "kk:Қазақша", "ky:Кыргызча", "tg:Тоҷикӣ", "la:Latina"]  # fmt: skip


def editor_config(with_source: bool = False) -> dict[str, Any]:
    """CKEditor's configuration: what a press officer needs, and nothing that its known faults need.

    with_source: add the HTML source button (chief editors).
    """
    return {
        "skin": "moono-lisa",
        "toolbar": [*TOOLS, ["Source"]] if with_source else TOOLS,
        "format_tags": "p;h2;h3;h4",
        "fullPage": False,
        "versionCheck": False,
        "linkDefaultProtocol": "https://",
        "linkShowAdvancedTab": False,
        "linkShowTargetTab": False,
        "removeDialogTabs": "table:advanced;tableProperties:advanced",
        "stylesSet": False,
        "removePlugins": REMOVED if with_source else REMOVED + ",sourcearea",
        "extraPlugins": "pressoffice,presspicture",
        "language_list": PASSAGE_LANGUAGES,
        "allowedContent": ALLOWED,
        "disallowedContent": "script style iframe object embed svg math; *[on*]",
        "pasteFromWordRemoveFontStyles": True,
        "pasteFromWord_inlineImages": False,
        "clipboard_handleImages": False,  # a picture comes from the library, never as bytes in the text
        "disableNativeSpellChecker": False,
        "entities": False,
        "height": 520,
        "width": "100%",
        "resize_dir": "vertical",
        "title": str(_("Text")),
        "picture": _words_of_pictures(),
    }


def _words_of_pictures() -> dict[str, str]:
    """What our plug-in says about pictures (static/cms/editor/plugin.js)."""
    return {
        "button": str(_("Picture from the library")),
        "edit": str(_("Picture")),
        "alt": str(_("Alternative text: what is to be seen, for those who do not see it")),
        "decorative": str(_("Decorative: it says nothing that the text does not say")),
        "missing": str(_("Write an alternative text, or say that the picture is decorative.")),
        "caption": str(_("Caption")),
        "another": str(_("Choose another picture …")),
    }


class EditorWidget(CKEditorWidget):
    """The editor, able to run under a policy without inline script."""

    def __init__(self, with_source: bool = False, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs)
        self.with_source = with_source

    @property
    def media(self) -> forms.Media:
        """After the editor's own files, which it amends, and before the first editor starts."""
        editor = super().media
        # One list: between two, Django keeps no order.
        styles = [*editor._css["all"], "cms/editor/skin.css"]
        return forms.Media(css={"all": styles}, js=[*editor._js, "cms/editor/csp.js"])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        # The editor asks for plug-ins by name, below a literal address: of a directory, which has no hash.
        place = static("cms/editor/")
        files = {"pressoffice": "plugin.js", "presspicture": "picture.js"}
        self.external_plugin_resources = [(name, place, file) for name, file in files.items()]
        # The library reads the active language and cannot do without one (management commands run with none).
        with translation.override(get_language() or "en"):
            self.config = {**editor_config(self.with_source), "contentsCss": [static("cms/editor/content.css")]}
            return super().get_context(name, value, attrs)


class BodyField(models.TextField):
    """Cleaned HTML. The admin edits it with the editor; everything else sees text."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"widget": EditorWidget(), **kwargs})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs
