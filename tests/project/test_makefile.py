"""README's commands call ours as they are: each `manage.py …` in the Makefile is one that its command understands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

MAKEFILE = (Path(__file__).parent.parent.parent / "Makefile").read_text()
CALLS = [
    call.replace("$(LOCALES:%=--locale %)", "--locale ru") for call in re.findall(r"manage\.py ([^\n;|&]+)", MAKEFILE)
]


@pytest.mark.once
@pytest.mark.parametrize("call", CALLS)
def test_its_arguments_are_known(call):
    name, *arguments = shlex.split(re.sub(r"\$\([^)]*\)", "x", call))
    command = load_command_class(get_commands()[name], name)
    command.create_parser("manage.py", name).parse_args(arguments)


def test_the_two_commands_are_looked_at():
    assert {"migrate", "demo", "search", "collectstatic", "welcome"} <= {call.split()[0] for call in CALLS}
