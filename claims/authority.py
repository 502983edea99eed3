"""Who may decide a claim of which size (§6.9), in USD equivalents."""

from __future__ import annotations

from decimal import Decimal

# level -> ceiling; the last level has none
CEILINGS_USD = {1: Decimal(100_000), 2: Decimal(300_000), 3: Decimal(1_000_000)}
TOP_LEVEL = 4


def level_needed(amount_usd: Decimal, *, branch_exhausted: bool = False) -> int:
    """The lowest claims authority level that may decide `amount_usd`, all shipments to one buyer being one case.

    `branch_exhausted`: the branch has paid and expects to pay more than its premium plan, so level 1 has no authority.
    """
    lowest = 2 if branch_exhausted else 1
    tiers = (level for level, ceiling in CEILINGS_USD.items() if level >= lowest and amount_usd <= ceiling)
    return next(tiers, TOP_LEVEL)
