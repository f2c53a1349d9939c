"""Signing in, and what becomes of a form whose session ended meanwhile: no text is lost."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from ..models import Identity
from ..text.sanitiser import clean

NAME = "kept"  # the one form field that carries a whole form
# Addresses whose forms hold nothing but passwords, or nothing.
NEVER_KEPT = ("login", "logout", "password_change", "auth_user_password_change")
ROOM = 256 * 1024  # left for the rest of the request that carries a form


def client_address(request: HttpRequest) -> str:
    """The address that sign-in throttling counts by: the peer's, or what our own proxy says it was."""
    if settings.BEHIND_PROXY:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if forwarded:
            return str(forwarded.split(",")[-1].strip())
    return str(request.META.get("REMOTE_ADDR", ""))


class SignInForm(AdminAuthenticationForm):
    """Django's, which tells the browser how long a name may be and does not look itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        longest = self.username_field.max_length or 150
        self.fields["username"].validators.append(MaxLengthValidator(longest))


def name_of_the_site() -> str:
    return Identity.of(get_language() or settings.LANGUAGE_CODE).name


@dataclass(frozen=True)
class Kept:
    """A form that was posted without a session.

    path: the admin address (with its query) it was meant for. fields: names and values in their order, passwords
    left out. files: names of files, which no page can carry.
    """

    path: str
    fields: list[tuple[str, str]]
    files: list[str] = field(default_factory=list)

    @classmethod
    def from_post(cls, request: HttpRequest) -> Self:
        return cls(
            request.get_full_path(),
            [(name, value) for name, values in request.POST.lists() if _is_text(name) for value in values],
            [file.name or "" for files in request.FILES.lists() for file in files[1]],
        )

    @classmethod
    def carried_by(cls, request: HttpRequest) -> Self | None:
        """The form that the posted sign-in page brought along; None where there is none that we could have made."""
        try:
            kept = cls(**json.loads(request.POST.get(NAME, "")))
            fields = [(str(name), str(value)) for name, value in kept.fields]
            kept = cls(str(kept.path), fields, [str(name) for name in kept.files])
            kept.as_json.encode()  # half a character (a lone surrogate) could not be sent back
        except (ValueError, TypeError, RecursionError):
            return None
        return kept if is_admin_path(kept.path) else None

    @property
    def as_json(self) -> str:
        return json.dumps({"path": self.path, "fields": self.fields, "files": self.files}, ensure_ascii=False)

    @property
    def is_too_long(self) -> bool:
        limit: int | None = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        return limit is not None and len(self.as_json.encode()) > limit - ROOM

    @property
    def texts(self) -> list[tuple[str, str]]:
        """What a person typed, without the form's own bookkeeping."""
        return [(name, value) for name, value in self.fields if value.strip() and not _is_bookkeeping(name)]


def _is_text(name: str) -> bool:
    return name not in ("csrfmiddlewaretoken", NAME) and "password" not in name


def _is_bookkeeping(name: str) -> bool:
    """Fields that a form keeps for itself: they are sent again, and not shown."""
    return (
        name in ("next", "version", "language", "action", "select_across", "index")
        or name.startswith(("_", "initial-"))
        or name.endswith(("_FORMS", "-id", "-edition"))
    )


def _match(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Resolver404:
        return None


def is_admin_path(address: str) -> bool:
    """Whether an address is of an admin page of ours that takes forms (no other host, no other part of the site)."""
    if not address.startswith(reverse("admin:index")) or not url_has_allowed_host_and_scheme(address, None):
        return False
    match = _match(unquote(urlsplit(address).path))
    # The admin's last pattern takes any address; it has no name.
    return match is not None and match.namespaces == ["admin"] and match.url_name not in (None, *NEVER_KEPT)


def should_be_kept(request: HttpRequest) -> bool:
    """Whether a form that came without a session holds what somebody wrote."""
    return request.method == "POST" and is_admin_path(request.get_full_path())


def still_here(request: HttpRequest, kept: Kept, context: dict[str, Any]) -> HttpResponse:
    """After signing in: the text that was kept, and one button that sends it where it was meant to go."""
    return render(request, "admin/still_here.html", {**context, "kept": kept})


def form_expired(request: HttpRequest, reason: str = "", told: str = "") -> HttpResponse:
    """The CSRF check failed, or what `told` says: say so, and show what was typed so that it can be copied."""
    kept = Kept.carried_by(request) or Kept.from_post(request)
    back = kept.path if is_admin_path(kept.path) else reverse("admin:index")
    context = {
        "site_header": name_of_the_site(),
        "texts": [(name, value, _formatted(value)) for name, value in kept.texts if name != "username"],
        "files": kept.files,
        "back": back,
        "told": told,
    }
    response = render(request, "admin/form_expired.html", context, status=403)
    response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
    return response


def _formatted(value: str) -> str:
    """A formatted text as it may be shown, so that it can be copied into the editor; "" for a plain one."""
    return clean(value).html if "</" in value else ""
