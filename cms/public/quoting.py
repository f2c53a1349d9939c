"""The quote check: whether words stand in a text of ours to the letter, nearly, or not, and in which.

How words are compared is in `cms.text.quoting`; here is which texts are asked, and what is said of each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ..models import Edition, Withdrawal, taken_down
from ..search.quoted import likely
from ..text.quoting import Agreement, Match, Quotation, Record, as_typed
from .errors import public_page
from .files import language_name
from .frame import Frame, answer, everywhere
from .instant import instant

_NO_SIGN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
LONGEST = 2_000  # characters that are read
READ = 20  # texts that are read for one question
SHOWN = 5  # answers
# Words of a text that was taken down are not shown, and with fewer than these nobody is told that they stood in one:
# else it could be asked for its words, one after another.
SHORTEST_OF_GONE = 8


@dataclass(frozen=True)
class Answer:
    """What one text of ours says of a quotation.

    edition: which has the words. live: what is live at its address, None where nothing is. gone: it was taken down, and
    neither its words nor its title may be told. notice: it was withdrawn, and is kept for the record.
    """

    match: Match
    edition: Edition
    live: Edition | None
    gone: bool = False
    notice: Withdrawal | None = None

    @property
    def level(self) -> str:
        """verbatim, words (but for punctuation and case), near; or account, of a text that records nobody's words."""
        genre = self.edition.genre_words
        if genre is not None and not genre.verbatim:
            return "account"
        return self.match.agreement.name.lower()

    @property
    def is_live(self) -> bool:
        return self.live is not None and self.live.pk == self.edition.pk

    @property
    def url(self) -> str:
        """Of the edition in which the words stand."""
        return self.edition.get_absolute_url() if self.is_live else self.edition.get_edition_url()

    @property
    def address(self) -> str:
        """Of the paragraph."""
        place = self.match.passages[0].id if self.match.passages else ""
        return f"{self.url}#{place}" if place else self.url

    @property
    def status(self) -> Any:
        """What sort of text it is, where its label does not say so."""
        genre = self.edition.genre_words
        return "" if genre is None or self.edition.kind_model.LABEL_IS_GENRE else genre.label

    @property
    def language(self) -> str:
        return language_name(self.edition.language)

    @property
    def rank(self) -> tuple[Any, ...]:
        """The surest first: a record before an account, the words before what is near them, live before what was."""
        edition = self.edition
        record = self.level != "account"
        return (record, self.match.agreement, self.is_live, not self.gone, edition.dated_on, edition.pk)


@public_page(keeps=("q",))
def quote(request: HttpRequest) -> HttpResponse:
    """`?q=` the words. Without them: the form."""
    name, at = "public:quote", instant(request)
    frame = Frame.of(request, path=reverse(name), translations=everywhere(name))
    typed = as_one_text(request.GET.get("q", ""))
    quotation = Quotation(typed[:LONGEST])
    context: dict[str, Any] = {"typed": quotation.text, "cut": len(typed) > LONGEST, "longest": LONGEST}
    if quotation.text and not quotation.is_too_short:
        context["answers"] = answers(quotation, at)
    return answer(frame, "public/quote.html", quotation=quotation, **context)


def as_one_text(typed: str) -> str:
    """What was typed, without signs that no text has: of a database's and a terminal's, and halves of others."""
    return _NO_SIGN.sub(" ", typed).strip()


def answers(quotation: Quotation, at: datetime) -> list[Answer]:
    """What the texts that the public can read at an instant, or could before they were taken down, say of a quotation:
    the surest first, one of each item. Three queries.
    """
    editions = _chosen(likely(as_typed(quotation.text).split("…")), at)
    live = {edition.publication_id: edition for edition in editions if edition.is_live(at) and not _is_closed(edition)}
    found: dict[int, Answer] = {}
    for edition in editions:
        said = _answer(quotation, edition, live.get(edition.publication_id), at)
        before = found.get(edition.publication_id)
        if said and (before is None or said.rank > before.rank):
            found[edition.publication_id] = said
    ranked = sorted(found.values(), key=lambda one: one.rank, reverse=True)
    return ranked[:SHOWN]


def _answer(quotation: Quotation, edition: Edition, live: Edition | None, at: datetime) -> Answer | None:
    match = Record(edition.body).find(quotation)
    if match.agreement is Agreement.NONE:
        return None
    if not _is_closed(edition):
        withdrawal = edition.publication.withdrawal
        return Answer(match, edition, live, notice=withdrawal if withdrawal and withdrawal.in_force(at) else None)
    if match.agreement < Agreement.WORDS or quotation.words < SHORTEST_OF_GONE or match.has_gaps:
        return None
    return Answer(Match(match.agreement), edition, live, gone=True)


def _chosen(votes: Mapping[int, int], at: datetime) -> list[Edition]:
    """Of editions by the runs of words that they share with a quotation: those that are worth reading, with what is
    live in their place. Two queries."""
    live = Edition.objects.live(at).filter(publication=OuterRef("publication")).values("pk")[:1]
    known = Edition.objects.been_live(at).filter(pk__in=list(votes)).annotate(live_pk=Subquery(live))
    seen = sorted(known.values_list("pk", "live_pk"), key=lambda row: (votes[row[0]], row[0]), reverse=True)
    enough = votes[seen[0][0]] / 2 if seen else 0
    best = [row for row in seen if votes[row[0]] >= enough][:READ]
    wanted = {pk for row in best for pk in row if pk}
    rows = Edition.objects.been_live(at).filter(pk__in=wanted).with_frame().select_related("publication__withdrawal")
    return list(rows.defer("media", "lead").annotate(closed=Exists(taken_down(at))))


def _is_closed(edition: Edition) -> bool:
    """Whether it was taken down, of the rows of `_chosen`."""
    return bool(getattr(edition, "closed", False))
