"""What declarations tell 我的客户: who was shipped to is a partner, who owes late asks for care."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credit_info.customers.sources import Warning
from declarations.models import Shipment
from limits.candidates.stake import OpenShipments
from sinosure.accounts.actor import Actor
from sinosure.core import clock


def partners(actor: Actor) -> Iterable[int]:
    rows = Shipment.objects.live().filter(policyholder=actor.organisation_id or 0)
    return rows.order_by().values_list("obligor_id", flat=True).distinct()


def holders(**named: Any) -> QuerySet[Any, Any]:
    """Organisations that shipped to these obligors: alarms reach their people by default."""
    return Shipment.objects.live().filter(**named).order_by().values("policyholder_id")


def open_shipments(obligor_ids: Collection[int]) -> Iterable[OpenShipments]:
    """What is not paid yet, over all policies, for the desk that decides on a stop."""
    rows = Shipment.objects.live().filter(obligor__in=obligor_ids, open_amount__gt=0).order_by()
    for row in rows.values("obligor_id", "currency").annotate(count=Count("pk"), amount=Sum("open_amount")):
        yield OpenShipments(**row)


def warnings(actor: Actor, obligor_ids: Collection[int]) -> Iterable[Warning]:
    """An invoice that is open after its due date."""
    rows = Shipment.objects.overdue(clock.today()).filter(
        policyholder=actor.organisation_id or 0, obligor__in=obligor_ids
    )
    for pk in rows.order_by().values_list("obligor_id", flat=True).distinct():
        yield Warning(
            pk, _("An invoice is overdue"), _("Chase it or file a loss notice"), reverse("declarations:overdue")
        )
