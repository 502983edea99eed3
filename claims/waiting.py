"""CLM-3: how long the insurer may wait before it determines the loss finally. An interim indemnity may come before."""

from __future__ import annotations

from datetime import date, timedelta

from claims.models import CoveredRisk
from policies.models import Product

DEFAULT_RISKS = frozenset({CoveredRisk.BUYER_DEFAULT, CoveredRisk.BANK_DEFAULT})
DEFAULT_DAYS = 120
MICRO_DAYS = 90


def waiting_days(product: str, cause: str) -> int:
    """Days from the due date for a default; none for insolvency, for goods disposed of, or a fixed political loss."""
    if cause not in DEFAULT_RISKS:
        return 0
    return MICRO_DAYS if product == Product.MICRO else DEFAULT_DAYS


def waiting_until(product: str, cause: str, occurred_on: date) -> date | None:
    """The first day of a final determination, None when there is nothing to wait for."""
    days = waiting_days(product, cause)
    return occurred_on + timedelta(days=days) if days else None
