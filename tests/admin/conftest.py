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


@pytest.fixture(scope="session")
def editor_contexts(production, browser, signed_in_there):
    """Give it a name and what differs: the browser context of that person. A second page of it finds the editor's sixty
    files in the browser's memory, and its scripts compiled."""
    contexts = {}

    def context_for(name: str, **options):
        known = (name, *sorted(options.items()))
        if known not in contexts:
            state = signed_in_there[name]
            contexts[known] = browser.new_context(
                base_url=production[0], storage_state=state, locale="en-GB", **options
            )
        return contexts[known]

    yield context_for
    for context in contexts.values():
        context.close()


@pytest.fixture
def editor_form(production, editor_contexts):
    """Give it a name and a colour scheme: the form of a news item, with the editor running."""
    forms = []

    def open_for(name: str = "editor", scheme: str = "light") -> EditorForm:
        forms.append(EditorForm(editor_contexts(name, color_scheme=scheme), production[0]))
        return forms[-1].open()

    yield open_for
    for form in forms:
        form.page.close()
