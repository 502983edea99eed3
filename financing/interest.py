"""Interest on a loan: simple, on the actual days over a year of 360, as a pure rule.

The rate is agreed between exporter and bank; the insurer promises nothing about it (Rulebook §8.2, docs/decisions/0006).
The day of drawing counts, the day of repayment does not (算头不算尾).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from sinosure.core.money import Money, round_money
from sinosure.core.steps import Step

YEAR = 360
HIGHEST_PCT = Decimal(24)
ZERO = Decimal(0)
RULE = "act/360"
PRINCIPAL, DAYS, RATE = gettext_noop("Principal"), gettext_noop("Days"), gettext_noop("Rate a year, %")
FROM, UNTIL = gettext_noop("From"), gettext_noop("Up to, not included")


@dataclass(frozen=True)
class Paid:
    """Principal that came back on a day."""

    on: date
    principal: Decimal


@dataclass(frozen=True)
class Period:
    """Days on which the same principal was open; `until` is not one of them."""

    since: date
    until: date
    principal: Decimal

    @property
    def days(self) -> int:
        return (self.until - self.since).days

    @property
    def weight(self) -> Decimal:
        """Principal times days: exact, whatever the rate."""
        return self.principal * self.days


@dataclass(frozen=True)
class Interest:
    """What has accrued up to a day, rounded half-up once, with its working."""

    amount: Decimal
    periods: tuple[Period, ...]
    steps: tuple[Step, ...]


def periods(principal: Decimal, drawn_on: date, until: date, paid: Sequence[Paid]) -> tuple[Period, ...]:
    """Principal by period between repayments, up to `until`. Repayments of a later day do not count yet."""
    found, since, left = [], drawn_on, principal
    for one in sorted((row for row in paid if row.on < until), key=lambda row: row.on):
        found.append(Period(since, one.on, left))
        since, left = one.on, left - one.principal
    found.append(Period(since, max(since, until), left))
    return tuple(one for one in found if one.weight)


def accrued(
    principal: Decimal, rate_pct: Decimal, drawn_on: date, until: date, paid: Sequence[Paid], currency: str
) -> Interest:  # fmt: skip
    """Σ principal × days × rate ÷ 360 up to `until`. `rate_pct` is 4.35 for 4.35 % a year."""
    parts = periods(principal, drawn_on, until, paid)
    weight = sum((one.weight for one in parts), ZERO)
    total = round_money(_interest(weight, rate_pct), currency)
    steps = [_step(one, rate_pct, currency) for one in parts]
    return Interest(total, parts, (*steps, Step(RULE, _("Accrued interest"), Money(total, currency), {RATE: rate_pct})))


def _interest(weight: Decimal, rate_pct: Decimal) -> Decimal:
    return weight * rate_pct / (100 * YEAR)


def _step(one: Period, rate_pct: Decimal, currency: str) -> Step:
    value = Money(round_money(_interest(one.weight, rate_pct), currency), currency)
    inputs = {PRINCIPAL: Money(one.principal, currency), FROM: one.since, UNTIL: one.until, DAYS: one.days}
    return Step(RULE, _("Principal × days × rate ÷ 360"), value, inputs)
