"""The press office's side. Importing this package registers what the admin shows (the kinds register themselves)."""

from . import attachment, contact, event, identity, image, journal, page, person, section, user

__all__ = ["attachment", "contact", "event", "identity", "image", "journal", "page", "person", "section", "user"]
