"""Reads of report orders. A customer sees its own, the insurer's staff all."""

from __future__ import annotations

from django.db.models import QuerySet

from credit_info.reports.models import OrderState, ReportOrder
from sinosure.accounts.actor import Actor
from sinosure.core import clock

OPEN = (OrderState.ORDERED, OrderState.IN_PROGRESS)


def orders(actor: Actor) -> QuerySet[ReportOrder]:
    found: QuerySet[ReportOrder] = ReportOrder.objects.visible_to(actor)
    return found.select_related("obligor", "policyholder", "taken_by")


def waiting_for(actor: Actor) -> int | None:
    """How many orders wait for an analyst."""
    return orders(actor).filter(state__in=OPEN).count() if actor.can("reports.write") else None


def valid_on(actor: Actor, obligor_id: int) -> QuerySet[ReportOrder]:
    """Delivered reports on a company that are still valid and that the actor may read, the newest first."""
    rows = orders(actor).filter(obligor=obligor_id, state=OrderState.DELIVERED, valid_until__gte=clock.today())
    return rows.order_by("-delivered_at")
