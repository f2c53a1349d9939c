"""What each action may be told by the person who does it: its form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext_lazy as _

from ..editorial.rules import TABLE, doubts
from ..models import Edition, Withdrawal, clock
from .picking import PublicationField
from .writing import MomentInput


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

    field_order = ("when", "at", "insists", "waives", "comment", "digest")

    def __init__(self, edition: Edition, action: str, data: Any = None) -> None:
        super().__init__(edition, action, data)
        self.doubts = doubts(action, edition)
        for each in self.doubts:
            doubt = " ".join([*each.sentences, str(_("If you confirm it, say why."))])
            self.fields[each.doubt.key] = forms.BooleanField(required=False, label=each.doubt.insist, help_text=doubt)
        self.order_fields(self.field_order)
        self.fields["at"].help_text = _("In the site’s time zone, %s.") % get_current_timezone_name()
        waiting = Edition.objects.scheduled(clock.now()).filter(publication=edition.publication_id)
        if slot := waiting.order_by("live_from").first():
            self.initial.update({"when": "at", "at": slot.live_from})
            told = _("Edition %(n)d waits for this moment; this edition takes its place then. (%(zone)s)")
            self.fields["at"].help_text = told % {"n": slot.number, "zone": get_current_timezone_name()}

    def clean(self) -> Any:
        if self.cleaned_data.get("when") == "at" and "at" in self.cleaned_data and not self.cleaned_data["at"]:
            self.add_error("at", _("Say at what time."))
        for each in self.doubts:
            if not self.cleaned_data.get(each.doubt.key):
                self.add_error(each.doubt.key, each.doubt.how["approve"])
        if self.doubts and not self.errors and not self.cleaned_data.get("comment"):
            self.add_error("comment", _("Say why: this needs a reason."))
        return super().clean()

    def given(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        at = chosen["at"] if chosen["when"] == "at" else None
        insisted = {each.doubt.key: chosen[each.doubt.key] for each in self.doubts}
        return {"comment": chosen["comment"], "digest": chosen["digest"], "at": at, **insisted}


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
