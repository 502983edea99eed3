"""The worksheet as a form: one group of fields per receivable, costs with consent, and the answer to a late notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.eligibility import CHOOSABLE, FIXED
from claims.production.debt import ContractDebt
from claims.receivables import Receivable
from claims.worksheet import AMOUNTS, Breach, CostEntry, Entries, LineEntry
from sinosure.ui.fields import AmountField, NameField
from sinosure.ui.forms import Form

COSTS = 3
LABELS: dict[str, Any] = {
    "setoff": _("Set-off and credit notes"),
    "reduction_unconsented": _("Price reduction without our consent"),
    "resale_gross": _("Resale proceeds, gross"),
    "disposal_charges": _("Approved disposal charges"),
    "saved": _("Saved expenses"),
    "security_realised": _("Security and other insurance"),
}


OF_CONTRACT: dict[str, Any] = {
    "setoff": _("Advance payments of the buyer"),
    "resale_gross": _("Salvage: what the goods and materials are worth"),
    "disposal_charges": _("Approved cost of turning them into money"),
}


def label_of(receivable: Receivable, name: str) -> Any:
    """Before shipment there is nothing to resell, but something to save."""
    is_contract = isinstance(receivable.shipment, ContractDebt)
    return OF_CONTRACT.get(name, LABELS[name]) if is_contract else LABELS[name]


@dataclass(frozen=True)
class LineFields:
    """One receivable with its bound fields, for the template."""

    receivable: Receivable
    eligible: Any
    reason: Any
    note: Any
    amounts: tuple[Any, ...]
    is_fixed: bool
    has_entries: bool


class WorksheetForm(Form):
    """Amounts are in the currency of each invoice; nothing that is computed can be typed."""

    def __init__(
        self, *args: Any, receivables: Sequence[Receivable], entries: Entries, breach: Breach, currency: str,
        consents: Sequence[str], **named: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **named)
        self.receivables, self.breach = receivables, breach
        for receivable in receivables:
            self._add_line(receivable, entries.of(receivable))
        self.cost_rows = min(COSTS, len(consents))
        for n in range(self.cost_rows):
            self._add_cost(n, entries.costs[n] if n < len(entries.costs) else None, currency, consents)
        if breach.is_proposed:
            self._add_breach(entries)

    def _add_line(self, receivable: Receivable, entry: LineEntry) -> None:
        key, currency = f"l{entry.shipment_id}", receivable.shipment.currency
        fixed = receivable.finding in FIXED
        reasons = [("", "—"), *((code.value, code.label) for code in CHOOSABLE)]
        if fixed:
            reasons.append((receivable.finding, receivable.finding_label))
        self.fields[f"{key}-eligible"] = forms.BooleanField(
            label=_("Eligible"), required=False, initial=entry.eligible, disabled=fixed
        )
        self.fields[f"{key}-reason"] = forms.ChoiceField(
            label=_("Why not"), required=False, choices=reasons, initial=entry.reason, disabled=fixed
        )
        self.fields[f"{key}-note"] = NameField(label=_("Note"), required=False, initial=entry.note)
        for name in AMOUNTS:
            self.fields[f"{key}-{name}"] = AmountField(
                label=label_of(receivable, name), required=False, allow_zero=True, currency=currency, help_text=currency,
                initial=_shown(getattr(entry, name)),
            )  # fmt: skip

    def _add_cost(self, n: int, cost: CostEntry | None, currency: str, consents: Sequence[str]) -> None:
        choices = [("", "—"), *((number, number) for number in consents)]
        self.fields[f"c{n}-consent_no"] = forms.ChoiceField(
            label=_("Written consent"), required=False, choices=choices, initial=cost.consent_no if cost else ""
        )
        self.fields[f"c{n}-amount"] = AmountField(
            label=_("Mitigation cost, %(currency)s") % {"currency": currency}, required=False, currency=currency,
            initial=_shown(cost.amount) if cost else None,
        )  # fmt: skip

    def _add_breach(self, entries: Entries) -> None:
        self.fields["breach"] = forms.ChoiceField(
            label=_("The notice came late"), required=False, initial=entries.breach,
            choices=[("", _("Not decided yet")), ("CONFIRM", _("Confirm the reduction")), ("WAIVE", _("Waive it"))],
        )  # fmt: skip
        self.fields["breach_reason"] = NameField(label=_("Reason"), required=False, initial=entries.breach_reason)

    def entries(self) -> Entries:
        """What was entered, as the rules take it."""
        lines = [self._line(receivable) for receivable in self.receivables]
        costs = [self._cost(n) for n in range(self.cost_rows) if self.cleaned_data.get(f"c{n}-amount")]
        return Entries(
            tuple(lines), tuple(costs), self.cleaned_data.get("breach", ""), self.cleaned_data.get("breach_reason", "")
        )

    def _line(self, receivable: Receivable) -> LineEntry:
        pk = receivable.shipment.pk
        data = {
            name.removeprefix(f"l{pk}-"): value
            for name, value in self.cleaned_data.items()
            if name.startswith(f"l{pk}-")
        }
        amounts = {name: data.get(name) or Decimal(0) for name in AMOUNTS}
        return LineEntry(pk, data["eligible"], "" if data["eligible"] else data["reason"], data["note"], **amounts)

    def _cost(self, n: int) -> CostEntry:
        return CostEntry(self.cleaned_data[f"c{n}-consent_no"], self.cleaned_data[f"c{n}-amount"])

    def clean(self) -> dict[str, Any]:
        """A line that is not eligible says why."""
        data: dict[str, Any] = super().clean() or {}
        for receivable in self.receivables:
            key = f"l{receivable.shipment.pk}"
            if not data.get(f"{key}-eligible") and not data.get(f"{key}-reason"):
                self.add_error(
                    f"{key}-reason", forms.ValidationError(_("Say why it is not eligible."), code="reason_required")
                )
        return data

    def lines(self) -> list[LineFields]:
        return [self._fields_of(receivable) for receivable in self.receivables]

    def _fields_of(self, receivable: Receivable) -> LineFields:
        key = f"l{receivable.shipment.pk}"
        amounts = tuple(self[f"{key}-{name}"] for name in AMOUNTS)
        return LineFields(
            receivable, self[f"{key}-eligible"], self[f"{key}-reason"], self[f"{key}-note"], amounts,
            receivable.finding in FIXED, any(bound.value() for bound in amounts) or self._has_errors(key),
        )  # fmt: skip

    def _has_errors(self, key: str) -> bool:
        return self.is_bound and any(name.startswith(f"{key}-") for name in self.errors)

    def costs(self) -> list[tuple[Any, Any]]:
        return [(self[f"c{n}-consent_no"], self[f"c{n}-amount"]) for n in range(self.cost_rows)]


def _shown(amount: Decimal) -> str | None:
    """An amount as typed: without trailing zeros, nothing for zero."""
    return f"{amount.normalize():f}" if amount else None
