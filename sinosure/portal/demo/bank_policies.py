"""Banks of the demo as insureds: one bank policy (应收账款), one forfaiting policy (福费廷), each with receivables, one overdue, one paid claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from declarations.line import LC_TERMS, Line
from financing.factoring.services import record
from limits.models import CreditLimit
from policies.models import Policy, Product
from policies.schedule import ScheduleTerms
from policies.seed import PRODUCTS
from sinosure.accounts.models import Organisation
from sinosure.core import clock
from sinosure.portal.demo.cases import Case, Story
from sinosure.portal.demo.timeline import Timeline
from sinosure.portal.demo.trade import Partner, Plan, Trade

SELLERS = ("宁波海拓进出口有限公司", "锦澜纺织有限公司", "鲁峰机械有限公司")


class BankTrade(Trade):
    """A bank's own book: what it buys instead of ships, under the product that fits."""

    product = Product.BANK

    def _schedule(self) -> ScheduleTerms:
        return ScheduleTerms(**self._frame(), insured_ratios=shipped_ratios(self.product))

    def pay_deposit(self) -> None:
        super().pay_deposit()
        if self.product == Product.BANK:
            self._sign_with_sellers()

    def _sign_with_sellers(self) -> None:
        """The factoring agreements, before the first receivable is bought."""
        firms = Organisation.objects.filter(name_zh__in=SELLERS).order_by("code")
        for number, firm in enumerate(firms, start=1):
            record(
                actor=self.timeline.actor(self.plan.clerk), policy_id=self.policy.pk, seller_name=firm.name_zh,
                seller_uscc=firm.uscc, number=f"BL-{self.plan.prefix}-{number:02d}", signed_on=clock.today(),
            )  # fmt: skip

    def _line(self, partner: Partner, limit: CreditLimit, shipped_on: date, days: int, amount: Decimal | None) -> Line:
        line = super()._line(partner, limit, shipped_on, days, amount)
        seller = SELLERS[self._invoice % len(SELLERS)]
        aval = "" if line.term in LC_TERMS or self.product == Product.BANK else f"AV{self._invoice}"
        return replace(line, seller=seller, aval_no=aval, hs_code="")


def shipped_ratios(product: str) -> dict[str, Decimal]:
    """The shipped insured percentages of a product."""
    return {risk: Decimal(ratio) for risk, ratio in PRODUCTS[product]["default_ratios"]["value"].items()}


class ForfaitingTrade(BankTrade):
    product = Product.FORFAITING


BANK_PLAN = Plan(
    firm="minhai", clerk="li", signer="wang", months=10, prefix="MHF", goods="出口保理项下应收账款", deposit=10_000,
    max_liability=5_000_000, per_month=1,
    partners=(
        Partner("Nordlicht Handels GmbH", 700_000, days=90),
        Partner("Maison Belleroche SAS", 400_000, temper="stops", stops_before=45),
        Partner("Almendra Cerámicas S.L.", 500_000, temper="story"),
    ),
)  # fmt: skip
FORFAITING_PLAN = Plan(
    firm="yuelin", clerk="lai", signer="mo", months=10, prefix="YLF", goods="福费廷项下债权", deposit=8_000,
    max_liability=6_000_000, per_month=1,
    partners=(
        Partner("Hangang Bank", 900_000, term="LC_USANCE", days=90),
        Partner("Boğaz Ticaret Bankası", 600_000, term="DA", days=90, temper="stops", stops_before=40),
        Partner("Padma Commerce Bank Ltd", 500_000, term="LC_USANCE", days=60, temper="story"),
    ),
)  # fmt: skip
CASES = {
    "minhai": Case("Almendra Cerámicas S.L.", Decimal(320_000), due_ago=175),
    "yuelin": Case(
        "Padma Commerce Bank Ltd",
        Decimal(260_000),
        due_ago=175,
        risk="BANK_INSOLVENCY",
        reason="开证行被其监管机构接管，停止对外付款。",
    ),
}


def seed_bank_policies() -> None:
    """Both banks, from their applications ten months ago until today. A second run adds nothing."""
    for trade, plan in ((BankTrade, BANK_PLAN), (ForfaitingTrade, FORFAITING_PLAN)):
        if not Policy.objects.filter(policyholder__code=plan.firm).exists():
            timeline = Timeline(f"policy of {plan.firm}")
            trade(plan, timeline, on_ready=_tell_story).begin()
            timeline.play()


def _tell_story(trade: Trade) -> None:
    Story(trade, CASES[trade.plan.firm]).begin()
