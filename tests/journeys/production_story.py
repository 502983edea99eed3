"""Golden case G19 (出口前附加险) from application to recovery: goods in production when the buyer fails.

Haituo's policy has the extension at 80 %, 0.20 % of the contract; the limit of 150,000 covers goods in production.

    contract HT-C1   200,000.00, production from 10 January 2025, planned shipment 10 April; premium 400.00
    costs            materials 70,000 + labour 30,000 + freight 20,000             = 120,000.00, within the limit
    insolvency       3 February 2025, reported at once: 10 working days end on Monday 17 February; “stop” in writing
    indemnity        (120,000 − salvage 45,000) = 75,000 × 80 %                    = 60,000.00
    recovery         40,000 less 4,000 = 36,000; ratio 60,000 / 75,000 = 0.8: insurer 28,800.00, insured 7,200.00
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from declarations.models import ProductionContract
from limits.levels import load_levels
from tests.factories.claims import a_file
from tests.factories.limits import FACTS
from tests.factories.obligors import a_buyer
from tests.factories.people import organisation
from tests.factories.policies import RATIOS
from tests.factories.production import G19
from tests.journeys.by_api import ByApi
from tests.journeys.by_page import ByPage, amount_of, facts, number_in, path_to
from tests.journeys.small_story import SmallOutcome
from tests.journeys.story import on

CONTRACT = {
    "contract_no": "HT-C1", "goods": "LED lamps to order", "term": "OA", "credit_days": "60", "currency": "USD",
    "price": "200000", "production_from": "2025-01-10", "ships_by": "2025-04-10",
}  # fmt: skip
LOSS = {
    "risk": "BUYER_INSOLVENCY", "occurred_on": "2025-02-03", "known_on": "2025-02-03", "buyer_reason": "Insolvency order",
    "contact": "Chen",
}  # fmt: skip
STOP = {"kind": "STOP", "reasons": "The buyer is insolvent. Keep what can be sold to others."}


class ProductionByPage(ByPage):
    def quote(self) -> None:
        zhou = self.who("zhou")
        zhou.act(self.policy, "take")
        zhou.act(
            self.policy, "quote", starts_on="2025-01-06", ends_on="2026-01-05", valid_until="2025-01-31",
            max_liability="1,000,000", minimum_premium="2,000", deposit_premium="100", pre_shipment="on",
        )  # fmt: skip

    def ask_limit(self) -> None:
        answers = {name: str(value) for name, value in FACTS.items() if value is not False}
        done = self.who("chen").fill(
            reverse("limits:application-new"), policy=number_in(self.policy), obligor=self.buyer.pk, term="OA",
            credit_days="90", amount="150,000", pre_shipment="on", **answers,
        )  # fmt: skip
        self.application = path_to(done, "limits:application-detail")

    def decide_limit(self) -> None:
        zhou = self.who("zhou")
        zhou.act(self.application, "take")
        zhou.act(self.application, "propose")  # in full, as it is filled in: goods in production too
        self.who("sun").act(self.application, "approve")

    def begin_production(self) -> Decimal:
        done = self.who("chen").fill(reverse("declarations:production-new"), obligor=self.buyer.pk, **CONTRACT)
        self.contract = path_to(done, "declarations:production")
        return amount_of(self._pay_notice("")[self.say("Payable")])

    def record_costs(self) -> None:
        for number, (kind, amount) in enumerate(G19):
            self.who("chen").act(
                self.contract, "cost", kind=kind, description="For the order", voucher_no=f"V-{number}", amount=amount,
                incurred_on="2025-01-20", currency="USD", evidence=a_file(),
            )  # fmt: skip

    def report(self) -> date:
        done = self.who("chen").act(self.contract, "report", **LOSS)
        self.notice = path_to(done, "claims:notice-detail")
        self.who("zhou").act(self.contract, "instruct", **STOP)
        self.who("he").act(self.notice, "accept")
        return date.fromisoformat(facts(done)[self.say("Last valid day")].split()[0])

    def adjust(self) -> None:
        he, line = self.who("he"), f"l{number_in(self.contract)}"
        he.fill(f"{self.claim}worksheet/", press=("_go", "save"), **{f"{line}-resale_gross": "45,000"})
        he.act(f"{self.claim}worksheet/", "propose", kind="FINAL", reasons="The buyer is insolvent.")


class ProductionByApi(ByApi):
    def quote(self) -> None:
        self._policy("zhou", "take")
        self._policy("zhou", "quote", {
            "insured_ratios": {risk: str(ratio) for risk, ratio in RATIOS.items()}, "max_liability": "1000000",
            "minimum_premium": "2000", "deposit_premium": "100", "starts_on": "2025-01-06", "ends_on": "2026-01-05",
            "valid_until": "2025-01-31", "pre_shipment": True,
        })  # fmt: skip

    def ask_limit(self) -> None:
        self.application = self.who("chen").post("limit-applications/", {
            "policy": self.policy, "obligor": self.buyer.pk, "term": "OA", "credit_days": 90, "amount": "150000",
            "facts": FACTS, "pre_shipment": True,
        })["id"]  # fmt: skip

    def decide_limit(self) -> None:
        path = f"limit-applications/{self.application}"
        self.who("zhou").post(f"{path}/take/")
        self.who("zhou").post(f"{path}/propose/", {
            "outcome": "APPROVED_FULL", "amount": "150000", "term": "OA", "max_credit_days": 90,
            "effective_from": "2025-01-09", "valid_until": "2026-01-05", "pre_shipment": True,
        })  # fmt: skip
        self.who("sun").post(f"{path}/approve/")

    def begin_production(self) -> Decimal:
        made = self.who("chen").post("production-contracts/", {
            **CONTRACT, "policy": self.policy, "obligor": self.buyer.code, "credit_days": 60,
        })  # fmt: skip
        self.contract = f"production-contracts/{made['id']}"
        return Decimal(self._pay_notice()["payable"])

    def record_costs(self) -> None:
        for number, (kind, amount) in enumerate(G19):
            self.who("chen").upload(
                f"{self.contract}/costs/", kind=kind, description="For the order", voucher_no=f"V-{number}", amount=amount,
                incurred_on="2025-01-20", currency="USD", evidence=a_file(),
            )  # fmt: skip

    def report(self) -> date:
        contract = int(self.contract.rsplit("/", 1)[1])
        made = self.who("chen").post("production-notices/", {**LOSS, "contract": contract})
        self.notice = made["id"]
        self.who("zhou").post(f"{self.contract}/instruct/", STOP)
        self.who("he").post(f"loss-notices/{self.notice}/accept/")
        return date.fromisoformat(made["legal_due"])

    def adjust(self) -> None:
        line = {
            "shipment": int(self.contract.rsplit("/", 1)[1]), "eligible": True, "reason": "", "note": "",
            "resale_gross": "45000",
        }  # fmt: skip
        assert self._claim("he", "figures", {"lines": [line]})["payable_now"] == "60000.00"
        self._claim("he", "worksheets", {"lines": [line]})
        self._claim("he", "propose", {"kind": "FINAL", "reasons": "The buyer is insolvent."})


def tell_production(way: Any) -> tuple[SmallOutcome, date]:
    for code in ("haituo", "insurer"):
        organisation(code)
    load_levels()
    with on("2025-01-02"):
        way.buyer = a_buyer("Wisła Handel sp. z o.o.", country="PL")
        way.apply()
    with on("2025-01-03"):
        way.quote()
        way.sign()
    with on("2025-01-06"):
        way.pay_deposit()
    with on("2025-01-08"):
        way.ask_limit()
    with on("2025-01-09"):
        way.decide_limit()
    with on("2025-01-10"):
        premium = way.begin_production()
    with on("2025-01-20"):
        way.record_costs()
    with on("2025-02-03"):
        last_day = way.report()
        assert ProductionContract.objects.get().covered == 120_000
    with on("2025-02-10"):
        way.file_claim()
        way.investigate()
    with on("2025-02-20"):
        way.adjust()
        indemnity = way.decide()
        way.return_papers()
        payee, paid = way.pay()
    with on("2026-02-20"):
        insurer, insured = way.recover()
    return SmallOutcome(premium, indemnity, payee, paid, insurer, insured), last_day
