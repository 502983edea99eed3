"""Who may approve a limit of which size (LIM-15), in USD equivalents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

CEILINGS_USD = {1: Decimal(200_000), 2: Decimal(1_000_000), 3: Decimal(5_000_000)}
COMMITTEE = 4
FOUR_EYES_ABOVE_USD = Decimal(1_000_000)
QUORUM = 2


@dataclass(frozen=True)
class Authority:
    """`level` 1–3 an underwriter of that tier or higher, 4 the committee; `approvers` how many people besides the proposer."""

    level: int
    needs_second_person: bool
    approvers: int


def authority_for(
    amount_usd: Decimal, *, over_cap: bool = False, ceilings: Mapping[int, Decimal] = CEILINGS_USD
) -> Authority:
    """What a decision of this size needs; over a buyer or country cap it goes one level up (LIM-14)."""
    level = next((tier for tier, ceiling in ceilings.items() if amount_usd <= ceiling), COMMITTEE)
    level = min(COMMITTEE, level + over_cap)
    four_eyes = amount_usd > FOUR_EYES_ABOVE_USD
    return Authority(level, four_eyes, QUORUM if level == COMMITTEE else 1)
