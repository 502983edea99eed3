"""What declarations tell 我的客户: who was shipped to is a partner, who owes late asks for care."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credit_info.customers.sources import Warning
from declarations.models import Shipment
from sinosure.accounts.actor import Actor
from sinosure.core import clock


def partners(actor: Actor) -> Iterable[int]:
    rows = Shipment.objects.live().filter(policyholder=actor.organisation_id or 0)
    return rows.order_by().values_list("obligor_id", flat=True).distinct()


def warnings(actor: Actor, obligor_ids: Collection[int]) -> Iterable[Warning]:
    """An invoice that is open after its due date."""
    rows = Shipment.objects.overdue(clock.today()).filter(
        policyholder=actor.organisation_id or 0, obligor__in=obligor_ids
    )
    for pk in rows.order_by().values_list("obligor_id", flat=True).distinct():
        yield Warning(
            pk, _("An invoice is overdue"), _("Chase it or file a loss notice"), reverse("declarations:overdue")
        )
