"""The what-if forms: what a person types becomes one case of a calculator, the same that the command and the API take."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.models import RecoveryMode
from policies.models import Product
from sinosure.core import parsing
from sinosure.core.errors import DomainError
from sinosure.portal.calculators import SHIPMENT_AMOUNTS
from sinosure.ui.fields import FULL_WIDTH, AmountField, DateField, ParsedField, PercentField
from sinosure.ui.forms import Form

SHIPMENTS, LIMITS = 4, 2
LABELS: dict[str, Any] = {
    "setoff": _("Set-off and credit notes"),
    "reduction_unconsented": _("Price reduction without our consent"),
    "resale_gross": _("Resale proceeds, gross"),
    "disposal_charges": _("Approved disposal charges"),
    "saved": _("Saved expenses"),
    "security_realised": _("Security and other insurance"),
}


class NumberField(ParsedField):
    """A plain positive number such as a rate or a factor."""

    css = "is-amount is-short"

    def parse(self, text: str) -> parsing.Parsed:
        plain = text.translate(FULL_WIDTH).strip()
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,8})?", plain):
            raise DomainError("bad_number", _("Write a number such as 7.05."), status=400)
        return parsing.Parsed(Decimal(plain), text, ())


def money(label: Any, **named: Any) -> AmountField:
    return AmountField(label=label, currency="USD", allow_zero=True, required=False, **named)


def percent(label: Any, **named: Any) -> PercentField:
    return PercentField(label=label, **{"required": False, **named})


def plain(value: Any) -> str:
    """As the calculators read it."""
    return value.isoformat() if isinstance(value, date) else f"{value:f}" if isinstance(value, Decimal) else str(value)


class WhatIfForm(Form):
    """A form that becomes a case."""

    def case(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        return {name: plain(value) for name, value in given.items()}

    def place_of(self, field: str) -> str | None:
        """The form field behind a key of the case."""
        return field if field in self.fields else None


class IndemnityForm(WhatIfForm):
    """§6.3. Amounts of shipments in the currency of the claim, the rest in the currency of the policy."""

    product = forms.ChoiceField(label=_("Product"), choices=Product.choices)
    pct = percent(_("Insured percentage of the schedule"), required=True, initial=Decimal("0.9"))
    limit_pct = percent(_("Percentage on the limit decision"))
    fx = NumberField(label=_("Claim currency units per policy currency unit"), required=False)
    receipts = money(_("Received from the buyer"), help_text=_("Goes to the oldest due date first."))
    reduction = percent(_("Confirmed reduction for breach"))
    deductible = money(_("Deductible"))
    mitigation_approved = money(_("Mitigation costs with consent"))
    unshipped_orders = money(_("Unshipped orders"))
    unshipped_pct = percent(_("Percentage on unshipped orders"))
    buyer_cap = money(_("Cap for this buyer"))
    buyer_paid = money(_("Paid under this cap"))
    policy_max = money(_("Maximum liability"))
    policy_paid = money(_("Paid on other cases"))
    interim_paid = money(_("Interim already paid"))

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for n in range(1, LIMITS + 1):
            self.fields[f"limit{n}_from"] = DateField(label=_("Limit in force from"), required=False)
            self.fields[f"limit{n}_amount"] = money(_("Limit"))
        for n in range(1, SHIPMENTS + 1):
            self._add_shipment(n)

    def _add_shipment(self, n: int) -> None:
        self.fields[f"s{n}_amount"] = AmountField(label=_("Invoice amount"), currency="USD", required=n == 1)
        self.fields[f"s{n}_ship"] = DateField(label=_("Shipped on"), required=n == 1)
        self.fields[f"s{n}_due"] = DateField(label=_("Due on"), required=n == 1)
        self.fields[f"s{n}_excluded"] = forms.BooleanField(label=_("Not eligible"), required=False)
        for name in SHIPMENT_AMOUNTS:
            self.fields[f"s{n}_{name}"] = money(LABELS[name])

    def shipments(self) -> list[tuple[int, Any, Any, Any, Any, list[Any], bool]]:
        """Bound fields of each shipment for the template; the last says whether its details are in use."""
        rows = []
        for n in range(1, SHIPMENTS + 1):
            more = [self[f"s{n}_{name}"] for name in SHIPMENT_AMOUNTS]
            used = any(bound.value() for bound in more)
            rows.append(
                (n, self[f"s{n}_amount"], self[f"s{n}_ship"], self[f"s{n}_due"], self[f"s{n}_excluded"], more, used)
            )
        return rows

    def limits(self) -> list[tuple[Any, Any]]:
        return [(self[f"limit{n}_from"], self[f"limit{n}_amount"]) for n in range(1, LIMITS + 1)]

    def terms(self) -> list[Any]:
        return [self[name] for name in ("product", "pct", "limit_pct", "fx", "receipts", "policy_max")]

    def rest(self) -> list[Any]:
        shown = {"product", "pct", "limit_pct", "fx", "receipts", "policy_max"}
        return [self[name] for name in self.base_fields if name not in shown]

    def case(self) -> dict[str, Any]:
        data = self.cleaned_data
        case: dict[str, Any] = {
            name: plain(data[name]) for name in self.base_fields if data.get(name) not in (None, "")
        }
        case["shipments"] = [self._shipment(n) for n in range(1, SHIPMENTS + 1) if data.get(f"s{n}_amount")]
        limits = [(data[f"limit{n}_from"], data[f"limit{n}_amount"]) for n in range(1, LIMITS + 1)]
        case["limits"] = [[plain(day), plain(amount)] for day, amount in limits if day and amount is not None] or None
        return case

    def _shipment(self, n: int) -> dict[str, Any]:
        data = self.cleaned_data
        row: dict[str, Any] = {
            "id": f"S{n}", "amount": plain(data[f"s{n}_amount"]), "ship": _day(data[f"s{n}_ship"]),
            "due": _day(data[f"s{n}_due"]), "eligible": not data[f"s{n}_excluded"],
        }  # fmt: skip
        return row | {name: plain(data[f"s{n}_{name}"]) for name in SHIPMENT_AMOUNTS if data.get(f"s{n}_{name}")}

    def place_of(self, field: str) -> str | None:
        found = re.match(r"shipments\[(\d+)\]\.(\w+)", field)
        name = f"s{int(found[1]) + 1}_{found[2]}" if found else field
        return name if name in self.fields else None


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


class RecoveryForm(WhatIfForm):
    """§7."""

    debt = AmountField(label=_("Debt when the indemnity was paid"), currency="USD")
    indemnity_paid = AmountField(label=_("Indemnity paid, without mitigation costs"), currency="USD", allow_zero=True)
    gross = AmountField(label=_("Recovered, gross"), currency="USD", allow_zero=True)
    cost = AmountField(label=_("Cost of recovery"), currency="USD", allow_zero=True, initial="0")
    bank_outstanding = AmountField(
        label=_("Still owed to the assignee bank of the receivable"), currency="USD", allow_zero=True, initial="0"
    )
    mode = forms.ChoiceField(label=_("Order of sharing"), choices=RecoveryMode.choices)


class PremiumForm(WhatIfForm):
    """§4.4."""

    amount = AmountField(label=_("Declared value"), currency="USD")
    base_rate_pct = NumberField(label=_("Base rate in %"), initial="0.24")
    tenor_mult = NumberField(label=_("Factor for the credit period"), initial="1.0")
    pct_factor = NumberField(label=_("Factor for the insured percentage"), initial="1.0")
    experience = NumberField(label=_("Experience factor"), initial="1.0")


class DeadlineForm(WhatIfForm):
    """LN-1 to LN-5."""

    rule = forms.ChoiceField(
        label=_("Which window"),
        choices=[
            ("LOSS_NOTICE_DEFAULT", _("Default: 30 days after the due date")),
            ("LOSS_NOTICE_OTHER", _("Other risks: 10 working days after it was known")),
        ],
    )
    start = DateField(label=_("Day 0: due date, or the day it was known"))


FORMS: dict[str, type[WhatIfForm]] = {
    "indemnity": IndemnityForm, "recovery": RecoveryForm, "premium": PremiumForm, "deadline": DeadlineForm,
}  # fmt: skip
