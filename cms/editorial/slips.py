"""Whether what an editor calls a typing slip is one: the edition against the one that readers had before."""

from __future__ import annotations

from typing import Any

from ..models import Change, Edition
from ..text.fragment import escape
from ..text.slip import more_than_a_slip

TEXTS = ("title", "summary")
# Content that the words say already, that follows from them, or that speaks of the change itself.
NOT_FACTS = {*"title summary body slug language kind byline change public_note media lead".split()}


def more_than_it_says(edition: Edition) -> list[Any]:
    """Why an edition that says it mends a typing slip changes more, in sentences; none for any other edition."""
    before = edition.predecessor() if edition.change == Change.SLIP else None
    if before is None:
        return []
    names = [getattr(each, name) for each in (before, edition) for name in ("byline", "event_title", "place")]
    return more_than_a_slip(_texts(before), _texts(edition), names=names, facts=_facts_changed(before, edition))


def _texts(edition: Edition) -> dict[str, str]:
    return {"body": edition.body, **{name: escape(getattr(edition, name)) for name in TEXTS}}


def _facts_changed(before: Edition, after: Edition) -> list[Any]:
    """The names of what else readers get and what differs."""
    old, new = before.kind_edition, after.kind_edition
    fields = [field for field in new.content_fields() if field.name not in NOT_FACTS]
    found: list[Any] = [f.verbose_name for f in fields if f.value_from_object(old) != f.value_from_object(new)]
    for (_name, rows), (_same, rows_after) in zip(old.parts(), new.parts(), strict=True):
        if [row.content() for row in rows] != [row.content() for row in rows_after]:
            found.append(rows.model._meta.verbose_name_plural)
    return found
