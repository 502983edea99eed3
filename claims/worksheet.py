"""What an adjuster enters, and the figures that follow: one function behind the live page, the saved sheet and the API.

Only facts are entered (set-offs, resale, findings with reasons). Claim base, percentage and indemnity are computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.eligibility import FIXED
from claims.indemnity import Cover, Indemnity, LineResult, LossCase, ShipmentLoss, indemnity
from claims.models import Claim
from claims.production.debt import in_words_of_production
from claims.receivables import Receivable, receivables_of, schedule_at
from claims.windows import Lateness, lateness_proposal
from declarations.models import Shipment
from policies.micro import selectors as micro
from policies.models import LiabilityCounter, PolicySchedule
from policies.wording import HARD_CAP_RATIOS
from sinosure.core.errors import DomainError

ZERO, ONE = Decimal(0), Decimal(1)
AMOUNTS = ("setoff", "reduction_unconsented", "resale_gross", "disposal_charges", "saved", "security_realised")


@dataclass(frozen=True)
class LineEntry:
    """What the adjuster found about one receivable, in invoice currency. `note` is required where it departs."""

    shipment_id: int
    eligible: bool = True
    reason: str = ""
    note: str = ""
    setoff: Decimal = ZERO
    reduction_unconsented: Decimal = ZERO
    resale_gross: Decimal = ZERO
    disposal_charges: Decimal = ZERO
    saved: Decimal = ZERO
    security_realised: Decimal = ZERO


@dataclass(frozen=True)
class CostEntry:
    """A mitigation cost in policy currency with the number of the written consent (LN-10)."""

    consent_no: str
    amount: Decimal


@dataclass(frozen=True)
class Entries:
    """One worksheet as entered. `breach`: CONFIRM or WAIVE the proposal for a late notice (LN-9), "" while open."""

    lines: tuple[LineEntry, ...] = ()
    costs: tuple[CostEntry, ...] = ()
    breach: str = ""
    breach_reason: str = ""

    def of(self, receivable: Receivable) -> LineEntry:
        """What was entered for it, or the system's proposal."""
        entered = {line.shipment_id: line for line in self.lines}
        proposed = LineEntry(receivable.shipment.pk, not receivable.finding, receivable.finding)
        return entered.get(receivable.shipment.pk, proposed)


@dataclass(frozen=True)
class Breach:
    """LN-9: what the system proposes for a late notice."""

    days_late: int
    kind: Lateness
    ratio: Decimal

    @property
    def is_proposed(self) -> bool:
        return self.kind != Lateness.IN_TIME


@dataclass(frozen=True)
class Sheet:
    """The worksheet worked out on the facts of the moment."""

    entries: Entries
    receivables: tuple[Receivable, ...]
    breach: Breach
    cover: Cover
    figures: Indemnity
    rows: tuple[SheetRow, ...] = field(default=())

    @property
    def breach_open(self) -> bool:
        return self.breach.is_proposed and self.entries.breach not in {"CONFIRM", "WAIVE"}

    @property
    def mitigation_share(self) -> Decimal:
        """The part of the total that refunds mitigation costs: what they add on top of the indemnity itself."""
        without = min(self.figures.total, self.figures.after_buyer_cap)
        return max(ZERO, self.figures.total - without) if self.cover.mitigation_approved else ZERO


@dataclass(frozen=True)
class SheetRow:
    """One receivable with what was entered and what came out, for pages and letters."""

    receivable: Receivable
    entry: LineEntry
    result: LineResult


def work_out(claim: Claim, entries: Entries, on: date | None = None) -> Sheet:
    """The whole of §6.3 on the declarations, limits and receipts as they are now. Writes nothing."""
    receivables = tuple(receivables_of(claim, on))
    if not receivables:
        raise DomainError(
            "nothing_open", _("Every invoice on this buyer is paid. There is nothing to adjust."), status=409
        )
    breach = breach_of(claim)
    names = _names(receivables)
    lines = [_shipment_loss(names[r.shipment.pk], r, _checked(r, entries.of(r))) for r in receivables]
    cover = _cover(claim, entries, receivables, lines, breach)
    figures = indemnity(LossCase(shipments=lines), cover)
    if claim.production_id is not None:
        figures = replace(figures, steps=in_words_of_production(figures.steps))
    return Sheet(entries, receivables, breach, cover, figures, _rows(receivables, names, entries, figures))


def breach_of(claim: Claim) -> Breach:
    """Where the notice is a duty, how late it was and what that leads to; optional notices have no lateness (AMB-1)."""
    optional = claim.policy.wording.named.is_notice_optional
    days = 0 if claim.notice is None or optional else claim.notice.days_late
    return Breach(days, *lateness_proposal(days))


def _checked(receivable: Receivable, entry: LineEntry) -> LineEntry:
    """A fact cannot be overruled; departing from a proposal needs a note."""
    field_name = f"l{entry.shipment_id}-note"
    if entry.eligible and receivable.finding in FIXED:
        message = _("Invoice %(invoice)s cannot be eligible: %(why)s.")
        raise DomainError(
            "not_eligible", message, field=f"l{entry.shipment_id}-eligible",
            invoice=receivable.shipment.invoice_no, why=receivable.finding_label,
        )  # fmt: skip
    departs = entry.eligible == bool(receivable.finding)
    if departs and not entry.note:
        message = _("Give the reason for invoice %(invoice)s: you depart from what the system found.")
        raise DomainError("reason_required", message, field=field_name, invoice=receivable.shipment.invoice_no)
    return entry


