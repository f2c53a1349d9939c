"""The people who speak on this site, and the page of each: posts over time, and texts."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import Person
from . import metadata
from .errors import moved, public_page
from .filters import Filters
from .frame import Frame, answer, everywhere
from .instant import instant
from .lists import rows
from .named import find, texts, today
from .pagination import pages

QUERY = ("page",)


@public_page(keeps=QUERY, kept=True)
def people(request: HttpRequest) -> HttpResponse:
    """All whom a live text names, by surname, each with the post held today."""
    path = reverse("public:people")
    if request.GET.get("page") == "1":
        return moved(request, path)
    at = instant(request)
    frame = Frame.of(request, translations=everywhere("public:people"))
    named = Person.objects.in_language(frame.language).that_have(texts(at)).order_by("sort_name", "pk")
    found = pages(path, request.GET.get("page"), named.count())
    shown = list(named.prefetch_related("posts")[found.slice])
    frame.path = found.current
    listed = [(person, _posts_held(person, today(at))) for person in shown]
    about = metadata.of_page(frame, _("People"))
    return answer(frame, "public/people.html", pages=found, people=listed, metadata=about)


@public_page(keeps=QUERY, kept=True)
def person(request: HttpRequest, code: str) -> HttpResponse:
    at = instant(request)
    person, translations = find(Person, code, at)
    path = person.get_absolute_url()
    if request.path != path:
        return moved(request, path, QUERY)
    if request.GET.get("page") == "1":
        return moved(request, path)
    live = texts(at).by_people([person.pk])
    found = pages(path, request.GET.get("page"), live.count())
    frame = Frame.of(request, path=found.current, translations=translations)
    posts = person.held_up_to(today(at))
    context = {
        "metadata": metadata.of_person(frame, person, posts),
        "person": person,
        "posts": posts,
        "pages": found,
        "editions": rows(live, found.slice),
        "listed_at": f"{reverse('public:all-news')}?{Filters(person=person.code).query}",
    }
    return answer(frame, "public/person.html", **context)


def _posts_held(person: Person, day: date) -> str:
    """Titles of the posts held on a day."""
    return ", ".join(post.title for post in person.held_up_to(day) if post.until is None)
