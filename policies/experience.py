"""The experience factor that a renewal suggests: loss ratio and years, 0.70 to 1.30 (Rulebook §4.4). Pure.

The bands are our own default [D]; a year without loss lowers the factor by 5 % [P:ecgc]. The underwriter decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from sinosure.core.money import Money
from sinosure.core.steps import Step

NO_CLAIM_STEP = Decimal("0.05")
# loss ratio up to and including → factor
BANDS: tuple[tuple[Decimal, Decimal], ...] = (
    (Decimal("0.30"), Decimal("0.95")),
    (Decimal("0.60"), Decimal("1.00")),
    (Decimal("1.00"), Decimal("1.15")),
)
ABOVE = Decimal("1.30")
PAID, PREMIUM = gettext_noop("Indemnity paid"), gettext_noop("Premium")


@dataclass(frozen=True)
class History:
    """What the policies of the chain cost and brought; amounts in `currency`. `years`: policies that have run."""

    years: int
    premium: Decimal
    paid: Decimal
    currency: str


@dataclass(frozen=True)
class Suggestion:
    """`loss_ratio` is a fraction, None without premium."""

    factor: Decimal
    loss_ratio: Decimal | None
    steps: tuple[Step, ...]


def suggest(history: History, low: Decimal, high: Decimal) -> Suggestion:
    """The factor with its working, within [low, high]."""
    premium, paid = Money(history.premium, history.currency), Money(history.paid, history.currency)
    ratio = _ratio(history)
    steps = [
        Step("§4.4", _("Policies that have run"), history.years),
        Step("§4.4", _("Loss ratio"), _in_words(ratio), {PAID: paid, PREMIUM: premium}),
    ]
    raw = _raw(history, ratio)
    factor = min(max(raw, low), high)
    steps += [
        Step("§4.4", _("Factor by loss ratio and years"), raw),
        Step(
            "§4.4",
            _("Suggested experience factor"),
            factor,
            {gettext_noop("Lowest"): low, gettext_noop("Highest"): high},
        ),
    ]
    return Suggestion(factor, ratio, tuple(steps))


def _ratio(history: History) -> Decimal | None:
    if not history.premium:
        return None
    return (history.paid / history.premium).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def _in_words(ratio: Decimal | None) -> str:
    return "–" if ratio is None else f"{(ratio * 100).normalize():f}%"


def _raw(history: History, ratio: Decimal | None) -> Decimal:
    """No loss: 5 % a year off. Losses without premium are the worst band; nothing at all leaves the factor at 1."""
    if not history.paid:
        return 1 - NO_CLAIM_STEP * history.years if history.premium else Decimal(1)
    if ratio is None:
        return ABOVE
    return next((factor for most, factor in BANDS if ratio <= most), ABOVE)
