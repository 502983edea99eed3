"""信保贷: from the application to the answer, with a thousand registered invoices behind the applicant."""

from __future__ import annotations

import statistics
import time
from decimal import Decimal
from typing import Any

from benchmarks._database import own_database
from declarations.models import Shipment
from financing.microloan import services
from financing.models import CreditLine
from tests.factories.microloan import a_product, an_active_line, an_applicant, an_application, an_invoice_to_draw_on
from tests.factories.people import actor

INVOICES, ASKED = 1_000, 100


def run(scale: float) -> dict[str, Any]:
    with own_database("credit"):
        return _run(max(10, int(INVOICES * scale)), max(5, int(ASKED * scale)))


def _run(invoices: int, asked: int) -> dict[str, Any]:
    an_applicant()
    _register(invoices)
    product = a_product()
    times = []
    for _number in range(asked):
        start = time.perf_counter()
        line = services.apply(
            actor=actor("wu"), product_id=product.pk, asked=Decimal(300_000), tenor_days=120, authorises=True
        )
        times.append((time.perf_counter() - start) * 1000)
        CreditLine.objects.filter(pk=line.pk).update(state="WITHDRAWN")
    figures = {
        "registered invoices": Shipment.objects.count(), "decision, median ms": statistics.median(times),
        "decision, p95 ms": sorted(times)[int(len(times) * 0.95) - 1],
    }  # fmt: skip
    return {"name": "decision on a micro credit", "figures": figures, "goals": {"decision, p95 ms": ("<=", 1000)}}


def _register(count: int) -> None:
    """One invoice by the service, the others as copies of its row."""
    line = an_active_line(an_application())
    model = an_invoice_to_draw_on(line)
    columns = {one.attname: getattr(model, one.attname) for one in Shipment._meta.concrete_fields}
    names = [f"B{number}" for number in range(1, count)]
    rows = [
        Shipment(**{**columns, "id": None, "declaration_no": one, "invoice_no": one, "invoice_key": one})
        for one in names
    ]
    Shipment.objects.bulk_create(rows)
    CreditLine.objects.filter(pk=line.pk).update(state="CLOSED")
