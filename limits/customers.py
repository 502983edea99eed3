"""What limits tell 我的客户: who holds a limit is a partner, who is stopped asks for care."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credit_info.customers.sources import Warning
from limits.models import CreditLimit
from sinosure.accounts.actor import Actor


def partners(actor: Actor) -> Iterable[int]:
    rows = CreditLimit.objects.filter(policyholder=actor.organisation_id or 0)
    return rows.order_by().values_list("obligor_id", flat=True).distinct()


def holders(**named: Any) -> QuerySet[Any, Any]:
    """Organisations with a limit on these obligors: alarms reach their people by default."""
    return CreditLimit.objects.filter(**named).order_by().values("policyholder_id")


def warnings(actor: Actor, obligor_ids: Collection[int]) -> Iterable[Warning]:
    """A limit that is stopped: new shipments are not covered (LIM-10)."""
    rows = CreditLimit.objects.filter(policyholder=actor.organisation_id or 0, obligor__in=obligor_ids, is_stopped=True)
    for row in rows.order_by("pk"):
        url = reverse("limits:detail", args=[row.pk])
        yield Warning(row.obligor_id, _("Cover is stopped"), _("Read why"), url, "red")
