"""What makes a notice of cover, and what changes one: the signals of declarations, limits and agreements."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from declarations.models import ImportBatch, PremiumNotice, Receipt, Shipment
from declarations.signals import (
    premium_booked,
    premium_cancelled,
    premium_overdue,
    receipt_recorded,
    receipt_reversed,
    shipment_booked,
    shipment_reversed,
)
from financing.cover_notices import services
from financing.models import Agreement, Cause
from financing.signals import agreement_amended, agreement_ended
from limits.models import CreditLimit, LimitStop, StopReason
from limits.signals import limit_reopened, limit_stopped, limit_version_effective
from policies.models import Policy
from policies.signals import policy_resumed, policy_suspended


def connect() -> None:
    for signal, receiver in (
        (shipment_booked, on_booked),
        (shipment_reversed, on_reversed),
        (receipt_recorded, on_money),
        (receipt_reversed, on_money),
        (premium_booked, on_premium),
        (premium_cancelled, on_premium_cancelled),
        (premium_overdue, on_premium_overdue),
        (policy_suspended, on_suspension),
        (policy_resumed, on_suspension),
        (limit_stopped, on_stop),
        (limit_reopened, on_stop),
        (limit_version_effective, on_limit),
        (agreement_ended, on_agreement),
        (agreement_amended, on_agreement),
    ):
        signal.connect(receiver, dispatch_uid=f"financing.cover_notices.{receiver.__name__}")


def on_booked(*, shipment: Shipment | None, batch: ImportBatch | None = None, **_named: Any) -> None:
    """One line, or those of a file that want financing."""
    booked = {"batch": batch} if shipment is None else {"pk": shipment.pk}
    wanted = Shipment.objects.filter(financing_bank__isnull=False, **booked)
    services.issue_wanted(shipments=wanted.values_list("pk", flat=True))


def on_reversed(*, shipment: Shipment, **_named: Any) -> None:
    services.refresh(shipments=[shipment.pk], cause=Cause.SHIPMENT)


def on_money(*, receipt: Receipt, **_named: Any) -> None:
    services.refresh(shipments=receipt.allocations.values_list("shipment_id", flat=True), cause=Cause.MONEY)


def on_premium(*, notice: PremiumNotice, **_named: Any) -> None:
    services.refresh(shipments=_noticed(premium_notice=notice), cause=Cause.PREMIUM)


def on_premium_cancelled(*, shipments: Collection[int], **_named: Any) -> None:
    """The lines are billed anew later: until then nothing of them is overdue."""
    services.refresh(shipments=shipments, cause=Cause.PREMIUM_VOID)


def on_premium_overdue(*, notices: Collection[int], **_named: Any) -> None:
    services.refresh(shipments=_noticed(premium_notice__in=notices), cause=Cause.PREMIUM_DUE)


def on_suspension(*, policy: Policy, **_named: Any) -> None:
    """Both when cover is suspended and when the suspension is lifted."""
    services.refresh(shipments=_noticed(policy=policy.pk), cause=Cause.SUSPENSION)


def on_stop(*, limit: CreditLimit, stop: LimitStop, **_named: Any) -> None:
    cause = Cause.LOSS_NOTICE if stop.reason == StopReason.LOSS_NOTICE else Cause.LIMIT
    services.refresh(shipments=_noticed(policy=limit.policy_id, obligor=limit.obligor_id), cause=cause)


def on_limit(*, limit: CreditLimit, **_named: Any) -> None:
    services.refresh(shipments=_noticed(limit=limit.pk), cause=Cause.LIMIT)


def on_agreement(*, agreement: Agreement, **_named: Any) -> None:
    noticed = agreement.cover_notices.values_list("shipment_id", flat=True).distinct()
    services.refresh(shipments=noticed, cause=Cause.AGREEMENT)


def _noticed(**named: Any) -> list[int]:
    """Shipments that any bank has a notice of."""
    rows = Shipment.objects.filter(cover_notices__isnull=False, **named)
    return list(rows.values_list("pk", flat=True).distinct())
