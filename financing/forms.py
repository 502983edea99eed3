"""Forms of agreements and loans. They only parse; rules are in services."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from declarations.models import Shipment
from financing import scopes, selectors
from financing.interest import HIGHEST_PCT
from financing.models import About, Agreement, AgreementKind, AgreementState, CoverState, Fact, Indicator
from financing.scopes import Given
from sinosure.accounts.actor import Actor
from sinosure.accounts.selectors import branches
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.ui import fields
from sinosure.ui.forms import Form


class TermsForm(Form):
    """Scope, account and agreed last day: what every version of an agreement says."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    countries = fields.PickManyField(
        label=_("Only buyers in these countries"), required=False,
        help_text=_("Leave countries, buyers and invoices empty to assign all exports under the policy."),
    )  # fmt: skip
    obligors = fields.PickManyField(label=_("Only these buyers"), required=False)
    invoices = forms.CharField(
        label=_("Only these invoices"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Declared invoices, one number a line."),
    )  # fmt: skip
    account_name = fields.NameField(
        label=_("Account holder"), max_length=120, help_text=_("As a rule the bank itself.")
    )
    account_bank = fields.NameField(label=_("Account kept at"), max_length=120, help_text=_("The branch of the bank."))
    account_no = fields.NameField(label=_("Account number"), max_length=60)
    ends_on = fields.DateField(
        label=_("Agreed last day"), required=False,
        help_text=_("Empty: until the bank releases it or the policy ends. Earlier shipments stay bound after it."),
    )  # fmt: skip

    def __init__(self, *args: Any, policies: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        known = list(scopes.of_policies(policies).select_related("country").order_by("name"))
        countries = {row.country_id: row.country.name for row in known}
        self.fields["countries"].choices = sorted(countries.items(), key=itemgetter(1))  # type: ignore[attr-defined]
        self.fields["obligors"].choices = [(str(row.pk), row.name) for row in known]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        given = Given(
            tuple(data["countries"]),
            tuple(map(int, data["obligors"])),
            tuple(filter(str.strip, data["invoices"].splitlines())),
        )
        names = ("account_name", "account_bank", "account_no", "ends_on")
        return {"given": given, **{name: data[name] for name in names}}


class AccountForm(TermsForm):
    """What is assigned, to which bank, into which account; for a draft that is being edited."""

    kind = forms.ChoiceField(
        label=_("What is assigned"), choices=AgreementKind.choices, initial=AgreementKind.INDEMNITY,
        help_text=_("The right to the indemnity alone, or the receivable itself with all its rights."),
    )  # fmt: skip
    claim_rights = forms.BooleanField(
        label=_("The bank may notify losses itself"), required=False,
        help_text=_("A receivable assignment gives the bank this right by its nature."),
    )  # fmt: skip
    bank = fields.PickField(label=_("Bank"), queryset=None, say=lambda bank: bank.name)
    branch = fields.PickField(
        label=_("Branch of the bank"), queryset=None, required=False, say=lambda row: f"{row.bank.name} · {row.name}",
        empty_label=_("Head office"), help_text=_("Where your account manager works. Head office can change it later."),
    )  # fmt: skip
    field_order = ("version", "kind", "claim_rights", "countries", "obligors", "invoices", "bank", "branch")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["bank"].queryset = selectors.banks()  # type: ignore[attr-defined]
        self.fields["branch"].queryset = branches()  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        branch = data["branch"].pk if data["branch"] else None
        own = {
            "bank_id": data["bank"].pk,
            "branch_id": branch,
            "kind": data["kind"],
            "claim_rights": data["claim_rights"],
        }
        return {**super().values(), **own}


class AgreementForm(AccountForm):
    """A new draft: which policy, too."""

    policy = fields.PickField(label=_("Policy"), queryset=None)
    field_order = ("policy", *AccountForm.field_order)

    def __init__(self, *args: Any, actor: Actor, **named: Any) -> None:
        policies = selectors.assignable_policies(actor)
        super().__init__(*args, policies=policies.order_by().values("pk"), **named)
        self.fields["policy"].queryset = policies  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {"policy_id": self.cleaned_data["policy"].pk, **super().values()}


def account_initial(agreement: Agreement) -> dict[str, Any]:
    names = (
        "kind", "claim_rights", "account_name", "account_bank", "account_no", "ends_on", "version", "countries", "obligors",
    )  # fmt: skip
    shown = {name: getattr(agreement, name) for name in names}
    return {
        "bank": agreement.bank_id,
        "branch": agreement.branch_id,
        "invoices": "\n".join(agreement.invoices),
        **shown,
    }


class BranchForm(Form):
    """Where an agreement goes: a branch of its bank, or head office."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    branch = fields.PickField(
        label=_("Branch of the bank"),
        queryset=None,
        required=False,
        say=lambda row: row.name,
        empty_label=_("Head office"),
    )

    def __init__(self, *args: Any, agreement: Agreement, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["branch"].queryset = branches(agreement.bank_id)  # type: ignore[attr-defined]


class ReadForm(Form):
    """A tick that the agreement was read, before a signature."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    is_read = forms.BooleanField(label=_("I have read the agreement and sign it."))


class ReasonForm(Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = fields.CommentField(label=_("Reason"), max_length=500)


class ContractForm(Form):
    """The financing contract between bank and exporter, outside of this agreement."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    contract_no = fields.NameField(label=_("Number of the financing contract"), max_length=60)
    contract_on = fields.DateField(label=_("Signed on"))
    rate_pct = fields.PercentField(
        label=_("Rate a year, %"), required=False, maximum=HIGHEST_PCT, as_ratio=False,
        help_text=_("Simple interest on actual days over 360. Agreed between bank and exporter; the insurer promises nothing about it."),
    )  # fmt: skip


class LoanForm(Form):
    """A loan on one shipment, in the currency of its invoice."""

    principal = fields.AmountField(label=_("Amount lent"))
    matures_on = fields.DateField(label=_("Matures on"))
    drawn_on = fields.DateField(
        label=_("Drawn on"), required=False, help_text=_("Empty: the amount is reserved for three working days.")
    )
    rate_pct = fields.PercentField(
        label=_("Rate a year, %"), required=False, maximum=HIGHEST_PCT, as_ratio=False,
        help_text=_("Empty: the rate of the financing contract, if one was recorded."),
    )  # fmt: skip
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
    amount = fields.AmountField(label=_("Amount repaid"), allow_zero=True)
    interest = fields.AmountField(label=_("Interest"), required=False, allow_zero=True)
    paid_on = fields.DateField(label=_("Received on"))
    reference = fields.NameField(label=_("Bank reference"), max_length=60)

    def __init__(self, *args: Any, currency: str, due: Decimal | None = None, **named: Any) -> None:
        """`due` is the interest of today; None where no rate was agreed."""
        super().__init__(*args, initial={"paid_on": clock.today()}, **named)
        for name, label in (
            ("amount", _("Principal repaid, %(currency)s")),
            ("interest", _("Interest paid, %(currency)s")),
        ):
            self.fields[name].currency = currency  # type: ignore[attr-defined]
            self.fields[name].label = label % {"currency": currency}
        if due is None:
            del self.fields["interest"]
        else:
            told = _("Due today: %(due)s. What is paid beside the principal is stated here.")
            self.fields["interest"].help_text = told % {"due": Money(due, currency)}

    def clean(self) -> dict[str, Any]:
        data = {**(super().clean() or {})}
        data["interest"] = data.get("interest") or Decimal(0)
        return data


class RemindForm(Form):
    """What the exporter is reminded of."""

    about = forms.ChoiceField(label=_("What has to be done"), choices=About.choices)
    note = forms.CharField(label=_("A line from you"), required=False, max_length=300)


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


class NoticeForm(Form):
    """Which shipment a notice of cover is wanted for."""

    invoice_no = fields.InvoiceNoField(label=_("Invoice number"))


class GrantForm(Form):
    """Which bank may read what, and until when."""

    bank = fields.PickField(label=_("Bank"), queryset=None, say=lambda bank: bank.name)
    indicators = forms.MultipleChoiceField(
        label=_("What it may read"), choices=Indicator.choices, widget=forms.CheckboxSelectMultiple,
        help_text=_("Sums and shares only, rounded: no buyer is named and no single deal is shown."),
    )  # fmt: skip
    valid_from = fields.DateField(label=_("From"))
    valid_until = fields.DateField(label=_("Last day"), help_text=_("At most a year. You can revoke it at any moment."))

    def __init__(self, *args: Any, **named: Any) -> None:
        today = clock.today()
        super().__init__(*args, initial={"valid_from": today, "valid_until": today + timedelta(days=90)}, **named)
        self.fields["bank"].queryset = selectors.banks()  # type: ignore[attr-defined]


def notice_filters(data: Any) -> FilterForm:
    return FilterForm(data or None, states=list(CoverState.choices))


def book_filters(data: Any) -> FilterForm:
    form = FilterForm(data or None, states=list(Fact.choices))
    form.fields["q"].label, form.fields["state"].label = _("Loan"), _("What")
    return form
