"""The banks' products as shipped: invented figures [D], no bank publishes its own. A change is a new version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from financing.models import CreditProduct, ProductTerms
from sinosure.accounts.models import Organisation

VALID_FROM = date(2024, 1, 1)


@dataclass(frozen=True)
class Offered:
    """One product; `terms` by grade: rate a year in per cent, share of the lowest ceiling. Amounts in CNY."""

    bank: str
    code: str
    name_zh: str
    name_en: str
    max_amount: int
    instant_up_to: int
    max_tenor_days: int
    terms: tuple[tuple[str, str, str], ...]


PRODUCTS = (
    Offered("minhai", "MH-XBD", "闽海信保贷", "Minhai Xinbao Loan", 2_000_000, 500_000, 180,
            (("A", "3.45", "1"), ("B", "3.85", "0.80"), ("C", "4.35", "0.50"))),
    Offered("jiangwan", "JW-XBD", "江湾信保快贷", "Jiangwan Express Loan", 1_000_000, 300_000, 120,
            (("A", "3.60", "1"), ("B", "3.95", "0.75"), ("C", "4.50", "0.40"))),
    Offered("yuelin", "YL-XBD", "粤林外贸贷", "Yuelin Export Loan", 3_000_000, 200_000, 180,
            (("A", "3.50", "1"), ("B", "4.05", "0.70"), ("C", "4.60", "0.40"))),
)  # fmt: skip


def load_products() -> None:
    """The shipped version of each product whose bank is there. A second run adds nothing."""
    banks = {bank.code: bank for bank in Organisation.objects.filter(code__in={one.bank for one in PRODUCTS})}
    for one in PRODUCTS:
        if one.bank in banks and not CreditProduct.objects.filter(code=one.code).exists():
            write_product(one, banks[one.bank])


def write_product(one: Offered, bank: Organisation) -> CreditProduct:
    """The first version of a product with its terms."""
    product = CreditProduct.objects.create(
        code=one.code, bank=bank, name_zh=one.name_zh, name_en=one.name_en, valid_from=VALID_FROM,
        max_amount=one.max_amount, instant_up_to=one.instant_up_to, max_tenor_days=one.max_tenor_days,
    )  # fmt: skip
    ProductTerms.objects.bulk_create(
        ProductTerms(product=product, grade=grade, rate_pct=Decimal(rate), share_ratio=Decimal(share))
        for grade, rate, share in one.terms
    )
    return product
