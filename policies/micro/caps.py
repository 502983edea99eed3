"""What may still be paid on one debtor (IND-12): a counter row drawn by conditional UPDATE, with the CHECK as the backstop."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from policies.micro.selectors import buyer_cap
from policies.models import BuyerPayout, Policy
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core.errors import DomainError
from sinosure.core.money import Money


@transaction.atomic
def draw_buyer_cap(*, actor: Actor, policy: Policy, obligor_id: int, amount: Decimal) -> None:
    """Pay `amount` (policy currency) out of the cap for this debtor, all or nothing; nothing to do without a cap.

    Raises `over_buyer_cap`, saying what is left.
    """
    cap = buyer_cap(policy)
    if cap is None or not amount:
        return
    BuyerPayout.objects.get_or_create(
        policy=policy, obligor_id=obligor_id,
        defaults={"policyholder_id": policy.policyholder_id, "currency": policy.currency, "cap": cap},
    )  # fmt: skip
    rows = BuyerPayout.objects.filter(policy=policy, obligor_id=obligor_id)
    drawn = rows.filter(paid_total__lte=F("cap") - amount).update(paid_total=F("paid_total") + amount)
    counter = rows.get()
    if not drawn:
        left = Money(counter.cap - counter.paid_total, counter.currency)
        message = _("The cap for this buyer has %(left)s left; this payment would exceed it.")
        raise DomainError("over_buyer_cap", message, field="amount", left=str(left))
    audit.record(actor, "policy.buyer_cap_drawn", policy, detail={"amount": amount, "paid_total": counter.paid_total})


@transaction.atomic
def release_buyer_cap(*, actor: Actor, policy: Policy, obligor_id: int, amount: Decimal) -> None:
    """Give room back: a payment came back. Raises `over_release`."""
    if buyer_cap(policy) is None or not amount:
        return
    rows = BuyerPayout.objects.filter(policy=policy, obligor_id=obligor_id, paid_total__gte=amount)
    if not rows.update(paid_total=F("paid_total") - amount):
        raise DomainError("over_release", _("More would be given back than was paid on this buyer."), status=409)
    audit.record(actor, "policy.buyer_cap_released", policy, detail={"amount": amount})
