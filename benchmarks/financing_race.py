"""Three banks and the same receivables: 5,000 attempts on 50 invoices, one winner each, nothing financed twice."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from django.db import OperationalError, connection

from benchmarks._database import own_database
from declarations.models import Shipment
from financing import probing, services
from financing.models import FinancedInvoice, Loan
from financing.services import agreements
from policies.models import Policy
from sinosure.accounts.actor import Actor, actor_of
from sinosure.accounts.models import Organisation, RoleGrant, User
from sinosure.accounts.roles import Kind, Role
from sinosure.core import clock
from sinosure.core.errors import DomainError
from tests.factories.declarations import a_shipment
from tests.factories.limits import a_limit
from tests.factories.people import actor, organisation

ATTEMPTS, RECEIVABLES, WORKERS = 5_000, 50, 12
INVOICE, PRINCIPAL = Decimal(1_000), Decimal(900)  # the whole ceiling: a second loan never fits


@dataclass(frozen=True)
class Desk:
    """One bank with its line of each receivable, declared under the policy that is assigned to it."""

    officer: Actor
    lines: list[Shipment]


def run(scale: float) -> dict[str, Any]:
    with own_database("race"):
        return _run(max(2 * RECEIVABLES, int(ATTEMPTS * scale)))


def _run(attempts: int) -> dict[str, Any]:
    probing.MOST_REFUSALS = 10**9  # losing is the point here
    desks = [_desk("minhai", actor("wang")), _desk("jiangwan", actor("kong")), _desk("third", _third())]
    random = Random(1)
    plan = [(random.choice(desks), number % RECEIVABLES) for number in range(attempts)]
    random.shuffle(plan)
    started = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        answers = sum(pool.map(_work, (plan[first::WORKERS] for first in range(WORKERS))), Counter())
    seconds = time.perf_counter() - started
    held = FinancedInvoice.objects.filter(released_at=None)
    double = Loan.objects.count() - held.values("key_hash").distinct().count()
    figures = {
        "attempts": attempts, "receivables": RECEIVABLES, "banks": len(desks), "winners": answers["won"],
        "told: financed already": answers["duplicate_other_bank"], "told: above the ceiling": answers["over_invoice"],
        "financed twice": double, "deadlocks and other faults": answers["fault"], "attempts a second": attempts / seconds,
    }  # fmt: skip
    goals = {"winners": (">=", RECEIVABLES), "financed twice": ("<=", 0), "deadlocks and other faults": ("<=", 0)}
    return {"name": "three banks, the same receivables", "figures": figures, "ratios": {}, "goals": goals}


def _third() -> Actor:
    bank = Organisation.objects.create(
        code="third", kind=Kind.BANK, name_zh="第三银行", name_en="Third Bank", office=organisation("minhai").office
    )
    person = User.objects.create(username="third", name_zh="第三", name_en="Third", organisation=bank)
    RoleGrant.objects.create(user=person, role=Role.BANK_APPROVER, tier=1, granted_at=clock.now())
    return actor_of(person)


def _desk(bank: str, officer: Actor) -> Desk:
    limit = a_limit()
    _assign(limit.policy, bank, officer)
    return Desk(officer, [a_shipment(limit, invoice_no=f"RACE-{n:03d}", amount=INVOICE) for n in range(RECEIVABLES)])


def _assign(policy: Policy, bank: str, officer: Actor) -> None:
    to = Organisation.objects.get(code=bank)
    row = agreements.draft(
        actor=actor("chen"), policy_id=policy.pk, bank_id=to.pk, account_name=to.name_zh, account_bank="A",
        account_no="62000000",
    )  # fmt: skip
    agreements.sign_exporter(actor=actor("zhao"), agreement_id=row.pk)
    agreements.sign_bank(actor=officer, agreement_id=row.pk)
    agreements.sign_insurer(actor=actor("zhou"), agreement_id=row.pk)


def _work(plan: list[tuple[Desk, int]]) -> Counter[str]:
    """One client, one connection."""
    try:
        return Counter(_attempt(desk, number) for desk, number in plan)
    finally:
        connection.close()


def _attempt(desk: Desk, number: int) -> str:
    line = desk.lines[number]
    try:
        services.approve(actor=desk.officer, shipment_id=line.pk, principal=PRINCIPAL, matures_on=line.due_on)
    except DomainError as refused:
        return refused.code
    except OperationalError:
        return "fault"
    return "won"
