"""How recovered money is split between insurer, insured and assignee bank (REC-2 … REC-4, Rulebook §7)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy as _

from sinosure.core.money import round_money
from sinosure.core.steps import Step

ZERO, ONE = Decimal(0), Decimal(1)
_SIX_PLACES = Decimal("0.000001")


@dataclass(frozen=True)
class RecoverySplit:
    """Shares of one recovery; `insurer + insured_side = net` to the cent, `to_bank + to_insured = insured_side`."""

    ratio: Decimal
    net: Decimal
    insurer: Decimal
    insured_side: Decimal
    to_bank: Decimal
    to_insured: Decimal
    cost_insurer: Decimal
    cost_insured: Decimal
    steps: tuple[Step, ...] = ()


def split(
    *, debt: Decimal, indemnity_paid: Decimal, gross: Decimal, cost: Decimal, bank_outstanding: Decimal = ZERO,
    mode: str = "PRO_RATA", currency: str = "USD",
) -> RecoverySplit:  # fmt: skip
    """Split `gross` less `cost`. `bank_outstanding` is what an assignee of the receivable is still owed (REC-4)."""
    ratio = min(ONE, indemnity_paid / debt)
    net = max(ZERO, gross - cost)
    insurer = _insurer_share(mode, net, ratio, debt, indemnity_paid, currency)
    insured_side = net - insurer
    to_bank = min(insured_side, bank_outstanding)
    cost_insurer = round_money(cost * ratio, currency)
    shown = ratio.quantize(_SIX_PLACES, ROUND_HALF_UP)
    steps = (
        Step("REC-2", _("Insurer's ratio: indemnity paid by debt, at most 1"), shown, {"indemnity": indemnity_paid, "debt": debt}),
        Step("REC-3", _("Net recovery: gross less cost"), net, {"gross": gross, "cost": cost}),
        Step("REC-3", _("Insurer's share"), insurer, {"mode": mode}),
        Step("REC-3", _("Insured's side: the rest"), insured_side),
        Step("REC-4", _("Of this to the assignee bank"), to_bank, {"outstanding": bank_outstanding}),
        Step("REC-4", _("Of this to the insured"), insured_side - to_bank),
    )
    return RecoverySplit(
        shown, net, insurer, insured_side, to_bank, insured_side - to_bank, cost_insurer, cost - cost_insurer, steps
    )


def _insurer_share(
    mode: str, net: Decimal, ratio: Decimal, debt: Decimal, paid: Decimal, currency: str
) -> Decimal:
    if mode == "INSURER_FIRST":
        return min(net, paid)
    if mode == "INSURED_FIRST":
        return net - min(net, max(ZERO, debt - paid))
    return min(net, round_money(net * ratio, currency))
