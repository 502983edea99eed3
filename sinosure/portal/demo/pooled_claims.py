"""Losses under the pooled platform: five firms of one city are paid, so that the figure may be told; one more is on its way."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from policies.models import PooledPlatform
from sinosure.accounts.models import Organisation, RoleGrant, User
from sinosure.accounts.roles import Role
from sinosure.core import clock
from sinosure.portal.demo.cases import Case, Course
from sinosure.portal.demo.small_policies import DirectStory, MicroTrade
from sinosure.portal.demo.timeline import Timeline
from sinosure.portal.demo.trade import Partner, Plan

COURSE = Course(file=15, accept=16, investigate=17, adjust=18, worksheet=91, propose=92, decide=93, send=94, papers=95,
                verify=96, prepare=97, pay=97, recover=400, recovered=400)  # fmt: skip


@dataclass(frozen=True)
class Loss:
    """Invoice and bill of lading bear `paper`: the same paper under two insured would be held (DEC-2)."""

    paper: str
    buyer: str
    amount: Decimal
    due_ago: int


# the first is that of the member with an account on the site
PAID = (
    Loss("LC-3101", "Angsana Home Sdn. Bhd.", Decimal(12_000), 150), Loss("LC-3102", "Cempaka Retail Sdn. Bhd.", Decimal(9_000), 145),
    Loss("LC-3103", "Kelapa Trading Sdn. Bhd.", Decimal(15_000), 140), Loss("LC-3104", "Rimba Mart Sdn. Bhd.", Decimal(10_500), 130),
    Loss("LC-3105", "Teluk Gifts Sdn. Bhd.", Decimal(8_500), 120),
)  # fmt: skip
OPEN = Loss("NP-3106", "Pelangi Stores Sdn. Bhd.", Decimal(11_000), 40)  # of another city, not decided yet


def begin(timeline: Timeline, platform: PooledPlatform, firms: list[Organisation]) -> None:
    """One loss a firm, in the order of PAID, then the open one."""
    for firm, loss in zip(firms, (*PAID, OPEN), strict=True):
        owner = _owner(firm)
        plan = Plan(firm.code, owner, owner, 9, (Partner(loss.buyer, 0),), loss.paper[:2], "竹木制品")
        trade = MicroTrade(plan, timeline)
        trade.policy = platform.members.get(organisation=firm).policy
        case = Case(loss.buyer, loss.amount, due_ago=loss.due_ago, approver="liang", course=COURSE)
        DirectStory(trade, case, invoice_no=loss.paper, is_new=True).begin()


def _owner(firm: Organisation) -> str:
    """Who files for the firm; where nobody has an account yet, a person without a password."""
    known = User.objects.filter(organisation=firm).first()
    if known is None:
        Organisation.objects.filter(pk=firm.pk).update(account_bank="闽海银行营业部", account_no=f"6222{firm.pk:012d}")
        known = User.objects.create(
            username=f"owner-{firm.code[-6:].lower()}", name_zh="业主", name_en="Owner", organisation=firm
        )
        known.set_unusable_password()
        known.save(update_fields=["password"])
        duties = (Role.EXPORTER_CLERK, Role.EXPORTER_REVIEWER, Role.EXPORTER_SIGNER)
        RoleGrant.objects.bulk_create(RoleGrant(user=known, role=role, granted_at=clock.now()) for role in duties)
    return known.username
