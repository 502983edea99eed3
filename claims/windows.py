"""The clocks of a loss notice and of a claim, and what lateness leads to (LN-1 … LN-9, CLM-1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from sinosure.core.workdays import Calendar, Window, calendar_days, working_days

DEFAULT_NOTICE_DAYS = 30
OTHER_NOTICE_WORKING_DAYS = 10
CLAIM_FILING_DAYS = 365
# LN-9: calendar days late -> proposed reduction; later than the last is referred for refusal
LATENESS_STEPS = ((30, Decimal("0.10")), (90, Decimal("0.20")), (180, Decimal("0.40")))


class Lateness(StrEnum):
    """What the system proposes for a late notice; an officer confirms or waives."""

    IN_TIME = "IN_TIME"
    REDUCE = "REDUCE"
    REFER = "REFER"


def loss_notice_default(due_on: date, calendar: Calendar) -> Window:
    """Last day to notify a default: 30 calendar days after the due date, rolled to a working day. Handbook, claims step 1."""
    return calendar_days(due_on, DEFAULT_NOTICE_DAYS, calendar)


def loss_notice_other(known_on: date, calendar: Calendar) -> Window:
    """Last day to notify any other risk: 10 China working days after the day it was known. Handbook, claims step 1."""
    return working_days(known_on, OTHER_NOTICE_WORKING_DAYS, calendar)


def claim_filing(starts_on: date, calendar: Calendar) -> Window:
    """Last day to file a claim: 365 days from the start day of the notice window (CLM-1)."""
    return calendar_days(starts_on, CLAIM_FILING_DAYS, calendar)


def lateness_days(filed_on: date, window: Window) -> int:
    """Calendar days after the last valid day; 0 in time, and never judged on a provisional date (LN-4)."""
    return 0 if window.provisional else max(0, (filed_on - window.legal_due).days)


def lateness_proposal(days_late: int) -> tuple[Lateness, Decimal]:
    """LN-9: what to propose for a notice that is so many days late, with the reduction as a fraction."""
    if days_late <= 0:
        return Lateness.IN_TIME, Decimal(0)
    for most, reduction in LATENESS_STEPS:
        if days_late <= most:
            return Lateness.REDUCE, reduction
    return Lateness.REFER, Decimal(1)
