"""The only place where shipments draw on limits and give room back (LIM-7, LIM-8, waterfall of §6.3 step 6)."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Max

from declarations.models import CoverReason, LineState, Shipment
from limits import services as limits
from limits.models import CreditLimit
from limits.services import LimitMatch
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.core.money import round_money

ZERO = Decimal(0)


def exposure_of(shipment: Shipment) -> Decimal:
    """What is open on the shipment, in policy currency at the rate of its declaration."""
    return round_money(shipment.open_amount / shipment.fx, shipment.policy.currency)


def take(actor: Actor, shipment: Shipment, match: LimitMatch, reason: str = "") -> None:
    """Draw as much cover as is free for what is not covered yet; the reason says why the rest is not."""
    part, missing = ZERO, exposure_of(shipment) - shipment.covered
    if match.is_needless and not reason:
        part = missing  # no limit to draw on: the caps of the policy apply to the indemnity
    elif match.limit is not None and match.covers and not reason and missing > 0:
        part = limits.draw_up_to(
            actor=actor, limit_id=match.limit.pk, amount=missing, subject=shipment, ceiling=match.ceiling,
            despite_stop=match.despite_stop,
        )  # fmt: skip
    shipment.limit, shipment.covered = match.limit, shipment.covered + part
    shipment.cover_reason = reason or match.reason or (CoverReason.OVER_LIMIT if part < missing else "")
    shipment.save(update_fields=["limit", "covered", "cover_reason"])


def give_back(actor: Actor, shipment: Shipment, *, down_to: Decimal) -> Decimal:
    """Release cover above `down_to`; returns how much."""
    freed = shipment.covered - down_to
    if freed <= 0:
        return ZERO
    if shipment.limit_id is not None:
        limits.release(actor=actor, limit_id=shipment.limit_id, amount=freed, subject=shipment)
    shipment.covered = down_to
    shipment.save(update_fields=["covered"])
    return freed


def refill(limit: CreditLimit) -> list[Shipment]:
    """Room came free: cover what was above the limit, oldest shipment first. Returns the shipments that gained cover."""
    waiting = Shipment.objects.filter(
        limit=limit, state=LineState.BOOKED, cover_reason=CoverReason.OVER_LIMIT, open_amount__gt=0
    )
    highest = limit.versions.aggregate(top=Max("amount"))["top"] or ZERO
    gained = []
    rows = waiting.select_related("policy", "obligor").order_by("shipped_on", "id").select_for_update(of=("self",))
    for shipment in rows:
        before, match = shipment.covered, match_of(shipment)
        take(SYSTEM, shipment, match)
        if shipment.covered > before:
            gained.append(shipment)
        if shipment.cover_reason == CoverReason.OVER_LIMIT and match.ceiling >= highest:
            break  # nothing is left even under the highest limit that ever stood
    return gained


def match_of(shipment: Shipment) -> LimitMatch:
    return limits.limit_for(
        policy=shipment.policy, obligor=shipment.obligor, term=shipment.term, credit_days=shipment.credit_days,
        shipped_on=shipment.shipped_on,
    )  # fmt: skip
