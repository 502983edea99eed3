"""Reads of contracts in production."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from declarations.models import ContractState, ProductionContract
from policies.models import Policy, PolicySchedule
from policies.selectors import own_live_policies
from sinosure.accounts.actor import Actor


def contracts(actor: Actor, state: str = "") -> QuerySet[ProductionContract]:
    rows = ProductionContract.objects.visible_to(actor).select_related(
        "policy__policyholder", "policy__wording", "obligor__country", "policyholder", "limit", "limit_version",
        "premium_notice", "shipment",
    )  # fmt: skip
    return rows.filter(state=state) if state in ContractState.values else rows


def extended_policies(actor: Actor) -> QuerySet[Policy]:
    """The actor's own policies in force that cover the time before shipment, now or in an earlier version."""
    with_it = PolicySchedule.objects.filter(pre_shipment=True).values("policy")
    return own_live_policies(actor).filter(pk__in=with_it)


def has_extension(actor: Actor) -> bool:
    """For the menu: an exporter whose policy has it, and staff."""
    if not actor.is_exporter:
        return True
    found: bool = actor.remembered("has_extension", lambda: extended_policies(actor).exists())
    return found or ProductionContract.objects.visible_to(actor).exists()


def sums(contract: ProductionContract) -> dict[str, Any]:
    """What is recorded, covered and still free under the price."""
    return {"free": max(contract.policy_price - contract.covered, 0), "uncovered": contract.costs - contract.covered}
