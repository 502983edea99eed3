"""A pooled platform of an invented province: Shang of its commerce authority, Cai of its finance authority."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateRange

from policies.cover import policy_year
from policies.micro.selectors import tiers
from policies.models import (
    IssueRun,
    MemberList,
    PlatformMember,
    PlatformSponsor,
    PooledPlan,
    PooledPlatform,
)
from policies.pooled import issue, lists, platforms
from policies.seed import current_wording
from policies.uscc import ALPHABET, check_character
from sinosure.core import clock
from sinosure.reference.models import Office
from tests.factories.people import actor, organisation


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


HEADINGS = "统一社会信用代码,企业名称,企业英文名称,地市,上年度出口额（美元）"
CITIES = ("临川市", "南屏市", "东浦市")


def a_platform(tier: str = "T3", **offer: Any) -> PooledPlatform:
    """Open: T3 (80,000 / 100,000, premium 840) for exports of up to 3 million; the government pays 60 %. Zhou set it up."""
    platform = platforms.create(actor=actor("zhou"), region=a_region(), offer=an_offer(tier=tier, **offer))
    return platforms.open_for_lists(actor=actor("zhou"), platform_id=platform.pk)


def a_region(**changes: Any) -> platforms.Region:
    plain = {
        "name_zh": "云州省小微企业统保平台", "name_en": "Yunzhou pooled platform", "commerce": organisation("swj"),
        "finance": organisation("czj"), "office": Office.objects.get(code="12"), "starts_on": clock.today(), "eligible_firms": 40,
    }  # fmt: skip
    return platforms.Region(**{**plain, **changes})


def an_offer(**changes: Any) -> platforms.Offer:
    plain = {
        "product": "MICRO", "max_exports": Decimal(3_000_000), "subsidy_mode": "PERCENT", "subsidy_ratio": Decimal("0.6"),
        "tier": "T3",
    }  # fmt: skip
    return platforms.Offer(**{**plain, **changes})


def lines(count: int, first: int = 1, step: int = 1_000) -> list[str]:
    """Firms in three cities in turn; the nth exports 100,000 + n steps."""
    return [
        f"{uscc(n)},云州企业{n},Yunzhou Firm {n},{CITIES[n % 3]},{100_000 + step * n}" for n in range(first, first + count)
    ]  # fmt: skip


def a_file(*rows: str, name: str = "list.csv", encoding: str = "utf-8-sig") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join((HEADINGS, *rows)).encode(encoding))


def a_list(platform: PooledPlatform, *rows: str) -> MemberList:
    """Read, not confirmed yet."""
    return lists.receive(actor=actor("shang"), platform_id=platform.pk, upload=a_file(*rows))


def a_published_list(platform: PooledPlatform, count: int = 10, first: int = 1, grant: bool = True) -> MemberList:
    found = a_list(platform, *lines(count, first))
    lists.confirm(actor=actor("shang"), list_id=found.pk, leave_out_bad=True)
    lists.publish(actor=actor("shang"), list_id=found.pk)
    if grant:
        lists.grant(actor=actor("cai"), list_id=found.pk)
    found.refresh_from_db()
    return found


def issued(platform: PooledPlatform) -> IssueRun:
    """Every published member has its policy."""
    run = issue.ask(actor=actor("zhou"), platform_id=platform.pk)
    issue.work(run.pk)
    run.refresh_from_db()
    return run
