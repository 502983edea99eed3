"""Overdue buckets of the receivables page: 1–30, 31–60, 61–90, more than 90 days."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class Bucket(StrEnum):
    NOT_DUE = "NOT_DUE"
    D1_30 = "D1_30"
    D31_60 = "D31_60"
    D61_90 = "D61_90"
    OVER_90 = "OVER_90"


_LAST_DAYS = ((0, Bucket.NOT_DUE), (30, Bucket.D1_30), (60, Bucket.D31_60), (90, Bucket.D61_90))


def days_overdue(due_on: date, today: date) -> int:
    """Days after the due date, 0 when not yet due."""
    return max(0, (today - due_on).days)


def bucket(due_on: date, today: date) -> Bucket:
    """The bucket of a receivable that is open today."""
    days = days_overdue(due_on, today)
    return next((name for last, name in _LAST_DAYS if days <= last), Bucket.OVER_90)
