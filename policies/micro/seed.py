"""The shipped tiers and thresholds of the micro product (PRD-4). Loading is idempotent; a change is a new version."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from policies.models import MicroThreshold, MicroTier
from sinosure.reference.models import Office

VERSION = "2026.2"
# code, cap for one buyer, cap for the year, premium, add-on for unshipped orders; USD, all prices [D]. The highest
# tier costs what P5 works out: exports of 1,000,000 at the ceiling of 0.12 %.
TIERS = (
    ("T1", 30_000, 30_000, 300, 60),
    ("T2", 50_000, 50_000, 480, 96),
    ("T3", 80_000, 100_000, 840, 168),
    ("T4", 100_000, 150_000, 1_080, 216),
    ("T5", 150_000, 150_000, 1_200, 240),
)
# office, yearly exports in USD, source (Rulebook PRD-4)
THRESHOLDS = (("深圳分公司", 8_000_000, "sz2022"), ("宁波分公司", 5_000_000, "cixi"))
VALID_FROM = date(2020, 1, 1)


@transaction.atomic
def load_tiers() -> None:
    """Every tier of this version and the thresholds that are known of a region."""
    MicroTier.objects.bulk_create(
        [
            MicroTier(
                code=code, version=VERSION, buyer_cap=Decimal(buyer), annual_cap=Decimal(year), premium=Decimal(premium),
                unshipped_premium=Decimal(more),
            )
            for code, buyer, year, premium, more in TIERS
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    offices = {office.name_zh: office for office in Office.objects.filter(name_zh__in=[row[0] for row in THRESHOLDS])}
    MicroThreshold.objects.bulk_create(
        [
            MicroThreshold(office=offices[name], valid_from=VALID_FROM, amount=Decimal(amount), tag="P", source=source)
            for name, amount, source in THRESHOLDS
            if name in offices
        ],
        ignore_conflicts=True,
    )
