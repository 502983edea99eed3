"""Forms of goods in production. They parse; services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from declarations.forms import ReferenceField, currency_choices, obligors_of
from declarations.models import CostKind, InstructionKind
from declarations.production.rules import Contract, Cost
from limits.models import CreditLimit, PaymentTerm
from policies.models import Policy
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.ui import fields
from sinosure.ui.forms import Form


class ContractForm(Form):
    """One delivery under an export contract, before its costs arise."""

    obligor = fields.PickField(
        Obligor.objects.none(), search=True, label=_("Buyer, under an L/C the issuing bank"),
        help_text=_("Those with a limit that covers goods in production."),
    )  # fmt: skip
    contract_no = ReferenceField(
        required=True, label=_("Contract number"),
        help_text=_("The shipment names the same number. A part delivery has a number of its own."),
    )  # fmt: skip
    goods = fields.NameField(label=_("Goods"), max_length=200)
    term = forms.ChoiceField(label=_("Payment term"), choices=[*reversed(PaymentTerm.choices)])
    credit_days = fields.WholeNumberField(maximum=730, label=_("Credit period, days"))
    currency = fields.CurrencyField()
    price = fields.AmountField(currency_field="currency", label=_("Contract price"))
    production_from = fields.DateField(label=_("Production begins on"))
    ships_by = fields.DateField(
        label=_("Planned shipment"), help_text=_("180 days after production begins at the latest.")
    )

    def __init__(self, *args: Any, policy: Policy, actor: Actor, **named: Any) -> None:
        super().__init__(*args, **named)
        limits = CreditLimit.objects.filter(policy=policy, versions__pre_shipment=True)
        rows = obligors_of(policy, actor).filter(pk__in=limits.values("obligor"))
        self.fields["obligor"].queryset = rows  # type: ignore[attr-defined]
        self.fields["currency"].choices = currency_choices(policy)  # type: ignore[attr-defined]
        self.fields["currency"].initial = policy.currency
        self.fields["production_from"].initial = clock.today()

    def contract(self) -> Contract:
        data = dict(self.cleaned_data)
        return Contract(obligor_id=data.pop("obligor").pk, **data)


class CostForm(Form):
    """One direct cost with its voucher."""

    kind = forms.ChoiceField(label=_("Kind of cost"), choices=CostKind.choices)
    description = fields.NameField(label=_("What for"), max_length=200)
    voucher_no = ReferenceField(required=True, label=_("Voucher number"), help_text=_("Invoice, wage list or booking."))
    incurred_on = fields.DateField(label=_("Incurred on"))
    currency = fields.CurrencyField()
    amount = fields.AmountField(currency_field="currency", label=_("Amount"))
    evidence = fields.UploadField(label=_("Evidence"), accept=".pdf,.png,.jpg,.jpeg,.xlsx")

    def __init__(self, *args: Any, policy: Policy, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["currency"].choices = currency_choices(policy)  # type: ignore[attr-defined]
        self.fields["currency"].initial = policy.currency
        self.fields["incurred_on"].initial = clock.today()

    def cost(self) -> Cost:
        return Cost(**{name: value for name, value in self.cleaned_data.items() if name != "evidence"})


class InstructionForm(Form):
    """Continue or stop, from a day on."""

    kind = forms.ChoiceField(label=_("Instruction"), choices=InstructionKind.choices, widget=forms.RadioSelect)
    effective_from = fields.DateField(label=_("Applies from"))
    reasons = fields.CommentField(label=_("Reasons (the exporter reads them)"), max_length=1000)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["effective_from"].initial = clock.today()
