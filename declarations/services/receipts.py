"""Money from buyers (收汇): allocated by §6.4, frees limits, disarms clocks; taken back by a reversal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from declarations import clocks, messages
from declarations.allocation import Allocation, OpenReceivable, allocate
from declarations.models import LineState, Receipt, ReceiptAllocation, Shipment
from declarations.services import cover
from declarations.signals import receipt_recorded, receipt_reversed, shipment_paid
from limits import services as limits
from limits.models import CreditLimit, StopReason
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.parsing import canonical_invoice_no


@dataclass(frozen=True)
class Planned:
    """Where a receipt would go."""

    shipment: Shipment
    allocation: Allocation


def plan(
    *, actor: Actor, obligor_id: int, amount: Decimal, currency: str, received_on: date, invoice_no: str = ""
) -> tuple[list[Planned], Decimal]:
    """The allocation by rule, and what is left over; nothing is written."""
    rows = list(_open(actor, obligor_id, currency))
    return _planned(rows, amount, received_on, invoice_no)


def _open(actor: Actor, obligor_id: int, currency: str) -> object:
    own = Shipment.objects.open_items().filter(policyholder_id=actor.organisation_id)
    same = own.filter(obligor_id=obligor_id, currency=currency).exclude(
        state__in=[LineState.ON_HOLD, LineState.LATE_REVIEW]
    )
    return same.select_related("policy", "obligor", "limit").order_by("due_on", "id")


def _planned(
    rows: list[Shipment], amount: Decimal, received_on: date, invoice_no: str
) -> tuple[list[Planned], Decimal]:
    by_id = {row.pk: row for row in rows}
    items = [OpenReceivable(row.pk, row.due_on, row.open_amount, row.invoice_key) for row in rows]
    overdue = any(row.due_on < received_on or (row.limit and row.limit.is_stopped) for row in rows)
    reference = canonical_invoice_no(invoice_no).value if invoice_no else ""
    found, left = allocate(amount, items, reference=reference, account_overdue=bool(overdue))
    return [Planned(by_id[one.id], one) for one in found], left


@transaction.atomic
def record(
    *, actor: Actor, obligor_id: int, amount: Decimal, currency: str, received_on: date, reference: str,
    invoice_no: str = "",
) -> Receipt:  # fmt: skip
    """Record a buyer's payment. Raises `receipt_twice` for a bank reference used before, `received_in_future`."""
    if not actor.can("declarations.receipt") or actor.organisation_id is None:
        raise NotAllowed()
    if received_on > clock.today():
        raise DomainError("received_in_future", _("Money cannot be received in the future."), field="received_on")
    own = Receipt.objects.held_by(actor)
    if own.filter(obligor_id=obligor_id, reference=reference).exists():
        raise DomainError(
            "receipt_twice", _("A receipt with this bank reference was recorded before."), field="reference", status=409
        )
    obligor = Obligor.objects.visible_to(actor).get(pk=obligor_id)
    rows = list(_open(actor, obligor_id, currency).select_for_update(of=("self",)))  # type: ignore[attr-defined]
    planned, left = _planned(rows, amount, received_on, invoice_no)
    receipt = Receipt.objects.create(
        policyholder_id=actor.organisation_id, obligor=obligor, amount=amount, currency=currency, received_on=received_on,
        reference=reference, unallocated=left, recorded_by_id=actor.user_id, recorded_at=clock.now(),
    )  # fmt: skip
    for one in planned:
        _apply(actor, receipt, one)
    _after_money(actor, [one.shipment for one in planned])
    audit.record(actor, "receipt.recorded", receipt, detail={"amount": amount, "currency": currency, "left": left})
    receipt_recorded.send(sender=Receipt, actor=actor, receipt=receipt)
    return receipt


def _apply(actor: Actor, receipt: Receipt, planned: Planned) -> None:
    shipment, allocation = planned.shipment, planned.allocation
    ReceiptAllocation.objects.create(
        receipt=receipt, shipment=shipment, policyholder_id=receipt.policyholder_id, amount=allocation.amount,
        rule=allocation.rule,
    )  # fmt: skip
    shipment.open_amount -= allocation.amount
    shipment.paid_on = receipt.received_on if shipment.open_amount == 0 else None
    shipment.save(update_fields=["open_amount", "paid_on"])
    cover.give_back(SYSTEM, shipment, down_to=min(shipment.covered, cover.exposure_of(shipment)))
    if shipment.open_amount == 0:
        clocks.disarm_shipment(actor, shipment)
        limits.cure(actor=SYSTEM, reason=StopReason.OVERDUE, source=shipment, comment=receipt.reference)
        shipment_paid.send(sender=Shipment, actor=actor, shipment=shipment)


def _after_money(actor: Actor, shipments: list[Shipment]) -> None:
    """Freed room covers what was above the limit, oldest first."""
    limit_ids = sorted({shipment.limit_id for shipment in shipments if shipment.limit_id})
    for limit in CreditLimit.objects.filter(pk__in=limit_ids).order_by("pk"):
        for gained in cover.refill(limit):
            messages.tell_insured(actor, "shipment.covered", gained)


@transaction.atomic
def reverse(*, actor: Actor, receipt_id: int, reason: str) -> Receipt:
    """Take a receipt back: the invoices are open again and draw what cover is free."""
    if not actor.can("declarations.receipt"):
        raise NotAllowed()
    receipt: Receipt = Receipt.objects.held_by(actor).select_for_update(of=("self",)).get(pk=receipt_id)
    if receipt.is_reversal or hasattr(receipt, "reversed_by"):
        raise DomainError("reversed_before", _("This receipt was reversed before."), status=409)
    back = Receipt.objects.create(
        policyholder_id=receipt.policyholder_id, obligor_id=receipt.obligor_id, amount=receipt.amount,
        currency=receipt.currency, received_on=clock.today(), reference=f"{receipt.reference}-R", is_reversal=True,
        reverses=receipt, recorded_by_id=actor.user_id, recorded_at=clock.now(),
    )  # fmt: skip
    rows = receipt.allocations.select_related("shipment__policy", "shipment__obligor").order_by(
        "shipment__shipped_on", "shipment_id"
    )
    for allocation in rows:
        _reopen(actor, back, allocation)
    audit.record(actor, "receipt.reversed", receipt, detail={"reason": reason})
    receipt_reversed.send(sender=Receipt, actor=actor, receipt=receipt)
    return back


def _reopen(actor: Actor, back: Receipt, allocation: ReceiptAllocation) -> None:
    shipment = (
        Shipment.objects.select_for_update(of=("self",))
        .select_related("policy", "obligor")
        .get(pk=allocation.shipment_id)
    )
    ReceiptAllocation.objects.create(
        receipt=back,
        shipment=shipment,
        policyholder_id=back.policyholder_id,
        amount=-allocation.amount,
        rule="REVERSAL",
    )
    was_paid, shipment.open_amount, shipment.paid_on = (
        shipment.open_amount == 0,
        shipment.open_amount + allocation.amount,
        None,
    )
    shipment.save(update_fields=["open_amount", "paid_on"])
    if shipment.state == LineState.BOOKED:
        cover.take(SYSTEM, shipment, cover.match_of(shipment))
        if was_paid:
            clocks.arm_shipment(actor, shipment)
