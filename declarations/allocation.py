"""Which receivable a buyer's money pays (Rulebook §6.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sinosure.core.money import round_money

ZERO = Decimal(0)


@dataclass(frozen=True)
class OpenReceivable:
    """An open invoice on the buyer, declared or not, in the currency of the money."""

    id: int
    due_on: date
    open_amount: Decimal
    invoice_key: str = ""


@dataclass(frozen=True)
class Allocation:
    """`rule`: REFERENCE (the invoice named by the buyer) or OLDEST_DUE."""

    id: int
    amount: Decimal
    rule: str


def allocate(
    amount: Decimal, receivables: Sequence[OpenReceivable], *, reference: str = "", account_overdue: bool
) -> tuple[list[Allocation], Decimal]:
    """The allocations and what is left over. An explicit reference is honoured only before the account is overdue."""
    named = [r for r in receivables if reference and not account_overdue and r.invoice_key == reference]
    rest = sorted((r for r in receivables if r not in named), key=lambda r: (r.due_on, r.id))
    allocations, left = [], amount
    for receivable in [*named, *rest]:
        part = min(left, receivable.open_amount)
        if part > ZERO:
            rule = "REFERENCE" if receivable in named else "OLDEST_DUE"
            allocations.append(Allocation(receivable.id, part, rule))
            left -= part
    return allocations, left


def share_after_loss(amount: Decimal, insurer_interest: Decimal, whole_debt: Decimal, currency: str = "USD") -> Decimal:
    """After the loss date money goes pro rata to each side's share: this is the insurer's, rounded; `whole_debt` > 0."""
    return round_money(amount * min(Decimal(1), insurer_interest / whole_debt), currency)
