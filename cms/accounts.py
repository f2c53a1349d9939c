"""The authentication backend: who is let in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from .models import User


class PressBackend(ModelBackend):
    """Django's own, but a demonstration account works on a development machine only (DEBUG), sessions included."""

    def user_can_authenticate(self, user: User | None) -> bool:  # type: ignore[override]
        if user is not None and user.is_demo and not settings.DEBUG:
            return False
        return super().user_can_authenticate(user)
