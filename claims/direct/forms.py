"""The one page of a direct claim: who owes, what is unpaid, what happened."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.direct.services import ZERO, Debtor, Request, Unpaid
from claims.models import CoveredRisk
from limits.models import PaymentTerm
from policies.micro.selectors import claimable
from policies.proposal import CURRENCIES
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.ui.fields import (
    AmountField,
    CommentField,
    CountryField,
    CurrencyField,
    DateField,
    InvoiceNoField,
    NameField,
)
from sinosure.ui.forms import Form


class DirectClaimForm(Form):
    """Everything at once; a micro firm has one buyer and one invoice in mind. The policy is asked for when there are several."""

    policy: Any = forms.ModelChoiceField(label=_("Policy"), queryset=None, empty_label=None)
    name = NameField(label=_("Buyer (under an L/C: the issuing bank)"))
    country = CountryField(label=_("Country or region"))
    confirmed_new = forms.BooleanField(label=_("My buyer is another company than the one named above."), required=False)
    invoice_no = InvoiceNoField(label=_("Invoice number"))
    currency = CurrencyField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES])
    amount = AmountField(currency_field="currency", label=_("Invoice amount"))
    received = AmountField(
        currency_field="currency", allow_zero=True, required=False, label=_("Paid by the buyer so far"),
        help_text=_("Leave empty when nothing was paid."),
    )  # fmt: skip
    shipped_on = DateField(label=_("Shipped on"))
    due_on = DateField(label=_("Payment was due on"))
    term = forms.ChoiceField(label=_("Payment term"), choices=PaymentTerm.choices, initial="OA")
    transport_no = NameField(label=_("Transport document no."), required=False)
    customs_no = NameField(label=_("Customs declaration no."), required=False)
    bic = NameField(label=_("BIC of the issuing bank"), required=False, help_text=_("Under an L/C only."))
    lc_no = NameField(label=_("L/C number"), required=False, help_text=_("Under an L/C only."))
    lc_documents_complied = forms.TypedChoiceField(
        label=_("Did the documents presented under the L/C comply?"), required=False, empty_value=None,
        choices=[("", "—"), ("yes", _("Yes")), ("no", _("No"))], coerce=lambda value: value == "yes",
    )  # fmt: skip
    cause = forms.ChoiceField(label=_("Cause of loss"), choices=CoveredRisk.choices, initial=CoveredRisk.BUYER_DEFAULT)
    occurred_on = DateField(label=_("It happened on"), help_text=_("For a default the due date."))
    statement = CommentField(label=_("What happened"))
    unshipped_orders = AmountField(
        currency="USD", allow_zero=True, required=False, label=_("Orders not shipped yet because of it, USD"),
        help_text=_("Only with the add-on for unshipped orders."),
    )  # fmt: skip
    is_disputed = forms.BooleanField(label=_("The buyer disputes the goods or the debt."), required=False)
    simplified = forms.BooleanField(
        label=_("Use the simplified path"), required=False, initial=True,
        help_text=_("For small, undisputed claims: fewer papers and a decision within 10 working days. Declining it costs nothing."),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **named: Any) -> None:
        super().__init__(*args, **named)
        policies = claimable(actor)
        self.fields["policy"].queryset = policies  # type: ignore[attr-defined]
        covers = [policy for policy in policies if hasattr(policy, "micro_cover")]
        if not any(policy.micro_cover.covers_unshipped for policy in covers):
            del self.fields["unshipped_orders"]
        if len(policies) == 1:
            self.fields["policy"].widget = forms.HiddenInput()
            self.initial["policy"] = policies[0].pk
        self.initial.setdefault("occurred_on", clock.today())
        if not self.data.get("confirmed_new"):
            self.fields["confirmed_new"].widget = forms.HiddenInput()

    def add_domain_error(self, error: DomainError) -> None:
        super().add_domain_error(error)
        if error.code == "possible_duplicate":
            self.fields["confirmed_new"].widget = forms.CheckboxInput()

    def claim(self) -> Request:
        """What was typed, as the service reads it."""
        data = self.cleaned_data
        same = (
            "invoice_no",
            "amount",
            "currency",
            "shipped_on",
            "due_on",
            "term",
            "transport_no",
            "customs_no",
            "lc_no",
        )
        invoice = Unpaid(**{name: data[name] for name in same}, received=data["received"] or ZERO)
        debtor = Debtor(
            data["name"], data["country"], data["bic"] if "LC" in data["term"] else "", data["confirmed_new"]
        )
        return Request(
            policy_id=data["policy"].pk, debtor=debtor, invoices=(invoice,), cause=data["cause"],
            occurred_on=data["occurred_on"], statement=data["statement"], simplified=data["simplified"],
            is_disputed=data["is_disputed"], unshipped_orders=data.get("unshipped_orders") or ZERO,
            lc_documents_complied=data["lc_documents_complied"],
        )  # fmt: skip
