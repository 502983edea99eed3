"""LIM-10 a: an invoice that stays unpaid 30 days after its due date stops cover on the buyer."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.models import Shipment
from limits import services as limits
from limits.models import StopReason
from sinosure.accounts.actor import SYSTEM
from sinosure.deadlines.models import Deadline


def stop_overdue(rows: Sequence[Deadline]) -> None:
    """The effect of STOP_COVER on the shipments that are still open."""
    ids = [row.subject_id for row in rows]
    for shipment in Shipment.objects.open_items().filter(pk__in=ids).order_by("pk"):
        limits.stop(
            actor=SYSTEM, reason=StopReason.OVERDUE, policy_id=shipment.policy_id, obligor_id=shipment.obligor_id,
            source=shipment, comment=shipment.invoice_no,
        )  # fmt: skip
