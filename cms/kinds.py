"""The kinds of publication there are. An app registers its models when it is ready, so that cms never imports one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .models import Edition


@dataclass(frozen=True)
class Genre:
    """What sort of text an edition is, in the words of its kind.

    label: shown in lists. explanation: shown on the page, may be empty. plural: heads several of them. announces: it
    says that something will take place. reports: it tells of what has taken place. verbatim: its words are those
    that were said or written, and no account of them. prepared: it was written to be spoken, and not spoken yet.
    spoken: it gives what was spoken; then what readers are told where it is compared with a prepared text, with
    %(older)d and %(newer)d for the numbers of the two editions.
    """

    label: Any  # a lazy translation
    explanation: Any = ""
    plural: Any = ""
    announces: bool = False
    reports: bool = False
    verbatim: bool = True
    prepared: bool = False
    spoken: Any = ""


@dataclass(frozen=True)
class Happening:
    """What an edition announces: a day, where it is known the time by the clocks of a zone, "" for the office's own."""

    day: date
    time: time | None = None
    zone: str = ""


_models: dict[str, type[Edition]] = {}


def register(model: type[Edition]) -> None:
    """Make a kind known. `model.KIND` is its key; registering two models under one key is an error."""
    known = _models.setdefault(model.KIND, model)
    if known is not model:
        raise ValueError(f"kind {model.KIND!r} is {known.__name__} already, not {model.__name__}")


def model_of(kind: str) -> type[Edition]:
    """The model of a kind. KeyError where no app has registered it."""
    return _models[kind]


def all_models() -> list[type[Edition]]:
    return list(_models.values())


def listed() -> list[str]:
    """Keys of the kinds that stand in lists (a section's own text does not)."""
    return [key for key, model in _models.items() if model.LISTED]


def announcing() -> list[tuple[str, str]]:
    """(kind, genre) of all texts that say that something will take place."""
    return [pair for pair, genre in _genres().items() if genre.announces]


def reporting() -> list[tuple[str, str]]:
    """(kind, genre) of all texts that tell of what has taken place."""
    return [pair for pair, genre in _genres().items() if genre.reports]


def all_genres() -> list[tuple[str, str]]:
    """(kind, genre) of all there are, in the order in which kinds name them."""
    return list(_genres())


def _genres() -> dict[tuple[str, str], Genre]:
    return {(key, name): genre for key, model in _models.items() for name, genre in model.GENRES.items()}


def child_names() -> list[str]:
    """Names under which an Edition reaches its children, for select_related."""
    return [model._meta.model_name or "" for model in _models.values()]
