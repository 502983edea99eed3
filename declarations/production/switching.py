"""From production to shipment: the costs let go of the limit before the shipment draws on it, and never both count (§1.3)."""

from __future__ import annotations

from django.db import connection

from declarations.models import ContractState, ImportBatch, LineState, ProductionContract, Shipment
from declarations.production import services
from declarations.production.matching import delivered
from declarations.production.rules import key_of
from sinosure.accounts.actor import SYSTEM, Actor


def switch(actor: Actor, shipment: Shipment) -> None:
    """Called before a booked line draws: its contract in production is over."""
    contract = delivered(shipment.policy_id, shipment.contract_no, (shipment.obligor_id, shipment.buyer_id))
    if contract is not None:
        contract = services.locked(actor, contract.pk)
        services.give_room(contract)
        services.ship(actor, contract, shipment.pk)


def switch_back(shipment: Shipment) -> None:
    """Called after a line was taken back."""
    contract = ProductionContract.objects.filter(shipment=shipment).first()
    if contract is not None:
        services.unship(services.locked(SYSTEM, contract.pk))


def let_go_for_file(actor: Actor, batch: ImportBatch) -> list[ProductionContract]:
    """Before a file is priced: the contracts that it delivers let go of their limits. Usually there are none."""
    running = ProductionContract.objects.filter(policy=batch.policy_id, state=ContractState.IN_PRODUCTION)
    keys = set(running.values_list("contract_key", flat=True))
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT contract_no FROM declarations_importrow WHERE batch_id = %s AND contract_no <> ''",
            [batch.pk],
        )
        named = {key_of(number) for (number,) in cursor.fetchall()} & keys
    found = [services.locked(actor, pk) for pk in running.filter(contract_key__in=named).values_list("pk", flat=True)]
    for contract in found:
        services.give_room(contract)
    return found


def ship_by_file(actor: Actor, batch: ImportBatch, contracts: list[ProductionContract]) -> None:
    """After booking: each contract whose line was booked is shipped; one whose line waits is covered as before."""
    for contract in contracts:
        lines = Shipment.objects.filter(batch=batch, state=LineState.BOOKED)
        line = next((row for row in lines.exclude(contract_no="") if _delivers(row, contract)), None)
        if line is not None:
            services.ship(actor, contract, line.pk)
        else:
            services.take_again(contract)


def _delivers(row: Shipment, contract: ProductionContract) -> bool:
    owes = contract.obligor_id in (row.obligor_id, row.buyer_id)
    return owes and key_of(row.contract_no) == contract.contract_key
