"""Form of a loss before shipment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.notices.facts import DEFAULTS, risks_for
from credit_info.models import Obligor
from policies.models import Policy
from sinosure.ui.fields import CommentField, DateField
from sinosure.ui.forms import Form


class ReportForm(Form):
    """LN-7 for goods in production."""

    risk = forms.ChoiceField(label=_("What happened"))
    occurred_on = DateField(label=_("It happened on"))
    known_on = DateField(label=_("You knew of it on"), help_text=_("Ten working days count from the day after."))
    buyer_reason = CommentField(label=_("What the buyer says"), required=False, max_length=1000)
    steps_taken = CommentField(label=_("What you have done so far"), required=False, max_length=1000)
    contact = forms.CharField(label=_("Contact for questions"), max_length=200)

    def __init__(self, *args: Any, obligor: Obligor, policy: Policy, **named: Any) -> None:
        super().__init__(*args, **named)
        covered = policy.wording.named.value("risks")
        fitting = [one for one in risks_for(obligor) if one not in DEFAULTS and one.value in covered]
        self.fields["risk"].choices = [(one.value, one.label) for one in fitting]  # type: ignore[attr-defined]
