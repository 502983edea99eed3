"""The officer's first look at a notice: cover of each invoice, premium, risk signs, and what the indemnity may be (LN-8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from claims.eligibility import Declared, Finding, finding
from claims.indemnity import Cover, Indemnity, LossCase, ShipmentLoss, indemnity
from claims.models import LossNotice, LossNoticeLine
from claims.notices.lines import lines_of
from claims.receivables import limit_at
from claims.windows import Lateness, lateness_proposal
from declarations.models import CoverReason
from limits.models import CreditLimit, CreditLimitVersion
from policies.models import LiabilityCounter
from policies.selectors import schedule_on
from policies.wording import HARD_CAP_RATIOS
from sinosure.core import clock
from sinosure.core.money import Money, round_money

ZERO, ONE = Decimal(0), Decimal(1)
RESERVE_RATIO = Decimal("0.50")  # §6.10


@dataclass(frozen=True)
class LineLook:
    """One invoice as it would stand in a claim."""

    line: LossNoticeLine
    open_now: Money
    covered: Money
    limit: Money | None
    premium: str
    finding: str
    signs: tuple[str, ...]

    @property
    def finding_label(self) -> Any:
        return Finding(self.finding).label if self.finding else ""


@dataclass(frozen=True)
class Look:
    """The panel: lines, limits on the buyer, lateness, expected indemnity and reserve."""

    lines: tuple[LineLook, ...]
    limits: tuple[CreditLimit, ...]
    lateness: Lateness
    reduction_ratio: Decimal
    is_optional: bool
    figures: Indemnity | None
    reserve: Money | None


def look_at(notice: LossNotice, on: date | None = None) -> Look:
    """Everything from the declarations, limits and receipts as they are now. Writes nothing."""
    day, lines = on or clock.today(), list(lines_of(notice))
    versions = list(_versions(notice))
    looks = tuple(_line(notice, line, versions, day) for line in lines)
    figures = _figures(notice, looks, versions)
    optional = notice.policy.wording.named.is_notice_optional
    lateness, reduction = lateness_proposal(0 if optional else notice.days_late)
    limits = CreditLimit.objects.filter(policy=notice.policy_id, obligor=notice.obligor_id).order_by("pk")
    return Look(looks, tuple(limits), lateness, reduction, optional, figures, _reserve(notice, figures))


def _versions(notice: LossNotice) -> Any:
    rows = CreditLimitVersion.objects.filter(limit__policy=notice.policy_id, limit__obligor=notice.obligor_id)
    return rows.order_by("id")


def _line(notice: LossNotice, line: LossNoticeLine, versions: Sequence[CreditLimitVersion], day: date) -> LineLook:
    shipment = line.shipment
    version = limit_at(versions, shipment)
    declared = Declared(
        is_own_policy=True, state=shipment.state, cover_reason=shipment.cover_reason,
        premium_state=shipment.premium_state, is_claimed=True,
        premium_due_on=shipment.premium_notice.due_on if shipment.premium_notice else None,
    )  # fmt: skip
    return LineLook(
        line=line, open_now=Money(shipment.open_amount, shipment.currency),
        covered=Money(shipment.covered, notice.currency),
        limit=Money(version.amount, notice.currency) if version else None,
        premium=shipment.get_premium_state_display(), finding=finding(declared, day),
        signs=tuple(_signs(notice, line)),
    )  # fmt: skip


def _signs(notice: LossNotice, line: LossNoticeLine) -> list[str]:
    """Flags for the adjuster (PRD-7); none of them decides by itself."""
    shipment, found = line.shipment, []
    if shipment.shipped_on > notice.known_on:
        days = (shipment.shipped_on - notice.known_on).days
        found.append(_("Shipped %(days)s days after the risk was known") % {"days": days})
    if shipment.cover_reason == CoverReason.STOPPED:
        found.append(_("Shipped while cover on the buyer was stopped"))
    if shipment.known_risk:
        found.append(_("The exporter knew of an overdue invoice or other trouble when declaring"))
    if shipment.is_late:
        found.append(_("Declared late"))
    if line.days_late:
        found.append(_("Reported %(days)s days late") % {"days": line.days_late})
    return found


def _figures(notice: LossNotice, looks: Sequence[LineLook], versions: Sequence[CreditLimitVersion]) -> Indemnity | None:
    """§6.3 with nothing entered by an adjuster yet: no deductions but receipts, no reduction for lateness."""
    shipped_on = min((look.line.shipment.shipped_on for look in looks), default=clock.today())
    schedule = schedule_on(notice.policy, shipped_on)
    liability = LiabilityCounter.objects.filter(policy=notice.policy_id).first()
    if schedule is None or not looks:
        return None
    eligible = [look for look in looks if not look.finding]
    ratios = [v.insured_ratio for look in eligible if (v := limit_at(versions, look.line.shipment)) and v.insured_ratio]
    cover = Cover(
        insured_ratio=Decimal(schedule.insured_ratios.get(notice.risk, schedule.highest_ratio)),
        hard_cap_ratio=HARD_CAP_RATIOS[notice.policy.product],
        limit_ratio=min(ratios, default=ONE), currency=notice.currency, deductible=schedule.deductible,
        policy_max=liability.maximum if liability else None, policy_paid=liability.paid_total if liability else ZERO,
    )  # fmt: skip
    return indemnity(LossCase(shipments=[_loss(look) for look in looks]), cover)


def _loss(look: LineLook) -> ShipmentLoss:
    row = look.line.shipment
    without = ZERO if row.policy.wording.named.value("requires_limit") else None
    amount = row.amount - row.deposit
    return ShipmentLoss(
        id=row.invoice_no, amount=amount, shipped_on=row.shipped_on, due_on=row.due_on, fx=row.fx,
        eligible=not look.finding, received=amount - row.open_amount, limit=look.limit.amount if look.limit else without,
        limit_key=str(row.limit_id or ""),
    )  # fmt: skip


def _reserve(notice: LossNotice, figures: Indemnity | None) -> Money | None:
    """Half of the expected indemnity (§6.10)."""
    if figures is None:
        return None
    return Money(round_money(figures.total * RESERVE_RATIO, notice.currency), notice.currency)


def expected_indemnity(notice: LossNotice) -> Money | None:
    """For the bank's cockpit and the desk."""
    figures = look_at(notice).figures
    return Money(figures.total, notice.currency) if figures else None
