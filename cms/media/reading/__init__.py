"""What reads strangers' documents. It runs in the child of `cms.media.sandbox` alone, and knows nothing of Django."""
