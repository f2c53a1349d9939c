"""A page for each action: what will happen, a form for what it needs to know, and why it cannot be done.

Reading a page changes nothing. What is posted goes to editorial.actions, which asks the rules again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from ..editorial import actions
from ..editorial.rules import TABLE, Refused, refusals
from ..models import Edition, clock
from . import reading
from .action_forms import ActionForm, ApproveForm, ReturnForm, WithdrawForm

if TYPE_CHECKING:
    from .edition import EditionAdmin


@dataclass(frozen=True)
class Act:
    """do: the function of editorial.actions. what: what will happen. done: what is said afterwards."""

    do: Callable[..., Any]
    what: Any
    done: Any
    form: type[ActionForm] | None = ActionForm
    shows_changes: bool = False
    is_grave: bool = False


_SEALED = _("The text goes before the public as you see it here, and can never be changed again.")

ACTS: dict[str, Act] = {
    "submit": Act(
        actions.submit,
        _("The draft goes to the moderators and is frozen while they read it. You can take it back."),
        _("Sent for approval."),
    ),
    "discard": Act(
        actions.discard,
        _("The draft is put aside for good. It stays in the record, but nobody can write in it again."),
        _("Discarded."),
        is_grave=True,
    ),
    "take_back": Act(
        actions.take_back,
        _("The text becomes a draft again and no longer waits for approval."),
        _("Taken back: you can go on writing."),
        form=None,
    ),
    "approve": Act(actions.approve, _SEALED, _("Approved."), form=ApproveForm, shows_changes=True),
    "force": Act(
        actions.force,
        _("You publish this without a second person. It is flagged until somebody else has looked at it. %s") % _SEALED,
        _("Published alone. A second person is asked to look at it."),
        form=ApproveForm,
        shows_changes=True,
        is_grave=True,
    ),
    "return": Act(
        actions.return_,
        _("The text goes back to its authors as a draft, with your reason above it."),
        _("Returned to its authors."),
        form=ReturnForm,
        shows_changes=True,
    ),
    "unschedule": Act(
        actions.unschedule,
        _("The edition will not go live at its time. What readers see now stays."),
        _("Unscheduled."),
        is_grave=True,
    ),
    "withdraw": Act(
        actions.withdraw,
        _("It takes effect at once, and is flagged until a second person has looked at it."),
        _("Withdrawn. A second person is asked to look at it."),
        form=WithdrawForm,
        is_grave=True,
    ),
    "next_edition": Act(
        actions.next_edition,
        _("A draft begins as a copy of this edition. Readers see nothing of it until it is approved."),
        _("The next edition is begun. Readers see nothing of it until it is approved."),
        form=None,
    ),
}


def act(kind_admin: EditionAdmin, request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """The page of an action (GET), or the action itself (POST)."""
    if action not in ACTS:
        raise Http404
    edition: Any = kind_admin.get_object(request, str(pk))
    if edition is None:
        raise Http404
    if not kind_admin.has_view_permission(request, edition):
        raise PermissionDenied
    if request.method == "POST":
        return _do(kind_admin, request, edition, action)
    reasons = refusals(action, edition, request.user)  # type: ignore[arg-type]
    return _page(kind_admin, request, edition, action, _form(edition, action), reasons)


def _form(edition: Edition, action: str, data: Any = None) -> ActionForm | None:
    form = ACTS[action].form
    return None if form is None else form(edition, action, data)


def _do(kind_admin: EditionAdmin, request: HttpRequest, edition: Edition, action: str) -> HttpResponse:
    form = _form(edition, action, request.POST)
    reasons = refusals(action, edition, request.user)  # type: ignore[arg-type]
    if not reasons and form is not None and not form.is_valid():
        return _page(kind_admin, request, edition, action, form, [])
    try:
        if reasons:
            result = _refuse(edition, action, request)
        else:
            result = ACTS[action].do(edition, by=request.user, **(form.given() if form is not None else {}))
    except Refused as refused:
        current: Any = kind_admin.get_object(request, str(edition.pk))
        status = _status(current, action, request)
        return _page(kind_admin, request, current, action, form, refused.reasons, status)
    messages.success(request, _done(action, result))
    target = result if action == "next_edition" else edition
    return HttpResponseRedirect(reading.change_address(target))


def _refuse(edition: Edition, action: str, request: HttpRequest) -> Any:
    """Let the action itself say no: it knows who was faster."""
    given = {"digest": ""} if action in ("approve", "force") else {"mode": ""} if action == "withdraw" else {}
    if action not in ("take_back", "next_edition"):
        given["comment"] = request.POST.get("comment", "")
    return ACTS[action].do(edition, by=request.user, **given)


def _status(edition: Edition, action: str, request: HttpRequest) -> int:
    """409 where the edition or its text is not what the person saw, 403 where the account may not, else 200."""
    if not request.user.has_perm(TABLE[action].permission):
        return 403
    moved = edition.state not in TABLE[action].from_states
    digest = request.POST.get("digest")
    return 409 if moved or (digest is not None and digest != edition.compute_digest()) else 200


def _done(action: str, result: Any) -> str:
    if action in ("approve", "force") and result.is_scheduled(clock.now()):
        moment = date_format(localtime(result.live_from), "j E Y, H:i")
        return str(_("Approved. It goes live on %s.") % moment)
    return str(ACTS[action].done)


def _page(
    kind_admin: EditionAdmin,
    request: HttpRequest,
    edition: Edition,
    action: str,
    form: ActionForm | None,
    reasons: list[str],
    status: int = 200,
) -> HttpResponse:
    """The page; a form is shown only where the action is possible, but what was typed is always there."""
    possible = not refusals(action, edition, request.user)  # type: ignore[arg-type]
    context = {
        **reading.about(edition, request.user),  # type: ignore[arg-type]
        **(reading.changes(edition) if ACTS[action].shows_changes else {}),
        "act": ACTS[action],
        "action": action,
        "words": TABLE[action].words,
        "form": form if possible else None,
        "possible": possible,
        "reasons": reasons,
        "typed": request.POST.get("comment", "") if not possible else "",
        "digest": edition.compute_digest(),
        "media": kind_admin.media + (form.media if form is not None else forms.Media()),
        "title": TABLE[action].words,
        "subtitle": edition.title,
    }
    return kind_admin.page(request, edition, "admin/edition/action.html", context, status)
