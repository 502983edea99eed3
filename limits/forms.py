"""Forms of limits: they only parse."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from credit_info.selectors import choice_text, choices
from limits import conditions
from limits.models import LimitApplication, Outcome, PaymentTerm, TermGroup
from limits.services.applications import Request
from limits.services.decisions import Decision
from policies.models import Policy
from policies.selectors import any_extension
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.ui.fields import (
    AmountField,
    CommentField,
    DateField,
    NameField,
    PercentField,
    PickField,
    WholeNumberField,
)
from sinosure.ui.finding import FindField
from sinosure.ui.forms import Form

STATUSES = [("", _("All")), ("IN_FORCE", _("In force")), ("STOPPED", _("Stopped")), ("NONE", _("Nothing in force"))]


class LimitFilterForm(Form):
    query = NameField(label=_("Buyer"), required=False)
    status = forms.ChoiceField(label=_("State"), choices=STATUSES, required=False)
    term = forms.ChoiceField(label=_("Payment term"), choices=[("", _("All")), *TermGroup.choices], required=False)

    def chosen(self) -> dict[str, str]:
        return {name: value or "" for name, value in self.cleaned_data.items()} if self.is_valid() else {}


class ApplicationForm(Form):
    """《信用限额申请表》 (LIM-2)."""

    policy = PickField(Policy.objects.none(), label=_("Policy"))
    obligor = FindField(
        say=choice_text, label=_("Buyer, or issuing bank for L/C"),
        help_text=_("Type a part of the name, the code, BIC or registration number."),
    )  # fmt: skip
    term = forms.ChoiceField(label=_("Payment term"), choices=PaymentTerm.choices, initial="OA")
    credit_days = WholeNumberField(label=_("Credit period, days"), maximum=730, initial=60)
    amount = AmountField(
        label=_("Limit asked for"), currency="USD",
        help_text=_("Ask for the peak that is outstanding at one time, not the total of orders. Policy currency."),
    )  # fmt: skip
    trading_years = WholeNumberField(label=_("Years of trading with this buyer"), maximum=100)
    last_turnover = AmountField(label=_("Turnover in the last 12 months"), currency="USD", allow_zero=True)
    expected_turnover = AmountField(label=_("Turnover expected in the next 12 months"), currency="USD", allow_zero=True)
    worst_overdue_days = WholeNumberField(label=_("Longest delay so far, days"), maximum=2000)
    orders_in_hand = AmountField(label=_("Orders in hand"), currency="USD", allow_zero=True)
    ownership_ratio = PercentField(label=_("Your share in the buyer, or its share in you, %"), initial=Decimal(0))
    same_controller = forms.BooleanField(label=_("Buyer and exporter have the same controller"), required=False)
    pre_shipment = forms.BooleanField(label=_("Cover goods in production too (pre-shipment extension)"), required=False)
    goods = NameField(label=_("Goods or services"))
    security = CommentField(label=_("Guarantee or security offered"), required=False)

    def __init__(self, *args: Any, policies: Any, actor: Actor, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["policy"].queryset = policies
        obligors = Obligor.objects.visible_to(actor).select_related("country")
        self.fields["obligor"].offer(obligors, "credit_info:choices", partial(choices, actor))
        if not any_extension(policies):
            del self.fields["pre_shipment"]

    def request(self) -> Request:
        data = self.cleaned_data
        facts = {
            name: str(data[name]) if isinstance(data[name], Decimal) else data[name]
            for name in ("trading_years", "last_turnover", "expected_turnover", "worst_overdue_days", "orders_in_hand",
                         "ownership_ratio", "same_controller", "goods", "security")
        }  # fmt: skip
        return Request(
            term=data["term"], credit_days=data["credit_days"], amount=data["amount"], facts=facts,
            pre_shipment=bool(data.get("pre_shipment")),
        )  # fmt: skip


class ProposeForm(Form):
    """An underwriter's decision (LIM-3); the reasons are read by the exporter, the note only by the desk (LIM-4)."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices)
    amount = AmountField(label=_("Limit"), currency="USD", allow_zero=True)
    term = forms.ChoiceField(label=_("Payment term"), choices=PaymentTerm.choices)
    max_credit_days = WholeNumberField(label=_("Longest credit period, days"), maximum=730)
    insured_ratio = PercentField(
        label=_("Lower insured %"), required=False, maximum=90, help_text=_("Empty: as in the schedule.")
    )
    effective_from = DateField(label=_("In force from"))
    valid_until = DateField(label=_("Last day"))
    condition = forms.ChoiceField(
        label=_("Condition"), choices=[("", "–"), *conditions.CHOICES.items()], required=False
    )
    condition_value = NameField(label=_("Value of the condition"), required=False)
    pre_shipment = forms.BooleanField(label=_("Goods in production too"), required=False)
    reasons = CommentField(label=_("Reasons (the exporter reads them)"), required=False)
    internal_note = CommentField(label=_("Note for the desk (never shown to the exporter)"), required=False)

    @staticmethod
    def initial_for(application: LimitApplication) -> dict[str, Any]:
        return {
            "outcome": Outcome.APPROVED_FULL, "amount": application.amount, "term": application.term,
            "max_credit_days": application.credit_days, "effective_from": clock.today(),
            "valid_until": application.policy.ends_on, "pre_shipment": application.pre_shipment,
        }  # fmt: skip

    def decision(self) -> Decision:
        data = dict(self.cleaned_data)
        code, value = data.pop("condition"), data.pop("condition_value")
        chosen = [{"code": code, "value": value}] if code else []
        return Decision(**data, conditions=chosen)


class ReduceForm(Form):
    amount = AmountField(label=_("New limit"), currency="USD")
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[(code, code) for code in ("BUYER_ADVERSE", "COUNTRY", "OVERDUE", "CLAIM", "PORTFOLIO", "REQUEST")],
    )
    comment = CommentField(label=_("Explanation for the insured"))


class CancelForm(Form):
    reason = ReduceForm.base_fields["reason"]
    comment = CommentField(label=_("Explanation for the insured"))


class TextForm(Form):
    text = CommentField(label=_("Comment"))

    def __init__(self, *args: Any, label: Any = None, required: bool = True, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["text"].label = label or self.fields["text"].label
        self.fields["text"].required = required
