"""Forms of endorsements. They parse; services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from policies.endorsements.changes import AMOUNTS, LABELS
from policies.endorsements.services import terms_after
from policies.forms import QuoteForm, extension_initial
from policies.models import Endorsement, Policy
from sinosure.core import clock
from sinosure.core.money import round_money
from sinosure.ui import fields
from sinosure.ui.forms import Form

NOT_ENDORSED = ("starts_on", "ends_on", "valid_until", "deposit_premium")


class RequestForm(Form):
    """What is wanted, in words, and from when."""

    wish = fields.CommentField(
        label=_("What is to be changed, and why"), max_length=2000,
        help_text=_("For example: raise the maximum liability to USD 2,000,000, a new buyer begins in March."),
    )  # fmt: skip
    effective_from = fields.DateField(
        label=_("Applies from"), help_text=_("Today or later, and after the last shipment on record.")
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        named.setdefault("initial", {"effective_from": clock.today()})
        super().__init__(*args, **named)


class DraftForm(QuoteForm):
    """The schedule as it stands, to be changed; the period and the deposit are not endorsed."""

    effective_from = fields.DateField(label=_("Applies from"))

    def __init__(self, *args: Any, policy: Policy, **named: Any) -> None:
        super().__init__(*args, policy=policy, **named)
        for name in NOT_ENDORSED:
            del self.fields[name]

    def changed(self) -> dict[str, Any]:
        """Every term as typed; the service finds those that differ."""
        plain = {name: value for name, value in self.cleaned_data.items() if name in LABELS}
        ratios = {
            name.removeprefix("ratio_"): value for name, value in self.cleaned_data.items() if name.startswith("ratio_")
        }
        return {**plain, "insured_ratios": ratios}


def draft_initial(row: Endorsement) -> dict[str, Any]:
    """The latest version with the changes drawn up so far."""
    terms = terms_after(row)
    plain = {name: getattr(terms, name) for name in LABELS if name != "insured_ratios"}
    usual = extension_initial(row.policy.wording.named)
    plain = {**plain, **{name: plain[name] or usual[name] for name in usual}}
    ratios = {f"ratio_{risk}": ratio for risk, ratio in terms.insured_ratios.items()}
    for name in AMOUNTS:
        plain[name] = round_money(plain[name], row.policy.currency)
    return {**plain, **ratios, "effective_from": row.effective_from, "version": row.version}


class SignForm(Form):
    """A tick that the endorsement was read."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    is_read = forms.BooleanField(label=_("I have read the endorsement and sign it."))
