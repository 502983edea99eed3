"""Premium of one declared line (Rulebook §4.4): rate % = base[class][term group] × tenor × percentage factor × experience."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from sinosure.core.money import Money, round_money
from sinosure.core.steps import Step

ONE = Decimal(1)
RULE = "§4.4"
# [D] illustrative base rates in %, by country class and term group
BASE_RATES_PCT: dict[str, dict[str, Decimal]] = {
    "A": {"LC": Decimal("0.06"), "DP": Decimal("0.10"), "DA_OA": Decimal("0.16")},
    "B": {"LC": Decimal("0.09"), "DP": Decimal("0.15"), "DA_OA": Decimal("0.24")},
    "C": {"LC": Decimal("0.12"), "DP": Decimal("0.22"), "DA_OA": Decimal("0.36")},
    "D": {"LC": Decimal("0.18"), "DP": Decimal("0.34"), "DA_OA": Decimal("0.56")},
    "E": {"LC": Decimal("0.28"), "DP": Decimal("0.52"), "DA_OA": Decimal("0.88")},
}
# last day of the band -> multiplier
TENOR_BANDS: tuple[tuple[int, Decimal], ...] = (
    (30, Decimal("0.8")), (60, Decimal("1.0")), (90, Decimal("1.2")), (120, Decimal("1.4")),
    (180, Decimal("1.7")), (365, Decimal("2.4")), (730, Decimal("4.0")),
)  # fmt: skip
REFERENCE_RATIO = Decimal("0.90")
RATE_PLACES = Decimal("0.000001")
DECLARED = gettext_noop("Declared value")  # what went into a step, by English msgid


@dataclass(frozen=True)
class Premium:
    """Rate in %, premium rounded half-up to the minor unit, with the working."""

    rate_pct: Decimal
    premium: Decimal
    steps: tuple[Step, ...]


def base_rate_pct(country_class: str, group: str) -> Decimal:
    return BASE_RATES_PCT[country_class][group]


def tenor_multiplier(credit_days: int) -> Decimal:
    """The multiplier of the band in which the credit period lies; raises ValueError above 730 days."""
    for last_day, multiplier in TENOR_BANDS:
        if credit_days <= last_day:
            return multiplier
    raise ValueError(f"{credit_days} days is more than two years")


def percentage_factor(highest_ratio: Decimal) -> Decimal:
    """Insured % / 90 %, from the highest percentage of the schedule."""
    return highest_ratio / REFERENCE_RATIO


def line_rate_pct(
    country_class: str, group: str, credit_days: int, highest_ratio: Decimal, experience: Decimal = ONE
) -> Decimal:
    """The rate of a declared line in %, half-up to the six decimals of its column, so that every door prices alike."""
    factors = tenor_multiplier(credit_days) * percentage_factor(highest_ratio) * experience
    return (base_rate_pct(country_class, group) * factors).quantize(RATE_PLACES, ROUND_HALF_UP)


def premium(
    amount: Decimal, base_pct: Decimal, tenor: Decimal = ONE, factor: Decimal = ONE, experience: Decimal = ONE,
    currency: str = "USD",
) -> Premium:  # fmt: skip
    """Premium on `amount` (policy currency) with its working; full precision until the premium is rounded."""
    rate_pct = base_pct * tenor * factor * experience
    due = round_money(amount * rate_pct / 100, currency)
    steps = (
        Step(RULE, _("Base rate for country class and payment term, %"), short(base_pct)),
        Step(RULE, _("Credit period multiplier"), short(tenor)),
        Step(RULE, _("Percentage factor: insured % by 90 %"), short(factor)),
        Step(RULE, _("Experience factor"), short(experience)),
        Step(RULE, _("Rate, %"), short(rate_pct)),
        Step(RULE, _("Premium: declared value × rate"), Money(due, currency), {DECLARED: Money(amount, currency)}),
    )
    return Premium(rate_pct, due, steps)


def flat_premium(amount: Decimal, rate_pct: Decimal, currency: str = "USD") -> Premium:
    """Premium at the one flat rate of the schedule."""
    due = round_money(amount * rate_pct / 100, currency)
    steps = (
        Step(RULE, _("Flat rate of the schedule, %"), short(rate_pct)),
        Step(RULE, _("Premium: declared value × rate"), Money(due, currency), {DECLARED: Money(amount, currency)}),
    )
    return Premium(rate_pct, due, steps)


def short(number: Decimal) -> Decimal:
    """At most six decimals and no zeros at the end, for display."""
    shown = number.quantize(RATE_PLACES, ROUND_HALF_UP).normalize()
    return shown if int(shown.as_tuple().exponent) <= 0 else shown.quantize(ONE)


def minimum_shortfall(minimum: Decimal, earned: Decimal) -> Decimal:
    """What is billed at expiry when the premium on declarations stays below the minimum (PRM-1)."""
    return max(Decimal(0), minimum - earned)
