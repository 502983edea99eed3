"""What declarations tell the pages of countries and industries: what is open and overdue, what was shipped, the premium."""

from __future__ import annotations

from credit_info.atlas import sources

_OPEN = """
    SELECT policyholder_id, obligor_id, currency, SUM(open_amount), COUNT(*) FROM declarations_shipment
    WHERE state NOT IN ('REVERSED', 'REFUSED') AND open_amount > 0 GROUP BY policyholder_id, obligor_id, currency
"""
_OVERDUE = """
    SELECT policyholder_id, obligor_id, currency, SUM(open_amount), COUNT(*) FROM declarations_shipment
    WHERE state IN ('BOOKED', 'REGISTERED') AND open_amount > 0 AND due_on < %(today)s
    GROUP BY policyholder_id, obligor_id, currency
"""
_SHIPPED = """
    SELECT s.policyholder_id, s.obligor_id, p.currency, SUM(s.policy_amount), COUNT(*) FROM declarations_shipment s
    JOIN policies_policy p ON p.id = s.policy_id
    WHERE s.state NOT IN ('REVERSED', 'REFUSED') AND s.shipped_on > %(today)s::date - 365
    GROUP BY s.policyholder_id, s.obligor_id, p.currency
"""
_PREMIUM = """
    SELECT s.policyholder_id, s.obligor_id, p.currency, SUM(s.premium), COUNT(*) FROM declarations_shipment s
    JOIN policies_policy p ON p.id = s.policy_id WHERE s.state NOT IN ('REVERSED', 'REFUSED') AND s.premium > 0
    GROUP BY s.policyholder_id, s.obligor_id, p.currency
"""


def register_all() -> None:
    for measure, sql in (("open", _OPEN), ("overdue", _OVERDUE), ("shipped", _SHIPPED), ("premium", _PREMIUM)):
        sources.register_sum(measure, sql)
