"""A pooled platform of an invented province: Shang of its commerce authority, Cai of its finance authority."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from policies.cover import policy_year
from policies.micro.selectors import tiers
from policies.models import (
    MemberList,
    PlatformMember,
    PlatformSponsor,
    PooledPlan,
    PooledPlatform,
)
from policies.seed import current_wording
from policies.uscc import ALPHABET, check_character
from sinosure.core import clock
from sinosure.reference.models import Office
from tests.factories.people import organisation


def uscc(number: int) -> str:
    """A valid code for the nth exporter."""
    text = ""
    for _place in range(6):
        number, digit = divmod(number, len(ALPHABET))
        text = ALPHABET[digit] + text
    first = f"91990000MAP{text}"
    return first + check_character(first)


def a_bare_platform(product: str = "MICRO", **changes: Any) -> PooledPlatform:
    """Rows alone: for the guards of the database."""
    organisation("swj")
    office, today = Office.objects.get(code="12"), clock.today()
    platform = PooledPlatform.objects.create(**{
        "number": f"PP-{PooledPlatform.objects.count() + 1}", "name_zh": "云州省统保平台", "name_en": "Yunzhou platform",
        "office": office, "product": product, "wording": current_wording(product), "year": today.year, "starts_on": today,
        "ends_on": policy_year(today), "state": "OPEN", "eligible_firms": 100, "created_at": clock.now(), **changes,
    })  # fmt: skip
    PlatformSponsor.objects.create(platform=platform, organisation=organisation("swj"), part="COMMERCE")
    return platform


def a_bare_plan(platform: PooledPlatform, **changes: Any) -> PooledPlan:
    tier = next(one for one in tiers() if one.code == "T3")
    return PooledPlan.objects.create(**{
        "platform": platform, "version": platform.plans.count() + 1, "product": platform.product, "max_exports": 3_000_000,
        "tier": tier, "max_liability": tier.annual_cap, "subsidy_mode": "PERCENT", "subsidy_ratio": Decimal("0.6"),
        "made_at": clock.now(), **changes,
    })  # fmt: skip


def a_bare_member(platform: PooledPlatform, number: int = 1, **changes: Any) -> PlatformMember:
    plan = platform.plans.first() or a_bare_plan(platform)
    rows = MemberList.objects.filter(platform=platform)
    batch = rows.first() or MemberList.objects.create(
        platform=platform, number=f"ML-{platform.pk}", file_name="a.csv", sha256=f"{platform.pk:064d}", rows_total=1,
        rows_good=1, uploaded_at=clock.now(),
    )  # fmt: skip
    return PlatformMember.objects.create(**{
        "platform": platform, "list": batch, "plan": plan, "row_no": number + 1, "uscc": uscc(number),
        "name_zh": f"企业{number}", "name_en": f"Firm {number}", "city": "临川市", "exports_last_year": 800_000,
        "max_exports": plan.max_exports, "period": DateRange(platform.starts_on, platform.ends_on, "[]"), "currency": "USD",
        "subsidy_mode": "PERCENT", "gross": 840, "subsidy": 504, "payable": 336, **changes,
    })  # fmt: skip
