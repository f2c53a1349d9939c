"""What is stored. Everything is imported from here; the modules behind it may move."""

from .edition import Edition, EditionQuerySet, Part, Related, State
from .event import Event
from .identity import Identity
from .journal import Journal
from .page import Page
from .person import Person, Post
from .publication import Publication
from .second_look import SecondLook
from .section import Section, SectionAddress
from .user import User
from .withdrawal import Withdrawal

__all__ = [
    "Edition",
    "EditionQuerySet",
    "Event",
    "Identity",
    "Journal",
    "Page",
    "Part",
    "Person",
    "Post",
    "Publication",
    "Related",
    "SecondLook",
    "Section",
    "SectionAddress",
    "State",
    "User",
    "Withdrawal",
]
