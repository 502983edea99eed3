"""Columns for amounts, ratios and percentages. Every amount column is numeric(18,3) and bounded by a CHECK."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

LARGEST_AMOUNT = Decimal(10) ** 15


class AmountField(models.DecimalField):
    """Money without its currency: numeric(18,3), so JPY (0), USD (2) and KWD (3 decimals) are all stored exactly."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 3)
        super().__init__(*args, **kwargs)


class RatioField(models.DecimalField):
    """A fraction such as 0.90, numeric(9,6)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 9)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(*args, **kwargs)


class RateField(RatioField):
    """A percentage such as 0.24 (%), numeric(9,6); names end in `_pct`."""


def amount_check(name: str, *fields: str, minimum: Decimal = Decimal(0)) -> models.CheckConstraint:
    """CHECK that every field lies in [minimum, 10^15). NaN sorts above every number in PostgreSQL, so it fails too."""
    condition = Q()
    for field in fields:
        condition &= Q(**{f"{field}__gte": minimum}) & Q(**{f"{field}__lt": LARGEST_AMOUNT})
    return models.CheckConstraint(condition=condition, name=name)


def ratio_check(name: str, field: str, ceiling: Decimal = Decimal(1)) -> models.CheckConstraint:
    """CHECK that a fraction lies in [0, ceiling]."""
    return models.CheckConstraint(condition=Q(**{f"{field}__gte": 0, f"{field}__lte": ceiling}), name=name)
