"""投保核验 of one invoice, and approval to drawdown, with a million financed receivables in the table."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import connection

from benchmarks._database import own_database
from declarations.models import Shipment
from financing import services
from financing.models import Loan
from financing.verification import Ask
from sinosure.core import clock
from tests.factories.declarations import a_shipment
from tests.factories.financing import an_active_agreement
from tests.factories.limits import a_limit
from tests.factories.people import actor

FINANCED, OWN_LOANS, ASKED, AGREEMENTS = 1_000_000, 100, 200, 2_000
# other exporters' invoices, five hundred to an agreement; keys to rows of other tables are not needed for this
FILL = """
    INSERT INTO financing_financedinvoice (
        key_hash, line_root, holder_id, policyholder_id, transport_hash, customs_hash, amount, currency, held_at)
    SELECT md5('k' || n) || md5('l' || n), -n, f.holder_id, -(n %% %(agreements)s)::bigint, md5('t' || n) || md5('u' || n),
        md5('c' || n) || md5('d' || n), 1000, 'USD', now()
    FROM financing_financedinvoice f, generate_series(1, %(count)s) n WHERE f.id = %(model)s;
    INSERT INTO financing_loan (
        number, agreement_id, bank_id, policyholder_id, shipment_id, financed_id, invoice_key, state, principal, repaid,
        interest_paid, currency, drawn_on, matures_on, remark)
    SELECT 'OLD-' || f.id, -(f.id %% %(agreements)s), f.holder_id, f.policyholder_id, f.line_root, f.id, 'K' || f.id, 'DISBURSED', 900,
        0, 0, 'USD', %(today)s::date, %(today)s::date + 60, ''
    FROM financing_financedinvoice f WHERE f.line_root < 0;
"""


def run(scale: float) -> dict[str, Any]:
    with own_database("verify"):
        return _run(max(10_000, int(FINANCED * scale)), max(5, int(OWN_LOANS * scale)), max(10, int(ASKED * scale)))


def _run(financed: int, own: int, asked: int) -> dict[str, Any]:
    limit = a_limit(amount="1000000")
    an_active_agreement(limit.policy)
    lines = [a_shipment(limit, amount=Decimal(1_000), transport_no=f"BL{n}") for n in range(own + asked)]
    for line in lines[:own]:
        _approve(line)
    _fill(financed)
    free = lines[own:]
    verify = _times(_verify, free)
    drawn = _times(
        lambda line: services.draw(actor=actor("li"), loan_id=_approve(line).pk, drawn_on=clock.today()), free
    )
    figures = {
        "financed receivables": financed, "loans on the same policy": own,
        "verification, median ms": statistics.median(verify), "verification, p95 ms": _p95(verify),
        "approval to drawdown, p95 ms": _p95(drawn),
    }  # fmt: skip
    goals = {"verification, p95 ms": ("<=", 100), "approval to drawdown, p95 ms": ("<=", 1000)}
    return {
        "name": f"verification over {financed:,} financed receivables",
        "figures": figures,
        "ratios": {},
        "goals": goals,
    }


def _fill(count: int) -> None:
    values = {
        "count": count,
        "agreements": AGREEMENTS,
        "today": clock.today(),
        "model": Loan.objects.all()[0].financed_id,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(FILL, values)
        cursor.execute("SET session_replication_role = DEFAULT")
        for table in ("financing_financedinvoice", "financing_loan"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def _approve(line: Shipment) -> Loan:
    return services.approve(actor=actor("li"), shipment_id=line.pk, principal=Decimal(500), matures_on=line.due_on)


def _verify(line: Shipment) -> None:
    ask = Ask(Decimal(500), clock.today(), line.due_on)
    if not services.verify(actor=actor("li"), shipment_id=line.pk, ask=ask).passes:
        raise RuntimeError(line.invoice_no)


def _times(deed: Callable[[Shipment], Any], lines: list[Shipment]) -> list[float]:
    found = []
    for line in lines:
        start = time.perf_counter()
        deed(line)
        found.append((time.perf_counter() - start) * 1000)
    return found


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
