"""Who may import whom (design.md, section 5): read from the source, downward only."""

import ast
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).parent.parent
# From the bottom up. A module may import its own layer's package and what stands below; never another in its row.
ROWS = [
    ["cms.text", "cms.media"],
    ["cms.models"],
    ["cms.editorial", "cms.search"],
    ["cms.public", "cms.admin"],
    ["cms.operations"],  # for those who run the site: settings, urls and wsgi name it
    ["cms.management"],  # commands: nothing imports them
    ["news", "speeches"],
]
# What stands beside the layers: wiring that Django finds by name, and the registry of kinds.
ANYWHERE = {"cms.kinds"}
WIRING = {"cms", "cms.apps", "cms.settings", "cms.urls", "cms.wsgi", "cms.asgi", "cms.checks", "cms.accounts"}
MAY_NAME_KINDS = {"cms.settings", "cms.urls"}


def modules():
    for package in ("cms", "news", "speeches"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                yield name.removesuffix(".__init__"), path


def imports(name, path):
    """Absolute names of everything a module imports, inside functions too."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def layer(name):
    for height, row in enumerate(ROWS):
        for package in row:
            if name == package or name.startswith(package + "."):
                return height, package
    return None


def wrong(name, imported):
    mine, theirs = layer(name), layer(imported)
    if theirs is None or imported in ANYWHERE:
        return False
    if theirs[0] == len(ROWS) - 1 and name.startswith("cms"):
        return name not in MAY_NAME_KINDS
    if mine is None:
        return False
    return theirs[0] > mine[0] or (theirs[0] == mine[0] and theirs[1] != mine[1])


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=lambda part: part if isinstance(part, str) else "")
def test_imports_go_downward_only(name, path):
    assert [imported for imported in imports(name, path) if wrong(name, imported)] == []


def test_every_module_has_its_place():
    homeless = [n for n, _p in modules() if layer(n) is None and n not in WIRING | ANYWHERE and "templatetags" not in n]
    assert homeless == ["cms.locale"] or homeless == []


def test_the_test_sees_a_wrong_import():
    assert wrong("cms.models.edition", "cms.editorial.actions")
    assert wrong("cms.public.views", "cms.admin.site")
    assert wrong("cms.admin.edition", "speeches.models")
    assert wrong("news.models", "speeches.models.Speech")
    assert not wrong("speeches.admin", "cms.admin.edition.EditionAdmin")


def test_one_module_knows_the_editor():
    knowing = [
        name for name, path in modules() if any(i.split(".")[0].startswith("ckeditor") for i in imports(name, path))
    ]
    assert knowing == ["cms.text.fields"]


def test_the_top_level_is_as_the_design_says():
    wanted = {"manage.py", "pyproject.toml", "README.md", "cms", "news", "speeches", "templates", "static", "tests"}
    assert wanted <= {path.name for path in ROOT.iterdir()}
