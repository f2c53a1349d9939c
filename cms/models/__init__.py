"""What is stored. Everything is imported from here; the modules behind it may move."""

from .as_of import AsOf, known_at
from .contact import Contact
from .counts import ALWAYS, Counts, KeptCounts, off_index
from .edition import Edition
from .editions import LONG, OPEN, Change, EditionQuerySet, State, lives_at, taken_down
from .event import Event
from .identity import Identity
from .image import Attachment, Image
from .journal import Journal
from .page import Page
from .part import Part, Related, part_models
from .person import Person, Post
from .publication import Publication
from .purge_target import PurgeTarget
from .search import EDITION_BITS, SearchEntry, SearchWord, editions_at, position_of
from .second_look import SecondLook
from .section import Section, SectionAddress
from .shown import AttachedFile, Picture, Recording, files_used_by, words_for, words_for_all
from .stored_file import Rendition, StoredFile, media_storage
from .tally import Tally, TallyState
from .touched import Touched
from .translations import behind, editions_since, got_by_readers
from .user import User
from .withdrawal import Withdrawal

__all__ = [
    "EDITION_BITS",
    "ALWAYS",
    "LONG",
    "OPEN",
    "AsOf",
    "AttachedFile",
    "Attachment",
    "Change",
    "Contact",
    "Counts",
    "Edition",
    "EditionQuerySet",
    "Event",
    "Identity",
    "Image",
    "Journal",
    "KeptCounts",
    "Page",
    "Part",
    "Person",
    "Picture",
    "Post",
    "Publication",
    "PurgeTarget",
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
    "Tally",
    "TallyState",
    "Touched",
    "User",
    "Withdrawal",
    "behind",
    "editions_at",
    "editions_since",
    "files_used_by",
    "got_by_readers",
    "media_storage",
    "position_of",
    "off_index",
    "part_models",
    "known_at",
    "lives_at",
    "taken_down",
    "words_for",
    "words_for_all",
]
