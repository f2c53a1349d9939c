"""What is stored. Everything is imported from here; the modules behind it may move."""

from .edition import LONG, Change, Edition, EditionQuerySet, Part, Related, State, taken_down
from .event import Event
from .identity import Identity
from .image import Attachment, Image
from .journal import Journal
from .page import Page
from .person import Person, Post
from .publication import Publication
from .search import EDITION_BITS, SearchEntry, SearchWord, edition_at, position_of
from .second_look import SecondLook
from .section import Section, SectionAddress
from .shown import AttachedFile, Picture, Recording, files_used_by, words_for, words_for_all
from .stored_file import Rendition, StoredFile, media_storage
from .user import User
from .withdrawal import Withdrawal

__all__ = [
    "EDITION_BITS",
    "LONG",
    "AttachedFile",
    "Attachment",
    "Change",
    "Edition",
    "EditionQuerySet",
    "Event",
    "Identity",
    "Image",
    "Journal",
    "Page",
    "Part",
    "Person",
    "Picture",
    "Post",
    "Publication",
    "Recording",
    "Related",
    "Rendition",
    "SearchEntry",
    "SearchWord",
    "SecondLook",
    "Section",
    "SectionAddress",
    "State",
    "StoredFile",
    "User",
    "Withdrawal",
    "edition_at",
    "files_used_by",
    "media_storage",
    "position_of",
    "taken_down",
    "words_for",
    "words_for_all",
]
