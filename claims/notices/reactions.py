"""What notices hear from below: money from the buyer, invoices declared later, a calendar that was loaded."""

from __future__ import annotations

from typing import Any

from claims.models import LossNotice
from claims.notices import filing, handling, rejudging
from claims.notices.clocks import LOSS_NOTICE_DEFAULT
from claims.notices.lifecycle import FILED
from claims.notices.lines import not_on
from declarations.models import Receipt, Shipment
from declarations.signals import receipt_recorded, receipt_reversed, shipment_booked
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.core import clock
from sinosure.deadlines import services as deadlines
from sinosure.deadlines.recompute import on_calendar_loaded


def connect() -> None:
    receipt_recorded.connect(on_receipt, dispatch_uid="notices.receipt_recorded")
    receipt_reversed.connect(on_receipt_reversed, dispatch_uid="notices.receipt_reversed")
    shipment_booked.connect(on_booked, dispatch_uid="notices.shipment_booked")
    on_calendar_loaded(rejudging.rejudge)


def on_receipt(*, actor: Actor, receipt: Receipt, **_named: Any) -> None:
    handling.propose_resolution(actor, receipt.policyholder_id, receipt.obligor_id)


def on_receipt_reversed(*, actor: Actor, receipt: Receipt, **_named: Any) -> None:
    """An invoice is open again: while a notice names it, its own window has nothing to ask for."""
    shipments = receipt.allocations.filter(shipment__notice_lines__notice__state__in=FILED)
    deadlines.meet_all(
        actor=actor, kind=LOSS_NOTICE_DEFAULT, subject_type=filing.SHIPMENT,
        subject_ids=list(shipments.values_list("shipment_id", flat=True)), at=clock.now(),
    )  # fmt: skip


def on_booked(*, actor: Actor, shipment: Shipment | None = None, batch: Any = None, **_named: Any) -> None:
    """LN-6: later maturities of a buyer with an open notice join it by themselves."""
    if shipment is not None:
        rows = LossNotice.objects.filter(policy=shipment.policy_id, obligor=shipment.obligor_id)
    elif batch is not None:
        buyers = Shipment.objects.filter(batch=batch).values("obligor_id")
        rows = LossNotice.objects.filter(policy=batch.policy_id, obligor__in=buyers)
    else:
        return
    for notice in rows.filter(state__in=FILED).order_by("pk"):
        if not_on(notice).exists():
            filing.add_lines(actor=SYSTEM, notice_id=notice.pk)
