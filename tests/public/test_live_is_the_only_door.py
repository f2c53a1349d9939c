"""Public readers of content go through `live(at)`, `been_live(at)` or `readable(at)`: read from the source."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
# What shows staff what is not live; `_rendition`, which gets a file that came through the door; and what fills the
# index, which holds all that is approved and shows nothing.
EXCEPTIONS = {
    ("cms/public/preview.py", "_edition"),
    ("cms/public/preview.py", "_bytes_of"),
    ("cms/public/media.py", "_for_staff"),
    ("cms/public/media.py", "_rendition"),
    ("cms/search/index.py", "unindexed"),
}
# Models whose rows are texts, or what they show: their managers, and the columns that say whether a text is public.
TEXTS = {"Edition", "NewsItem", "Speech", "Page"}
TEXTS |= {"Picture", "AttachedFile", "Recording", "Image", "Attachment", "StoredFile", "Rendition"}
LIFE = ("state", "live_from", "live_until", "approved_at")
ACCESS = {"objects", "_default_manager", "_base_manager"}


def sources():
    for folder in ("cms/public", "cms/search", "cms/templatetags", "news", "speeches"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path.name != "admin.py" and "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text()


def faults(source):
    """(function, line) of each place that reads texts round the door or spells out what is public."""
    tree = ast.parse(source)
    for parent in ast.walk(tree):
        for child in ast.iter_child_nodes(parent):
            child.parent = parent
    for node in ast.walk(tree):
        if _is_manager(node) and not _goes_through_the_door(node) or _spells_it_out(node):
            yield _function(node), node.lineno


def _is_manager(node):
    if not isinstance(node, ast.Attribute):
        return False
    named = isinstance(node.value, ast.Name) and node.value.id in TEXTS and node.attr in ACCESS
    rows = node.attr == "editions" or node.attr.endswith("_rows")
    return named or rows and _is_queried(node)


def _is_queried(node):
    """`publication.editions.filter(…)`, and not `reading.editions` that somebody loops over."""
    above = node.parent
    return (
        isinstance(above, ast.Attribute)
        and isinstance(above.parent, ast.Call)
        and above.attr not in {"append", "index"}
    )


def _goes_through_the_door(node):
    """`Edition.objects.live(at)`, with the instant."""
    above = node.parent
    call = getattr(above, "parent", None)
    return (
        isinstance(above, ast.Attribute)
        and above.attr in {"live", "been_live", "readable"}
        and isinstance(call, ast.Call)
        and len(call.args) == 1
    )


def _spells_it_out(node):
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "State":
        return True
    if isinstance(node, ast.keyword) and node.arg:
        return node.arg.split("__")[0] in LIFE and isinstance(node.parent, ast.Call)
    return False


def _function(node):
    while node and not isinstance(node, ast.FunctionDef):
        node = getattr(node, "parent", None)
    return node.name if node else ""


def test_every_public_reader_goes_through_the_door():
    found = [
        f"{path}:{line} in {function}"
        for path, source in sources()
        for function, line in faults(source)
        if (path, function) not in EXCEPTIONS
    ]
    assert not found


def test_the_exception_is_still_needed():
    found = {(path, function) for path, source in sources() for function, _line in faults(source)}
    assert found == EXCEPTIONS


@pytest.mark.parametrize(
    "source",
    [
        "Edition.objects.all()",
        "Edition.objects.filter(pk=1)",
        "Edition.objects.live()",
        "NewsItem.objects.newest_first()",
        "Speech._default_manager.get(pk=1)",
        "Picture.objects.filter(code=code)",
        "StoredFile.objects.readable()",
        "Rendition.objects.filter(file__key=key)",
        "edition.picture_rows.all()",
        "publication.editions.filter(number=1)",
        "rows.filter(state='approved')",
        "rows.filter(live_from__lte=now)",
        "Q(live_until__isnull=True)",
        "edition.state == State.APPROVED",
        "def f(queryset=Edition.objects): pass",
    ],
)
def test_the_test_sees_a_way_round(source):
    assert list(faults(source))


@pytest.mark.parametrize(
    "source",
    [
        "Edition.objects.live(at).filter(pk=1)",
        "Edition.objects.been_live(at)",
        "StoredFile.objects.readable(at).filter(key=key)",
        "edition.is_live(at)",
        "a.editions[-1]",
    ],
)
def test_the_test_lets_the_door_be_used(source):
    assert not list(faults(source))
