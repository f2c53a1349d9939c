"""What speaks against an action unless the person insists: each sort of doubt with its own words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..models import Edition
from .required import in_words, lacking, lacks_languages
from .slips import more_than_it_says


@dataclass(frozen=True)
class Doubt:
    """A sort of doubt.

    key: how an action and its form name it. found: the sentences that tell it of an edition; none where there is no
    doubt. insist: the box that is ticked to go on. how: what to do, by action, where nobody insisted. kept: what the
    journal says of an edition where somebody did, before their reason.
    """

    key: str
    found: Callable[[Edition], list[Any]]
    insist: Any
    how: dict[str, Any]
    kept: Callable[[Edition], Any]


@dataclass(frozen=True)
class Raised:
    """A doubt about one edition, in sentences."""

    doubt: Doubt
    sentences: list[str]

    def is_set_aside(self, insisted: Collection[str], comment: str) -> bool:
        """Whether a person insisted in spite of it, and said why."""
        return self.doubt.key in insisted and bool(comment.strip())

    def reasons(self, action: str) -> list[str]:
        """Why the action is refused, and what to do about it."""
        return [*self.sentences, str(self.doubt.how[action])]


_CONFIRM = _("Confirm that it is a typing slip all the same, and say why; or return it.")
_WAIVE = _("Wait for the translation; or publish without it, and say why.")

SLIP = Doubt(
    "insists",
    more_than_it_says,
    _("It is a typing slip all the same"),
    {
        "submit": _(
            "This is more than a typing slip. Choose another kind of change; or say in the comment why it is one: a "
            "moderator has to confirm it."
        ),
        "approve": _CONFIRM,
        "force": _CONFIRM,
    },
    lambda edition: _("Confirmed to be a typing slip"),
)
LANGUAGES = Doubt(
    "waives",
    lacks_languages,
    _("Publish without the translation"),
    {"approve": _WAIVE, "force": _WAIVE},
    lambda edition: _("Published without a translation into %s") % in_words(lacking(edition)),
)


def raised(doubts: Collection[Doubt], edition: Edition) -> list[Raised]:
    """Those of these doubts that there are about an edition."""
    found = [Raised(doubt, [str(sentence) for sentence in doubt.found(edition)]) for doubt in doubts]
    return [each for each in found if each.sentences]


def with_what_was_set_aside(set_aside: list[Raised], edition: Edition, comment: str) -> str:
    """A comment for the journal that names the doubts in spite of which something was done."""
    if not set_aside:
        return comment
    kept = ". ".join(str(each.doubt.kept(edition)) for each in set_aside)
    return f"{kept}: {comment}"
