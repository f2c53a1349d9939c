"""How the child says that a document cannot be taken: a code, which the site turns into a sentence."""

import unicodedata

_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class Unfit(Exception):
    """A document that we do not take. code: a key of `cms.media.formats.REASONS`. detail: a name from the file."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = short(detail, 80)
        super().__init__(code)


def short(text: str, length: int = 200) -> str:
    """Words from a stranger's file in one line of at most `length` characters, without control characters."""
    words = " ".join("".join(" " if unicodedata.category(c) in _UNPRINTABLE else c for c in text[:2000]).split())
    return words if len(words) <= length else words[: length - 1] + "…"


def listed(names: list[str], length: int = 200) -> str:
    """Names in one line, each once, in the order in which they were found."""
    return short(", ".join(dict.fromkeys(filter(None, (short(name, 60) for name in names)))), length)


def counted(number: int, names: list[str]) -> str:
    """A number, and whose they are: "3 (Anna, Boris)"."""
    whose = listed(names)
    return f"{number} ({whose})" if whose else str(number)
