"""Forms of agreements and loans. They only parse; rules are in services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from declarations.models import Shipment
from financing import selectors
from financing.models import Agreement, AgreementState, Fact
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.ui import fields
from sinosure.ui.forms import Form


class AccountForm(Form):
    """The bank and its account; for a draft that is being edited."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    bank = fields.PickField(label=_("Bank"), queryset=None, say=lambda bank: bank.name)
    account_name = fields.NameField(
        label=_("Account holder"), max_length=120, help_text=_("As a rule the bank itself.")
    )
    account_bank = fields.NameField(label=_("Account kept at"), max_length=120, help_text=_("The branch of the bank."))
    account_no = fields.NameField(label=_("Account number"), max_length=60)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["bank"].queryset = selectors.banks()  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "bank_id": data["bank"].pk,
            **{name: data[name] for name in ("account_name", "account_bank", "account_no")},
        }


class AgreementForm(AccountForm):
    """A new draft: which policy, too."""

    policy = fields.PickField(label=_("Policy"), queryset=None)
    field_order = ("policy", "bank", "account_name", "account_bank", "account_no")

    def __init__(self, *args: Any, actor: Actor, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["policy"].queryset = selectors.assignable_policies(actor)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {"policy_id": self.cleaned_data["policy"].pk, **super().values()}


def account_initial(agreement: Agreement) -> dict[str, Any]:
    names = ("account_name", "account_bank", "account_no", "version")
    return {"bank": agreement.bank_id, **{name: getattr(agreement, name) for name in names}}


class ReadForm(Form):
    """A tick that the agreement was read, before a signature."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    is_read = forms.BooleanField(label=_("I have read the agreement and sign it."))


class ReasonForm(Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = fields.CommentField(label=_("Reason"), max_length=500)


class LoanForm(Form):
    """A loan on one shipment, in the currency of its invoice."""

    principal = fields.AmountField(label=_("Amount lent"))
    matures_on = fields.DateField(label=_("Matures on"))
    drawn_on = fields.DateField(
        label=_("Drawn on"), required=False, help_text=_("Empty: the amount is reserved for three working days.")
    )
    customs_value = fields.AmountField(
        label=_("Customs value"), required=False,
        help_text=_("Of the customs declaration; needed where several invoices stand on one."),
    )  # fmt: skip

    def __init__(self, *args: Any, shipment: Shipment, **named: Any) -> None:
        super().__init__(*args, initial={"drawn_on": clock.today(), "matures_on": shipment.due_on}, **named)
        for name in ("principal", "customs_value"):
            self.fields[name].currency = shipment.currency  # type: ignore[attr-defined]
        self.fields["principal"].label = _("Amount lent, %(currency)s") % {"currency": shipment.currency}


class DrawForm(Form):
    drawn_on = fields.DateField(label=_("Drawn on"), initial=clock.today)


class RepaymentForm(Form):
    amount = fields.AmountField(label=_("Amount repaid"))
    paid_on = fields.DateField(label=_("Received on"))
    reference = fields.NameField(label=_("Bank reference"), max_length=60)

    def __init__(self, *args: Any, currency: str, **named: Any) -> None:
        super().__init__(*args, initial={"paid_on": clock.today()}, **named)
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]
        self.fields["amount"].label = _("Amount repaid, %(currency)s") % {"currency": currency}


class FilterForm(Form):
    """Filters of a list, kept in the URL. A wrong one filters nothing."""

    q = forms.CharField(label=_("Number"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("State"), required=False)
    policy = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**62)

    def __init__(self, *args: Any, states: list[tuple[str, Any]], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["state"].choices = [("", _("All")), *states]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        if not self.is_bound:
            return {}
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


def agreement_filters(data: Any) -> FilterForm:
    return FilterForm(data or None, states=list(AgreementState.choices))


def loan_filters(data: Any) -> FilterForm:
    return FilterForm(
        data or None, states=[("open", _("Not repaid")), ("repaid", _("Repaid")), ("lapsed", _("Reservation lapsed"))]
    )


class InvoiceForm(Form):
    q = forms.CharField(label=_("Invoice number"), required=False, max_length=60)


def book_filters(data: Any) -> FilterForm:
    return FilterForm(data or None, states=list(Fact.choices))
