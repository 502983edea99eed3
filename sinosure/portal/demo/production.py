"""Goods in production in the demo (出口前附加险): a contract that was shipped, one being made, one whose buyer failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from claims import filing
from claims.notices import handling
from claims.notices.facts import NoticeFacts
from claims.production.reporting import report
from declarations.models import ProductionContract
from declarations.production import services
from declarations.production.rules import Contract, Cost
from sinosure.core import clock

if TYPE_CHECKING:
    from sinosure.portal.demo.trade import Trade


@dataclass(frozen=True)
class Making:
    """One contract: to whom, for how much, begun so many days ago; its course is shipped, making or lost."""

    partner: str
    number: str
    goods: str
    price: int
    begun: int
    course: str = "making"


MAKINGS: dict[str, tuple[Making, ...]] = {
    "haituo": (
        Making("Nordlicht Handels GmbH", "HT-PO-2201", "LED 路灯（定制）", 180_000, 60, "shipped"),
        Making("Nordlicht Handels GmbH", "HT-PO-2207", "LED 路灯（定制，第二批）", 200_000, 25),
    ),
    "jiadian": (Making("Mesa Kitchenware LLC", "MJ-PO-118", "定制厨房电器", 240_000, 40, "lost"),),
}
COSTS = (
    ("MATERIAL", "铝材、驱动电源", Decimal("0.35")), ("LABOUR", "装配人工", Decimal("0.15")),
    ("FREIGHT", "已订舱位", Decimal("0.10")),
)  # fmt: skip


def partners_of(firm: str) -> frozenset[str]:
    """Buyers whose limit covers goods in production."""
    return frozenset(making.partner for making in MAKINGS.get(firm, ()))


def begin(trade: Trade) -> None:
    for making in MAKINGS.get(trade.plan.firm, ()):
        day = max(trade.starts_on + timedelta(days=8), trade.timeline.today - timedelta(days=making.begun))
        if trade.plan.months > 1:
            trade.timeline.at(day, partial(_declare, trade, making))


def _declare(trade: Trade, making: Making) -> None:
    limit = trade.limits.get(making.partner)
    if limit is None:
        return
    today = clock.today()
    contract = services.declare_contract(
        actor=trade.timeline.actor(trade.plan.clerk), policy_id=trade.policy.pk,
        contract=Contract(
            obligor_id=limit.obligor_id, contract_no=making.number, goods=making.goods, term="OA", credit_days=60,
            price=Decimal(making.price), currency="USD", production_from=today,
            ships_by=min(today + timedelta(days=100), trade.policy.ends_on),
        ),
    )  # fmt: skip
    if contract.premium_notice is not None:
        trade.timeline.after(6, partial(trade.pay_notice, contract.premium_notice))
    for number, (kind, what, share) in enumerate(COSTS):
        trade.timeline.after(3 + 5 * number, partial(_spend, trade, contract.pk, kind, what, share))
    if making.course == "shipped":
        trade.timeline.after(40, partial(_ship, trade, making))
    if making.course == "lost":
        trade.timeline.after(30, partial(_lose, trade, contract.pk))


def _spend(trade: Trade, contract_id: int, kind: str, what: str, share: Decimal) -> None:
    contract = ProductionContract.objects.get(pk=contract_id)
    voucher = f"{contract.contract_no}-{kind[0]}"
    proof = SimpleUploadedFile(f"{voucher}.pdf", b"%PDF-1.7\n%" + voucher.encode() + b"\n%%EOF", "application/pdf")
    services.record_cost(
        actor=trade.timeline.actor(trade.plan.clerk), contract_id=contract_id, evidence=proof,
        cost=Cost(kind, what, voucher, clock.today(), contract.price * share, contract.currency),
    )  # fmt: skip


def _ship(trade: Trade, making: Making) -> None:
    partner = next(one for one in trade.plan.partners if one.name == making.partner)
    trade.ship(partner, amount=Decimal(making.price), contract_no=making.number)


def _lose(trade: Trade, contract_id: int) -> None:
    """The buyer is insolvent: reported at once, production stopped in writing, claimed."""
    today: date = clock.today()
    facts = NoticeFacts(
        risk="BUYER_INSOLVENCY", occurred_on=today - timedelta(days=1), known_on=today, buyer_reason="法院受理破产申请。",
        steps_taken="已停止采购，成品另寻买家。", contact="陈悦 0574-0000-1234",
    )  # fmt: skip
    clerk, officer = trade.timeline.actor(trade.plan.clerk), trade.timeline.actor("he")
    notice = report(actor=clerk, contract_id=contract_id, facts=facts)
    services.instruct(
        actor=trade.timeline.actor("zhou"),
        contract_id=contract_id,
        kind="STOP",
        reasons="买方破产，通用部件转作他用，成品尽快处置。",
    )
    handling.accept(actor=officer, notice_id=notice.pk)
    claim = filing.start(actor=clerk, notice_id=notice.pk)
    filing.file(actor=clerk, claim_id=claim.pk)
