"""信保贷 in the demo: one small firm for each state of a line, and one that was declined with its reasons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction

from credit_info import services as obligors
from declarations import services as declarations
from declarations.line import Line
from declarations.models import PremiumNotice, Shipment
from declarations.services.online import pay_online
from financing import services as financing
from financing.microloan import authorising, drawing, services
from financing.microloan.seed import load_products
from financing.models import CreditLine, CreditProduct
from policies.micro import buying
from policies.models import Policy
from sinosure.accounts.models import Organisation
from sinosure.accounts.roles import Kind
from sinosure.core import clock
from sinosure.portal.demo.banks import OFFICERS
from sinosure.portal.demo.people import Firm, add_firm, owner_of
from sinosure.portal.demo.timeline import Timeline

Deed = Callable[["Credit"], Any]
GREEN = (("Kestrel Home Goods Ltd", "GB"), ("Sakura Living K.K.", "JP"), ("Maple Ridge Imports Inc.", "CA"))


@dataclass(frozen=True)
class Story:
    """A firm, what it asks of which bank, and what happens, by days before today; `overdue`: an invoice stays unpaid."""

    firm: Firm
    owner: tuple[str, str]
    exports: int
    bank: str
    asked: int
    deeds: tuple[tuple[int, Deed], ...]
    tier: str = "T5"
    insured_ago: int = 150
    overdue: bool = False
    product: str = ""


@dataclass
class Credit:
    """One story being played."""

    story: Story
    timeline: Timeline
    policy: Policy = field(init=False)
    line: CreditLine = field(init=False)
    loans: list[int] = field(default_factory=list)

    def begin(self) -> None:
        today = self.timeline.today
        self.timeline.at(today - timedelta(days=self.story.insured_ago), self.buy)
        for ago, deed in self.story.deeds:
            self.timeline.at(today - timedelta(days=ago), partial(deed, self))

    @property
    def owner(self) -> Any:
        return self.timeline.actor(self.story.firm.code)

    def banker(self, place: int) -> Any:
        """0: the officer, 1: the approver."""
        return self.timeline.actor(OFFICERS[self.story.bank][place])

    def buy(self) -> None:
        order = buying.Order(
            tier=self.story.tier, uscc=self.story.firm.uscc, exports_last_year=Decimal(self.story.exports),
            contact_name=self.story.owner[0], contact_phone="0574-0000-8642", is_truthful=True,
        )  # fmt: skip
        self.policy = buying.buy(actor=self.owner, order=order)
        pay_online(actor=self.owner, notice_id=PremiumNotice.objects.get(policy=self.policy).pk)
        days = 60 if self.story.overdue else 175
        for number, (buyer, country) in enumerate(GREEN[: 1 if self.story.overdue else 3]):
            self._register(number, buyer, country, clock.today() + timedelta(days=days))

    def _register(self, number: int, buyer: str, country: str, due_on: date) -> Shipment:
        debtor = obligors.buyer_named(actor=self.owner, name=buyer, country=country)
        return declarations.register_receivable(actor=self.owner, policy_id=self.policy.pk, line=Line(
            obligor_id=debtor.pk, term="OA", credit_days=(due_on - clock.today()).days,
            invoice_no=f"{self.story.firm.code[:3].upper()}-{number + 1:03d}", shipped_on=clock.today(),
            due_on=due_on, amount=Decimal(24_000 + 6_000 * number), currency="USD",
            destination=country,
        ))  # fmt: skip


def apply(credit: Credit) -> None:
    products = CreditProduct.objects.filter(bank__code=credit.story.bank).order_by("-version")
    product = products.filter(code=credit.story.product).first() or products.filter(of_scheme=None)[0]
    credit.line = services.apply(
        actor=credit.owner, product_id=product.pk, asked=Decimal(credit.story.asked), tenor_days=120, authorises=True
    )


def offer(credit: Credit) -> None:
    line = credit.line
    services.offer(
        actor=credit.banker(0), line_id=line.pk, amount=line.amount, rate_pct=line.rate_pct, tenor_days=line.tenor_days
    )


def sign(credit: Credit) -> None:
    services.sign(actor=credit.owner, line_id=credit.line.pk)


def sign_bank(credit: Credit) -> None:
    services.sign_bank(actor=credit.banker(1), line_id=credit.line.pk)


def sign_insurer(credit: Credit) -> None:
    credit.line.refresh_from_db()
    financing.sign_insurer(actor=credit.timeline.actor("zhou"), agreement_id=credit.line.agreement_id or 0)


def register(credit: Credit, number: int, amount: int, days: int = 75) -> Shipment:
    today, (buyer, country) = clock.today(), GREEN[number % 3]
    return drawing.register_invoice(actor=credit.owner, line_id=credit.line.pk, invoice=drawing.Invoice(
        buyer, country, f"{credit.story.firm.code[:3].upper()}-1{number:02d}", Decimal(amount), "USD", today,
        today + timedelta(days=days),
    ))  # fmt: skip


def draw(credit: Credit, number: int, amount: int, days: int = 75) -> None:
    """An invoice is registered and 80 % of it drawn."""
    shipment = register(credit, number, amount, days)
    loan = drawing.draw(
        actor=credit.owner, line_id=credit.line.pk, shipment_id=shipment.pk, principal=Decimal(amount) * 8 / 10
    )
    credit.loans.append(loan.pk)


def repay(credit: Credit, place: int, amount: int) -> None:
    loan_id = credit.loans[place]
    financing.repay(
        actor=credit.banker(0),
        loan_id=loan_id,
        amount=Decimal(amount),
        paid_on=clock.today(),
        reference=f"HK{loan_id:05d}",
    )


def revoke(credit: Credit) -> None:
    authorising.revoke(actor=credit.owner, line_id=credit.line.pk)


def decline(credit: Credit) -> None:
    services.decline(
        actor=credit.banker(0),
        line_id=credit.line.pk,
        reason="申请金额超出我行对贵企业的综合授信安排，可调低金额后再申请。",
    )


def firm(code: str, name_zh: str, name_en: str, uscc: str) -> Firm:
    return Firm(code, Kind.EXPORTER, name_zh, name_en, "12", uscc=uscc)


STORIES = (
    Story(firm("zhusun", "竹笙食品有限公司", "Zhusheng Foods Co., Ltd.", "91330281MA2D0XR1X4"), ("竺笙", "Zhu Sheng"),
          900_000, "minhai", 450_000, (
              (90, apply), (90, sign), (89, sign_bank), (88, sign_insurer), (85, partial(draw, number=0, amount=30_000)),
              (60, partial(draw, number=1, amount=32_000)), (15, partial(repay, place=0, amount=24_000)),
              (9, partial(draw, number=2, amount=18_000)), (2, partial(register, number=3, amount=21_000)))),
    Story(firm("taozi", "陶子玩具有限公司", "Taozi Toys Co., Ltd.", "91330282MA2D0TX1XK"), ("陶芷", "Tao Zhi Ru"),
          820_000, "minhai", 300_000, ((3, apply),)),
    Story(firm("xiangliao", "香村调味品有限公司", "Xiangcun Spices Co., Ltd.", "91330283MA2D0XL1XL"), ("项良", "Xiang Liang"),
          1_000_000, "minhai", 800_000, ((1, apply),)),
    Story(firm("wenju", "文岚文具有限公司", "Wenlan Stationery Co., Ltd.", "91330225MA2D0WJ1X2"), ("闻菊", "Wen Ju"),
          760_000, "jiangwan", 280_000, ((4, apply), (2, sign))),
    Story(firm("diaoyu", "渔歌钓具有限公司", "Yuge Fishing Tackle Co., Ltd.", "91330212MA2D0DY2X0"), ("刁瑜", "Diao Yu"),
          640_000, "yuelin", 180_000, ((30, apply), (29, sign), (28, sign_bank), (27, sign_insurer), (5, revoke))),
    Story(firm("maotan", "暖冬毯业有限公司", "Nuandong Blankets Co., Ltd.", "91330211MA2D0MT1XK"), ("毛坦", "Mao Tan"),
          300_000, "jiangwan", 250_000, ((6, apply),), insured_ago=130, overdue=True),
    Story(firm("chahu", "砂里茶壶有限公司", "Shali Teapots Co., Ltd.", "91330206MA2D0CH1X8"), ("查户", "Zha Hu"),
          980_000, "minhai", 900_000, ((20, apply), (18, decline))),
    Story(firm("lanzi", "编篮工艺品有限公司", "Bianlan Crafts Co., Ltd.", "91330203MA2D0LX1XT"), ("兰梓", "Lan Zi"),
          700_000, "minhai", 200_000, ()),
)  # fmt: skip


def seed_credit() -> None:
    """Every story from its beginning until today. A second run adds nothing."""
    load_products()
    play(STORIES)


def play(stories: tuple[Story, ...]) -> None:
    for story in stories:
        if not Organisation.objects.filter(code=story.firm.code).exists():
            _play(story)


@transaction.atomic
def _play(story: Story) -> None:
    """All or nothing: a seeding that is stopped begins the story anew."""
    add_firm(story.firm, owner_of(story.firm, *story.owner))
    timeline = Timeline(f"credit of {story.firm.code}")
    Credit(story, timeline).begin()
    timeline.play()
