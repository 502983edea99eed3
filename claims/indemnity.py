"""The indemnity on one case: IND-1 … IND-15 of Rulebook §6.3, in that order, each step shown.

All Decimal, full precision between the steps; rounded half-up once, at the end, to the minor unit of the policy currency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from sinosure.core.money import round_money
from sinosure.core.steps import Step

ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class ShipmentLoss:
    """One receivable on the obligor, in claim currency; `fx` is claim-currency units per policy-currency unit."""

    id: str
    amount: Decimal
    shipped_on: date
    due_on: date
    fx: Decimal = ONE
    eligible: bool = True
    reduction_unconsented: Decimal = ZERO
    setoff: Decimal = ZERO
    resale_gross: Decimal = ZERO
    disposal_charges: Decimal = ZERO
    saved: Decimal = ZERO
    security_realised: Decimal = ZERO
    received: Decimal = ZERO  # already allocated to this receivable


@dataclass(frozen=True)
class LimitFrom:
    """The limit in policy currency for shipments on or after `valid_from`, until the next one."""

    valid_from: date
    amount: Decimal


@dataclass(frozen=True)
class LossCase:
    """The facts: every receivable still open, and the obligor's money that is not allocated yet (claim currency)."""

    shipments: Sequence[ShipmentLoss]
    receipts: Decimal = ZERO


@dataclass(frozen=True)
class Cover:
    """The contract: limits (None for a product without), percentages and caps, in policy currency."""

    insured_ratio: Decimal
    hard_cap_ratio: Decimal
    limits: Sequence[LimitFrom] | None = None
    limit_ratio: Decimal = ONE
    currency: str = "USD"
    reduction_ratio: Decimal = ZERO
    deductible: Decimal = ZERO
    unshipped_orders: Decimal = ZERO
    unshipped_ratio: Decimal = ZERO
    buyer_cap: Decimal | None = None
    buyer_paid: Decimal = ZERO
    mitigation_approved: Decimal = ZERO
    policy_max: Decimal | None = None
    policy_paid: Decimal = ZERO
    interim_paid: Decimal = ZERO


@dataclass(frozen=True)
class LineResult:
    """One receivable worked out: receipts in claim currency, the rest in policy currency, unrounded."""

    id: str
    amount: Decimal
    received: Decimal
    loss: Decimal
    limit: Decimal | None
    covered: Decimal


@dataclass(frozen=True)
class Indemnity:
    """The result with its working. `total` and `payable_now` are rounded; the figures between are not."""

    assessed_loss: Decimal
    claim_base: Decimal
    ratio: Decimal
    gross: Decimal
    after_breach: Decimal
    after_deductible: Decimal
    plus_unshipped: Decimal
    after_buyer_cap: Decimal
    plus_mitigation: Decimal
    after_policy_max: Decimal
    total: Decimal
    payable_now: Decimal
    overpaid: Decimal
    lines: tuple[LineResult, ...]
    steps: tuple[Step, ...] = field(default=())


def indemnity(case: LossCase, cover: Cover) -> Indemnity:
    """Amount payable on one case, with its working. Rulebook §6.3."""
    lines = waterfall(case, cover)
    loss, base = sum((x.loss for x in lines), ZERO), sum((x.covered for x in lines), ZERO)
    ratio = min(cover.insured_ratio, cover.limit_ratio, cover.hard_cap_ratio)
    gross = base * ratio
    after_breach = gross * (ONE - cover.reduction_ratio)
    after_deductible = max(ZERO, after_breach - cover.deductible)
    plus_unshipped = after_deductible + cover.unshipped_orders * cover.unshipped_ratio
    after_buyer_cap = _capped(plus_unshipped, cover.buyer_cap, cover.buyer_paid)
    plus_mitigation = after_buyer_cap + cover.mitigation_approved * ratio
    after_policy_max = _capped(plus_mitigation, cover.policy_max, cover.policy_paid)
    total = round_money(after_policy_max, cover.currency)
    result = Indemnity(
        loss, base, ratio, gross, after_breach, after_deductible, plus_unshipped, after_buyer_cap, plus_mitigation,
        after_policy_max, total, max(ZERO, total - cover.interim_paid), max(ZERO, cover.interim_paid - total), lines,
    )  # fmt: skip
    return Indemnity(**{**vars(result), "steps": tuple(_steps(case, cover, result))})


def _capped(amount: Decimal, cap: Decimal | None, used: Decimal) -> Decimal:
    return amount if cap is None else min(amount, max(ZERO, cap - used))


