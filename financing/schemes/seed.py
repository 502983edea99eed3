"""A regional scheme as rows: its versioned terms and the banks' products under it. The figures are invented [D]."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from financing.microloan.seed import Offered, write_product
from financing.schemes.models import Backing, RegionalScheme, SchemeProduct, SchemeTerms
from sinosure.accounts.models import Organisation
from sinosure.reference.models import Office

SHARES = {"bank_ratio": Decimal("0.20"), "guarantor_ratio": Decimal("0.40"), "fund_ratio": Decimal("0.40")}
MAX_LOAN = Decimal(2_000_000)
PRODUCTS = (
    (Backing.INSURANCE, Offered("minhai", "YMD-B", "甬贸贷（保险）", "Yongmao Loan, insured", 2_000_000, 300_000, 180,
                                (("A", "3.35", "1"), ("B", "3.75", "0.80"), ("C", "4.25", "0.60")))),
    (Backing.GUARANTEE, Offered("jiangwan", "YMD-Z", "甬贸贷（保证保险）", "Yongmao Loan, guaranteed", 1_500_000, 200_000, 180,
                                (("A", "3.65", "1"), ("B", "4.05", "0.80"), ("C", "4.55", "0.60")))),
    (Backing.CREDIT, Offered("yuelin", "YMD-X", "甬贸贷（信用）", "Yongmao Loan, pure credit", 800_000, 100_000, 120,
                             (("A", "3.95", "0.80"), ("B", "4.35", "0.60"), ("C", "4.85", "0.40")))),
)  # fmt: skip


@dataclass(frozen=True)
class Sponsors:
    """Who stands behind a scheme: organisations of kind SPONSOR, and the insurer's branch."""

    commerce: Organisation
    finance: Organisation
    office: Office


def load_scheme(sponsors: Sponsors, starts_on: date, code: str = "NB") -> RegionalScheme:
    """The scheme with the shipped terms and products, its fund still empty. A second run adds nothing."""
    known = RegionalScheme.objects.filter(code=code).first()
    if known is not None:
        return known
    scheme = RegionalScheme.objects.create(
        code=code, name_zh="甬贸贷（示例）", name_en="Yongmao scheme (sample)", office=sponsors.office,
        commerce=sponsors.commerce, finance=sponsors.finance, starts_on=starts_on,
    )  # fmt: skip
    SchemeTerms.objects.create(scheme=scheme, version=1, valid_from=starts_on, max_loan=MAX_LOAN, **SHARES)
    banks = {bank.code: bank for bank in Organisation.objects.filter(code__in={one.bank for _b, one in PRODUCTS})}
    for backing, one in PRODUCTS:
        if one.bank in banks:
            product = write_product(one, banks[one.bank])
            SchemeProduct.objects.create(scheme=scheme, product=product, backing=backing)
    return scheme
