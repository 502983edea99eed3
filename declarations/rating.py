"""Premium of one declared line: the rule lives with the products (policies.premium), which quote by it."""

from __future__ import annotations

from policies.premium import (
    BASE_RATES_PCT,
    DECLARED,
    ONE,
    RATE_PLACES,
    REFERENCE_RATIO,
    TENOR_BANDS,
    Premium,
    base_rate_pct,
    flat_premium,
    line_rate_pct,
    minimum_shortfall,
    percentage_factor,
    premium,
    tenor_multiplier,
)

__all__ = [
    "BASE_RATES_PCT",
    "DECLARED",
    "ONE",
    "RATE_PLACES",
    "REFERENCE_RATIO",
    "TENOR_BANDS",
    "Premium",
    "base_rate_pct",
    "flat_premium",
    "line_rate_pct",
    "minimum_shortfall",
    "percentage_factor",
    "premium",
    "tenor_multiplier",
]
