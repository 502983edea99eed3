"""Reads of bank policies and the factoring agreements behind them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from declarations.sellers import Seller
from financing.models import FactoringContract
from policies.models import Policy, Product
from sinosure.accounts.actor import Actor


def bank_policies(actor: Actor) -> QuerySet[Policy]:
    """The bank's own policies over bought receivables; for staff all of them."""
    rows = Policy.objects.held_by(actor).filter(product=Product.BANK, number__isnull=False)
    return rows.select_related("policyholder").order_by("-starts_on", "-id")


def contracts(actor: Actor, policy_id: int | None = None) -> QuerySet[FactoringContract]:
    """What the actor may see: the bank its own, an exporter those in which it is the seller."""
    rows = FactoringContract.objects.visible_to(actor).select_related("policy", "policyholder", "seller")
    return (rows.filter(policy=policy_id) if policy_id else rows).order_by("-signed_on", "-id")


def policy_of(actor: Actor, policy_id: int) -> Policy | None:
    """A bank policy that the actor holds, or under which it sells its receivables."""
    if actor.is_exporter:
        found = contracts(actor, policy_id).first()
        return found.policy if found else None
    return bank_policies(actor).filter(pk=policy_id).first()


def sellers(policy_id: int) -> Iterator[Seller]:
    """With whom a factoring agreement stands: the answer to `declarations.sellers`."""
    rows = FactoringContract.objects.filter(policy=policy_id).values_list("seller_name", "signed_on")
    return (Seller(*row) for row in rows)
