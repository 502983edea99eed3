"""FIN-6: a buyer's money on a financed invoice goes to the bank first, what is left to the exporter. Both are told."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from declarations.models import Receipt, ReceiptAllocation
from financing import messages
from financing.models import DRAWN_LOAN, Loan
from sinosure.accounts.actor import Actor
from sinosure.core.money import Money


def waterfall(received: Decimal, open_loans: Sequence[Decimal]) -> tuple[list[Decimal], Decimal]:
    """What each loan gets, in the order given, and what is left for the exporter. No cent is lost."""
    left, parts = received, []
    for outstanding in open_loans:
        part = min(left, outstanding)
        parts.append(part)
        left -= part
    return parts, left


def on_receipt(*, actor: Actor, receipt: Receipt, **_named: Any) -> None:
    """Tell bank and exporter how the money is to be split; the bank books what it received."""
    rows = Loan.objects.filter(shipment__allocations__receipt=receipt, state__in=DRAWN_LOAN)
    loans = list(rows.select_related("bank", "shipment").order_by("matures_on", "id"))
    if not loans:
        return
    by_shipment: dict[int, list[Loan]] = {}
    for loan in loans:
        by_shipment.setdefault(loan.shipment_id, []).append(loan)
    for one in ReceiptAllocation.objects.filter(receipt=receipt, shipment__in=by_shipment).order_by("id"):
        _tell(actor, one, by_shipment[one.shipment_id])


def _tell(actor: Actor, one: ReceiptAllocation, loans: list[Loan]) -> None:
    parts, surplus = waterfall(one.amount, [loan.outstanding for loan in loans])
    for loan, part in zip(loans, parts, strict=True):
        if part:
            named = {
                "amount": Money(one.amount, loan.currency), "due": Money(part, loan.currency),
                "surplus": Money(surplus, loan.currency),
            }  # fmt: skip
            messages.tell_bank(actor, "loan.buyer_paid", loan, **named)
            messages.tell_exporter(actor, "loan.buyer_paid", loan, **named)
