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
from django.utils.timezone import get_current_timezone_name, localtime
from django.utils.translation import gettext_lazy as _

from ..editorial import actions
from ..editorial.rules import TABLE, Refused, doubts, refusals
from ..models import Edition, Withdrawal, clock
from . import reading
from .picking import PublicationField
from .writing import MomentInput

if TYPE_CHECKING:
    from .edition import EditionAdmin


class ActionForm(forms.Form):
    """What every action may be told. `needs_reason` comes from the table."""

    comment_label: Any = _("Comment")
    reason_label: Any = _("Reason")
    comment_help: Any = ""

    comment = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, edition: Edition, action: str, data: Any = None) -> None:
        self.edition = edition
        super().__init__(data, label_suffix="")
        needed = TABLE[action].needs_reason
        self.fields["comment"].required = needed
        self.fields["comment"].label = self.reason_label if needed else self.comment_label
        self.fields["comment"].help_text = self.comment_help
        self.fields["comment"].error_messages["required"] = _("Say why: this needs a reason.")

    def given(self) -> dict[str, Any]:
        """What the action is called with."""
        return {"comment": self.cleaned_data["comment"]}


class ReturnForm(ActionForm):
    comment_help = _("The authors read this above their text.")


class ApproveForm(ActionForm):
    """Now or at an instant, and the digest of what the person has before them."""

    when = forms.ChoiceField(
        label=_("When"),
        choices=[("now", _("Now")), ("at", _("At a set time"))],
        widget=forms.RadioSelect,
        initial="now",
    )
    at = forms.DateTimeField(label=_("Time"), required=False, widget=MomentInput)
    digest = forms.CharField(required=False, widget=forms.HiddenInput)  # the page writes that of what it shows

    insists = forms.BooleanField(required=False, label=_("It is a typing slip all the same"))

    field_order = ("when", "at", "insists", "comment", "digest")

    def __init__(self, edition: Edition, action: str, data: Any = None) -> None:
        super().__init__(edition, action, data)
        self.doubts = doubts(action, edition)
        if self.doubts:
            self.fields["insists"].help_text = " ".join([*self.doubts, str(_("If you confirm it, say why."))])
        else:
            del self.fields["insists"]
        self.fields["at"].help_text = _("In the site’s time zone, %s.") % get_current_timezone_name()
        waiting = Edition.objects.scheduled(clock.now()).filter(publication=edition.publication_id)
        if slot := waiting.order_by("live_from").first():
            self.initial.update({"when": "at", "at": slot.live_from})
            told = _("Edition %(n)d waits for this moment; this edition takes its place then. (%(zone)s)")
            self.fields["at"].help_text = told % {"n": slot.number, "zone": get_current_timezone_name()}

    def clean(self) -> Any:
        if self.cleaned_data.get("when") == "at" and "at" in self.cleaned_data and not self.cleaned_data["at"]:
            self.add_error("at", _("Say at what time."))
        if self.doubts and not self.cleaned_data.get("insists"):
            self.add_error("insists", actions.HOW_TO_INSIST["approve"])
        elif self.doubts and not self.cleaned_data.get("comment"):
            self.add_error("comment", _("Say why: this needs a reason."))
        return super().clean()

    def given(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        at = chosen["at"] if chosen["when"] == "at" else None
        insists = chosen.get("insists", False)
        return {"comment": chosen["comment"], "digest": chosen["digest"], "at": at, "insists": insists}


class WithdrawForm(ActionForm):
    reason_label = _("Reason that readers will see")
    mode = forms.ChoiceField(
        label=_("What happens to the page"),
        choices=Withdrawal.Mode.choices,
        widget=forms.RadioSelect,
        initial=Withdrawal.Mode.GONE,
    )

    def __init__(self, edition: Edition, action: str, data: Any = None) -> None:
        super().__init__(edition, action, data)
        self.fields["redirect_to"] = PublicationField(
            edition.kind_model, edition.language, required=False, label=_("Lead readers to")
        )
        self.order_fields(["mode", "redirect_to", "comment"])

    def given(self) -> dict[str, Any]:
        return {key: self.cleaned_data[key] for key in ("mode", "comment", "redirect_to")}


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
