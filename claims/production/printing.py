"""What letters print of a contract in production instead of invoices."""

from __future__ import annotations

from typing import Any

from declarations.models import ProductionContract


def contract_words(contract: ProductionContract | None) -> dict[str, Any]:
    """The contract in the head of a letter; nothing where the case is about invoices."""
    if contract is None:
        return {}
    return {
        "contract": contract.contract_no, "contract_ref": contract.number, "goods_made": contract.goods,
        "contract_price": contract.policy_price, "ships_by": contract.ships_by,
    }  # fmt: skip


def cost_lines(contract: ProductionContract) -> list[dict[str, Any]]:
    """The direct costs, one line a voucher, in policy currency."""
    rows = contract.cost_lines.filter(voided_at=None).order_by("incurred_on", "id")
    return [
        {
            "invoice": row.voucher_no, "affiliate": row.description, "transport": "", "currency": contract.policy.currency,
            "shipped_on": row.incurred_on, "due_on": "–", "amount": row.policy_amount, "paid": 0, "received": 0,
            "outstanding": row.covered, "claimed": row.covered,
        }
        for row in rows
    ]  # fmt: skip
