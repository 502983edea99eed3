"""Premium for the year on estimated turnover, and its adjustment on the actual one (AMB-10, PRM-4)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from policies.premium import percentage_factor, short
from sinosure.core.money import Money, round_money
from sinosure.core.steps import Step

RULE = "PRM-4"
BASIS = "ANNUAL_TURNOVER"
ESTIMATED, ACTUAL = gettext_noop("Estimated turnover"), gettext_noop("Actual turnover")


@dataclass(frozen=True)
class AnnualTerms:
    """What the schedule fixes. Amounts in the policy currency, `flat_rate_pct` in %, `highest_ratio` a fraction."""

    estimated: Decimal
    flat_rate_pct: Decimal
    highest_ratio: Decimal
    minimum: Decimal
    currency: str
    adjusts_above: Decimal  # share of the estimate by which the actual turnover must differ

    @property
    def rate_pct(self) -> Decimal:
        """Single rate × percentage factor, in full precision."""
        return self.flat_rate_pct * percentage_factor(self.highest_ratio)

    @property
    def premium(self) -> Decimal:
        """For the year, on the estimate."""
        return self.due_on(self.estimated)

    def due_on(self, turnover: Decimal) -> Decimal:
        """Premium on a turnover, half-up to the minor unit; never below the minimum premium."""
        return max(self.minimum, round_money(turnover * self.rate_pct / 100, self.currency))

    @property
    def band(self) -> Decimal:
        """How far the actual turnover may lie from the estimate before anything is adjusted."""
        return round_money(self.estimated * self.adjusts_above, self.currency)


@dataclass(frozen=True)
class Adjustment:
    """`change` above 0 is additional premium, below 0 returned to the insured."""

    change: Decimal
    steps: tuple[Step, ...]


def annual_steps(terms: AnnualTerms) -> tuple[Step, ...]:
    """The working of the premium for the year."""
    return (
        Step(RULE, _("Estimated turnover of the year"), Money(terms.estimated, terms.currency)),
        Step(RULE, _("Single rate, %"), short(terms.flat_rate_pct)),
        Step(RULE, _("Percentage factor: insured % by 90 %"), short(percentage_factor(terms.highest_ratio))),
        Step(RULE, _("Premium for the year, at least the minimum premium"), Money(terms.premium, terms.currency)),
    )


def adjustment(terms: AnnualTerms, actual: Decimal) -> Adjustment:
    """At year end: what the actual turnover costs less what was paid, once it lies beyond the band around the estimate."""
    difference = actual - terms.estimated
    change = terms.due_on(actual) - terms.premium if abs(difference) > terms.band else Decimal(0)
    steps = (
        *annual_steps(terms),
        Step(RULE, _("Actual turnover of the year"), Money(actual, terms.currency)),
        Step(
            RULE, _("Difference from the estimate"), Money(difference, terms.currency),
            {ACTUAL: Money(actual, terms.currency), ESTIMATED: Money(terms.estimated, terms.currency)},
        ),
        Step(RULE, _("Adjusted when the difference is more than"), Money(terms.band, terms.currency)),
        Step(RULE, _("Premium on the actual turnover"), Money(terms.due_on(actual), terms.currency)),
        Step(RULE, _("Change of the premium"), Money(change, terms.currency)),
    )  # fmt: skip
    return Adjustment(change, steps)
