"""Shipments, receipts and premium in the states that other tests need, made by the real services.

`a_shipment()` is the everyday one: USD 100,000, O/A 60 days to the buyer of `a_limit()`, shipped today by Haituo.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from declarations import services
from declarations.line import Line
from declarations.models import PremiumNotice, Receipt, Shipment
from limits.models import CreditLimit
from sinosure.core import clock
from tests.factories.limits import _exporter, a_limit
from tests.factories.people import actor

_next = count(1)


def a_line(limit: CreditLimit, **changes: Any) -> Line:
    """O/A 60 days, USD 100,000, shipped today, due 60 days later."""
    shipped_on: date = changes.pop("shipped_on", None) or clock.today()
    days = changes.pop("credit_days", 60)
    plain: dict[str, Any] = {
        "obligor_id": limit.obligor_id, "term": "OA", "credit_days": days, "invoice_no": f"HT-{next(_next):05d}",
        "shipped_on": shipped_on, "due_on": shipped_on + timedelta(days=days), "amount": Decimal(100_000),
        "currency": "USD", "destination": limit.obligor.country_id,
    }  # fmt: skip
    return Line(**{**plain, **changes})


def a_shipment(limit: CreditLimit | None = None, **changes: Any) -> Shipment:
    """A booked line; `limit` None makes the everyday limit with its policy."""
    limit = limit or a_limit()
    return services.declare(actor=_exporter(limit.policy), policy_id=limit.policy_id, line=a_line(limit, **changes))


def an_overdue_shipment(limit: CreditLimit | None = None, days: int = 5, **changes: Any) -> Shipment:
    """Declared on its shipment date, due `days` days ago. The policy and limit must be old enough; by default they are."""
    shipped_on = clock.today() - timedelta(days=60 + days)
    with clock.frozen(shipped_on):
        limit = limit or a_limit()
        return a_shipment(limit, shipped_on=shipped_on, **changes)


def a_receipt(shipment: Shipment, amount: Decimal | int | None = None, **changes: Any) -> Receipt:
    """Money for the buyer's account, today; by default all that is open on the shipment."""
    named: dict[str, Any] = {
        "obligor_id": shipment.obligor_id, "amount": Decimal(amount) if amount is not None else shipment.open_amount,
        "currency": shipment.currency, "received_on": clock.today(), "reference": f"TT-{next(_next):06d}",
    }  # fmt: skip
    return services.record_receipt(actor=_exporter(shipment.policy), **{**named, **changes})


def a_premium_notice(shipment: Shipment) -> PremiumNotice:
    """The month of the shipment, billed."""
    month = shipment.shipped_on.replace(day=1)
    notice = services.issue_monthly_notice(actor=actor("yuan"), policy_id=shipment.policy_id, month=month)
    assert notice is not None
    return notice
