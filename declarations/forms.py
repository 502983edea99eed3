"""Forms of shipments, receipts and premium. They parse; services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor, ObligorKind
from declarations import selectors
from declarations.due import due_on as due_after
from declarations.line import LC_TERMS, Line
from declarations.models import LineKind, Shipment
from declarations.sellers import sellers_of
from declarations.words import labels_of
from limits.models import CreditLimit, PaymentTerm
from policies.models import Policy, PolicySchedule
from policies.selectors import schedule_on
from policies.wording import Terms
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation
from sinosure.accounts.roles import Kind
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.parsing import clean_reference
from sinosure.reference.models import Currency
from sinosure.ui import fields
from sinosure.ui.forms import Form

YES_NO = [("no", _("No")), ("yes", _("Yes"))]


class ReferenceField(fields.NameField):
    """The number of a paper: text, never a number that lost its digits."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**{"max_length": 60, "required": False, **named})

    def parse(self, text: str) -> Any:
        return clean_reference(text, longest=self.max_length or 60)


class HsField(ReferenceField):
    def parse(self, text: str) -> Any:
        found = clean_reference(text, longest=10)
        if not (found.value.isdigit() and 6 <= len(found.value) <= 10):
            raise DomainError("bad_hs_code", _("An HS code has 6 to 10 digits."))
        return found


def currency_choices(policy: Policy) -> list[tuple[str, str]]:
    """The policy's own currency first."""
    codes = [policy.currency, *(c for c in Currency.objects.values_list("code", flat=True) if c != policy.currency)]
    return [(code, code) for code in codes]


def obligors_of(policy: Policy, actor: Actor) -> QuerySet[Obligor]:
    """Whoever has a limit under the policy; any other one is named by its code."""
    known = CreditLimit.objects.filter(policy=policy).values("obligor")
    return Obligor.objects.visible_to(actor).filter(pk__in=known).select_related("country").order_by("name")


def _say(obligor: Obligor) -> str:
    kind = _("bank") if obligor.kind == ObligorKind.BANK else obligor.country_id
    return f"{obligor.name} · {obligor.code} · {kind}"


