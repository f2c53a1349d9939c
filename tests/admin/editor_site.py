"""A site as in production, for tests in a browser: gunicorn, DEBUG off, hashed static files, a scratch database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PASSWORD = "correct horse battery staple"
SETTINGS = """
from cms.settings import *
STATIC_ROOT = {static!r}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""
PEOPLE = f"""
from django.contrib.auth.models import Group
from cms.models import Identity, Section, User
for name, group in (("editor", "Editors"), ("chief", "Chief editors")):
    user = User.objects.create_user(name, password={PASSWORD!r}, first_name=name, last_name="Tester", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
Section.objects.create(language="en", title="Activities")
"""


@contextmanager
def serving(place: Path, static: Path) -> Iterator[str]:
    """Run the site with its files in a folder. static: its STATIC_ROOT, filled. Yields its address."""
    (place / "editor_site_settings.py").write_text(SETTINGS.format(static=str(static)))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "PYTHONPATH": f"{place}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "editor_site_settings",
        "DATABASE_URL": f"sqlite:///{place / 'site.sqlite3'}",
        "DEBUG": "off",
        "SECURE": "off",
        "SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests-0123456789",
        "ALLOWED_HOSTS": "127.0.0.1",
        "LOG_LEVEL": "ERROR",
    }

    def manage(*arguments: str, **options) -> None:
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True, **options)

    manage("migrate", "-v0")
    manage("shell", "-v0", "-c", PEOPLE)
    gunicorn = [sys.executable, "-m", "gunicorn", "cms.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "8"]
    with open(place / "server.log", "w") as log:
        server = subprocess.Popen(
            [*gunicorn, "--no-control-socket"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/admin/login/", place / "server.log")
        yield address
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(address: str, log: Path) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


def type_in_editor(page, text: str) -> None:
    """Type where the caret is, as a person does: not in the fifth of a second in which CKEditor, having got the focus
    or a new selection, has not looked at it yet and may set the caret, and what was typed meanwhile, aright again."""
    page.wait_for_function("Object.values(CKEDITOR.instances).some(editor => editor.focusManager.hasFocus)")
    page.wait_for_timeout(400)
    page.keyboard.type(text, delay=5)


class EditorForm:
    """A browser page with the form of a news item, and what one does in its editor."""

    def __init__(self, context, address: str) -> None:
        self.address = address
        self.page = context.new_page()
        self.faults: list[str] = []
        self.page.on("console", lambda message: self._note(message.type in ("error", "warning"), message.text))
        self.page.on("pageerror", lambda error: self._note(True, str(error)))
        self.page.on("dialog", lambda dialog: (self._note(True, f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("response", lambda answer: self._note(answer.status >= 400, f"{answer.status} {answer.url}"))
        self.page.on("request", lambda request: self._note(not self._is_ours(request.url), f"off-site {request.url}"))

    def _note(self, is_fault: bool, words: str) -> None:
        if is_fault:
            self.faults.append(words)

    def _is_ours(self, url: str) -> bool:
        return url.startswith((self.address, "data:", "about:"))

    def open(self) -> EditorForm:
        self.page.goto("/admin/news/newsitem/add/")
        self.page.locator("iframe.cke_wysiwyg_frame").wait_for()
        self.body.wait_for()
        return self

    @property
    def body(self):
        return self.page.frame_locator("iframe.cke_wysiwyg_frame").first.locator("body[contenteditable=true]")

    @property
    def data(self) -> str:
        return unescape(self.page.evaluate("CKEDITOR.instances.id_body.getData()")).replace("\n", "").replace("\t", "")

    @data.setter
    def data(self, html: str) -> None:
        self.page.evaluate(
            "html => new Promise(done => CKEDITOR.instances.id_body.setData(html, {callback: done}))", html
        )

    def write(self, text: str) -> None:
        self.body.click()
        type_in_editor(self.page, text)

    def select_all(self) -> None:
        self.body.press("Control+a")

    def press(self, button: str) -> None:
        self.page.locator(f".cke_button__{button}").first.click()

    def choose(self, words: str) -> None:
        """From an open drop-down, which is a frame of its own."""
        self.page.frame_locator(".cke_panel:visible iframe").get_by_text(words, exact=True).click()

    def format(self, name: str) -> None:
        self.page.locator(".cke_combo__format a").click()
        self.choose(name)

    def dialog(self):
        return self.page.locator(".cke_dialog:visible")

    def confirm(self) -> None:
        self.dialog().locator(".cke_dialog_ui_button_ok").click()
        self.page.wait_for_timeout(100)

    def paste(self, html: str, text: str = "text") -> None:
        self.body.click()
        self.body.evaluate(
            """(body, [html, text]) => {
                const { DataTransfer, ClipboardEvent } = body.ownerDocument.defaultView;
                const clipboard = new DataTransfer();
                clipboard.setData("text/html", html);
                clipboard.setData("text/plain", text);
                const event = new ClipboardEvent("paste", {clipboardData: clipboard, bubbles: true, cancelable: true});
                body.dispatchEvent(event);
            }""",
            [html, text],
        )
        self.page.wait_for_timeout(600)  # the filter for Word is loaded when it is first needed
