"""Who may decide a claim of which size (§6.9), in USD equivalents."""

from __future__ import annotations

from decimal import Decimal

# level -> ceiling; the last level has none
CEILINGS_USD = {1: Decimal(100_000), 2: Decimal(300_000), 3: Decimal(1_000_000)}
TOP_LEVEL = 4


def level_needed(amount_usd: Decimal) -> int:
    """The lowest claims authority level that may decide `amount_usd`."""
    return next((level for level, ceiling in CEILINGS_USD.items() if amount_usd <= ceiling), TOP_LEVEL)
