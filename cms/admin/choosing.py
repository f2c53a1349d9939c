"""Choosing from the library in the form of an edition: what is offered, as JSON."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse

from ..models import Attachment, Image, words_for_all
from .picking import IS_NUMBER, matching
from .shelves import document_as_json, picture_as_json

A_PAGE = 24
MOST = 100  # rows asked for by their numbers
PICTURE_COLUMNS = ("alt", "caption", "credit", "people", "place", "file_name")
DOCUMENT_COLUMNS = ("title", "file_name", "note")


def choose_pictures(request: HttpRequest) -> JsonResponse:
    """`?q=`, `?page=` and `?language=`, or `?ids=`: pictures with their words for an edition of that language."""
    rows, more = _asked(request, Image.objects.select_related("file"), PICTURE_COLUMNS)
    language = request.GET.get("language", "")
    words = words_for_all(rows, language) if language else {row.pk: row.words() for row in rows}
    return JsonResponse({"results": [picture_as_json(row, words[row.pk]) for row in rows], "more": more})


def choose_documents(request: HttpRequest) -> JsonResponse:
    """`?q=` and `?page=`, or `?ids=`: documents, whatever their language."""
    rows, more = _asked(request, Attachment.objects.select_related("file"), DOCUMENT_COLUMNS)
    return JsonResponse({"results": [document_as_json(row) for row in rows], "more": more})


def numbers_in(text: str, most: int = MOST) -> list[int]:
    """Numbers of rows, as `?ids=17,18` names them: each once, in their order, so many at most."""
    numbers = [int(number) for number in text.split(",") if IS_NUMBER.fullmatch(number)]
    return list(dict.fromkeys(numbers))[:most]


def _asked(request: HttpRequest, rows: Any, columns: tuple[str, ...]) -> tuple[list[Any], bool]:
    """The rows of a page, and whether there are more."""
    if "ids" in request.GET:
        found = rows.in_bulk(numbers_in(request.GET["ids"]))
        return [found[pk] for pk in numbers_in(request.GET["ids"]) if pk in found], False
    words = request.GET.get("q", "").replace("\0", "")
    page = request.GET.get("page", "1")
    start = (max(int(page), 1) - 1) * A_PAGE if page.isdecimal() and len(page) < 5 else 0
    offered = list(rows.filter(matching(words, *columns), put_away=False)[start : start + A_PAGE + 1])
    return offered[:A_PAGE], len(offered) > A_PAGE
