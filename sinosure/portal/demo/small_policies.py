"""Small exporters of the demo: one under 中小企业综合保险, one under 小微企业信保易, one in the middle of the single window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from claims import filing, handling
from claims.direct import services as direct
from claims.models import ItemState
from declarations.models import PremiumNotice
from declarations.services.online import pay_online
from policies.micro import buying
from policies.models import Policy, Product, RateBasis
from policies.schedule import ScheduleTerms
from policies.single_window import services as window
from policies.single_window.models import WindowApplication
from sinosure.accounts.models import Organisation
from sinosure.core import clock
from sinosure.portal.demo.bank_policies import shipped_ratios
from sinosure.portal.demo.cases import Case, Course, Story, paper
from sinosure.portal.demo.timeline import Timeline
from sinosure.portal.demo.trade import Partner, Plan, Trade

TURNOVER = Decimal(1_200_000)  # × 0.27 % × 80/90 = 2,880.00 for the year


class SmeTrade(Trade):
    """One premium on the turnover of the year; invoices are registered when the firm wants to, here all of them."""

    product = Product.SME
    first_premium = "ANNUAL"

    def _answers(self) -> dict[str, Any]:
        return {**super()._answers(), "expected_turnover": TURNOVER}

    def _schedule(self) -> ScheduleTerms:
        return ScheduleTerms(
            **self._frame(), insured_ratios=shipped_ratios(self.product), estimated_turnover=TURNOVER,
            rate_basis=RateBasis.FLAT, flat_rate_pct=Decimal("0.27"), max_credit_days=180, covers_services=False,
        )  # fmt: skip


class MicroTrade(Trade):
    """Bought and paid on one day; nothing is declared."""

    def begin(self) -> None:
        self.timeline.at(self.starts_on, self.buy)

    def buy(self) -> None:
        owner = self.timeline.actor(self.plan.clerk)
        self.policy = buying.buy(actor=owner, order=_order(self.plan.firm, "T3"))
        pay_online(actor=owner, notice_id=PremiumNotice.objects.get(policy=self.policy).pk)
        if self.on_ready is not None:
            self.on_ready(self)


@dataclass
class DirectStory(Story):
    """A claim without notice, on the simplified path. The invoice's number stands in the bill of lading too."""

    invoice_no: str = "YS-2607"
    is_new: bool = False  # a buyer that nobody has named before

    def begin(self) -> None:
        filed_on = self.trade.timeline.today - timedelta(days=self.case.due_ago - self.case.course.file)
        self.trade.timeline.at(filed_on, self.file)

    def file(self) -> None:
        due_on = clock.today() - timedelta(days=self.case.course.file)
        partner = self._partner()
        invoice = direct.Unpaid(
            self.invoice_no, self.case.amount, "USD", due_on - timedelta(days=partner.days), due_on,
            transport_no=self.invoice_no.replace("-", "BL"),
        )  # fmt: skip
        request = direct.Request(
            policy_id=self.trade.policy.pk, debtor=direct.Debtor(partner.name, "MY", confirmed_new=self.is_new),
            invoices=(invoice,),
            cause=self.case.risk, occurred_on=due_on, statement=self.case.reason, simplified=True,
        )  # fmt: skip
        self.claim = direct.file_directly(actor=self._clerk, request=request)
        self.shipment = self.claim.lines.get().shipment
        for item in self.claim.checklist.filter(state=ItemState.MISSING):
            filing.provide(actor=self._clerk, claim_id=self.claim.pk, item_id=item.pk, upload=paper(item.code))
        self._on(self.case.course.accept, self.accept)

    def accept(self) -> None:
        for item in self.claim.checklist.all():
            handling.judge_paper(
                actor=self._actor(self.case.officer), claim_id=self.claim.pk, item_id=item.pk, accepted=True
            )
        super().accept()


SME_PLAN = Plan(
    "yanjing", "yanjing", "yanjing", 11,
    (
        Partner("Costa Verde Textil S.L.", 120_000),
        Partner("Maple Ridge Imports Inc.", 90_000, temper="slow"),
        Partner("Cordillera Textil SpA", 60_000, temper="story"),
    ),
    "OM", "太阳镜及眼镜架", max_liability=500_000, deposit=1_000, per_month=1, hs_code="900410",
)  # fmt: skip
SME_CASE = Case("Cordillera Textil SpA", Decimal(48_000), due_ago=190, approver="liang")  # × 80 % = 38,400
MICRO_PLAN = Plan(
    "shancha", "shancha", "shancha", 9, (Partner("Kenari Flora Sdn. Bhd.", 0),), "YS", "普洱茶", max_liability=60_000
)
MICRO_CASE = Case(
    "Kenari Flora Sdn. Bhd.", Decimal(18_000), due_ago=130, approver="liang",  # × 80 % = 14,400
    course=Course(file=15, accept=16, investigate=17, adjust=18, worksheet=91, propose=92, decide=93, send=94, papers=95,
                  verify=96, prepare=97, pay=97, recover=100, recovered=120),
)  # fmt: skip


def seed_small_policies() -> None:
    """Both trades from their beginning until today, and the unfinished application. A second run adds nothing."""
    for trade, plan, story in (
        (SmeTrade, SME_PLAN, partial(Story, case=SME_CASE)),
        (MicroTrade, MICRO_PLAN, partial(DirectStory, case=MICRO_CASE)),
    ):
        if not Policy.objects.filter(policyholder__code=plan.firm).exists():
            timeline = Timeline(f"policy of {plan.firm}")
            trade(plan, timeline, on_ready=lambda ready, story=story: story(ready).begin()).begin()
            timeline.play()
    if not WindowApplication.objects.filter(policyholder__code="xiaoman").exists():
        _leave_unfinished()


def _leave_unfinished() -> None:
    """Identity, size, proposal and seal are done; the service agreement waits to be signed."""
    timeline = Timeline("single window")
    timeline.at(timeline.today - timedelta(days=3), lambda: _four_steps(timeline.actor("xiaoman")))
    timeline.play()


def _four_steps(owner: Any) -> None:
    application = window.start(actor=owner)
    by = {"actor": owner, "application_id": application.pk}
    window.authenticate(**by, method="IC_CARD", name="满晓", number="3307820000260712")
    window.enter(**by, exports_last_year=Decimal(860_000))
    window.confirm(**by, order=_order("xiaoman", "T2"))
    window.make_seal(**by)


def _order(firm: str, tier: str) -> buying.Order:
    return buying.Order(
        tier=tier, uscc=Organisation.objects.get(code=firm).uscc, exports_last_year=Decimal(860_000),
        contact_name="业务部", contact_phone="0579-0000-5678", is_truthful=True,
    )  # fmt: skip
