"""The demo's regional scheme: two bureaus, a fund, enterprise C of the handbook with its line in three days, and a loss."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from financing.models import Loan, RegionalScheme
from financing.schemes import fund, services
from financing.schemes.seed import Sponsors, load_scheme
from policies.cover import policy_year
from policies.micro.selectors import tiers
from policies.models import MemberList, PlatformMember, PlatformSponsor, PooledPlan, PooledPlatform
from policies.seed import current_wording
from sinosure.accounts.models import Organisation
from sinosure.accounts.roles import Kind, Role
from sinosure.core import clock
from sinosure.portal.demo import credit
from sinosure.portal.demo.credit import Credit, Story
from sinosure.portal.demo.people import Firm, Person, add_firm
from sinosure.portal.demo.timeline import Timeline
from sinosure.reference.models import Office

OFFICE, NUMBER = "12", "PP-YMD"
COMMERCE = Firm("yjsw", Kind.SPONSOR, "甬江市商务局（示例）", "Yongjiang Commerce Bureau (sample)", OFFICE)
FINANCE = Firm("yjcz", Kind.SPONSOR, "甬江市财政局（示例）", "Yongjiang Finance Bureau (sample)", OFFICE)
_SPONSOR = ((Role.SPONSOR, 1),)
PEOPLE = (
    (COMMERCE, (Person("shangyun", "商云", "Shang Yun", "yjsw", _SPONSOR),)),
    (FINANCE, (Person("caixin", "蔡新", "Cai Xin", "yjcz", _SPONSOR), Person("caiming", "蔡明", "Cai Ming", "yjcz", _SPONSOR))),
)  # fmt: skip
FOUNDED_AGO = 300


def _join(story: Credit) -> None:
    """The firm stands on the list of the pooled platform, with the policy that it bought."""
    platform, policy = _platform(), story.policy
    members = PlatformMember.objects.filter(platform=platform)
    PlatformMember.objects.create(
        platform=platform, list=platform.lists.get(), plan=platform.plans.get(), row_no=members.count() + 2,
        organisation=policy.policyholder, policy=policy, state="ISSUED", uscc=policy.policyholder.uscc,
        name_zh=policy.policyholder.name_zh, name_en=policy.policyholder.name_en, city="甬江市",
        exports_last_year=story.story.exports, max_exports=platform.plans.get().max_exports, currency="USD",
        period=DateRange(policy.starts_on, policy.ends_on, "[]"), subsidy_mode="PERCENT", gross=840, subsidy=504, payable=336,
    )  # fmt: skip


def _platform() -> PooledPlatform:
    known = PooledPlatform.objects.filter(number=NUMBER).first()
    if known is not None:
        return known
    starts_on = clock.today()
    row = PooledPlatform.objects.create(
        number=NUMBER, name_zh="甬江市统保平台（示例）", name_en="Yongjiang pooled platform (sample)", product="MICRO",
        office=Office.objects.get(code=OFFICE), wording=current_wording("MICRO"), year=starts_on.year, starts_on=starts_on,
        ends_on=policy_year(starts_on), state="OPEN", eligible_firms=400, created_at=clock.now(),
    )  # fmt: skip
    for firm, part in ((COMMERCE, "COMMERCE"), (FINANCE, "FINANCE")):
        PlatformSponsor.objects.create(platform=row, organisation=Organisation.objects.get(code=firm.code), part=part)
    tier = next(one for one in tiers() if one.code == "T3")
    PooledPlan.objects.create(
        platform=row, version=1, product="MICRO", max_exports=3_000_000, tier=tier, max_liability=tier.annual_cap,
        subsidy_mode="PERCENT", subsidy_ratio=Decimal("0.6"), made_at=clock.now(),
    )  # fmt: skip
    MemberList.objects.create(
        platform=row, number=f"ML-{NUMBER}", file_name="members.csv", sha256="0" * 64, rows_total=2, rows_good=2,
        uploaded_at=clock.now(),
    )  # fmt: skip
    return row


def _report(story: Credit) -> None:
    services.report(actor=story.banker(0), loan_id=Loan.objects.get(pk=story.loans[0]).pk)


C = Story(
    credit.firm("cgongsi", "C公司（文具礼品）", "Company C (stationery and gifts)", "91330200MA2D0CG1XU"), ("程思", "Cheng Si"),
    1_000_000, "minhai", 650_000, (
        (149, _join), (8, credit.apply), (7, credit.offer), (6, credit.sign), (5, credit.sign_bank), (5, credit.sign_insurer),
        (4, partial(credit.draw, number=0, amount=60_000)),
    ), product="YMD-B",
)  # fmt: skip
LOST = Story(
    credit.firm("wujin", "江畔五金有限公司", "Jiangpan Hardware Co., Ltd.", "91330205MA2D0WJ3X5"), ("吴瑾", "Wu Jin"),
    780_000, "minhai", 260_000, (
        (199, _join), (130, credit.apply), (129, credit.sign), (128, credit.sign_bank), (127, credit.sign_insurer),
        (125, partial(credit.draw, number=0, amount=40_000, days=60)), (12, _report),
    ), insured_ago=200, product="YMD-B",
)  # fmt: skip


def seed_scheme() -> None:
    """The scheme founded ten months ago, topped up twice, one top-up waiting. A second run adds nothing."""
    if RegionalScheme.objects.exists():
        return
    with transaction.atomic():
        timeline = Timeline("scheme")
        timeline.at(timeline.today - timedelta(days=FOUNDED_AGO), partial(_found, timeline))
        timeline.at(timeline.today - timedelta(days=60), partial(_top_up, timeline, 1_500_000, "CZ-2026-02"))
        timeline.at(timeline.today - timedelta(days=1), partial(_propose, timeline, 800_000, "CZ-2026-03"))
        timeline.play()
        credit.play((C, LOST))


def _found(timeline: Timeline) -> None:
    for firm, people in PEOPLE:
        add_firm(firm, *people)
    rows = Organisation.objects.in_bulk([COMMERCE.code, FINANCE.code], field_name="code")
    load_scheme(Sponsors(rows[COMMERCE.code], rows[FINANCE.code], Office.objects.get(code=OFFICE)), clock.today())
    _platform()
    _top_up(timeline, 2_000_000, "CZ-2026-01")


def _propose(timeline: Timeline, amount: int, reference: str) -> int:
    scheme = RegionalScheme.objects.get()
    row = fund.propose(actor=timeline.actor("caixin"), scheme_id=scheme.pk, amount=Decimal(amount), reference=reference)
    return row.pk


def _top_up(timeline: Timeline, amount: int, reference: str) -> None:
    fund.decide(actor=timeline.actor("caiming"), top_up_id=_propose(timeline, amount, reference), action="confirm")
