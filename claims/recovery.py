"""How recovered money is split between insurer, insured and assignee bank (REC-2 … REC-6, Rulebook §7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from sinosure.core.money import Money, round_money
from sinosure.core.steps import Step

ZERO, ONE = Decimal(0), Decimal(1)
PRECISION = 60
PRO_RATA, INSURER_FIRST, INSURED_FIRST = MODES = ("PRO_RATA", "INSURER_FIRST", "INSURED_FIRST")
_SIX_PLACES = Decimal("0.000001")
# what went into a step, by English msgid (Step.inputs)
PAID, DEBT = gettext_noop("Indemnity paid"), gettext_noop("Debt")
GROSS, COST = gettext_noop("Gross recovery"), gettext_noop("Cost")
RATIO, OWED_TO_BANK = gettext_noop("Ratio"), gettext_noop("Owed to the bank")


@dataclass(frozen=True)
class RecoverySplit:
    """Shares of one recovery; `insurer + insured_side = net` to the cent, `to_bank + to_insured = insured_side`.

    `ratio` is shown with six decimals; the shares were worked out with the exact one.
    """

    ratio: Decimal
    net: Decimal
    insurer: Decimal
    insured_side: Decimal
    to_bank: Decimal
    to_insured: Decimal
    cost_insurer: Decimal
    cost_insured: Decimal
    excess: Decimal = ZERO
    steps: tuple[Step, ...] = ()


def split(
    *, debt: Decimal, indemnity_paid: Decimal, gross: Decimal, cost: Decimal, bank_outstanding: Decimal = ZERO,
    mode: str = PRO_RATA, currency: str = "USD", insured_had: Decimal | None = None,
) -> RecoverySplit:  # fmt: skip
    """Split `gross` less `cost`. `indemnity_paid` without mitigation costs; `debt` > 0 as entrusted at payment.

    `bank_outstanding` is what an assignee of the receivable is still owed (REC-4). With `insured_had`, what the insured
    side got from earlier recoveries, REC-6 applies: indemnity and shares never exceed the debt, the insurer gets the
    excess.
    """
    with localcontext() as context:
        context.prec = PRECISION
        exact = min(ONE, indemnity_paid / debt)
        net = max(ZERO, round_money(gross - cost, currency))
        by_mode = net - _insurer_share(mode, net, exact, debt, indemnity_paid, currency)
        room = by_mode if insured_had is None else max(ZERO, round_money(debt - indemnity_paid - insured_had, currency))
        insured_side = min(by_mode, room)
        to_bank = min(insured_side, bank_outstanding)
        cost_insurer = round_money(cost * exact, currency)
        shares = RecoverySplit(
            exact.quantize(_SIX_PLACES, ROUND_HALF_UP), net, net - insured_side, insured_side, to_bank,
            insured_side - to_bank, cost_insurer, round_money(cost, currency) - cost_insurer, by_mode - insured_side,
        )  # fmt: skip
        given = (debt, indemnity_paid, gross, cost, bank_outstanding)
        return replace(shares, steps=tuple(_steps(shares, *(Money(amount, currency) for amount in given))))


def _insurer_share(mode: str, net: Decimal, ratio: Decimal, debt: Decimal, paid: Decimal, currency: str) -> Decimal:
    if mode == INSURER_FIRST:
        return min(net, round_money(paid, currency))
    if mode == INSURED_FIRST:
        return net - min(net, max(ZERO, round_money(debt - paid, currency)))
    return min(net, round_money(net * ratio, currency))


def _steps(s: RecoverySplit, debt: Money, paid: Money, gross: Money, cost: Money, owed: Money) -> Iterator[Step]:
    def money(amount: Decimal) -> Money:
        return Money(amount, debt.currency)

    label = _("Insurer's ratio: indemnity paid by debt, at most 1")
    yield Step("REC-2", label, s.ratio, {PAID: paid, DEBT: debt})
    yield Step("REC-3", _("Net recovery: gross less cost"), money(s.net), {GROSS: gross, COST: cost})
    yield Step("REC-3", _("Insurer's share"), money(s.insurer), {RATIO: s.ratio})
    yield Step("REC-3", _("Insured's side: the rest"), money(s.insured_side))
    if s.excess:
        label = _("Above the debt, so it goes to the insurer")
        yield Step("REC-6", label, money(s.excess), {PAID: paid, DEBT: debt})
    yield Step("REC-4", _("Of this to the assignee bank"), money(s.to_bank), {OWED_TO_BANK: owed})
    yield Step("REC-4", _("Of this to the insured"), money(s.to_insured))
    yield Step("REC-2", _("Insurer's share of the cost"), money(s.cost_insurer), {RATIO: s.ratio})
    yield Step("REC-2", _("Insured's share of the cost"), money(s.cost_insured))


def cost_before_payout(cost: Decimal, insured_ratio: Decimal, currency: str = "USD") -> tuple[Decimal, Decimal]:
    """Collection cost before any indemnity is paid: (insurer, insured); the insured bears 1 − insured % (REC-2, LN-11)."""
    insurer = round_money(cost * insured_ratio, currency)
    return insurer, round_money(cost, currency) - insurer
