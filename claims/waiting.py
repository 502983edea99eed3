"""CLM-3: how long the insurer may wait before it determines the loss finally. An interim indemnity may come before."""

from __future__ import annotations

from datetime import date, timedelta

from claims.models import CoveredRisk
from policies.wording import Terms

DEFAULT_RISKS = frozenset({CoveredRisk.BUYER_DEFAULT, CoveredRisk.BANK_DEFAULT})


def waiting_days(wording: Terms, cause: str) -> int:
    """Days from the due date for a default; none for insolvency, for goods disposed of, or a fixed political loss."""
    return wording.days("waiting_days") if cause in DEFAULT_RISKS else 0


def waiting_until(wording: Terms, cause: str, occurred_on: date) -> date | None:
    """The first day of a final determination, None when there is nothing to wait for."""
    days = waiting_days(wording, cause)
    return occurred_on + timedelta(days=days) if days else None
