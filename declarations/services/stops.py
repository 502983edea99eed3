"""LIM-10 a: an invoice that stays unpaid 30 days after its due date stops cover on the buyer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import QuerySet

from declarations import clocks
from declarations.models import LineState, Shipment
from limits import services as limits
from limits.models import CreditLimit, StopReason
from sinosure.accounts.actor import SYSTEM
from sinosure.core import clock
from sinosure.deadlines.models import Deadline


def stop_overdue(rows: Sequence[Deadline]) -> None:
    """The effect of STOP_COVER: stop for each invoice that is open that long, and wait for the next due date."""
    for limit in CreditLimit.objects.filter(pk__in=[row.subject_id for row in rows]).select_related("obligor"):
        last_due = clock.today() - timedelta(days=clocks.OVERDUE_DAYS + 1)
        for shipment in _open(limit).filter(due_on__lte=last_due).order_by("pk"):
            limits.stop(
                actor=SYSTEM, reason=StopReason.OVERDUE, policy_id=limit.policy_id, obligor_id=limit.obligor_id,
                source=shipment, comment=shipment.invoice_no,
            )  # fmt: skip
        following = _open(limit).filter(due_on__gt=last_due).order_by("due_on", "pk").first()
        if following is not None:
            clocks.arm_stop(SYSTEM, limit, following.due_on)


def _open(limit: CreditLimit) -> QuerySet[Shipment]:
    """Open invoices on the buyer, declared or only registered, of this policyholder."""
    rows = Shipment.objects.filter(state__in=[LineState.BOOKED, LineState.REGISTERED], open_amount__gt=0)
    return rows.filter(obligor=limit.obligor_id, policyholder=limit.policyholder_id)
