"""Words and the marks they bear, and runs of words as lines and paragraphs."""

import re
from typing import NamedTuple


class Mark(NamedTuple):
    """An inline element around words. Marks that are equal run together; `number` keeps two quotations apart."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()
    number: int = 0


class Run(NamedTuple):
    """Words and the marks they bear, outermost first. A newline stands for a line break, no words for a picture."""

    text: str
    marks: tuple[Mark, ...] = ()


def picture(attributes: dict[str, str]) -> Run:
    """A picture among the words of a block that is being read; `figures` takes it out of them."""
    return Run("", (Mark("img", tuple(attributes.items())),))


_SEEN = re.compile(r"[^\s\u200c-\u200f\u202a-\u202e\u2060-\u2069\u3164\u115f\u1160]")


def can_be_seen(text: str) -> bool:
    return bool(_SEEN.search(text))


def joined(lines: list[list[Run]]) -> list[Run]:
    runs: list[Run] = []
    for line in lines:
        runs += [Run("\n"), *line] if runs else line
    return runs


def lines(runs: list[Run]) -> list[list[list[Run]]]:
    """Runs as paragraphs of lines: empty lines part paragraphs."""
    parts: list[list[list[Run]]] = [[]]
    line: list[Run] = []
    for run in [*runs, Run("\n")]:
        if run.text != "\n":
            line.append(run)
            continue
        if line := _tidy_line(line):
            parts[-1].append(line)
        elif parts[-1]:
            parts.append([])
        line = []
    return [part for part in parts if part]


def one_paragraph(runs: list[Run]) -> list[Run]:
    return joined([line for part in lines(runs) for line in part])


def _tidy_line(line: list[Run]) -> list[Run]:
    """One space between words and none at the ends; empty if there is nothing to see."""
    tidy: list[Run] = []
    for text, marks in line:
        if not tidy:
            text = text.lstrip(" \xa0")
        elif tidy[-1].text.endswith(" "):
            text = text.lstrip(" ")
        if text:
            tidy.append(Run(text, marks))
    while tidy and not tidy[-1].text.rstrip(" \xa0"):
        tidy.pop()
    if tidy:
        tidy[-1] = Run(tidy[-1].text.rstrip(" \xa0"), tidy[-1].marks)
    return tidy if any(can_be_seen(run.text) for run in tidy) else []
