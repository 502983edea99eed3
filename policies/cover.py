"""Does the policy as such cover a shipment? Asked with the shipment date, never with today (POL-1). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.wording import hard_cap_ratio
from sinosure.core.steps import Step

BEFORE_POLICY, AFTER_POLICY, SUSPENDED, TERMINATED = "BEFORE_POLICY", "AFTER_POLICY", "SUSPENDED", "TERMINATED"


@dataclass(frozen=True)
class CoverPeriod:
    """The agreed period, an earlier end, and the days without cover for new shipments as (first, last or None)."""

    starts_on: date
    ends_on: date
    terminated_on: date | None = None
    gaps: tuple[tuple[date, date | None], ...] = ()


@dataclass(frozen=True)
class CoverTest:
    """Whether a shipment date is covered; `reason` is blank when it is."""

    is_covered: bool
    reason: str
    steps: tuple[Step, ...]


def policy_year(starts_on: date, months: int = 12) -> date:
    """The last day of a period of `months` that starts on `starts_on` (POL-2)."""
    month = starts_on.month - 1 + months
    year, month = starts_on.year + month // 12, month % 12 + 1
    last_of_month = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    if starts_on.day > last_of_month:
        return date(year, month, last_of_month)
    return date(year, month, starts_on.day) - timedelta(days=1)


def cover_test(period: CoverPeriod, shipped_on: date) -> CoverTest:
    """The shipment date against period, termination and suspensions, with its working."""
    reason = _reason(period, shipped_on)
    inside = f"{period.starts_on} – {period.ends_on}"
    steps = [Step("POL-1", _("Shipment date inside the policy period"), shipped_on, {"period": inside})]
    if period.terminated_on:
        steps.append(Step("§2.1", _("Cover ended early on"), period.terminated_on))
    steps += [
        Step("PRM-2", _("No cover for new shipments, premium unpaid"), f"{first} – {last or ''}")
        for first, last in period.gaps
    ]
    return CoverTest(reason == "", reason, (*steps, Step("POL-1", _("Result"), REASONS[reason])))


REASONS: dict[str, Any] = {
    "": _("The shipment date is covered by the policy"),
    BEFORE_POLICY: _("Shipped before the policy period"),
    AFTER_POLICY: _("Shipped after the policy period"),
    TERMINATED: _("Shipped after the policy was terminated"),
    SUSPENDED: _("Shipped while cover was suspended because premium was unpaid"),
}


def _reason(period: CoverPeriod, shipped_on: date) -> str:
    if shipped_on < period.starts_on:
        return BEFORE_POLICY
    if shipped_on > period.ends_on:
        return AFTER_POLICY
    if period.terminated_on and shipped_on >= period.terminated_on:
        return TERMINATED
    if any(first <= shipped_on and (last is None or shipped_on < last) for first, last in period.gaps):
        return SUSPENDED
    return ""


def insured_ratio_for(ratios: Mapping[str, Any], risk: str, product: str = "COMPREHENSIVE") -> Decimal:
    """The schedule's share for a risk, never above the hard cap; 0 for a risk that is not covered (AMB-2, IND-7)."""
    return min(Decimal(str(ratios.get(risk, 0))), hard_cap_ratio(product))
