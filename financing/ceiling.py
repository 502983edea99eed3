"""How much may be lent on one invoice (Rulebook §8.5, 3a, simple form): 90 % of the invoice less what was received."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from financing.verification import ADVANCE, ADVANCE_RATIO, INVOICE, RECEIVED, rounded_down
from sinosure.core.money import Money
from sinosure.core.steps import Step


@dataclass(frozen=True)
class Ceiling:
    """The most that may be lent, with its working."""

    amount: Decimal
    steps: tuple[Step, ...]


def ceiling(invoice: Decimal, received: Decimal, currency: str) -> Ceiling:
    """`received` is the deposit and all receipts. Rounded down, so that the ratio is never passed."""
    left = invoice - received
    most = rounded_down(left * ADVANCE_RATIO, currency)
    inputs = {INVOICE: Money(invoice, currency), RECEIVED: Money(received, currency)}
    return Ceiling(
        most,
        (
            Step("§8.5", _("Invoice less receipts"), Money(left, currency), inputs),
            Step("§8.5", _("Most that may be lent"), Money(most, currency), {ADVANCE: ADVANCE_RATIO}),
        ),
    )
