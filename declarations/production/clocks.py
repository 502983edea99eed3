"""The clock of a contract in production: its planned day of shipment."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from declarations.models import ProductionContract
from sinosure.accounts.actor import Actor
from sinosure.core.money import Money
from sinosure.deadlines import services as deadlines
from sinosure.deadlines.registry import DeadlineKind, before_due, register

SHIP_BY = "PRODUCTION_SHIPMENT"


def register_all() -> None:
    register(DeadlineKind(
        name=SHIP_BY, rule="§1.3", label=_("Ship and declare contract %(contract)s to %(buyer)s"),
        verb=_("See the contract"), consequence=_("Costs that arise later are not covered before shipment."),
        url_name="declarations:production", reminders=before_due(30, 7, 1),
        title=_("Planned shipment of goods in production"),
    ))  # fmt: skip


def arm(actor: Actor, contract: ProductionContract) -> None:
    deadlines.open_deadline(
        actor=actor, kind=SHIP_BY, subject=contract, policyholder_id=contract.policyholder_id,
        window=deadlines.fixed_window(contract.production_from, contract.ships_by),
        at_risk=Money(contract.policy_price, contract.policy.currency),
        params={"contract": contract.contract_no, "buyer": contract.obligor.name},
    )  # fmt: skip


def disarm(actor: Actor, contract: ProductionContract) -> None:
    deadlines.meet(actor=actor, kind=SHIP_BY, subject=contract)
