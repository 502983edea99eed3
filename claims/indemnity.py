"""The indemnity on one case: IND-1 … IND-15 of Rulebook §6.3, in that order, each step shown.

All Decimal, full precision between the steps; rounded half-up once, at the end, to the minor unit of the policy
currency. The figures between are rounded where they are shown only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from sinosure.core.money import Money, round_money, split_pro_rata
from sinosure.core.steps import Step

ZERO, ONE = Decimal(0), Decimal(1)
PRECISION = 60
ABOVE_HARD_CAP = "above_hard_cap"

# what went into a step, by English msgid (Step.inputs)
IN_ALL = gettext_noop("Indemnity in all")
INTERIM = gettext_noop("Interim already paid")
SCHEDULE = gettext_noop("Schedule")
LIMIT_DECISION = gettext_noop("Limit decision")
HARD_CAP = gettext_noop("Hard cap")
BASE = gettext_noop("Claim base")
PERCENTAGE = gettext_noop("Insured percentage")
REDUCTION = gettext_noop("Reduction")
DEDUCTIBLE = gettext_noop("Deductible")
ORDERS = gettext_noop("Orders")
APPROVED = gettext_noop("Approved")
MAXIMUM = gettext_noop("Maximum")
PAID_ELSEWHERE = gettext_noop("Paid on other cases")


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
    limit: Decimal | None = None  # in force for its payment term at shipment; takes the place of Cover.limits
    limit_key: str = ""  # which limit it draws on, where an obligor has several: each has its own waterfall


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
    """The contract: limits (None for a product without), ratios as fractions and caps, in policy currency."""

    insured_ratio: Decimal
    hard_cap_ratio: Decimal
    limits: Sequence[LimitFrom] | None = None
    limit_ratio: Decimal = ONE
    currency: str = "USD"
    reduction_ratio: Decimal = ZERO
    deductible: Decimal = ZERO
    deductible_before_ratio: bool = False
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
    """One receivable worked out: `amount`, `received` in claim currency, the rest in policy currency, unrounded.

    `share` is its part of the claim base; `indemnity` its part of the total, rounded, so that the parts add up (FIN-1).
    """

    id: str
    amount: Decimal
    received: Decimal
    loss: Decimal
    limit: Decimal | None
    covered: Decimal
    share: Decimal = ZERO
    indemnity: Decimal = ZERO


@dataclass(frozen=True)
class Indemnity:
    """The result with its working. `total`, `payable_now`, `overpaid` are rounded; the figures between are not.

    `overpaid` > 0: interim payments exceed the total, a reclaim task. `data_errors` flags wrong contract data.
    """

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
    data_errors: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


def indemnity(case: LossCase, cover: Cover) -> Indemnity:
    """Amount payable on one case, with its working. Rounded half-up once, at the end. Rulebook §6.3."""
    with localcontext() as context:
        context.prec = PRECISION
        result = _figures(waterfall(case, cover), cover)
        return replace(result, steps=tuple(_steps(case, cover, result)))


def _figures(lines: tuple[LineResult, ...], cover: Cover) -> Indemnity:
    """IND-5 to IND-15."""
    loss, base = sum((x.loss for x in lines), ZERO), sum((x.covered for x in lines), ZERO)
    ratio = min(cover.insured_ratio, cover.limit_ratio, cover.hard_cap_ratio)
    first, last = (cover.deductible, ZERO) if cover.deductible_before_ratio else (ZERO, cover.deductible)
    gross = max(ZERO, base - first) * ratio
    after_breach = gross * (ONE - cover.reduction_ratio)
    after_deductible = max(ZERO, after_breach - last)
    plus_unshipped = after_deductible + cover.unshipped_orders * cover.unshipped_ratio
    after_buyer_cap = _capped(plus_unshipped, cover.buyer_cap, cover.buyer_paid)
    plus_mitigation = after_buyer_cap + cover.mitigation_approved * ratio
    after_policy_max = _capped(plus_mitigation, cover.policy_max, cover.policy_paid)
    total, interim = round_money(after_policy_max, cover.currency), round_money(cover.interim_paid, cover.currency)
    return Indemnity(
        loss, base, ratio, gross, after_breach, after_deductible, plus_unshipped, after_buyer_cap, plus_mitigation,
        after_policy_max, total, max(ZERO, total - interim), max(ZERO, interim - total),
        _shared(lines, base, total, cover.currency),
        (ABOVE_HARD_CAP,) if cover.insured_ratio > cover.hard_cap_ratio else (),
    )  # fmt: skip


def _capped(amount: Decimal, cap: Decimal | None, used: Decimal) -> Decimal:
    return amount if cap is None else min(amount, max(ZERO, cap - used))


def _shared(lines: tuple[LineResult, ...], base: Decimal, total: Decimal, currency: str) -> tuple[LineResult, ...]:
    """Each line with its part of the base and of the total; no cent is lost."""
    parts = split_pro_rata(total, [line.covered for line in lines], currency)
    shares = [line.covered / base if base else ZERO for line in lines]
    return tuple(
        replace(line, share=share, indemnity=part) for line, share, part in zip(lines, shares, parts, strict=True)
    )


def waterfall(case: LossCase, cover: Cover) -> tuple[LineResult, ...]:
    """IND-2 to IND-6: receipts oldest due date first over all receivables, net losses, then cover in shipment order."""
    received = allocate_receipts(case)
    lines, covered = [], defaultdict[str, Decimal](Decimal)
    for shipment in sorted(case.shipments, key=lambda s: (s.shipped_on, s.id)):
        loss = net_loss(shipment, received[shipment.id])
        limit = limit_at(cover.limits, shipment.shipped_on) if shipment.limit is None else shipment.limit
        part = loss if limit is None else min(loss, max(ZERO, limit - covered[shipment.limit_key]))
        covered[shipment.limit_key] += part
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
        received
        + shipment.setoff
        + shipment.reduction_unconsented
        + resale
        + shipment.saved
        + shipment.security_realised
    )
    return max(ZERO, shipment.amount - taken_off) / shipment.fx


def limit_at(limits: Sequence[LimitFrom] | None, shipped_on: date) -> Decimal | None:
    """The last limit that starts on or before the shipment date, 0 before the first; None for a product without."""
    if limits is None:
        return None
    valid = [limit for limit in sorted(limits, key=lambda limit: limit.valid_from) if limit.valid_from <= shipped_on]
    return valid[-1].amount if valid else ZERO


def _steps(case: LossCase, cover: Cover, r: Indemnity) -> Iterator[Step]:
    yield from _loss_steps(case, cover, r)
    yield from _ratio_steps(cover, r)
    yield from _addition_steps(cover, r)
    interim = Money(cover.interim_paid, cover.currency)
    yield Step(
        "IND-15", _("Payable now"), Money(r.payable_now, cover.currency),
        {IN_ALL: Money(r.total, cover.currency), INTERIM: interim},
    )  # fmt: skip


def _loss_steps(case: LossCase, cover: Cover, r: Indemnity) -> Iterator[Step]:
    """IND-1 to IND-6, every figure in policy currency."""
    rates = {shipment.id: shipment.fx for shipment in case.shipments}
    debts = {line.id: _shown(line.amount / rates[line.id], cover) for line in r.lines}
    received = {line.id: line.received / rates[line.id] for line in r.lines}
    excluded = [shipment.id for shipment in case.shipments if not shipment.eligible]
    owed = sum((line.amount / rates[line.id] for line in r.lines), ZERO)
    yield Step("IND-1", _("Receivables on this obligor"), _shown(owed, cover), debts)
    yield Step(
        "IND-2", _("Receipts allocated, oldest due date first"), _shown(sum(received.values(), ZERO), cover),
        {name: _shown(amount, cover) for name, amount in received.items() if amount},
    )  # fmt: skip
    yield Step(
        "IND-3", _("Receivables that pass the cover test"), len(case.shipments) - len(excluded),
        {name: _("not eligible") for name in excluded},
    )  # fmt: skip
    losses = {line.id: _shown(line.loss, cover) for line in r.lines if line.id not in excluded}
    yield Step("IND-4", _("Net loss of each eligible receivable"), _shown(r.assessed_loss, cover), losses)
    yield Step("IND-5", _("Assessed loss"), _shown(r.assessed_loss, cover))
    covered = {line.id: _shown(line.covered, cover) for line in r.lines if line.id not in excluded}
    label = _("Claim base: the part within the limit, in shipment order")
    yield Step("IND-6", label, _shown(r.claim_base, cover), covered)


def _ratio_steps(cover: Cover, r: Indemnity) -> Iterator[Step]:
    """IND-7 to IND-10."""
    label = _("Insured percentage: the lowest of schedule, limit decision and hard cap")
    ratios = {SCHEDULE: cover.insured_ratio, LIMIT_DECISION: cover.limit_ratio, HARD_CAP: cover.hard_cap_ratio}
    yield Step("IND-7", label, r.ratio, ratios)
    if ABOVE_HARD_CAP in r.data_errors:
        label = _("The schedule is above the hard cap: a data error, the cap applies")
        yield Step("IND-7", label, cover.hard_cap_ratio, {SCHEDULE: cover.insured_ratio})
    base = {BASE: _shown(r.claim_base, cover), PERCENTAGE: r.ratio}
    deductible = {DEDUCTIBLE: Money(cover.deductible, cover.currency)}
    yield Step("IND-8", _("Gross indemnity"), _shown(r.gross, cover), base)
    label = _("After the confirmed reduction for breach")
    yield Step("IND-9", label, _shown(r.after_breach, cover), {REDUCTION: cover.reduction_ratio})
    yield Step("IND-10", _("After the deductible"), _shown(r.after_deductible, cover), deductible)


def _addition_steps(cover: Cover, r: Indemnity) -> Iterator[Step]:
    """IND-11 to IND-14, those that the case uses."""
    if cover.unshipped_orders:
        orders = {ORDERS: Money(cover.unshipped_orders, cover.currency), PERCENTAGE: cover.unshipped_ratio}
        yield Step("IND-11", _("Plus unshipped orders"), _shown(r.plus_unshipped, cover), orders)
    if cover.buyer_cap is not None:
        cap = _cap_inputs(cover.buyer_cap, cover.buyer_paid, cover)
        yield Step("IND-12", _("After the cap for this obligor"), _shown(r.after_buyer_cap, cover), cap)
    if cover.mitigation_approved:
        costs = {APPROVED: Money(cover.mitigation_approved, cover.currency), PERCENTAGE: r.ratio}
        label = _("Plus the share of approved mitigation costs")
        yield Step("IND-13", label, _shown(r.plus_mitigation, cover), costs)
    if cover.policy_max is not None:
        most = _cap_inputs(cover.policy_max, cover.policy_paid, cover)
        yield Step("IND-14", _("After the policy's maximum liability"), _shown(r.after_policy_max, cover), most)


def _cap_inputs(cap: Decimal, paid: Decimal, cover: Cover) -> dict[str, Money]:
    return {MAXIMUM: Money(cap, cover.currency), PAID_ELSEWHERE: Money(paid, cover.currency)}


def _shown(amount: Decimal, cover: Cover) -> Money:
    return Money(round_money(amount, cover.currency), cover.currency)
