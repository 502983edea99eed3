"""What this app tells `policies`: the last day a risk attached, and what keeps a run-off open."""

from __future__ import annotations

from datetime import date

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from declarations.models import NoticeState, PremiumNotice, Shipment
from policies.above import register_open_item, register_risk_day


def register() -> None:
    register_risk_day("shipments", latest_shipment)
    register_open_item("receivables", _("receivables not paid yet"), _receivables)
    register_open_item("premium", _("premium notices not paid yet"), _notices)


def latest_shipment(policy_id: int) -> date | None:
    """The last shipment date on record, lines that wait for an officer included."""
    found: date | None = Shipment.objects.live().filter(policy=policy_id).aggregate(day=Max("shipped_on"))["day"]
    return found


def _receivables(policy_id: int) -> int:
    return Shipment.objects.open_items().filter(policy=policy_id).count()


def _notices(policy_id: int) -> int:
    states = [NoticeState.ISSUED, NoticeState.PART_PAID]
    return PremiumNotice.objects.filter(policy=policy_id, state__in=states).count()
