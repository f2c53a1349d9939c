"""Who is let in, and for how long."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from .models import User


class PressBackend(ModelBackend):
    """Django's own, but a demonstration account works on a development machine only (DEBUG), sessions included."""

    def user_can_authenticate(self, user: User | None) -> bool:  # type: ignore[override]
        if user is not None and user.is_demo and not settings.DEBUG:
            return False
        return super().user_can_authenticate(user)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """A person's own and those of the groups, in one query: every page of the admin asks for both."""
        if not user_obj.is_active or user_obj.is_anonymous or user_obj.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, "_perm_cache"):
            named = Permission.objects.order_by().values_list("content_type__app_label", "codename")
            found = named.filter(user=user_obj).union(named.filter(group__user=user_obj))
            user_obj._perm_cache = {f"{app}.{name}" for app, name in found}
        return set(user_obj._perm_cache)


class SessionRenewal:
    """A session lasts from the last page that was asked for, give or take EVERY: it is written that often at most, not
    with each page."""

    EVERY = 5 * 60  # seconds
    KEY = "renewed"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = getattr(request, "session", None)  # a page that is made for everybody has none
        if session is not None and session.accessed and not session.is_empty() and self._is_due(session):
            session[self.KEY] = int(time.time())
        return response

    def _is_due(self, session: Any) -> bool:
        return bool(time.time() - session.get(self.KEY, 0) >= self.EVERY)


@receiver(user_logged_in)
def begin(request: HttpRequest, **kwargs: Any) -> None:
    """Of a new session the first page need not renew it."""
    request.session[SessionRenewal.KEY] = int(time.time())
