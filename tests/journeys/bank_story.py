"""Two stories of a bank as the insured: golden case G12 (银行保险单) and G11 (福费廷保险单), from application to recovery.

Minhai Bank applies (Li) and signs (Wang). The debtor is Polish (country class B), the deposit premium is 100.

    G12  receivable R1  800,000.00  O/A, bought 1 March 2025, due 29 June (120 days), never paid; limit 700,000; 90 %
         premium        800,000 × 0.24 % × 1.4 = 0.336 %                     = 2,688.00, of which 100.00 is set off
         notice         29 June + 30 calendar days = Tuesday 29 July 2025
         indemnity      min(800,000, 700,000) × 90 %                         = 630,000.00
         recovery       40,000 less 4,000 = 36,000; ratio 630,000 / 800,000 = 0.7875
                        insurer 28,350.00, bank 7,650.00
    G11  claim L1       500,000.00  usance L/C, bought 1 February 2025, due 31 July; the issuing bank fails; limit 600,000
         premium        500,000 × 0.09 % × 1.7 × 100/90 = 0.17 %             = 850.00, of which 100.00 is set off
         notice         known Tuesday 1 July 2025 + 10 working days          = Tuesday 15 July 2025
         indemnity      500,000 × 100 %                                      = 500,000.00
         recovery       ratio 500,000 / 500,000 = 1: insurer 36,000.00, bank 0.00
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.urls import reverse

from credit_info.models import Obligor
from limits.levels import load_levels
from policies.proposal import stored
from tests.factories.bank_policies import RATIOS, a_bank_proposal
from tests.factories.limits import FACTS
from tests.factories.obligors import a_bank_obligor, a_buyer
from tests.factories.people import organisation
from tests.journeys.by_api import ByApi
from tests.journeys.by_page import ByPage, facts, number_in, path_to
from tests.journeys.html import Page
from tests.journeys.people import Caller, Reader
from tests.journeys.story import on
from tests.policies.test_pages import QUESTIONS

PEOPLE = {
    "chen": "li",
    "zhao": "wang",
    "tang": "xie",
    "sun": "feng",
}  # whoever acts in the exporter's story: who acts here


@dataclass(frozen=True)
class Plan:
    """What differs between the two stories."""

    case: str
    product: str
    invoice_no: str
    amount: str
    term: str
    credit_days: int
    limit: str
    bought_on: str
    risk: str
    notified_on: str
    claimed_on: str
    decided_on: str
    papers: dict[str, str]

    @property
    def month(self) -> str:
        return self.bought_on[:7]

    @property
    def is_lc(self) -> bool:
        return self.term.startswith("LC")


G12 = Plan(
    "G12", "BANK", "R1", "800,000.00", "OA", 120, "700000", "2025-03-01", "BUYER_DEFAULT", "2025-07-10", "2025-07-20",
    "2025-11-03", {"seller": "Ningbo Haituo Import & Export Co., Ltd."},
)  # fmt: skip
G11 = Plan(
    "G11", "FORFAITING", "L1", "500,000.00", "LC_USANCE", 180, "600000", "2025-02-01", "BANK_INSOLVENCY", "2025-07-02",
    "2025-08-05", "2025-09-01", {"seller": "Ningbo Haituo Import & Export Co., Ltd.", "lc_no": "LC-2025-7"},
)  # fmt: skip


def agreement(plan: Plan) -> dict[str, str]:
    """The factoring agreement of the bank with the seller, signed on 7 January."""
    uscc = organisation("haituo").uscc
    return {"seller_name": plan.papers["seller"], "seller_uscc": uscc, "number": "BL-2025-1", "signed_on": "2025-01-07"}


def plain(amount: str) -> str:
    return amount.replace(",", "")


class BankByApi(ByApi):
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.who = cache(lambda name: Caller(PEOPLE.get(name, name)))

    def apply(self) -> None:
        answers = stored(a_bank_proposal(starts_on=date(2025, 1, 6)))
        self.policy = self.who("chen").post("policies/", {**answers, "product": self.plan.product})["id"]
        self._policy("chen", "submit")

    def quote(self) -> None:
        self._policy("zhou", "take")
        self._policy("zhou", "quote", {
            "insured_ratios": {risk: str(ratio) for risk, ratio in RATIOS[self.plan.product].items()},
            "max_liability": "20000000", "minimum_premium": "2000", "deposit_premium": "100", "starts_on": "2025-01-06",
            "ends_on": "2026-01-05", "valid_until": "2025-01-31",
        })  # fmt: skip

    def sign(self) -> None:
        self._policy("zhao", "accept")
        self._policy("zhao", "sign")
        prefix = {"BANK": "BNK", "FORFAITING": "FFT"}[self.plan.product]
        assert self._policy("qian", "countersign")["number"].startswith(f"{prefix}-2025-")

    def ask_limit(self) -> None:
        self.application = self.who("chen").post("limit-applications/", {
            "policy": self.policy, "obligor": self.buyer.pk, "term": self.plan.term, "credit_days": 180,
            "amount": self.plan.limit, "facts": FACTS,
        })["id"]  # fmt: skip

    def decide_limit(self) -> None:
        path = f"limit-applications/{self.application}"
        self.who("zhou").post(f"{path}/take/")
        self.who("zhou").post(f"{path}/propose/", {
            "outcome": "APPROVED_FULL", "amount": self.plan.limit, "term": self.plan.term, "max_credit_days": 180,
            "effective_from": "2025-01-09", "valid_until": "2026-01-05",
        })  # fmt: skip
        assert self.who("sun").post(f"{path}/approve/")["state"] == "DECIDED"

    def buy(self) -> None:
        made = self.who("chen").post("shipments/", {
            "policy": self.policy, "obligor": self.buyer.code, "term": self.plan.term, "currency": "USD",
            "credit_days": self.plan.credit_days, "invoice_no": self.plan.invoice_no, "shipped_on": self.plan.bought_on,
            "amount": plain(self.plan.amount), "knows_of_loss": False, **self.plan.papers,
        })  # fmt: skip
        assert (made["state"], made["seller"]) == ("BOOKED", self.plan.papers["seller"])

    def agree_with_seller(self) -> None:
        self.who("chen").post("factoring-contracts/", {"policy": self.policy, **agreement(self.plan)})

    def close_month(self) -> None:
        months = self.who("chen").get("declaration-months/", limit=20)["results"]
        [month] = [row for row in months if row["month"] == f"{self.plan.month}-01"]
        self.who("chen").post(f"declaration-months/{month['id']}/close/")

    def pay_premium(self) -> tuple[Decimal, Decimal]:
        paid = self._pay_notice()
        return Decimal(paid["gross"]), Decimal(paid["set_off"])

    def notify(self) -> date:
        made = self.who("chen").post("loss-notices/", {
            "policy": self.policy, "obligor": self.buyer.pk, "risk": self.plan.risk, "buyer_reason": "No cash",
            "contact": "Li", "occurred_on": "2025-07-01", "known_on": "2025-07-01",
        })  # fmt: skip
        self.notice = made["id"]
        return date.fromisoformat(made["legal_due"])

    def adjust(self) -> None:
        self._claim("he", "figures")
        self._claim("he", "worksheets")
        self._claim("he", "propose", {"kind": "FINAL", "reasons": "The debtor does not pay."})


class BankByPage(ByPage):
    def __init__(self, plan: Plan, reader: Callable[[str], Any] = Reader, language: str = "en") -> None:
        self.plan, self.language = plan, language
        self.who = cache(lambda name: reader(PEOPLE.get(name, name)))

    def apply(self) -> None:
        answers = a_bank_proposal(starts_on=date(2025, 1, 6))
        typed = {name: _typed(name, value) for name, value in answers.items()}
        done = self.who("chen").fill(reverse("policies:bank-new", args=[self.plan.product]), **typed)
        self.policy = path_to(done, "policies:policy-detail")

    def quote(self) -> None:
        zhou = self.who("zhou")
        zhou.act(self.policy, "take")
        ratios = {f"ratio_{risk}": f"{ratio * 100:f}" for risk, ratio in RATIOS[self.plan.product].items()}
        zhou.act(
            self.policy, "quote", starts_on="2025-01-06", ends_on="2026-01-05", valid_until="2025-01-31",
            max_liability="20,000,000", minimum_premium="2000", deposit_premium="100", **ratios,
        )  # fmt: skip

    def ask_limit(self) -> None:
        answers = {name: str(value) for name, value in FACTS.items() if value is not False}
        done = self.who("chen").fill(
            reverse("limits:application-new"), policy=number_in(self.policy), obligor=self.buyer.pk, term=self.plan.term,
            credit_days="180", amount=self.plan.limit, **answers,
        )  # fmt: skip
        self.application = path_to(done, "limits:application-detail")

    def decide_limit(self) -> None:
        zhou = self.who("zhou")
        zhou.act(self.application, "take")
        zhou.act(self.application, "propose")
        self.who("sun").act(self.application, "approve")

    def buy(self) -> None:
        done = self.who("chen").fill(
            reverse("declarations:new"), obligor=self.buyer.pk, term=self.plan.term, credit_days=self.plan.credit_days,
            invoice_no=self.plan.invoice_no, shipped_on=self.plan.bought_on, amount=self.plan.amount, knows_of_loss="no",
            **self.plan.papers,
        )  # fmt: skip
        line = self.who("chen").open(path_to(done, "declarations:detail")).content.decode()
        assert self.plan.papers["seller"].split("&")[0] in line

    def agree_with_seller(self) -> None:
        home = reverse("financing:bank-policy", args=[number_in(self.policy)])
        self.who("chen").act(home, "factoring", **agreement(self.plan))

    def close_month(self) -> None:
        chen = self.who("chen")
        links = set(Page(chen.open(reverse("declarations:periods")).content.decode()).links)
        for link in sorted(link for link in links if link.startswith(reverse("declarations:periods"))):
            if link != reverse("declarations:periods") and self.plan.month in _title(chen.open(link)):
                chen.act(link, "close")

    def pay_premium(self) -> tuple[Decimal, Decimal]:
        shown = self._pay_notice(self.plan.month)
        amount, set_off = shown[self.say("Premium")], shown[self.say("Set off against the deposit")]
        return Decimal(amount.split()[-1].replace(",", "")), Decimal(
            set_off.split()[-1].replace(",", "").replace("−", "-")
        )

    def notify(self) -> date:
        chen = self.who("chen")
        start = reverse("claims:notice-start", args=[number_in(self.policy), self.buyer.pk])
        days = {} if self.plan.risk == "BUYER_DEFAULT" else {"occurred_on": "2025-07-01", "known_on": "2025-07-01"}
        done = chen.fill(
            start, risk=self.plan.risk, goods_status="WITH_BUYER", buyer_reason="No cash", contact="Li", **days
        )
        self.notice = path_to(done, "claims:notice-detail")
        return date.fromisoformat(facts(done)[self.say("Last valid day")].split()[0])


def _typed(name: str, value: Any) -> str:
    if QUESTIONS[name].kind == "ratio":
        return f"{value * 100:f}"
    return "on" if value is True else str(value)


def _title(answer: Any) -> str:
    return str(answer.content.decode().split("</title>")[0])


@dataclass
class BankOutcome:
    """What both ways must agree on, and the golden case says."""

    premium: Decimal
    set_off: Decimal
    last_day_of_notice: date
    indemnity: Decimal
    payee: str
    paid: Decimal
    insurer_share: Decimal
    insured_share: Decimal


def tell(way: BankByApi | BankByPage) -> BankOutcome:
    """From the proposal to the recovery, each step on its day."""
    plan = way.plan
    for code in ("haituo", "insurer", "minhai"):
        organisation(code)
    load_levels()
    with on("2025-01-02"):
        way.buyer = debtor(plan)
        way.apply()
    with on("2025-01-03"):
        way.quote()
        way.sign()
    with on("2025-01-06"):
        way.pay_deposit()
    if not plan.is_lc:
        with on("2025-01-07"):
            way.agree_with_seller()
    with on("2025-01-08"):
        way.ask_limit()
    with on("2025-01-09"):
        way.decide_limit()
    with on(plan.bought_on):
        way.buy()
    with on(f"2025-0{int(plan.month[-1]) + 1}-05"):
        way.close_month()
        premium, set_off = way.pay_premium()
    with on(plan.notified_on):
        last_day = way.notify()
        way.mitigate()
    with on(plan.claimed_on):
        way.file_claim()
        way.investigate()
    with on(plan.decided_on):
        way.adjust()
        indemnity = way.decide()
        way.return_papers()
        payee, paid = way.pay()
    with on("2026-02-20"):
        insurer, insured = way.recover()
    return BankOutcome(premium, set_off, last_day, indemnity, payee, paid, insurer, insured)


def debtor(plan: Plan) -> Obligor:
    if plan.is_lc:
        return a_bank_obligor("Bank Handlowy Wisła S.A.", country="PL")
    return a_buyer("Wisła Handel sp. z o.o.", country="PL")
