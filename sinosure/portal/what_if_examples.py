"""Worked examples for the what-if pages; figures of the rulebook (§6.5, §7, §4.4, LN-5), filled in as a person would type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Example:
    """What is filled in, and what it shows."""

    code: str
    title: Any
    fields: dict[str, str]


def _shipment(n: int, amount: str, ship: str, due: str, **more: str) -> dict[str, str]:
    return {f"s{n}_amount": amount, f"s{n}_ship": ship, f"s{n}_due": due, **{f"s{n}_{k}": v for k, v in more.items()}}


EXAMPLES: dict[str, tuple[Example, ...]] = {
    "indemnity": (
        Example("G05", _("Handbook: Ukraine, resale difference, USD 750,000"), {
            "product": "COMPREHENSIVE", "pct": "90", "policy_max": "10000000",
            "limit1_from": "2021-07-01", "limit1_amount": "3500000",
            **_shipment(1, "3200000", "2022-01-20", "2022-04-20", resale_gross="2480000", disposal_charges="113333.33"),
        }),
        Example("G06", _("Handbook: Vietnam, forged contracts, USD 150,000"), {
            "product": "MICRO", "pct": "80", "fx": "7.00", "receipts": "430000", "buyer_cap": "150000",
            "policy_max": "150000", **_shipment(1, "1800000", "2019-11-20", "2019-12-20"),
        }),
        Example("G02", _("Loss above the limit"), {
            "product": "COMPREHENSIVE", "pct": "90", "policy_max": "3000000",
            "limit1_from": "2025-01-01", "limit1_amount": "200000",
            **_shipment(1, "150000", "2025-06-01", "2025-08-30"), **_shipment(2, "150000", "2025-06-20", "2025-09-18"),
        }),
        Example("G03", _("Part payment, one invoice not declared"), {
            "product": "COMPREHENSIVE", "pct": "90", "receipts": "70000", "policy_max": "3000000",
            "limit1_from": "2025-01-01", "limit1_amount": "120000",
            **_shipment(1, "40000", "2025-01-01", "2025-03-01", excluded="on"),
            **_shipment(2, "100000", "2025-02-01", "2025-04-01"), **_shipment(3, "60000", "2025-03-01", "2025-05-01"),
        }),
        Example("G09", _("Limit cut between two shipments"), {
            "product": "COMPREHENSIVE", "pct": "90", "policy_max": "3000000",
            "limit1_from": "2025-01-01", "limit1_amount": "200000", "limit2_from": "2025-05-01", "limit2_amount": "100000",
            **_shipment(1, "150000", "2025-04-01", "2025-06-30"), **_shipment(2, "80000", "2025-05-15", "2025-08-13"),
        }),
    ),
    "recovery": (
        Example("R1", _("Within the limit"), {
            "debt": "100000", "indemnity_paid": "90000", "gross": "40000", "cost": "4000", "bank_outstanding": "0",
            "mode": "PRO_RATA",
        }),
        Example("R2", _("Above the limit, receivable assigned to a bank"), {
            "debt": "300000", "indemnity_paid": "180000", "gross": "100000", "cost": "10000", "bank_outstanding": "50000",
            "mode": "PRO_RATA",
        }),
        Example("R6", _("Handbook: Vietnam"), {
            "debt": "195714.29", "indemnity_paid": "150000", "gross": "60000", "cost": "5000", "bank_outstanding": "0",
            "mode": "PRO_RATA",
        }),
    ),
    "premium": (
        Example("P2", _("Class B, O/A 90 days"), {
            "amount": "200000", "base_rate_pct": "0.24", "tenor_mult": "1.2", "pct_factor": "1", "experience": "1",
        }),
        Example("P4", _("Class C, O/A 100 days, good experience"), {
            "amount": "150000", "base_rate_pct": "0.36", "tenor_mult": "1.4", "pct_factor": "1", "experience": "0.9",
        }),
    ),
    "deadline": (
        Example("D1", _("Due 2025-08-15: rolls over a Sunday"), {"rule": "LOSS_NOTICE_DEFAULT", "start": "2025-08-15"}),
        Example("D2", _("Known 2026-02-10: Spring Festival and make-up days"), {
            "rule": "LOSS_NOTICE_OTHER", "start": "2026-02-10",
        }),
        Example("D3", _("Known 2026-12-25: calendar not published"), {"rule": "LOSS_NOTICE_OTHER", "start": "2026-12-25"}),
    ),
}  # fmt: skip
