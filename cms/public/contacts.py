"""Whom the press may call, and how accessible the site is: pages of the frame, which follow the present."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import Contact, Section
from . import metadata
from .errors import public_page
from .frame import Frame, answer, everywhere


@public_page(kept=True)
def contacts(request: HttpRequest) -> HttpResponse:
    """All press contacts: the office's, then those of sections in the order of the tree."""
    frame = Frame.of(request, path=reverse("public:contacts"), translations=everywhere("public:contacts"))
    rows = list(Contact.objects.shown().filter(language=frame.language))
    places: list[Section | None] = [None, *frame.sections.all]
    groups = [(place, [row for row in rows if row.section_id == (place.pk if place else None)]) for place in places]
    about = metadata.of_page(frame, _("Press contacts"))
    return answer(frame, "public/contacts.html", groups=[group for group in groups if group[1]], metadata=about)


@public_page(kept=True)
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement: the site's own words, else those that come with it."""
    name = "public:accessibility"
    frame = Frame.of(request, path=reverse(name), translations=everywhere(name))
    return answer(frame, "public/accessibility.html", metadata=metadata.of_page(frame, _("Accessibility")))