class ShipmentForm(Form):
    """One shipment under one policy. Choices are limited to what the policy allows."""

    obligor = fields.PickField(
        Obligor.objects.none(),
        search=True,
        say=_say,
        label=_("Buyer, under an L/C the issuing bank"),
        help_text=_("Those with a limit under this policy. For another one give the code below."),
    )
    other_code = ReferenceField(
        max_length=20,
        label=_("Code of another buyer or bank"),
        help_text=_("From the buyer register. Without a limit the shipment is declared but not covered."),
    )
    term = forms.ChoiceField(label=_("Payment term"))
    credit_days = fields.WholeNumberField(maximum=9999, label=_("Credit period, days"))
    kind = forms.ChoiceField(choices=LineKind.choices, label=_("Goods or service"), initial="GOODS")
    invoice_no = fields.InvoiceNoField(label=_("Invoice number"))
    shipped_on = fields.DateField(
        label=_("Shipment date"),
        help_text=_("The date of the transport document; for a service the day of performance."),
    )
    due_on = fields.DateField(
        required=False,
        label=_("Due date"),
        help_text=_("Empty: shipment date plus the credit period. It starts the 30 days for a loss notice."),
    )
    currency = fields.CurrencyField()
    amount = fields.AmountField(currency_field="currency", label=_("Invoice amount"))
    deposit = fields.AmountField(
        currency_field="currency", allow_zero=True, required=False, label=_("Deposit received before shipment")
    )
    destination = fields.CountryField(
        required=False, label=_("Country of destination"), help_text=_("Empty: the buyer's country.")
    )
    transport_no = ReferenceField(label=_("B/L, AWB or rail number"))
    shares_transport = forms.BooleanField(required=False, label=_("Several invoices, one transport document"))
    customs_no = ReferenceField(max_length=40, label=_("Customs declaration number"))
    contract_no = ReferenceField(label=_("Contract number"))
    hs_code = HsField(max_length=10, label=_("HS code"))
    description = fields.NameField(required=False, label=_("Goods or service described"))
    seller = fields.NameField(required=False, max_length=120, label=_("Seller (exporter)"))
    aval_no = ReferenceField(max_length=40, label=_("Reference of the acceptance or aval"))
    acceptance_no = ReferenceField(
        label=_("Acceptance of the service"),
        help_text=_("For a service: the number of the certificate or the signed record."),
    )
    lc_no = ReferenceField(max_length=40, label=_("L/C number"))
    affiliate = forms.ChoiceField(
        required=False,
        label=_("Shipped in the name of"),
        help_text=_("The insured itself, or a company that the schedule names."),
    )
    financing_bank = fields.PickField(
        Organisation.objects.none(),
        required=False,
        label=_("Financing wanted from"),
        help_text=_("The bank will see this shipment."),
    )
    knows_of_loss = forms.ChoiceField(
        choices=YES_NO,
        widget=forms.RadioSelect,
        label=_("Is any invoice of this buyer overdue, or do you know of anything that may cause a loss?"),
    )

    def __init__(self, *args: Any, policy: Policy, actor: Actor, **named: Any) -> None:
        super().__init__(*args, **named)
        self.policy, self.actor = policy, actor
        schedule = schedule_on(policy, clock.today())
        pick, banks = self.fields["obligor"], self.fields["financing_bank"]
        pick.queryset = obligors_of(policy, actor)  # type: ignore[attr-defined]
        banks.queryset = Organisation.objects.filter(kind=Kind.BANK).order_by("code")  # type: ignore[attr-defined]
        self.fields["term"].choices = self._terms(schedule)  # type: ignore[attr-defined]
        self.fields["currency"].choices = currency_choices(policy)  # type: ignore[attr-defined]
        self.fields["currency"].initial = policy.currency
        self._speak_of(policy.wording.named)
        self._offer_affiliates(schedule)
        if schedule is None or not schedule.covers_services:
            self.fields["kind"].choices = [("GOODS", LineKind.GOODS.label)]  # type: ignore[attr-defined]
            del self.fields["acceptance_no"]

    def _offer_affiliates(self, schedule: PolicySchedule | None) -> None:
        named = list(schedule.affiliates.order_by("country", "code")) if schedule else []
        if not named:
            del self.fields["affiliate"]
            return
        own = ("", self.policy.policyholder.name)
        self.fields["affiliate"].choices = [own, *((row.code, str(row)) for row in named)]  # type: ignore[attr-defined]

    def _speak_of(self, wording: Terms) -> None:
        """A bank declares what it bought: other words, the seller instead of its own financing (§1.1)."""
        for name, (label, help_text) in labels_of(wording).items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
        dropped = ["financing_bank"] if wording.buys_claims else ["seller", "aval_no"]
        if wording.buys_claims and not wording.covers_banks_only:
            dropped.append("aval_no")
        for name in dropped:
            del self.fields[name]
        if wording.needs_factoring:
            self._offer_sellers()

    def _offer_sellers(self) -> None:
        """Of the factoring agreements under the policy, nobody else."""
        names = sorted({one.name for one in sellers_of(self.policy)})
        typed = self.fields["seller"]
        self.fields["seller"] = forms.ChoiceField(
            choices=[("", "—"), *((name, name) for name in names)], required=False, label=typed.label,
            help_text=typed.help_text,
        )  # fmt: skip

    def _terms(self, schedule: Any) -> list[tuple[str, Any]]:
        allowed = [
            choice
            for choice in PaymentTerm.choices
            if choice[0] in self.policy.wording.named.value("payment_terms")
            and not (schedule and schedule.scope == "NON_LC" and choice[0] in LC_TERMS)
        ]
        return [("", "—"), *reversed(allowed)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._find_other(data)
        shipped_on, days = data.get("shipped_on"), data.get("credit_days")
        if shipped_on and days is not None and not data.get("due_on") and "due_on" not in self.errors:
            try:
                data["due_on"] = due_after(shipped_on, days)
            except OverflowError:
                self.add_error(
                    "credit_days",
                    forms.ValidationError(
                        _("The credit period is longer than two years, which no policy covers."),
                        code="tenor_exceeds_2y",
                    ),
                )
        if data.get("obligor") and not data.get("destination"):
            data["destination"] = data["obligor"].country_id
        return data

    def _find_other(self, data: dict[str, Any]) -> None:
        """A code takes the place of the choice."""
        code = data.get("other_code")
        if not code:
            return
        self.errors.pop("obligor", None)
        data["obligor"] = selectors.obligor_by_code(code)
        if data["obligor"] is None:
            message = _("No buyer or bank has this code. Look it up in the register.")
            self.add_error("other_code", forms.ValidationError(message, code="unknown_buyer"))

    def line(self) -> Line:
        """What was declared, for the service."""
        data = self.cleaned_data
        bank = data.get("financing_bank")
        return Line(
            obligor_id=data["obligor"].pk,
            term=data["term"],
            credit_days=data["credit_days"],
            invoice_no=data["invoice_no"],
            shipped_on=data["shipped_on"],
            due_on=data["due_on"],
            amount=data["amount"],
            currency=data["currency"],
            destination=data["destination"],
            deposit=data.get("deposit") or 0,
            kind=data["kind"],
            contract_no=data.get("contract_no") or "",
            transport_no=data.get("transport_no") or "",
            customs_no=data.get("customs_no") or "",
            hs_code=data.get("hs_code") or "",
            description=data.get("description") or "",
            lc_no=data.get("lc_no") or "",
            financing_bank_id=bank.pk if bank else None,
            seller=data.get("seller") or "",
            aval_no=data.get("aval_no") or "",
            affiliate=data.get("affiliate") or "",
            acceptance_no=data.get("acceptance_no") or "",
            shares_transport=bool(data.get("shares_transport")),
            knows_of_loss=data["knows_of_loss"] == "yes",
        )


class CorrectionForm(ShipmentForm):
    reason = fields.CommentField(max_length=300, label=_("What is corrected and why"))
    version = forms.IntegerField(widget=forms.HiddenInput)


def initial_of(shipment: Shipment) -> dict[str, Any]:
    """The line as declared, for the correction form."""
    names = (
        "term",
        "credit_days",
        "kind",
        "invoice_no",
        "shipped_on",
        "due_on",
        "currency",
        "transport_no",
        "customs_no",
        "contract_no",
        "hs_code",
        "description",
        "lc_no",
        "financing_bank",
        "seller",
        "aval_no",
        "acceptance_no",
        "version",
    )
    plain = {"amount": _plain(shipment.amount), "deposit": _plain(shipment.deposit) if shipment.deposit else ""}
    return {
        **{name: getattr(shipment, name) for name in names},
        **plain,
        "obligor": shipment.obligor,
        "destination": shipment.destination_id,
        "affiliate": shipment.affiliate.code if shipment.affiliate else "",
        "shares_transport": bool(shipment.transport_no),
        "knows_of_loss": "no",
    }


def _plain(amount: Any) -> str:
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class ReceiptForm(Form):
    """Money from a buyer."""

    obligor = fields.PickField(Obligor.objects.none(), search=True, say=_say, label=_("From buyer or bank"))
    currency = fields.CurrencyField()
    amount = fields.AmountField(currency_field="currency", label=_("Amount received"))
    received_on = fields.DateField(label=_("Value date"))
    reference = ReferenceField(
        required=True, label=_("Bank reference"), help_text=_("As on the bank's advice; each one is recorded once.")
    )
    invoice_no = ReferenceField(
        label=_("Invoice named by the buyer"),
        help_text=_("Honoured while nothing of this buyer is overdue; afterwards the oldest due date comes first."),
    )

    def __init__(self, *args: Any, actor: Actor, **named: Any) -> None:
        super().__init__(*args, **named)
        open_items = Shipment.objects.held_by(actor).open_items()
        owing = Obligor.objects.visible_to(actor).filter(pk__in=open_items.values("obligor")).select_related("country")
        self.fields["obligor"].queryset = owing.order_by("name")  # type: ignore[attr-defined]
        codes = list(Currency.objects.values_list("code", flat=True))
        self.fields["currency"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
        self.fields["currency"].initial = "USD"

    def asked(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "obligor_id": data["obligor"].pk,
            "amount": data["amount"],
            "currency": data["currency"],
            "received_on": data["received_on"],
            "invoice_no": data.get("invoice_no") or "",
        }


class ReasonForm(Form):
    """A reason or comment of a few lines."""

    reason = fields.CommentField(max_length=300, label=_("Reason"))

    def __init__(self, *args: Any, label: Any = None, required: bool = True, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["reason"].required = required
        if label is not None:
            self.fields["reason"].label = label


class ExtensionForm(ReasonForm):
    due_on = fields.DateField(label=_("New due date"))
    field_order = ["due_on", "reason"]


class PaymentForm(Form):
    """Premium received, as finance books it."""

    amount = fields.AmountField(label=_("Amount received"))
    received_on = fields.DateField(label=_("Value date"))
    reference = ReferenceField(required=True, label=_("Bank reference"))

    def __init__(self, *args: Any, currency: str, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]


class TurnoverForm(Form):
    """The exports of the year, as the insured states them."""

    actual = fields.AmountField(label=_("Exports of the policy period"), allow_zero=True)
    remark = fields.NameField(required=False, label=_("Remark"), max_length=500)
    is_complete = forms.BooleanField(label=_("The figure holds all exports in the scope of the policy."))

    def __init__(self, *args: Any, currency: str, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["actual"].currency = currency  # type: ignore[attr-defined]


class ReturnForm(Form):
    """Premium returned, as finance books it."""

    paid_on = fields.DateField(label=_("Value date"))
    reference = ReferenceField(required=True, label=_("Bank reference"))
