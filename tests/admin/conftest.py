"""What the tests of the editor share: a site served as in production."""

from __future__ import annotations

import pytest

from tests.admin.editor_site import PASSWORD, EditorForm, serving


@pytest.fixture(scope="session")
def production(tmp_path_factory, hashed_static):
    """Address and STATIC_ROOT of a running site that has an editor and a chief editor."""
    with serving(tmp_path_factory.mktemp("site"), hashed_static) as address:
        yield address, hashed_static


@pytest.fixture(scope="session")
def signed_in_there(production, browser):
    """The cookies of each person, who signed in by the form."""
    address, _static = production
    states = {}
    for name in ("editor", "chief"):
        context = browser.new_context(base_url=address)
        page = context.new_page()
        page.goto("/admin/login/?next=/admin/")
        page.fill("#id_username", name)
        page.fill("#id_password", PASSWORD)
        page.click("input[type=submit]")
        page.wait_for_url(f"{address}/admin/")
        states[name] = context.storage_state()
        context.close()
    return states


@pytest.fixture
def editor_form(production, browser, signed_in_there):
    """Give it a name and a colour scheme: the form of a news item, with the editor running."""
    contexts = []

    def open_for(name: str = "editor", scheme: str = "light", **options) -> EditorForm:
        context = browser.new_context(
            base_url=production[0], storage_state=signed_in_there[name], color_scheme=scheme, locale="en-GB", **options
        )
        contexts.append(context)
        return EditorForm(context, production[0]).open()

    yield open_for
    for context in contexts:
        context.close()
