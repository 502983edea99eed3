"""Who bears the loss of a scheme's loan, and in what order (Rulebook §8.7). Pure: amounts in one currency, the parts tie."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from financing.verification import rounded_down
from sinosure.core.money import Money
from sinosure.core.steps import Step

ZERO = Decimal(0)
RULE = "§8.7"


@dataclass(frozen=True)
class Shares:
    """How bank, insurer or guarantor, and fund share what the indemnity leaves; fractions that sum to 1."""

    bank: Decimal
    guarantor: Decimal
    fund: Decimal


@dataclass(frozen=True)
class Loss:
    """One loan that was not repaid. `fund_left` in the currency of the loan; a guarantee stands behind it or not."""

    amount: Decimal
    indemnity: Decimal
    fund_left: Decimal
    is_guaranteed: bool
    currency: str


@dataclass(frozen=True)
class Parts:
    """What each pays. Their sum is the loss; `fund_short` is what the fund should have paid and could not."""

    indemnity: Decimal
    guarantee: Decimal
    fund: Decimal
    bank: Decimal
    fund_short: Decimal
    steps: tuple[Step, ...]


def compensate(loss: Loss, shares: Shares) -> Parts:
    """Indemnity first, then the guarantee, then the fund as far as it reaches; the remainder is the bank's.

    Every part but the bank's is rounded down, so that nobody pays more than its share.
    """
    indemnity = min(loss.amount, loss.indemnity)
    left = loss.amount - indemnity
    guarantee = rounded_down(left * shares.guarantor, loss.currency) if loss.is_guaranteed else ZERO
    owed = rounded_down(left * shares.fund, loss.currency)
    fund = min(owed, max(ZERO, loss.fund_left))
    bank = loss.amount - indemnity - guarantee - fund
    return Parts(indemnity, guarantee, fund, bank, owed - fund, _steps(loss, shares, indemnity, guarantee, fund, bank))


def _steps(
    loss: Loss, shares: Shares, indemnity: Decimal, guarantee: Decimal, fund: Decimal, bank: Decimal
) -> tuple[Step, ...]:  # fmt: skip
    def money(amount: Decimal) -> Money:
        return Money(amount, loss.currency)

    left, share = money(loss.amount - indemnity), gettext_noop("Portion")
    return (
        Step(RULE, _("Loss"), money(loss.amount)),
        Step(RULE, _("1. Insurance indemnity"), money(indemnity), {gettext_noop("Indemnity"): money(loss.indemnity)}),
        Step(RULE, _("Left after the indemnity"), left),
        Step(RULE, _("2. Guarantee"), money(guarantee), {share: shares.guarantor if loss.is_guaranteed else ZERO}),
        Step(RULE, _("3. Risk fund"), money(fund), {share: shares.fund, gettext_noop("Left in the fund"): money(loss.fund_left)}),
        Step(RULE, _("4. Remainder of the bank"), money(bank)),
    )  # fmt: skip
