"""The press office's side. Importing this package registers what the admin shows (the kinds register themselves)."""

from . import event, identity, journal, page, person, section, user

__all__ = ["event", "identity", "journal", "page", "person", "section", "user"]
