"""Forms of 信保贷. They only parse; rules are in the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from declarations.models import Shipment
from financing.models import CreditLine, CreditState
from policies.proposal import CURRENCIES
from sinosure.core import clock
from sinosure.ui import fields
from sinosure.ui.forms import Form
from sinosure.ui.show import plain_amount


class ApplyForm(Form):
    """Everything but the wish is known already."""

    product = fields.PickField(
        label=_("Bank and product"), queryset=None, empty_label=None,
        say=lambda row: f"{row.bank.name} · {row.name}",
    )  # fmt: skip
    asked = fields.AmountField(label=_("Amount asked for, CNY"), currency="CNY")
    tenor_days = forms.IntegerField(label=_("Longest drawdown, days"), min_value=1, max_value=3660)
    authorises = forms.BooleanField(required=False)

    def __init__(self, *args: Any, products: Any, until: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["product"].queryset = products  # type: ignore[attr-defined]
        self.fields["authorises"].label = _(
            "I authorise the bank to read, until %(until)s, only to judge and manage this credit: company register data, "
            "policy and premium, exports, registered invoices, overdue amounts, claims, buyers' credit lights. "
            "I can revoke this at any moment."
        ) % {"until": until}


class OfferForm(Form):
    """The bank's offer, filled in as the scorecard suggests it."""

    amount = fields.AmountField(label=_("Amount offered, CNY"), currency="CNY")
    rate_pct = forms.DecimalField(label=_("Rate a year, %"), max_digits=7, decimal_places=4)
    tenor_days = forms.IntegerField(label=_("Longest drawdown, days"), min_value=1, max_value=3660)

    def __init__(self, *args: Any, line: CreditLine, **named: Any) -> None:
        suggested = {
            "amount": plain_amount(line.amount, line.currency),
            "rate_pct": line.rate_pct.normalize(),
            "tenor_days": line.tenor_days,
        }
        super().__init__(*args, initial=suggested, **named)


class ReadForm(Form):
    is_read = forms.BooleanField(label=_("I have read the contract and sign it."))


class DrawForm(Form):
    principal = fields.AmountField(label=_("Amount to draw"))
    matures_on = fields.DateField(label=_("Repaid on"))

    def __init__(self, *args: Any, shipment: Shipment, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["principal"].currency = shipment.currency  # type: ignore[attr-defined]
        self.fields["principal"].label = _("Amount to draw, %(currency)s") % {"currency": shipment.currency}


class InvoiceForm(Form):
    """An invoice that was not registered yet."""

    buyer = fields.NameField(label=_("Buyer"))
    country = fields.CountryField(label=_("Country or region"))
    confirmed_new = forms.BooleanField(label=_("My buyer is another company than the one named above."), required=False)
    invoice_no = fields.InvoiceNoField(label=_("Invoice number"))
    currency = fields.CurrencyField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES])
    amount = fields.AmountField(currency_field="currency", label=_("Invoice amount"))
    shipped_on = fields.DateField(label=_("Shipped on"), initial=clock.today)
    due_on = fields.DateField(label=_("Due date"))
    transport_no = fields.NameField(label=_("Transport document no."), required=False)


class CreditFilter(Form):
    q = forms.CharField(label=_("Number or firm"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        stored = [row for row in CreditState.choices if row[0] not in ("LAPSED", "OVER")]
        self.fields["state"].choices = [("", _("All")), *stored]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        if not self.is_bound:
            return {}
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}
