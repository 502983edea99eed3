"""What no schedule may exceed, whatever a row says (AMB-2, AMB-4): the handbook's hard caps, per product."""

from __future__ import annotations

from decimal import Decimal

NORMAL_CREDIT_DAYS, ABSOLUTE_CREDIT_DAYS = 365, 730
HARD_CAP_RATIOS: dict[str, Decimal] = {
    "COMPREHENSIVE": Decimal("0.90"),
    "SME": Decimal("0.90"),
    "MICRO": Decimal("0.90"),
    "BANK": Decimal("0.90"),
    "FORFAITING": Decimal("1.00"),
}


def hard_cap_ratio(product: str) -> Decimal:
    """The highest share that is ever paid under a product: 90 %, forfaiting 100 % (handbook, 产品功能)."""
    return HARD_CAP_RATIOS[product]
