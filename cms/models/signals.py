"""Signals sent inside the transaction that changes what is approved, so that what listens is stored with it or not at
all. What a listener raises undoes the act. (Those of `cms.editorial.signals` come after the commit.)"""

from django.dispatch import Signal

# Each is sent with `edition`.
edition_sealed = Signal()  # it is approved: live, scheduled, or entered as an archive's record
edition_unsealed = Signal()  # it was approved, and is not any more

# After the commit: things that pages are made of have changed, or will (cms/models/touched.py).
things_touched = Signal()
