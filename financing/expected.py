"""What the insurer would pay on a shipment if nothing more came in: an estimate for the bank until a claim is assessed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from declarations.models import Shipment
from declarations.selectors import exposure_of
from limits.models import CreditLimitVersion
from policies.cover import insured_ratio_for
from policies.in_force import version_on
from policies.models import PolicySchedule
from policies.risks import CoveredRisk
from sinosure.core.money import Money, round_money
from sinosure.core.steps import Step

STILL_OPEN, COVERED = gettext_noop("Still open"), gettext_noop("Amount covered")
PERCENTAGE = gettext_noop("Insured percentage")


@dataclass(frozen=True)
class Estimate:
    """The amount in policy currency, with its working."""

    money: Money
    steps: tuple[Step, ...]


def estimate(open_value: Decimal, covered: Decimal, ratio: Decimal, currency: str) -> Estimate:
    """The covered part of what is open, times the insured percentage for non-payment."""
    base = min(open_value, covered)
    total = Money(round_money(base * ratio, currency), currency)
    inputs = {STILL_OPEN: Money(open_value, currency), COVERED: Money(covered, currency)}
    return Estimate(
        total,
        (
            Step("IND-6", _("Covered part of what is open"), Money(base, currency), inputs),
            Step("IND-8", _("Expected indemnity"), total, {PERCENTAGE: ratio}),
        ),
    )


def estimates(shipments: Sequence[Shipment]) -> dict[int, Estimate]:
    """By shipment id, in two queries."""
    ratios = ratios_of(shipments)
    return {one.pk: _estimate(one, ratios[one.pk]) for one in shipments}


def ratio_of(one: Shipment) -> Decimal:
    """The insured percentage of one shipment: schedule and limit, whichever is lower."""
    return ratios_of([one])[one.pk]


def ratios_of(shipments: Collection[Shipment]) -> dict[int, Decimal]:
    """By shipment id, in two queries."""
    schedules = _schedules({one.policy_id for one in shipments})
    lower = _limit_ratios({one.limit_id for one in shipments if one.limit_id})
    return {one.pk: _lower_ratio(one, schedules, lower) for one in shipments}


def _estimate(one: Shipment, ratio: Decimal) -> Estimate:
    currency = one.policy.currency
    return estimate(round_money(exposure_of(one), currency), one.covered, ratio, currency)


def _lower_ratio(one: Shipment, schedules: list[PolicySchedule], limits: dict[int, Decimal]) -> Decimal:
    ratio = _ratio(one, schedules)
    return min(ratio, limits.get(one.limit_id or 0, ratio))


def _ratio(one: Shipment, schedules: list[PolicySchedule]) -> Decimal:
    """Of the schedule in force on the shipment date, for non-payment by whoever owes."""
    risk = CoveredRisk.BANK_DEFAULT if one.term.startswith("LC") else CoveredRisk.BUYER_DEFAULT
    own = [row for row in schedules if row.policy_id == one.policy_id]
    schedule = version_on(own, one.shipped_on)
    return insured_ratio_for(schedule.insured_ratios if schedule else {}, risk, one.policy.product)


def _schedules(policy_ids: set[int]) -> list[PolicySchedule]:
    return list(PolicySchedule.objects.filter(policy__in=policy_ids).order_by("version"))


def _limit_ratios(limit_ids: set[int]) -> dict[int, Decimal]:
    """Limits whose latest decision insures a lower percentage than the schedule."""
    rows = CreditLimitVersion.objects.filter(limit__in=limit_ids).order_by("limit", "id")
    latest: dict[int, Decimal | None] = dict(rows.values_list("limit_id", "insured_ratio"))
    return {pk: ratio for pk, ratio in latest.items() if ratio is not None}
