"""The documents that each cause asks for (CLM-5), as data. R required, C if applicable, A fetched by the system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

COLUMNS = ("default", "insolvency", "rejection", "lc_bank", "political", "pre_shipment", "micro")
_COLUMN_OF_RISK = {
    "BUYER_DEFAULT": "default",
    "BUYER_INSOLVENCY": "insolvency",
    "BUYER_REJECTION": "rejection",
    "BANK_INSOLVENCY": "lc_bank",
    "BANK_DEFAULT": "lc_bank",
}
OF_GOODS = ("TRANSPORT", "CUSTOMS")
BANK_PRODUCTS = ("BANK", "FORFAITING")


@dataclass(frozen=True)
class Paper:
    """One row of the table; `needs` holds one letter per column of COLUMNS."""

    code: str
    label: Any
    needs: str
    bank_products_only: bool = False


PAPERS: tuple[Paper, ...] = (
    Paper("CLAIM_FORM", _("Claim form"), "RRRRRRR"),
    Paper("CONTRACT", _("Sales contract or purchase order"), "RRRRRRR"),
    Paper("INVOICE", _("Commercial invoice and packing list"), "RRRRRCR"),
    Paper("TRANSPORT", _("Transport document (bill of lading, air waybill)"), "RRRRR-R"),
    Paper("CUSTOMS", _("Export customs declaration"), "RRRRR-R"),
    Paper("SLIPS", _("Declarations and credit limit slips"), "AAAAAA-"),
    Paper("CORRESPONDENCE", _("Correspondence, dunning letters, debt confirmation"), "RCR-CCR"),
    Paper("ACCEPTANCE", _("Proof that the buyer accepted the goods or service"), "RC--C-C"),
    Paper("INSOLVENCY", _("Insolvency order and proof of the debt filed"), "-R-C-CC"),
    Paper("DISPOSAL", _("Rejection letter, resale contract, resale invoice and receipts, cost vouchers"), "--R-CCC"),
    Paper("LC", _("Letter of credit, amendments, presented documents, SWIFT refusal or acceptance"), "---RC-C"),
    Paper("DECREE", _("Decree or measure, bank certificate of local payment"), "----RCC"),
    Paper("SECURITY", _("Guarantees and security, other insurance"), "CCCCCC-"),
    Paper("BANK_PAPERS", _("Factoring or forfaiting contract, transfer notice, proof of purchase"), "RRRRR--", True),
)  # fmt: skip
LABELS = {paper.code: paper.label for paper in PAPERS}


@dataclass(frozen=True)
class Asked:
    """A document asked for one claim."""

    code: str
    label: Any
    is_required: bool
    is_automatic: bool


def column_of(risk: str) -> str:
    """The column of the table for a covered risk."""
    return _COLUMN_OF_RISK.get(risk, "political")


def checklist(
    risk: str, *, product: str = "COMPREHENSIVE", column: str = "", services_only: bool = False
) -> tuple[Asked, ...]:
    """What to hand in for a claim on `risk` under `product`, in the order of the table.

    `services_only`: no goods are claimed, so nothing was carried or cleared, and acceptance is proved (PRD-2).
    """
    place = COLUMNS.index(column or column_of(risk))
    papers = [paper for paper in PAPERS if product in BANK_PRODUCTS or not paper.bank_products_only]
    asked = [(paper, "R" if services_only and paper.code == "ACCEPTANCE" else paper.needs[place]) for paper in papers]
    return tuple(
        Asked(paper.code, paper.label, need == "R", need == "A")
        for paper, need in asked
        if need != "-" and not (services_only and paper.code in OF_GOODS)
    )