def waterfall(case: LossCase, cover: Cover) -> tuple[LineResult, ...]:
    """IND-2 to IND-6: receipts oldest due date first over all receivables, net losses, then cover in shipment order."""
    received = allocate_receipts(case)
    lines, covered = [], ZERO
    for shipment in sorted(case.shipments, key=lambda s: (s.shipped_on, s.id)):
        loss = net_loss(shipment, received[shipment.id])
        limit = _limit_at(cover.limits, shipment.shipped_on)
        part = loss if limit is None else min(loss, max(ZERO, limit - covered))
        covered += part
        lines.append(LineResult(shipment.id, shipment.amount, received[shipment.id], loss, limit, part))
    return tuple(lines)


def allocate_receipts(case: LossCase) -> dict[str, Decimal]:
    """IND-2: the obligor's money to the oldest due date first, insured or not; ties by id."""
    left, received = case.receipts, {}
    for shipment in sorted(case.shipments, key=lambda s: (s.due_on, s.id)):
        part = min(left, max(ZERO, shipment.amount - shipment.received))
        received[shipment.id], left = shipment.received + part, left - part
    return received


def net_loss(shipment: ShipmentLoss, received: Decimal) -> Decimal:
    """IND-3, IND-4: what is lost on one receivable, in policy currency; 0 when it is not eligible."""
    if not shipment.eligible:
        return ZERO
    resale = max(ZERO, shipment.resale_gross - shipment.disposal_charges)
    taken_off = (
        received + shipment.setoff + shipment.reduction_unconsented + resale + shipment.saved + shipment.security_realised
    )
    return max(ZERO, shipment.amount - taken_off) / shipment.fx


def _limit_at(limits: Sequence[LimitFrom] | None, shipped_on: date) -> Decimal | None:
    if limits is None:
        return None
    valid = [limit for limit in limits if limit.valid_from <= shipped_on]
    return max(valid, key=lambda limit: limit.valid_from).amount if valid else ZERO


def _steps(case: LossCase, cover: Cover, r: Indemnity) -> list[Step]:
    def shown(value: Decimal) -> Decimal:
        return round_money(value, cover.currency)

    total_received = sum((line.received for line in r.lines), ZERO)
    steps = [
        Step("IND-1", _("Receivables on this obligor"), sum((s.amount for s in case.shipments), ZERO), {"count": len(case.shipments)}),
        Step("IND-2", _("Receipts allocated, oldest due date first"), total_received, {x.id: x.received for x in r.lines}),
        Step("IND-3", _("Receivables that are not eligible"), sum(not s.eligible for s in case.shipments),
             {s.id: _("not eligible") for s in case.shipments if not s.eligible}),
        Step("IND-4", _("Net loss of each eligible receivable"), shown(r.assessed_loss), {x.id: shown(x.loss) for x in r.lines}),
        Step("IND-5", _("Assessed loss"), shown(r.assessed_loss)),
        Step("IND-6", _("Claim base: the part within the limit, in shipment order"), shown(r.claim_base),
             {x.id: shown(x.covered) for x in r.lines}),
        Step("IND-7", _("Insured percentage: the lowest of schedule, limit decision and hard cap"), r.ratio,
             {"schedule": cover.insured_ratio, "limit": cover.limit_ratio, "hard cap": cover.hard_cap_ratio}),
    ]  # fmt: skip
    if cover.insured_ratio > cover.hard_cap_ratio:
        steps.append(Step("IND-7", _("The schedule is above the hard cap: a data error, the cap applies"), cover.hard_cap_ratio))
    steps += [
        Step("IND-8", _("Gross indemnity"), shown(r.gross), {"base": shown(r.claim_base), "percentage": r.ratio}),
        Step("IND-9", _("After the confirmed reduction for breach"), shown(r.after_breach), {"reduction": cover.reduction_ratio}),
        Step("IND-10", _("After the deductible"), shown(r.after_deductible), {"deductible": cover.deductible}),
    ]
    return steps + _later_steps(cover, r, shown)


def _later_steps(cover: Cover, r: Indemnity, shown) -> list[Step]:  # type: ignore[no-untyped-def]
    optional = [
        (cover.unshipped_orders, Step("IND-11", _("Plus unshipped orders"), shown(r.plus_unshipped),
                                      {"orders": cover.unshipped_orders, "percentage": cover.unshipped_ratio})),
        (cover.buyer_cap is not None, Step("IND-12", _("After the cap for this obligor"), shown(r.after_buyer_cap),
                                           {"cap": cover.buyer_cap, "paid on other cases": cover.buyer_paid})),
        (cover.mitigation_approved, Step("IND-13", _("Plus the share of approved mitigation costs"), shown(r.plus_mitigation),
                                         {"approved": cover.mitigation_approved, "percentage": r.ratio})),
        (cover.policy_max is not None, Step("IND-14", _("After the policy's maximum liability"), shown(r.after_policy_max),
                                            {"maximum": cover.policy_max, "paid on other cases": cover.policy_paid})),
    ]  # fmt: skip
    last = Step("IND-15", _("Payable now"), r.payable_now, {"total": r.total, "interim paid": cover.interim_paid})
    return [step for used, step in optional if used] + [last]
