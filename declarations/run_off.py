"""What this app tells `policies`: the last day a risk attached, and what keeps a run-off open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import F, Max, Sum
from django.utils.translation import gettext_lazy as _

from declarations.models import NoticeState, PremiumKind, PremiumNotice, ProductionContract, Shipment
from declarations.production.matching import RUNNING
from policies.above import register_open_item, register_premium, register_risk_day


def register() -> None:
    register_risk_day("shipments", latest_shipment)
    register_premium("shipments", premium_charged)
    register_open_item("receivables", _("receivables not paid yet"), _receivables)
    register_open_item("production", _("contracts in production"), _contracts)
    register_open_item("premium", _("premium notices not paid yet"), _notices)


def premium_charged(policy_id: int) -> Decimal:
    """What the declared lines cost, and at least the deposit premium, which is not given back (§4.4)."""
    lines = Shipment.objects.live().filter(policy=policy_id).aggregate(total=Sum(F("premium") - F("premium_credit")))
    deposit = PremiumNotice.objects.filter(policy=policy_id, kind=PremiumKind.DEPOSIT)
    held = deposit.exclude(state=NoticeState.CANCELLED).aggregate(total=Sum("gross"))
    return max(lines["total"] or Decimal(0), held["total"] or Decimal(0))


def latest_shipment(policy_id: int) -> date | None:
    """The last shipment date on record, lines that wait for an officer included."""
    found: date | None = Shipment.objects.live().filter(policy=policy_id).aggregate(day=Max("shipped_on"))["day"]
    return found


def _receivables(policy_id: int) -> int:
    return Shipment.objects.open_items().filter(policy=policy_id).count()


def _notices(policy_id: int) -> int:
    states = [NoticeState.ISSUED, NoticeState.PART_PAID]
    return PremiumNotice.objects.filter(policy=policy_id, state__in=states).count()


def _contracts(policy_id: int) -> int:
    return ProductionContract.objects.filter(policy=policy_id, state__in=RUNNING).count()
