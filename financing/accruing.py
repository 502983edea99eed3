"""Interest of a loan of the book: what has accrued, was paid and is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from financing.interest import Interest, Paid, accrued
from financing.models import Loan, Repayment
from sinosure.core import clock


@dataclass(frozen=True)
class Accrual:
    """Up to `until`, not included; amounts in the currency of the loan."""

    until: date
    interest: Interest
    paid: Decimal

    @property
    def due(self) -> Decimal:
        return max(Decimal(0), self.interest.amount - self.paid)


def of_loan(loan: Loan, repayments: Iterable[Repayment], until: date | None = None) -> Accrual | None:
    """None where no rate was agreed or nothing is drawn."""
    if loan.rate_pct is None or loan.drawn_on is None:
        return None
    day = until or clock.today()
    paid = [Paid(one.paid_on, one.amount) for one in repayments if one.amount]
    found = accrued(loan.principal, loan.rate_pct, loan.drawn_on, day, paid, loan.currency)
    return Accrual(day, found, loan.interest_paid)
