"""The press office's side. Importing this package registers what the admin shows (the kinds register themselves)."""

from . import attachment, event, identity, image, journal, page, person, section, user

__all__ = ["attachment", "event", "identity", "image", "journal", "page", "person", "section", "user"]
