"""What may still be paid under a policy (POL-3): a counter drawn by conditional UPDATE, with the CHECK as the backstop."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from policies.models import LiabilityCounter
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core.errors import DomainError
from sinosure.core.money import Money


@transaction.atomic
def draw_liability(*, actor: Actor, policy_id: int, amount: Decimal) -> LiabilityCounter:
    """Pay `amount` (policy currency) out of the maximum, all or nothing. Raises `over_max_liability`, saying what is left."""
    _positive(amount)
    rows = LiabilityCounter.objects.filter(pk=policy_id, paid_total__lte=F("maximum") - amount)
    drawn = rows.update(paid_total=F("paid_total") + amount)
    counter = LiabilityCounter.objects.select_related("policy").get(pk=policy_id)
    if not drawn:
        left = Money(counter.maximum - counter.paid_total, counter.currency)
        message = _("The maximum liability of the policy has %(left)s left; this payment would exceed it.")
        raise DomainError("over_max_liability", message, field="amount", left=str(left))
    audit.record(
        actor, "policy.liability_drawn", counter.policy, detail={"amount": amount, "paid_total": counter.paid_total}
    )
    return counter


@transaction.atomic
def release_liability(*, actor: Actor, policy_id: int, amount: Decimal) -> LiabilityCounter:
    """Give room back: a payment came back or was reversed. Raises `over_release`."""
    _positive(amount)
    released = LiabilityCounter.objects.filter(pk=policy_id, paid_total__gte=amount).update(
        paid_total=F("paid_total") - amount
    )
    if not released:
        raise DomainError("over_release", _("More would be given back than was paid under this policy."), status=409)
    counter = LiabilityCounter.objects.select_related("policy").get(pk=policy_id)
    audit.record(
        actor, "policy.liability_released", counter.policy, detail={"amount": amount, "paid_total": counter.paid_total}
    )
    return counter


def _positive(amount: Decimal) -> None:
    if not (amount.is_finite() and amount > 0):
        raise DomainError("must_be_positive", _("The amount must be above 0."), field="amount")
