"""Our own signals, sent after commit. Side effects (mails, cache purges) listen to these, never to a post_save."""

from django.dispatch import Signal

# Each is sent with `edition`.
edition_submitted = Signal()
edition_returned = Signal()
edition_approved = Signal()
edition_unscheduled = Signal()
publication_withdrawn = Signal()
