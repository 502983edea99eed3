"""Goods in production of Haituo: a policy with the extension, a limit that covers them, one contract with its costs.

`a_contract()`: USD 200,000 O/A 60 days, production from today for 90 days, under a limit of 150,000; `with_costs()` adds
materials 70,000, labour 30,000 and freight 20,000 = 120,000, the costs of G19.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from claims.models import LossNotice
from claims.notices.facts import NoticeFacts
from claims.production.reporting import report
from declarations.models import DirectCost, ProductionContract
from declarations.production import services
from declarations.production.rules import Contract, Cost
from limits.models import CreditLimit
from policies.models import Policy
from sinosure.core import clock
from tests.factories.claims import a_file
from tests.factories.limits import a_limit
from tests.factories.people import actor
from tests.factories.policies import a_policy_in_force

_next = count(1)
G19 = (("MATERIAL", "70000"), ("LABOUR", "30000"), ("FREIGHT", "20000"))


def an_extended_policy(**changes: Any) -> Policy:
    """80 % before shipment at 0.20 % of the contract: the usual terms of the wording."""
    return a_policy_in_force(pre_shipment=True, **changes)


def a_production_limit(policy: Policy | None = None, amount: str = "150000", **named: Any) -> CreditLimit:
    return a_limit(
        policy or an_extended_policy(), amount=amount, pre_shipment=True, decision={"pre_shipment": True}, **named
    )


def contract_terms(limit: CreditLimit, **changes: Any) -> Contract:
    today = clock.today()
    plain: dict[str, Any] = {
        "obligor_id": limit.obligor_id, "contract_no": f"HT-C{next(_next):04d}", "goods": "LED lamps to order", "term": "OA",
        "credit_days": 60, "price": Decimal(200_000), "currency": "USD", "production_from": today,
        "ships_by": today + timedelta(days=90),
    }  # fmt: skip
    return Contract(**{**plain, **changes})


def a_contract(limit: CreditLimit | None = None, **changes: Any) -> ProductionContract:
    limit = limit or a_production_limit()
    return services.declare_contract(
        actor=actor("chen"), policy_id=limit.policy_id, contract=contract_terms(limit, **changes)
    )


def a_cost(contract: ProductionContract, kind: str = "MATERIAL", amount: str = "70000", **changes: Any) -> DirectCost:
    plain: dict[str, Any] = {
        "kind": kind, "description": "Aluminium and drivers", "voucher_no": f"V-{next(_next):04d}", "incurred_on": clock.today(),
        "amount": Decimal(amount), "currency": "USD",
    }  # fmt: skip
    line = services.record_cost(
        actor=actor("chen"), contract_id=contract.pk, cost=Cost(**{**plain, **changes}), evidence=a_file()
    )
    contract.refresh_from_db()
    return line


def with_costs(contract: ProductionContract | None = None) -> ProductionContract:
    contract = contract or a_contract()
    for kind, amount in G19:
        a_cost(contract, kind, amount)
    return contract


def a_loss_before_shipment(contract: ProductionContract | None = None, risk: str = "BUYER_INSOLVENCY") -> LossNotice:
    """Reported by Chen on the day it was known."""
    contract = contract or with_costs()
    today = clock.today()
    facts = NoticeFacts(risk=risk, occurred_on=today, known_on=today, buyer_reason="Insolvency order", contact="Chen")
    return report(actor=actor("chen"), contract_id=contract.pk, facts=facts)