def _names(receivables: Sequence[Receivable]) -> dict[int, str]:
    """Invoice numbers as names in the working; with the id where two policies share one."""
    numbers = [r.shipment.invoice_no for r in receivables]
    return {
        r.shipment.pk: r.shipment.invoice_no
        if numbers.count(r.shipment.invoice_no) == 1
        else f"{r.shipment.invoice_no} #{r.shipment.pk}"
        for r in receivables
    }


def _shipment_loss(name: str, receivable: Receivable, entry: LineEntry) -> ShipmentLoss:
    row = receivable.shipment
    return ShipmentLoss(
        id=name, amount=receivable.amount, shipped_on=row.shipped_on, due_on=row.due_on, fx=row.fx,
        eligible=entry.eligible, received=receivable.received, limit=receivable.limit,
        limit_key=receivable.limit_key,
        **{name: getattr(entry, name) for name in AMOUNTS},
    )  # fmt: skip


def _cover(
    claim: Claim, entries: Entries, receivables: Sequence[Receivable], lines: Sequence[ShipmentLoss], breach: Breach
) -> Cover:
    eligible = [r for r, line in zip(receivables, lines, strict=True) if line.eligible]
    schedule = schedule_at(claim, min(r.shipment.shipped_on for r in eligible or receivables))
    liability = LiabilityCounter.objects.get(policy=claim.policy_id)
    return Cover(
        insured_ratio=_ratio(claim, schedule),
        hard_cap_ratio=Decimal(HARD_CAP_RATIOS[claim.policy.product]),
        limit_ratio=min((r.limit_ratio for r in eligible if r.limit_ratio is not None), default=ONE),
        currency=claim.currency,
        reduction_ratio=breach.ratio if entries.breach == "CONFIRM" else ZERO,
        deductible=schedule.deductible,
        mitigation_approved=sum((cost.amount for cost in entries.costs), ZERO),
        unshipped_orders=claim.unshipped_orders,
        unshipped_ratio=claim.policy.wording.named.number("unshipped_orders_ratio"),
        buyer_cap=micro.buyer_cap(claim.policy),
        buyer_paid=max(ZERO, micro.buyer_paid(claim.policy, claim.obligor_id) - claim.paid_total),
        policy_max=liability.maximum,
        policy_paid=liability.paid_total - claim.paid_total,
        interim_paid=claim.paid_total,
    )


def _ratio(claim: Claim, schedule: PolicySchedule) -> Decimal:
    """The schedule's share for the cause; before shipment the one that the contract was declared under."""
    if claim.production is not None:
        return claim.production.insured_ratio
    return Decimal(schedule.insured_ratios.get(claim.cause, schedule.highest_ratio))


def _rows(
    receivables: Sequence[Receivable], names: Mapping[int, str], entries: Entries, figures: Indemnity
) -> tuple[SheetRow, ...]:
    """Each receivable with what was entered and what came out."""
    results = {line.id: line for line in figures.lines}
    return tuple(SheetRow(r, entries.of(r), results[names[r.shipment.pk]]) for r in receivables)


def as_json(entries: Entries) -> dict[str, Any]:
    """Entries as stored: every number a string."""
    return {
        "lines": [{name: _text(value) for name, value in asdict(line).items()} for line in entries.lines],
        "costs": [{"consent_no": cost.consent_no, "amount": str(cost.amount)} for cost in entries.costs],
        "breach": entries.breach,
        "breach_reason": entries.breach_reason,
    }


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def from_json(stored: Mapping[str, Any]) -> Entries:
    """Entries read back; unknown keys are refused by the dataclasses."""
    lines = [LineEntry(**_line_from(line)) for line in stored.get("lines", [])]
    costs = [CostEntry(cost["consent_no"], Decimal(cost["amount"])) for cost in stored.get("costs", [])]
    return Entries(tuple(lines), tuple(costs), stored.get("breach", ""), stored.get("breach_reason", ""))


def _line_from(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {name: Decimal(value) if name in AMOUNTS else value for name, value in stored.items()}


def result_json(sheet: Sheet) -> dict[str, Any]:
    """The result as frozen in a saved worksheet: steps in English msgids, and the waterfall line by line."""
    return {
        "steps": [step.as_stored() for step in sheet.figures.steps],
        "lines": [_line_json(row) for row in sheet.rows],
        "overpaid": str(sheet.figures.overpaid),
        "data_errors": list(sheet.figures.data_errors),
    }


def _line_json(row: SheetRow) -> dict[str, Any]:
    shipment = row.receivable.shipment
    return {
        "shipment": shipment.pk if isinstance(shipment, Shipment) else None, "invoice": shipment.invoice_no,
        "affiliate": shipment.shipped_by,
        "currency": shipment.currency,
        "shipped_on": shipment.shipped_on.isoformat(), "due_on": shipment.due_on.isoformat(),
        "amount": str(row.receivable.amount), "received": str(row.result.received), "fx": str(shipment.fx),
        "eligible": row.entry.eligible, "reason": row.entry.reason, "note": row.entry.note,
        "loss": str(row.result.loss), "limit": _text(row.result.limit), "covered": str(row.result.covered),
        "indemnity": str(row.result.indemnity),
    }  # fmt: skip
